"""Lezen: answers of one register about any moment on both axes, straight from what is stored.

The four cells: nothing asked is what we now think holds now; `geldig_op` what holds then; `beschikbaar_op` what we
thought then; both are what we then thought held then. "Now" on the formal axis is the last transactie, never the clock.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from actors.register.projectie import Projectie
from actors.verwerking.antwoord import (
    Antwoord,
    Blad,
    Bladgrens,
    Momenten,
    Vraag,
    Vraagsoort,
)
from actors.verwerking.beantwoorden import GEVOLG, Beantwoording, Bladvraag
from actors.verwerking.gevolgenverwerking import TAKEN
from actors.verwerking.herhaaltoken import lees_token
from actors.verwerking.uitleg import Uitleg
from storage.gevolgenstore import Gevolgenstore


class Lezer(Beantwoording):
    """Answers the questions to one register; only reads."""

    def rij(
        self,
        projectie: Projectie,
        sleutel: tuple[str, ...],
        geldig_op: date | datetime | None = None,
        beschikbaar_op: date | datetime | None = None,
        voor: str | None = None,
    ) -> Antwoord[dict[str, Any] | None]:
        """One row; its `inhoud` is None when there is none. A gegeven without value then is None.

        Raises NietGeleverd when it is not for the doelgroep `voor` (default: its own), GeenMoment for a moment that is
        in the future (formal axis), without time zone or outside the calendar.
        """
        vraag = self._vraag(Vraagsoort.RIJ, projectie, sleutel, voor)
        return self._gevraagd(
            vraag, self._momenten(self.bijgewerkt_tot(projectie), self._kies.geldig(geldig_op), beschikbaar_op)
        )

    def tabel(
        self,
        projectie: Projectie,
        geldig_op: date | datetime | None = None,
        beschikbaar_op: date | datetime | None = None,
        voor: str | None = None,
    ) -> Antwoord[list[dict[str, Any]]]:
        """A whole table: its rows by key, or its ranking. Raises as `rij`, and NogNietZover."""
        vraag = self._vraag(Vraagsoort.TABEL, projectie, (), voor)
        return self._gevraagd(
            vraag, self._momenten(self.bijgewerkt_tot(projectie), self._kies.geldig(geldig_op), beschikbaar_op)
        )

    def blad(  # noqa: PLR0913 - which page, of which moments, for whom
        self,
        projectie: Projectie,
        hoogstens: int,
        grens: Bladgrens | None = None,
        geldig_op: date | datetime | None = None,
        beschikbaar_op: date | datetime | None = None,
        voor: str | None = None,
    ) -> Blad:
        """A page of a table, in the time that its own rows take. Raises as `tabel`."""
        vraag = self._vraag(Vraagsoort.TABEL, projectie, (), voor)
        tot = self.bijgewerkt_tot(projectie)
        momenten = self._momenten(tot, self._kies.geldig(geldig_op), beschikbaar_op)
        return self._blad(vraag, momenten, Bladvraag(hoogstens, grens))[0]

    def blad_bij(self, token: str, hoogstens: int, grens: Bladgrens | None = None) -> Blad:
        """A page of the table and the moment of a herhaaltoken. Raises as `herhaal`."""
        vraag, momenten, _ = lees_token(self._opslag.sleutels.secret, token, {self._context.naam: self._store})
        blad, stil = self._blad(vraag, momenten, Bladvraag(hoogstens, grens))
        self._controleer_heel(blad.antwoord, stil)
        return blad

    def historie(
        self,
        projectie: Projectie,
        sleutel: tuple[str, ...],
        beschikbaar_op: date | datetime | None = None,
        voor: str | None = None,
    ) -> Antwoord[list[dict[str, Any]]]:
        """All states of one row on both axes, as far as they were known then. Raises as `rij`."""
        vraag = self._vraag(Vraagsoort.HISTORIE, projectie, sleutel, voor)
        return self._gevraagd(vraag, self._momenten(self.bijgewerkt_tot(projectie), None, beschikbaar_op))

    def taken(self, beschikbaar_op: date | datetime | None = None) -> Antwoord[list[dict[str, Any]]]:
        """What waits in this register, and why; what is parked in a table waits too."""
        vraag = Vraag(Vraagsoort.TAKEN, self._context.naam, TAKEN, (), self._context.naam)
        momenten = self._momenten(self.bijgewerkt_tot(None), None, beschikbaar_op)
        # Also what was parked just now, after this very position: it waits already.
        return self._antwoord(vraag, momenten, [een for een in self._geparkeerd() if een.positie <= momenten.positie])

    def uitleg(
        self,
        projectie: Projectie,
        sleutel: tuple[str, ...],
        kolom: str | None = None,
        geldig_op: date | datetime | None = None,
        beschikbaar_op: date | datetime | None = None,
    ) -> Antwoord[Uitleg]:
        """Why a column (None: the besluit) of a row says what it says. Raises as `rij`, and GeenUitleg."""
        naam = self._uitleggever.kolom(projectie, sleutel, kolom)
        vraag = self._vraag(Vraagsoort.UITLEG, projectie, sleutel, None)._replace(kolom=naam)
        return self._gevraagd(
            vraag, self._momenten(self.bijgewerkt_tot(projectie), self._kies.geldig(geldig_op), beschikbaar_op)
        )

    def uitleg_van(
        self, aggregaat: tuple[str, str], gevolg_id: str, beschikbaar_op: date | datetime | None = None
    ) -> Antwoord[Uitleg]:
        """Why a gevolg of an aggregate (its kind and id) is what it is. Raises as `uitleg`."""
        vraag = Vraag(Vraagsoort.UITLEG, self._context.naam, GEVOLG, (*aggregaat, gevolg_id), self._context.naam)
        return self._gevraagd(vraag, self._momenten(self._store.head().position, None, beschikbaar_op))

    def herhaal(self, token: str) -> Antwoord[Any]:
        """The answer that was given with this token, byte for byte.

        Raises GeenToken, Vervallen when it will never be given again, NogNietZover when it cannot be given now.
        """
        vraag, momenten, _ = lees_token(self._opslag.sleutels.secret, token, {self._context.naam: self._store})
        antwoord, stil = self._gelezen(vraag, momenten)
        self._controleer_heel(antwoord, stil)
        return antwoord

    def verbroken(self, token: str, journalen: Mapping[str, Gevolgenstore]) -> tuple[Vraag, Momenten, dict[str, int]]:
        """What a token of this register asks, that may have looked at others too; raises as `lees_token`."""
        return lees_token(self._opslag.sleutels.secret, token, journalen)

"""Opbouw: the gevolgen of one transactie, one after the other, each folded into the state at once."""

from collections.abc import Callable, Sequence
from typing import Any

from actors.register.annotatie import Afloop, Annotatie
from actors.register.claim import Bewering, Claim, claim_id, gevolg_van
from actors.register.commando import Voorstel
from actors.register.context import Aggregaatsoort
from actors.register.gevolg import Aanhouding, Afleiding, Gevolg, Inhoud, Overname, Vastlegging, Wijziging
from actors.register.persoonsgegeven import Persoonsgegeven
from actors.register.staat import Staat
from actors.register.terugmelding import Terugmelding, Terugmeldingstatus
from actors.register.verantwoording import Grond, Verklaring
from actors.register.zekerheid import Zekerheid
from actors.verwerking.afleiding import Verandering, Versies, leid_af
from actors.verwerking.namen import (
    AANHOUDING,
    EINDGEVOLGEN,
    GEHONOREERD,
    TWIJFELGEVOLGEN,
    afgeleid_gevolg,
)

_GECORRIGEERD = "de claim is gecorrigeerd"
_VERVALLEN = "de claim geldt niet meer"
_OVERGEZET = "gaat van rechtswege over op het nieuwe besluit (Algemene wet bestuursrecht, 6:19)"
_MEEGENOMEN = "meegenomen bij de correctie van de claim"


class Opbouw:
    """Builds the gevolgen of one commando on one aggregate: what is asserted, what follows, what ends, what waits."""

    def __init__(
        self,
        staat: Staat,
        soort: Aggregaatsoort,
        grond: tuple[Grond, ...],
        maak_id: Callable[[int], str],
        versie_van: Callable[[str], int],
    ) -> None:
        """`maak_id(n)` is the id of the n-th gevolg, `versie_van(naam)` the version in which a gevolg is recorded."""
        self.gevolgen: list[Gevolg] = []
        self._staat = staat
        self._soort = soort
        self._grond = grond
        self._maak_id = maak_id
        self._ids: dict[int, str] = {}
        self._versie_van = versie_van

    def beweer(self, voorstellen: Sequence[Voorstel]) -> None:
        """Record what is asserted."""
        for voorstel in voorstellen:
            inhoud = voorstel.inhoud or _vastlegging(self._id(len(self.gevolgen)), voorstel.beweringen)
            self._neem_op(voorstel.gevolg, voorstel.soort, inhoud)

    def neem_twijfel_mee(self) -> None:
        """Carry the doubts on each claim that was corrected over to the claim that replaces it."""
        vervangen = {c.corrigeert: c.id for c in self._beweerd() if c.corrigeert is not None}
        for open_ in self._staat.aantekeningen.open():
            betreft = tuple(vervangen.get(claim, claim) for claim in open_.betreft)
            if betreft != open_.betreft:
                naam, wijziging = TWIJFELGEVOLGEN[Zekerheid(open_.status)]
                self._neem_op(naam, wijziging, open_._replace(betreft=betreft, toelichting=_MEEGENOMEN))

    def leid_af(self, versies: Versies) -> None:
        """Record what follows by the rules, and what waits from now on."""
        eerste = len(self.gevolgen)
        veranderingen, wachtend = leid_af(self._soort, self._staat, lambda n: self._id(eerste + n), versies)
        for verandering in veranderingen:
            naam, verklaring = _verklaard(verandering)
            self._neem_op(naam, verandering.soort, verandering.afleiding, (verandering.grond,), verklaring)
        if wachtend != self._staat.wachtend:
            self._neem_op(AANHOUDING, Wijziging.AANHOUDEN, Aanhouding(wachtend))

    def zet_bezwaar_over(self) -> bool:
        """A bezwaar against a revised besluit is one against what replaces it (Awb 6:19); whether there is any."""
        aangevochten = [a for a in self._staat.aantekeningen.open() if a.status == Zekerheid.AANGEVOCHTEN]
        herzien = [g.inhoud for g in self.gevolgen if g.soort is Wijziging.HERZIEN and isinstance(g.inhoud, Afleiding)]
        if not aangevochten or not herzien:
            return False
        geldig = self._staat.geldige_claims()
        overgezet = False
        for open_ in aangevochten:
            nieuw = [a.stuk.claim for a in herzien if a.betreft in open_.betreft]
            if nieuw:
                betreft = tuple(dict.fromkeys((*(claim for claim in open_.betreft if claim in geldig), *nieuw)))
                naam, wijziging = TWIJFELGEVOLGEN[Zekerheid.AANGEVOCHTEN]
                self._neem_op(naam, wijziging, open_._replace(betreft=betreft, toelichting=_OVERGEZET))
                overgezet = True
        return overgezet

    def beeindig_twijfel(self) -> None:
        """End the doubts of which no claim counts any more, and the terugmeldingen that brought them.

        A bezwaar against a besluit waits for its own answer, also when the besluit is withdrawn.
        """
        noten = self._staat.aantekeningen
        if not noten.open():
            return
        geldig = self._staat.geldige_claims()
        gecorrigeerd = {claim.corrigeert for claim in self._beweerd()}
        for open_ in noten.open():
            bezwaar = open_.status == Zekerheid.AANGEVOCHTEN and all(gevolg_van(c) == c for c in open_.betreft)
            if bezwaar or not geldig.isdisjoint(open_.betreft):
                continue
            gegrond = not gecorrigeerd.isdisjoint(open_.betreft)
            afloop, reden = (Afloop.GEGROND, _GECORRIGEERD) if gegrond else (Afloop.VERVALLEN, _VERVALLEN)
            naam, wijziging = EINDGEVOLGEN[Zekerheid(open_.status)]
            self._neem_op(
                naam, wijziging, Annotatie(open_.twijfel, open_.betreft, "", open_.sinds, reden, afloop.value)
            )
            self._honoreer(noten.terugmeldingen.get(open_.twijfel), reden)

    def _honoreer(self, melding: Terugmelding | None, reden: str) -> None:
        if melding is not None and Terugmeldingstatus(melding.status).open:
            gehonoreerd = melding._replace(status=Terugmeldingstatus.GEHONOREERD.value, reden=reden)
            self._neem_op(GEHONOREERD, Wijziging.TERUGMELDEN, gehonoreerd)

    def _beweerd(self) -> list[Claim]:
        return [claim for g in self.gevolgen if isinstance(g.inhoud, Vastlegging) for claim in g.inhoud.claims]

    def _neem_op(
        self,
        naam: str,
        wijziging: Wijziging,
        inhoud: Inhoud,
        grond: tuple[Grond, ...] | None = None,
        verklaring: Verklaring | None = None,
    ) -> None:
        gevolg_id = self._id(len(self.gevolgen))
        gevolg = Gevolg(gevolg_id, naam, self._versie_van(naam), wijziging, inhoud, grond or self._grond, verklaring)
        self._staat.pas_toe(gevolg)
        self.gevolgen.append(gevolg)

    def _id(self, plaats: int) -> str:
        if plaats not in self._ids:
            self._ids[plaats] = self._maak_id(plaats)
        return self._ids[plaats]


def _vastlegging(gevolg: str, beweringen: tuple[Bewering, ...]) -> Vastlegging:
    return Vastlegging(tuple([Claim(claim_id(gevolg, n), *bewering) for n, bewering in enumerate(beweringen)]))


def _verklaard(verandering: Verandering) -> tuple[str, Verklaring]:
    stuk = verandering.afleiding.stuk
    regel = verandering.regel
    naam = afgeleid_gevolg(regel, verandering.soort, verandering.eigen_naam)
    regelversie = stuk.regelversie or regel.versie.versie
    return naam, Verklaring(regel.naam, regelversie, stuk.invoer, stuk.stappen, stuk.toelichting)


def controleer_persoonlijk(persoonlijk: frozenset[str], gevolgen: Sequence[Gevolg]) -> None:
    """A personal gegeven may never be recorded in the clear: a fault of the context, not of the commando."""
    for gevolg in gevolgen:
        for gegeven, waarde in _gezegd(gevolg.inhoud):
            if gegeven in persoonlijk and waarde is not None and not isinstance(waarde, Persoonsgegeven):
                raise TypeError(f"{gegeven} is persoonlijk en staat niet in een Persoonsgegeven")


def _gezegd(inhoud: Inhoud) -> list[tuple[str, Any]]:
    if isinstance(inhoud, Vastlegging):
        return [(claim.gegeven, claim.waarde) for claim in inhoud.claims]
    if isinstance(inhoud, Overname):
        return [(m.gegeven, waarde) for m in inhoud.mededelingen for waarde in (m.waarde, m.was)]
    if isinstance(inhoud, Terugmelding):
        return [(inhoud.gegeven, inhoud.betwijfelde_waarde), (inhoud.gegeven, inhoud.voorgestelde_waarde)]
    return []

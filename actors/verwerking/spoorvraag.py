"""Spoorvraag: herkomst and doorwerking as answers: of which moments they are, and how to have them again.

They look at several registers at once, up to a position of each; the token holds all of them.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from actors.verwerking.antwoord import Antwoord, NogNietZover, Vervallen, Vraag, Vraagsoort
from actors.verwerking.beantwoorden import VERNIETIGD
from actors.verwerking.herkomst import Spoor, Vindplaats, doorwerking, herkomst
from actors.verwerking.jsonvorm import als_json
from actors.verwerking.lezen import Lezer
from actors.verwerking.spoorvorm import spoor_als_gegevens
from storage.gevolgenstore import Gevolgenstore

als_json.register(Spoor, lambda spoor: als_json(spoor_als_gegevens(spoor)))

_MODEL = {Vraagsoort.HERKOMST: "herkomst@1", Vraagsoort.DOORWERKING: "doorwerking@1"}
_LOOP = {Vraagsoort.HERKOMST: herkomst, Vraagsoort.DOORWERKING: doorwerking}


class Spoorvraag:
    """Asks the registers that are open here, each by its reader and its index."""

    def __init__(self, lezers: Mapping[str, Lezer], vindplaatsen: Mapping[str, Vindplaats]) -> None:
        self._lezers = lezers
        self._vindplaatsen = vindplaatsen

    def vraag(
        self,
        soort: Vraagsoort,
        gevolgen: Sequence[str],
        hoogstens: int | None = None,
        tot: Mapping[str, int] | None = None,
    ) -> Antwoord[Spoor]:
        """The answer to a question; KeyError when one of these gevolgen is nowhere."""
        spoor = _LOOP[soort](self._vindplaatsen, gevolgen, hoogstens, tot)
        register = spoor.knopen[0].transactie.register if spoor.knopen else next(iter(self._vindplaatsen))
        vraag = Vraag(soort, register, _MODEL[soort], tuple(gevolgen), register, hoogstens=hoogstens)
        heel = not spoor.achter and not self._is_verloren(spoor)
        lezer = self._lezers[register]
        momenten = lezer.momenten_bij(spoor.tot[register])
        antwoord = Antwoord(vraag, momenten, spoor, volledig=heel, herhaaltoken=None)
        if not heel:
            return antwoord
        plaatsen = [self._lezers[naam].plaats(positie) for naam, positie in spoor.tot.items()]
        return replace(antwoord, herhaaltoken=lezer.zegel(vraag, momenten, plaatsen))

    def herhaal(self, token: str, register: str, journalen: Mapping[str, Gevolgenstore]) -> Antwoord[Spoor]:
        """The answer that was given with this token; raises as `Lezer.herhaal`."""
        vraag, _, tot = self._lezers[register].verbroken(token, journalen)
        for naam, positie in tot.items():
            if self._vindplaatsen[naam].tot < positie:
                raise NogNietZover(
                    f"{naam} is te doorzoeken tot positie {self._vindplaatsen[naam].tot}, gevraagd wordt {positie};"
                    " vraag het later opnieuw"
                )
        toen = Spoorvraag(self._lezers, {naam: self._vindplaatsen[naam] for naam in tot})
        antwoord = toen.vraag(vraag.soort, vraag.sleutel, vraag.hoogstens, tot)
        if antwoord.herhaaltoken is None:
            raise Vervallen(VERNIETIGD)
        return antwoord

    def _is_verloren(self, spoor: Spoor) -> bool:
        """Whether personal values in it could be read at these positions, and are destroyed since."""
        posities: dict[str, set[int]] = defaultdict(set)
        for knoop in spoor.knopen:
            posities[knoop.transactie.register].add(knoop.transactie.positie)
        return any(self._lezers[naam].is_verloren(waar, spoor.tot[naam]) for naam, waar in posities.items())

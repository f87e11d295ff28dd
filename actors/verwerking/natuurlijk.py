"""Natuurlijke sleutels: which values no two aggregates may share (a kenteken), and when one changes hands."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from actors.register.annotatie import Degistratie
from actors.register.claim import Bewering, Claim, Gegeven
from actors.register.commando import Voorstel
from actors.register.context import Aggregaatsoort
from actors.register.persoonsgegeven import onthul
from actors.register.staat import Staat


class Sleutelregels:
    """The natural keys of one kind of aggregate."""

    def __init__(self, soort: Aggregaatsoort) -> None:
        self._makers: dict[str, Gegeven] = {g.naam: g for g in soort.gegevens if g.sleutel is not None}

    def bewegingen(self, staat: Staat, voorstellen: Sequence[Voorstel]) -> tuple[tuple[str, bool], ...]:
        """The keys this aggregate gives up (False) and takes (True) when it records this."""
        if not self._makers:
            return ()
        voor = self._sleutels(staat.actieve_claims())
        na = self._sleutels(_actief_na(staat, voorstellen))
        return tuple((dict.fromkeys(sorted(voor - na), False) | dict.fromkeys(sorted(na - voor), True)).items())

    def _sleutels(self, claims: Iterable[Claim | Bewering]) -> set[str]:
        return {sleutel for c in claims if (sleutel := self._sleutel(c.gegeven, c.waarde))}

    def _sleutel(self, gegeven: str, waarde: Any) -> str | None:
        """The key, named after its gegeven; None when this is no key, or its value is gone."""
        maker, kaal = self._makers.get(gegeven), onthul(waarde)
        return f"{gegeven}:{maker.sleutel(kaal)}" if maker is not None and maker.sleutel and kaal is not None else None


def _actief_na(staat: Staat, voorstellen: Sequence[Voorstel]) -> Iterator[Claim | Bewering]:
    """What will count once this is recorded; a key goes only when no claim that counts has it any more."""
    degistratie = next((v.inhoud for v in voorstellen if isinstance(v.inhoud, Degistratie)), None)
    beweringen = [bewering for voorstel in voorstellen for bewering in voorstel.beweringen]
    gecorrigeerd = {bewering.corrigeert for bewering in beweringen}
    blijft = staat.actieve_claims() if degistratie is None else staat.actief_na(degistratie)
    yield from (claim for claim in blijft if claim.id not in gecorrigeerd)
    yield from beweringen

"""Natuurlijke sleutels: which values no two aggregates may share (a kenteken), and when one changes hands."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from actors.register.annotatie import Degistratie
from actors.register.claim import Bewering, Claim, Gegeven
from actors.register.commando import Voorstel
from actors.register.context import Aggregaatsoort
from actors.register.persoonsgegeven import onthul
from actors.register.staat import Staat

_Gezegd = TypeVar("_Gezegd", Claim, Bewering)


class Sleutelregels:
    """The natural keys of one kind of aggregate."""

    def __init__(self, soort: Aggregaatsoort) -> None:
        self._makers: dict[str, Gegeven] = {g.naam: g for g in soort.gegevens if g.sleutel is not None}

    def bewegingen(self, staat: Staat, voorstellen: Sequence[Voorstel]) -> tuple[tuple[str, bool], ...]:
        """The keys this aggregate gives up (False) and takes (True) when it records this."""
        if not self._makers:
            return ()
        nu = staat.actieve_claims(self._makers)
        straks = self._straks(staat, nu, voorstellen)
        if straks == nu:
            return ()
        voor, na = self._sleutels(nu), self._sleutels(straks)
        return (
            *[(sleutel, False) for sleutel in sorted(voor - na)],
            *[(sleutel, True) for sleutel in sorted(na - voor)],
        )

    def _straks(self, staat: Staat, nu: list[Claim], voorstellen: Sequence[Voorstel]) -> list[Claim | Bewering]:
        """What will count of it once this is recorded; a key goes only when no claim that counts has it any more."""
        degistratie = next((v.inhoud for v in voorstellen if isinstance(v.inhoud, Degistratie)), None)
        beweringen = [bewering for voorstel in voorstellen for bewering in voorstel.beweringen]
        gecorrigeerd = {bewering.corrigeert for bewering in beweringen}
        blijft = nu if degistratie is None else self._met_sleutel(staat.actief_na(degistratie))
        return [*[c for c in blijft if c.id not in gecorrigeerd], *self._met_sleutel(beweringen)]

    def _met_sleutel(self, claims: Iterable[_Gezegd]) -> list[_Gezegd]:
        return [claim for claim in claims if claim.gegeven in self._makers]

    def _sleutels(self, claims: Iterable[Claim | Bewering]) -> set[str]:
        return {sleutel for c in claims if (sleutel := self._sleutel(c.gegeven, c.waarde))}

    def _sleutel(self, gegeven: str, waarde: Any) -> str | None:
        """The key, named after its gegeven; None when this is no key, or its value is gone."""
        maker, kaal = self._makers.get(gegeven), onthul(waarde)
        return f"{gegeven}:{maker.sleutel(kaal)}" if maker is not None and maker.sleutel and kaal is not None else None

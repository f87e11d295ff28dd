"""Natuurlijke sleutels: which values no two aggregates may share (a kenteken), and when one changes hands."""

from collections.abc import Iterable, Sequence
from typing import Any

from actors.register.annotatie import Degistratie
from actors.register.claim import Claim, Gegeven
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
        uit: dict[str, bool] = {}
        for voorstel in voorstellen:
            if isinstance(voorstel.inhoud, Degistratie):
                voor, na = self._sleutels(staat.actieve_claims()), self._sleutels(staat.actief_na(voorstel.inhoud))
                uit.update(dict.fromkeys(voor - na, False) | dict.fromkeys(na - voor, True))
            for bewering in voorstel.beweringen:
                if bewering.gegeven in self._makers:
                    oud = [c for c in staat.actieve_claims() if c.id == bewering.corrigeert]
                    uit.update(dict.fromkeys(self._sleutels(oud), False))
                    sleutel = self._sleutel(bewering.gegeven, bewering.waarde)
                    uit.update({sleutel: True} if sleutel else {})
        return tuple(uit.items())

    def _sleutels(self, claims: Iterable[Claim]) -> set[str]:
        return {sleutel for c in claims if (sleutel := self._sleutel(c.gegeven, c.waarde))}

    def _sleutel(self, gegeven: str, waarde: Any) -> str | None:
        """The key, named after its gegeven; None when this is no key, or its value is gone."""
        maker, kaal = self._makers.get(gegeven), onthul(waarde)
        return f"{gegeven}:{maker.sleutel(kaal)}" if maker is not None and maker.sleutel and kaal is not None else None

"""Proefvorm: a proef and a ketenproef as plain data, for JSON: the same on the command line and over HTTP."""

from typing import Any

from actors.register.commando import NietVerwerkt
from actors.runtime.proef import Ketenproef, Proefantwoord
from actors.verwerking.probleem import probleem
from actors.verwerking.telling import Besluittelling


def antwoord_als_gegevens(commando: str, antwoord: Proefantwoord) -> dict[str, Any]:
    """One answer; of what would not be processed the problem object."""
    if isinstance(antwoord, NietVerwerkt):
        return {"commando": commando, "verwerkt": False, "probleem": probleem(antwoord)}
    return {"commando": commando, "verwerkt": True, "uitkomst": antwoord}


def keten_als_gegevens(keten: Ketenproef) -> dict[str, Any]:
    """The counts per register, and what they are based on."""
    return {
        "op": keten.op,
        "gebaseerd_op": keten.gebaseerd_op,
        "registers": [
            {
                **{veld: getattr(telling, veld) for veld in telling.__dataclass_fields__},
                "besluiten": [_besluit(besluit) for besluit in telling.besluiten],
            }
            for telling in keten.registers
        ],
    }


def _besluit(besluit: Besluittelling) -> dict[str, Any]:
    overgangen = [{"was": was, "wordt": wordt, "aantal": n} for (was, wordt), n in besluit.overgangen.most_common()]
    return {**{veld: getattr(besluit, veld) for veld in besluit.__dataclass_fields__}, "overgangen": overgangen}

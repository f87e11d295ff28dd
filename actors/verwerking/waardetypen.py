"""Waardetypen: what JSON loses of exact values, told beside it, so that who reads it back has the very same values.

In what is delivered fractions, decimals, days and moments are text. Beside it stands where which of them stands: paths
(RFC 6901) to kinds. Who has no use for it leaves it alone.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from actors.register.persoonsgegeven import Persoonsgegeven

_SOORTEN: tuple[tuple[type, str], ...] = (
    (datetime, "moment"),
    (date, "dag"),
    (Decimal, "decimaal"),
    (Fraction, "breuk"),
)
_LEZERS: Mapping[str, Callable[[str], Any]] = {
    "moment": datetime.fromisoformat,
    "dag": date.fromisoformat,
    "decimaal": Decimal,
    "breuk": Fraction,
}
PERSOON = "persoonsgegeven"
SOORTEN = frozenset({*_LEZERS, PERSOON})
"""The kinds that are told."""


def typen_van(waarde: Any, pad: str = "") -> Iterator[tuple[str, str]]:
    """The kinds of what is in a value and JSON has not, with the path to each."""
    if isinstance(waarde, Persoonsgegeven):
        yield pad, PERSOON
        yield from typen_van(waarde.waarde, f"{pad}/waarde")
    elif isinstance(waarde, dict):
        for naam, deel in waarde.items():
            yield from typen_van(deel, f"{pad}/{naam.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(waarde, list | tuple):
        for plaats, deel in enumerate(waarde):
            yield from typen_van(deel, f"{pad}/{plaats}")
    else:
        yield from ((pad, naam) for klasse, naam in _SOORTEN if type(waarde) is klasse)


def met_typen(gelezen: Any, typen: Mapping[str, str], pad: str = "") -> Any:
    """A value as it was before it was JSON; ValueError when it is not what its kind says."""
    soort = typen.get(pad)
    if isinstance(gelezen, dict):
        delen = {
            naam: met_typen(deel, typen, f"{pad}/{naam.replace('~', '~0').replace('/', '~1')}")
            for naam, deel in gelezen.items()
        }
        if soort == PERSOON:
            return _persoon(pad, delen)
        return delen
    if isinstance(gelezen, list):
        return [met_typen(deel, typen, f"{pad}/{plaats}") for plaats, deel in enumerate(gelezen)]
    if soort is None:
        return gelezen
    lezer = _LEZERS.get(soort)
    if lezer is None or not isinstance(gelezen, str):
        raise ValueError(f"op {pad} staat geen {soort}")
    try:
        return lezer(gelezen)
    except (ArithmeticError, ValueError):
        raise ValueError(f"op {pad} staat geen {soort}") from None


def _persoon(pad: str, delen: dict[str, Any]) -> Persoonsgegeven:
    if delen.keys() != {"betrokkene", "waarde"} or not isinstance(delen["betrokkene"], str):
        raise ValueError(f"op {pad} staat geen {PERSOON}")
    return Persoonsgegeven(delen["betrokkene"], delen["waarde"])

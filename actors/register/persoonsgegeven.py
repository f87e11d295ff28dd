"""Persoonsgegeven: a value that is stored encrypted under a key of its betrokkene (AVG art. 4, 17).

Destroying that key destroys the value in every journal, feed and projection, while the chain still proves.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Persoonsgegeven:
    """A value about a person; `waarde` is None when its key has been destroyed."""

    betrokkene: str
    waarde: Any = field(repr=False)


@dataclass(frozen=True, slots=True)
class Persoonlijk:
    """Marks a field of a commando's contract as personal: `Annotated[str, Persoonlijk()]`."""


def onthul(waarde: Any) -> Any:
    """The bare value, also inside a Persoonsgegeven."""
    return waarde.waarde if isinstance(waarde, Persoonsgegeven) else waarde

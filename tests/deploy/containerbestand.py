"""What a Containerfile says, instruction by instruction."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.docs.bladen import ROOT

CONTAINERFILE = ROOT / "scripts" / "deploy" / "Containerfile"


class Instructie(NamedTuple):
    """One instruction: its name (`COPY`) and the rest of it, continued lines joined; `trap` is which stage it is in."""

    naam: str
    rest: str
    trap: int


def instructies(bestand: Path = CONTAINERFILE) -> list[Instructie]:
    """All of them, in order. Those before the first stage are of stage 0."""
    regels = [regel for regel in bestand.read_text(encoding="utf-8").splitlines() if not regel.startswith("#")]
    uit, trap = [], 0
    for regel in re.sub(r"\\\n\s*", "", "\n".join(regels)).splitlines():
        naam, _, rest = regel.strip().partition(" ")
        if naam:
            trap += naam == "FROM"
            uit.append(Instructie(naam, rest.strip(), trap))
    return uit


def van(naam: str, trap: int) -> Iterator[str]:
    """What stands behind each instruction of this name in this stage."""
    return (een.rest for een in instructies() if een.naam == naam and een.trap == trap)


def bronnen() -> list[str]:
    """Which files and folders of the source are put in the image."""
    return [bron for rest in van("COPY", 1) for bron in shlex.split(rest)[:-1]]


def omgeving() -> dict[str, str]:
    """The environment of what runs."""
    return dict(deel.split("=", 1) for rest in van("ENV", 2) for deel in shlex.split(rest))


def opdracht(naam: str) -> list[str]:
    """The words of ENTRYPOINT, CMD or HEALTHCHECK; only the form without a shell is read."""
    (rest,) = van(naam, 2)
    woorden: list[str] = json.loads(rest[rest.index("[") :])
    return woorden

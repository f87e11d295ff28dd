"""Schemanamen: what tables, keys and schemas are called in paths and in the document."""

import re

from actors.register.context import Aggregaatsoort, Context
from actors.register.projectie import Projectie

_SCHEIDING = re.compile("[^0-9a-zA-Z]+")


def pascal(naam: str) -> str:
    """`auto-openbaar` → `AutoOpenbaar`."""
    return "".join(deel[:1].upper() + deel[1:] for deel in _SCHEIDING.split(naam))


def rij_naam(projectie: Projectie) -> str:
    """What the schemas of a table begin with."""
    return pascal(projectie.naam)


def tabel_pad(projectie: Projectie) -> str:
    """The table in a path."""
    return projectie.naam.replace("_", "-").lower()


def meervoud(soort: Aggregaatsoort) -> str:
    """The aggregates of a kind in a path."""
    return (soort.meervoud or f"{soort.naam}s").replace("_", "-").lower()


def sleutelnamen(context: Context, projectie: Projectie) -> list[tuple[str, str]]:
    """The parts of the key of a row: what each is called in a path, and what it is."""
    namen = context.aggregaat(projectie.aggregaat).onderwerpen or (projectie.aggregaat,)
    delen = (*namen, *(f"deel{n}" for n in range(len(namen) + 1, projectie.over + 1)))[: projectie.over]
    return [(f"{deel.split('_')[0]}{pascal('_'.join(deel.split('_')[1:]))}Id", deel) for deel in delen]

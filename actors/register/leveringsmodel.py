"""Leveringsmodel: "voor wie, op welke grond, welke gegevens, in welke vorm" (handreiking, "Leveringsmodellen").

Whatever leaves a register leaves by one of these: a bericht, a letter or a table. Who asks or receives gets the velden
that it names, and no others.
"""

from collections.abc import Iterator
from typing import NamedTuple

from actors.register.bekendmaking import Brief, Notificatie
from actors.register.context import Context
from actors.register.projectie import Projectie
from actors.register.verantwoording import Grond

OPENBAAR = "openbaar"
"""The doelgroep that everybody is in."""


class Leveringsmodel(NamedTuple):
    """For whom (`doelgroep`), on what ground, which velden and in what form; `naam` is name@version."""

    naam: str
    vorm: str
    doelgroep: str
    grondslag: Grond
    velden: tuple[str, ...]
    omschrijving: str


def leveringsmodellen(context: Context) -> Iterator[Leveringsmodel]:
    """All that a register delivers."""
    for bericht in context.notificaties:
        yield _model(bericht, "bericht", bericht.gegevens)
    for brief in context.brieven:
        yield _model(brief, "brief", (brief.over, *brief.ook))
    for tabel in context.projecties:
        yield _model(tabel, "tabel" if tabel.bewaard else "tabel, op aanvraag gemaakt", tuple(tabel.kolommen))


def _model(van: Notificatie | Brief | Projectie, vorm: str, velden: tuple[str, ...]) -> Leveringsmodel:
    return Leveringsmodel(f"{van.naam}@{van.versie}", vorm, van.doelgroep, van.grondslag, velden, van.omschrijving)


def mag_krijgen(doelgroep: str, voor: str | None) -> bool:
    """Whether what is for this doelgroep may go to who asks (None: who it is for asks)."""
    return voor in (None, doelgroep) or doelgroep == OPENBAAR

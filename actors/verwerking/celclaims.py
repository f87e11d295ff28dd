"""Celclaims: which claims stand behind what a row of a table says on a day.

Most cells name theirs. What is left of something (`Restant`) has a claim of its own for each thing that is taken off:
those are looked up in the aggregate, as it was known then.
"""

from collections.abc import Callable, Iterator, Mapping

from actors.register.beeld import Beeld
from actors.register.projectie import Projectie, Restant
from actors.register.tijdlijnen import Onderwerp, stuk_op
from actors.verwerking.antwoord import Momenten, Onbekend
from actors.verwerking.momenten import dag_van


def claims_achter(  # noqa: PLR0913 - a cell, and where to look
    projectie: Projectie,
    onderwerp: Onderwerp,
    kolom: str | None,
    momenten: Momenten,
    cellen: Mapping[str, str],
    beeld: Callable[[], Beeld],
) -> tuple[str, ...]:
    """The ids of the claims behind one column of a row, or behind all of them; none when it says nothing then.

    `cellen` is the claim that each cell names, `beeld` the time lines of the aggregate as known then. KeyError when the
    table has no such column.
    """
    if kolom is not None and kolom not in projectie.kolommen:
        raise Onbekend(f"{projectie.naam} heeft geen kolom {kolom!r}; er zijn: {', '.join(projectie.kolommen)}")
    uit: dict[str, None] = {}
    for naam, claim in cellen.items():
        if kolom in (None, naam):
            uit[claim] = None
            van = projectie.kolommen[naam]
            if isinstance(van, Restant):
                uit.update(dict.fromkeys(_eraf(beeld(), onderwerp, van, momenten)))
    return tuple(uit)


def _eraf(beeld: Beeld, onderwerp: Onderwerp, van: Restant, momenten: Momenten) -> Iterator[str]:
    dag = dag_van(momenten.geldig_op)
    for lijn in beeld.kinderen(onderwerp, van.af).values():
        stuk = stuk_op(lijn, dag)
        if stuk is not None:
            yield stuk.claim

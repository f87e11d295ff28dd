"""Vraag: from the words of a command to what is asked of a register, checked before anything is opened."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple, TypeAlias

import typer

from actors.cli.fouten import Gebruiksfout
from actors.cli.opties import lees_register, lees_tekst
from actors.register.projectie import Projectie
from actors.runtime.catalogue import contexten
from actors.runtime.lezing import Registerlezing
from actors.verwerking.antwoord import Antwoord, Vraag, Vraagsoort
from actors.verwerking.herhaaltoken import is_spoor, register_van, vraag_van

RegisterArgument: TypeAlias = Annotated[
    str | None, typer.Argument(metavar="REGISTER", parser=lees_register, help="Het register.")
]
BeperkArgument: TypeAlias = Annotated[
    str | None,
    typer.Argument(metavar="REGISTER", parser=lees_register, help="Alleen dit register; zonder: alle."),
]
ProjectieArgument: TypeAlias = Annotated[
    str | None, typer.Argument(metavar="PROJECTIE", parser=lees_tekst, help="De tabel; `gevolg model` noemt ze.")
]


class Gevraagd(NamedTuple):
    """A table of a register, and the key of one of its rows, or no key."""

    register: str
    projectie: Projectie
    sleutel: tuple[str, ...]


def gevraagd(register: str | None, projectie: str | None, sleutel: Sequence[str] | None) -> Gevraagd:
    """What these words name; Gebruiksfout with what there is when they name nothing."""
    if register is None:
        raise Gebruiksfout("noem een REGISTER en een PROJECTIE, of een herhaaltoken met --token.")
    tabellen = {p.naam: p for c in contexten() if c.naam == register for p in c.projecties}
    er_zijn = f"er zijn: {', '.join(tabellen)}."
    if projectie is None:
        raise Gebruiksfout(f"noem ook een PROJECTIE van {register}; {er_zijn}")
    if projectie not in tabellen:
        raise Gebruiksfout(f"{register} heeft geen projectie {projectie!r}; {er_zijn}")
    tabel = tabellen[projectie]
    delen = sleutelnamen(register, tabel)
    if sleutel and len(sleutel) != len(delen):
        raise Gebruiksfout(
            f"de sleutel van {projectie} is {len(delen)} woord{'en' * (len(delen) > 1)}"
            f" ({' '.join(delen)}), hier staan er {len(sleutel)}."
        )
    return Gevraagd(register, tabel, tuple(sleutel or ()))


def sleutelnamen(register: str, projectie: Projectie) -> tuple[str, ...]:
    """What stands at each place of the key of a row."""
    (context,) = (c for c in contexten() if c.naam == register)
    namen = context.aggregaat(projectie.aggregaat).onderwerpen or (projectie.aggregaat,)
    return (*namen, *("deel",) * projectie.over)[: projectie.over]


def projectie_van(vraag: Vraag) -> Projectie:
    """The table that a question is about."""
    return next(
        p for c in contexten() if c.naam == vraag.register for p in c.projecties if p.opslagnaam == vraag.leveringsmodel
    )


def herhaald(data: Path, token: str, ook: Sequence[Any], soort: Vraagsoort | None = None) -> Antwoord[Any]:
    """The answer that was given with this token; `ook` is what else was said of the question, and should be nothing.

    `soort` is the one kind of answer that the command shows (None: all of them).
    """
    if any(een not in (None, []) for een in ook):
        raise Gebruiksfout("bij --token hoort geen andere vraag; het herhaaltoken zegt zelf wat er gevraagd is.")
    van = vraag_van(token).soort
    if soort not in (None, van):
        raise Gebruiksfout(
            f"dit herhaaltoken is van een antwoord van de soort {van}, niet {soort};"
            " gebruik `gevolg lees --token`, dat toont elke soort."
        )
    with Registerlezing.alleen_lezen(data, None if is_spoor(token) else [register_van(token)]) as lezing:
        return lezing.herhaal(token)

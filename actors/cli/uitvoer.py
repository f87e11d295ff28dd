"""Uitvoer: where the commands write, and how values look there. Data goes to stdout, all else to stderr."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from actors.verwerking.antwoord import Antwoord
from actors.verwerking.jsonvorm import ONLEESBAAR, json_tekst

BREEDTE = 100
"""Columns that a text for people takes at most; a line in a pipe is as long."""

_LANG = 64


def schoon(tekst: str) -> str:
    """Text that is safe on a terminal: what is not to be read is shown as the replacement sign."""
    return ONLEESBAAR.sub("\ufffd", tekst)


def kort(tekst: str) -> str:
    """Text of someone else within a message: on one line, not too long."""
    regel = schoon(" ".join(tekst.split()))
    return regel if len(regel) <= _LANG else f"{regel[: _LANG - 1]}…"


class _Console(Console):
    """Shows only what can be read, and leaves a reader that stopped reading to the place where errors end."""

    def print(self, *objects: Any, **extra: Any) -> None:
        """As rich prints, with each Text made safe; its styles stay where they are."""
        for tekst in objects:
            if isinstance(tekst, Text):
                tekst.plain = schoon(tekst.plain)
        super().print(*objects, **extra)

    def on_broken_pipe(self) -> None:
        """Called while the error is handled."""
        raise BrokenPipeError


def console(*, stderr: bool = False) -> Console:
    """A console that adds nothing of its own: colour only on a terminal, no wrapping but ours."""
    kaal = _Console(stderr=stderr, highlight=False, emoji=False, markup=False, soft_wrap=True)
    kaal.width = min(kaal.width, BREEDTE) if kaal.is_terminal else BREEDTE
    return kaal


def schrijf_json(waarde: Any, *, stderr: bool = False, regel: bool = False) -> None:
    """A value as JSON; `regel` keeps it on one line."""
    typer.echo(json_tekst(waarde, indent=None if regel else 2), err=stderr)


def schrijf_bytes(inhoud: bytes) -> None:
    """Bytes on stdout, exactly as they are."""
    typer.echo(inhoud, nl=False)


def schrijf_antwoord(antwoord: Antwoord[Any]) -> None:
    """An answer as JSON on a line of its own: its very bytes, whatever the encoding of the terminal."""
    schrijf_bytes(antwoord.als_bytes() + b"\n")


@contextmanager
def voortgang(wat: str, totaal: int) -> Iterator[Progress]:
    """A progress bar on stderr with one task (number 0), gone when done; nothing where there is no terminal."""
    scherm = Console(stderr=True)
    balk = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=scherm,
        transient=True,
        auto_refresh=False,  # a thread that draws slows the commits of a process that writes
        disable=not scherm.is_terminal,
    )
    with balk:
        balk.add_task(wat, total=totaal)
        yield balk

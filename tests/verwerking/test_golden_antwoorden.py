"""The bytes of an answer are frozen: its herhaaltoken promises them for ever, whichever version of gevolg is asked.

`tests/golden/antwoorden.txt` has a line per kind of answer: its name, then the answer, in a world that never changes.
When an answer comes to read otherwise, tokens that were given out would give other bytes: raise `herhaaltoken.VORM`, so
that those are refused, and put the lines that this test fails with in the place of the old ones.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from actors.runtime.systeem import RegisterSystem
from actors.verwerking.antwoord import Antwoord, Vraagsoort
from tests.domein import auto, correctie, dag, huishouden, wanneer
from tests.wereld import commando_id, vaste_wereld

GOLDEN = Path(__file__).parent.parent / "golden" / "antwoorden.txt"
AUTO = ("wegonderhoud", "auto", "auto-1")


def punten(registers: RegisterSystem) -> str:
    [gevolg] = registers.gevolgen_achter(*AUTO, kolom="punten", geldig_op=dag("06-01"))
    return gevolg


VRAGEN: dict[str, Callable[[RegisterSystem], Antwoord[Any]]] = {
    "rij": lambda registers: registers.lees(*AUTO, geldig_op=dag("06-01")),
    "tabel": lambda registers: registers.tabel("wegonderhoud", "auto", geldig_op=dag("06-01")),
    "historie": lambda registers: registers.historie(*AUTO),
    "taken": lambda registers: registers.taken("spitspas"),
    "uitleg": lambda registers: registers.uitleg(*AUTO, geldig_op=dag("06-01")),
    "herkomst": lambda registers: registers.herkomst(punten(registers)),
    "doorwerking": lambda registers: registers.doorwerking(punten(registers), hoogstens=3),
}


def test_every_kind_of_answer_is_in_the_bytes_that_were_frozen() -> None:
    assert set(VRAGEN) == set(Vraagsoort)
    oud = dict(regel.split(" ", 1) for regel in GOLDEN.read_text(encoding="utf-8").splitlines())
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld(), versie="test") as registers:
        for nummer, commando in enumerate((auto(), correctie(gewicht_kg=1500), huishouden("noor")), 1):
            registers.verwerk(commando, id=commando_id(nummer), gebeurd_op=wanneer(commando))
        registers.wacht_op_rust()
        nu = {naam: vraag(registers).als_bytes().decode() for naam, vraag in VRAGEN.items()}
    assert nu == oud, "\n".join(["", *(f"{naam} {inhoud}" for naam, inhoud in nu.items())])

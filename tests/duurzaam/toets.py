"""What must hold after whatever happened: nothing damaged, nothing lost, nothing twice, and the same end."""

import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from actors.register.commando import Verwerking, Verwerkt
from actors.register.gevolg import Beoordeling
from actors.register.persoonsgegeven import onthul
from actors.register.verantwoording import Software
from actors.runtime.catalogue import contexten
from actors.runtime.kern import Registerkern
from actors.runtime.klok import Buitenwereld
from actors.runtime.lezing import Registerlezing
from actors.runtime.systeem import RegisterSystem
from storage.opslag import open_lmdb
from storage.verify import verify
from tests.duurzaam.stroom import DAGEN, Ronde
from tests.wereld import vaste_wereld

_KENMERK = re.compile("^Kenmerk: .*$", re.MULTILINE)  # an id

Eindstand = dict[str, Any]
"""What the registers say at rest, without ids and moments: by name, to compare."""


def wereld(leven: int) -> Buitenwereld:
    """A clock of its own for each life of the registers, always later than the one before; real chance."""
    begin = datetime(2026, 6, 1, 6, 0, tzinfo=UTC) + timedelta(seconds=10 * leven)
    return Buitenwereld(vaste_wereld(begin=begin).klok, os.urandom)


def open_registers(map_: Path, leven: int) -> RegisterSystem:
    """The registers in a folder, in one of their lives."""
    return RegisterSystem.open(map_, buitenwereld=wereld(leven), versie="test")


@contextmanager
def in_ruste(map_: Path) -> Iterator[Registerlezing]:
    """The registers as they lie there, while nobody works; opened by a writer, who finishes what was being made."""
    with ExitStack() as geopend:
        kernen = {}
        for context in contexten():
            opslag = open_lmdb(map_, context.naam, clock=wereld(0).klok)
            geopend.callback(opslag.close)
            kernen[context.naam] = Registerkern(context, opslag, Software("", "", ""), wereld(0).klok)
        yield Registerlezing(kernen, wereld(0), geopend)


def keur(map_: Path) -> None:
    """Look at the stores as they lie there: chain, indexes, positions, and readers with what they caused."""
    with in_ruste(map_) as lezing:
        for kern in lezing._kernen.values():
            assert verify(kern.opslag) == []
            for bron in kern.bronnen():
                assert _beoordeeld(lezing, kern.naam, bron) == _gelezen(lezing, kern.naam, bron)


def _beoordeeld(lezing: Registerlezing, register: str, bron: str) -> list[int]:
    """The signalen of a source that this register has a judgement of."""
    inhouden = (g.inhoud for t in lezing.gevolgen(register) for g in t.gevolgen)
    return [inhoud.nummer for inhoud in inhouden if isinstance(inhoud, Beoordeling) and inhoud.bron == bron]


def _gelezen(lezing: Registerlezing, register: str, bron: str) -> list[int]:
    """The signalen of a source that this register says it has read."""
    vertalingen = lezing._kernen[register].context.vertalingen
    gehoord = {f"{v.notificatie.naam}@{v.notificatie.versie}" for v in vertalingen if v.bron == bron}
    tot = lezing.standen()[register]["gelezen"].get(bron, 0)
    gemaakt = (v for v in lezing.verstrekkingen(bron) if v["bekendmaking"] in gehoord)
    return [v["nummer"] for v in gemaakt if v["nummer"] <= tot]


def achterstand(map_: Path) -> set[str]:
    """Who still had work when the process was killed."""
    with in_ruste(map_) as lezing:
        standen = lezing.standen()
    werk = {
        "bekendmaker": any(s["positie"] > s["bekendgemaakt_tot"] for s in standen.values()),
        "projector": any(s["positie"] > s["geprojecteerd_tot"] for s in standen.values()),
        "translator": any(
            standen[bron]["verstrekkingen"] > tot for s in standen.values() for bron, tot in s["gelezen"].items()
        ),
    }
    return {wie for wie, heeft in werk.items() if heeft}


def maak_af(map_: Path, verhaal: Sequence[Ronde], leven: int) -> tuple[dict[str, Verwerking], Eindstand]:
    """Open again after whatever happened, offer the whole story again: the answer per id, and how it ends."""
    keur(map_)
    with open_registers(map_, leven) as registers:
        uit = vertel(registers, verhaal)
    keur(map_)
    return uit


def ongestoord(verhaal: Sequence[Ronde]) -> Eindstand:
    """How a story ends when nothing goes wrong, in memory."""
    with RegisterSystem.in_memory(buitenwereld=wereld(0), versie="test") as registers:
        return vertel(registers, verhaal)[1]


def vertel(registers: RegisterSystem, verhaal: Sequence[Ronde]) -> tuple[dict[str, Verwerking], Eindstand]:
    registers.wacht_op_rust()
    antwoorden: dict[str, Verwerking] = {}
    for ronde in verhaal:
        for aangeboden, antwoord in zip(ronde, registers.verwerk_alle(ronde), strict=True):
            antwoorden.setdefault(aangeboden.id, antwoord)
        registers.wacht_op_rust()
    return antwoorden, eindstand(registers)


def eindstand(registers: RegisterSystem) -> Eindstand:
    """Tables, counts of gevolgen per kind, letters to the last word, and totals."""
    uit: Eindstand = {}
    for naam, kern in registers._kernen.items():
        transacties = list(registers.gevolgen(naam))
        uit[f"{naam}: transacties"] = len(transacties)
        uit[f"{naam}: commando's twee keer"] = _twee_keer(t.commando_id for t in transacties)
        uit[f"{naam}: gevolgen"] = Counter(g.naam for t in transacties for g in t.gevolgen)
        verstrekkingen = list(registers.verstrekkingen(naam))
        uit[f"{naam}: verstrekkingen"] = Counter(v["bekendmaking"] for v in verstrekkingen)
        brieven = [(v["aan"], _KENMERK.sub("", onthul(v["tekst"]))) for v in verstrekkingen if v["vorm"] == "brief"]
        uit[f"{naam}: brieven"] = sorted(brieven)
        for projectie in kern.context.projecties:
            for dag in DAGEN:
                uit[f"{naam}: {projectie.naam} op {dag}"] = registers.tabel(naam, projectie.naam, geldig_op=dag).inhoud
        uit[f"{naam}: taken"] = len(registers.taken(naam).inhoud)
    return uit


def _twee_keer(ids: Any) -> list[str]:
    return [een for een, aantal in Counter(ids).items() if aantal > 1]


def gelijk(einde: Eindstand, hoort: Eindstand) -> None:
    """The same in everything; says in what it is not."""
    anders = {naam: (einde[naam], hoort[naam]) for naam in hoort if einde[naam] != hoort[naam]}
    assert not anders, f"anders dan ongestoord: {list(anders)}; {str(anders)[:2000]}"
    assert einde.keys() == hoort.keys()


def uit_de_opslag(erkend: dict[str, Verwerking], nogmaals: dict[str, Verwerking]) -> None:
    """Everything that was acknowledged gets the same answer again, without being processed again."""
    for id_, antwoord in erkend.items():
        assert nogmaals[id_] == antwoord
        assert not isinstance(antwoord, Verwerkt) or getattr(nogmaals[id_], "uit_opslag", False), id_

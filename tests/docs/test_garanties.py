"""The guarantees: each names tests that exist; and those that no other test holds, held here."""

import ast
import re
from functools import cache
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from actors.contexten.wegonderhoud.commandos import Aanschaf, CorrigeerAutogegevens, WijzigTenaamstelling
from actors.register.claim import gevolg_van
from actors.register.commando import Verwerkt
from actors.register.gevolg import Afleiding, Beoordeling, Overname
from actors.runtime.catalogue import CONTEXTEN
from actors.runtime.systeem import RegisterSystem
from tests.docs.bladen import ROOT, blad
from tests.domein import dag, verkoop, zonder_geschiedenis
from tests.wereld import AANKOOP, auto, huishouden, vaste_wereld

_CITAAT = re.compile(r"^\* `(tests/[^`:]+)::([^`]+)`$", re.MULTILINE)
_GARANTIE = re.compile(r"^## (G(\d+) .+)$", re.MULTILINE)


def garanties() -> dict[str, list[tuple[str, str]]]:
    delen = _GARANTIE.split(blad("reference/garanties.md").tekst)
    return {kop: _CITAAT.findall(tekst) for kop, tekst in zip(delen[1::3], delen[3::3], strict=True)}


@cache
def namen_in(bestand: Path) -> set[str]:
    boom = ast.parse(bestand.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(boom) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_guarantees_are_numbered_in_order() -> None:
    nummers = [int(n) for _, n in _GARANTIE.findall(blad("reference/garanties.md").tekst)]
    assert nummers == list(range(1, len(nummers) + 1))
    assert nummers


@pytest.mark.parametrize("garantie", garanties())
def test_every_guarantee_names_tests_that_exist(garantie: str) -> None:
    citaten = garanties()[garantie]
    assert citaten, f"{garantie} wordt door geen test gehouden"
    for bestand, naam in citaten:
        assert (ROOT / bestand).exists(), bestand
        assert naam in namen_in(ROOT / bestand), f"{bestand} heeft geen {naam}"


def test_a_guarantee_that_a_test_claims_to_hold_exists() -> None:
    genoemd = set()
    for bestand in sorted((ROOT / "tests").rglob("test_*.py")):
        genoemd |= set(re.findall(r'"""(G\d+):', bestand.read_text(encoding="utf-8")))
    assert genoemd <= {f"G{n}" for _, n in _GARANTIE.findall(blad("reference/garanties.md").tekst)}


# --- held here ------------------------------------------------------------------------------------------------


def gevuld(registers: RegisterSystem) -> None:
    """Sam buys a car, it is put right, and he sells it to Robin."""
    registers.verwerk(huishouden())
    registers.verwerk(auto(uitstoot_g_per_km=100, koper_naam="Samantha Jansen", kenteken="GEHEIM-01"))
    registers.verwerk(CorrigeerAutogegevens(auto_id="auto-1", uitstoot_g_per_km=120), gebeurd_op=AANKOOP)
    registers.verwerk(verkoop(verkoop_aan("robin")))
    registers.wacht_op_rust()


def verkoop_aan(koper: str) -> Aanschaf:
    return Aanschaf(
        aanschaf_id=f"koop-{koper}",
        koper=koper,
        koper_naam="Robin de Vries",
        aankoopdatum=dag("06-01"),
        regio="Middenland",
        wijk="Havenkwartier",
    )


def test_every_verstrekking_that_is_read_has_its_judgement() -> None:
    """G9: every notificatie a register has a vertaling for is judged there, once."""
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld(), versie="test") as registers:
        gevuld(registers)
        for context in CONTEXTEN:
            verwacht = sorted(
                (v.bron, gelezen["nummer"])
                for v in context.vertalingen
                for gelezen in registers.verstrekkingen(v.bron)
                if gelezen["bekendmaking"].partition("@")[0] == v.notificatie.naam
            )
            oordelen = [
                g.inhoud
                for t in registers.gevolgen(context.naam)
                for g in t.gevolgen
                if isinstance(g.inhoud, Beoordeling)
            ]
            assert sorted((o.bron, o.nummer) for o in oordelen) == verwacht
            assert all(o.reden for o in oordelen)


def test_every_derived_value_names_recorded_claims_and_steps() -> None:
    """G10: the invoer of every derived value can be followed to what was recorded."""
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld(), versie="test") as registers:
        gevuld(registers)
        afgeleid = 0
        for register in registers.registers:
            bekend: set[str] = set()
            for transactie in registers.gevolgen(register):
                for gevolg in transactie.gevolgen:
                    bekend.add(gevolg.id)
                    if isinstance(gevolg.inhoud, Overname):
                        bekend |= {gevolg_van(m.claim) for m in gevolg.inhoud.mededelingen}
                    if isinstance(gevolg.inhoud, Afleiding) and gevolg.inhoud.stuk.waarde is not None:
                        verklaring = gevolg.verklaring
                        assert verklaring is not None
                        assert verklaring.regel
                        assert verklaring.regelversie >= 1
                        assert verklaring.invoer
                        assert verklaring.stappen
                        assert {gevolg_van(i.claim) for i in verklaring.invoer} <= bekend
                        afgeleid += 1
        assert afgeleid > 10


def antwoorden(registers: RegisterSystem) -> list[Any]:
    """Every table on some days, and what waits."""
    dagen = [dag("02-15"), AANKOOP, dag("05-31"), dag("06-01"), dag("09-01")]
    tabellen = [
        registers.tabel(c.naam, p.naam, geldig_op=op).inhoud for c in CONTEXTEN for p in c.projecties for op in dagen
    ]
    return [*tabellen, [zonder_geschiedenis(registers.taken(c.naam).inhoud) for c in CONTEXTEN]]


def test_in_every_order_of_arrival_the_answers_at_rest_are_the_same() -> None:
    """G11: households, a sale, a correction and a late member, in every order that is accepted."""
    meldingen = {
        "huis": huishouden("huis", "sam"),
        "robin": huishouden("huis-robin", "robin"),
        "verkoop": WijzigTenaamstelling(auto_id="auto-1", aanschaf=verkoop_aan("robin")),
        "correctie": CorrigeerAutogegevens(auto_id="auto-1", uitstoot_g_per_km=150),
        "auto": auto(),
    }
    gezien: list[list[Any]] = []
    for volgorde in permutations(meldingen):
        if min(volgorde.index("verkoop"), volgorde.index("correctie")) < volgorde.index("auto"):
            continue
        with RegisterSystem.in_memory(buitenwereld=vaste_wereld(), versie="test") as registers:
            for naam in volgorde:
                assert isinstance(registers.verwerk(meldingen[naam], gebeurd_op=AANKOOP), Verwerkt)
                if volgorde.index(naam) % 2:
                    registers.wacht_op_rust()
            registers.wacht_op_rust()
            gezien.append(antwoorden(registers))
    assert len(gezien) == 40
    assert all(antwoord == gezien[0] for antwoord in gezien)


def test_a_context_imports_of_another_only_its_bekendmakingen_and_only_in_its_vertaling() -> None:
    """G12: contexts meet in one place."""
    contexten = ROOT / "actors" / "contexten"
    gevonden = set()
    for bestand in sorted(contexten.rglob("*.py")):
        eigen = bestand.relative_to(contexten).parts[0]
        for node in ast.walk(ast.parse(bestand.read_text(encoding="utf-8"))):
            namen = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            namen += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for naam in namen:
                delen = naam.split(".")
                if delen[:2] == ["actors", "contexten"] and delen[2] != eigen:
                    gevonden.add((bestand.name, delen[3]))
    assert gevonden == {("vertaling.py", "bekendmakingen")}


def test_a_notificatie_holds_only_what_was_declared_for_its_consumer() -> None:
    """G12: a consumer gets no more than it may have."""
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld(), versie="test") as registers:
        gevuld(registers)
        for context in CONTEXTEN:
            mag = {f"{n.naam}@{n.versie}": set(n.gegevens) for n in context.notificaties}
            for v in registers.verstrekkingen(context.naam):
                if v["vorm"] == "notificatie":
                    assert {m[1] for m in v["mededelingen"]} <= mag[v["bekendmaking"]]

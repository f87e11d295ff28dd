"""Uitleg, herkomst and doorwerking are answers like any other: of which moments, and to be had again byte for byte."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from actors.runtime.klok import systeemklok
from actors.runtime.lezing import Registerlezing
from actors.runtime.systeem import RegisterSystem
from actors.verwerking.antwoord import Antwoord, NogNietZover, Vervallen
from actors.verwerking.generiek.commandos import WisPersoonsgegevens
from actors.verwerking.jsonvorm import json_bytes
from actors.verwerking.verbandindex import VERBANDEN
from storage.incarnation import begin_incarnation
from tests.domein import Keten, auto, correctie, dag, degistratie, huishouden, keten

REGISTERS = ("wegonderhoud", "aanschafheffing", "spitspas")
HEFFING = ("aanschafheffing", "referentietabel", "auto-1", "koop-sam-03-01")
PASSEN = ("spitspas", "huishouden", "huis")

Vraag = Callable[[Registerlezing], Antwoord[Any]]


def eerste_gevolg(lezing: Registerlezing, register: str = "wegonderhoud") -> str:
    return next(iter(lezing.gevolgen(register))).gevolgen[0].id


def besluit(lezing: Registerlezing) -> str:
    [gevolg] = lezing.gevolgen_achter(*HEFFING, kolom="heffing_eurocent", geldig_op=dag("06-01"))
    return gevolg


VRAGEN: dict[str, Vraag] = {
    "uitleg van een rij": lambda lezing: lezing.uitleg(*HEFFING, geldig_op=dag("06-01")),
    "uitleg van een kolom": lambda lezing: lezing.uitleg("wegonderhoud", "auto", "auto-1", geldig_op=dag("06-01")),
    "uitleg van een gevolg": lambda lezing: lezing.uitleg_van(besluit(lezing)),
    "herkomst": lambda lezing: lezing.herkomst(besluit(lezing)),
    "herkomst, hoogstens drie": lambda lezing: lezing.herkomst(besluit(lezing), hoogstens=3),
    "doorwerking": lambda lezing: lezing.doorwerking(eerste_gevolg(lezing)),
}
alle = pytest.mark.parametrize("vraag", VRAGEN.values(), ids=VRAGEN)


def begin(registers: Keten) -> None:
    registers.verwerk(huishouden("sam"), auto())


def verder(registers: Keten) -> None:
    registers.verwerk(correctie("auto-1", uitstoot_g_per_km=220), correctie("auto-1", gewicht_kg=1800))


def herhaald(lezing: Registerlezing, antwoord: Antwoord[Any]) -> bytes:
    assert antwoord.herhaaltoken is not None
    return lezing.herhaal(antwoord.herhaaltoken).als_bytes()


@alle
def test_it_says_of_which_moment_it_is_and_the_same_question_has_the_same_token(vraag: Vraag) -> None:
    with keten() as registers:
        begin(registers)
        een, ander = vraag(registers.registers), vraag(registers.registers)
        positie = registers.registers.standen()[een.vraag.register]["positie"]
        assert (een.momenten.positie, een.volledig) == (positie, True)
        assert een.momenten.beschikbaar_op == registers.registers.moment_van(een.vraag.register, positie)
        assert (een.als_bytes(), een.herhaaltoken) == (ander.als_bytes(), ander.herhaaltoken)


@alle
def test_the_token_gives_the_same_bytes_after_corrections_rebuild_and_restart_and_to_who_only_reads(
    tmp_path: Path, vraag: Vraag
) -> None:
    with keten(tmp_path) as registers:
        begin(registers)
        toen = vraag(registers.registers)
        verder(registers)
        registers.verwerk(degistratie(("auto-1",)))
        assert herhaald(registers.registers, toen) == toen.als_bytes()
        for register in REGISTERS:
            registers.registers.herbouw(register)
        assert herhaald(registers.registers, toen) == toen.als_bytes()
    with Registerlezing.alleen_lezen(tmp_path) as lezing:
        assert herhaald(lezing, toen) == toen.als_bytes()


def test_what_was_corrected_since_is_told_in_the_uitleg_of_now_and_not_in_that_of_then() -> None:
    with keten() as registers:
        begin(registers)
        toen = VRAGEN["uitleg van een gevolg"](registers.registers)
        verder(registers)
        assert toen.herhaaltoken is not None
        nu = registers.registers.uitleg_van(toen.vraag.sleutel[2])
        assert "daarna" not in toen.inhoud.tekst
        assert "daarna" in nu.inhoud.tekst
        assert registers.registers.herhaal(toen.herhaaltoken).inhoud == toen.inhoud


def test_a_doorwerking_grows_and_its_token_keeps_to_what_was_known() -> None:
    with keten() as registers:
        begin(registers)
        toen = VRAGEN["doorwerking"](registers.registers)
        verder(registers)
        nu = VRAGEN["doorwerking"](registers.registers)
        assert len(nu.inhoud.knopen) > len(toen.inhoud.knopen)
        assert nu.herhaaltoken != toen.herhaaltoken
        assert herhaald(registers.registers, toen) == toen.als_bytes()
        assert registers.registers.doorwerking(*toen.vraag.sleutel, tot=toen.inhoud.tot).inhoud == toen.inhoud


@pytest.mark.parametrize("naam", ["uitleg van een kolom", "herkomst", "doorwerking"])
def test_what_held_values_that_are_destroyed_since_is_not_given_again(naam: str) -> None:
    with keten() as registers:
        begin(registers)
        toen = VRAGEN[naam](registers.registers)
        for register in ("wegonderhoud", "aanschafheffing"):
            registers.verwerk(WisPersoonsgegevens(betrokkene_id="sam", toelichting="op verzoek"), register=register)
        with pytest.raises(Vervallen, match="vernietigd of gewist"):
            herhaald(registers.registers, toen)
        nu = VRAGEN[naam](registers.registers)
        assert b'"Sam"' not in nu.als_bytes()
        verder(registers)
        assert herhaald(registers.registers, nu) == nu.als_bytes(), "from then on it is the same for ever"


def test_of_a_register_that_is_not_open_nothing_is_answered_that_looked_there(tmp_path: Path) -> None:
    with keten(tmp_path) as registers:
        begin(registers)
        toen = VRAGEN["doorwerking"](registers.registers)
    with Registerlezing.alleen_lezen(tmp_path, ["wegonderhoud"]) as lezing:
        with pytest.raises(NogNietZover, match="ging ook over aanschafheffing"):
            herhaald(lezing, toen)
        alleen = VRAGEN["doorwerking"](lezing)
        assert [*alleen.inhoud.tot] == ["wegonderhoud"]
    with Registerlezing.alleen_lezen(tmp_path) as lezing:
        assert herhaald(lezing, alleen) == alleen.als_bytes()


def test_when_another_register_was_put_back_an_answer_that_looked_further_there_is_gone(tmp_path: Path) -> None:
    with keten(tmp_path / "data") as registers:
        begin(registers)
        gedeeld = VRAGEN["doorwerking"](registers.registers)
    shutil.copytree(tmp_path / "data" / "spitspas", tmp_path / "kopie")
    with keten(tmp_path / "data", "verder") as registers:
        verder(registers)
        verloren = VRAGEN["doorwerking"](registers.registers)
    shutil.rmtree(tmp_path / "data" / "spitspas")
    shutil.copytree(tmp_path / "kopie", tmp_path / "data" / "spitspas")
    begin_incarnation(tmp_path / "data", "spitspas", clock=systeemklok)
    with Registerlezing.alleen_lezen(tmp_path / "data") as lezing:
        assert herhaald(lezing, gedeeld) == gedeeld.als_bytes()
        with pytest.raises(Vervallen, match="oudere kopie"):
            herhaald(lezing, verloren)


def test_while_the_index_lags_a_doorwerking_is_not_whole_and_has_no_token(tmp_path: Path) -> None:
    with keten(tmp_path) as registers:
        begin(registers)
        eerste = eerste_gevolg(registers.registers)
    with Registerlezing.alleen_lezen(tmp_path) as lezing:
        heel = lezing.doorwerking(eerste)
    with RegisterSystem.open(tmp_path, levering=False) as zonder:
        zonder.verwerk(correctie("auto-1", gewicht_kg=1800), gebeurd_op=dag("04-01"))
        achter = zonder.doorwerking(eerste)
        assert (achter.volledig, achter.herhaaltoken, achter.inhoud.achter) == (False, None, {"wegonderhoud": 1})
        assert herhaald(zonder, heel) == heel.als_bytes()


@pytest.mark.parametrize("naam", ["herkomst", "doorwerking"])
def test_while_the_index_is_built_again_what_looked_further_is_asked_for_later(naam: str) -> None:
    with keten() as registers:
        begin(registers)
        toen = VRAGEN[naam](registers.registers)
        for register, opslag in registers.opslagen.items():
            opslag.projecties.drop(VERBANDEN)
            with pytest.raises(NogNietZover, match=f"{register} is te doorzoeken tot positie 0"):
                herhaald(registers.registers, toen)
            registers.registers.wacht_op_rust()
            assert herhaald(registers.registers, toen) == toen.als_bytes()


def test_the_json_of_an_answer_is_that_of_its_parts() -> None:
    with keten() as registers:
        begin(registers)
        antwoord = VRAGEN["herkomst"](registers.registers)
        assert json_bytes(antwoord.inhoud) in antwoord.als_bytes()

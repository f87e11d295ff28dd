"""Wissen and vernietigen: gone everywhere and for good, and it is on record that it is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from actors.register.commando import NietVerwerkt, Verwerkt
from actors.register.gevolg import Gevolg
from actors.register.vernietiging import Vernietiging
from actors.verwerking.generiek.commandos import VernietigPersoonsgegevens, WisPersoonsgegevens
from actors.verwerking.jsonvorm import als_json
from storage.errors import StorageError
from tests.domein import Keten, aanschaf, auto, correctie, dag, degistratie, huishouden, keten, verkoop
from tests.wereld import commando_id

NAAM = "Roderick Zilverschoon"
WEG, HEFFING = "wegonderhoud", "aanschafheffing"
KOOP = aanschaf("p-1", koper_naam=NAAM, aanschaf_id="koop-1")
AUTO = auto("auto-1", KOOP)
WIS = WisPersoonsgegevens(betrokkene_id="p-1", toelichting="op verzoek")


@pytest.fixture
def registers() -> Iterator[Keten]:
    with keten() as alle:
        alle.verwerk(huishouden("p-1", "p-2"), AUTO)
        yield alle


def wis(registers: Keten, *waar: str) -> None:
    """Erase in these registers (default: all)."""
    for register in waar or registers.registers.registers:
        registers.verwerk(WIS, register=register)


def te_lezen(registers: Keten, register: str) -> str:
    """All that can be read in a register: gevolgen, verstrekkingen and tables."""
    lezen = registers.registers
    delen: list[Any] = [*lezen.gevolgen(register), *lezen.verstrekkingen(register), *lezen.taken(register).inhoud]
    delen += [registers.tabel(register, p.naam) for p in lezen._kernen[register].context.projecties]
    return "\n".join(str(als_json(deel)) for deel in delen)


def verklaringen(registers: Keten, register: str) -> list[Gevolg]:
    return [g for t in registers.registers.gevolgen(register) for g in t.gevolgen if isinstance(g.inhoud, Vernietiging)]


def vernietigd(registers: Keten, register: str = WEG, wie: str = "p-1") -> bool:
    return registers.opslagen[register].sleutels.is_destroyed(wie)


# --- gone, and on record --------------------------------------------------------------------------------------


def test_after_wissen_nobody_reads_the_name_in_that_register(registers: Keten) -> None:
    assert NAAM in te_lezen(registers, WEG)
    assert NAAM in te_lezen(registers, HEFFING)
    wis(registers, WEG)
    assert NAAM not in te_lezen(registers, WEG)
    assert NAAM in te_lezen(registers, HEFFING), "every register has keys of its own"
    wis(registers, HEFFING)
    assert NAAM not in te_lezen(registers, HEFFING)


def test_it_is_recorded_with_the_declaration_ground_and_reason(registers: Keten) -> None:
    wis(registers, WEG)
    [gewist] = verklaringen(registers, WEG)
    assert (gewist.naam, gewist.soort) == ("PersoonsgegevensGewist", "wissen")
    assert isinstance(gewist.inhoud, Vernietiging)
    assert (gewist.inhoud.betrokkene, gewist.inhoud.toelichting) == ("p-1", "op verzoek")
    assert "de sleutel van de betrokkene is vernietigd" in gewist.inhoud.wijze
    assert "artikel 17" in gewist.legitimering[0].verwijzing


def test_destruction_after_the_retention_period_is_recorded_as_that(registers: Keten) -> None:
    commando = VernietigPersoonsgegevens(betrokkene_id="p-1", bewaartermijn_tot=dag("10-01"), toelichting="schema 4")
    registers.verwerk(commando, register=WEG)
    [vernietigd_] = verklaringen(registers, WEG)
    assert (vernietigd_.naam, vernietigd_.soort) == ("PersoonsgegevensVernietigd", "vernietigen")
    assert isinstance(vernietigd_.inhoud, Vernietiging)
    assert vernietigd_.inhoud.toelichting == "bewaartermijn verstreken op 2026-10-01: schema 4"
    assert NAAM not in te_lezen(registers, WEG)


@pytest.mark.parametrize(
    "nog_eens",
    [WIS, VernietigPersoonsgegevens(betrokkene_id="p-1", bewaartermijn_tot=dag("10-01"), toelichting="schema 4")],
)
def test_it_is_done_once(registers: Keten, nog_eens: Any) -> None:
    wis(registers, WEG)
    antwoord = registers.bied_aan(nog_eens, register=WEG)
    assert isinstance(antwoord, NietVerwerkt)
    assert antwoord.regel == "betrokkene_al_gewist"
    assert len(verklaringen(registers, WEG)) == 1


def test_offered_again_under_its_id_the_answer_is_the_same(registers: Keten) -> None:
    eerst, weer = (registers.bied_aan(WIS, register=WEG, id_=commando_id(7)) for _ in range(2))
    assert isinstance(eerst, Verwerkt)
    assert isinstance(weer, Verwerkt)
    assert (eerst.positie, weer.positie, weer.uit_opslag) == (eerst.positie, eerst.positie, True)


def test_whoever_is_not_known_here_can_be_erased_too(registers: Keten) -> None:
    registers.verwerk(WisPersoonsgegevens(betrokkene_id="p-9", toelichting="hij vroeg het"), register=WEG)
    assert vernietigd(registers, wie="p-9")
    antwoord = registers.bied_aan(auto("auto-9", aanschaf("p-9")))
    assert isinstance(antwoord, NietVerwerkt)
    assert antwoord.regel == "betrokkene_gewist"


def test_what_is_refused_destroys_nothing(registers: Keten) -> None:
    fout = WisPersoonsgegevens(betrokkene_id="p-1", toelichting="")
    assert isinstance(registers.bied_aan(fout, register=WEG), NietVerwerkt)
    assert not vernietigd(registers)


# --- life goes on ---------------------------------------------------------------------------------------------


def test_nothing_new_is_recorded_about_whoever_was_erased(registers: Keten) -> None:
    wis(registers, WEG)
    voor = registers.registers.standen()[WEG]["positie"]
    for commando in (
        correctie("auto-1", aanschaf_id="koop-1", koper_naam="Roderik"),
        verkoop(aanschaf("p-1", "09-01", aanschaf_id="koop-3"), "auto-1"),
        auto("auto-3", aanschaf("p-1", aanschaf_id="koop-4")),
    ):
        antwoord = registers.bied_aan(commando)
        assert isinstance(antwoord, NietVerwerkt), commando
        assert antwoord.regel == "betrokkene_gewist"
    assert registers.registers.standen()[WEG]["positie"] == voor


def test_what_is_not_personal_can_still_be_corrected_and_warm_states_tell_no_name(registers: Keten) -> None:
    """What the readers and aggregates keep in memory was read before; nothing of it comes out again."""
    wis(registers)
    registers.verwerk(
        correctie("auto-1", gewicht_kg=1600),
        correctie("auto-1", aanschaf_id="koop-1", aankoopdatum=dag("03-02")),
        verkoop(aanschaf("p-2", "06-01", aanschaf_id="koop-2"), "auto-1"),
    )
    assert registers.rij(WEG, "auto", "auto-1")["punten"] == 24
    for register in registers.registers.registers:
        assert NAAM not in te_lezen(registers, register)


def test_a_decision_after_wissen_has_a_letter_that_nobody_can_read(registers: Keten) -> None:
    wis(registers)
    voor = registers.aantal_brieven[0]
    registers.verwerk(correctie("auto-1", gewicht_kg=1700))
    assert registers.heffing("koop-1") == 500_000
    assert registers.brieven(HEFFING)[voor:] == [None]


def test_the_key_of_a_car_goes_with_its_kenteken_and_the_car_can_still_be_degistered(registers: Keten) -> None:
    """The natural key of what was erased cannot be made any more: that is no fault of whoever works on."""
    registers.verwerk(WisPersoonsgegevens(betrokkene_id="auto-1", toelichting="gesloopt"), register=WEG)
    assert registers.rij(WEG, "auto", "auto-1")["kenteken"] is None
    antwoord = registers.bied_aan(correctie("auto-1", kenteken="XX-1"))
    assert isinstance(antwoord, NietVerwerkt)
    registers.verwerk(correctie("auto-1", gewicht_kg=1400), degistratie())
    assert registers.rij(WEG, "auto", "auto-1") == {}


def test_the_chain_still_proves(tmp_path: Path) -> None:
    with keten(tmp_path) as registers:
        registers.verwerk(huishouden("p-1"), AUTO)
        wis(registers)
        for register in registers.registers.registers:
            assert registers.registers.controleer(register) == []


def test_gone_is_gone_after_reopening(tmp_path: Path) -> None:
    with keten(tmp_path) as registers:
        registers.verwerk(huishouden("p-1"), AUTO)
        wis(registers)
    with keten(tmp_path, "opnieuw") as registers:
        registers.verwerk(correctie("auto-1", gewicht_kg=1600))
        for register in registers.registers.registers:
            assert NAAM not in te_lezen(registers, register)


# --- between the record and the key ---------------------------------------------------------------------------


class Stroomuitval(BaseException):
    """The process ends here."""


def breek_eenmaal(registers: Keten, monkeypatch: pytest.MonkeyPatch, fout: BaseException) -> None:
    """Let the first destruction of a key in wegonderhoud end like this."""
    sleutels = registers.opslagen[WEG].sleutels
    vernietig = sleutels.destroy
    fouten = [fout]

    def destroy(betrokkene: str) -> None:
        if fouten:
            raise fouten.pop()
        vernietig(betrokkene)

    monkeypatch.setattr(sleutels, "destroy", destroy)


def test_a_kill_between_the_record_and_the_key_is_made_good_at_the_next_opening(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with keten(tmp_path) as registers:
        registers.verwerk(AUTO)
        breek_eenmaal(registers, monkeypatch, Stroomuitval())
        with pytest.raises(Stroomuitval):
            registers.bied_aan(WIS, register=WEG)
        assert not vernietigd(registers)
    with keten(tmp_path, "opnieuw") as registers:
        assert vernietigd(registers), "before anyone is answered"
        assert len(verklaringen(registers, WEG)) == 1
        assert NAAM not in te_lezen(registers, WEG)


def test_a_key_that_could_not_be_destroyed_is_destroyed_when_it_is_offered_again(
    registers: Keten, monkeypatch: pytest.MonkeyPatch
) -> None:
    breek_eenmaal(registers, monkeypatch, StorageError("the disk is full"))
    eerst = registers.bied_aan(WIS, register=WEG, id_=commando_id(8))
    assert not isinstance(eerst, Verwerkt | NietVerwerkt), "it is not told as done while the key is there"
    assert not vernietigd(registers)
    weer = registers.bied_aan(WIS, register=WEG, id_=commando_id(8))
    assert isinstance(weer, Verwerkt)
    assert vernietigd(registers)
    assert NAAM not in te_lezen(registers, WEG)


def test_a_key_stays_when_the_record_could_not_be_made(registers: Keten, monkeypatch: pytest.MonkeyPatch) -> None:
    gevolgen = registers.opslagen[WEG].gevolgen

    def vol(*_: Any, **__: Any) -> Any:
        raise StorageError("the disk is full")

    with monkeypatch.context() as even:
        even.setattr(gevolgen, "append", vol)
        antwoord = registers.bied_aan(WIS, register=WEG)
    assert not isinstance(antwoord, Verwerkt | NietVerwerkt)
    assert not vernietigd(registers)
    assert NAAM in te_lezen(registers, WEG)


@pytest.mark.parametrize("opnieuw_geopend", [False, True])
def test_what_follows_after_wissen_does_not_depend_on_what_was_in_memory(
    tmp_path: Path, *, opnieuw_geopend: bool
) -> None:
    """A kenteken that nobody can read any more stays taken: which one it was is not known."""
    van_de_auto = WisPersoonsgegevens(betrokkene_id="auto-1", toelichting="op verzoek")
    with keten(tmp_path) as registers:
        registers.verwerk(AUTO)
        registers.verwerk(van_de_auto, register=WEG)
        if not opnieuw_geopend:
            registers.verwerk(degistratie())
    with keten(tmp_path, zaad="later") as registers:
        if opnieuw_geopend:
            registers.verwerk(degistratie())
        uitkomst = registers.bied_aan(auto("auto-2", kenteken=AUTO.kenteken))
        assert isinstance(uitkomst, NietVerwerkt)
        assert uitkomst.regel == "sleutel_in_gebruik"

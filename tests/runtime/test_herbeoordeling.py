"""Herbeoordeling: new law reaches all it touches, once, also when the power goes in the middle."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from actors.register.commando import AangebodenCommando, NietVerwerkt
from actors.register.gevolg import Herbeoordeling, Transactie
from actors.runtime.systeem import NietInRust, RegisterSystem
from actors.verwerking import herbeoordeling
from actors.verwerking.commandoverwerking import Commandoverwerking
from actors.verwerking.generiek.intern import Herbeoordeel
from storage.errors import StorageError
from storage.gevolgenstore import Entry
from storage.opslag import Opslag, open_lmdb
from tests.domein import AANLEIDING, NU, Keten, aanschaf, auto, degistratie, huishouden, keten, terugmelding, twijfel
from tests.loket import passenrecht, tarief
from tests.wereld import commando_id, vaste_wereld

HEFFING, SPITSPAS = "aanschafheffing", "spitspas"
AUTOS = 7
OP_TARIEF: dict[str, Any] = {"aggregaat": "regelversie", "over": ("aanschafheffing", "2")}


class Stroomuitval(BaseException):
    """The process ends here; nothing catches it."""


def koop(n: int) -> Any:
    """Cars 1 to 7, one buyer each; the even ones were bought under the new law."""
    return auto(f"auto-{n}", aanschaf(f"koper-{n}", "08-01" if n % 2 == 0 else "03-01", aanschaf_id=f"koop-{n}"))


def vul(registers: Keten) -> None:
    registers.verwerk(*(koop(n) for n in range(1, AUTOS + 1)))


def heffingen(registers: Keten) -> list[tuple[Any, Any]]:
    rijen = [registers.rij(HEFFING, "referentietabel", f"auto-{n}", f"koop-{n}") for n in range(1, AUTOS + 1)]
    return [(rij.get("heffing_eurocent"), rij.get("regelversie")) for rij in rijen]


def verwacht() -> list[tuple[int, int]]:
    return [(500_000, 2) if n % 2 == 0 else (200_000, 1) for n in range(1, AUTOS + 1)]


def tellingen(registers: Keten, register: str = HEFFING) -> list[Herbeoordeling]:
    return [
        g.inhoud
        for t in registers.registers.gevolgen(register)
        for g in t.gevolgen
        if isinstance(g.inhoud, Herbeoordeling)
    ]


def herbeoordeeld(registers: Keten) -> list[Transactie]:
    return [t for t in registers.registers.gevolgen(HEFFING) if t.commando == "Herbeoordeel"]


@pytest.fixture
def kleine_beurten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(herbeoordeling, "_PER_BEURT", 2)


# --- all of it, counted ---------------------------------------------------------------------------------------


@pytest.mark.usefixtures("kleine_beurten")
def test_all_that_may_rest_on_a_rule_is_considered_and_counted_in_turns() -> None:
    gemeld: list[tuple[str, int]] = []
    with keten() as registers:
        vul(registers)
        registers.registers.verwerk(tarief(), register=HEFFING, gebeurd_op=NU)
        registers.registers.wacht_op_rust(lambda wat, tot: gemeld.append((wat, tot)))
        assert gemeld == [("herbeoordeling aanschafheffing aanschafheffing", n) for n in (2, 4, 6, 7)]
        assert heffingen(registers) == verwacht()
        [telling] = tellingen(registers)
        assert (telling.regel, telling.aantal, telling.gewijzigd) == ("aanschafheffing", AUTOS, 3)
        geregistreerd = next(
            g for t in registers.registers.gevolgen(HEFFING) for g in t.gevolgen if g.naam == "RegelversieGeregistreerd"
        )
        assert telling.aanleiding == geregistreerd.id


def test_the_new_law_is_the_aanleiding_of_what_it_changed() -> None:
    with keten() as registers:
        vul(registers)
        registers.verwerk(tarief(), register=HEFFING)
        [telling] = tellingen(registers)
        gewijzigd = herbeoordeeld(registers)
        assert len(gewijzigd) == 3
        for t in gewijzigd:
            assert (t.verantwoording.aanleiding.soort, t.verantwoording.aanleiding.verwijzing) == (
                "wetswijziging",
                telling.aanleiding,
            )
            assert [g.naam for g in t.gevolgen] == ["AanschafheffingHerzien"]


def test_letters_go_only_to_whom_the_outcome_changed() -> None:
    with keten() as registers:
        vul(registers)
        voor = registers.brieven(HEFFING)
        registers.verwerk(tarief(), register=HEFFING)
        na = registers.brieven(HEFFING)[len(voor) :]
        assert len(na) == 3
        assert all("€ 5.000" in brief for brief in na)
        registers.verwerk(tarief(3, "10-01"), register=HEFFING)
        assert len(registers.brieven(HEFFING)) == len(voor) + 3


def test_what_changes_by_new_law_reaches_the_next_register() -> None:
    """The points do not change with the levy, and the passes have a law of their own."""
    with keten() as registers:
        registers.verwerk(huishouden("koper-1"), koop(1))
        registers.verwerk(passenrecht(vanaf="03-01", uitkomsten=(5, 3, 1)), register=SPITSPAS)
        assert registers.passen() == 1
        [telling] = tellingen(registers, SPITSPAS)
        assert (telling.aantal, telling.gewijzigd) == (1, 1)


def test_nothing_is_considered_again_when_no_version_changed(tmp_path: Path) -> None:
    with keten(tmp_path) as registers:
        vul(registers)
        registers.verwerk(tarief(), register=HEFFING)
        voor = registers.registers.standen()[HEFFING]["positie"]
        registers.registers.wacht_op_rust()
    with keten(tmp_path, "opnieuw") as registers:
        registers.registers.wacht_op_rust()
        assert registers.registers.standen()[HEFFING]["positie"] == voor
        assert heffingen(registers) == verwacht()


def test_a_degistered_version_and_a_doubt_are_each_considered_again_and_counted() -> None:
    with keten() as registers:
        vul(registers)
        registers.verwerk(tarief(), twijfel("regelversie", **OP_TARIEF), degistratie(**OP_TARIEF), register=HEFFING)
        assert [(t.aantal, t.gewijzigd) for t in tellingen(registers)] == [(AUTOS, 3)] * 3
        assert heffingen(registers) == [(200_000, 1)] * AUTOS


def test_two_versions_in_one_turn_are_both_in_force_and_the_last_is_counted() -> None:
    with keten() as registers:
        vul(registers)
        registers.registers.verwerk_alle(
            AangebodenCommando(commando_id(n), c, AANLEIDING, "test", gebeurd_op=NU, register=HEFFING)
            for n, c in enumerate([tarief(2, "02-01", uitkomsten=(1, 2, 3)), tarief(3, "07-01")])
        )
        registers.registers.wacht_op_rust()
        assert set(heffingen(registers)) == {(3, 2), (500_000, 3)}
        assert [t.aantal for t in tellingen(registers)] == [AUTOS]


# --- interrupted ----------------------------------------------------------------------------------------------


@contextmanager
def met_storing(map_: Path, storing: Any) -> Iterator[Keten]:
    """The registers in a folder; `storing(entries)` is called before each commit of aanschafheffing."""
    wereld = vaste_wereld("herbeoordeling", begin=NU)
    opslagen: dict[str, Opslag] = {}

    def openen(naam: str) -> Opslag:
        opslagen[naam] = opslag = open_lmdb(map_, naam, clock=wereld.klok, random_bytes=wereld.willekeur)
        if naam == HEFFING:
            bewaar = opslag.gevolgen.append

            def append(entries: Any, *rest: Any, **anders: Any) -> Any:
                storing(entries)
                return bewaar(entries, *rest, **anders)

            opslag.gevolgen.append = append  # type: ignore[method-assign]
        return opslag

    with RegisterSystem(openen, buitenwereld=wereld, versie="gevolg test") as registers:
        yield Keten(registers, opslagen)


def is_herbeoordeling(entries: list[Entry]) -> bool:
    return any(b"Herbeoordeel" in (entry.content or b"") for entry in entries)


@pytest.mark.usefixtures("kleine_beurten")
@pytest.mark.parametrize("beurt", [1, 2, 3, 4, 5])
def test_a_kill_in_the_middle_is_gone_on_with_and_nothing_is_done_twice(tmp_path: Path, beurt: int) -> None:
    teller = 0

    def storing(entries: list[Entry]) -> None:
        nonlocal teller
        teller += gewapend
        if teller == beurt + 1:  # the first commit is that of the version itself
            raise Stroomuitval

    gewapend = False
    with suppress(Stroomuitval), met_storing(tmp_path, storing) as registers:
        vul(registers)
        gewapend = True
        registers.registers.verwerk(tarief(), register=HEFFING, gebeurd_op=NU)
        registers.registers.wacht_op_rust()
    assert teller == beurt + 1, "it ended there"
    gewapend = False
    with keten(tmp_path, "opnieuw") as registers:
        registers.registers.wacht_op_rust()
        assert heffingen(registers) == verwacht()
        assert [(t.aantal, t.gewijzigd) for t in tellingen(registers)] == [(AUTOS, 3)]
        assert len(herbeoordeeld(registers)) == 3
        assert len(registers.brieven(HEFFING)) == AUTOS + 3


@pytest.mark.usefixtures("kleine_beurten")
def test_a_commit_that_fails_in_the_middle_is_tried_again(tmp_path: Path) -> None:
    te_falen = 0

    def storing(entries: list[Entry]) -> None:
        nonlocal te_falen
        if te_falen and is_herbeoordeling(entries):
            te_falen -= 1
            raise StorageError("the disk is full")

    with met_storing(tmp_path, storing) as registers:
        vul(registers)
        te_falen = 2
        registers.registers.verwerk(tarief(), register=HEFFING, gebeurd_op=NU)
        for _ in range(2):
            try:
                registers.registers.wacht_op_rust()
            except NietInRust:
                continue
        registers.registers.wacht_op_rust()
        assert te_falen == 0, "it was really tried"
        assert heffingen(registers) == verwacht()
        assert [(t.aantal, t.gewijzigd) for t in tellingen(registers)] == [(AUTOS, 3)]
        assert len(registers.brieven(HEFFING)) == AUTOS + 3


@pytest.mark.usefixtures("kleine_beurten")
def test_one_that_fails_holds_nobody_up_and_the_count_waits_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    echt = Commandoverwerking.verwerk
    kapot = ["auto-2"]

    def verwerk(self: Commandoverwerking, staat: Any, aangeboden: AangebodenCommando, *rest: Any) -> Any:
        if isinstance(aangeboden.commando, Herbeoordeel) and aangeboden.commando.aggregaat_id in kapot:
            raise ValueError("kapot")
        return echt(self, staat, aangeboden, *rest)

    monkeypatch.setattr(Commandoverwerking, "verwerk", verwerk)
    with keten() as registers:
        vul(registers)
        registers.registers.verwerk(tarief(), register=HEFFING, gebeurd_op=NU)
        with pytest.raises(NietInRust, match="herbeoordelaar"):
            registers.registers.wacht_op_rust()
        assert heffingen(registers) == [*verwacht()[:1], (200_000, 1), *verwacht()[2:]]
        assert tellingen(registers) == []

        kapot.clear()
        registers.registers.wacht_op_rust()
        assert heffingen(registers) == verwacht()
        assert [(t.aantal, t.gewijzigd) for t in tellingen(registers)] == [(AUTOS, 3)]


def test_nobody_but_an_official_says_something_of_a_version() -> None:
    with keten() as registers:
        vul(registers)
        registers.verwerk(tarief(), register=HEFFING)
        melding = terugmelding(onderwerp=OP_TARIEF["over"], gegeven="regelversie", aggregaat="regelversie")
        assert isinstance(registers.bied_aan(melding, register=HEFFING), NietVerwerkt)
        assert len(tellingen(registers)) == 1


def test_new_aggregates_during_the_herbeoordeling_are_judged_by_the_new_law_and_not_counted(tmp_path: Path) -> None:
    with keten(tmp_path) as registers:
        registers.verwerk(*(koop(n) for n in range(1, AUTOS)))
        registers.registers.verwerk(tarief(), register=HEFFING, gebeurd_op=NU)
        registers.verwerk(koop(AUTOS))
        assert heffingen(registers) == verwacht()
        assert [t.aantal for t in tellingen(registers)] == [AUTOS - 1]

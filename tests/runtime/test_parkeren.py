"""Parking: what one table cannot take of one aggregate stands still there, and nothing else waits for it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from actors.register.beeld import Beeld
from actors.register.gevolg import Transactie
from actors.register.projectie import Projectie
from actors.register.staat import Staat
from actors.runtime import logboek
from actors.verwerking import gevolgenverwerking, rijen
from actors.verwerking.herbouw import verschillen
from actors.verwerking.parkeren import Geparkeerd, Kapot
from actors.verwerking.standen import Stand
from storage.findings import no_progress
from storage.projectiestore_memory import MemoryProjectiestore
from tests.domein import Keten, aanschaf, auto, correctie, degistratie, huishouden, keten, verkoop

WEG, PLANNING = "wegonderhoud", "wegonderhoudsplanning"
EEN = auto("auto-1", aanschaf("sam", wijk="Duinwijk"))
TWEE = auto("auto-2", aanschaf("noor", wijk="Duinwijk"))


class Gif(RuntimeError):
    """What a broken projectie raises; its text may hold anything."""


@pytest.fixture
def vergiftig(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Break the rows of one aggregate in one table, or mend them again."""
    kapot: set[tuple[str, str]] = set()

    def maak(projectie: Projectie, beeld: Beeld, serialisatie: Any) -> rijen.Rijen:
        if any((projectie.naam, onderwerp[0]) in kapot for onderwerp in beeld.onderwerpen(1)):
            raise Gif("Sam woont hier")
        return rijen.rijen_van(projectie, beeld, serialisatie)

    monkeypatch.setattr(gevolgenverwerking, "rijen_van", maak)

    def zet(tabel: str, aggregaat_id: str, *, heel: bool = False) -> None:
        (kapot.discard if heel else kapot.add)((tabel, aggregaat_id))

    return zet


def punten(registers: Keten, auto_id: str = "auto-1") -> Any:
    return registers.rij(WEG, "auto", auto_id).get("punten")


def volledig(registers: Keten, tabel: str = "auto", *sleutel: str) -> Any:
    return registers.rij(WEG, tabel, *(sleutel or ("auto-1",))).get("volledig")


def geparkeerd(registers: Keten) -> list[tuple[str, str, str]]:
    return [(een.projectie, een.aggregaat_id, een.fout) for een in registers.registers.geparkeerd(WEG)]


def ontparkeer(registers: Keten, tabel: str = "auto", aggregaat_id: str = "auto-1") -> None:
    registers.registers.ontparkeer(WEG, tabel, "auto", aggregaat_id)


def gelijk_aan_herbouw(registers: Keten) -> None:
    """Every table of every register is what its journal gives."""
    for naam, kern in registers.registers._kernen.items():
        elders = MemoryProjectiestore(naam)
        assert verschillen(kern.context, kern.opslag, kern.serialisatie, elders, no_progress) == []


# --- by itself ------------------------------------------------------------------------------------------------


def test_what_one_table_cannot_take_stands_still_there_and_everything_else_goes_on(
    vergiftig: Callable[..., None],
) -> None:
    with keten() as registers:
        registers.verwerk(huishouden("sam", "noor"), EEN)
        vergiftig("auto", "auto-1")
        registers.verwerk(correctie("auto-1", gewicht_kg=1500), TWEE)
        assert geparkeerd(registers) == [("auto@1", "auto-1", "Gif")]
        assert punten(registers) == 21, "as it was"
        assert punten(registers, "auto-2") == 21, "another aggregate"
        [wijk] = registers.tabel(WEG, PLANNING)
        assert (wijk["punten"], wijk["volledig"]) == (23 + 21, True), "another table"
        assert registers.punten() == (35 + 33) / 2, "the feed and the next registers"


def test_answers_say_that_they_are_not_complete(vergiftig: Callable[..., None]) -> None:
    with keten() as registers:
        registers.verwerk(EEN, TWEE)
        vergiftig("auto", "auto-1")
        vergiftig(PLANNING, "auto-1")
        registers.verwerk(correctie("auto-1", gewicht_kg=1500), correctie("auto-2", gewicht_kg=1400))
        assert (volledig(registers), volledig(registers, "auto", "auto-2")) == (False, True)
        per_rij = {rij["onderwerp"]: rij["volledig"] for rij in registers.tabel(WEG, "auto")}
        assert per_rij == {("auto-1",): False, ("auto-2",): True}
        [wijk] = registers.tabel(WEG, PLANNING)
        assert (wijk["punten"], wijk["volledig"]) == (21 + 22, False), "a sum with something missing"


def test_a_row_that_could_never_be_made_answers_that_it_is_not_complete(vergiftig: Callable[..., None]) -> None:
    vergiftig("auto", "auto-1")
    with keten() as registers:
        registers.verwerk(EEN)
        rij = registers.rij(WEG, "auto", "auto-1")
        assert (rij["punten"], rij["zekerheid"], rij["volledig"]) == (None, {}, False)
        assert registers.rij(WEG, "auto", "auto-9") == {}, "what is not known has no row"


def test_what_is_parked_is_a_taak(vergiftig: Callable[..., None]) -> None:
    vergiftig("auto", "auto-1")
    with keten() as registers:
        registers.verwerk(huishouden("sam"), EEN)
        [taak] = registers.registers.taken(WEG).inhoud
        assert (taak["onderwerp"], taak["gegeven"], taak["reden"]) == (
            ("auto-1",),
            "auto@1",
            "geparkeerd: vastgelopen",
        )


def test_parking_is_logged_once_and_without_personal_data(vergiftig: Callable[..., None], tmp_path: Path) -> None:
    vergiftig("auto", "auto-1")
    bestand = tmp_path / "log"
    logboek.naar(str(bestand))
    try:
        with keten() as registers:
            registers.verwerk(EEN, correctie("auto-1", gewicht_kg=1500))
    finally:
        logboek.naar(None)
    regels = [json.loads(regel) for regel in bestand.read_text().splitlines()]
    [regel] = [r for r in regels if (r["event"], r.get("register")) == ("projection.parked", WEG)]
    assert {k: regel[k] for k in ("register", "projection", "aggregate", "position", "error")} == {
        "register": WEG,
        "projection": "auto@1",
        "aggregate": "auto",
        "position": 1,
        "error": "Gif",
    }
    assert "auto-1" not in json.dumps(regel)
    assert "Sam" not in bestand.read_text()


def test_an_answer_that_is_read_while_a_rebuild_parks_what_it_is_about_says_that_it_is_not_complete(
    vergiftig: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    with keten() as registers:
        registers.verwerk(EEN, correctie("auto-1", gewicht_kg=1500))
        lezer = registers.registers._kernen[WEG].lezer
        antwoord = lezer._antwoord

        def herbouw_komt_ertussen(*wat: Any) -> Any:
            vergiftig("auto", "auto-1")
            registers.registers.herbouw(WEG)
            return antwoord(*wat)

        with monkeypatch.context() as ertussen:
            ertussen.setattr(lezer, "_antwoord", herbouw_komt_ertussen)
            gelezen = registers.registers.lees(WEG, "auto", "auto-1")
        assert (gelezen.volledig, gelezen.herhaaltoken) == (False, None)


def test_whom_a_table_cannot_take_when_it_is_built_again_is_logged_too(
    vergiftig: Callable[..., None], tmp_path: Path
) -> None:
    with keten() as registers:
        registers.verwerk(EEN, TWEE)
        vergiftig("auto", "auto-1")
        logboek.naar(str(tmp_path / "log"))
        try:
            registers.registers.herbouw(WEG)
        finally:
            logboek.naar(None)
        [regel] = map(json.loads, (tmp_path / "log").read_text().splitlines())
        assert (regel["event"], regel["projection"], regel["position"]) == ("projection.parked", "auto@1", 1)
        assert geparkeerd(registers) == [("auto@1", "auto-1", "Gif")]


def test_a_transactie_that_cannot_be_folded_parks_its_aggregate_in_every_table_that_has_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with keten() as registers:
        registers.verwerk(EEN, TWEE)
        vouw = Stand.pas_toe

        def kapot(stand: Any, transactie: Transactie) -> None:
            if (transactie.register, transactie.aggregaat_id) == (WEG, "auto-1"):
                raise Gif
            vouw(stand, transactie)

        monkeypatch.setattr(Stand, "pas_toe", kapot)
        registers.verwerk(correctie("auto-1", gewicht_kg=1500), correctie("auto-2", gewicht_kg=1500))
        tabellen = {
            "taken@2",
            *(p.opslagnaam for p in registers.registers._kernen[WEG].context.projecties if p.bewaard),
        }
        assert {(tabel, wie) for tabel, wie, _ in geparkeerd(registers)} == {(tabel, "auto-1") for tabel in tabellen}
        assert (punten(registers), punten(registers, "auto-2")) == (21, 23)
        with pytest.raises(Kapot):
            ontparkeer(registers)
        monkeypatch.setattr(Stand, "pas_toe", vouw)
        for tabel, wie, _ in geparkeerd(registers):
            ontparkeer(registers, tabel, wie)
        assert punten(registers) == 23
        gelijk_aan_herbouw(registers)


def test_time_lines_that_cannot_be_made_park_the_aggregate_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fold is lazy: what is wrong may show only when the time lines are asked for."""
    with keten() as registers:
        registers.verwerk(EEN, TWEE)
        beeld = Staat.beeld

        def kapot(staat: Staat) -> Beeld:
            if any(claim.waarde == 1500 for claim in staat.actieve_claims()):
                raise Gif
            return beeld(staat)

        registers.verwerk(correctie("auto-1", gewicht_kg=1500))
        kern = registers.registers._kernen[WEG]
        projector = gevolgenverwerking.Projector(
            kern.context, kern.opslag.gevolgen, MemoryProjectiestore(WEG), kern.serialisatie
        )
        monkeypatch.setattr(Staat, "beeld", kapot)
        assert projector.werk() == 3
        assert {een.aggregaat_id for een in projector.geparkeerd()} == {"auto-1"}
        with pytest.raises(Kapot):
            projector.ontparkeer("auto", "auto", "auto-1")
        monkeypatch.undo()
        projector.ontparkeer("auto", "auto", "auto-1")
        assert len(list(projector._projecties.scan("auto@1"))) == 2


def test_rows_that_cannot_be_made_of_how_it_was_park_the_aggregate_as_well(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Else a row that is no more would stay: what it was cannot be compared with what it is."""

    def kapot(projectie: Projectie, beeld: Beeld, serialisatie: Any) -> rijen.Rijen:
        if projectie.naam == "auto" and any(s.waarde == 1300 for s in beeld.zoek(("auto-1",), "gewicht_kg")):
            raise Gif
        return rijen.rijen_van(projectie, beeld, serialisatie)

    with keten(tmp_path) as registers:
        registers.verwerk(EEN)
    monkeypatch.setattr(gevolgenverwerking, "rijen_van", kapot)
    with keten(tmp_path, "opnieuw") as registers:
        registers.verwerk(correctie("auto-1", gewicht_kg=1500))
        assert geparkeerd(registers) == [("auto@1", "auto-1", "Gif")]
        with pytest.raises(Kapot):
            ontparkeer(registers)  # what it was cannot be said either
        monkeypatch.setattr(gevolgenverwerking, "rijen_van", rijen.rijen_van)
        ontparkeer(registers)
        assert punten(registers) == 23


# --- by a person ----------------------------------------------------------------------------------------------


def test_unparking_while_it_still_fails_says_so_and_it_stays_parked(vergiftig: Callable[..., None]) -> None:
    with keten() as registers:
        registers.verwerk(EEN)
        vergiftig("auto", "auto-1")
        registers.verwerk(correctie("auto-1", gewicht_kg=1500))
        with pytest.raises(Kapot, match=r"auto auto-1 kan nog niet verder in auto@1 \(Gif\)") as fout:
            ontparkeer(registers)
        assert "Sam" not in str(fout.value)
        assert geparkeerd(registers) == [("auto@1", "auto-1", "Gif")]
        assert (punten(registers), volledig(registers)) == (21, False)


def test_after_repair_it_is_folded_again_and_follows_along(vergiftig: Callable[..., None]) -> None:
    with keten() as registers:
        registers.verwerk(EEN, TWEE)
        vergiftig("auto", "auto-1")
        registers.verwerk(correctie("auto-1", gewicht_kg=1500), correctie("auto-1", gewicht_kg=1600))
        vergiftig("auto", "auto-1", heel=True)
        ontparkeer(registers)
        assert (punten(registers), volledig(registers), geparkeerd(registers)) == (24, True, [])
        assert registers.registers.taken(WEG).inhoud == []
        gelijk_aan_herbouw(registers)
        registers.verwerk(correctie("auto-1", gewicht_kg=1700), verkoop(aanschaf("noor", "06-01")))
        assert punten(registers) == 25
        gelijk_aan_herbouw(registers)


def test_after_repair_a_row_that_is_no_more_goes(vergiftig: Callable[..., None]) -> None:
    with keten() as registers:
        registers.verwerk(EEN, TWEE)
        vergiftig("auto", "auto-1")
        registers.verwerk(correctie("auto-1", gewicht_kg=1500), correctie("auto-2", gewicht_kg=1500))
        vergiftig("auto", "auto-1", heel=True)
        ontparkeer(registers)
        registers.verwerk(degistratie(("auto-1",)))
        assert registers.rij(WEG, "auto", "auto-1") == {}
        gelijk_aan_herbouw(registers)


def test_parked_stays_parked_after_reopening(vergiftig: Callable[..., None], tmp_path: Path) -> None:
    vergiftig("auto", "auto-1")
    with keten(tmp_path) as registers:
        registers.verwerk(EEN, TWEE)
    vergiftig("auto", "auto-1", heel=True)
    with keten(tmp_path, "opnieuw") as registers:
        registers.verwerk(correctie("auto-1", gewicht_kg=1500))
        assert geparkeerd(registers) == [("auto@1", "auto-1", "Gif")]
        assert (punten(registers), punten(registers, "auto-2")) == (None, 21)
        gelijk_aan_herbouw(registers)
        ontparkeer(registers)
        assert punten(registers) == 23
        gelijk_aan_herbouw(registers)


def test_a_person_parks_and_unparks(tmp_path: Path) -> None:
    with keten(tmp_path) as registers:
        registers.verwerk(EEN, TWEE)
        registers.registers.parkeer(WEG, "auto", "auto", "auto-1", "de leverancier zoekt het uit")
        registers.verwerk(correctie("auto-1", gewicht_kg=1500), correctie("auto-2", gewicht_kg=1500))
        assert (punten(registers), punten(registers, "auto-2"), volledig(registers)) == (21, 23, False)
        assert registers.registers.geparkeerd(WEG) == [
            Geparkeerd("auto@1", "auto", "auto-1", 2, "", "de leverancier zoekt het uit")
        ]
        gelijk_aan_herbouw(registers)
        ontparkeer(registers)
        assert (punten(registers), volledig(registers)) == (23, True)
        gelijk_aan_herbouw(registers)


def test_the_table_of_what_waits_can_be_parked_like_any_other() -> None:
    with keten() as registers:
        registers.verwerk(EEN)
        registers.registers.parkeer("spitspas", "taken", "eigenaar", "sam", "dubbel gemeld")
        registers.verwerk(huishouden("sam"))
        redenen = {t["reden"] for t in registers.registers.taken("spitspas").inhoud}
        assert redenen == {"huishouden_onbekend", "geparkeerd: dubbel gemeld"}, "as it was, and that it stands still"
        gelijk_aan_herbouw(registers)
        registers.registers.ontparkeer("spitspas", "taken", "eigenaar", "sam")
        assert registers.registers.taken("spitspas").inhoud == []


@pytest.mark.parametrize(
    ("wat", "zegt"),
    [
        (("nergens", "auto", "auto", "auto-1"), "geen register"),
        ((WEG, "letters", "auto", "auto-1"), "geen projectie"),
        ((WEG, "auto", "auto", "auto-9"), "staat niets van auto auto-9"),
        ((WEG, "auto", "huishouden", "huis"), "staat niets van huishouden huis"),
        (("spitspas", "huishouden", "eigenaar", "sam"), "staat niets van eigenaar sam"),
        ((WEG, "auto", "auto", "auto-2"), "staat al geparkeerd"),
    ],
)
def test_what_cannot_be_parked_is_refused(wat: tuple[str, str, str, str], zegt: str) -> None:
    with keten() as registers:
        registers.verwerk(EEN, TWEE)
        registers.registers.parkeer(WEG, "auto", "auto", "auto-2", "de eerste")
        with pytest.raises(KeyError, match=zegt):
            registers.registers.parkeer(*wat, "nog eens")
        assert [een.reden for een in registers.registers.geparkeerd(WEG)] == ["de eerste"]


def test_what_is_not_parked_cannot_be_let_go() -> None:
    with keten() as registers:
        registers.verwerk(EEN)
        with pytest.raises(KeyError, match="staat niet geparkeerd"):
            ontparkeer(registers)


def test_a_table_that_begins_again_before_where_someone_was_parked_comes_to_the_end(tmp_path: Path) -> None:
    with keten(tmp_path) as registers:
        registers.verwerk(EEN, TWEE, auto("auto-3"))
        registers.registers.parkeer(WEG, "auto", "auto", "auto-2", "wordt uitgezocht")
        registers.opslagen[WEG].projecties.drop("auto@1")
        kern = registers.registers._kernen[WEG]
        while kern.projector.werk(1):
            pass
        assert (geparkeerd(registers), punten(registers, "auto-2"), volledig(registers)) == ([], 21, True)


def test_a_table_that_is_built_again_tries_everyone_and_one_that_is_gone_has_nobody_parked(
    vergiftig: Callable[..., None],
) -> None:
    with keten() as registers:
        vergiftig("auto", "auto-1")
        registers.verwerk(auto())
        projecties = registers.opslagen[WEG].projecties
        assert geparkeerd(registers) == [("auto@1", "auto-1", "Gif")]
        projecties.drop("auto@1")
        vergiftig("auto", "auto-1", heel=True)
        registers.verwerk(auto("auto-2"))
        assert (geparkeerd(registers), punten(registers), volledig(registers)) == ([], 21, True)

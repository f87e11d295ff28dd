"""Persoonsgegevens: never in the clear, and gone everywhere with one key."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from actors.register.commando import NietVerwerkt
from actors.register.gevolg import Vastlegging
from actors.register.persoonsgegeven import Persoonsgegeven, onthul
from actors.verwerking.jsonvorm import als_json
from storage import keys
from tests.domein import Keten, aanschaf, auto, correctie, dag, huishouden, keten, verkoop

NAAM, KENTEKEN = "Roderick Zilverschoon", "QZ-777-X"
KOOP = aanschaf("p-1", koper_naam=NAAM, aanschaf_id="koop-1")
AUTO = auto("auto-1", KOOP, kenteken=KENTEKEN)
VERKOOP = verkoop(aanschaf("p-2", "06-01", koper_naam="Noor Jansen", aanschaf_id="koop-2"))


@pytest.fixture
def registers() -> Iterator[Keten]:
    with keten() as alle:
        alle.verwerk(huishouden("p-1", "p-2"), AUTO, VERKOOP)
        yield alle


def vergeet(registers: Keten, *betrokkenen: str) -> None:
    """Destroy their keys in every register."""
    for opslag in registers.opslagen.values():
        for betrokkene in betrokkenen:
            opslag.sleutels.destroy(betrokkene)


def bewaard(registers: Keten) -> Iterator[tuple[str, bytes]]:
    """Every byte that is kept, but for the keys: journal, feed and tables of all registers."""
    for naam, opslag in registers.opslagen.items():
        for database in keys.JOURNAL:
            yield from ((f"{naam} gevolgen", sleutel + waarde) for sleutel, waarde in opslag.gevolgen.rows(database))
        for database in keys.FEED:
            yield from ((f"{naam} feed", sleutel + waarde) for sleutel, waarde in opslag.feed.rows(database))
        for projectie in opslag.projecties.projecties():
            yield from ((f"{naam} {projectie}", s + w) for s, w in opslag.projecties.scan(projectie))


def te_lezen(registers: Keten) -> str:
    """All that anyone can read, as bytes that nobody encrypted: gevolgen, verstrekkingen and tables."""
    lezen = registers.registers
    delen: list[Any] = [t for register in lezen.registers for t in lezen.gevolgen(register)]
    delen += [v for register in lezen.registers for v in lezen.verstrekkingen(register)]
    delen += [
        registers.tabel(naam, projectie.naam)
        for naam, kern in lezen._kernen.items()
        for projectie in kern.context.projecties
    ]
    return "\n".join(str(als_json(deel)) for deel in delen)


# --- never in the clear ---------------------------------------------------------------------------------------


def test_whoever_may_read_can_read_name_and_kenteken(registers: Keten) -> None:
    tekst = te_lezen(registers)
    assert NAAM in tekst
    assert KENTEKEN in tekst
    assert NAAM in registers.brieven("aanschafheffing")[0]


def test_no_name_or_kenteken_stands_in_any_journal_feed_or_table(registers: Keten) -> None:
    registers.verwerk(correctie(aanschaf_id="koop-1", koper_naam=f"{NAAM} sr.", kenteken="QZ-778-X"))
    alles = list(bewaard(registers))
    assert {plaats.partition(" ")[2] for plaats, _ in alles} >= {"gevolgen", "feed", "auto@1"}
    for geheim in (NAAM, "Roderick", "Noor Jansen", KENTEKEN, "QZ-778-X"):
        assert not [plaats for plaats, inhoud in alles if geheim.encode() in inhoud], geheim


def test_no_name_or_kenteken_stands_in_the_files_on_disk(tmp_path: Path) -> None:
    with keten(tmp_path) as registers:
        registers.verwerk(huishouden("p-1"), AUTO, VERKOOP)
        registers.bied_aan(auto("auto-2", KOOP, kenteken=KENTEKEN))  # refused: the kenteken is in use
    bestanden = [pad for pad in tmp_path.rglob("*") if pad.is_file()]
    inhoud = [(pad, pad.read_bytes()) for pad in bestanden]
    assert sum(b"auto-1" in bytes_ for _, bytes_ in inhoud) >= 6, "what is not personal stands there"
    for geheim in (NAAM, "Roderick", "Noor Jansen", KENTEKEN):
        assert not [pad for pad, bytes_ in inhoud if geheim.encode() in bytes_], geheim


def test_a_letter_is_encrypted_as_a_whole_under_the_key_of_whom_it_is_for(registers: Keten) -> None:
    [eerste, tweede] = [v for v in registers.registers.verstrekkingen("aanschafheffing") if v["vorm"] == "brief"]
    assert isinstance(eerste["tekst"], Persoonsgegeven)
    assert (eerste["tekst"].betrokkene, tweede["tekst"].betrokkene) == ("p-1", "p-2")


# --- gone with the key ----------------------------------------------------------------------------------------


def test_destroying_a_key_destroys_the_name_everywhere_and_leaves_the_rest_readable(registers: Keten) -> None:
    vergeet(registers, "p-1")
    tekst = te_lezen(registers)
    assert NAAM not in tekst
    assert "Noor Jansen" in tekst
    assert KENTEKEN in tekst
    assert registers.heffing("koop-1") == 2000_00
    assert registers.rij("wegonderhoud", "auto", "auto-1")["punten"] == 21
    assert registers.brieven("aanschafheffing")[0] is None
    assert "Noor Jansen" in registers.brieven("aanschafheffing")[1]


def test_a_destroyed_value_is_still_a_claim_of_its_betrokkene(registers: Keten) -> None:
    vergeet(registers, "p-1")
    eerste = next(registers.registers.gevolgen("wegonderhoud")).gevolgen[0]
    assert isinstance(eerste.inhoud, Vastlegging)
    claims = {c.gegeven: c.waarde for c in eerste.inhoud.claims}
    assert claims["koper_naam"] == Persoonsgegeven("p-1", None)
    assert (onthul(claims["kenteken"]), claims["koper"], claims["gewicht_kg"]) == (KENTEKEN, "p-1", 1300)


def test_the_kenteken_is_gone_with_the_key_of_the_auto(registers: Keten) -> None:
    vergeet(registers, "auto-1")
    assert KENTEKEN not in te_lezen(registers)
    rij = registers.rij("wegonderhoud", "auto", "auto-1")
    assert (rij["kenteken"], rij["gewicht_kg"], rij["koper"]) == (None, 1300, "p-2")


def test_destroying_a_key_changes_no_byte_of_journal_and_feed(registers: Keten) -> None:
    voor = list(bewaard(registers))
    vergeet(registers, "p-1", "auto-1")
    assert list(bewaard(registers)) == voor


DAARNA = [
    correctie(gewicht_kg=1400),
    correctie(aanschaf_id="koop-1", regio="Bergland"),
    correctie(aanschaf_id="koop-1", aankoopdatum=dag("04-10")),
    correctie(aanschaf_id="koop-1", wijk="Bosrand"),
    correctie(kenteken="QZ-779-X"),
    verkoop(aanschaf("p-3", "08-01", aanschaf_id="koop-3")),
]


@pytest.mark.parametrize("daarna", DAARNA)
def test_the_registers_go_on_after_a_key_was_destroyed(daarna: object) -> None:
    with keten() as registers:
        registers.verwerk(huishouden("p-1", "p-2"), AUTO)
        vergeet(registers, "p-1")
        registers.verwerk(daarna)
        assert NAAM not in te_lezen(registers)


@pytest.mark.parametrize("daarna", DAARNA)
def test_registers_that_start_again_go_on_in_the_same_way_after_a_key_was_destroyed(
    daarna: object, tmp_path: Path
) -> None:
    """Nothing of it is in memory any more: what was destroyed is read as destroyed."""
    with keten(tmp_path) as registers:
        registers.verwerk(huishouden("p-1", "p-2"), AUTO)
        vergeet(registers, "p-1")
    with keten(tmp_path, zaad="later") as registers:
        registers.verwerk(daarna)
        assert NAAM not in te_lezen(registers)


def test_what_is_new_about_someone_whose_key_was_destroyed_is_not_recorded(registers: Keten) -> None:
    vergeet(registers, "p-1")
    voor = registers.registers.standen()
    nieuw = verkoop(aanschaf("p-1", "09-01", koper_naam=NAAM, aanschaf_id="koop-9"))
    assert isinstance(registers.bied_aan(nieuw), NietVerwerkt)
    assert registers.registers.standen() == voor

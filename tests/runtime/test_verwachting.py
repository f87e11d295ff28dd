"""An offer that expects its aggregate in a state is judged in that state or not at all; and what can be looked up."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from actors.register.commando import NietVerwerkt, Verwerking, Verwerkt
from actors.runtime.aggregaat import mislukt
from actors.runtime.systeem import RegisterSystem
from storage.errors import StorageError, StorageFull
from tests.domein import correctie
from tests.wereld import aanbod, auto, commando_id, huishouden, vaste_wereld


@pytest.fixture
def registers() -> Iterator[RegisterSystem]:
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld(), versie="test") as alle:
        alle.verwerk_alle([aanbod(auto(), 1)])
        yield alle


def bied_aan(registers: RegisterSystem, *verwacht: tuple[int, int | None]) -> list[Verwerking]:
    """Corrections of one car in one turn: each with its number and the volgnummer it expects."""
    gewichten = {nummer: 1300 + nummer for nummer, _ in verwacht}
    return registers.verwerk_alle(
        replace(aanbod(correctie(gewicht_kg=gewichten[n]), n), gebeurd_op=date(2026, 4, 1), verwacht=volgnummer)
        for n, volgnummer in verwacht
    )


def test_within_one_turn_the_first_that_expects_a_state_gets_it_and_the_next_is_too_late(
    registers: RegisterSystem,
) -> None:
    eerste, tweede, derde, wie_dan_ook = bied_aan(registers, (2, 1), (3, 1), (4, 2), (5, None))
    assert [type(een) for een in (eerste, derde, wie_dan_ook)] == [Verwerkt] * 3
    assert isinstance(tweede, NietVerwerkt)
    assert tweede.regel == "aggregaat_gewijzigd"
    assert registers.uitkomst("wegonderhoud", commando_id(3)) is None, "it is not kept"


def test_a_known_id_gets_its_stored_outcome_whatever_is_expected(registers: RegisterSystem) -> None:
    (eerste,) = bied_aan(registers, (2, 1))
    assert bied_aan(registers, (2, 1)) == [eerste]
    assert bied_aan(registers, (2, 99)) == [eerste]


def test_zero_is_expected_of_what_is_not_there_yet(registers: RegisterSystem) -> None:
    (nieuw,) = registers.verwerk_alle([replace(aanbod(auto("auto-2"), 7), verwacht=0)])
    (bekend,) = registers.verwerk_alle([replace(aanbod(auto("auto-2"), 8), verwacht=0)])
    assert isinstance(nieuw, Verwerkt)
    assert isinstance(bekend, NietVerwerkt)
    assert bekend.regel == "aggregaat_gewijzigd"


def test_only_a_full_storage_makes_a_failure_one_of_a_full_storage() -> None:
    assert mislukt("ref", StorageFull("no room")).vol
    assert not mislukt("ref", StorageError("gone")).vol
    assert not mislukt("ref").vol


def test_outcomes_keys_and_places_are_looked_up(registers: RegisterSystem) -> None:
    assert isinstance(registers.uitkomst("wegonderhoud", commando_id(1)), Verwerkt)
    assert registers.zoek("wegonderhoud", "auto", {"kenteken": "k auto 1"}) == "auto-1"
    assert registers.zoek("wegonderhoud", "auto", {"kenteken": "anders"}) is None
    with pytest.raises(KeyError, match="geen sleutel"):
        registers.zoek("wegonderhoud", "auto", {"wijk": "Duinwijk"})
    with pytest.raises(KeyError, match="geen register"):
        registers.verstrekt_tot("elders")
    assert registers.terugmelding("wegonderhoud", commando_id(1)) is None
    assert registers.terugmelding("wegonderhoud", commando_id(9)) is None
    registers.verwerk(huishouden())
    bied_aan(registers, (2, None))
    registers.wacht_op_rust()
    assert [registers.volgnummer("wegonderhoud", "auto", "auto-1", tot) for tot in (0, 1, 2, 9)] == [0, 1, 2, 2]
    assert registers.bijgewerkt_tot("wegonderhoud", "auto") == 2
    assert registers.bijgewerkt_tot("wegonderhoud", "inzage") == 2
    assert registers.bijgewerkt_tot("wegonderhoud", None) == 2
    assert registers.verstrekt_tot("wegonderhoud") > 0
    assert len(registers.incarnatie("wegonderhoud")) == 16
    transactie = next(registers.gevolgen("wegonderhoud"))
    assert registers.transactie_van("wegonderhoud", transactie.gevolgen[0].id) == transactie
    assert registers.transactie_van("spitspas", transactie.gevolgen[0].id) is None

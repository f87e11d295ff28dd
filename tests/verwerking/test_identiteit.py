"""Identiteit: the same work gives the same ids, and no two things share one."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.verwerking.identiteit import (
    afgeleid_commando_id,
    commando_digest,
    commando_sleutel,
    gevolg_id,
    sleutel_digest,
)
from tests.domein import aanschaf, auto, huishouden, keten

STORE, ANDERE_STORE = bytes(16), bytes(15) + b"\1"
stores = st.binary(min_size=16, max_size=16)
commando_ids = st.uuids().map(str)


@given(stores, commando_ids, st.integers(0, 10_000))
def test_a_gevolg_id_is_a_uuid_and_the_same_each_time(store: bytes, commando: str, volgorde: int) -> None:
    eerste = gevolg_id(store, commando, volgorde)
    uuid = UUID(eerste)
    assert (str(uuid), uuid.version, uuid.variant) == (eerste, 8, "specified in RFC 4122")
    assert gevolg_id(store, commando, volgorde) == eerste


@given(stores, st.integers(0, 2**40), st.text(min_size=1, max_size=40), st.text(max_size=40))
def test_a_derived_commando_id_is_a_uuid_and_the_same_each_time(
    bron: bytes, nummer: int, weg: str, volgorde: str
) -> None:
    eerste = afgeleid_commando_id(bron, nummer, weg, volgorde)
    uuid = UUID(eerste)
    assert (str(uuid), uuid.version, uuid.variant) == (eerste, 8, "specified in RFC 4122")
    assert afgeleid_commando_id(bron, nummer, weg, volgorde) == eerste
    assert commando_sleutel(eerste) == uuid.bytes


def test_gevolgen_of_other_stores_commandos_and_places_have_other_ids() -> None:
    commandos = [str(UUID(int=n)) for n in range(20)]
    ids = {gevolg_id(s, c, n) for s in (STORE, ANDERE_STORE) for c in commandos for n in range(20)}
    assert len(ids) == 2 * 20 * 20


def test_another_feed_number_road_place_or_attempt_gives_another_commando_id() -> None:
    ids = {
        afgeleid_commando_id(bron, nummer, weg, volgorde, poging)
        for bron in (STORE, ANDERE_STORE)
        for nummer in range(10)
        for weg in ("a/b", "a/c")
        for volgorde in ("a", "b", "c", "d", "e")
        for poging in (1, 2)
    }
    assert len(ids) == 2 * 10 * 2 * 5 * 2


@given(st.lists(st.integers(1, 2**40), unique=True, min_size=2, max_size=20))
def test_derived_commando_ids_sort_as_the_signalen_they_follow_from(nummers: list[int]) -> None:
    sleutels = {n: commando_sleutel(afgeleid_commando_id(STORE, n, "weg", "plaats")) for n in nummers}
    assert sorted(nummers) == sorted(nummers, key=lambda n: sleutels[n])


@pytest.mark.parametrize("geen_uuid", ["", "1", "g" * 32, "0" * 31, "0" * 33, "  " + "0" * 30, "é" * 32])
def test_an_id_that_is_no_uuid_is_refused(geen_uuid: str) -> None:
    with pytest.raises(ValueError, match=r"UUID|hexadecimal"):
        commando_sleutel(geen_uuid)


def test_a_uuid_has_one_key_of_16_bytes_however_it_is_written() -> None:
    uuid = uuid4()
    assert {commando_sleutel(str(uuid)), commando_sleutel(uuid.hex), commando_sleutel(str(uuid).upper())} == {
        uuid.bytes
    }


def test_the_digest_covers_soort_aggregaat_and_every_field_of_the_commando() -> None:
    anders = [auto(), auto(gewicht_kg=1301), auto(koop=aanschaf(koper_naam="Samira")), huishouden("sam")]
    digests = {commando_digest(b"g", "RegistreerAuto", "auto/auto-1", c) for c in anders}
    digests |= {
        commando_digest(b"g", "RegistreerAuto", "auto/auto-2", auto()),
        commando_digest(b"g", "Iets", "auto/auto-1", auto()),
        commando_digest(b"h", "RegistreerAuto", "auto/auto-1", auto()),
    }
    assert len(digests) == len(anders) + 3
    assert {len(d) for d in digests} == {16}
    assert commando_digest(b"g", "RegistreerAuto", "auto/auto-1", auto()) in digests


def test_a_natural_key_is_kept_as_a_keyed_digest() -> None:
    digest = sleutel_digest(b"geheim", "kenteken:XY-1")
    assert digest == sleutel_digest(b"geheim", "kenteken:XY-1")
    assert len({digest, sleutel_digest(b"geheim", "kenteken:XY-2"), sleutel_digest(b"ander", "kenteken:XY-1")}) == 3


def test_what_a_signaal_led_to_names_the_judgement_that_set_it_as_a_taak() -> None:
    with keten() as registers:
        registers.verwerk(auto())
        transacties = list(registers.registers.gevolgen("aanschafheffing"))
    oordeel = transacties[0].gevolgen[0]
    assert oordeel.naam == "SignaalBeoordeeld"
    assert transacties[0].verantwoording.voert_uit is None
    assert transacties[1].verantwoording.voert_uit == oordeel.id

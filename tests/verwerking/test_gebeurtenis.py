"""A verstrekking as a CloudEvent: its attributes by the profile, its three forms, and nothing lost on the way."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.register.persoonsgegeven import Persoonsgegeven
from actors.runtime.systeem import RegisterSystem
from actors.verwerking.bekendmaking import lees_melding
from actors.verwerking.gebeurtenis import (
    BATCH,
    MEESTE_BYTES,
    STRUCTURED,
    Gebeurtenis,
    GeenGebeurtenis,
    als_batch,
    als_binary,
    als_structured,
    begrensd,
    lees_gebeurtenissen,
)
from actors.verwerking.gebeurtenisstroom import Afzender, Stuk, bekendmaking_van, keus_voor
from actors.verwerking.jsonvorm import json_bytes
from actors.verwerking.signaalvorm import Ontvangen, lees_signaal
from actors.verwerking.waardetypen import met_typen, typen_van
from tests.wereld import auto, huishouden, vaste_wereld

AFZENDER = Afzender(oin="00000001823288444000", domein="nl", adres="https://registers.example.nl")


@pytest.fixture(scope="module")
def registers() -> Iterator[RegisterSystem]:
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld(), versie="test") as alle:
        alle.verwerk(huishouden())
        alle.verwerk(auto())
        alle.verwerk(auto("auto-2", koper="robin"))
        alle.wacht_op_rust()
        yield alle


def stroom(registers: RegisterSystem, register: str, voor: str | None, na: int = 0) -> list[Stuk]:
    return list(registers.gebeurtenisstroom(register, AFZENDER).na(na, keus_voor(register, voor)))


def test_an_event_has_the_attributes_that_the_profile_asks_for(registers: RegisterSystem) -> None:
    eerste = stroom(registers, "wegonderhoud", "aanschafheffing")[1].gebeurtenis
    [verstrekking] = [v for v in registers.verstrekkingen("wegonderhoud") if v["referentie"] == eerste.id]
    feed = registers._kern("wegonderhoud").opslag.feed
    assert verstrekking["bekendmaking"] == "aangeschafte-auto@1"
    assert eerste.attributen == {
        "specversion": "1.0",
        "id": verstrekking["referentie"],
        "source": "urn:nld:oin:00000001823288444000:systeem:wegonderhoud",
        "type": "nl.wegonderhoud.aangeschafte-auto.v1",
        "subject": "auto-1",
        "time": verstrekking["geregistreerd_op"].isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "dataref": f"https://registers.example.nl/wegonderhoud/v1/verstrekkingen/{feed.feed_id.hex()}/2",
        "sequence": "0000000002",
        "sequencetype": "Integer",
        "incarnatie": feed.feed_id.hex(),
        "keten": feed.hash_at(2).hex(),
        "vorige": "0000000001",
        "vorigeketen": feed.hash_at(1).hex(),
    }
    namen = re.compile(r"[a-z0-9]{1,20}")
    assert all(namen.fullmatch(naam) for naam in eerste.attributen)


def test_nothing_personal_stands_in_an_attribute(registers: RegisterSystem) -> None:
    for register, voor in (("wegonderhoud", "aanschafheffing"), ("aanschafheffing", "spitspas")):
        for stuk in stroom(registers, register, voor):
            tekst = json.dumps(dict(stuk.gebeurtenis.attributen)).lower()
            assert not any(naam in tekst for naam in ("sam", "robin", "k-auto"))


def test_the_data_is_what_is_delivered_with_the_kinds_of_its_values_beside_it(registers: RegisterSystem) -> None:
    for stuk in stroom(registers, "wegonderhoud", "aanschafheffing"):
        data = json.loads(stuk.gebeurtenis.data or b"")
        typen = data.pop("typen")
        levering = json.loads(registers.herlever(stuk.gebeurtenis.id).inhoud)
        del levering["formaat"]
        assert data.pop("geregistreerdOp") == levering.pop("geregistreerd_op")
        assert data.pop("gebeurdOp") == levering.pop("gebeurd_op")
        assert data == levering
        assert set(typen.values()) <= {"dag", "persoonsgegeven", "decimaal", "breuk", "moment"}


def test_a_letter_goes_to_its_betrokkene_and_to_nobody_else(registers: RegisterSystem) -> None:
    van = {
        voor: [s.gebeurtenis.attributen["type"] for s in stroom(registers, "aanschafheffing", voor)]
        for voor in (None, "aanschafheffing", "spitspas", "betrokkene", "betrokkene/sam")
    }
    assert van["spitspas"] == ["nl.aanschafheffing.autobezit.v1"] * 2
    assert van[None] == van["aanschafheffing"] == van["spitspas"]
    assert van["betrokkene"] == []
    assert van["betrokkene/sam"] == ["nl.aanschafheffing.heffingsbrief.v2"]


def test_who_chose_some_bekendmakingen_gets_those_and_each_names_the_one_before_it(registers: RegisterSystem) -> None:
    keus = keus_voor("wegonderhoud", None, frozenset({"fysiek-milieueffect@1"}))
    stukken = list(registers.gebeurtenisstroom("wegonderhoud", AFZENDER).na(0, keus))
    assert [s.gebeurtenis.attributen["sequence"] for s in stukken] == ["0000000001", "0000000003"]
    assert [s.gebeurtenis.attributen["vorige"] for s in stukken] == ["0000000000", "0000000001"]
    assert stukken[0].gebeurtenis.attributen["vorigeketen"] == "0" * 64


def _zelfde(gelezen: list[Gebeurtenis | GeenGebeurtenis], gezonden: list[Gebeurtenis]) -> None:
    assert [g.attributen for g in gelezen if isinstance(g, Gebeurtenis)] == [dict(g.attributen) for g in gezonden]
    assert [json.loads(g.data or b"") for g in gelezen if isinstance(g, Gebeurtenis)] == [
        json.loads(g.data or b"") for g in gezonden
    ]


def test_structured_binary_and_batch_say_the_same(registers: RegisterSystem) -> None:
    alle = [s.gebeurtenis for s in stroom(registers, "wegonderhoud", "aanschafheffing")]
    _zelfde(lees_gebeurtenissen({"content-type": f"{BATCH}; charset=utf-8"}, als_batch(alle)), alle)
    for een in alle:
        _zelfde(lees_gebeurtenissen({"content-type": STRUCTURED}, als_structured(een)), [een])
        koppen, inhoud = als_binary(een)
        assert {naam.removeprefix("ce-") for naam in koppen} == {*een.attributen, "content-type"} - {"datacontenttype"}
        _zelfde(lees_gebeurtenissen(koppen, inhoud), [een])


@given(st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1))
def test_any_text_survives_as_a_header(tekst: str) -> None:
    een = Gebeurtenis({"id": "1", "source": "s", "specversion": "1.0", "type": "t", "subject": tekst}, None)
    koppen, inhoud = als_binary(een)
    assert all(kop.isascii() and kop.isprintable() for kop in koppen.values())
    [gelezen] = lees_gebeurtenissen(koppen, inhoud)
    assert gelezen == een


def test_what_is_read_back_is_the_melding_that_a_local_reader_gets(registers: RegisterSystem) -> None:
    for register, voor in (("wegonderhoud", "aanschafheffing"), ("aanschafheffing", "spitspas")):
        kern = registers._kern(register)
        for stuk in stroom(registers, register, voor):
            een = stuk.gebeurtenis
            bekendmaking = bekendmaking_van(een.attributen["type"], register)
            assert bekendmaking
            gelezen = lees_signaal(register, bekendmaking, een)
            hier = lees_melding(register, kern.opslag.feed.verstrekking(stuk.plaats.nummer), kern.serialisatie)
            assert isinstance(gelezen, Ontvangen), gelezen
            assert gelezen.melding == hier
            assert hier is not None
            soorten = [[type(m.waarde) for m in een.mededelingen] for een in (gelezen.melding, hier)]
            assert soorten[0] == soorten[1]
            assert gelezen.plaats == stuk.plaats


waarden = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.fractions()
    | st.decimals(allow_nan=False, allow_infinity=False, places=3)
    | st.dates(date(1, 1, 2), date(9999, 12, 30))
    | st.datetimes(timezones=st.just(UTC)),
    lambda deel: (
        st.lists(deel)
        | st.dictionaries(st.text("a/~0", min_size=1), deel)
        | st.builds(Persoonsgegeven, st.text("ab", min_size=1), deel)
    ),
    max_leaves=8,
)


@given(waarden)
def test_any_value_comes_back_from_json_as_it_was(waarde: Any) -> None:
    assert met_typen(json.loads(json_bytes(waarde)), dict(typen_van(waarde))) == waarde


def test_a_value_keeps_its_kind() -> None:
    waarde = {
        "breuk": Fraction(33),
        "dag": date(2026, 3, 1),
        "getal": Decimal("4.40"),
        "op": datetime(2026, 3, 1, tzinfo=UTC),
    }
    terug = met_typen(json.loads(json_bytes(waarde)), dict(typen_van(waarde)))
    assert {naam: (type(deel), str(deel)) for naam, deel in terug.items()} == {
        naam: (type(deel), str(deel)) for naam, deel in waarde.items()
    }


def test_a_kind_that_does_not_fit_is_refused() -> None:
    for gelezen, typen in (("x", {"": "breuk"}), (1, {"": "dag"}), ("x", {"": "onzin"}), ({}, {"": "persoonsgegeven"})):
        with pytest.raises(ValueError, match="staat geen"):
            met_typen(gelezen, typen)


def test_what_is_too_large_goes_out_without_its_data() -> None:
    attributen = {
        "id": "1",
        "source": "s",
        "specversion": "1.0",
        "type": "t",
        "dataref": "/x",
        "datacontenttype": "application/json",
    }
    klein = Gebeurtenis(attributen, b'"' + b"a" * (MEESTE_BYTES - 200) + b'"')
    groot = Gebeurtenis(attributen, b'"' + b"a" * MEESTE_BYTES + b'"')
    assert begrensd(klein) == klein
    assert begrensd(groot).data is None
    assert begrensd(groot).attributen["dataref"] == "/x"
    assert len(als_structured(begrensd(groot))) < MEESTE_BYTES


@pytest.mark.parametrize(
    ("koppen", "inhoud", "fout"),
    [
        ({"content-type": "text/plain"}, b"", "content-type: moet"),
        ({"content-type": STRUCTURED}, b"{", "geen JSON"),
        ({"content-type": BATCH}, b"{}", "moet een lijst"),
    ],
)
def test_a_request_without_events_says_what_is_wrong(koppen: dict[str, str], inhoud: bytes, fout: str) -> None:
    with pytest.raises(GeenGebeurtenis, match=fout):
        lees_gebeurtenissen(koppen, inhoud)


@pytest.mark.parametrize(
    ("gelezen", "fouten"),
    [
        ({}, {"id: ontbreekt", "source: ontbreekt", "specversion: ontbreekt", "type: ontbreekt"}),
        ({"id": "1", "source": "s", "specversion": "0.3", "type": "t"}, {"specversion: moet 1.0 zijn"}),
        ({"id": 1.5}, {"id: moet tekst zijn, een geheel getal, of true of false"}),
        (
            {"id": "1", "source": "s", "specversion": "1.0", "type": "t", "data_base64": ""},
            {"data_base64: wordt hier niet gebruikt; geef data als JSON"},
        ),
        (
            {"id": "1", "source": "s", "specversion": "1.0", "type": "t\n"},
            {"type: bevat tekens die niet in een attribuut mogen staan"},
        ),
        (
            {
                "id": "1",
                "source": "s",
                "specversion": "1.0",
                "type": "t",
                "datacontenttype": "text/xml",
                "data": "<a/>",
            },
            {"datacontenttype: moet application/json zijn"},
        ),
    ],
)
def test_an_event_that_is_none_tells_all_that_is_wrong(gelezen: Any, fouten: set[str]) -> None:
    [een] = lees_gebeurtenissen({"content-type": STRUCTURED}, json.dumps(gelezen).encode())
    assert isinstance(een, GeenGebeurtenis)
    assert set(een.fouten) == fouten


def test_one_that_is_wrong_does_not_hold_up_the_others_of_a_batch() -> None:
    goed = {"id": "1", "source": "s", "specversion": "1.0", "type": "t"}
    alle = lees_gebeurtenissen({"content-type": BATCH}, json.dumps([goed, {}, 3, goed]).encode())
    assert [isinstance(een, Gebeurtenis) for een in alle] == [True, False, False, True]


def test_who_sends_must_be_someone_the_profile_knows() -> None:
    for anders in ({"oin": "123"}, {"domein": "Nl"}, {"domein": "nl..x"}):
        with pytest.raises(ValueError, match=r"cijfers|domein"):
            Afzender(**anders)


@pytest.mark.parametrize(
    ("soort", "bekendmaking"),
    [
        ("nl.wegonderhoud.aangeschafte-auto.v1", "aangeschafte-auto@1"),
        ("nl.voorbeeld.wegonderhoud.aangeschafte-auto.v12", "aangeschafte-auto@12"),
        ("nl.spitspas.aangeschafte-auto.v1", None),
        ("wegonderhoud.aangeschafte-auto.v1", None),
        ("nl.wegonderhoud.aangeschafte-auto", None),
        ("nl.wegonderhoud.x.y.v1", None),
    ],
)
def test_a_type_names_a_bekendmaking_of_its_register(soort: str, bekendmaking: str | None) -> None:
    assert bekendmaking_van(soort, "wegonderhoud") == bekendmaking

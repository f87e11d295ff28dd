"""The contract of a commando: strict, and all errors at once."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from actors.contexten.spitspas.commandos import Lid, RegistreerHuishouden
from actors.contexten.wegonderhoud.commandos import RegistreerAuto
from actors.register.context import Context
from actors.runtime.catalogue import CONTEXTEN
from actors.verwerking.contract import fouten_in, fouten_in_aanbod, json_schema, velden
from actors.verwerking.generiek.soorten import GENERIEKE_CONTRACTEN, openbare_commandos
from tests.domein import aanschaf, auto, correctie, huishouden, toetreding, verkoop, vertrek
from tests.wereld import aanbod

COMMANDOS = [
    auto(),
    verkoop(aanschaf()),
    correctie(gewicht_kg=1),
    huishouden("sam"),
    toetreding("a 02-01"),
    vertrek("a 02-01"),
]
ENGELS = (" should ", " input", "valid", "Input", " must ")


def plaatsen(fouten: tuple[str, ...]) -> list[str]:
    return [fout.partition(":")[0] for fout in fouten]


@pytest.mark.parametrize("commando", COMMANDOS, ids=lambda c: type(c).__name__)
def test_a_sound_commando_has_no_errors(commando: Any) -> None:
    assert fouten_in(commando) == ()


@pytest.mark.parametrize(
    ("veld", "waarde"),
    [
        ("gewicht_kg", True),
        ("gewicht_kg", 1300.0),
        ("gewicht_kg", "1300"),
        ("gewicht_kg", Decimal(1300)),
        ("gewicht_kg", -1),
        ("lengte_m", 4.4),
        ("lengte_m", "4.4"),
        ("lengte_m", 4),
        ("lengte_m", Fraction(22, 5)),
        ("lengte_m", Decimal("NaN")),
        ("lengte_m", Decimal("Infinity")),
        ("lengte_m", Decimal(-1)),
        ("uitstoot_g_per_km", False),
        ("datum_eerste_toelating", "2026-03-01"),
        ("datum_eerste_toelating", datetime(2026, 3, 1, 12, 0, tzinfo=UTC)),
        ("auto_id", "met spatie"),
        ("auto_id", ""),
        ("auto_id", "x" * 65),
        ("auto_id", "-begint-met-streep"),
        ("auto_id", 7),
        ("kenteken", ""),
        ("kenteken", "x" * 201),
        ("kenteken", None),
        ("aanschaf", {"koper": "sam"}),
        ("aanschaf", None),
    ],
)
def test_a_value_of_another_kind_is_refused_in_dutch_and_never_converted(veld: str, waarde: Any) -> None:
    fouten = fouten_in(replace(auto(), **{veld: waarde}))
    assert plaatsen(fouten) == [veld]
    assert not [woord for woord in ENGELS if woord in fouten[0]], fouten[0]


@pytest.mark.parametrize("dag", [date.min, date.max])
def test_an_open_bound_is_no_day_that_one_can_give(dag: date) -> None:
    assert plaatsen(fouten_in(replace(auto(), datum_eerste_toelating=dag))) == ["datum_eerste_toelating"]
    leden = RegistreerHuishouden(huishouden_id="huis", leden=(Lid(persoon_id="sam", vanaf=dag),))
    assert fouten_in(leden) == ("leden.0.vanaf: valt buiten de kalender",)
    assert fouten_in(replace(auto(), datum_eerste_toelating=date(1, 1, 2))) == ()


@pytest.mark.parametrize(
    "moment",
    [
        date.min,
        date.max,
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))),
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=-12))),
        datetime(9999, 12, 30, 23, 30, tzinfo=UTC),
    ],
    ids=str,
)
def test_what_happened_outside_the_calendar_is_refused(moment: date) -> None:
    """Else it is recorded, and can be read by nobody, or is told without its day."""
    fouten = fouten_in_aanbod(replace(aanbod(auto(), 1), gebeurd_op=moment))
    assert fouten == ("gebeurd_op: valt buiten de kalender",)
    assert fouten_in_aanbod(replace(aanbod(auto(), 1), gebeurd_op=date(1, 1, 2))) == ()


@pytest.mark.parametrize("nullen", [6, 20, 26, 27, 30, 400, 5000])
def test_no_number_of_digits_makes_a_seventh_decimal_one_of_six(nullen: int) -> None:
    assert plaatsen(fouten_in(replace(auto(), lengte_m=Decimal(f"4.{'0' * nullen}1")))) == ["lengte_m"]


def test_errors_inside_a_part_are_named_by_their_place() -> None:
    fout = auto(koop=aanschaf(koper="met spatie", aanschaf_id="koop", regio="", aankoopdatum="2026-03-01"))
    assert plaatsen(fouten_in(fout)) == ["aanschaf.koper", "aanschaf.aankoopdatum", "aanschaf.regio"]
    leden = RegistreerHuishouden(huishouden_id="huis", leden=(Lid(persoon_id="sam", vanaf=3),))  # type: ignore[arg-type]
    assert plaatsen(fouten_in(leden)) == ["leden.0.vanaf"]


def test_all_errors_of_a_commando_are_told_at_once() -> None:
    fout = auto("", aanschaf(wijk=""), gewicht_kg=-1, lengte_m=1.5, kenteken=3)
    assert sorted(plaatsen(fouten_in(fout))) == ["aanschaf.wijk", "auto_id", "gewicht_kg", "kenteken", "lengte_m"]


# --- as data --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "klasse", [soort.klasse for context in CONTEXTEN for soort in context.commandos], ids=lambda k: k.__name__
)
def test_every_field_of_a_contract_is_described_in_dutch_and_in_its_schema(klasse: type) -> None:
    schema = json_schema(klasse)
    beschreven = dict(velden(klasse))
    assert schema["additionalProperties"] is False
    assert all(beschreven.values())
    assert {naam: v.get("description") for naam, v in schema["properties"].items()} == beschreven


def test_the_contract_says_which_fields_are_personal_and_those_are_kept_so() -> None:
    schema = json_schema(RegistreerAuto)
    gemerkt = {n for n, v in schema["properties"].items() if v.get("x-persoonlijk")}
    gemerkt |= {n for n, v in schema["$defs"]["Aanschaf"]["properties"].items() if v.get("x-persoonlijk")}
    bewaard = {g.naam for c in CONTEXTEN for a in c.aggregaten for g in a.gegevens if g.persoonlijk}
    assert gemerkt == bewaard == {"kenteken", "koper_naam"}


@pytest.mark.parametrize("context", CONTEXTEN, ids=lambda context: context.naam)
def test_every_register_takes_all_generic_contracts_and_names_all_of_them(context: Context) -> None:
    assert {soort.klasse for soort in openbare_commandos(context)} == {*GENERIEKE_CONTRACTEN}

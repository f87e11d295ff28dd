"""A commando as JSON: exact, strict, and all errors at once in Dutch."""

import json
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.register.commando import AangebodenCommando, NietVerwerkt
from actors.register.verantwoording import Aanleiding, Aanleidingsoort, Mandaat
from actors.runtime.catalogue import CONTEXTEN
from actors.simulatie.stormtegenslag import trek_feiten
from actors.verwerking.aanbodvorm import Aanbodlezer, lees_json
from actors.verwerking.generiek.commandos import Betreft, Correctie, Corrigeer, RegistreerRegelversie
from actors.verwerking.generiek.soorten import GENERIEKE_CONTRACTEN
from actors.verwerking.jsonvorm import als_json
from tests.domein import aanschaf, auto
from tests.wereld import commando_id

LEZER = Aanbodlezer(CONTEXTEN)
ENGELS = (" should ", " input", "valid", "Input", " must ", "permitted")


def lees(gegevens: Any) -> AangebodenCommando | NietVerwerkt:
    return LEZER.lees(lees_json(json.dumps(gegevens)), nieuw_id=lambda: commando_id(1), door="loket")


def fouten(gegevens: Any) -> dict[str, str]:
    antwoord = lees(gegevens)
    assert isinstance(antwoord, NietVerwerkt)
    assert antwoord.regel == "contract"
    assert not [woord for woord in ENGELS if woord in "; ".join(antwoord.fouten)], antwoord.fouten
    return dict(fout.split(": ", 1) for fout in antwoord.fouten)


def als_data(commando: Any) -> Any:
    """As a client writes it: what JSON has not is text, and where any value may stand it says which kind it is."""
    if is_dataclass(commando) and not isinstance(commando, type):
        waarden = {"waarde", "grenzen", "uitkomsten", "betwijfelde_waarde", "voorgestelde_waarde"}
        delen = {veld.name: getattr(commando, veld.name) for veld in fields(commando)}
        return {n: als_waarde(deel) if n in waarden else als_data(deel) for n, deel in delen.items()}
    return [als_data(deel) for deel in commando] if isinstance(commando, tuple) else als_json(commando)


def als_waarde(waarde: Any) -> Any:
    if isinstance(waarde, tuple):
        return [als_waarde(deel) for deel in waarde]
    for soort, naam in ((Decimal, "$getal"), (Fraction, "$breuk"), (datetime, "$moment"), (date, "$datum")):
        if isinstance(waarde, soort):
            return {naam: als_json(waarde)}
    return waarde


# --- what is sound --------------------------------------------------------------------------------------------


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1 << 32))
def test_what_can_be_offered_in_python_can_be_offered_in_json_and_is_the_same(seed: int) -> None:
    for feit in trek_feiten(seed, 20):
        een = feit.aangeboden
        gelezen = lees(
            {
                "commando": type(een.commando).__name__,
                "register": feit.register,
                "id": een.id,
                "data": als_data(een.commando),
                "aanleiding": een.aanleiding._asdict(),
                "gebeurd_op": als_json(een.gebeurd_op),
                "beslisser": een.beslisser,
            }
        )
        assert gelezen == replace(een, door="loket", register=feit.register)


def test_a_commando_of_a_context_needs_no_register_and_gets_an_id() -> None:
    gelezen = lees({"commando": "RegistreerAuto", "data": als_data(auto())})
    assert isinstance(gelezen, AangebodenCommando)
    assert (gelezen.id, gelezen.commando, gelezen.door) == (commando_id(1), auto(), "loket")
    assert gelezen.aanleiding == Aanleiding("ambtshalve", "geen", "loket")


def test_a_moment_and_a_mandaat_are_read() -> None:
    om = {"gebeurd_op": "2026-03-01T10:00:00Z", "namens": {"bevoegdheid": "mandaat", "verwijzing": "besluit 3"}}
    gelezen = lees({"commando": "RegistreerAuto", "data": als_data(auto()), **om})
    assert isinstance(gelezen, AangebodenCommando)
    assert gelezen.gebeurd_op == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert gelezen.namens == Mandaat("mandaat", "besluit 3")


@pytest.mark.parametrize(
    ("tekst", "waarde"),
    [
        ({"$getal": "4.52"}, Decimal("4.52")),
        ({"$breuk": "33/2"}, Fraction(33, 2)),
        ({"$datum": "2026-04-01"}, date(2026, 4, 1)),
        ({"$moment": "2026-04-01T12:00:00Z"}, datetime(2026, 4, 1, 12, tzinfo=UTC)),
        ("4.52", "4.52"),
        (4, 4),
        (True, True),
        (None, None),
    ],
)
def test_where_any_value_may_stand_another_kind_than_json_has_says_which(tekst: Any, waarde: Any) -> None:
    betreft = {"onderwerp": ["auto-1"], "gegeven": "lengte_m"}
    data: dict[str, Any] = {"aggregaat": "auto", "aggregaat_id": "auto-1", "toelichting": "gemeten"}
    correcties = [{"betreft": betreft, "waarde": tekst}]
    gelezen = lees({"commando": "Corrigeer", "register": "wegonderhoud", "data": {**data, "correcties": correcties}})
    assert isinstance(gelezen, AangebodenCommando)
    assert gelezen.commando == Corrigeer(
        **data,
        correcties=(Correctie(betreft=Betreft(onderwerp=("auto-1",), gegeven="lengte_m"), waarde=waarde),),
    )


@pytest.mark.parametrize("klasse", GENERIEKE_CONTRACTEN, ids=lambda k: k.__name__)
def test_what_every_register_knows_is_known_here_and_names_its_register(klasse: type) -> None:
    gezegd = fouten({"commando": klasse.__name__, "data": {}})
    assert gezegd.pop("register") == f"noem een register dat {klasse.__name__} kent: " + ", ".join(
        c.naam for c in CONTEXTEN
    )
    assert gezegd
    assert all(plaats.startswith("data.") and wat == "ontbreekt" for plaats, wat in gezegd.items())


# --- what is not ----------------------------------------------------------------------------------------------


def test_all_that_is_wrong_is_told_at_once_each_at_its_place() -> None:
    data = {**als_data(auto()), "gewicht_kg": "1300", "lengte_m": 4.4, "breedte_m": "1,85", "kleur": "rood"}
    data["aanschaf"] = {**als_data(aanschaf()), "aankoopdatum": "1 maart", "wijk": 5}
    om = {"gebeurd_op": "gisteren", "aanleiding": {"soort": "zomaar"}, "namens": "de minister", "extra": 1, "id": "7"}
    assert fouten({"commando": "RegistreerAuto", "data": data, **om}) == {
        "data.lengte_m": 'schrijf een getal met decimalen als tekst, dan blijft het exact: "4.4"',
        "data.breedte_m": "moet een exact decimaal getal zijn, als tekst en met een punt",
        "data.gewicht_kg": "moet een geheel getal zijn",
        "data.kleur": "bestaat niet in dit commando",
        "data.aanschaf.aankoopdatum": "moet een datum zijn (jjjj-mm-dd)",
        "data.aanschaf.wijk": "moet tekst zijn",
        "gebeurd_op": "moet een dag zijn (jjjj-mm-dd), of een moment met tijdzone (jjjj-mm-ddTuu:mm:ssZ)",
        "aanleiding.soort": f"moet een van {', '.join(Aanleidingsoort)} zijn",
        "aanleiding.verwijzing": "ontbreekt",
        "aanleiding.verantwoordelijke": "ontbreekt",
        "namens": "moet een object zijn",
        "extra": "bestaat niet in dit commando",
        "id": "moet een UUID zijn",
    }


@pytest.mark.parametrize(
    ("gegevens", "plaatsen"),
    [
        ([], {"een commando is een object"}),
        ("RegistreerAuto", {"een commando is een object"}),
        ({}, {"commando", "data"}),
        ({"commando": 3, "data": {}}, {"commando"}),
        ({"commando": "RegistreerAuto", "data": []}, {"data"}),
        ({"commando": "HeropenAlles", "data": {}}, {"commando"}),
        ({"commando": "BeoordeelSignaal", "data": {}, "register": "spitspas"}, {"commando"}),
        ({"commando": "RegistreerAuto", "register": "spitspas", "data": als_data(auto())}, {"register"}),
        ({"commando": "RegistreerAuto", "data": {**als_data(auto()), "kenteken": {"$getal": "3"}}}, {"data.kenteken"}),
        ({"commando": "RegistreerAuto", "data": als_data(auto()), "gebeurd_op": "2026-03-01T10:00:00"}, {"gebeurd_op"}),
    ],
)
def test_what_is_no_commando_is_refused_at_its_place(gegevens: Any, plaatsen: set[str]) -> None:
    assert fouten(gegevens).keys() == plaatsen


@pytest.mark.parametrize("waarde", ["1e999999999", "1e5", "vier", "", "NaN"])
def test_a_number_is_written_in_digits(waarde: str) -> None:
    data = als_data(
        RegistreerRegelversie(
            regelversie_id="spitspasrecht",
            versie=2,
            geldig_vanaf=date(2027, 1, 1),
            overgang="onmiddellijk",
            grenzen=(1,),
            uitkomsten=(5, 3),
            grond="Wet",
        )
    )
    for soort in ("$getal", "$breuk"):
        gezegd = fouten(
            {
                "commando": "RegistreerRegelversie",
                "register": "spitspas",
                "data": {**data, "grenzen": [{soort: waarde}]},
            }
        )
        assert gezegd == {"data.grenzen.0": f"{waarde!r} is geen {soort[1:]}"}


def test_a_misspelt_name_is_recognised() -> None:
    assert fouten({"commando": "RegistreerAutos", "data": {}})["commando"].endswith("bedoelde u RegistreerAuto?")


@pytest.mark.parametrize(
    ("tekst", "wat"),
    [
        (b"\xff", "geen UTF-8"),
        ('{"a": 1', "geen JSON"),
        ("", "geen JSON"),
        ('{"a": 1, "a": 2}', "'a' staat er twee keer"),
        ("[" * 100_000, "te diep"),
        ("9" * 5000, "getal"),
        (r'{"a": ["\ud800"]}', "half teken"),
        (rb'{"\uDBFF": 1}', "half teken"),
    ],
)
def test_what_is_no_json_says_so(tekst: str | bytes, wat: str) -> None:
    with pytest.raises(ValueError, match=wat):
        lees_json(tekst)


@settings(max_examples=100)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda delen: (
            st.lists(delen, max_size=3)
            | st.dictionaries(st.sampled_from(["commando", "data", "id", "$getal", "register"]), delen, max_size=3)
        ),
    )
)
def test_whatever_stands_in_json_is_answered(gegevens: Any) -> None:
    assert isinstance(lees(gegevens), NietVerwerkt)


@pytest.mark.parametrize(("begin", "einde"), [("[", "]"), ('{"a":', "}")])
def test_what_is_json_and_yet_too_deep_is_said_to_be(begin: str, einde: str) -> None:
    diep = f'{{"commando": "RegistreerAuto", "data": {{"auto_id": {begin * 700}1{einde * 700}}}}}'
    antwoord = LEZER.lees(lees_json(diep), nieuw_id=lambda: commando_id(1), door="loket")
    assert isinstance(antwoord, NietVerwerkt)
    assert antwoord.fouten == ("dit is te diep genest voor een commando",)

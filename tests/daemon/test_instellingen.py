"""The settings of a daemon: precedence, all errors at once, secrets, and that example and page say what there is."""

import json
import os
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actors.daemon.instellingen import VELDEN, Instellingen, maak
from actors.daemon.instellingskeuze import STANDAARD, InGebruik, Instellingsfout, laad
from actors.daemon.instellingslagen import BESTAND
from tests.cli.conftest import Gevolg
from tests.docs.bladen import ROOT, blad
from tests.docs.test_naslag import rijen

GEHEIM = "Bearer 7f3c-nooit-te-zien"
VOORBEELD = ROOT / "scripts" / "deploy" / "gevolg.toml"


def schrijf(pad: Path, inhoud: str) -> Path:
    bestand = pad / "gevolg.toml"
    bestand.write_text(inhoud, encoding="utf-8")
    return bestand


def fouten(bestand: Path | None = None, omgeving: dict[str, str] | None = None, **opties: Any) -> tuple[str, ...]:
    with pytest.raises(Instellingsfout) as gevangen:
        laad(bestand, omgeving or {}, opties)
    return gevangen.value.fouten


# --- precedence ---

LAGEN = ("optie", "variabele", "omgeving", "basis")
WAARDEN = {
    "poort": st.integers(0, 65535),
    "limieten.stoot": st.integers(1, 1_000_000),
    "log.niveau": st.sampled_from(["debug", "info", "warning", "error"]),
    "limieten.diepte": st.integers(4, 200),
    "systeemnaam": st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}", fullmatch=True),
    "achter_proxy": st.lists(st.sampled_from(["10.0.0.0/8", "192.168.1.1"]), min_size=1, max_size=2),
}


def in_toml(kop: str, gegeven: dict[str, Any]) -> str:
    delen: dict[str, list[str]] = {kop: []}
    for naam, waarde in gegeven.items():
        deel, _, kort = naam.rpartition(".")
        delen.setdefault(".".join(filter(None, (kop, deel))), []).append(f"{kort} = {json.dumps(waarde)}")
    return "".join("\n".join([f"[{deel}]", *regels, ""]) for deel, regels in delen.items())


def als_tekst(waarde: Any) -> str:
    return ",".join(waarde) if isinstance(waarde, list) else json.dumps(waarde).strip('"')


@given(st.fixed_dictionaries({laag: st.fixed_dictionaries({}, optional=WAARDEN) for laag in LAGEN}))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_strongest_layer_that_says_something_is_in_force(tmp_path: Path, lagen: dict[str, dict[str, Any]]) -> None:
    bestand = schrijf(tmp_path, in_toml("gevolg", lagen["basis"]) + in_toml("omgeving.test", lagen["omgeving"]))
    variabelen = {VELDEN[naam].variabele: als_tekst(w) for naam, w in lagen["variabele"].items()}
    in_gebruik = laad(bestand, {"GEVOLG_OMGEVING": "test", **variabelen}, lagen["optie"])
    for regel in in_gebruik.regels():
        wie = next((laag for laag in LAGEN if regel.naam in lagen[laag]), None)
        deel = "".join(f".{een}" for een in regel.naam.split(".")[:-1])
        verwacht = lagen[wie][regel.naam] if wie else VELDEN[regel.naam].standaard
        if isinstance(verwacht, list):
            verwacht = tuple(verwacht)
        assert regel.waarde == (str(verwacht) if isinstance(verwacht, Path) else verwacht)
        assert regel.herkomst == {
            "optie": f"--{regel.naam.replace('.', '-').replace('_', '-')}",
            "variabele": VELDEN[regel.naam].variabele,
            "omgeving": f"gevolg.toml [omgeving.test{deel}]",
            "basis": f"gevolg.toml [gevolg{deel}]",
            None: STANDAARD,
        }.get(wie)


def test_an_environment_is_chosen_by_the_variable_and_else_by_the_file(tmp_path: Path) -> None:
    bestand = schrijf(tmp_path, '[gevolg]\nomgeving = "acc"\n[omgeving.acc]\npoort = 1\n[omgeving.test]\npoort = 2\n')
    assert laad(bestand, {}).instellingen.poort == 1
    assert laad(bestand, {"GEVOLG_OMGEVING": "test"}).instellingen.poort == 2
    assert laad(bestand, {"GEVOLG_OMGEVING": "test"}).omgeving == "test"
    (fout,) = fouten(bestand, {"GEVOLG_OMGEVING": "tset"})
    assert "GEVOLG_OMGEVING" in fout
    assert "bedoelde u test?" in fout
    (fout,) = fouten(None, {"GEVOLG_OMGEVING": "test"})
    assert "noem dat met --config" in fout
    (fout,) = fouten(schrijf(tmp_path, "[omgeving]\nprod = 3\n"))
    assert "schrijf [omgeving.prod]" in fout


def test_the_file_may_be_named_in_the_environment_and_an_empty_variable_says_nothing(tmp_path: Path) -> None:
    bestand = schrijf(tmp_path, "[gevolg]\npoort = 1\n")
    assert laad(None, {"GEVOLG_CONFIG": str(bestand), "GEVOLG_POORT": ""}).instellingen.poort == 1


def test_a_relative_path_in_the_file_counts_from_the_folder_of_the_file(tmp_path: Path) -> None:
    bestand = schrijf(tmp_path, '[gevolg]\ndata = "gegevens"\n')
    assert laad(bestand, {}).instellingen.data == tmp_path / "gegevens"
    assert laad(bestand, {"GEVOLG_DATA": "elders"}).instellingen.data == Path("elders")


# --- errors ---


def test_all_errors_are_told_at_once_each_with_key_source_and_what_to_do(tmp_path: Path) -> None:
    bestand = schrijf(
        tmp_path,
        'onzin = 1\n[gevolg]\npoort = "8080"\nregisters = ["spitspass"]\nadres = "0.0.0.0"\nlog = 3\n'
        '[gevolg.limieten]\nstoott = 1\ndiepte = 0\n[gevolg.tls]\ncertificaat = "er-niet.pem"\n'
        '[omgeving.test]\npoortje = 1\n[omgeving.acc.jwt]\nalgoritmes = ["HS256"]\n',
    )
    gezegd = fouten(
        bestand, {"GEVOLG_OMGEVING": "test", "GEVOLG_STOPTIJD_S": "lang", "GEVOLG_POORTT": "1"}, poort=70000
    )
    verwacht = [
        ("GEVOLG_POORTT (omgeving)", "bedoelde u GEVOLG_POORT"),
        ("onzin (", "[gevolg]"),
        ("log (gevolg.toml [gevolg])", "[gevolg.log]"),
        ("limieten.stoott (gevolg.toml [gevolg.limieten])", "bedoelde u stoot?"),
        ("poortje (gevolg.toml [omgeving.test])", "bedoelde u poort?"),
        ("poort (--poort)", "70000 past niet; schrijf een getal van 0 tot en met 65535"),
        ("poort (gevolg.toml [gevolg])", "'8080' past niet"),
        ("stoptijd_s (GEVOLG_STOPTIJD_S)", "'lang' past niet"),
        ("registers (gevolg.toml [gevolg])", "bedoelde u spitspas?"),
        ("limieten.diepte (gevolg.toml [gevolg.limieten])", "4 tot en met 200"),
        ("jwt.algoritmes (gevolg.toml [omgeving.acc.jwt])", "RS256"),
        ("tls.sleutel (standaard)", "ontbreekt naast tls.certificaat"),
        ("tls.certificaat (gevolg.toml [gevolg.tls])", "kan niet worden gelezen"),
    ]
    for begin, wat in verwacht:
        assert any(fout.startswith(begin) and wat in fout for fout in gezegd), (begin, wat, gezegd)
    assert len(gezegd) == len(verwacht)


@pytest.mark.parametrize("naam", ["none", "HS256", "HS384", "HS512", "ES256K1", "", "rs256"])
def test_only_algorithms_with_a_public_key_are_taken(naam: str) -> None:
    (fout,) = fouten(None, {}, **{"jwt.algoritmes": ["RS256", naam]})
    assert "kan ieder een token maken" in fout


def test_without_any_algorithm_nothing_begins() -> None:
    with pytest.raises(Instellingsfout):
        laad(None, {}, {"jwt.algoritmes": []})


@pytest.mark.parametrize(
    ("opties", "zin"),
    [
        ({"adres": "0.0.0.0"}, "zonder TLS zijn tokens te lezen"),  # noqa: S104 - that is what is refused
        ({"adres": "::"}, "zonder TLS zijn tokens te lezen"),
        ({"adres": "192.168.1.4", "ontwikkel": True, "achter_proxy": ["10.0.0.1"]}, "iedereen mag dan alles"),
        ({"ontwikkel": True, "achter_proxy": ["127.0.0.1"]}, "ook achter de proxy"),
        ({"adres": "gevolg.example.nl"}, "een IP-adres, of localhost"),
        ({"jwt.jwks": "http://inloggen.example.nl/jwks"}, "https-adres"),
        ({"jwt.issuer": "x", "jwt.audience": "y"}, "jwt.jwks (standaard): ontbreekt"),
        ({"cloudevents.oin": "123"}, "20 cijfers"),
        ({"cloudevents.bronnen": ["urn:nld:oin:1"]}, "register=source"),
        ({"cloudevents.bronnen": ["wegonderhout=urn:x"]}, "bedoelde u wegonderhoud?"),
        ({"logboek.bestand": "/er/is/hier/niets.jsonl"}, "kan niet worden geschreven"),
        ({"logboek.bestand": "/"}, "kan niet worden geschreven"),
        ({"logboek.verwerkingsactiviteit": "https://x/{regster}"}, "een URI"),
        ({"otlp.endpoint": "sporen"}, "http- of https-adres"),
    ],
)
def test_what_would_be_unsafe_or_of_no_use_is_refused(opties: dict[str, Any], zin: str) -> None:
    with pytest.raises(Instellingsfout) as gevangen:
        laad(None, {}, opties)
    assert any(zin in fout for fout in gevangen.value.fouten), gevangen.value.fouten


def test_everybody_may_do_everything_only_by_an_option_and_on_this_machine(tmp_path: Path) -> None:
    assert laad(None, {}, {"ontwikkel": True}).instellingen.ontwikkel
    assert laad(None, {}, {"ontwikkel": True, "adres": "::1"}).instellingen.ontwikkel
    assert "--ontwikkel" in fouten(None, {"GEVOLG_ONTWIKKEL": "true"})[0]
    assert "--ontwikkel" in fouten(schrijf(tmp_path, "[gevolg]\nontwikkel = true\n"))[0]


@pytest.mark.parametrize("inhoud", [b"[gevolg\n", b"\xff\xfe", b"a = 1\na = 2\n"])
def test_a_file_that_is_no_toml_is_named(tmp_path: Path, inhoud: bytes) -> None:
    bestand = tmp_path / "x.toml"
    bestand.write_bytes(inhoud)
    (fout,) = fouten(bestand)
    assert str(bestand) in fout
    assert "TOML" in fout
    assert "kan niet worden gelezen" in fouten(tmp_path / "weg.toml")[0]


def test_what_kubernetes_says_of_a_service_of_our_name_does_no_harm() -> None:
    omgeving = {"GEVOLG_SERVICE_HOST": "10.0.0.1", "GEVOLG_PORT": "tcp://10.0.0.1:8080", "GEVOLG_PORT_8080_TCP": "x"}
    assert laad(None, {**omgeving, "GEVOLG_LOG": "x"}).instellingen == Instellingen()


NAMEN = st.sampled_from(
    [*{deel for naam in VELDEN for deel in naam.split(".")}, "omgeving", "onzin", "autorisatie_bestand"]
)
LOS = st.one_of(
    st.integers(),
    st.booleans(),
    st.text(st.characters(codec="ascii")),
    st.sampled_from(["2026-01-01", "x\0", "https://["]),
)
BOOM = st.recursive(
    LOS, lambda kind: st.one_of(st.lists(kind, max_size=3), st.dictionaries(NAMEN, kind, max_size=4)), max_leaves=12
)


def inline(waarde: Any) -> str:
    if isinstance(waarde, dict):
        return "{" + ", ".join(f"{naam} = {inline(een)}" for naam, een in waarde.items()) + "}"
    if isinstance(waarde, list):
        return "[" + ", ".join(map(inline, waarde)) + "]"
    return json.dumps(waarde).replace("\x7f", "\\u007f")


@given(st.dictionaries(st.sampled_from(["gevolg", "omgeving", "poort"]), BOOM, max_size=3))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stands_in_a_file_it_is_in_force_or_told(tmp_path: Path, inhoud: dict[str, Any]) -> None:
    bestand = schrijf(tmp_path, "".join(f"{naam} = {inline(waarde)}\n" for naam, waarde in inhoud.items()))
    assert not any("TOML" in fout for fout in wat_eraan_schort(bestand, {}))


@given(st.dictionaries(st.sampled_from([veld.variabele for veld in VELDEN.values()]), st.text(max_size=20), max_size=5))
@settings(max_examples=150, deadline=None)
def test_whatever_stands_in_the_environment_it_is_in_force_or_told(omgeving: dict[str, str]) -> None:
    assert all(": " in fout for fout in wat_eraan_schort(None, omgeving))


def wat_eraan_schort(bestand: Path | None, omgeving: dict[str, str]) -> tuple[str, ...]:
    try:
        in_gebruik = laad(bestand, omgeving)
    except Instellingsfout as fout:
        return fout.fouten
    assert [regel.naam for regel in in_gebruik.regels()] == list(VELDEN)
    return ()


# --- secrets ---


def toont(in_gebruik: InGebruik) -> str:
    return repr(in_gebruik) + repr(list(in_gebruik.regels())) + str(in_gebruik.instellingen)


def test_a_secret_comes_from_a_file_or_the_environment_and_is_shown_as_stars(tmp_path: Path) -> None:
    """G40: no secret is in what is printed."""
    (tmp_path / "otlp").write_text(f"{GEHEIM}\n", encoding="utf-8")
    bestand = schrijf(tmp_path, f'[gevolg.otlp]\nautorisatie{BESTAND} = "otlp"\n')
    for omgeving, plaats in (
        ({}, "bestand genoemd in gevolg.toml [gevolg.otlp]"),
        ({"GEVOLG_OTLP_AUTORISATIE": GEHEIM}, "GEVOLG_OTLP_AUTORISATIE"),
        (
            {"GEVOLG_OTLP_AUTORISATIE_BESTAND": str(tmp_path / "otlp")},
            "bestand genoemd in GEVOLG_OTLP_AUTORISATIE_BESTAND",
        ),
    ):
        in_gebruik = laad(bestand, omgeving)
        geheim = in_gebruik.instellingen.otlp.autorisatie
        assert geheim is not None
        assert geheim.get_secret_value() == GEHEIM
        (regel,) = (r for r in in_gebruik.regels() if r.naam == "otlp.autorisatie")
        assert (regel.waarde, regel.herkomst) == ("***", plaats)
        assert GEHEIM not in toont(in_gebruik)


def test_a_secret_in_the_file_itself_is_refused_without_telling_it(tmp_path: Path) -> None:
    (fout,) = fouten(schrijf(tmp_path, f'[gevolg.otlp]\nautorisatie = "{GEHEIM}"\n'))
    assert "is geheim" in fout
    assert "GEVOLG_OTLP_AUTORISATIE" in fout
    assert GEHEIM not in fout


def test_a_secret_that_is_not_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "leeg").write_text("\n", encoding="utf-8")
    (tmp_path / "twee").write_text("Bearer x\nX-Kop: y", encoding="utf-8")
    os.mkfifo(tmp_path / "pijp")
    for naam, zin in (
        ("weg", "kan niet worden gelezen"),
        ("leeg", "is leeg"),
        ("twee", "meer dan één regel"),
        ("pijp", "geen gewoon bestand"),
        ("", "schrijf"),
    ):
        (fout,) = fouten(schrijf(tmp_path, f'[gevolg.otlp]\nautorisatie_bestand = "{naam}"\n'))
        assert zin in fout


def test_a_day_in_toml_is_no_text(tmp_path: Path) -> None:
    (fout,) = fouten(schrijf(tmp_path, "[gevolg]\nsysteemnaam = 1979-05-27\n"))
    assert "past niet" in fout


def test_a_password_in_an_address_is_refused_without_telling_it() -> None:
    alle = " ".join(
        fouten(None, {"GEVOLG_JWT_JWKS": "https://jan:hunter2@x/jwks", "GEVOLG_OTLP_ENDPOINT": "http://a:hunter2@x"})
    )
    assert "hunter2" not in alle
    assert "***" in alle


# --- the command, the example, the page ---


def test_the_command_shows_what_is_in_force_and_where_it_came_from(
    gevolg: Gevolg, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bestand = schrijf(tmp_path, "[gevolg]\npoort = 81\n[omgeving.test]\npoort = 82\n")
    monkeypatch.setenv("GEVOLG_OMGEVING", "test")
    monkeypatch.setenv("GEVOLG_STOPTIJD_S", "7")
    monkeypatch.setenv("GEVOLG_OTLP_AUTORISATIE", GEHEIM)
    uit = json.loads(gevolg("config", "--config", bestand, "--json").stdout)
    assert uit["omgeving"] == "test"
    assert uit["instellingen"].keys() == VELDEN.keys()
    assert uit["instellingen"]["poort"] == {"waarde": 82, "herkomst": "gevolg.toml [omgeving.test]"}
    assert uit["instellingen"]["stoptijd_s"] == {"waarde": 7, "herkomst": "GEVOLG_STOPTIJD_S"}
    mensen = gevolg("config", "--config", bestand)
    assert "omgeving test" in mensen.stdout
    assert "***" in mensen.stdout
    assert GEHEIM not in mensen.output
    monkeypatch.setenv("GEVOLG_STOPTIJD_S", "x")
    monkeypatch.setenv("GEVOLG_POORT", "y")
    fout = gevolg("config", "--config", bestand)
    assert fout.exit_code == 2
    assert fout.stderr.count("\n  - ") == 2


@pytest.mark.parametrize("naam", [None, "ontwikkeling", "test", "acceptatie", "productie"])
def test_the_example_for_a_server_is_in_order_for_every_environment(naam: str | None) -> None:
    in_gebruik = laad(VOORBEELD, {"GEVOLG_OMGEVING": naam} if naam else {})
    assert in_gebruik.omgeving == naam


def test_no_two_keys_have_the_same_variable() -> None:
    variabelen = [veld.variabele for veld in VELDEN.values()]
    variabelen += [f"{veld.variabele}_BESTAND" for veld in VELDEN.values() if veld.is_geheim]
    assert len(set(variabelen)) == len(variabelen)
    assert maak({}) == Instellingen()


def test_every_key_stands_on_the_page_with_its_variable_default_and_meaning() -> None:
    genoemd = {cellen[0].strip("`"): cellen[1:] for cellen in rijen(blad("reference/instellingen.md").tekst)}
    assert {naam for naam in genoemd if naam not in {"sleutel", "---"}} == VELDEN.keys()
    for naam, veld in VELDEN.items():
        standaard = veld.standaard.value if isinstance(veld.standaard, Enum) else veld.standaard
        tekst = (
            als_tekst(list(standaard) if isinstance(standaard, tuple) else standaard)
            if not isinstance(standaard, Path)
            else str(standaard)
        )
        variabele, getoond, wat, hoort = genoemd[naam]
        assert variabele.strip("`") == ("" if veld.sleutel.enkel_optie else veld.variabele)
        assert getoond.strip("`").replace(", ", ",") == ("" if standaard is None else tekst), naam
        assert (wat, hoort) == (veld.sleutel.wat, veld.sleutel.hoort)

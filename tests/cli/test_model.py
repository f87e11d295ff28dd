import json
import re

import pytest
from typer.testing import Result

from tests.cli.conftest import Gevolg

CONTEXTEN = ("wegonderhoud", "aanschafheffing", "spitspas")


def goed(uitkomst: Result) -> str:
    assert (uitkomst.exit_code, uitkomst.stderr) == (0, ""), uitkomst.output
    return uitkomst.stdout


def test_the_model_names_commandos_gevolgen_rules_and_their_ground(gevolg: Gevolg) -> None:
    tekst = goed(gevolg("model", "aanschafheffing"))
    assert "aanschafheffing@1, besluit per aanschaf" in tekst
    assert "[21, 36) → € 2.000" in tekst
    assert "AanschafheffingNietVerschuldigd" in tekst
    assert "Wet aanschafheffing, artikel 4" in tekst
    assert "RegistreerAuto" not in tekst
    assert max(len(regel) for regel in tekst.splitlines()) <= 100


def test_without_a_name_the_model_shows_all_contexts(gevolg: Gevolg) -> None:
    tekst = goed(gevolg("model"))
    assert all(f"({context}@1)" in tekst for context in CONTEXTEN)


def test_the_json_schema_is_closed_and_tells_rules_and_ground(gevolg: Gevolg) -> None:
    schema = json.loads(goed(gevolg("model", "wegonderhoud", "--formaat", "json-schema")))
    verwijzingen = set(re.findall(r"#/\$defs/(\w+)", json.dumps(schema)))
    assert verwijzingen <= set(schema["$defs"])
    assert schema["$defs"]["RegistreerAuto"]["required"] == ["auto_id", "kenteken", "aanschaf"]
    assert schema["$defs"]["RegistreerAuto"]["x-grond"][0]["verwijzing"].startswith("Wet wegonderhoud")
    assert "AutoGeregistreerd" in {gevolg["naam"] for gevolg in schema["x-gevolgen"]}
    regel = schema["x-regels"][0]
    assert (regel["naam"], regel["gebruikt"]) == (
        "fysiek-milieueffect",
        ["gewicht_kg", "lengte_m", "breedte_m"],
    )
    assert regel["grond"]["verwijzing"].startswith("Wet wegonderhoud, artikel 3")


def test_what_every_register_takes_is_part_of_its_model(gevolg: Gevolg) -> None:
    assert "TrekInTwijfel" in goed(gevolg("model", "spitspas"))
    schema = json.loads(goed(gevolg("model", "spitspas", "--formaat", "json-schema")))
    definities = schema["$defs"]
    assert {"$ref": "#/$defs/Degistreer"} in schema["anyOf"]
    assert definities["Degistreer"]["x-aggregaten"] == ["huishouden", "eigenaar", "regelversie"]
    assert "betreft" in definities["Degistreer"]["required"]
    assert "claim" in definities["Betreft"]["properties"]
    assert "NeemGegevensOver" not in definities, "only the runtime offers it"
    opgeslagen = {gevolg["opgeslagen_naam"] for gevolg in schema["x-gevolgen"]}
    assert {"spitspas.aanhouding@2", "spitspas.gedegistreerd@1"} <= opgeslagen


def test_the_json_schema_of_all_contexts_is_one_per_context(gevolg: Gevolg) -> None:
    assert tuple(json.loads(goed(gevolg("model", "--formaat", "json-schema")))) == CONTEXTEN


def test_the_drawing_has_the_three_contexts_in_their_organisations(gevolg: Gevolg) -> None:
    tekening = goed(gevolg("model", "--formaat", "mermaid"))
    assert "flowchart LR" in tekening
    assert tekening.count("subgraph do") == 2
    assert all(f"subgraph {context}[" in tekening for context in CONTEXTEN)
    assert "wegonderhoud_not_aangeschafte_auto -.-> aanschafheffing_cm_NeemGegevensOver" in tekening
    assert "aanschafheffing_not_autobezit -.-> spitspas_cm_NeemGegevensOver" in tekening


@pytest.mark.parametrize("context", [(), ("spitspas",)])
def test_the_drawing_has_no_arrow_to_or_from_nothing(gevolg: Gevolg, context: tuple[str, ...]) -> None:
    tekening = goed(gevolg("model", *context, "--formaat", "mermaid"))
    knopen = set(re.findall(r"^ +(\w+)\(", tekening, re.MULTILINE))
    pijlen = re.findall(r"^ +(\w+) -\.-> (\w+)$", tekening, re.MULTILINE)
    assert {knoop for pijl in pijlen for knoop in pijl} <= knopen
    assert len(pijlen) == len(set(pijlen)) > 0
    assert tekening.count("subgraph") == len(re.findall(r"^ +end$", tekening, re.MULTILINE))


def test_a_context_or_format_that_is_not_there_is_a_usage_error(gevolg: Gevolg) -> None:
    for woorden in (("model", "parkeren"), ("model", "--formaat", "pdf")):
        uitkomst = gevolg(*woorden)
        assert (uitkomst.exit_code, uitkomst.stdout) == (2, "")
        assert "er zijn: " in uitkomst.stderr

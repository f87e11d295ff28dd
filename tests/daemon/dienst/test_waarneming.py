"""What there is to see of a daemon that really runs: its log, one trace, its metrics, and `gevolg status`."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from actors.daemon.toegang.apisleutels import Sleutelbestand
from actors.runtime.klok import Buitenwereld
from tests.cli.conftest import Gevolg
from tests.daemon.dienst.lopend import REGISTERS, Lopend, als_body, lopend, tot
from tests.daemon.verzamelaar import Verzamelaar, keten, verzameld, wat
from tests.wereld import aanbod, auto, huishouden

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
GEHEIM = "K-auto-7"


@pytest.fixture
def verzamelaar() -> Iterator[tuple[str, type[Verzamelaar]]]:
    with verzameld() as wat_er_is:
        yield wat_er_is


@pytest.fixture
def dienst(
    tmp_path: Path, verzamelaar: tuple[str, type[Verzamelaar]], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Lopend]:
    monkeypatch.setenv("GEVOLG_OTLP_ENDPOINT", verzamelaar[0])
    with lopend(tmp_path / "data") as een:
        yield een


def koop(dienst: Lopend) -> None:
    """Sam buys a car; his household is known."""
    assert dienst.bied(aanbod(huishouden(), 1), "spitspas").status_code == 201
    kop = {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
    body = als_body(replace(aanbod(auto("auto-7"), 7)))
    antwoord = dienst.klant.post("/wegonderhoud/v1/commandos", json=body, headers=kop)
    assert antwoord.status_code == 201
    assert antwoord.headers["traceresponse"].startswith(f"00-{TRACE}-")
    dienst.in_rust()


def regels(dienst: Lopend, gebeurtenis: str) -> list[dict[str, Any]]:
    gelezen = (json.loads(regel) for regel in dienst.log().splitlines())
    return [regel for regel in gelezen if regel["event"] == gebeurtenis]


def test_one_car_purchase_is_one_trace_in_the_log_and_at_the_collector(
    dienst: Lopend, verzamelaar: tuple[str, type[Verzamelaar]]
) -> None:
    koop(dienst)
    antwoorden = [regel for regel in regels(dienst, "commando.answered") if regel["trace_id"] == TRACE]
    assert {regel["register"] for regel in antwoorden} == set(REGISTERS)
    oordelen = [regel for regel in regels(dienst, "signaal.judged") if regel["trace_id"] == TRACE]
    assert len(oordelen) >= 2
    (verzoek,) = [regel for regel in regels(dienst, "request.handled") if regel["trace_id"] == TRACE]
    assert (verzoek["route"], verzoek["register"]) == ("/wegonderhoud/v1/commandos", "wegonderhoud")
    assert (verzoek["method"], verzoek["status"], verzoek["user"]) == ("POST", 201, "ontwikkel")

    verwacht = {regel["commando"] for regel in antwoorden}
    gekregen = verzamelaar[1].wacht_op(
        lambda nu: verwacht <= {s.name for s in nu if s.trace_id.hex() == TRACE} and any(s.kind == 2 for s in nu)
    )
    van_ons = [span for span in gekregen if span.trace_id.hex() == TRACE]
    assert {wat(span, "gevolg.register") for span in van_ons} == set(REGISTERS)
    laatste = [s for s in van_ons if s.kind != 2 and wat(s, "gevolg.register") == "spitspas" and wat(s, "gevolg.id")]
    wegen = [keten(span, {s.span_id: s for s in gekregen}) for span in laatste]
    assert ["POST /wegonderhoud/v1/commandos", "RegistreerAuto", "AutoGeregistreerd"] in [weg[:3] for weg in wegen]


def test_no_line_holds_what_was_asked_or_told(dienst: Lopend) -> None:
    koop(dienst)
    dienst.klant.get("/wegonderhoud/v1/autos/auto-7", params={"geldigOp": "2026-03-01", "bsn": GEHEIM})
    dienst.klant.post("/wegonderhoud/v1/autos/_zoek", json={"kenteken": GEHEIM})
    dienst.klant.get(f"/wegonderhoud/v1/autos/{GEHEIM}")
    gezien = {regel["route"] for regel in regels(dienst, "request.handled")}
    assert {"/wegonderhoud/v1/autos/{autoId}", "/wegonderhoud/v1/autos/_zoek"} <= gezien
    assert GEHEIM not in dienst.log()
    assert "Sam" not in dienst.log()


def test_the_metrics_are_for_who_observes_and_no_more_than_that(tmp_path: Path) -> None:
    """G40: who may read them can destroy nothing, and who manages registers need not see them."""
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    sleutels = Sleutelbestand(data)
    een = Lopend(data, ontwikkel=False)
    try:
        url = een.begin().url
        for recht, status in (("*:waarnemen", 200), ("*:beheer", 403), ("spitspas:waarnemen", 403)):
            sleutel = sleutels.maak(recht, (recht,), voor=None, geldig_tot=None, buiten=Buitenwereld())
            antwoord = httpx.get(f"{url}/metrics", headers={"Authorization": f"Bearer {sleutel}"})
            assert antwoord.status_code == status, recht
        assert httpx.get(f"{url}/metrics").status_code == 401
    finally:
        een.ruim_op()


def test_a_process_that_was_killed_shows_in_health_metrics_and_status(dienst: Lopend, gevolg: Gevolg) -> None:
    eerst = dienst.gezondheid()["registers"]["spitspas"]["processen"]["levering"]
    dienst.processen()["lever:spitspas"].kill()

    def weer() -> dict[str, Any] | None:
        nu = dienst.gezondheid()
        proces: dict[str, Any] = nu["registers"]["spitspas"]["processen"]["levering"]
        return proces if nu["gereed"] and proces["pid"] != eerst["pid"] else None

    proces = tot(weer, "de levering is terug")
    assert proces["epoch"] > eerst["epoch"]
    assert proces["herstarts"] == eerst["herstarts"] + 1
    koop(dienst)
    metrieken = dienst.klant.get("/metrics").text
    for regel in (
        'gevolg_process_restarts_total{process="levering",register="spitspas"} 1.0',
        'gevolg_commandos_total{commando="RegistreerAuto",outcome="Verwerkt",register="wegonderhoud"} 1.0',
        'gevolg_batches_total{register="wegonderhoud"} 1.0',
        'gevolg_ready{register="spitspas"} 1.0',
    ):
        assert regel in metrieken
    tekst = " ".join(gevolg("status", "--data", dienst.data).stdout.split())
    assert f"De dienst draait als proces {dienst.proces.pid}, op {dienst.url}, en is gereed." in tekst
    assert f"draait, proces {proces['pid']}, epoch {proces['epoch']}, één herstart" in tekst
    gegevens = json.loads(gevolg("status", "--data", dienst.data, "--json").stdout)
    assert gegevens["dienst"]["gezondheid"]["registers"]["spitspas"]["processen"]["levering"] == proces


def test_who_read_about_whom_is_logged_by_a_daemon_and_readable_with_its_folder(dienst: Lopend, gevolg: Gevolg) -> None:
    koop(dienst)
    kop = {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
    gelezen = dienst.klant.get("/wegonderhoud/v1/autos/auto-7", headers=kop)
    assert gelezen.status_code == 200
    toon = gevolg("dataverwerkingen", "--data", dienst.data, "--betrokkene", "sam")
    (regel,) = [json.loads(regel) for regel in toon.stdout.splitlines()]
    assert (regel["name"], regel["trace_id"]) == ("geefAuto", TRACE)
    assert "sam" not in (dienst.data / "dataverwerkingen.jsonl").read_text(encoding="utf-8")

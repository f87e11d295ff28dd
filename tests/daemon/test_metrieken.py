"""What Prometheus is told of a daemon, and that the page about it says the same."""

import asyncio
import os
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from actors.daemon.poort import NietBeschikbaar
from actors.daemon.waarneming.gezondheid import Gezondheid
from actors.daemon.waarneming.metrieken import GeteldePoort, Metrieken
from actors.daemon.waarneming.verzoeken import Verzoek
from actors.register.commando import Verwerking
from actors.runtime.programma import programmaversie
from actors.runtime.systeem import RegisterSystem
from actors.verwerking.traceparent import Traceparent
from storage.errors import StorageError
from tests.daemon.nepdienst import Neppoort, boom, storing
from tests.docs.bladen import blad
from tests.domein import twijfel
from tests.wereld import AANKOOP, aanbod, auto, commando_id, huishouden, vaste_wereld

ALLES = ("wegonderhoud", "aanschafheffing", "spitspas")
Gezien = dict[str, dict[tuple[str, ...], float]]


@pytest.fixture
def registers(tmp_path: Path) -> Iterator[RegisterSystem]:
    with RegisterSystem.open(tmp_path, buitenwereld=vaste_wereld(), versie="test") as systeem:
        systeem.verwerk(huishouden(), id=commando_id(1))
        systeem.wacht_op_rust()
        yield systeem


@pytest.fixture
def poort(registers: RegisterSystem, tmp_path: Path) -> Neppoort:
    return Neppoort(registers, tmp_path)


@pytest.fixture
def metrieken(poort: Neppoort) -> Metrieken:
    stuk = boom(*ALLES, pid=os.getpid(), herstarts=2, storingen=(storing("wegonderhoud/projector"),))
    return Metrieken(Gezondheid(lambda: stuk, ALLES), poort)


def gelezen(metrieken: Metrieken, registers: RegisterSystem) -> Gezien:
    """All samples, by name and by the values of their labels in the order of their names."""
    tekst, soort = metrieken.tekst(registers)
    assert soort.startswith("text/plain")
    uit: Gezien = {}
    for familie in text_string_to_metric_families(tekst.decode()):
        for een in familie.samples:
            uit.setdefault(een.name, {})[tuple(een.labels[naam] for naam in sorted(een.labels))] = een.value
    return uit


def bied_aan(poort: GeteldePoort, *nummers: int) -> tuple[Verwerking, ...]:
    return asyncio.run(poort.bied_aan("wegonderhoud", [aanbod(auto(), nummer) for nummer in nummers]))


def test_commandos_are_counted_by_what_came_of_them(
    metrieken: Metrieken, poort: Neppoort, registers: RegisterSystem
) -> None:
    geteld = GeteldePoort(poort, metrieken)
    bied_aan(geteld, 7, 8)
    poort.dicht = True
    with pytest.raises(NietBeschikbaar):
        bied_aan(geteld, 9)
    gezien = gelezen(metrieken, registers)
    assert gezien["gevolg_commandos_total"] == {
        ("RegistreerAuto", "Verwerkt", "wegonderhoud"): 1,
        ("RegistreerAuto", "NietVerwerkt", "wegonderhoud"): 1,
        ("RegistreerAuto", "NietBeschikbaar", "wegonderhoud"): 1,
    }
    assert gezien["gevolg_commandos_per_offer_sum"] == {("wegonderhoud",): 3}
    assert gezien["gevolg_commando_seconds_count"] == {("wegonderhoud",): 2}


def test_a_poort_that_counts_does_the_rest_as_before(metrieken: Metrieken, poort: Neppoort) -> None:
    geteld = GeteldePoort(poort, metrieken)
    assert geteld.registers == ALLES
    assert asyncio.run(geteld.lees(lambda lezing: lezing.einde("spitspas")[0])) > 0
    assert asyncio.run(geteld.wacht("spitspas", lambda _: True, 1.0)) is True


def test_requests_are_counted_by_route_method_and_status(metrieken: Metrieken, registers: RegisterSystem) -> None:
    nu = registers.moment_van("spitspas", 1)
    trace = Traceparent("1" * 32, "1" * 16, gemeten=False)
    for status in (200, 200, 404):
        metrieken.tel_verzoek(Verzoek("GET", "/x/{id}", None, status, nu, 0.02, 100, None, trace, None))
    gezien = gelezen(metrieken, registers)
    assert gezien["gevolg_http_request_seconds_count"] == {
        ("GET", "/x/{id}", "200"): 2,
        ("GET", "/x/{id}", "404"): 1,
    }
    assert gezien["gevolg_http_response_bytes_total"] == {("GET", "/x/{id}"): 300}


def test_how_far_everything_is_stands_in_each_scrape(metrieken: Metrieken, registers: RegisterSystem) -> None:
    gezien = gelezen(metrieken, registers)
    standen = registers.standen()
    for naam, stand in standen.items():
        assert gezien["gevolg_journal_position"][(naam,)] == stand["positie"]
        assert gezien["gevolg_feed_position"][(naam,)] == stand["verstrekkingen"]
        assert gezien["gevolg_reader_position"][("projecteren", naam, naam)] == stand["geprojecteerd_tot"]
    assert gezien["gevolg_reader_position"][("lezen", "spitspas", "spitspas")] == standen["spitspas"]["verstrekkingen"]
    assert set(gezien["gevolg_reader_lag_positions"].values()) == {0}
    assert set(gezien["gevolg_reader_lag_seconds"].values()) == {0}
    assert gezien["gevolg_commandos_waiting"] == {("wegonderhoud",): 3, ("aanschafheffing",): 0, ("spitspas",): 0}
    assert gezien["gevolg_batches_total"][("wegonderhoud",)] == 2
    assert gezien["gevolg_batched_commandos_total"][("wegonderhoud",)] == 9
    assert all(waarde > 0 for waarde in gezien["gevolg_store_bytes"].values())
    assert gezien["gevolg_disk_free_bytes"][()] > 0
    assert gezien["gevolg_build_info"] == {(programmaversie(),): 1}


def test_what_waits_for_people_is_counted_again_when_the_tables_moved(
    metrieken: Metrieken, registers: RegisterSystem
) -> None:
    assert set(gelezen(metrieken, registers)["gevolg_tasks"].values()) == {0}
    registers.verwerk(auto(), id=commando_id(2))
    registers.verwerk(twijfel("gewicht_kg"), id=commando_id(3), register="wegonderhoud", gebeurd_op=AANKOOP)
    registers.verwerk(huishouden("huishouden-2"), id=commando_id(4))
    registers.wacht_op_rust()
    na = gelezen(metrieken, registers)["gevolg_tasks"]
    assert na == {(naam,): len(registers.taken(naam).inhoud) for naam in ALLES}
    assert na[("spitspas",)] > 0


def test_every_process_says_whether_it_runs_and_how_often_it_began(
    metrieken: Metrieken, registers: RegisterSystem
) -> None:
    gezien = gelezen(metrieken, registers)
    wie = ("levering", "spitspas")
    assert gezien["gevolg_process_up"][wie] == 1
    assert gezien["gevolg_process_given_up"][wie] == 0
    assert gezien["gevolg_process_epoch"][wie] == 1_000_001
    assert gezien["gevolg_process_restarts_total"][wie] == 2
    assert gezien["gevolg_process_faults"][wie] == 1
    assert gezien["gevolg_process_memory_bytes"][wie] > 1_000_000
    assert gezien["gevolg_ready"][("spitspas",)] == 0


def test_a_register_that_cannot_be_read_leaves_the_others_in_the_scrape(
    metrieken: Metrieken, registers: RegisterSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    echt = registers.voortgang
    monkeypatch.setattr(registers, "voortgang", lambda naam: echt(naam) if naam != "spitspas" else _stuk())
    monkeypatch.setattr(registers, "einde", lambda naam: (1, 1, 1) if naam != "spitspas" else _stuk())
    gezien = gelezen(metrieken, registers)
    assert gezien["gevolg_journal_position"].keys() == {("wegonderhoud",), ("aanschafheffing",)}
    assert gezien["gevolg_tasks"].keys() == {("wegonderhoud",), ("aanschafheffing",)}


def _stuk() -> tuple[int, int, int]:
    raise StorageError("gone")


def test_a_scrape_is_answered_in_the_form_that_is_asked_for(metrieken: Metrieken, poort: Neppoort) -> None:
    async def eindpunt(verzoek: Request) -> Response:
        return await metrieken.antwoord(poort, verzoek)

    async def vraag(accept: str) -> httpx.Response:
        transport = httpx.ASGITransport(Starlette(routes=[Route("/metrics", eindpunt)]))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as wie:
            return await wie.get("/metrics", headers={"accept": accept})

    gewoon = asyncio.run(vraag("*/*"))
    nieuw = asyncio.run(vraag("application/openmetrics-text; version=1.0.0"))
    assert gewoon.headers["content-type"].startswith("text/plain")
    assert nieuw.headers["content-type"].startswith("application/openmetrics-text")
    assert nieuw.text.endswith("# EOF\n")


def test_the_page_lists_every_metric_with_its_kind_and_labels(
    metrieken: Metrieken, poort: Neppoort, registers: RegisterSystem
) -> None:
    bied_aan(GeteldePoort(poort, metrieken), 7)
    echt = {}
    for familie in metrieken.families(registers):
        namen = {naam for een in familie.samples for naam in een.labels} - {"le"}
        einde = {"counter": "_total", "info": "_info"}.get(familie.type, "")
        echt[familie.name + einde] = (familie.type, namen)
    echt["gevolg_http_request_seconds"] = ("histogram", {"method", "route", "status"})
    echt["gevolg_http_response_bytes_total"] = ("counter", {"method", "route"})
    genoemd = {
        naam: (soort, set(re.findall(r"`(\w+)`", labels)))
        for naam, soort, labels in re.findall(
            r"^\| `(\w+)` \| (\w+) \|([^|]*)\|", blad("reference/metrieken.md").tekst, re.MULTILINE
        )
    }
    assert genoemd == echt

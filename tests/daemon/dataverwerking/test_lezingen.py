"""Whatever the API gives out about a person is logged first: every operation of every register, also of one unknown."""

import asyncio
import errno
import json
import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from actors.daemon.api.bewerking import Antwoordend, Bewerking, Verzoek, Vorm, json_antwoord
from actors.daemon.dataverwerking.lezingen import Lezingen
from actors.daemon.dataverwerking.verwerkingenlogboek import BESTAND, Verwerkingenlogboek
from actors.daemon.rechten import Gebruiker
from actors.daemon.waarneming.verzoeken import Verzoekwaarneming
from actors.register.context import Context
from actors.runtime.catalogue import CONTEXTEN
from actors.runtime.klok import Buitenwereld
from actors.runtime.systeem import RegisterSystem
from actors.verwerking.jsonvorm import json_bytes
from storage.abonnementen_memory import MemoryAbonnementenstore
from tests.daemon.abonnementen.ontvanger import Ontvanger, Poort
from tests.daemon.abonnementen.test_bezorger import REGISTER, bezorgen, nieuw
from tests.daemon.alle_bewerkingen import ALLE, STROOM, Stelsel, Vraag, gevuld, stel
from tests.daemon.conftest import doe
from tests.daemon.ingebed import ALLES, Klant
from tests.daemon.test_commandos import is_probleem
from tests.wereld import auto, vaste_wereld

OVER_NIEMAND = {
    *("biedCommandoAan", "geefCommando", "attesteer", "brengSignalen", "staBezorgingToe"),
    *("geefBladAutoOpenbaar", "geefRijAutoOpenbaar", "geefHistorieVanRijAutoOpenbaar", "geefUitlegVanRijAutoOpenbaar"),
    "geefBladWegonderhoudsplanning",
}
"""What came of a commando or signaal, that something went out, what is for everybody, and what only counts."""


@pytest.fixture(scope="module")
def stelsel() -> Iterator[Stelsel]:
    with gevuld() as stelsel:
        yield stelsel


def logboek(bestand: Path) -> Verwerkingenlogboek:
    return Verwerkingenlogboek(
        bestand,
        lambda register: register.encode().ljust(32),
        activiteit="urn:{register}",
        systeemnaam="test",
        buiten=vaste_wereld(),
    )


def regels(bestand: Path) -> list[dict[str, Any]]:
    return [json.loads(regel) for regel in bestand.read_text().splitlines()] if bestand.exists() else []


@pytest.mark.parametrize("context", ALLE, ids=lambda context: context.naam)
def test_every_operation_that_tells_of_a_person_logs_it_and_no_other_does(
    stelsel: Stelsel, context: Context, tmp_path: Path
) -> None:
    """G43: no road is left out."""
    bestand = tmp_path / BESTAND

    async def verhaal() -> None:
        for vraag in stelsel.vragen(context):
            bestand.unlink(missing_ok=True)
            antwoord = await stel(klant, vraag)
            assert antwoord.status < 300, (vraag.id, antwoord.inhoud)
            gelogd = regels(bestand)
            assert bool(gelogd) == (vraag.bewerking.id not in OVER_NIEMAND), vraag.id
            assert {regel["name"] for regel in gelogd} <= {vraag.bewerking.id}
            ids = [regel["attributes"].get("dpl.core.data_subject_id_type") for regel in gelogd]
            assert any(ids) or not gelogd

    with closing(logboek(bestand)) as boek:
        klant = stelsel.klant([ALLES], boek)
        doe(verhaal)


def _dicht(bestand: Path, monkeypatch: pytest.MonkeyPatch, fout: int) -> asyncio.Event:
    """Let the file fail from now on; gives what is set when it was tried, in this loop."""
    echt = os.open
    geprobeerd = asyncio.Event()

    def kan_niet(pad: Any, *hoe: Any, **anders: Any) -> int:
        if pad == bestand:
            geprobeerd.set()
            raise OSError(fout, os.strerror(fout))
        return echt(pad, *hoe, **anders)

    monkeypatch.setattr(os, "open", kan_niet)
    return geprobeerd


@pytest.mark.parametrize(("fout", "status"), [(errno.EACCES, 503), (errno.ENOSPC, 507)])
@pytest.mark.parametrize("context", ALLE, ids=lambda context: context.naam)
def test_what_cannot_be_logged_is_not_answered(  # noqa: PLR0913 - what it is tried with
    stelsel: Stelsel, context: Context, fout: int, status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G43: by no operation, in no form."""
    _dicht(tmp_path / BESTAND, monkeypatch, fout)

    async def verhaal() -> None:
        for vraag in stelsel.vragen(context):
            antwoord = await stel(klant, vraag)
            if vraag.bewerking.id in OVER_NIEMAND:
                assert antwoord.status < 300, vraag.id
            elif vraag.naam == STROOM:
                assert antwoord.inhoud.startswith(b"event: probleem\n")
                assert antwoord.inhoud.count(b"event:") == 1
            else:
                probleem = is_probleem(antwoord, status)
                assert str(tmp_path) not in probleem["detail"], vraag.id
                assert ("is ontvangen" in probleem["detail"]) == (vraag.bewerking.id == "meldTerug"), vraag.id

    klant = stelsel.klant([ALLES], logboek(tmp_path / BESTAND))
    doe(verhaal)


def test_what_was_never_said_to_be_about_nobody_is_not_given_out(stelsel: Stelsel) -> None:
    async def geef(verzoek: Verzoek) -> Antwoordend:
        return json_antwoord(json_bytes(await verzoek.lees(lambda lezing: lezing.standen())))

    vergeten = Bewerking(
        methode="GET",
        pad="/standen",
        id="geefStanden",
        groep="Nieuw",
        samenvatting="Nieuw",
        omschrijving="Iets nieuws.",
        doe=geef,
        antwoorden={200: Vorm("Nieuw.")},
    )

    async def verhaal() -> None:
        is_probleem(await stelsel.klant([ALLES], meer=[lambda _: [vergeten]]).geef("/spitspas/v1/standen"), 500)

    doe(verhaal)


def test_a_line_is_of_the_span_of_its_request_and_names_who_asked_elsewhere(stelsel: Stelsel, tmp_path: Path) -> None:
    bestand = tmp_path / BESTAND
    ouder = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"

    async def verhaal() -> None:
        antwoord = await klant.geef("/spitspas/v1/huishoudens/huishouden-1", traceparent=ouder)
        _, trace, span, _ = antwoord.koppen["traceresponse"].split("-")
        (regel,) = regels(bestand)
        assert (regel["trace_id"], regel["span_id"]) == (trace, span)
        assert regel["attributes"]["dpl.core.foreign_operation.trace_id"] == trace == ouder.split("-")[1]
        assert regel["attributes"]["dpl.core.foreign_operation.span_id"] == ouder.split("-")[2]
        assert regel["attributes"]["dpl.core.processing_activity_id"] == "urn:spitspas"
        await klant.geef("/spitspas/v1/verstrekkingen", accept=STROOM)
        alle = regels(bestand)
        assert len({regel["span_id"] for regel in alle}) == len(alle)

    with closing(logboek(bestand)) as boek:
        app = stelsel.klant([ALLES], boek)._app
        klant = Klant(Verzoekwaarneming(app, [], [], gemeten=False, buitenwereld=Buitenwereld()), ALLES.naam)
        doe(verhaal)


def test_a_page_is_about_whom_stands_on_it_alone(stelsel: Stelsel, tmp_path: Path) -> None:
    async def verhaal() -> None:
        blad = await klant.geef("/spitspas/v1/projecties/eigenaar?limiet=1")
        wie = len([r for r in regels(tmp_path / BESTAND) if "dpl.core.data_subject_id" in r["attributes"]])
        assert "next" in blad.json["_links"]
        assert wie == 2  # one eigenaar, and his huishouden

    with closing(logboek(tmp_path / BESTAND)) as boek:
        klant = stelsel.klant([ALLES], boek)
        doe(verhaal)


def test_who_may_not_have_it_is_not_logged_as_one_who_read(stelsel: Stelsel, tmp_path: Path) -> None:
    alleen_hier = Gebruiker("hier", frozenset({"wegonderhoud:*"}))

    async def verhaal() -> None:
        vragen: list[Vraag] = [v for v in stelsel.vragen(ALLE[0]) if v.bewerking.id == "geefDoorwerking"]
        for vraag in vragen:
            is_probleem(await stel(klant, vraag), 403)
        assert regels(tmp_path / BESTAND) == []

    with closing(logboek(tmp_path / BESTAND)) as boek:
        klant = stelsel.klant([alleen_hier], boek)
        doe(verhaal)


def test_what_cannot_be_logged_is_not_delivered_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """G43: and what can be is, with the trace that the receiver hears of."""

    async def verhaal() -> None:
        poort, store = Poort(registers), MemoryAbonnementenstore(REGISTER)
        poort.verwerk(auto())
        async with Ontvanger() as ontvanger, bezorgen(poort, store, lezingen=lezingen) as bezorger:
            geprobeerd = _dicht(tmp_path / BESTAND, monkeypatch, errno.EACCES)
            await bezorger.maak(nieuw(ontvanger, poort, bekendmakingen=("aangeschafte-auto@1",)))
            await geprobeerd.wait()
            assert ontvanger.genomen == []
            monkeypatch.undo()
            await ontvanger.wacht(lambda: len(ontvanger.genomen) == 1)
            gelogd = regels(tmp_path / BESTAND)
            trace_id = ontvanger.verzoeken[-1].koppen["traceparent"].split("-")[1]
            assert {(regel["name"], regel["trace_id"]) for regel in gelogd} == {("bezorgVerstrekkingen", trace_id)}
            assert {regel["attributes"].get("dpl.core.data_subject_id_type") for regel in gelogd} >= {
                "urn:gevolg:wegonderhoud:auto",
                "urn:gevolg:wegonderhoud:koper",
            }

    with (
        RegisterSystem.in_memory(buitenwereld=vaste_wereld(), versie="test") as registers,
        closing(logboek(tmp_path / BESTAND)) as boek,
    ):
        lezingen = Lezingen(CONTEXTEN, boek, Buitenwereld())
        doe(verhaal)

"""Whatever is asked within the documents, and against them, the API answers as they say; the same each time.

Left out of what must be accepted: what only an earlier answer can give (a cursor, a token, an ETag) and days outside
what the register knows.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from actors.daemon.abonnementen.bezorger import Bezorger
from actors.daemon.abonnementen.doel import Doelregels
from actors.daemon.abonnementen.zender import Zender
from actors.daemon.api.app import maak_app
from actors.daemon.api.bewerking import Antwoordend, Bewerking, Grenzen, Verzoek, Vorm, json_antwoord
from actors.daemon.berichten import Berichten
from actors.daemon.signalen import Signalenloket
from actors.runtime.catalogue import CONTEXTEN
from actors.runtime.klok import Buitenwereld
from actors.runtime.systeem import RegisterSystem
from actors.verwerking.gebeurtenisstroom import Afzender
from storage.abonnementen_memory import MemoryAbonnementenstore
from tests.daemon.conftest import GEBRUIKERS
from tests.daemon.ingebed import IngebedPoort, wie_met
from tests.domein import NU, auto, huishouden
from tests.wereld import vaste_wereld

pytestmark = pytest.mark.filterwarnings("ignore:Using `httpx` with `starlette.testclient`")

KOPPEN = {"Authorization": "Bearer beheerder"}
VAN_EERDER = frozenset({"cursor", "herhaaltoken", "beschikbaarOp", "geldigOp"})


class _ZegtJa(Zender):
    """Whoever is asked wants our deliveries."""

    async def vraag_toestemming(self, url: str, toegang: str | None) -> int | None:  # noqa: ARG002 - as a Zender
        return None


class _BezorgtNiet(Bezorger):
    """Keeps abonnementen and delivers nothing: each request has an event loop of its own here."""

    def _start(self, id_: str) -> None:
        pass


def _berichten(poort: IngebedPoort) -> Berichten:
    buiten = Buitenwereld()
    stores = {context.naam: MemoryAbonnementenstore(context.naam) for context in CONTEXTEN}
    zender = _ZegtJa(Doelregels(ontwikkel=True), "registers.example.nl", buiten.klok)
    afzender = Afzender()
    return Berichten(afzender, Signalenloket(poort, afzender), _BezorgtNiet(poort, stores, zender, afzender, buiten))


@pytest.fixture
def app() -> Iterator[FastAPI]:
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld("fuzz", begin=NU), versie="gevolg test") as registers:
        for commando in (huishouden("sam"), auto()):
            registers.verwerk(commando)
        registers.wacht_op_rust()
        grenzen = Grenzen(wacht_s=0.01, lang_s=0)
        poort = IngebedPoort(registers)
        yield maak_app(poort, wie_met(GEBRUIKERS), CONTEXTEN, grenzen=grenzen, berichten=_berichten(poort))


def blijft_fout(case: Case[Any]) -> bool:
    """Whether what was made wrong reaches the API: the token is put back, and a query without values is not sent."""
    delen = (
        {plaats.value for plaats, deel in case.meta.components.items() if deel.mode.is_negative} if case.meta else set()
    )
    if all(waarde is None or waarde in ([], {}, [None]) for waarde in (case.query or {}).values()):
        delen.discard("query")
    return bool(delen - {"header"})


def uitgezonderd(case: Case[Any]) -> list[Any]:
    """The checks that do not hold of this request."""
    gevraagd = set(case.query or {})
    inhoud = case.body if isinstance(case.body, dict) else {}
    eerder = gevraagd & VAN_EERDER or "If-Match" in (case.headers or {}) or inhoud.get("geldigOp")
    uit: list[Any] = [positive_data_acceptance] if eerder else []
    if not blijft_fout(case):
        uit.append(negative_data_rejection)
    return [*uit, not_a_server_error] if "wachtOp" in gevraagd else uit  # 503: it is not there yet


def vuur_af(app: FastAPI, register: str, mode: GenerationMode) -> int:
    """Ask everything a register may be asked, a few times; how often that was. Raises what is found."""
    gevraagd = 0
    for gevonden in schemathesis.openapi.from_asgi(f"/{register}/v1/openapi.json", app).get_all_operations():
        assert isinstance(gevonden, Ok)

        @settings(
            max_examples=5,
            derandomize=True,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.generate],
        )
        @given(case=gevonden.ok().as_strategy(generation_mode=mode))
        def vraag(case: Case[Any]) -> None:
            nonlocal gevraagd
            gevraagd += 1
            case.call_and_validate(headers=KOPPEN, excluded_checks=uitgezonderd(case))

        vraag()
    return gevraagd


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.value)
@pytest.mark.parametrize("register", [context.naam for context in CONTEXTEN])
def test_no_request_finds_a_failure(app: FastAPI, register: str, mode: GenerationMode) -> None:
    assert vuur_af(app, register, mode) > 50


async def _anders_dan_gezegd(_verzoek: Verzoek) -> Antwoordend:
    return json_antwoord(b'{"aantal":"veel"}')


def test_an_operation_that_answers_otherwise_than_it_says_is_found() -> None:
    vorm = Vorm("Een aantal.", {"application/json": {"type": "object", "properties": {"aantal": {"type": "integer"}}}})
    fout = Bewerking(
        methode="GET",
        pad="/geplant",
        id="geplant",
        groep="Model",
        samenvatting="Geplant",
        omschrijving="Een geplante fout.",
        doe=_anders_dan_gezegd,
        antwoorden={200: vorm},
    )
    with RegisterSystem.in_memory(registers=CONTEXTEN[:1]) as registers:
        app = maak_app(
            IngebedPoort(registers),
            wie_met(GEBRUIKERS),
            CONTEXTEN[:1],
            meer=[lambda api: (fout,)],
            grenzen=Grenzen(wacht_s=0.01, lang_s=0),
        )
        with pytest.raises(FailureGroup, match="Response violates schema"):
            vuur_af(app, CONTEXTEN[0].naam, GenerationMode.POSITIVE)

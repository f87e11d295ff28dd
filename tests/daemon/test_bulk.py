"""Many commando's as NDJSON: a line in, a line out, in order; a bad line fails alone, and memory stays bounded."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

from actors.daemon.api.app import maak_app
from actors.daemon.api.bewerking import Grenzen
from actors.register.commando import AangebodenCommando, Verwerking
from actors.runtime.catalogue import CONTEXTEN
from tests.daemon.conftest import GEBRUIKERS, Wereld, doe
from tests.daemon.ingebed import IngebedPoort, Klant, wie_met
from tests.daemon.logvang import Logvang
from tests.daemon.test_commandos import COMMANDOS, auto_aanbod, is_probleem
from tests.wereld import commando_id

NDJSON = "application/x-ndjson"


def regels(*inhoud: Any) -> bytes:
    return b"".join((een if isinstance(een, bytes) else json.dumps(een).encode()) + b"\n" for een in inhoud)


def test_each_line_has_its_own_outcome_in_the_order_in_which_they_came(wereld: Wereld) -> None:
    async def verhaal() -> None:
        lang = {**auto_aanbod("auto-9"), "beslisser": "x" * 5000}
        antwoord = await wereld.klant.post(
            COMMANDOS,
            regels(auto_aanbod("auto-2"), b"{kapot", auto_aanbod("auto-1"), b"", lang, {"commando": "X", "data": {}})
            + json.dumps(auto_aanbod("auto-3")).encode(),
            content_type=NDJSON,
        )
        assert (antwoord.status, antwoord.koppen["content-type"]) == (200, NDJSON)
        assert [(een["regel"], een["status"]) for een in antwoord.regels] == [
            (1, 201),
            (2, 400),
            (3, 409),
            (5, 413),
            (6, 400),
            (7, 201),
        ]
        assert antwoord.regels[0]["uitkomst"]["gevolgen"][0]["naam"] == "AutoGeregistreerd"
        assert antwoord.regels[2]["probleem"]["regel"] == "auto_bekend"

    doe(verhaal)


def test_the_same_offer_twice_is_recorded_once_and_says_so(wereld: Wereld) -> None:
    async def verhaal() -> None:
        een = {**auto_aanbod("auto-2"), "id": commando_id(77)}
        antwoord = await wereld.klant.post(COMMANDOS, regels(een, een), content_type=NDJSON)
        assert [regel["status"] for regel in antwoord.regels] == [201, 200]
        assert antwoord.regels[0]["uitkomst"] == antwoord.regels[1]["uitkomst"]

    doe(verhaal)


def test_what_one_may_not_offer_fails_on_its_own_line(wereld: Wereld) -> None:
    async def verhaal() -> None:
        mag_niet = {"commando": "CorrigeerAutogegevens", "data": {"autoId": "auto-1"}}
        klant = wereld.klant.als("verzekeraar")
        antwoord = await klant.post(COMMANDOS, regels(mag_niet, auto_aanbod()), content_type=NDJSON)
        assert [een["status"] for een in antwoord.regels] == [403, 201]

    doe(verhaal)


def test_each_commando_that_is_not_offered_has_its_line_in_the_log_alone_and_among_others(wereld: Wereld) -> None:
    async def verhaal() -> None:
        klant = wereld.klant.als("verzekeraar")
        mag_niet = {"commando": "CorrigeerAutogegevens", "data": {"autoId": "geheim"}}
        await klant.post(COMMANDOS, regels(mag_niet, b"{kapot geheim", b"x" * 5000, auto_aanbod()), content_type=NDJSON)
        await klant.post(COMMANDOS, mag_niet)

    with Logvang() as log:
        doe(verhaal)
    geweigerd = log.van("commando.not_offered")
    assert [(een["register"], een["status"], een["problem"], een["user"]) for een in geweigerd] == [
        ("wegonderhoud", 403, "geen-recht", "verzekeraar"),
        ("wegonderhoud", 400, "invoer", "verzekeraar"),
        ("wegonderhoud", 413, "te-groot", "verzekeraar"),
        ("wegonderhoud", 403, "geen-recht", "verzekeraar"),
    ]
    assert "geheim" not in str(log.regels)


def test_an_etag_belongs_to_one_commando(wereld: Wereld) -> None:
    async def verhaal() -> None:
        is_probleem(await wereld.klant.post(COMMANDOS, regels(auto_aanbod()), content_type=NDJSON, if_match='"1"'), 400)

    doe(verhaal)


def test_a_line_is_answered_before_the_next_one_is_sent(wereld: Wereld) -> None:
    async def verhaal() -> None:
        async with wereld.klant.gesprek("POST", COMMANDOS, content_type=NDJSON) as gesprek:
            assert (await gesprek.terug.get())["status"] == 200
            for nummer in (2, 3):
                heel = regels(auto_aanbod(f"auto-{nummer}"))
                gesprek.stuur(heel[:40])
                gesprek.stuur(heel[40:])
                assert json.loads(await gesprek.volgende())["status"] == 201
            gesprek.stuur(b"", meer=False)
            assert await gesprek.volgende() == b""

    doe(verhaal)


def test_who_goes_away_leaves_nothing_running(wereld: Wereld) -> None:
    async def verhaal() -> None:
        async with wereld.klant.gesprek("POST", COMMANDOS, content_type=NDJSON) as gesprek:
            await gesprek.terug.get()
            gesprek.stuur(b'{"commando":')
            gesprek.weg()
            assert await gesprek.volgende() == b""
        assert asyncio.all_tasks() == {asyncio.current_task()}

    doe(verhaal)


def test_a_daemon_that_stops_answers_what_it_took_in_and_says_from_where_it_read_no_further(wereld: Wereld) -> None:
    async def verhaal() -> None:
        async with wereld.klant.gesprek("POST", COMMANDOS, content_type=NDJSON) as gesprek:
            gesprek.stuur(regels(auto_aanbod("auto-2"), auto_aanbod("auto-3")))
            await gesprek.terug.get()
            antwoord = await gesprek.volgende()
            await wereld.poort.stop()
            gesprek.stuur(regels(auto_aanbod("auto-4")))
            while stuk := await gesprek.volgende():
                antwoord += stuk
        regels_ = [json.loads(een) for een in antwoord.splitlines()]
        assert [(een["regel"], een["status"]) for een in regels_[:2]] == [(1, 201), (2, 201)]
        assert {een["status"] for een in regels_[2:]} == {503}
        assert "niets gelezen" in regels_[-1]["probleem"]["detail"]

    doe(verhaal)


class Telt(IngebedPoort):
    """Counts how many batches are under way at once, and goes down after some."""

    onderweg = 0
    meest = 0
    goed = 10**6

    async def bied_aan(self, register: str, aangeboden: Sequence[AangebodenCommando]) -> tuple[Verwerking, ...]:
        self.onderweg += 1
        self.meest = max(self.meest, self.onderweg)
        if len(self.aangeboden) >= self.goed:
            self.uit.add(register)
        try:
            return await super().bied_aan(register, aangeboden)
        finally:
            self.onderweg -= 1


def test_lines_are_offered_in_batches_of_which_two_at_most_are_under_way(wereld: Wereld) -> None:
    poort = Telt(wereld.registers)
    app = maak_app(poort, wie_met(GEBRUIKERS), CONTEXTEN, grenzen=Grenzen(pot_regels=5))

    async def verhaal() -> None:
        inhoud = regels(*(auto_aanbod(f"auto-{n}") for n in range(2, 33)))
        antwoord = await Klant(app).post(COMMANDOS, inhoud, content_type=NDJSON)
        assert [een["regel"] for een in antwoord.regels] == list(range(1, 32))
        assert {een["status"] for een in antwoord.regels} == {201}

    doe(verhaal)
    assert sum(poort.aangeboden) == 31
    assert max(poort.aangeboden) == 5
    assert poort.meest <= 2


def test_a_register_that_goes_down_midway_gives_503_for_the_lines_from_there_on(wereld: Wereld) -> None:
    poort = Telt(wereld.registers)
    poort.goed = 2
    app = maak_app(poort, wie_met(GEBRUIKERS), CONTEXTEN, grenzen=Grenzen(pot_regels=5))

    async def verhaal() -> None:
        inhoud = regels(*(auto_aanbod(f"auto-{n}") for n in range(2, 22)))
        antwoord = await Klant(app).post(COMMANDOS, inhoud, content_type=NDJSON)
        statussen = [een["status"] for een in antwoord.regels]
        assert len(statussen) == 20
        assert statussen == sorted(statussen)
        assert set(statussen) == {201, 503}

    doe(verhaal)

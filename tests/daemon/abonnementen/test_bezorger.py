"""Deliveries over real sockets: in order, at least once, signed, tried again, stopped and taken up again."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from actors.contexten.wegonderhoud.commandos import CorrigeerAutogegevens
from actors.daemon.abonnementen import bezorger as bezorger_module
from actors.daemon.abonnementen.abonnement import Abonnement, Ritme, Status, Vorm
from actors.daemon.abonnementen.bezorger import _PER_EIGENAAR, Bezorger, RechtenVan
from actors.daemon.abonnementen.doel import Doelregels, NietToegestaan
from actors.daemon.abonnementen.stilgevallen import taken_van
from actors.daemon.abonnementen.zender import NietBevestigd, Zender
from actors.daemon.dataverwerking.lezingen import Lezingen
from actors.runtime.klok import Buitenwereld
from actors.runtime.systeem import RegisterSystem
from actors.verwerking.gebeurtenisstroom import Afzender
from storage.abonnementen import Abonnementenstore
from storage.abonnementen_memory import MemoryAbonnementenstore
from storage.errors import StorageFull
from storage.gevolgenstore import ReaderPosition
from tests.daemon.abonnementen.ontvanger import Antwoord, Ontvanger, Poort, Verzoek
from tests.daemon.abonnementen.test_abonnement import GEHEIM, abonnement
from tests.runtime.test_incarnatie import EERST, LATER_WEG, Wereld
from tests.wereld import auto, vaste_wereld

SNEL = Ritme(eerste_s=0.01, langste_s=0.05)
REGISTER = "wegonderhoud"
VOOR = ("aangeschafte-auto@1",)


def loop(test: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """A test that is a coroutine."""

    def draai() -> None:
        asyncio.run(asyncio.wait_for(test(), 40))

    return draai


@asynccontextmanager
async def bezorgen(  # noqa: PLR0913 - what it delivers with, each by name
    poort: Poort,
    store: Abonnementenstore,
    ritme: Ritme = SNEL,
    *,
    ontwikkel: bool = True,
    tijd_s: float = 2,
    lezingen: Lezingen | None = None,
    rechten_van: RechtenVan = lambda _naam: None,
) -> AsyncIterator[Bezorger]:
    buiten = Buitenwereld()
    zender = Zender(Doelregels(ontwikkel=ontwikkel), "registers.example.nl", buiten.klok, tijd_s=tijd_s)
    bezorger = Bezorger(poort, {REGISTER: store}, zender, Afzender(), buiten, ritme, lezingen, rechten_van)
    bezorger.begin()
    try:
        yield bezorger
    finally:
        await bezorger.stop()


def nieuw(ontvanger: Ontvanger, poort: Poort, **anders: Any) -> Abonnement:
    stroom = poort.systeem.gebeurtenisstroom(REGISTER, Afzender())
    vanaf = {"url": ontvanger.url, "stand": ReaderPosition(stroom.incarnatie, 0, bytes(32))}
    return abonnement(**{**vanaf, **anders})


def nummers(ontvanger: Ontvanger) -> list[int]:
    return [int(een["sequence"]) for een in ontvanger.genomen]


@loop
async def test_all_that_was_asked_for_is_delivered_in_order_signed_and_with_its_token() -> None:
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld(), versie="test") as registers:
        poort, store = Poort(registers), MemoryAbonnementenstore(REGISTER)
        poort.verwerk(auto(), auto("auto-2"))
        async with Ontvanger() as ontvanger, bezorgen(poort, store) as bezorger:
            await bezorger.maak(nieuw(ontvanger, poort))
            await ontvanger.wacht(lambda: len(ontvanger.genomen) == 2)
            poort.verwerk(auto("auto-3"))
            await ontvanger.wacht(lambda: len(ontvanger.genomen) == 3)
            assert nummers(ontvanger) == [1, 3, 5]
            assert [een["vorige"] for een in ontvanger.genomen] == ["0000000000", "0000000001", "0000000003"]
            for verzoek in ontvanger.verzoeken:
                assert verzoek.getekend_met(GEHEIM)
                assert verzoek.koppen["webhook-id"] == verzoek.gebeurtenissen[0]["id"]
                assert verzoek.koppen["authorization"] == "Bearer toegangstoken"
                assert verzoek.koppen["webhook-request-origin"] == "registers.example.nl"
                assert verzoek.koppen["host"] == f"localhost:{ontvanger.poort}"
                assert verzoek.pad == "/hier?x=1"
            await ontvanger.wacht(lambda: bezorger.van(REGISTER)[0].stand.position == 5)
            assert bezorger.van(REGISTER)[0].status is Status.ACTIEF


@loop
async def test_whoever_may_not_get_it_any_more_gets_nothing_any_more() -> None:
    """A sleutel that was withdrawn, or may less: from the next delivery on, and an official hears of it."""
    mag: list[frozenset[str] | None] = [frozenset({f"{REGISTER}:lezen:fysiek-milieueffect@1"})]
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld(), versie="test") as registers:
        poort, store = Poort(registers), MemoryAbonnementenstore(REGISTER)
        poort.verwerk(auto())
        async with Ontvanger() as ontvanger, bezorgen(poort, store, rechten_van=lambda _: mag[-1]) as bezorger:
            await bezorger.maak(nieuw(ontvanger, poort))
            await ontvanger.wacht(lambda: bezorger.van(REGISTER)[0].stand.position == 1)
            mag.append(frozenset({f"{REGISTER}:lezen:iets-anders@1"}))
            poort.verwerk(auto("auto-2"))
            await ontvanger.wacht(lambda: bezorger.van(REGISTER)[0].status is Status.GESTOPT)
            assert nummers(ontvanger) == [1]
            assert "niet meer" in bezorger.van(REGISTER)[0].reden
            assert [een["kenmerk"] for een in taken_van(bezorger.van(REGISTER))] == [bezorger.van(REGISTER)[0].id]
            mag.append(frozenset({f"{REGISTER}:lezen"}))
            await bezorger.hervat(bezorger.van(REGISTER)[0].id)
            await ontvanger.wacht(lambda: len(ontvanger.genomen) == 2)


@loop
async def test_after_a_restart_it_goes_on_where_it_was() -> None:
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld(), versie="test") as registers:
        poort, store = Poort(registers), MemoryAbonnementenstore(REGISTER)
        poort.verwerk(auto())
        async with Ontvanger() as ontvanger:
            async with bezorgen(poort, store) as bezorger:
                await bezorger.maak(nieuw(ontvanger, poort))
                await ontvanger.wacht(lambda: bezorger.van(REGISTER)[0].stand.position == 1)
            poort.verwerk(auto("auto-2"))
            async with bezorgen(poort, store):
                await ontvanger.wacht(lambda: len(ontvanger.genomen) == 2)
            assert nummers(ontvanger) == [1, 3]


@loop
async def test_what_fails_is_tried_again_and_holds_up_what_comes_after_it() -> None:
    storing = iter([500, 503, 302, 429])

    def wisselvallig(verzoek: Verzoek) -> Antwoord:
        nummer = int(verzoek.gebeurtenissen[0]["sequence"])
        return (next(storing, 204) if nummer == 3 else 204), {}, b""

    with RegisterSystem.in_memory(buitenwereld=vaste_wereld(), versie="test") as registers:
        poort, store = Poort(registers), MemoryAbonnementenstore(REGISTER)
        poort.verwerk(auto(), auto("auto-2"), auto("auto-3"))
        async with Ontvanger(wisselvallig) as ontvanger, bezorgen(poort, store) as bezorger:
            await bezorger.maak(nieuw(ontvanger, poort))
            await ontvanger.wacht(lambda: len(ontvanger.genomen) == 3)
            assert nummers(ontvanger) == [1, 3, 5]
            ids = [v.koppen["webhook-id"] for v in ontvanger.verzoeken]
            assert [ids.count(een) for een in dict.fromkeys(ids)] == [1, 5, 1]
            assert len({v.inhoud for v in ontvanger.verzoeken}) == 3


@loop
async def test_one_receiver_that_is_down_does_not_hold_up_another() -> None:
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld(), versie="test") as registers:
        poort, store = Poort(registers), MemoryAbonnementenstore(REGISTER)
        poort.verwerk(auto(), auto("auto-2"))
        async with Ontvanger(lambda _: (500, {}, b"")) as stuk, Ontvanger() as heel, bezorgen(poort, store) as bezorger:
            await bezorger.maak(nieuw(stuk, poort, id="a-stuk"))
            await bezorger.maak(nieuw(heel, poort, id="b-heel"))
            await heel.wacht(lambda: len(heel.genomen) == 2)
            await stuk.wacht(lambda: len(stuk.verzoeken) > 2)
            kapot, goed = bezorger.van(REGISTER)
            assert (kapot.stand.position, goed.stand.position) == (0, 3)
            assert kapot.reden == "de ontvanger antwoordde met 500"


@loop
async def test_who_fails_too_long_stops_until_an_official_lets_it_go_on() -> None:
    aan = [False]
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld(), versie="test") as registers:
        poort, store = Poort(registers), MemoryAbonnementenstore(REGISTER)
        poort.verwerk(auto())
        kort = Ritme(eerste_s=0.01, langste_s=0.02, opgeven_na=timedelta(seconds=0.1))
        async with (
            Ontvanger(lambda _: (204 if aan[0] else 500, {}, b"")) as ontvanger,
            bezorgen(poort, store, kort) as bezorger,
        ):
            await bezorger.maak(nieuw(ontvanger, poort))
            await ontvanger.wacht(lambda: bezorger.van(REGISTER)[0].status is Status.GESTOPT)
            aantal = len(ontvanger.verzoeken)
            poort.verwerk(auto("auto-2"))
            aan[0] = True
            async with bezorgen(poort, store) as later:
                assert later.van(REGISTER)[0].status is Status.GESTOPT
            assert len(ontvanger.verzoeken) == aantal
            await bezorger.hervat("a1")
            await ontvanger.wacht(lambda: len(ontvanger.genomen) == 2)
            assert bezorger.van(REGISTER)[0].pogingen == 0


@loop
async def test_who_says_to_be_gone_gets_nothing_any_more() -> None:
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld(), versie="test") as registers:
        poort, store = Poort(registers), MemoryAbonnementenstore(REGISTER)
        poort.verwerk(auto(), auto("auto-2"))
        async with Ontvanger(lambda _: (410, {}, b"")) as ontvanger, bezorgen(poort, store) as bezorger:
            await bezorger.maak(nieuw(ontvanger, poort))
            await ontvanger.wacht(lambda: bezorger.van(REGISTER)[0].status is Status.OPGEZEGD)
            assert len(ontvanger.verzoeken) == 1
            assert bezorger.van(REGISTER)[0].geheim == ""
            with pytest.raises(KeyError):
                await bezorger.hervat("a1")
            await bezorger.verwijder("a1")
            assert (bezorger.van(REGISTER), list(store.all())) == ([], [])


@loop
async def test_a_batch_holds_whole_oorzaken_and_says_it_all() -> None:
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld(), versie="test") as registers:
        poort, store = Poort(registers), MemoryAbonnementenstore(REGISTER)
        poort.verwerk(*(auto(f"auto-{n}") for n in range(5)))
        alles = ("fysiek-milieueffect@1", "aangeschafte-auto@1")
        async with Ontvanger() as ontvanger, bezorgen(poort, store) as bezorger:
            await bezorger.maak(nieuw(ontvanger, poort, vorm=Vorm.BATCH, bekendmakingen=alles))
            await ontvanger.wacht(lambda: len(ontvanger.genomen) == 10)
            assert nummers(ontvanger) == list(range(1, 11))
            assert len(ontvanger.verzoeken) == 1
            assert ontvanger.verzoeken[0].getekend_met(GEHEIM)


@loop
async def test_binary_delivers_the_attributes_as_headers() -> None:
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld(), versie="test") as registers:
        poort, store = Poort(registers), MemoryAbonnementenstore(REGISTER)
        poort.verwerk(auto())
        async with Ontvanger() as ontvanger, bezorgen(poort, store) as bezorger:
            await bezorger.maak(nieuw(ontvanger, poort, vorm=Vorm.BINARY))
            await ontvanger.wacht(lambda: bool(ontvanger.verzoeken))
            [verzoek] = ontvanger.verzoeken
            assert verzoek.koppen["ce-type"] == "nl.wegonderhoud.fysiek-milieueffect.v1"
            assert verzoek.koppen["content-type"] == "application/json"
            assert json.loads(verzoek.inhoud)["referentie"] == verzoek.koppen["ce-id"]
            assert verzoek.getekend_met(GEHEIM)


@loop
async def test_who_did_not_agree_gets_no_abonnement() -> None:
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld(), versie="test") as registers:
        poort, store = Poort(registers), MemoryAbonnementenstore(REGISTER)
        async with (
            Ontvanger(toestemming={}) as zwijgt,
            Ontvanger(toestemming={"webhook-allowed-origin": "elders.nl"}) as anders,
            Ontvanger(
                toestemming={"webhook-allowed-origin": "registers.example.nl", "webhook-allowed-rate": "600"}
            ) as ja,
            bezorgen(poort, store) as bezorger,
        ):
            for weigert in (zwijgt, anders):
                with pytest.raises(NietBevestigd):
                    await bezorger.maak(nieuw(weigert, poort))
            assert list(store.all()) == []
            assert (await bezorger.maak(nieuw(ja, poort))).per_minuut == 600
        async with bezorgen(poort, MemoryAbonnementenstore(REGISTER), ontwikkel=False) as streng:
            with pytest.raises(NietToegestaan):
                await streng.maak(nieuw(ja, poort))
        async with bezorgen(poort, MemoryAbonnementenstore(REGISTER)) as dicht:
            with pytest.raises(NietBevestigd, match="niet bereikt"):
                await dicht.maak(nieuw(ja, poort))


@loop
async def test_who_asks_for_what_was_delivered_before_gets_it_again_but_not_for_ever() -> None:
    gevraagd: list[int] = []

    def vergeet(verzoek: Verzoek) -> Antwoord:
        nummer = int(verzoek.gebeurtenissen[0]["sequence"])
        if nummer == 5 and not gevraagd:
            gevraagd.append(nummer)
            return 409, {}, b'{"verderVanaf": 0}'
        return 204, {}, b""

    with RegisterSystem.in_memory(buitenwereld=vaste_wereld(), versie="test") as registers:
        poort = Poort(registers)
        poort.verwerk(auto(), auto("auto-2"), auto("auto-3"))
        async with Ontvanger(vergeet) as een, bezorgen(poort, MemoryAbonnementenstore(REGISTER)) as bezorger:
            await bezorger.maak(nieuw(een, poort))
            await een.wacht(lambda: len(een.genomen) == 5)
            assert nummers(een) == [1, 3, 1, 3, 5]
        steeds = Ontvanger(lambda _: (409, {}, b'{"verderVanaf": 0}'))
        async with steeds, bezorgen(poort, MemoryAbonnementenstore(REGISTER)) as bezorger:
            await bezorger.maak(nieuw(steeds, poort))
            await steeds.wacht(lambda: bezorger.van(REGISTER)[0].pogingen > 1)
            assert "steeds" in bezorger.van(REGISTER)[0].reden


def test_when_the_register_was_put_back_it_goes_on_after_what_is_shared(tmp_path: Path) -> None:
    wereld = Wereld(tmp_path)
    store = MemoryAbonnementenstore(REGISTER)
    ontvanger = Ontvanger()

    async def bezorg_tot_rust() -> list[int]:
        with wereld.open() as registers:
            poort = Poort(registers)
            verwacht = [
                stuk.plaats.nummer
                for stuk in registers.gebeurtenisstroom(REGISTER, Afzender()).na(
                    0, abonnement(bekendmakingen=VOOR).keus
                )
            ]
            ontvanger.genomen.clear()
            async with ontvanger, bezorgen(poort, store) as bezorger:
                if not bezorger.van(REGISTER):
                    await bezorger.maak(nieuw(ontvanger, poort, bekendmakingen=VOOR))
                await ontvanger.wacht(lambda: nummers(ontvanger)[-1:] == verwacht[-1:])
            return verwacht

    wereld.verwerk(*EERST)
    wereld.kopieer()
    gedeeld = asyncio.run(bezorg_tot_rust())
    wereld.verwerk(*LATER_WEG)
    asyncio.run(bezorg_tot_rust())
    wereld.zet_terug("wegonderhoud", "aanschafheffing", "spitspas")
    wereld.verwerk(auto("auto-9", koper="partner"), CorrigeerAutogegevens(auto_id="auto-1", uitstoot_g_per_km=90))
    verwacht = asyncio.run(bezorg_tot_rust())
    assert nummers(ontvanger) == [nummer for nummer in verwacht if nummer not in gedeeld]
    assert int(ontvanger.genomen[0]["vorige"]) == gedeeld[-1]
    assert all("eerder" in een for een in ontvanger.genomen)


@loop
async def test_a_batch_is_never_more_than_a_register_takes() -> None:
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld(), versie="test") as registers:
        poort, store = Poort(registers), MemoryAbonnementenstore(REGISTER)
        poort.verwerk(*(auto(f"auto-{n}") for n in range(40)))
        alles = ("fysiek-milieueffect@1", "aangeschafte-auto@1")
        with pytest.MonkeyPatch.context() as krap:
            krap.setattr(bezorger_module, "_UITERSTE_BYTES", 20_000)
            async with Ontvanger() as ontvanger, bezorgen(poort, store) as bezorger:
                await bezorger.maak(nieuw(ontvanger, poort, vorm=Vorm.BATCH, bekendmakingen=alles))
                await ontvanger.wacht(lambda: len(ontvanger.genomen) == 80)
        assert nummers(ontvanger) == list(range(1, 81))
        assert max(len(verzoek.inhoud) for verzoek in ontvanger.verzoeken) <= 20_001


@loop
async def test_a_receiver_that_keeps_us_waiting_is_given_up_for_now() -> None:
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld(), versie="test") as registers:
        poort, store = Poort(registers), MemoryAbonnementenstore(REGISTER)
        poort.verwerk(auto())
        async with Ontvanger() as ontvanger, bezorgen(poort, store, tijd_s=0.1) as bezorger:
            await bezorger.maak(nieuw(ontvanger, poort, stand=ReaderPosition(bytes(16), 0, bytes(32))))
            await ontvanger.wacht(lambda: len(ontvanger.genomen) == 1)
            ontvanger.traag_s = 30
            poort.verwerk(auto("auto-2"))
            await ontvanger.wacht(lambda: bezorger.van(REGISTER)[0].pogingen > 1)
            assert "niet bereikt" in bezorger.van(REGISTER)[0].reden


@loop
async def test_an_abonnement_that_is_let_go_on_twice_at_once_is_delivered_once() -> None:
    """Two tasks of one abonnement would each send all of it, in no order."""
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld(), versie="test") as registers:
        poort, store = Poort(registers), MemoryAbonnementenstore(REGISTER)
        async with Ontvanger() as ontvanger, bezorgen(poort, store) as bezorger:
            gemaakt = await bezorger.maak(nieuw(ontvanger, poort))
            await asyncio.gather(*(bezorger.hervat(gemaakt.id) for _ in range(5)))
            poort.verwerk(auto(), auto("auto-2"))
            await ontvanger.wacht(lambda: len(ontvanger.genomen) >= 2)
            await ontvanger.wacht(lambda: bezorger.van(REGISTER)[0].stand.position == 3)
            assert nummers(ontvanger) == [1, 3]
            assert [taak.get_name() for taak in asyncio.all_tasks()].count(f"abonnement {gemaakt.id}") == 1


@loop
async def test_what_is_ended_while_it_is_let_go_on_stays_ended() -> None:
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld(), versie="test") as registers:
        poort, store = Poort(registers), MemoryAbonnementenstore(REGISTER)
        async with Ontvanger() as ontvanger, bezorgen(poort, store) as bezorger:
            gemaakt = await bezorger.maak(nieuw(ontvanger, poort))
            await asyncio.gather(bezorger.hervat(gemaakt.id), bezorger.verwijder(gemaakt.id))
            with pytest.raises(KeyError):
                await bezorger.hervat(gemaakt.id)
            assert (bezorger.van(REGISTER), list(store.all())) == ([], [])


@loop
async def test_when_the_daemon_stops_nobody_looks_for_more_to_deliver() -> None:
    """Else each abonnement asks the registers as fast as it can, while what was taken in is answered."""
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld(), versie="test") as registers:
        poort, store = Poort(registers), MemoryAbonnementenstore(REGISTER)
        async with Ontvanger() as ontvanger, bezorgen(poort, store) as bezorger:
            gemaakt = await bezorger.maak(nieuw(ontvanger, poort))
            poort.verwerk(auto())
            await ontvanger.wacht(lambda: bezorger.van(REGISTER)[0].stand.position == 1)
            (taak,) = (een for een in asyncio.all_tasks() if een.get_name() == f"abonnement {gemaakt.id}")
            poort.laat_gaan()
            await asyncio.wait_for(taak, 5)


class VolleSchijf(MemoryAbonnementenstore):
    """A store for which there is no room, while `vol`."""

    vol = False

    def put(self, abonnement_id: str, value: bytes) -> None:
        if self.vol:
            raise StorageFull("er is geen ruimte")
        super().put(abonnement_id, value)

    def delete(self, abonnement_id: str) -> bool:
        if self.vol:
            raise StorageFull("er is geen ruimte")
        return super().delete(abonnement_id)


@loop
async def test_an_abonnement_that_could_not_be_changed_goes_on() -> None:
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld(), versie="test") as registers:
        poort, store = Poort(registers), VolleSchijf(REGISTER)
        async with Ontvanger() as ontvanger, bezorgen(poort, store) as bezorger:
            gemaakt = await bezorger.maak(nieuw(ontvanger, poort))
            store.vol = True
            for verander in (bezorger.hervat, bezorger.verwijder):
                with pytest.raises(StorageFull):
                    await verander(gemaakt.id)
            store.vol = False
            poort.verwerk(auto())
            await ontvanger.wacht(lambda: bezorger.van(REGISTER)[0].stand.position == 1)
            assert nummers(ontvanger) == [1]


@loop
async def test_someone_with_many_slow_receivers_does_not_hold_up_another() -> None:
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld(), versie="test") as registers:
        poort, store = Poort(registers), MemoryAbonnementenstore(REGISTER)
        poort.verwerk(auto(), auto("auto-2"))
        async with Ontvanger(traag_s=30) as traag, Ontvanger() as snel, bezorgen(poort, store, tijd_s=30) as bezorger:
            for nummer in range(10):
                await bezorger.maak(nieuw(traag, poort, id=f"traag-{nummer}", eigenaar="iemand"))
            await traag.wacht(lambda: len(traag.verzoeken) >= _PER_EIGENAAR)
            await bezorger.maak(nieuw(snel, poort, id="snel", eigenaar="een ander"))
            await snel.wacht(lambda: len(snel.genomen) == 2)

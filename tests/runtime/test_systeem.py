"""The registers together, as someone who embeds them sees them."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from actors.contexten.aanschafheffing.context import CONTEXT as AANSCHAFHEFFING
from actors.contexten.spitspas.context import CONTEXT as SPITSPAS
from actors.contexten.wegonderhoud.context import AUTO
from actors.contexten.wegonderhoud.context import CONTEXT as WEGONDERHOUD
from actors.register.commando import Mislukt, NietVerwerkt, Verwerkt
from actors.register.gevolg import Beoordeling
from actors.register.regel import Uitkomst, berekend, regel
from actors.register.staat import Staat
from actors.register.verantwoording import Grond
from actors.register.vertaling import Oordeel
from actors.runtime.aggregaat import AggregateActor
from actors.runtime.systeem import NietInRust, RegisterSystem
from actors.verwerking import standen
from actors.verwerking.serialisatie import Serialisatie
from storage.errors import StorageError, WriteConflict
from storage.gevolgenstore import Gevolgenstore
from tests.wereld import AANKOOP, aanbod, auto, commando_id, huishouden, vaste_wereld


@pytest.fixture(params=["geheugen", "lmdb"])
def registers(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RegisterSystem]:
    wereld = vaste_wereld()
    if request.param == "lmdb":
        systeem = RegisterSystem.open(tmp_path, buitenwereld=wereld, versie="test")
    else:
        systeem = RegisterSystem.in_memory(buitenwereld=wereld, versie="test")
    with systeem:
        yield systeem


def antwoorden(registers: RegisterSystem, auto_id: str = "auto-1") -> tuple[Any, ...]:
    """Points, points and levy, points and passes: what the three registers say on the day of purchase."""
    weg = registers.lees("wegonderhoud", "auto", auto_id, geldig_op=AANKOOP).inhoud or {}
    heffing = registers.lees(
        "aanschafheffing", "referentietabel", auto_id, f"aanschaf-{auto_id}", geldig_op=AANKOOP
    ).inhoud
    passen = registers.lees("spitspas", "huishouden", "huishouden-1", geldig_op=AANKOOP).inhoud or {}
    return (
        weg.get("punten"),
        (heffing or {}).get("punten"),
        (heffing or {}).get("heffing_eurocent"),
        passen.get("punten"),
        passen.get("passen"),
    )


SAM = (21, 33, 200_000, Fraction(33, 2), 3)


def test_a_purchase_leads_to_points_a_levy_and_passes_in_three_registers(registers: RegisterSystem) -> None:
    registers.verwerk(huishouden())
    registers.verwerk(auto())
    registers.wacht_op_rust()
    assert antwoorden(registers) == SAM


def test_a_commando_offered_twice_has_one_effect_and_the_same_answer(registers: RegisterSystem) -> None:
    eerste = registers.verwerk(auto(), id=commando_id(1))
    tweede = registers.verwerk(auto(), id=commando_id(1))
    assert isinstance(eerste, Verwerkt)
    assert isinstance(tweede, Verwerkt)
    assert eerste == tweede
    assert (eerste.uit_opslag, tweede.uit_opslag) == (False, True)
    assert eerste.geregistreerd_op is not None
    assert len(list(registers.gevolgen("wegonderhoud"))) == 1


def test_a_commando_offered_twice_in_one_batch_is_recorded_once(registers: RegisterSystem) -> None:
    een, twee = registers.verwerk_alle([aanbod(auto(), 1), aanbod(auto(), 1)])
    assert isinstance(een, Verwerkt)
    assert een == twee
    assert registers.standen()["wegonderhoud"]["positie"] == 1


@pytest.mark.parametrize("samen", [True, False])
def test_another_commando_under_a_used_id_is_not_processed(registers: RegisterSystem, *, samen: bool) -> None:
    aangeboden = [aanbod(auto(), 1), aanbod(auto(gewicht_kg=1400), 1)]
    uit = registers.verwerk_alle(aangeboden) if samen else [registers.verwerk_alle([a])[0] for a in aangeboden]
    assert isinstance(uit[0], Verwerkt)
    assert isinstance(uit[1], NietVerwerkt)
    assert uit[1].regel == "commando_id_hergebruikt"
    assert registers.standen()["wegonderhoud"]["positie"] == 1


def test_the_real_one_behind_another_under_its_id_in_one_batch_gets_its_answer(registers: RegisterSystem) -> None:
    eerste = registers.verwerk(auto(), id=commando_id(1))
    anders, opnieuw = registers.verwerk_alle([aanbod(auto(gewicht_kg=1400), 1), aanbod(auto(), 1)])
    assert isinstance(anders, NietVerwerkt)
    assert anders.regel == "commando_id_hergebruikt"
    assert opnieuw == eerste


def test_a_commando_that_was_not_processed_gets_the_same_answer_again(registers: RegisterSystem) -> None:
    zonder = auto(gewicht_kg=0, lengte_m=None)
    eerste, tweede = registers.verwerk(zonder, id=commando_id(1)), registers.verwerk(zonder, id=commando_id(1))
    assert isinstance(eerste, NietVerwerkt)
    assert eerste == tweede
    assert eerste.regel == "voertuiggegeven_niet_geregistreerd"
    assert registers.standen()["wegonderhoud"]["positie"] == 0


def test_a_commando_that_breaks_its_contract_gets_all_its_errors_at_once(registers: RegisterSystem) -> None:
    kapot = auto(auto_id="niet zo", aanschaf_id="1", gewicht_kg=-1, lengte_m=4.4, koper_naam="")
    uitkomst = registers.verwerk(kapot, gebeurd_op=datetime(2026, 3, 1))  # noqa: DTZ001 - that is what is wrong with it
    assert isinstance(uitkomst, NietVerwerkt)
    assert uitkomst.regel == "contract"
    plaatsen = {fout.split(":")[0] for fout in uitkomst.fouten}
    assert plaatsen == {"auto_id", "gewicht_kg", "lengte_m", "aanschaf.koper_naam", "gebeurd_op"}
    assert registers.standen()["wegonderhoud"]["positie"] == 0


def test_an_id_that_is_no_uuid_and_an_unknown_commando_are_not_processed(registers: RegisterSystem) -> None:
    geen_uuid = registers.verwerk(auto(), id="morgen")
    onbekend = registers.verwerk(date(2026, 1, 1))
    assert isinstance(geen_uuid, NietVerwerkt)
    assert geen_uuid.fouten == ("id: moet een UUID zijn",)
    assert isinstance(onbekend, NietVerwerkt)
    assert onbekend.regel == "commando_onbekend"


def test_the_same_kenteken_in_one_batch_goes_to_one_car(registers: RegisterSystem) -> None:
    uit = registers.verwerk_alle([aanbod(auto(), 1), aanbod(auto("auto-2", kenteken="K-auto-1"), 2)])
    assert isinstance(uit[0], Verwerkt)
    assert isinstance(uit[1], NietVerwerkt)
    assert uit[1].regel == "sleutel_in_gebruik"


def test_every_signaal_is_judged_and_its_judgement_recorded(registers: RegisterSystem) -> None:
    registers.verwerk(auto())
    registers.wacht_op_rust()
    gevolgen = [g.inhoud for t in registers.gevolgen("aanschafheffing") for g in t.gevolgen]
    oordelen = [inhoud for inhoud in gevolgen if isinstance(inhoud, Beoordeling)]
    assert [(o.bron, o.bekendmaking, o.taken) for o in oordelen] == [
        ("wegonderhoud", "aangeschafte-auto@1", ("NeemGegevensOver auto/auto-1",))
    ]


def test_moments_are_strictly_increasing_and_one_per_transactie(registers: RegisterSystem) -> None:
    registers.verwerk_alle([aanbod(auto(f"auto-{n}"), n) for n in range(20)])
    momenten = [t.geregistreerd_op for t in registers.gevolgen("wegonderhoud")]
    assert momenten == sorted(set(momenten), key=lambda m: m or AANKOOP)


def test_the_answer_carries_the_moment_that_the_journal_has(registers: RegisterSystem) -> None:
    uit = registers.verwerk_alle([aanbod(auto(f"auto-{n}"), n) for n in range(5)])
    journaal = {t.positie: t.geregistreerd_op for t in registers.gevolgen("wegonderhoud")}
    assert {u.positie: u.geregistreerd_op for u in uit if isinstance(u, Verwerkt)} == journaal


def test_threads_may_offer_at_the_same_time(registers: RegisterSystem) -> None:
    uit: list[Any] = []

    def bied_aan(begin: int) -> None:
        uit.extend(registers.verwerk(auto(f"auto-{n}"), id=commando_id(n)) for n in range(begin, begin + 10))

    draden = [threading.Thread(target=bied_aan, args=(begin,)) for begin in (0, 100, 200, 300)]
    for draad in draden:
        draad.start()
    for draad in draden:
        draad.join()
    assert sorted(u.positie for u in uit) == list(range(1, 41))


def test_cold_aggregates_leave_and_come_back_with_the_same_answer() -> None:
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld(), warm=2, versie="test") as registers:
        registers.verwerk(huishouden())
        registers.verwerk_alle([aanbod(auto(f"auto-{n}"), n) for n in range(1, 6)])
        registers.wacht_op_rust()
        opnieuw = registers.verwerk(auto("auto-1"), id=commando_id(99))
        assert isinstance(opnieuw, NietVerwerkt)
        assert opnieuw.regel == "auto_bekend"
        assert antwoorden(registers)[3:] == (Fraction(165, 2), 0)
        registers.wacht_op_rust()
        alle = registers._stelsel.systeem._systemBase.actorRegistry.values()
        warm = [ref.instance._naam for ref in alle if isinstance(ref.instance, AggregateActor)]
        assert len(warm) <= 2 * len(registers.registers)


def test_activation_reads_only_its_own_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld(), warm=1, versie="test") as registers:
        registers.verwerk_alle([aanbod(auto(f"auto-{n}"), n) for n in range(1, 6)])
        registers.wacht_op_rust()
        gelezen: list[str] = []

        def onthoud(store: Gevolgenstore, serialisatie: Serialisatie, naam: str) -> Staat:
            gelezen.append(naam)
            return standen.vouw(store, serialisatie, naam)

        monkeypatch.setattr("actors.runtime.aggregaat.vouw", onthoud)
        registers.verwerk(auto("auto-3"), id=commando_id(99))
        assert gelezen == ["auto/auto-3"]


def test_a_rule_that_raises_fails_its_own_commando_alone() -> None:
    @regel("kapot", versie=1, geeft="kapot", gevolg="KapotVastgesteld", grond=Grond("wet", "geen"))
    def kapot(gewicht_kg: int) -> Uitkomst:
        return berekend(1 // (gewicht_kg - 1000))

    auto_met_fout = replace(AUTO, regels=(*AUTO.regels, kapot))
    context = replace(WEGONDERHOUD, aggregaten=(auto_met_fout,))
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld(), registers=(context,), versie="test") as registers:
        uit = registers.verwerk_alle(
            [aanbod(auto("goed"), 1), aanbod(auto("fout", gewicht_kg=1000), 2), aanbod(auto("ook-goed"), 3)]
        )
        assert [type(u) for u in uit] == [Verwerkt, Mislukt, Verwerkt]
        again = registers.verwerk(auto("fout", gewicht_kg=1200), id=commando_id(4))
        assert isinstance(again, Verwerkt)


@pytest.mark.parametrize("al_vastgelegd", [True, False])
def test_a_failed_commit_is_answered_by_what_is_in_the_store(
    registers: RegisterSystem, monkeypatch: pytest.MonkeyPatch, *, al_vastgelegd: bool
) -> None:
    store = registers._kernen["wegonderhoud"].opslag.gevolgen
    echt = store.append

    def eenmaal_mis(*args: Any) -> Any:
        monkeypatch.setattr(store, "append", echt)
        if al_vastgelegd:
            echt(*args)
        raise StorageError("de schijf zei niets terug")

    monkeypatch.setattr(store, "append", eenmaal_mis)
    uit = registers.verwerk(auto(), id=commando_id(1))
    assert isinstance(uit, Verwerkt if al_vastgelegd else Mislukt)
    nogmaals = registers.verwerk(auto(), id=commando_id(1))
    assert isinstance(nogmaals, Verwerkt)
    assert nogmaals.uit_opslag is al_vastgelegd
    assert registers.standen()["wegonderhoud"]["positie"] == 1


def test_a_broken_condition_fails_its_own_commando_alone(
    registers: RegisterSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = registers._kernen["wegonderhoud"].opslag.gevolgen
    echt = store.append

    def met_voorwaarde(entries: Any, lezers: Any) -> Any:
        for plaats, entry in enumerate(entries):
            if entry.aggregaat == "auto/fout":
                raise WriteConflict("auto/fout heeft een ander volgnummer", plaats)
        return echt(entries, lezers)

    monkeypatch.setattr(store, "append", met_voorwaarde)
    uit = registers.verwerk_alle([aanbod(auto("goed"), 1), aanbod(auto("fout"), 2), aanbod(auto("beter"), 3)])
    assert [type(u) for u in uit] == [Verwerkt, Mislukt, Verwerkt]


def test_a_reader_that_fails_is_named_and_goes_on_when_it_can(
    registers: RegisterSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = registers._kernen["wegonderhoud"].opslag.feed
    echt = feed.publish

    def mis(*_args: Any) -> Any:
        raise StorageError("geen ruimte")

    monkeypatch.setattr(feed, "publish", mis)
    registers.verwerk(huishouden())
    registers.verwerk(auto())
    with pytest.raises(NietInRust, match="wegonderhoud/bekendmaker staat stil"):
        registers.wacht_op_rust()
    monkeypatch.setattr(feed, "publish", echt)
    registers.wacht_op_rust()
    assert antwoorden(registers) == SAM


def test_the_same_world_gives_the_same_journal_bytes() -> None:
    def journaal() -> list[bytes]:
        with RegisterSystem.in_memory(buitenwereld=vaste_wereld(), versie="test") as registers:
            registers.verwerk(huishouden())
            registers.verwerk(auto())
            registers.wacht_op_rust()
            kernen = registers._kernen.values()
            return [record.hash for kern in kernen for record in kern.opslag.gevolgen.read()]

    assert journaal() == journaal()


def test_a_register_without_its_source_waits_quietly() -> None:
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld(), registers=(SPITSPAS,), versie="test") as registers:
        registers.verwerk(huishouden())
        registers.wacht_op_rust()
        assert registers.lees("spitspas", "huishouden", "huishouden-1", geldig_op=AANKOOP).inhoud["passen"] == 5  # type: ignore[index]


def test_without_levering_commandos_are_recorded_and_the_rest_follows_when_it_is_there(tmp_path: Path) -> None:
    with RegisterSystem.open(tmp_path, levering=False) as registers:
        assert isinstance(registers.verwerk(huishouden()), Verwerkt)
        assert isinstance(registers.verwerk(auto()), Verwerkt)
        registers.wacht_op_rust()
        assert antwoorden(registers) == (None,) * 5
        stand = registers.standen()["wegonderhoud"]
        assert (stand["positie"], stand["bekendgemaakt_tot"], stand["geprojecteerd_tot"]) == (1, 0, 0)
    with RegisterSystem.open(tmp_path) as registers:
        registers.wacht_op_rust()
        assert antwoorden(registers) == SAM


def test_an_unknown_register_or_table_is_named_with_what_there_is(registers: RegisterSystem) -> None:
    with pytest.raises(KeyError, match="wegonderhoud, aanschafheffing, spitspas"):
        registers.lees("kadaster", "auto", "1")
    with pytest.raises(KeyError, match="referentietabel"):
        registers.lees("aanschafheffing", "brieven", "1")


def test_one_uuid_written_in_two_ways_is_one_commando(registers: RegisterSystem) -> None:
    een, twee = registers.verwerk_alle(
        [
            replace(aanbod(auto(), 1), id="0190ABCD-0000-7000-8000-000000000001"),
            replace(aanbod(auto(), 1), id="0190abcd-0000-7000-8000-000000000001"),
        ]
    )
    assert isinstance(een, Verwerkt)
    assert isinstance(twee, Verwerkt)
    assert een.positie == twee.positie == 1


def test_a_levy_is_shown_from_its_aankoopdatum_on(registers: RegisterSystem) -> None:
    registers.verwerk(auto())
    registers.wacht_op_rust()
    assert registers.tabel("aanschafheffing", "referentietabel", geldig_op=date(2026, 1, 15)).inhoud == []
    assert antwoorden(registers)[2] == 200_000


def test_registers_that_were_closed_say_so() -> None:
    registers = RegisterSystem.in_memory(versie="test")
    registers.close()
    with pytest.raises(NietInRust, match="gesloten"):
        registers.verwerk(auto())
    with pytest.raises(NietInRust, match="gesloten"):
        registers.wacht_op_rust()


def test_a_signaal_to_which_nothing_follows_is_judged_and_recorded_too() -> None:
    geen = Oordeel((), "deze auto gaat ons niet aan")
    doof = replace(AANSCHAFHEFFING, vertalingen=(replace(AANSCHAFHEFFING.vertalingen[0], beoordeel=lambda _: geen),))
    contexten = (WEGONDERHOUD, doof)
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld(), registers=contexten, versie="test") as registers:
        registers.verwerk(auto())
        registers.wacht_op_rust()
        [transactie] = registers.gevolgen("aanschafheffing")
        [gevolg] = transactie.gevolgen
        assert isinstance(gevolg.inhoud, Beoordeling)
        assert (gevolg.inhoud.taken, gevolg.inhoud.reden) == ((), "deze auto gaat ons niet aan")
        assert registers.standen()["aanschafheffing"]["gelezen"] == {"wegonderhoud": 2}

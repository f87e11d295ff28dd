"""What goes wrong in the middle of a turn: nothing is decided by halves, nothing answered to the wrong caller."""

import os
import signal
import subprocess
import sys
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from actors.contexten.spitspas.commandos import StelHuishoudelijkMilieueffectVast
from actors.contexten.wegonderhoud.commandos import Aanschaf, WijzigTenaamstelling
from actors.register.commando import Mislukt, NietVerwerkt, Verwerkt
from actors.register.gevolg import Overname
from actors.runtime.aggregaat import AggregateActor
from actors.runtime.systeem import NietInRust, RegisterSystem
from actors.verwerking.commandoverwerking import Commandoverwerking
from storage.errors import WriteConflict
from storage.gevolgenstore import ReaderPosition
from tests.wereld import AANKOOP, aanbod, auto, commando_id, huishouden, vaste_wereld

JUNI = date(2026, 6, 1)


def verkoop(aan: str, aanschaf_id: str = "verkoop") -> WijzigTenaamstelling:
    koop = Aanschaf(
        aanschaf_id=aanschaf_id, koper=aan, koper_naam=aan, aankoopdatum=JUNI, regio="Kustland", wijk="Duinwijk"
    )
    return WijzigTenaamstelling(auto_id="auto-1", aanschaf=koop)


def brieven(registers: RegisterSystem, register: str) -> int:
    return sum(v["vorm"] == "brief" for v in registers.verstrekkingen(register))


def test_a_signaal_is_carried_out_whole_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sale inside a household, and one of the two adults fails at first: no letter tells a half."""
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld(), versie="test") as registers:
        registers.verwerk(huishouden())
        registers.verwerk(auto())
        registers.wacht_op_rust()
        voor = brieven(registers, "spitspas")
        echt = Commandoverwerking.verwerk

        def mis_bij_sam(zelf: Commandoverwerking, staat: Any, aangeboden: Any, *rest: Any) -> Any:
            if getattr(aangeboden.commando, "aggregaat_id", "") == "sam":
                raise MemoryError
            return echt(zelf, staat, aangeboden, *rest)

        monkeypatch.setattr(Commandoverwerking, "verwerk", mis_bij_sam)
        registers.verwerk(verkoop("partner"))
        with pytest.raises(NietInRust, match="spitspas/translator aanschafheffing staat stil"):
            registers.wacht_op_rust()
        monkeypatch.setattr(Commandoverwerking, "verwerk", echt)
        registers.wacht_op_rust()
        rij = registers.lees("spitspas", "huishouden", "huishouden-1", geldig_op=JUNI).inhoud or {}
        assert (rij["punten"], rij["passen"]) == (Fraction(33, 2), 3)
        assert brieven(registers, "spitspas") == voor


def test_a_refusal_that_rests_on_what_could_not_be_recorded_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld(), versie="test") as registers:
        store = registers._kernen["wegonderhoud"].opslag.gevolgen
        echt = store.append

        def te_groot(entries: Any, lezers: Any) -> Any:
            if entries and entries[0].aggregaat == "auto/auto-1" and entries[0].content:
                raise WriteConflict("te groot", 0)
            return echt(entries, lezers)

        monkeypatch.setattr(store, "append", te_groot)
        ander = auto("auto-2", kenteken="K-auto-1")
        uit = registers.verwerk_alle([aanbod(auto(), 1), aanbod(auto(gewicht_kg=1400), 2), aanbod(ander, 3)])
        assert [type(u) for u in uit] == [Mislukt, Mislukt, Mislukt]
        monkeypatch.setattr(store, "append", echt)
        assert isinstance(registers.verwerk_alle([aanbod(ander, 3)])[0], Verwerkt)


def test_what_a_turn_accepted_is_not_forgotten_by_a_destroyed_key_in_it() -> None:
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld(), versie="test") as registers:
        registers._kernen["wegonderhoud"].opslag.sleutels.destroy("gewist")
        naar_gewist, naar_piet = verkoop("gewist", "v1"), verkoop("piet", "v2")
        uit = registers.verwerk_alle([aanbod(auto(), 1), aanbod(naar_gewist, 2), aanbod(naar_piet, 3)])
        assert [type(u) for u in uit] == [Verwerkt, Mislukt, Mislukt]
        gewist, piet = (
            registers.verwerk_alle([aanbod(naar_gewist, 2)])[0],
            registers.verwerk_alle([aanbod(naar_piet, 3)])[0],
        )
        assert isinstance(gewist, NietVerwerkt)
        assert gewist.regel == "betrokkene_gewist"
        assert isinstance(piet, Verwerkt)


def test_after_an_interrupt_the_registers_want_to_be_opened_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with RegisterSystem.open(tmp_path, versie="test") as registers:
        echt = AggregateActor._verwerk

        def onderbroken(*_args: Any) -> Any:
            raise KeyboardInterrupt

        monkeypatch.setattr(AggregateActor, "_verwerk", onderbroken)
        with pytest.raises(KeyboardInterrupt):
            registers.verwerk(auto())
        monkeypatch.setattr(AggregateActor, "_verwerk", echt)
        with pytest.raises(NietInRust, match="open ze opnieuw"):
            registers.verwerk(auto("auto-2"))
    with RegisterSystem.open(tmp_path, versie="test") as registers:
        assert isinstance(registers.verwerk(auto("auto-2")), Verwerkt)


def test_what_only_signaalverwerking_may_offer_is_refused_from_outside() -> None:
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld(), versie="test") as registers:
        commando = StelHuishoudelijkMilieueffectVast(
            huishouden_id="huishouden-1", overname=Overname("spitspas", bytes(16), ())
        )
        uit = registers.verwerk(commando)
        assert isinstance(uit, NietVerwerkt)
        assert uit.regel == "commando_onbekend"


@pytest.mark.parametrize("kenteken", ["ab-12-c", "AB12C", "AB 12 C"])
def test_one_kenteken_is_one_car_however_it_is_written(kenteken: str) -> None:
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld(), versie="test") as registers:
        registers.verwerk(auto(kenteken="AB-12-C"))
        uit = registers.verwerk(auto("auto-2", kenteken=kenteken))
        assert isinstance(uit, NietVerwerkt)
        assert uit.regel == "sleutel_in_gebruik"


def test_a_reader_whose_journal_went_on_differently_says_so(tmp_path: Path) -> None:
    with RegisterSystem.open(tmp_path, buitenwereld=vaste_wereld(), versie="test") as registers:
        registers.verwerk(auto())
        registers.wacht_op_rust()
        kern = registers._kernen["aanschafheffing"]
        stand = kern.opslag.gevolgen.reader("wegonderhoud")
        assert stand is not None
        vervalst = ReaderPosition(stand.source, stand.position, bytes(32))
        kern.opslag.gevolgen.append([], {"wegonderhoud": vervalst})
        with pytest.raises(NietInRust, match="AnderLogboek"):
            registers.wacht_op_rust()


def test_a_letter_can_be_read_after_a_kill_right_after_it_was_made_known(tmp_path: Path) -> None:
    kind = """
import os, signal, sys
from actors.runtime.systeem import RegisterSystem
from storage.feed_lmdb import LmdbFeed
from tests.wereld import huishouden
echt = LmdbFeed.publish
def publiceer(zelf, publicaties, bron):
    echt(zelf, publicaties, bron)
    if any(p.naam == "spitspasbrief" for p in publicaties):
        os.kill(os.getpid(), signal.SIGKILL)
LmdbFeed.publish = publiceer
registers = RegisterSystem.open(sys.argv[1], versie="test")
registers.verwerk(huishouden())
registers.wacht_op_rust()
"""
    wortel = Path(__file__).parents[2]
    omgeving = {**os.environ, "PYTHONPATH": str(wortel)}
    dood = subprocess.run([sys.executable, "-c", kind, str(tmp_path)], cwd=wortel, env=omgeving, check=False)
    assert dood.returncode == -signal.SIGKILL
    with RegisterSystem.open(tmp_path, versie="test") as registers:
        registers.wacht_op_rust()
        [brief] = [v for v in registers.verstrekkingen("spitspas") if v["vorm"] == "brief"]
        assert "5 spitspassen" in brief["tekst"].waarde
        registers.verwerk(auto(), id=commando_id(9))
        registers.wacht_op_rust()
        rij = registers.lees("spitspas", "huishouden", "huishouden-1", geldig_op=AANKOOP).inhoud or {}
        assert rij["passen"] == 3

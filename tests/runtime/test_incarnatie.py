"""An older copy of a register is put back: the others follow it, and no id is ever used for two things."""

import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from actors.contexten.spitspas.commandos import Lid, WijzigHuishoudsamenstelling
from actors.contexten.wegonderhoud.commandos import Aanschaf, CorrigeerAutogegevens, WijzigTenaamstelling
from actors.register.commando import AangebodenCommando, Verwerkt
from actors.register.gevolg import Beoordeling, Herroeping
from actors.runtime.systeem import NietInRust, RegisterSystem
from actors.verwerking import herroeping
from storage.feed_lmdb import LmdbFeed
from storage.incarnation import Incarnation, begin_incarnation
from storage.verify import verify
from tests.docs.test_garanties import antwoorden
from tests.domein import dag
from tests.wereld import AANKOOP, VERZEKERAAR, auto, commando_id, huishouden, vaste_wereld

REGISTERS = ("wegonderhoud", "aanschafheffing", "spitspas")


def verkoop(auto_id: str, aan: str, op: str = "06-01") -> WijzigTenaamstelling:
    koop = Aanschaf(
        aanschaf_id=f"koop-{aan}-{op}",
        koper=aan,
        koper_naam=aan.title(),
        aankoopdatum=dag(op),
        regio="Middenland",
        wijk="Duinwijk",
    )
    return WijzigTenaamstelling(auto_id=auto_id, aanschaf=koop)


EERST = (huishouden("huis", "sam", "noor"), auto(), auto("auto-2", koper="robin"))
LATER_WEG = (
    auto("auto-3", koper="noor", gewicht_kg=2500),
    CorrigeerAutogegevens(auto_id="auto-1", uitstoot_g_per_km=250),
    verkoop("auto-2", "sam"),
    CorrigeerAutogegevens(auto_id="auto-2", aanschaf_id="aanschaf-auto-2", regio="Middenland"),
)
LATER_PAS = (huishouden("huis-robin", "robin"),)
LATER = (*LATER_WEG, *LATER_PAS)


class Wereld:
    """Registers in a folder, copies of them, and everything that ever had an id."""

    def __init__(self, map_: Path) -> None:
        self.map = map_ / "data"
        self.kopieen = map_ / "kopieen"
        self.buiten = vaste_wereld()
        self.gezien: dict[Any, Any] = {}
        self.nummers: dict[str, int] = {}

    @contextmanager
    def open(self) -> Iterator[RegisterSystem]:
        """The registers, brought to rest before and after."""
        with self.open_zo() as registers:
            registers.wacht_op_rust()
            yield registers
            registers.wacht_op_rust()
            self.onthoud(registers)

    def open_zo(self) -> RegisterSystem:
        return RegisterSystem.open(self.map, buitenwereld=self.buiten, versie="test")

    def aanbod(self, commando: Any) -> AangebodenCommando:
        """The same commando has the same id each time."""
        nummer = self.nummers.setdefault(repr(commando), len(self.nummers) + 1)
        return AangebodenCommando(commando_id(nummer), commando, VERZEKERAAR, "test", AANKOOP)

    def verwerk(self, *commandos: Any) -> list[Any]:
        with self.open() as registers:
            return [self.bied_aan(registers, commando) for commando in commandos]

    def bied_aan(self, registers: RegisterSystem, commando: Any) -> Any:
        [uit] = registers.verwerk_alle([self.aanbod(commando)])
        registers.wacht_op_rust()
        return uit

    def kopieer(self, naam: str = "kopie", *welke: str) -> None:
        for register in welke or REGISTERS:
            shutil.copytree(self.map / register, self.kopieen / naam / register)

    def zet_terug(self, *welke: str, naam: str = "kopie", zonder: str = "") -> list[Incarnation]:
        self.leg_terug(*welke, naam=naam, zonder=zonder)
        return [self.meld(register) for register in welke]

    def leg_terug(self, *welke: str, naam: str = "kopie", zonder: str = "") -> None:
        """Put copies back without saying so; of the folder `zonder` the newest stays."""
        for register in welke:
            for deel in {"gevolgen", "verstrekkingen", "projecties", "sleutels"} - {zonder}:
                shutil.rmtree(self.map / register / deel)
                shutil.copytree(self.kopieen / naam / register / deel, self.map / register / deel)

    def meld(self, register: str) -> Incarnation:
        return begin_incarnation(self.map, register, clock=self.buiten.klok, random_bytes=self.buiten.willekeur)

    def antwoorden(self) -> list[Any]:
        with self.open() as registers:
            return antwoorden(registers)

    def onthoud(self, registers: RegisterSystem) -> None:
        """Verify finds nothing, and every id stands for what it always stood for."""
        for register, kern in registers._kernen.items():
            journaal, feed = kern.opslag.gevolgen, kern.opslag.feed
            assert verify(kern.opslag) == []
            for record in journaal.read():
                self._zelfde(journaal.store_id, journaal, record.position, record.hash)
            for verstrekking in feed.read():
                self._zelfde(feed.feed_id, feed, verstrekking.number, verstrekking.hash)
            for v in registers.verstrekkingen(register):
                self._eenmalig(v["referentie"], registers.herlever(v["referentie"]))
            for t in registers.gevolgen(register):
                for gevolg in t.gevolgen:
                    self._eenmalig(gevolg.id, (register, t.geregistreerd_op, t.aggregaat_id, repr(gevolg)))

    def _zelfde(self, nu: bytes, bron: Any, nummer: int, hasj: bytes) -> None:
        for incarnatie in (nu, *(eerder.source for eerder in bron.former() if nummer <= eerder.position)):
            self._eenmalig((incarnatie, nummer), hasj)

    def _eenmalig(self, kenmerk: Any, wat: Any) -> None:
        assert self.gezien.setdefault(kenmerk, wat) == wat

    def herroepen(self, register: str) -> list[Herroeping]:
        with self.open() as registers:
            alle = [g.inhoud for t in registers.gevolgen(register) for g in t.gevolgen]
        return [inhoud for inhoud in alle if isinstance(inhoud, Herroeping)]


@cache
def ongestoord(*commandos: Any) -> list[Any]:
    """The answers of a world in which only this happened."""
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld("ander"), versie="test") as registers:
        for commando in commandos:
            [uit] = registers.verwerk_alle(
                [AangebodenCommando(registers._buitenwereld.nieuw_commando_id(), commando, VERZEKERAAR, "t", AANKOOP)]
            )
            assert isinstance(uit, Verwerkt), uit
        registers.wacht_op_rust()
        return antwoorden(registers)


@pytest.fixture(scope="module")
def basis(tmp_path_factory: pytest.TempPathFactory) -> Wereld:
    wereld = Wereld(tmp_path_factory.mktemp("basis"))
    wereld.verwerk(*EERST)
    wereld.kopieer()
    wereld.verwerk(*LATER)
    return wereld


@pytest.fixture
def wereld(basis: Wereld, tmp_path: Path) -> Wereld:
    """Three registers, a copy of each, and then more."""
    wereld = Wereld(tmp_path)
    shutil.copytree(basis.map.parent, tmp_path, dirs_exist_ok=True)
    wereld.buiten = vaste_wereld("verder", begin=basis.buiten.klok() + timedelta(days=1))
    wereld.gezien, wereld.nummers = dict(basis.gezien), dict(basis.nummers)
    return wereld


@pytest.mark.parametrize(
    ("welke", "verloren"),
    [
        (("wegonderhoud",), LATER_WEG),
        (("aanschafheffing",), ()),
        (("spitspas",), LATER_PAS),
        (("wegonderhoud", "spitspas"), LATER),
        (REGISTERS, LATER),
    ],
    ids=["first", "middle", "last", "first and last", "all"],
)
def test_at_rest_the_others_say_what_the_register_that_was_put_back_still_knows(
    wereld: Wereld, welke: tuple[str, ...], verloren: tuple[Any, ...]
) -> None:
    wereld.zet_terug(*welke)
    weet = [c for c in (*EERST, *LATER) if c not in verloren]
    assert wereld.antwoorden() == ongestoord(*weet)
    opnieuw = wereld.verwerk(*verloren)
    assert all(isinstance(uit, Verwerkt) and uit.positie and not uit.uit_opslag for uit in opnieuw)
    assert wereld.antwoorden() == ongestoord(*weet, *verloren)


def lot(wereld: Wereld, kans: random.Random) -> list[Any]:
    """Offer, copy and put back by lot; answers what each register should know in the end."""
    keuze: list[Any] = [*EERST, *LATER, verkoop("auto-1", "robin", "09-01"), verkoop("auto-3", "sam", "09-01")]
    keuze += [WijzigHuishoudsamenstelling(huishouden_id="huis", toetredingen=(Lid(persoon_id="nina", vanaf=AANKOOP),))]
    keuze += [CorrigeerAutogegevens(auto_id="auto-1", uitstoot_g_per_km=n) for n in (0, 90)]
    weet: dict[str, list[Any]] = {register: [] for register in REGISTERS}
    kopieen: dict[str, dict[str, list[Any]]] = {}
    for stap in range(6):
        with wereld.open() as registers:
            for commando in kans.sample(keuze, 4):
                if isinstance(uit := wereld.bied_aan(registers, commando), Verwerkt) and not uit.uit_opslag:
                    weet["wegonderhoud" if hasattr(commando, "auto_id") else "spitspas"].append(commando)
        wereld.kopieer(f"kopie-{stap}")
        kopieen[f"kopie-{stap}"] = {register: list(alle) for register, alle in weet.items()}
        if stap and kans.random() < 0.8:
            for register in kans.sample(REGISTERS, kans.choice([1, 1, 2, 3])):
                naam = kans.choice(list(kopieen))
                wereld.zet_terug(register, naam=naam, zonder=kans.choice(["", "projecties"]))
                weet[register] = list(kopieen[naam][register])
    return [*weet["wegonderhoud"], *weet["spitspas"]]


@pytest.mark.parametrize("zaad", [1, 2])
def test_whatever_copies_are_put_back_the_answers_are_those_of_what_is_known(tmp_path: Path, zaad: int) -> None:
    wereld = Wereld(tmp_path)
    weet = lot(wereld, random.Random(zaad))
    assert wereld.antwoorden() == ongestoord(*weet)


def test_who_came_no_further_than_the_copy_reads_on_and_takes_nothing_back(tmp_path: Path) -> None:
    wereld = Wereld(tmp_path)
    wereld.verwerk(*EERST)
    wereld.kopieer()
    wereld.zet_terug(*REGISTERS)
    wereld.verwerk(*LATER)
    assert [wereld.herroepen(register) for register in REGISTERS] == [[], [], []]
    assert wereld.antwoorden() == ongestoord(*EERST, *LATER)


def test_tables_of_an_incarnation_that_is_gone_are_built_again(wereld: Wereld) -> None:
    wereld.zet_terug(*REGISTERS, zonder="projecties")
    assert wereld.antwoorden() == ongestoord(*EERST)


def test_keys_that_went_on_may_stay(wereld: Wereld) -> None:
    wereld.zet_terug("wegonderhoud", "spitspas", zonder="sleutels")
    wereld.verwerk(*LATER)
    assert wereld.antwoorden() == ongestoord(*EERST, *LATER)


def test_tables_of_this_incarnation_that_are_ahead_of_it_are_damage(wereld: Wereld) -> None:
    wereld.leg_terug(*REGISTERS, zonder="projecties")
    with wereld.open_zo() as registers, pytest.raises(NietInRust, match=r"projector staat stil .*AnderLogboek"):
        registers.wacht_op_rust()


def test_a_register_that_is_put_back_twice_in_a_row_is_followed(wereld: Wereld) -> None:
    wereld.zet_terug("wegonderhoud")
    wereld.meld("wegonderhoud")
    assert wereld.antwoorden() == ongestoord(*EERST, *LATER_PAS)


def test_a_copy_of_what_was_put_back_can_be_put_back_too(wereld: Wereld) -> None:
    wereld.zet_terug("wegonderhoud")
    wereld.verwerk(*LATER_WEG[:2])
    wereld.kopieer("tweede", "wegonderhoud")
    wereld.verwerk(*LATER_WEG[2:])
    eerste, tweede = wereld.zet_terug("wegonderhoud", naam="tweede"), wereld.zet_terug("wegonderhoud", naam="kopie")
    assert (eerste[0].former_journal.position, tweede[0].former_journal.position) == (4, 2)
    assert wereld.antwoorden() == ongestoord(*EERST, *LATER_PAS)
    wereld.zet_terug("wegonderhoud", naam="tweede")
    assert wereld.antwoorden() == ongestoord(*EERST, *LATER_WEG[:2], *LATER_PAS)


def test_a_copy_that_was_put_back_without_saying_so_stops_its_readers_until_it_is_said(wereld: Wereld) -> None:
    wereld.leg_terug("wegonderhoud")
    gezien, wereld.gezien = wereld.gezien, {}  # the same ids are given out again: that is what saying so prevents
    ander = auto("auto-4", koper="sam", gewicht_kg=900)
    with wereld.open_zo() as registers:
        registers.verwerk_alle([wereld.aanbod(c) for c in (ander, LATER_WEG[1])])
        with pytest.raises(NietInRust, match=r"aanschafheffing/translator .* meld dat met `gevolg restore`"):
            registers.wacht_op_rust()
    wereld.meld("wegonderhoud")
    assert wereld.antwoorden() == ongestoord(*EERST, ander, LATER_WEG[1], *LATER_PAS)
    assert gezien


def test_killed_between_journal_and_feed_nothing_is_published_until_it_is_done_again(
    wereld: Wereld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dood(*_args: Any) -> None:
        raise InterruptedError

    wereld.leg_terug("wegonderhoud")
    with monkeypatch.context() as wijzig:
        wijzig.setattr(LmdbFeed, "begin_incarnation", dood)
        with pytest.raises(InterruptedError):
            wereld.meld("wegonderhoud")
    with wereld.open_zo() as registers:
        [uit] = registers.verwerk_alle([wereld.aanbod(LATER_WEG[0])])
        assert isinstance(uit, Verwerkt)
        with pytest.raises(
            NietInRust, match=r"wegonderhoud/bekendmaker .* maak het terugzetten af met `gevolg restore`"
        ):
            registers.wacht_op_rust()
    wereld.meld("wegonderhoud")
    assert wereld.antwoorden() == ongestoord(*EERST, LATER_WEG[0], *LATER_PAS)


class TestInSeveralTurns:
    @pytest.fixture(autouse=True)
    def een_per_beurt(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(herroeping, "_PER_BEURT", 1)

    @pytest.fixture
    def halverwege(self, wereld: Wereld, monkeypatch: pytest.MonkeyPatch) -> Wereld:
        """Of the three cars to take back only the first is, and then the process ends."""
        echt = herroeping.Herroeper.volgende
        beurten = 0

        def eenmaal(zelf: herroeping.Herroeper, stand: Any) -> Any:
            nonlocal beurten
            beurten += 1
            if beurten > 1:
                raise InterruptedError
            return echt(zelf, stand)

        wereld.kopieer("nieuwste")
        wereld.zet_terug("wegonderhoud")
        with monkeypatch.context() as wijzig:
            wijzig.setattr(herroeping.Herroeper, "volgende", eenmaal)
            wereld.open_zo().close()
        return wereld

    def test_killed_in_between_the_rest_is_taken_back_after_reopening(self, halverwege: Wereld) -> None:
        assert halverwege.antwoorden() == ongestoord(*EERST, *LATER_PAS)
        assert len(halverwege.herroepen("aanschafheffing")) == 3

    def test_however_many_turns_it_takes_all_of_it_is_taken_back_before_there_is_rest(self, tmp_path: Path) -> None:
        wereld = Wereld(tmp_path)
        wereld.verwerk(*EERST)
        wereld.kopieer()
        wereld.verwerk(*(auto(f"auto-{n}", koper="noor") for n in range(10, 16)))
        wereld.zet_terug("wegonderhoud")
        with wereld.open_zo() as registers:
            registers.wacht_op_rust()
            assert antwoorden(registers) == ongestoord(*EERST)

    def test_another_copy_put_back_in_between_is_followed_too(self, halverwege: Wereld) -> None:
        halverwege.zet_terug("wegonderhoud", naam="nieuwste")
        assert halverwege.antwoorden() == ongestoord(*EERST, *LATER)

    def test_the_newest_put_back_in_between_without_saying_so_is_not_taken_for_what_was_heard(
        self, halverwege: Wereld
    ) -> None:
        halverwege.leg_terug("wegonderhoud", naam="nieuwste")
        with halverwege.open_zo() as registers, pytest.raises(NietInRust, match="meld dat met `gevolg restore`"):
            registers.wacht_op_rust()
        halverwege.meld("wegonderhoud")
        assert halverwege.antwoorden() == ongestoord(*EERST, *LATER)


def test_the_newest_put_back_after_all_without_saying_so_stops_its_readers(wereld: Wereld) -> None:
    wereld.kopieer("nieuwste")
    wereld.zet_terug("wegonderhoud")
    wereld.antwoorden()
    wereld.leg_terug("wegonderhoud", naam="nieuwste")
    with wereld.open_zo() as registers, pytest.raises(NietInRust, match="meld dat met `gevolg restore`"):
        registers.wacht_op_rust()
    wereld.meld("wegonderhoud")
    assert wereld.antwoorden() == ongestoord(*EERST, *LATER)


def test_what_is_shared_is_not_judged_again(wereld: Wereld) -> None:
    [incarnatie] = wereld.zet_terug("wegonderhoud")
    wereld.verwerk(*LATER_WEG)
    with wereld.open() as registers:
        gevolgen = [g.inhoud for t in registers.gevolgen("aanschafheffing") for g in t.gevolgen]
    opnieuw = [i.nummer for i in gevolgen if isinstance(i, Beoordeling) and i.bron_id == incarnatie.feed_id]
    assert opnieuw
    assert min(opnieuw) > incarnatie.former_feed.position


def brieven(wereld: Wereld, register: str) -> list[tuple[str, str]]:
    with wereld.open() as registers:
        return [(v["aan"], v["tekst"].waarde) for v in registers.verstrekkingen(register) if v["vorm"] == "brief"]


def test_a_household_decides_once_on_all_that_is_taken_back(tmp_path: Path) -> None:
    wereld = Wereld(tmp_path)
    wereld.verwerk(huishouden("huis", "sam", "noor"))
    wereld.kopieer()
    wereld.verwerk(auto(), auto("auto-2", koper="noor"), auto("auto-3", gewicht_kg=900))
    eerder = len(brieven(wereld, "spitspas"))
    wereld.zet_terug("wegonderhoud", "aanschafheffing")
    [(wie, tekst)] = brieven(wereld, "spitspas")[eerder:]
    assert wie == "huis"
    assert "recht op 5 spitspassen per maand (dat waren er 0)" in tekst


def test_who_owes_nothing_any_more_is_told_so_by_name(wereld: Wereld) -> None:
    eerder = len(brieven(wereld, "aanschafheffing"))
    wereld.zet_terug("wegonderhoud")
    nieuw = brieven(wereld, "aanschafheffing")[eerder:]
    assert {wie for wie, _ in nieuw} <= {"sam", "noor", "robin"}
    [noor] = [tekst for wie, tekst in nieuw if wie == "noor"]
    assert "Beste Noor," in noor
    assert "U bent niets meer verschuldigd" in noor


def test_what_is_taken_back_says_what_stays_and_why(wereld: Wereld) -> None:
    [incarnatie] = wereld.zet_terug("wegonderhoud")
    herroepen = wereld.herroepen("aanschafheffing")
    eerder = incarnatie.former_feed
    assert set(herroepen) == {Herroeping("wegonderhoud", ((eerder.source, eerder.position),))}
    with wereld.open() as registers:
        transacties = [t for t in registers.gevolgen("aanschafheffing") if t.commando == "HerroepOvername"]
    assert [t.aggregaat_id for t in transacties] == ["auto-1", "auto-2", "auto-3"]
    assert {t.verantwoording.oorzaak for t in transacties} == {transacties[0].commando_id}
    assert (
        f"incarnatie {incarnatie.feed_id.hex()} van wegonderhoud" == transacties[0].verantwoording.aanleiding.verwijzing
    )

"""What is taken back leaves what was never said; what is told again after it counts again."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from actors.register.claim import Mededeling
from actors.register.gevolg import Afleiding, Beoordeling, Bericht, Gevolg, Herroeping, Overname, Transactie, Wijziging
from actors.register.persoonsgegeven import Persoonsgegeven
from actors.register.tijdlijnen import OPEN_BEGIN, OPEN_EIND, Stuk
from actors.runtime.catalogue import CONTEXTEN
from actors.verwerking.generiek.intern import HerroepOvername, NeemGegevensOver
from actors.verwerking.herroeping import Gehoord
from storage.feed_memory import MemoryFeed
from storage.gevolgenstore import ReaderPosition
from tests.domein import Verhaal, auto, gegeven, overgenomen
from tests.verwerking.test_serialisatie import lees, serialisatie
from tests.verwerking.test_volgorde import antwoorden, speel
from tests.verwerking.verhalen import automeldingen, zeker

BRON, BRON_ID, ANDER = "wegonderhoud", b"wegonderhoud".ljust(16), b"een andere feed!"
AANSCHAFHEFFING = next(context for context in CONTEXTEN if context.naam == "aanschafheffing")


def herroep(*blijft: tuple[bytes, int], bron: str = BRON) -> HerroepOvername:
    return HerroepOvername("auto", "auto-1", Herroeping(bron, blijft))


def onder(feed_id: bytes, commando: Any) -> Any:
    """The same, told by another incarnation."""
    return replace(commando, overname=commando.overname._replace(bron_id=feed_id))


@given(automeldingen(zeker, volledig=True), st.data())
@settings(max_examples=60, deadline=None)
def test_taken_back_is_as_if_never_said_and_told_again_is_as_if_said_once(
    verhaal: list[Any], data: st.DataObject
) -> None:
    tot = data.draw(st.integers(0, len(verhaal)))
    teruggenomen = [*verhaal, herroep((BRON_ID, tot))]
    assert antwoorden(speel(AANSCHAFHEFFING.naam, teruggenomen)) == (
        antwoorden(speel(AANSCHAFHEFFING.naam, verhaal[:tot])) if tot else {}
    )

    opnieuw = speel(AANSCHAFHEFFING.naam, [*teruggenomen, *(onder(ANDER, c) for c in verhaal[tot:])])
    geheel = speel(AANSCHAFHEFFING.naam, verhaal)
    assume(not geheel.wachtend)
    assert antwoorden(opnieuw) == antwoorden(geheel)


@given(automeldingen(zeker, volledig=True))
@settings(max_examples=20, deadline=None)
def test_what_was_told_by_another_register_or_incarnation_is_left_alone(verhaal: list[Any]) -> None:
    los = Verhaal(AANSCHAFHEFFING)
    for commando in [*verhaal, onder(ANDER, verhaal[0])]:
        los.als(commando)
    los.als(herroep(bron="spitspas")).dan_niets()
    los.als(herroep((BRON_ID, 99), (ANDER, 1))).dan_niets()
    los.als(herroep((BRON_ID, 99)))
    assert isinstance(los.uitslag, Transactie)
    los.als(herroep((BRON_ID, 99))).dan_niets()


def test_what_was_asserted_here_is_never_taken_back() -> None:
    los = gegeven(auto())
    los.als(herroep()).dan_niets()
    gezegd = Mededeling(("auto-1",), "gewicht_kg", OPEN_BEGIN, OPEN_EIND, 1500, None, "claim-1")
    los.als(NeemGegevensOver("auto", "auto-1", overgenomen(BRON, 1, [gezegd])))
    assert los.waarde("gewicht_kg", "auto-1") == 1500
    los.als(herroep())
    assert (los.waarde("gewicht_kg", "auto-1"), los.waarde("punten", "auto-1")) == (1300, 21)


def test_what_no_longer_stands_can_be_recorded_of_someone_whose_key_was_destroyed() -> None:
    een = serialisatie()
    een._sleutels.destroy("sam")
    transactie = gegeven(auto()).uitslag
    assert isinstance(transactie, Transactie)
    naam = Stuk(OPEN_BEGIN, OPEN_EIND, Persoonsgegeven("sam", "Sam"), "claim-1")
    gevolgen = (
        Gevolg("1", "OvernameHerroepen", 1, Wijziging.INTREKKEN, Herroeping(BRON, ()), ()),
        Gevolg("2", "NaamVastgesteld", 1, Wijziging.VASTSTELLEN, Afleiding(("auto-1",), "naam", naam), ()),
    )
    _, terug = lees(een, een.encodeer(replace(transactie, gevolgen=gevolgen))).gevolgen
    assert isinstance(terug.inhoud, Afleiding)
    assert terug.inhoud.stuk.waarde == Persoonsgegeven("sam", None)


class TestGehoord:
    """What was heard from a source, from the own journal; the feed of the source ends its first incarnation at 6."""

    BEGIN = datetime(2026, 11, 1, tzinfo=UTC)

    def moment(self, nummer: int) -> datetime:
        return self.BEGIN + timedelta(seconds=nummer)

    def gehoord(self, *inhouden: tuple[str, Any, int]) -> Gehoord:
        return Gehoord(BRON, self._transacties(inhouden))

    def _transacties(self, inhouden: tuple[tuple[str, Any, int], ...]) -> Iterator[Transactie]:
        basis = gegeven(auto()).uitslag
        assert isinstance(basis, Transactie)
        for aggregaat_id, inhoud, nummer in inhouden:
            verantwoording = replace(basis.verantwoording, gebeurd_op=self.moment(nummer))
            gevolg = Gevolg("1", "naam", 1, Wijziging.OVERNEMEN, inhoud, ())
            yield replace(basis, aggregaat_id=aggregaat_id, verantwoording=verantwoording, gevolgen=(gevolg,))

    def bericht(self, nummer: int, aggregaat_id: str, feed_id: bytes = BRON_ID) -> Iterator[tuple[str, Any, int]]:
        """One verstrekking, judged and taken over."""
        yield "weg", Beoordeling(BRON, feed_id, nummer, "auto@1", (), "reden"), nummer
        berichten = (Bericht(nummer, self.moment(nummer), (), ()),)
        yield aggregaat_id, Overname(BRON, feed_id, berichten), nummer

    @pytest.fixture
    def feed(self) -> MemoryFeed:
        feed = MemoryFeed(BRON)
        feed._former = (ReaderPosition(BRON_ID, 6, bytes(32)),)
        return feed

    def test_what_was_heard_stays_up_to_where_the_incarnation_ends(self, feed: MemoryFeed) -> None:
        gehoord = self.gehoord(*self.bericht(4, "a"), *self.bericht(5, "b"), *self.bericht(8, "c"))
        blijft = gehoord.blijft(feed, self.moment)
        assert blijft == ((BRON_ID, 5),)
        assert gehoord.te_herroepen(Herroeping(BRON, blijft)) == [("auto", "c")]

    def test_what_stands_there_at_another_moment_now_does_not_stay(self, feed: MemoryFeed) -> None:
        gehoord = self.gehoord(*(deel for n in (2, 4, 5) for deel in self.bericht(n, f"a-{n}")))
        blijft = gehoord.blijft(feed, lambda n: self.moment(n) if n < 4 else self.moment(n + 100))
        assert blijft == ((BRON_ID, 2),)
        assert gehoord.te_herroepen(Herroeping(BRON, blijft)) == [("auto", "a-4"), ("auto", "a-5")]

    def test_what_was_taken_back_before_does_not_stay_although_it_stands_there_again(self, feed: MemoryFeed) -> None:
        eerder = ("a", Herroeping(BRON, ((BRON_ID, 2),)), 0)
        gehoord = self.gehoord(*self.bericht(2, "a"), *self.bericht(5, "b"), *self.bericht(6, "a"), eerder)
        blijft = gehoord.blijft(feed, self.moment)
        assert blijft == ((BRON_ID, 2),)
        assert gehoord.te_herroepen(Herroeping(BRON, blijft)) == [("auto", "b")]

    def test_of_another_source_nothing_is_asked(self, feed: MemoryFeed) -> None:
        vreemd = ("a", Overname("spitspas", BRON_ID, (Bericht(9, self.moment(9), (), ()),)), 9)
        gehoord = self.gehoord(vreemd)
        assert gehoord.blijft(feed, self.moment) == ()
        assert gehoord.te_herroepen(Herroeping(BRON, ())) == []
        assert not gehoord.is_gehoord(BRON_ID)

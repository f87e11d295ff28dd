"""Proef and ketenproef: what they say is what the real thing then does, and nothing of them remains.

Guarantees G32 and G33: both run the same code as the real thing, record nothing, and give no ids out.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.contexten.aanschafheffing.commandos import RegistreerBetaling
from actors.contexten.wegonderhoud.commandos import CorrigeerAutogegevens
from actors.register.commando import AangebodenCommando, Mislukt, NietVerwerkt, Verwerkt
from actors.register.gevolg import Afleiding, Wijziging
from actors.register.tijdlijnen import OPEN_BEGIN, OPEN_EIND, Stuk
from actors.register.zekerheid import Zekerheid
from actors.runtime import logboek
from actors.runtime.aggregaat import BETROKKENE_GEWIST, ID_HERGEBRUIKT, KLOK
from actors.runtime.lezing import Registerlezing
from actors.runtime.proef import Ketenproef
from actors.runtime.systeem import NietInRust, RegisterSystem
from actors.simulatie.stormtegenslag import trek_feiten
from actors.verwerking.generiek.commandos import Betreft, TrekInTwijfel, WisPersoonsgegevens
from actors.verwerking.proef import Proefregel, Proefuitkomst
from actors.verwerking.telling import Besluittelling, Registertelling, Verschil
from storage import keys
from storage.errors import StoreDamaged
from storage.feed_memory import MemoryFeed
from storage.opslag import Opslag, in_memory
from storage.projectiestore_memory import MemoryProjectiestore
from tests.loket import passenrecht
from tests.storage.builders import python
from tests.wereld import AANKOOP, aanbod, auto, huishouden, vaste_wereld

OP = date(2026, 6, 1)
LATER = date(2027, 1, 1)
"""After every purchase: from then on the tables show each levy, which is decided for all days."""
UITSTOOT = CorrigeerAutogegevens(auto_id="auto-1", uitstoot_g_per_km=120)


def corrigeer(nummer: int = 9, commando: Any = UITSTOOT) -> AangebodenCommando:
    """The correction of the vlaggenschip."""
    return replace(aanbod(commando, nummer), gebeurd_op=date(2026, 4, 1))


class Wereld:
    """Registers in memory, of which every stored byte can be seen."""

    def __init__(self, sluiten: ExitStack, **opties: Any) -> None:
        wereld, self.kans = vaste_wereld(), 0

        def willekeur(aantal: int) -> bytes:
            self.kans += 1
            return wereld.willekeur(aantal)

        self.achter = timedelta(0)
        self.buiten = replace(wereld, klok=lambda: wereld.klok() - self.achter, willekeur=willekeur)
        self.opslagen: dict[str, Opslag] = {}
        self.registers = sluiten.enter_context(RegisterSystem(self.open, buitenwereld=self.buiten, **opties))

    def open(self, naam: str) -> Opslag:
        opslag = in_memory(naam, clock=self.buiten.klok, random_bytes=self.buiten.willekeur)
        return self.opslagen.setdefault(naam, opslag)

    def bytes(self) -> list[Any]:
        """Everything that is kept, and the keys that were made and not saved."""
        return [
            (
                [list(o.gevolgen.rows(database)) for database in keys.JOURNAL],
                [list(o.feed.rows(database)) for database in keys.FEED],
                [list(o.sleutels.rows(database)) for database in keys.SLEUTELS],
                dict(o.sleutels._new),  # type: ignore[attr-defined]
                [(naam, list(o.projecties.scan(naam))) for naam in o.projecties.projecties()],
            )
            for o in self.opslagen.values()
        ]


@pytest.fixture
def sam() -> Iterator[Wereld]:
    """Sam bought his car, of which the register says 100 g/km: 31 points, € 2000, five passes."""
    with ExitStack() as sluiten:
        wereld = Wereld(sluiten)
        antwoorden = wereld.registers.verwerk_alle(
            [replace(aanbod(auto(uitstoot_g_per_km=100), 1), gebeurd_op=AANKOOP), aanbod(huishouden(), 2)]
        )
        assert all(isinstance(antwoord, Verwerkt) for antwoord in antwoorden)
        wereld.registers.wacht_op_rust()
        yield wereld


def telling(keten: Ketenproef, register: str) -> Registertelling:
    return next(t for t in keten.registers if t.register == register)


def besluit(keten: Ketenproef, register: str, gegeven: str) -> Besluittelling:
    return next(b for b in telling(keten, register).besluiten if b.gegeven == gegeven)


class TestProef:
    def test_it_tells_what_would_be_recorded(self, sam: Wereld) -> None:
        uitkomst = sam.registers.proef(UITSTOOT, gebeurd_op=date(2026, 4, 1))
        assert isinstance(uitkomst, Proefuitkomst)
        assert (uitkomst.register, uitkomst.aggregaat, uitkomst.aggregaat_id) == ("wegonderhoud", "auto", "auto-1")
        (gevolg,) = uitkomst.gevolgen
        assert (gevolg.naam, gevolg.soort) == ("AutogegevensGecorrigeerd", Wijziging.CORRIGEREN)
        assert gevolg.zegt == (Proefregel(("auto-1",), "uitstoot_g_per_km", 120, was=100),)

    def test_it_tells_what_would_follow_and_what_it_was(self, sam: Wereld) -> None:
        zwaarder = CorrigeerAutogegevens(auto_id="auto-1", gewicht_kg=4500)
        uitkomst = sam.registers.proef(zwaarder, gebeurd_op=date(2026, 4, 1))
        assert isinstance(uitkomst, Proefuitkomst)
        assert [(g.naam, [(r.gegeven, r.was, r.waarde) for r in g.zegt]) for g in uitkomst.gevolgen] == [
            ("AutogegevensGecorrigeerd", [("gewicht_kg", 1300, 4500)]),
            ("FysiekMilieueffectGecorrigeerd", [("punten", 21, 53)]),
            ("FysiekMilieueffectklasseGecorrigeerd", [("klasse", "gemiddeld belastend", "zwaarbelastend")]),
        ]

    def test_it_tells_what_would_be_in_doubt(self, sam: Wereld) -> None:
        twijfel = TrekInTwijfel(
            aggregaat="auto",
            aggregaat_id="auto-1",
            twijfel_id="t-1",
            toelichting="de weegbrug zegt iets anders",
            betreft=Betreft(onderwerp=("auto-1",), gegeven="gewicht_kg"),
        )
        uitkomst = sam.registers.proef(twijfel, gebeurd_op=OP, register="wegonderhoud", beslisser="een ambtenaar")
        assert isinstance(uitkomst, Proefuitkomst)
        gezegd = {r.gegeven: r.zekerheid for g in uitkomst.gevolgen for r in g.zegt}
        assert gezegd == dict.fromkeys(("gewicht_kg", "punten", "klasse"), Zekerheid.IN_TWIJFEL)

    def test_the_answer_that_nothing_happens_is_the_real_one(self, sam: Wereld) -> None:
        te_zwaar = CorrigeerAutogegevens(auto_id="auto-1", gewicht_kg="zwaar")  # type: ignore[arg-type]
        ander = auto("auto-2", kenteken="K-auto-1")
        for commando in (te_zwaar, ander, CorrigeerAutogegevens(auto_id="auto-9", gewicht_kg=1), object()):
            proef = sam.registers.proef(commando, gebeurd_op=OP)
            assert isinstance(proef, NietVerwerkt)
            assert proef == sam.registers.verwerk(commando, gebeurd_op=OP)

    def test_an_id_that_was_used_before_is_answered_as_it_would_be(self, sam: Wereld) -> None:
        eerst = corrigeer()
        assert isinstance(sam.registers.verwerk_alle([eerst])[0], Verwerkt)
        assert sam.registers.proef(eerst) == Proefuitkomst("wegonderhoud", "auto", "auto-1", eerder=True)
        anders = replace(eerst, commando=replace(UITSTOOT, uitstoot_g_per_km=130))
        assert sam.registers.proef(anders) == ID_HERGEBRUIKT

    def test_nothing_is_recorded_and_nobody_misses_any_chance(self, sam: Wereld) -> None:
        voor = sam.bytes()
        kans = sam.kans
        nieuw = auto("auto-7", koper="iemand-anders", kenteken="KN-7")
        assert isinstance(sam.registers.proef(nieuw, gebeurd_op=AANKOOP), Proefuitkomst)
        sam.registers.ketenproef([corrigeer(), replace(aanbod(nieuw, 10), gebeurd_op=AANKOOP)])
        assert sam.bytes() == voor
        assert sam.kans == kans

    def test_no_id_of_what_does_not_exist_is_told(self, sam: Wereld) -> None:
        alle = [corrigeer(), replace(aanbod(auto("auto-2", koper="partner"), 10), gebeurd_op=AANKOOP)]
        verteld = repr([[sam.registers.proef(een) for een in alle], sam.registers.ketenproef(alle)])
        bestond = sam.registers.standen()
        sam.registers.verwerk_alle(alle)
        sam.registers.wacht_op_rust()
        nieuw = [t for naam, stand in bestond.items() for t in sam.registers.gevolgen(naam, stand["positie"])]
        ids = {een.id for een in alle} | {t.commando_id for t in nieuw} | {g.id for t in nieuw for g in t.gevolgen}
        assert len(ids) > 20
        assert not [een for een in ids if een in verteld]

    def test_a_state_in_memory_stays_what_it_was(self, sam: Wereld) -> None:
        sam.registers.proef(UITSTOOT, gebeurd_op=date(2026, 4, 1))
        anders = replace(UITSTOOT, uitstoot_g_per_km=110)
        assert isinstance(sam.registers.verwerk(anders, gebeurd_op=date(2026, 4, 1)), Verwerkt)
        uitkomst = sam.registers.proef(UITSTOOT, gebeurd_op=date(2026, 4, 2))
        assert isinstance(uitkomst, Proefuitkomst)
        assert uitkomst.gevolgen[0].zegt[0].was == 110

    def test_who_was_erased_stays_so(self, sam: Wereld) -> None:
        wis = WisPersoonsgegevens(betrokkene_id="sam", toelichting="verzoek van Sam")
        hoe = {"register": "wegonderhoud", "gebeurd_op": OP, "beslisser": "een ambtenaar"}
        assert isinstance(sam.registers.proef(wis, **hoe), Proefuitkomst)
        assert isinstance(sam.registers.verwerk(wis, **hoe), Verwerkt)  # type: ignore[arg-type]
        nog_een = auto("auto-2", koper="sam")
        assert sam.registers.proef(nog_een, gebeurd_op=AANKOOP) == BETROKKENE_GEWIST

    def test_when_the_software_fails_nobody_knows_what_it_would_do(self, sam: Wereld, tmp_path: Path) -> None:
        """As the real thing would: the clock lies behind the last registration."""
        sam.achter = timedelta(hours=1)
        bestand = tmp_path / "log"
        logboek.naar(str(bestand))
        try:
            proef = sam.registers.proef(UITSTOOT, gebeurd_op=date(2026, 4, 1))
        finally:
            logboek.naar(None)
        assert isinstance(proef, Mislukt)
        assert proef.toelichting == KLOK
        assert "the clock says" in proef.oorzaak
        (regel,) = [json.loads(regel) for regel in bestand.read_text().splitlines()]
        assert (regel["event"], regel["ref"], regel["proef"]) == ("commit.failed", proef.referentie, True)
        sam.achter = timedelta(0)
        assert isinstance(sam.registers.verwerk(UITSTOOT, gebeurd_op=date(2026, 4, 1)), Verwerkt)

    def test_nothing_is_told_in_the_log(self, sam: Wereld, tmp_path: Path) -> None:
        bestand = tmp_path / "log"
        logboek.naar(str(bestand))
        try:
            sam.registers.proef(UITSTOOT, gebeurd_op=date(2026, 4, 1))
            sam.registers.ketenproef([corrigeer()])
            assert bestand.read_text() == ""
            sam.registers.verwerk_alle([corrigeer()])
            assert "commando.answered" in bestand.read_text()
        finally:
            logboek.naar(None)


class TestKetenproef:
    def test_the_correction_of_the_vlaggenschip(self, sam: Wereld) -> None:
        """From 100 to 120 g/km: 33 points; the levy stays, the household goes from 15,5 to 16,5 and to three passes."""
        keten = sam.registers.ketenproef([corrigeer()], geldig_op=OP)
        assert keten.op == OP
        heffing, passen = telling(keten, "aanschafheffing"), telling(keten, "spitspas")
        assert heffing.gevolgen["AanschafheffingGehandhaafd"] == 1
        assert besluit(keten, "aanschafheffing", "heffing_eurocent") == Besluittelling(
            "aanschafheffing", "heffing_eurocent", Counter({Verschil.GELIJK: 1}), Counter({Verschil.GELIJK: 1})
        )
        assert heffing.brieven == {}
        assert passen.aggregaten["huishouden"] == 1
        omlaag = Counter({Verschil.OMLAAG: 1})
        assert besluit(keten, "spitspas", "passen") == Besluittelling(
            "spitspasrecht", "passen", omlaag, omlaag, Counter({(5, 3): 1})
        )
        effect = besluit(keten, "spitspas", "punten")
        assert effect.overgangen == {(Fraction(31, 2), Fraction(33, 2)): 1}
        assert passen.brieven == {"spitspasbrief": 1}
        assert [(t.taken, t.aangehouden) for t in keten.registers] == [(0, 0)] * 3

    def test_on_a_day_on_which_nothing_would_be_another_it_still_counts_over_all_days(self, sam: Wereld) -> None:
        keten = sam.registers.ketenproef([corrigeer()], geldig_op=date(2026, 2, 1))
        passen = besluit(keten, "spitspas", "passen")
        assert passen.op_dag == {Verschil.GELIJK: 1}
        assert passen.ooit == {Verschil.OMLAAG: 1}

    def test_what_comes_to_wait_is_counted(self, sam: Wereld) -> None:
        twijfel = TrekInTwijfel(
            aggregaat="auto",
            aggregaat_id="auto-1",
            twijfel_id="t-1",
            toelichting="klopt dat?",
            betreft=Betreft(onderwerp=("auto-1",), gegeven="uitstoot_g_per_km"),
        )
        twijfelt = replace(corrigeer(8, twijfel), register="wegonderhoud", beslisser="een ambtenaar")
        sam.registers.verwerk_alle([twijfelt])
        meer = replace(UITSTOOT, uitstoot_g_per_km=190, behoud_twijfel=True)
        buiten = auto("auto-2", koper="partner", regio="Bergland")
        keten = sam.registers.ketenproef([corrigeer(9, meer), replace(aanbod(buiten, 10), gebeurd_op=AANKOOP)])
        assert (telling(keten, "aanschafheffing").aangehouden, telling(keten, "aanschafheffing").taken) == (1, 0)
        assert telling(keten, "spitspas").taken > 0
        assert isinstance(sam.registers.verwerk_alle([corrigeer(9, meer)])[0], Verwerkt)
        sam.registers.wacht_op_rust()
        betaling = RegistreerBetaling(
            auto_id="auto-1", aanschaf_id="aanschaf-auto-1", betaling_id="b", bedrag_eurocent=1, ontvangen_op=OP
        )
        weer = telling(sam.registers.ketenproef([aanbod(betaling, 11)]), "aanschafheffing")
        assert (weer.aggregaten["auto"], weer.aangehouden) == (1, 0), "it waits already, for the same doubt"

    def test_what_was_still_to_be_done_is_not_counted(self) -> None:
        with ExitStack() as sluiten:
            wereld = Wereld(sluiten, levering=False)
            eerst = replace(aanbod(auto(uitstoot_g_per_km=100), 1), gebeurd_op=AANKOOP)
            wereld.registers.verwerk_alle([eerst, aanbod(huishouden(), 2)])
            keten = wereld.registers.ketenproef([corrigeer()], geldig_op=OP)
            assert besluit(keten, "spitspas", "passen").op_dag[Verschil.OMLAAG] == 1
            assert besluit(keten, "spitspas", "passen").ooit[Verschil.NIEUW] == 0
            assert {naam: p.positie for naam, p in keten.gebaseerd_op.items()} == {
                "wegonderhoud": 1,
                "aanschafheffing": 0,
                "spitspas": 1,
            }

    def test_no_table_is_made(self, sam: Wereld, monkeypatch: pytest.MonkeyPatch) -> None:
        """Else all of the journal would be folded for what is not counted."""
        gemaakt = []
        monkeypatch.setattr(MemoryProjectiestore, "write", lambda *_: gemaakt.append(1))
        sam.registers.ketenproef([corrigeer()])
        assert gemaakt == []

    def test_new_law_is_considered_for_all_and_counted(self, sam: Wereld) -> None:
        """From 14 on three passes: the household of 15,5 goes down, and nothing else is touched."""
        wet = replace(aanbod(passenrecht(vanaf="05-01"), 9), register="spitspas", beslisser="een ambtenaar")
        keten = sam.registers.ketenproef([wet], geldig_op=OP)
        assert [type(antwoord) for antwoord in keten.antwoorden] == [Proefuitkomst]
        assert besluit(keten, "spitspas", "passen").overgangen == {(5, 3): 1}
        assert telling(keten, "spitspas").gevolgen["HerbeoordelingAfgerond"] == 1
        assert telling(keten, "aanschafheffing").transacties == 0

    def test_one_that_is_not_processed_has_its_own_answer_and_does_nothing(self, sam: Wereld) -> None:
        onbekend = CorrigeerAutogegevens(auto_id="auto-9", gewicht_kg=1)
        keten = sam.registers.ketenproef([corrigeer(8, onbekend), corrigeer(9), corrigeer(9)])
        soorten = [type(antwoord) for antwoord in keten.antwoorden]
        assert soorten == [NietVerwerkt, Proefuitkomst, Proefuitkomst]
        assert telling(keten, "wegonderhoud").transacties == 1

    def test_registers_that_cannot_come_to_rest_say_so(self, sam: Wereld, monkeypatch: pytest.MonkeyPatch) -> None:
        def kapot(*_: Any) -> Any:
            raise StoreDamaged("unreadable")

        monkeypatch.setattr(MemoryFeed, "publish", kapot)
        with pytest.raises(NietInRust, match="wegonderhoud/bekendmaker staat stil"):
            sam.registers.ketenproef([corrigeer()])


MAART, MEI = date(2026, 3, 1), date(2026, 5, 1)


class TestBesluittelling:
    def test_what_goes_up_on_one_day_and_down_on_another_counts_for_both(self) -> None:
        b = Besluittelling("spitspasrecht", "passen")
        b.tel([Stuk(MAART, OPEN_EIND, 3, "a")], [Stuk(MAART, MEI, 5, "b"), Stuk(MEI, OPEN_EIND, 0, "c")], OP)
        assert b.ooit == {Verschil.OMHOOG: 1, Verschil.OMLAAG: 1}
        assert b.op_dag == {Verschil.OMLAAG: 1}
        assert b.overgangen == {(3, 0): 1}

    def test_each_counts_once_however_many_days_it_goes_down(self) -> None:
        b = Besluittelling("spitspasrecht", "passen")
        b.tel(
            [Stuk(OPEN_BEGIN, OPEN_EIND, 5, "a")], [Stuk(OPEN_BEGIN, MAART, 3, "b"), Stuk(MEI, OPEN_EIND, 0, "c")], OP
        )
        assert b.ooit == {Verschil.OMLAAG: 1, Verschil.INGETROKKEN: 1}

    def test_what_is_the_same_on_every_day_is_the_same_and_what_never_was_is_nothing(self) -> None:
        b = Besluittelling("spitspasrecht", "passen")
        b.tel(
            [Stuk(MAART, OPEN_EIND, 5, "a")], [Stuk(MAART, MEI, 5, "b"), Stuk(MEI, OPEN_EIND, 5, "c")], date(2026, 1, 1)
        )
        b.tel([], [], OP)
        assert (b.ooit, b.op_dag, b.overgangen) == ({Verschil.GELIJK: 1}, {}, {})


# --- what it says is what then happens ------------------------------------------------------------------------


def gebeurd(registers: Registerlezing, vanaf: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What really came into each register, counted in another way."""
    uit: dict[str, dict[str, Any]] = {}
    for naam, stand in vanaf.items():
        nieuw = list(registers.gevolgen(naam, stand["positie"]))
        verstrekt = list(registers.verstrekkingen(naam, stand["verstrekkingen"]))
        uit[naam] = {
            "transacties": len(nieuw),
            "gevolgen": Counter(g.naam for t in nieuw for g in t.gevolgen),
            "soorten": Counter(g.soort.value for t in nieuw for g in t.gevolgen),
            "aggregaten": Counter(soort for soort, _ in {(t.aggregaat, t.aggregaat_id) for t in nieuw}),
            "brieven": Counter(v["bekendmaking"].partition("@")[0] for v in verstrekt if v["vorm"] == "brief"),
            "notificaties": Counter(
                v["bekendmaking"].partition("@")[0] for v in verstrekt if v["vorm"] == "notificatie"
            ),
        }
    return uit


def voorspeld(keten: Ketenproef) -> dict[str, dict[str, Any]]:
    velden = ("transacties", "gevolgen", "soorten", "aggregaten", "brieven", "notificaties")
    return {t.register: {veld: getattr(t, veld) for veld in velden} for t in keten.registers}


Standen = dict[tuple[date, tuple[str, ...]], Any]
"""What a column of a table says, by day and row."""


def standen(registers: Registerlezing, plek: tuple[str, str, str], dagen: Iterable[date], positie: int) -> Standen:
    """As it was known at a transactie."""
    register, tabel, kolom = plek
    if not positie:
        return {}
    toen = registers.moment_van(register, positie)
    return {
        (dag, rij["onderwerp"]): rij[kolom]
        for dag in dagen
        for rij in registers.tabel(register, tabel, geldig_op=dag, beschikbaar_op=toen).inhoud
        if rij[kolom] is not None
    }


def besloten_dagen(registers: Registerlezing, register: str) -> set[date]:
    """Every day on which something that was ever derived in a register begins or ends, and one before all of them."""
    afleidingen = [
        g.inhoud for t in registers.gevolgen(register) for g in t.gevolgen if isinstance(g.inhoud, Afleiding)
    ]
    grenzen = {dag for een in afleidingen for dag in (een.stuk.vanaf, een.stuk.tot)}
    return grenzen - {OPEN_BEGIN, OPEN_EIND} | {date(1990, 1, 1)}


def verschillen(geraakt: set[tuple[str, ...]], voor: Standen, na: Standen) -> Counter[str]:
    """How many rows are up, down, new or withdrawn on any of the days; and of those that were touched, how many not."""
    beide = voor.keys() & na.keys()
    plekken = {
        "omhoog": {plek for plek in beide if na[plek] > voor[plek]},
        "omlaag": {plek for plek in beide if na[plek] < voor[plek]},
        "nieuw": na.keys() - voor.keys(),
        "ingetrokken": voor.keys() - na.keys(),
    }
    wie = {soort: {onderwerp for _, onderwerp in deel} for soort, deel in plekken.items()}
    wie["gelijk"] = {onderwerp for _, onderwerp in beide} & geraakt - set().union(*wie.values())
    return Counter({soort: len(deel) for soort, deel in wie.items()})


def besloten_over(registers: Registerlezing, register: str, gegeven: str, na: int) -> set[tuple[str, ...]]:
    """About what something was recorded of a besluit, after a position."""
    inhoud = [g.inhoud for t in registers.gevolgen(register, na) for g in t.gevolgen]
    return {een.onderwerp for een in inhoud if isinstance(een, Afleiding) and een.gegeven == gegeven}


HUISHOUDEN = [("spitspas", "huishouden", "passen"), ("spitspas", "huishouden", "punten")]
HEFFING = ("aanschafheffing", "referentietabel", "heffing_eurocent")


def vergelijk_besluiten(registers: Registerlezing, keten: Ketenproef, vanaf: dict[str, dict[str, Any]]) -> None:
    """The counts of besluiten are what the tables say now, beside what they said before."""
    na = registers.standen()
    for plek in (*HUISHOUDEN, HEFFING):
        register, _, kolom = plek
        van_tot = vanaf[register]["positie"], na[register]["positie"]
        op_dag = [standen(registers, plek, [LATER], positie) for positie in van_tot]
        # A levy is decided for all days at once, and stands in its table from the purchase on.
        dagen = [LATER] if plek == HEFFING else besloten_dagen(registers, register)
        ooit = [standen(registers, plek, dagen, positie) for positie in van_tot]
        geraakt = besloten_over(registers, register, kolom, vanaf[register]["positie"])
        b = besluit(keten, register, kolom)
        assert b.op_dag == verschillen(geraakt, *op_dag)
        assert b.ooit == verschillen(geraakt, *ooit)


def bied_aan_en_vergelijk(registers: RegisterSystem, alle: Sequence[AangebodenCommando]) -> Ketenproef:
    """Ask first, then do it: what was said is what happened."""
    registers.wacht_op_rust()
    vanaf = registers.standen()
    keten = registers.ketenproef(alle, geldig_op=LATER)
    assert registers.standen() == vanaf
    antwoorden = registers.verwerk_alle(alle)
    registers.wacht_op_rust()
    assert voorspeld(keten) == gebeurd(registers, vanaf)
    vergelijk_besluiten(registers, keten, vanaf)
    for proef, echt in zip(keten.antwoorden, antwoorden, strict=True):
        assert proef == echt if isinstance(echt, NietVerwerkt) else isinstance(proef, Proefuitkomst)
        if isinstance(proef, Proefuitkomst) and isinstance(echt, Verwerkt):
            assert [g.naam for g in proef.gevolgen] == [naam for _, naam in echt.gevolgen]
    return keten


def test_what_the_ketenproef_of_the_vlaggenschip_counts_is_what_then_happens(sam: Wereld) -> None:
    keten = bied_aan_en_vergelijk(sam.registers, [corrigeer()])
    assert sum(t.transacties for t in keten.registers) > 3


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 1 << 32), eerst=st.integers(0, 30))
def test_what_a_ketenproef_counts_is_what_then_happens_whatever_happened_before(seed: int, eerst: int) -> None:
    feiten = [feit.aangeboden for feit in trek_feiten(seed, 40)]
    with ExitStack() as sluiten:
        registers = Wereld(sluiten).registers
        registers.verwerk_alle(feiten[:eerst])
        bied_aan_en_vergelijk(registers, feiten[eerst:])


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 1 << 32))
def test_what_a_proef_tells_is_what_is_then_recorded_and_it_writes_nothing(seed: int) -> None:
    with ExitStack() as sluiten:
        wereld = Wereld(sluiten)
        for feit in trek_feiten(seed, 25):
            voor = wereld.bytes()
            proef = wereld.registers.proef(feit.aangeboden)
            assert wereld.bytes() == voor
            (echt,) = wereld.registers.verwerk_alle([feit.aangeboden])
            if isinstance(echt, Verwerkt):
                assert isinstance(proef, Proefuitkomst)
                assert [g.naam for g in proef.gevolgen] == [naam for _, naam in echt.gevolgen]
            else:
                assert proef == echt
            wereld.registers.wacht_op_rust()


# --- from a folder that someone else writes -------------------------------------------------------------------


SCHRIJVER = """
import select, sys
from dataclasses import replace
from pathlib import Path
from actors.runtime.systeem import RegisterSystem
from tests.storage.builders import python
from tests.wereld import AANKOOP, aanbod, auto, huishouden

with RegisterSystem.open(Path(sys.argv[1])) as registers:
    sam = replace(aanbod(auto(uitstoot_g_per_km=100), 1), gebeurd_op=AANKOOP)
    registers.verwerk_alle([sam, aanbod(huishouden(), 2)])
    registers.wacht_op_rust()
    print("klaar", flush=True)
    sys.stdin.readline()
    nummer = 100
    while not select.select([sys.stdin], [], [], 0)[0]:
        nummer += 1
        meer = auto(f"auto-{nummer}", koper=f"koper-{nummer}")
        registers.verwerk_alle([replace(aanbod(meer, nummer), gebeurd_op=AANKOOP)])
        if nummer % 3:
            registers.wacht_op_rust()
        if nummer == 105:
            print("bezig", flush=True)
    registers.wacht_op_rust()
    print(nummer, flush=True)
    sys.stdin.readline()
"""


def test_it_works_beside_a_process_that_writes_and_no_byte_changes(tmp_path: Path) -> None:
    with python(SCHRIJVER, tmp_path) as schrijver:
        assert schrijver.hear() == "klaar"
        voor = {pad: pad.read_bytes() for pad in tmp_path.rglob("data.mdb")}
        with closing(Registerlezing.alleen_lezen(tmp_path)) as lezing:
            nieuw = auto("auto-7", koper="iemand-anders", kenteken="KN-7")
            assert isinstance(lezing.proef(nieuw, gebeurd_op=AANKOOP), Proefuitkomst)
            keten = lezing.ketenproef([corrigeer(), replace(aanbod(nieuw, 10), gebeurd_op=AANKOOP)], geldig_op=OP)
        assert len(voor) == 12
        assert {pad: pad.read_bytes() for pad in voor} == voor
        assert besluit(keten, "spitspas", "passen").op_dag[Verschil.OMLAAG] == 1
        assert besluit(keten, "aanschafheffing", "heffing_eurocent").ooit[Verschil.NIEUW] == 1


def test_what_another_process_writes_meanwhile_is_not_counted(tmp_path: Path) -> None:
    """Twenty ketenproeven beside one that records cars as fast as it can: each counts the correction, and it alone."""
    with python(SCHRIJVER, tmp_path) as schrijver:
        assert schrijver.hear() == "klaar"
        with closing(Registerlezing.alleen_lezen(tmp_path)) as lezing:
            rustig = voorspeld(lezing.ketenproef([corrigeer()], geldig_op=OP))
            assert schrijver.ask() == "bezig"
            standen = set()
            for _ in range(20):
                keten = lezing.ketenproef([corrigeer()], geldig_op=OP)
                assert voorspeld(keten) == rustig
                standen.add(keten.gebaseerd_op["wegonderhoud"].positie)
            assert int(schrijver.ask()) > 105
        assert len(standen) > 1, "they stood on different moments"

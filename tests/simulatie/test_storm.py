"""The storm: it holds, it is the same each time, and every one of its checks finds the fault it is for."""

import inspect
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from actors.cli.main import app
from actors.contexten.aanschafheffing import regels
from actors.contexten.spitspas.commandos import WijzigHuishoudsamenstelling
from actors.register.commando import NietVerwerkt
from actors.register.staat import Staat
from actors.runtime import aggregaat, levering, router
from actors.runtime.aggregaat import AggregateActor, lees_antwoord
from actors.runtime.berichten import Aanbod, Kijk, Uitkomsten
from actors.runtime.journaal import JournalActor
from actors.runtime.levering import LezerActor, TranslatorActor
from actors.runtime.router import RouterActor
from actors.simulatie import storm, stormbuiten, toetsen
from actors.simulatie.storm import Storm, StormMislukt, Stormverslag
from actors.simulatie.stormvergelijk import Bevindingen
from actors.verwerking.bekendmaking import Bekendmaker
from actors.verwerking.gevolgenverwerking import Projector
from actors.verwerking.identiteit import commando_sleutel
from actors.verwerking.signaalverwerking import Beoordelaar
from actors.verwerking.standen import vouw
from storage import feed_memory
from storage.feed import Publication
from storage.feed_memory import MemoryFeed
from storage.gevolgenstore import ReaderPosition
from storage.gevolgenstore_memory import MemoryGevolgenstore
from storage.moments import to_micros
from storage.projectiestore import Change
from storage.projectiestore_memory import MemoryProjectiestore
from storage.sleutelbos import KeptSleutelbos

STAPPEN = 400
ROOT = Path(__file__).resolve().parents[2]


def draai_alle(seeds: Iterable[int], stappen: int = STAPPEN) -> list[Stormverslag]:
    return [Storm(seed, stappen).draai() for seed in seeds]


# --- it holds, and it is the same each time -------------------------------------------------------------------


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "stormseed" in metafunc.fixturenames:
        metafunc.parametrize("stormseed", range(1, 1 + metafunc.config.getoption("--stormen")))


def test_whatever_the_weather_everything_holds(stormseed: int) -> None:
    assert Storm(stormseed, STAPPEN).draai().transacties


def weer(monkeypatch: pytest.MonkeyPatch, klok: float, schijf: float = 0, afbreken: float = 1 / 60) -> None:
    ruw = stormbuiten.Weer(afbreken=afbreken, hint=0.3, klok=klok, schijf=schijf, aanbod=1 / 30, warm=3)
    monkeypatch.setattr(stormbuiten.Weer, "trek", lambda _kans: ruw)


@pytest.fixture
def ruw(monkeypatch: pytest.MonkeyPatch) -> None:
    """Weather in which much happens, under a good clock and on a good disk."""
    weer(monkeypatch, klok=0)


def test_in_the_roughest_weather_everything_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    weer(monkeypatch, klok=1 / 20, schijf=1 / 15)
    verslagen = [asdict(verslag) for verslag in draai_alle((4, 8))]
    assert all(sum(verslag[wat] for verslag in verslagen) for wat in verslagen[0] if wat != "hoofden")


@pytest.mark.usefixtures("ruw")
def test_in_slices_of_two_everything_holds_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(levering, "_SLICE", 2)
    assert all(verslag.transacties for verslag in draai_alle((4, 5)))


@pytest.mark.parametrize("seed", [3, 4])
def test_on_disk_all_goes_as_it_does_in_memory_to_the_byte(tmp_path: Path, seed: int) -> None:
    assert Storm(seed, STAPPEN, tmp_path).draai() == Storm(seed, STAPPEN).draai()


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    een, zelfde, ander = draai_alle((8, 8, 9), 200)
    assert een == zelfde
    assert set(een.hoofden.values()).isdisjoint(ander.hoofden.values())


def test_another_process_with_other_hashes_gives_the_same_bytes() -> None:
    opdracht = [sys.executable, "-m", "actors.cli.main", "simulate", "storm", "--seed", "8", "--stappen", "200"]
    omgeving = {**os.environ, "PYTHONHASHSEED": "1", "PYTHONPATH": str(ROOT)}
    klaar = subprocess.run([*opdracht, "--json"], capture_output=True, check=True, cwd=ROOT, env=omgeving)
    assert json.loads(klaar.stdout)[0]["hoofden"] == Storm(8, 200).draai().hoofden


# --- every check finds its fault ------------------------------------------------------------------------------

Plant = Callable[[pytest.MonkeyPatch], None]
FOUTEN: list[tuple[str, Plant]] = []


def vindt(toets: Callable[..., Any]) -> Callable[[Plant], Plant]:
    """This check has to find the fault that is planted here."""

    def maak(plant: Plant) -> Plant:
        FOUTEN.append((toets.__name__, plant))
        return plant

    return maak


@vindt(toetsen.posities_sluiten_aan)
def a_journal_that_skips_a_position(monkeypatch: pytest.MonkeyPatch) -> None:
    echt = MemoryGevolgenstore._keep

    def sla_over(self: Any, *wat: Any) -> int:
        positie = echt(self, *wat)
        if positie == 4:
            self._records[-1] = replace(self._records[-1], position=5)
        return positie

    monkeypatch.setattr(MemoryGevolgenstore, "_keep", sla_over)


@vindt(toetsen.posities_sluiten_aan)
def a_journal_that_believes_any_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    weer(monkeypatch, klok=1 / 10)
    monkeypatch.setattr(
        "storage.gevolgenstore_memory.first_moment", lambda klok, _register, _laatste: to_micros(klok())
    )


@vindt(toetsen.een_effect)
def an_aggregate_that_does_again_what_it_did(monkeypatch: pytest.MonkeyPatch) -> None:
    echt = AggregateActor._verwerk

    def doe_opnieuw(self: AggregateActor, verwerk: Any) -> Any:
        eerder = self._kern.opslag.gevolgen.outcome(commando_sleutel(verwerk.aangeboden.id))
        zelfde = eerder is not None and eerder.digest == verwerk.digest
        wijzigt = isinstance(verwerk.aangeboden.commando, WijzigHuishoudsamenstelling)
        return self._beoordeel(verwerk) if zelfde and wijzigt else echt(self, verwerk)

    weer(monkeypatch, klok=0, afbreken=0)  # so that enough is told
    monkeypatch.setattr(stormbuiten, "_OPNIEUW", 0.6)
    monkeypatch.setattr(AggregateActor, "_verwerk", doe_opnieuw)
    monkeypatch.setattr(MemoryGevolgenstore, "knows", lambda _self, _commando: False)


@vindt(toetsen.vastgelegd_blijft)
def a_journal_that_loses_what_was_last_when_all_breaks_off(monkeypatch: pytest.MonkeyPatch) -> None:
    echt = Storm._sluit

    def verlies(self: Storm) -> None:
        echt(self)
        for opslag in self._opslagen.values():
            opslag.gevolgen._records[-1:] = []  # type: ignore[attr-defined]

    monkeypatch.setattr(Storm, "_sluit", verlies)


@vindt(toetsen.keten_en_indexen_kloppen)
def an_outcome_that_counts_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    echt = MemoryGevolgenstore.append

    def tel_mis(self: MemoryGevolgenstore, entries: Any, *wat: Any) -> list[int]:
        posities = echt(self, entries, *wat)
        for entry in entries:
            uitkomst = self._outcomes[entry.commando_id]
            self._outcomes[entry.commando_id] = replace(uitkomst, count=uitkomst.count + 1)
        return posities

    monkeypatch.setattr(MemoryGevolgenstore, "append", tel_mis)


@vindt(toetsen.bevestigd_blijft)
def a_refusal_that_is_answered_but_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    echt = JournalActor._bewaar

    def bewaar_niet(self: JournalActor, opnames: Any, lezers: Any) -> Any:
        return echt(self, [o for o in opnames if not isinstance(o.antwoord, NietVerwerkt)], lezers)

    monkeypatch.setattr(JournalActor, "_bewaar", bewaar_niet)


@vindt(toetsen.bevestigd_blijft)
def an_answer_from_the_store_that_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    def anders(kern: Any, commando_id: str, bewaard: Any) -> Any:
        antwoord = lees_antwoord(kern, commando_id, bewaard)
        return antwoord if isinstance(antwoord, NietVerwerkt) else replace(antwoord, positie=antwoord.positie + 1)

    monkeypatch.setattr(aggregaat, "lees_antwoord", anders)


@vindt(toetsen.ander_onder_zelfde_id_geweigerd)
def a_router_to_which_all_content_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stormbuiten, "_IETS_ANDERS", 0.3)
    monkeypatch.setattr(router, "commando_digest", lambda *_wat: bytes(16))


@vindt(toetsen.alles_beantwoord)
def a_router_that_forgets_who_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    echt = RouterActor.ontvang
    vergeten: set[str] = set()

    def vergeet(self: RouterActor, bericht: Any, afzender: Any) -> None:
        if isinstance(bericht, Aanbod) and self._bezig and "ExternalRequester:" in str(afzender):
            vergeten.add(str(afzender))
        if str(afzender) not in vergeten:
            echt(self, bericht, afzender)

    monkeypatch.setattr(RouterActor, "ontvang", vergeet)


@vindt(toetsen.niets_faalt)
def a_projector_that_stumbles_once(monkeypatch: pytest.MonkeyPatch) -> None:
    echt = Projector._verschil
    gestruikeld: list[int] = []

    def struikel(self: Projector, transactie: Any, plaats: Any) -> Iterator[Any]:
        if transactie.positie == 3 and not gestruikeld:
            gestruikeld.append(3)
            raise ValueError("gestruikeld")
        return echt(self, transactie, plaats)

    monkeypatch.setattr(Projector, "_verschil", struikel)


@vindt(toetsen.persoonsgegevens_leesbaar)
def keys_that_are_never_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(KeptSleutelbos, "save", lambda _self: None)


@vindt(toetsen.warm_is_gevouwen)
def an_aggregate_that_forgets_what_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    def vergeet(*wat: Any) -> Staat:
        staat = vouw(*wat)
        staat.wachtend = ()
        return staat

    monkeypatch.setattr(aggregaat, "vouw", vergeet)


@vindt(toetsen.lezers_gaan_vooruit)
def a_table_that_forgets_how_far_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    echt = MemoryProjectiestore.write

    def vergeet(self: MemoryProjectiestore, changes: Any) -> None:
        eerder = dict(self._place.positions)
        echt(self, changes)
        if any(change.position.position > 6 for change in changes):
            self._place.positions = {
                naam: replace(stand, position=stand.position - 1) for naam, stand in eerder.items()
            }

    monkeypatch.setattr(MemoryProjectiestore, "write", vergeet)


@vindt(toetsen.verstrekkingen_blijven)
def a_feed_that_rewrites_what_went_out(monkeypatch: pytest.MonkeyPatch) -> None:
    echt = MemoryFeed.publish

    def herschrijf(self: MemoryFeed, publications: Any, source: ReaderPosition) -> list[int]:
        nummers = echt(self, publications, source)
        if self.register == "wegonderhoud" and nummers and nummers[0] > 1:
            eerste, tweede = self._verstrekkingen[:2]
            self._verstrekkingen[0] = replace(eerste, content=tweede.content, digest=tweede.digest)
        return nummers

    monkeypatch.setattr(MemoryFeed, "publish", herschrijf)


@vindt(toetsen.eenmaal_bekendgemaakt)
def a_bekendmaker_that_begins_one_too_early_after_a_break(monkeypatch: pytest.MonkeyPatch) -> None:
    echt: Any = Bekendmaker.positie
    begonnen: list[Bekendmaker] = []

    def een_terug(self: Bekendmaker) -> int:
        positie: int = echt.fget(self)
        if any(een is self for een in begonnen):
            return positie
        begonnen.append(self)
        return max(0, positie - 1)

    monkeypatch.setattr(Bekendmaker, "positie", property(een_terug))
    monkeypatch.setattr(feed_memory, "check_publish", lambda *_wat: None)


@vindt(toetsen.alles_bekendgemaakt)
def a_bekendmaker_that_leaves_the_last_of_three_out(monkeypatch: pytest.MonkeyPatch) -> None:
    echt = MemoryFeed.publish

    def laat_weg(self: MemoryFeed, publications: list[Publication], source: ReaderPosition) -> list[int]:
        return echt(self, publications[:2] if len(publications) == 3 else publications, source)

    monkeypatch.setattr(MemoryFeed, "publish", laat_weg)


@vindt(toetsen.alles_beoordeeld)
def a_translator_that_skips_a_signaal(monkeypatch: pytest.MonkeyPatch) -> None:
    echt = Beoordelaar.beoordeel

    def sla_over(self: Beoordelaar, feed_id: bytes, groep: Any) -> Iterator[Any]:
        return echt(self, feed_id, [een for een in groep if een[1].nummer != 3])

    monkeypatch.setattr(Beoordelaar, "beoordeel", sla_over)


@vindt(toetsen.alles_beoordeeld)
def a_store_that_tears_a_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    echt = MemoryGevolgenstore.append
    gescheurd: list[int] = []

    def scheur(self: MemoryGevolgenstore, entries: Any, readers: Any) -> list[int]:
        if not readers or gescheurd:
            return echt(self, entries, readers)
        gescheurd.append(len(entries))
        echt(self, entries, {})
        raise storm._Afgebroken

    monkeypatch.setattr(MemoryGevolgenstore, "append", scheur)


@vindt(toetsen.stilte_komt)
def a_reader_that_hints_itself_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    echt = LezerActor.ontvang

    def wijs_zichzelf(self: LezerActor, bericht: Any, afzender: Any) -> None:
        echt(self, bericht, afzender)
        if isinstance(bericht, Kijk):
            self.send(self.myAddress, Kijk())

    monkeypatch.setattr(LezerActor, "ontvang", wijs_zichzelf)


@vindt(toetsen.stilte_komt)
def a_journal_that_says_it_grew_when_nothing_could_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    weer(monkeypatch, klok=1 / 10)
    echt = JournalActor._leg_vast
    monkeypatch.setattr(JournalActor, "_leg_vast", lambda *wat: replace(echt(*wat), gegroeid=True))


@vindt(toetsen.niemand_draait_rond)
def a_translator_that_does_not_see_that_what_it_read_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    weer(monkeypatch, klok=0, afbreken=0)  # after a break another check sees that what was read is forgotten
    onthoud, bied_aan = MemoryGevolgenstore.append, TranslatorActor._bied_aan

    def bied_blind_aan(self: TranslatorActor) -> None:
        self._aangeboden = None
        bied_aan(self)

    monkeypatch.setattr(MemoryGevolgenstore, "append", lambda self, entries, _readers: onthoud(self, entries, {}))
    monkeypatch.setattr(TranslatorActor, "_bied_aan", bied_blind_aan)


@vindt(toetsen.rust_is_rust)
def a_translator_that_does_not_look_again(monkeypatch: pytest.MonkeyPatch) -> None:
    echt = TranslatorActor.ontvang

    def kijk_niet(self: TranslatorActor, bericht: Any, afzender: Any) -> None:
        if isinstance(bericht, Uitkomsten):
            self._bezig = False
        else:
            echt(self, bericht, afzender)

    monkeypatch.setattr(TranslatorActor, "ontvang", kijk_niet)
    monkeypatch.setattr(levering, "_SLICE", 2)


@vindt(toetsen.tabellen_als_herbouwd)
def a_table_that_loses_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    class Vergeetachtig(MemoryProjectiestore):
        def write(self, changes: Any) -> None:
            super().write([Change(c.projectie, c.rows[:2], c.position) for c in changes])

    monkeypatch.setattr(storm, "MemoryProjectiestore", Vergeetachtig)


@vindt(toetsen.antwoorden_als_berekend)
def a_rule_that_is_not_the_law(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regels, "HEFFINGSGEBIED", ("Kustland",))


@vindt(toetsen.niets_staat_open)
def clients_that_leave_their_doubts_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stormbuiten.Klanten, "sluit_alles", lambda *_wat: None)


@pytest.mark.usefixtures("ruw")
@pytest.mark.parametrize(("toets", "plant"), [pytest.param(*fout, id=fout[1].__name__) for fout in FOUTEN])
def test_a_planted_fault_is_found_by_the_check_that_is_for_it(
    monkeypatch: pytest.MonkeyPatch, toets: str, plant: Plant
) -> None:
    plant(monkeypatch)
    with pytest.raises(StormMislukt, match=f"^toets {toets} faalt in de storm met seed"):
        draai_alle(range(1, 60), 300)


def test_every_check_has_a_fault_that_it_finds() -> None:
    """What compares the tables with the oracle, part by part, is proven where the oracle is."""
    alle = {
        naam
        for naam, functie in vars(toetsen).items()
        if inspect.isfunction(functie) and functie.__annotations__.get("return") is Bevindingen
    }
    assert alle - {"berekeningen", "heffingen", "passen", "toerekeningen"} == {toets for toets, _ in FOUTEN}


# --- the command ----------------------------------------------------------------------------------------------


def gevolg(*woorden: object) -> Result:
    return CliRunner().invoke(app, ["simulate", "storm", *map(str, woorden)], prog_name="gevolg")


def test_the_command_adds_up_what_happened_in_all_storms() -> None:
    een, twee, samen = (gevolg("--stappen", 60, "--json", *w) for w in ((), ("--seed", 2), ("--herhaal", 2)))
    assert json.loads(een.stdout) + json.loads(twee.stdout) == json.loads(samen.stdout)
    tekst = gevolg("--stappen", 60, "--herhaal", 2).stdout
    assert tekst.startswith("2 stormen doorstaan: alles klopt\n")
    assert re.search(r"^   stappen +120$", tekst, re.MULTILINE)


def test_the_command_on_disk_tells_the_same() -> None:
    assert gevolg("--stappen", 60).stdout == gevolg("--stappen", 60, "--op-schijf").stdout


def test_a_check_that_fails_is_one_sentence_with_the_line_that_shows_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    a_rule_that_is_not_the_law(monkeypatch)
    mislukt = gevolg("--stappen", STAPPEN, "--herhaal", 9)
    assert mislukt.exit_code == 3
    assert mislukt.stderr.startswith("Fout: toets antwoorden_als_berekend faalt in de storm met seed ")
    [opnieuw] = re.findall(rf"gevolg simulate storm (--seed \d+ --stappen {STAPPEN})$", mislukt.stderr, re.MULTILINE)
    assert gevolg(*opnieuw.split()).stderr == mislukt.stderr

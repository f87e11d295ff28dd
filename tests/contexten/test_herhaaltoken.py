"""A herhaaltoken gives the very same bytes again, or says that it never will; it never gives other bytes.

Guarantee G36: the same token gives the same bytes after any correction, rebuild or restart, or is vervallen.
"""

import os
import shutil
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.contexten.wegonderhoud.context import CONTEXT
from actors.register.commando import Verwerkt
from actors.runtime.lezing import Registerlezing
from actors.runtime.systeem import RegisterSystem
from actors.verwerking import herhaaltoken, lezen
from actors.verwerking.antwoord import Antwoord, NogNietZover, Vervallen
from actors.verwerking.generiek.commandos import WisPersoonsgegevens
from actors.verwerking.herhaaltoken import GeenToken
from actors.verwerking.onthulling import Onthulling
from storage.opslag import open_lmdb
from tests.contexten.test_orakel import Vertelling, geschiedenis, handen_vol
from tests.contexten.test_tijd import BEGINNEN, KANS, bij_loting, voor_alle
from tests.runtime.test_incarnatie import REGISTERS, Wereld, basis, wereld
from tests.tijdtoets import MICROSECONDE, Toets
from tests.tijdverhaal import DAGEN, STAPPEN, WEG, Stap, Verhaal, trek_stappen
from tests.wereld import auto, vaste_wereld

__all__ = ["basis", "wereld"]  # fixtures

WIS = WisPersoonsgegevens(betrokkene_id="auto-1", toelichting="op verzoek")
Gegeven = dict[str, Antwoord[Any]]
"""Every answer that was given, by its token."""


def vraag_van_alles(lezing: Registerlezing, register: str, kans: Random) -> Iterator[Antwoord[Any]]:
    """Every kind of question, about all four cells; for everybody what is for everybody."""
    momenten = [t.geregistreerd_op for t in lezing.gevolgen(register) if t.geregistreerd_op]
    laatste = momenten[-1] if momenten else datetime(2026, 1, 1, tzinfo=UTC)
    toen = [None, *kans.sample(momenten, min(2, len(momenten))), (laatste - timedelta(days=1)).date()]
    geldig = [None, kans.choice(DAGEN), datetime(2026, 3, 29, 0, 30, tzinfo=UTC) + kans.randrange(100) * MICROSECONDE]
    toets = Toets(lezing, register)
    for projectie in toets.context.projecties:
        zelf = projectie.doelgroep if projectie.betrokkene is None else f"{projectie.doelgroep}/sam"
        wie = [None, "wie dan ook"] if projectie.doelgroep == "openbaar" else [None, zelf]
        for beschikbaar_op in toen:
            for op in geldig:
                cel: dict[str, Any] = {"geldig_op": op, "beschikbaar_op": beschikbaar_op, "voor": kans.choice(wie)}
                yield lezing.tabel(register, projectie.naam, **cel)
                for sleutel in toets.sleutels(projectie) or [("onbekend",)]:
                    yield lezing.lees(register, projectie.naam, *sleutel, **cel)
            for sleutel in toets.sleutels(projectie):
                yield lezing.historie(register, projectie.naam, *sleutel, beschikbaar_op=beschikbaar_op)
    for beschikbaar_op in toen:
        yield lezing.taken(register, beschikbaar_op)


def verzamel(lezing: Registerlezing, register: str, kans: Random, gegeven: Gegeven) -> None:
    """The same token is the same answer to the same question, and another question has another."""
    for antwoord in vraag_van_alles(lezing, register, kans):
        assert antwoord.volledig
        assert antwoord.herhaaltoken is not None
        eerder = gegeven.setdefault(antwoord.herhaaltoken, antwoord)
        assert (eerder.vraag, eerder.momenten) == (antwoord.vraag, antwoord.momenten)
        assert eerder.als_bytes() == antwoord.als_bytes(), "dezelfde vraag en momenten, andere bytes"
    anders = {(antwoord.vraag, antwoord.momenten) for antwoord in gegeven.values()}
    assert len(anders) == len(gegeven), "twee tokens voor hetzelfde antwoord"


def herhaal_alle(lezing: Registerlezing, gegeven: Gegeven) -> None:
    """Each of them gives the very bytes it gave."""
    for token, antwoord in gegeven.items():
        weer = lezing.herhaal(token)
        assert weer.als_bytes() == antwoord.als_bytes(), f"{antwoord.vraag} {antwoord.momenten} geeft andere bytes"


# --- the same bytes ---------------------------------------------------------------------------------------------


def test_tokens_of_every_moment_give_the_same_bytes_whatever_comes_after(geschiedenissen: int) -> None:
    def eigenschap(begin: int, delen: list[list[Stap]], kans: Random) -> None:
        verhaal, gegeven = Verhaal(begin), Gegeven()
        verzamel(verhaal.registers, WEG, kans, gegeven)
        for n, stappen in enumerate(delen):
            verhaal.vertel(stappen, eerst=not n)
            herhaal_alle(verhaal.registers, gegeven)
            verzamel(verhaal.registers, WEG, kans, gegeven)
        verhaal.registers.herbouw(WEG)
        herhaal_alle(verhaal.registers, gegeven)

    delen = st.lists(STAPPEN, min_size=1, max_size=3)
    voor_alle(max(1, geschiedenissen // 6), eigenschap, begin=BEGINNEN, delen=delen, kans=KANS)


def test_so_they_do_in_the_whole_chain(geschiedenissen: int) -> None:
    def eigenschap(seed: int, feiten: int, kans: Random) -> None:
        vertelling, gegeven = Vertelling("tokens"), Gegeven()
        for deel in handen_vol(geschiedenis(seed, feiten, ()), kans):
            vertelling.vertel(deel)
            vertelling.registers.wacht_op_rust()
            verzamel(vertelling.registers, kans.choice(REGISTERS), kans, gegeven)
        vertelling.open()
        vertelling.registers.wacht_op_rust()
        for register in REGISTERS:
            vertelling.registers.herbouw(register)
        herhaal_alle(vertelling.registers, gegeven)

    voor_alle(
        max(1, geschiedenissen // 60), eigenschap, seed=st.integers(0, 1_000_000), feiten=st.integers(3, 8), kans=KANS
    )


class OpSchijf(Verhaal):
    """A history in a folder, with all the answers that were given so far."""

    def __init__(self, map_: Path, seed: int) -> None:
        self.map, self.kans, self.gegeven = map_, Random(seed), Gegeven()
        super().__init__(seed, partial(RegisterSystem.open, map_))

    def verder(self, aantal: int = 8, *, eerst: bool = False) -> None:
        self.vertel(trek_stappen(self.kans, aantal), eerst=eerst)
        verzamel(self.registers, WEG, self.kans, self.gegeven)

    def opnieuw(self, **opties: Any) -> RegisterSystem:
        self.registers.close()
        self._openen = partial(RegisterSystem.open, self.map, **opties)
        return self.open()

    def lees_alleen(self) -> Registerlezing:
        """As another process does that only reads."""
        return Registerlezing.alleen_lezen(self.map, [WEG])


@pytest.fixture(params=range(3))
def op_schijf(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpSchijf]:
    verhaal = OpSchijf(tmp_path / "data", request.param)
    verhaal.verder(eerst=True)
    yield verhaal
    verhaal.registers.close()


def test_they_do_after_restart_rebuild_and_loss_of_all_tables(op_schijf: OpSchijf) -> None:
    op_schijf.opnieuw()
    herhaal_alle(op_schijf.registers, op_schijf.gegeven)
    op_schijf.verder()
    op_schijf.registers.herbouw(WEG)
    herhaal_alle(op_schijf.registers, op_schijf.gegeven)
    op_schijf.verder()
    op_schijf.registers.close()
    shutil.rmtree(op_schijf.map / WEG / "projecties")
    op_schijf.open().wacht_op_rust()
    herhaal_alle(op_schijf.registers, op_schijf.gegeven)
    verzamel(op_schijf.registers, WEG, op_schijf.kans, op_schijf.gegeven)
    bij_loting(op_schijf.registers, WEG, op_schijf.kans)


def test_they_do_for_who_only_reads_in_whatever_time_zone(op_schijf: OpSchijf, monkeypatch: pytest.MonkeyPatch) -> None:
    op_schijf.registers.close()
    try:
        for zone in ("Pacific/Kiritimati", "America/New_York", "UTC"):
            monkeypatch.setitem(os.environ, "TZ", zone)
            time.tzset()
            with op_schijf.lees_alleen() as lezing:
                herhaal_alle(lezing, op_schijf.gegeven)
    finally:
        monkeypatch.undo()
        time.tzset()


def test_they_do_when_the_leveringsmodel_is_not_kept_any_more_and_when_it_is_again(op_schijf: OpSchijf) -> None:
    nooit = replace(CONTEXT, projecties=tuple(replace(p, bewaard=False) for p in CONTEXT.projecties))
    for context in (nooit, CONTEXT):
        op_schijf.registers.close()
        opties = {"registers": [context], "buitenwereld": op_schijf.buiten, "versie": "test"}
        with RegisterSystem.open(op_schijf.map, **opties) as registers:
            registers.wacht_op_rust()
            herhaal_alle(registers, op_schijf.gegeven)
            verzamel(registers, WEG, op_schijf.kans, op_schijf.gegeven)


@pytest.mark.parametrize(
    "sleutel",
    [(), ("",), ("", ""), ("auto-1", ""), ("x" * 600,), ("auto-1", "koop-1", "x"), ("auto-1\x1fkoop-1",)],
    ids=repr,
)
def test_what_no_row_can_be_about_is_not_known_either(op_schijf: OpSchijf, sleutel: tuple[str, ...]) -> None:
    for projectie in ("auto", "auto-openbaar"):
        rij = op_schijf.registers.lees(WEG, projectie, *sleutel)
        staten = op_schijf.registers.historie(WEG, projectie, *sleutel)
        assert (rij.inhoud, staten.inhoud) == (None, [])
        assert op_schijf.registers.herhaal(rij.herhaaltoken or "").als_bytes() == rij.als_bytes()


def test_a_key_that_reads_as_that_of_a_row_below_is_not_that_row() -> None:
    with Vertelling("sleutels").registers as registers:
        registers.verwerk(auto(aanschaf_id="koop-1"))
        registers.wacht_op_rust()
        assert registers.lees("aanschafheffing", "referentietabel", "auto-1", "koop-1").inhoud is not None
        for sleutel in (("auto-1\x1fkoop-1",), ("auto-1",), ("auto-1", "koop-1\x1f")):
            assert registers.lees("aanschafheffing", "referentietabel", *sleutel).inhoud is None


# --- not now ----------------------------------------------------------------------------------------------------


def test_a_table_that_lags_says_so_and_its_rows_are_made_from_the_journal(op_schijf: OpSchijf) -> None:
    op_schijf.registers.close()
    shutil.rmtree(op_schijf.map / WEG / "projecties")
    stil = RegisterSystem.open(
        op_schijf.map, registers=[CONTEXT], buitenwereld=op_schijf.buiten, versie="test", levering=False
    )
    with stil as registers:
        for token, antwoord in op_schijf.gegeven.items():
            van_rijen = antwoord.vraag.soort in ("rij", "historie") or antwoord.vraag.leveringsmodel == "inzage@1"
            if van_rijen or not antwoord.momenten.positie:
                assert registers.herhaal(token).als_bytes() == antwoord.als_bytes()
            else:
                with pytest.raises(NogNietZover, match="bijgewerkt tot positie 0"):
                    registers.herhaal(token)
    op_schijf.open().wacht_op_rust()
    herhaal_alle(op_schijf.registers, op_schijf.gegeven)


def test_what_was_given_before_an_aggregate_was_parked_is_given_again(op_schijf: OpSchijf) -> None:
    registers = op_schijf.registers
    registers.parkeer(WEG, "auto", "auto", "auto-1", "even kijken")
    registers.parkeer(WEG, "taken", "auto", "auto-1", "even kijken")
    herhaal_alle(registers, op_schijf.gegeven)
    op_schijf.bied_aan(auto("auto-9"))
    op_schijf.vertel(trek_stappen(op_schijf.kans, 12), eerst=False)
    herhaal_alle(registers, op_schijf.gegeven)
    assert registers.lees(WEG, "auto", "auto-1").herhaaltoken is None
    assert registers.tabel(WEG, "auto").herhaaltoken is None
    assert registers.lees(WEG, "auto", "auto-9").herhaaltoken is not None
    registers.ontparkeer(WEG, "auto", "auto", "auto-1")
    registers.ontparkeer(WEG, "taken", "auto", "auto-1")
    herhaal_alle(registers, op_schijf.gegeven)
    verzamel(registers, WEG, op_schijf.kans, op_schijf.gegeven)


def test_what_stands_still_since_before_an_answer_cannot_be_given_again_until_it_goes_on(
    op_schijf: OpSchijf, monkeypatch: pytest.MonkeyPatch
) -> None:
    registers = op_schijf.registers
    eerst = registers.lees(WEG, "auto", "auto-1")
    with monkeypatch.context() as kapot:
        kapot.setattr("actors.verwerking.gevolgenverwerking.rijen_van", lambda *_wat: 1 // 0)
        registers.herbouw(WEG)
    with pytest.raises(NogNietZover, match="staat stil in zijn tabel"):
        registers.herhaal(eerst.herhaaltoken or "")
    for tabel in ("auto", "auto-openbaar", "wegonderhoudsplanning"):
        for een in registers.geparkeerd(WEG):
            if een.projectie.partition("@")[0] == tabel:
                registers.ontparkeer(WEG, tabel, "auto", een.aggregaat_id)
    herhaal_alle(registers, op_schijf.gegeven)


# --- never again ------------------------------------------------------------------------------------------------


def test_another_installation_answers_none_of_them(op_schijf: OpSchijf, tmp_path: Path) -> None:
    ander = Verhaal(0, partial(RegisterSystem.open, tmp_path / "ander"))
    ander.registers.close()
    shutil.rmtree(tmp_path / "ander")
    ander.buiten = replace(vaste_wereld("ander"), klok=ander.klok)
    with ander.open() as registers:
        ander.vertel(trek_stappen(Random(op_schijf.kans.random()), 8))
        for token in op_schijf.gegeven:
            with pytest.raises(Vervallen, match="niet van dit register"):
                registers.herhaal(token)


def test_a_register_that_is_not_here_is_named(op_schijf: OpSchijf) -> None:
    [token, *_] = op_schijf.gegeven
    with Vertelling("elders").registers as registers, pytest.raises(Vervallen, match="niet van dit register"):
        registers.herhaal(token)
    zonder = Registerlezing({}, op_schijf.buiten, registers._sluiten)
    with pytest.raises(Vervallen, match="een register dat hier niet is"):
        zonder.herhaal(token)


def test_a_leveringsmodel_in_another_version_does_not_answer_for_the_former(op_schijf: OpSchijf) -> None:
    nieuw = tuple(replace(p, versie=p.versie + 1) if p.naam == "auto" else p for p in CONTEXT.projecties)
    op_schijf.registers.close()
    opties = {"registers": [replace(CONTEXT, projecties=nieuw)], "buitenwereld": op_schijf.buiten, "versie": "test"}
    with RegisterSystem.open(op_schijf.map, **opties) as registers:
        registers.wacht_op_rust()
        van = {t: a for t, a in op_schijf.gegeven.items() if a.vraag.leveringsmodel == "auto@1"}
        assert van
        for token in van:
            with pytest.raises(Vervallen, match="levert auto@1 niet meer"):
                registers.herhaal(token)
        herhaal_alle(registers, {t: a for t, a in op_schijf.gegeven.items() if t not in van})


def test_a_journal_that_was_put_back_answers_for_the_past_it_shares_and_no_further(wereld: Wereld) -> None:
    terug_en_herhaal(wereld, zonder="")


def test_so_it_does_when_the_tables_are_those_of_before(wereld: Wereld) -> None:
    terug_en_herhaal(wereld, zonder="projecties")


def terug_en_herhaal(wereld: Wereld, zonder: str) -> None:
    kans, gegeven = Random(1), Gegeven()
    gedeeld: dict[str, int] = {}
    niet_gegeven: Counter[type] = Counter()
    with wereld.open() as registers:
        for register in REGISTERS:
            verzamel(registers, register, kans, gegeven)
    wereld.zet_terug(*REGISTERS, zonder=zonder)
    with Registerlezing.alleen_lezen(wereld.map) as lezing:  # before anyone brought the tables up to date
        for token, antwoord in gegeven.items():
            try:
                assert lezing.herhaal(token).als_bytes() == antwoord.als_bytes()
            except (Vervallen, NogNietZover) as fout:
                niet_gegeven[type(fout)] += 1
    for register in REGISTERS:
        opslag = open_lmdb(wereld.map, register, clock=wereld.buiten.klok, read_only=True)
        gedeeld[register] = opslag.gevolgen.head().position
        opslag.close()
    for nog_meer in ((), (auto("auto-7"), auto("auto-8", koper="noor"))):
        wereld.verwerk(*nog_meer)
        with wereld.open() as registers:
            for token, antwoord in gegeven.items():
                if antwoord.momenten.positie <= gedeeld[antwoord.vraag.register]:
                    assert registers.herhaal(token).als_bytes() == antwoord.als_bytes()
                else:
                    with pytest.raises(Vervallen, match="logboek dat hier niet meer staat"):
                        registers.herhaal(token)
    with wereld.open() as registers:
        for register in REGISTERS:
            bij_loting(registers, register, kans)
    assert niet_gegeven[Vervallen] == sum(a.momenten.positie > gedeeld[a.vraag.register] for a in gegeven.values())
    soorten = {a.momenten.positie <= gedeeld[a.vraag.register] for a in gegeven.values()}
    assert soorten == {True, False}


def test_a_token_of_a_former_form_is_not_answered(op_schijf: OpSchijf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(herhaaltoken, "VORM", herhaaltoken.VORM + 1)
    for token in op_schijf.gegeven:
        with pytest.raises(Vervallen, match="van vorm 1"):
            op_schijf.registers.herhaal(token)


# --- destroyed values -------------------------------------------------------------------------------------------


def noemt(antwoord: Antwoord[Any], auto_id: str) -> bool:
    """Whether it holds the kenteken of this car: that is the only personal value in a table."""
    rijen = antwoord.inhoud if isinstance(antwoord.inhoud, list) else [antwoord.inhoud]
    over = [rij for rij in rijen if rij and rij.get("kenteken") is not None]
    return any((rij.get("onderwerp") or antwoord.vraag.sleutel)[0] == auto_id for rij in over)


def test_of_what_was_destroyed_since_nothing_is_said_and_all_else_is_said_again(op_schijf: OpSchijf) -> None:
    registers, voor = op_schijf.registers, dict(op_schijf.gegeven)
    assert isinstance(registers.verwerk(WIS, register=WEG, gebeurd_op=date(2026, 3, 1)), Verwerkt)
    registers.wacht_op_rust()
    na = Gegeven()
    for antwoord in vraag_van_alles(registers, WEG, op_schijf.kans):
        assert not noemt(antwoord, "auto-1")
        if antwoord.herhaaltoken is not None:
            na[antwoord.herhaaltoken] = antwoord
    for ronde in ("meteen", "herbouwd", "verder", "heropend"):
        if ronde == "herbouwd":
            registers.herbouw(WEG)
        elif ronde == "verder":
            op_schijf.vertel(trek_stappen(op_schijf.kans, 8), eerst=False)
        elif ronde == "heropend":
            registers = op_schijf.opnieuw()
        herhaal_alle(registers, na)
        herhaal_wat_niets_noemt(registers, voor)
    assert {noemt(antwoord, "auto-1") for antwoord in voor.values()} == {True, False}


def herhaal_wat_niets_noemt(registers: RegisterSystem, voor: Gegeven) -> None:
    for token, antwoord in voor.items():
        if noemt(antwoord, "auto-1"):
            with pytest.raises(Vervallen, match="vernietigd of gewist"):
                registers.herhaal(token)
        else:
            assert registers.herhaal(token).als_bytes() == antwoord.als_bytes()


def test_what_was_destroyed_after_the_copy_that_was_put_back_is_gone_too(wereld: Wereld) -> None:
    """The copy does not know that it was destroyed, the keys do."""
    kans, gegeven = Random(2), Gegeven()
    with wereld.open() as registers:
        verzamel(registers, WEG, kans, gegeven)
        tot = max(t.positie for t in registers.gevolgen(WEG))
    wereld.kopieer("later")
    with wereld.open() as registers:
        assert isinstance(registers.verwerk(WIS, register=WEG, gebeurd_op=date(2026, 3, 1)), Verwerkt)
    wereld.zet_terug(WEG, naam="later", zonder="sleutels")
    for meer in ((), (auto("auto-7"),)):
        wereld.verwerk(*meer)
        with wereld.open() as registers:
            herhaal_wat_niets_noemt(registers, gegeven)
            for projectie in ("auto", "auto-openbaar"):
                antwoord = registers.lees(WEG, projectie, "auto-1")
                assert (antwoord.herhaaltoken is None) == (projectie == "auto")
                assert antwoord.momenten.positie == tot + len(meer)


# --- tampering --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def vast() -> Verhaal:
    verhaal = Verhaal(2)
    verhaal.vertel(trek_stappen(Random(5), 10))
    return verhaal


def alle_tokens(verhaal: Verhaal) -> list[str]:
    gegeven = Gegeven()
    verzamel(verhaal.registers, WEG, Random(0), gegeven)
    return [*gegeven]


def is_niets(registers: Registerlezing, token: str) -> None:
    try:
        registers.herhaal(token)
    except (GeenToken, Vervallen):
        return
    raise AssertionError(f"{token!r} is beantwoord")


def geen_van_alle(registers: Registerlezing, tokens: Iterator[str]) -> None:
    for token in tokens:
        is_niets(registers, token)


def met_andere_bytes(token: str) -> Iterator[str]:
    """Each of its bits the other way."""
    inhoud = bytearray(urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    for plaats in range(len(inhoud) * 8):
        inhoud[plaats // 8] ^= 1 << plaats % 8
        yield urlsafe_b64encode(inhoud).rstrip(b"=").decode()
        inhoud[plaats // 8] ^= 1 << plaats % 8


def met_ander_teken(token: str) -> Iterator[str]:
    """Each bit of its text the other way, and signs too many and too few."""
    for plaats in range(len(token)):
        for bit in range(8):
            yield token[:plaats] + chr(ord(token[plaats]) ^ (1 << bit)) + token[plaats + 1 :]
        yield token[:plaats] + token[plaats + 1 :]
        for teken in ("!", "\n", " ", "=", "A", "é"):
            yield token[:plaats] + teken + token[plaats:]
    yield from (token + teken for teken in ("=", "==", "\n", "A", " ", "\0"))


def test_what_is_no_text_is_no_token_and_an_answer_that_is_not_whole_has_none(vast: Verhaal) -> None:
    with pytest.raises(GeenToken, match="een antwoord dat niet volledig is heeft er geen; stel de vraag opnieuw"):
        vast.registers.herhaal(None)  # type: ignore[arg-type]
    for token in (alle_tokens(vast)[0].encode(), 12, object()):
        with pytest.raises(GeenToken, match="een herhaaltoken is tekst; neem het over"):
            vast.registers.herhaal(token)  # type: ignore[arg-type]


@pytest.mark.parametrize("anders", [met_andere_bytes, met_ander_teken])
@pytest.mark.parametrize("welke", range(4))
def test_a_token_in_which_anything_was_changed_is_never_answered(
    vast: Verhaal, anders: Callable[[str], Iterator[str]], welke: int
) -> None:
    geen_van_alle(vast.registers, anders(Random(welke).choice(alle_tokens(vast))))


@given(text=st.one_of(st.text(), st.binary().map(lambda b: urlsafe_b64encode(b).decode()), st.just("")))
def test_nor_is_anything_that_never_was_one(vast: Verhaal, text: str) -> None:
    is_niets(vast.registers, text)


# --- every comparison finds its fault ---------------------------------------------------------------------------


class Alles(bytes):
    """Equal to whatever it is compared with."""

    __slots__ = ()
    __hash__ = bytes.__hash__

    def __eq__(self, _ander: object) -> bool:
        return True


def test_a_token_without_the_chain_hash_is_found(monkeypatch: pytest.MonkeyPatch, wereld: Wereld) -> None:
    echt = herhaaltoken.Plaats
    monkeypatch.setattr(herhaaltoken, "Plaats", lambda *wat: echt(*wat)._replace(hash=Alles()))
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        terug_en_herhaal(wereld, "")


def test_a_seal_that_nobody_looks_at_is_found(monkeypatch: pytest.MonkeyPatch, vast: Verhaal) -> None:
    token = alle_tokens(vast)[0]
    monkeypatch.setattr("actors.verwerking.herhaaltoken.hmac.compare_digest", lambda *_wat: True)
    with pytest.raises(AssertionError, match="is beantwoord"):
        geen_van_alle(vast.registers, met_andere_bytes(token))


def test_a_token_that_answers_as_of_now_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    echt = herhaaltoken.lees_token

    def nu(geheim: bytes, token: str, journalen: Any) -> Any:
        vraag, momenten, tot = echt(geheim, token, journalen)
        return vraag, momenten._replace(positie=journalen[vraag.register].head().position), tot

    monkeypatch.setattr(lezen, "lees_token", nu)
    verhaal, gegeven = Verhaal(), Gegeven()
    verhaal.vertel([])
    verzamel(verhaal.registers, WEG, Random(0), gegeven)
    verhaal.vertel(trek_stappen(Random(1), 10), eerst=False)
    with pytest.raises(AssertionError, match="geeft andere bytes"):
        herhaal_alle(verhaal.registers, gegeven)


def test_a_loss_that_nobody_sees_is_found(monkeypatch: pytest.MonkeyPatch, op_schijf: OpSchijf) -> None:
    monkeypatch.setattr(Onthulling, "verloren", property(lambda _s: False, lambda _s, _w: None), raising=False)
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        test_of_what_was_destroyed_since_nothing_is_said_and_all_else_is_said_again(op_schijf)


def test_a_rebuild_that_keeps_only_what_is_now_is_found(monkeypatch: pytest.MonkeyPatch, op_schijf: OpSchijf) -> None:
    op_schijf.verder()
    monkeypatch.setattr("storage.projectiestore_lmdb._row_at", lambda _t, _p, _k, raw, _at: (raw or b"")[9:] or None)
    with pytest.raises(AssertionError, match="geeft andere bytes"):
        herhaal_alle(op_schijf.registers, op_schijf.gegeven)

"""What went out can be delivered again, byte for byte, and confirmed without telling it; its reference is for good."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actors.register.verantwoording import Grond
from actors.runtime.lezing import Registerlezing
from actors.runtime.systeem import RegisterSystem
from actors.verwerking.antwoord import NietGeleverd, Vervallen
from actors.verwerking.generiek.commandos import WisPersoonsgegevens
from actors.verwerking.herleveren import Levering, Referentie, VerstrekkingOnbekend
from storage.errors import StoreDamaged
from storage.feed import Verstrekking
from tests.domein import Keten, aanschaf, auto, correctie, huishouden, keten, twijfel, verkoop
from tests.runtime.test_incarnatie import EERST, LATER, REGISTERS, Wereld

NAAM, KENTEKEN = "Roderick Zilverschoon", "QZ-777-X"
AUTO = auto("auto-1", aanschaf("p-1", koper_naam=NAAM, aanschaf_id="koop-1"), kenteken=KENTEKEN)
WEG, HEFFING, SPITSPAS = REGISTERS


@pytest.fixture
def registers() -> Iterator[Keten]:
    with keten() as alle:
        alle.verwerk(huishouden("p-1", "p-2"), AUTO, twijfel("gewicht_kg"))
        yield alle


def alles(lezing: Registerlezing) -> dict[str, dict[str, Any]]:
    """Every verstrekking by its reference."""
    gevonden = {v["referentie"]: v for naam in lezing.registers for v in lezing.verstrekkingen(naam)}
    assert len(gevonden) == sum(stand["verstrekkingen"] for stand in lezing.standen().values())
    return gevonden


def geleverd(lezing: Registerlezing) -> dict[str, Levering]:
    return {referentie: lezing.herlever(referentie) for referentie in alles(lezing)}


def eerste(lezing: Registerlezing, register: str, **eigen: str) -> dict[str, Any]:
    return next(v for v in lezing.verstrekkingen(register) if eigen.items() <= v.items())


def wis(wie: str) -> WisPersoonsgegevens:
    return WisPersoonsgegevens(betrokkene_id=wie, toelichting="op verzoek")


# --- the same bytes -------------------------------------------------------------------------------------------


def test_what_is_delivered_again_says_all_that_is_stored_exactly_and_by_name(registers: Keten) -> None:
    lezing = registers.registers
    for referentie, v in alles(lezing).items():
        inhoud, digest = lezing.herlever(referentie)
        gezegd = json.loads(inhoud, parse_float=pytest.fail)
        assert gezegd["referentie"] == referentie
        assert gezegd["digest"] == digest == v["digest"]
        assert gezegd.keys() == v.keys() - {"nummer", "positie"}
        assert gezegd["grondslag"] == Grond(*v["grondslag"])._asdict()
        assert len(gezegd.get("mededelingen", ())) == len(v.get("mededelingen", ()))
        assert gezegd["geregistreerd_op"].endswith("Z")
    brief = eerste(lezing, HEFFING, vorm="brief")
    gezegd = json.loads(lezing.herlever(brief["referentie"]).inhoud)
    assert NAAM in gezegd["tekst"]["waarde"]
    [bezit] = json.loads(lezing.herlever(eerste(lezing, HEFFING)["referentie"]).inhoud)["mededelingen"]
    assert (bezit["gegeven"], bezit["vanaf"], bezit["tot"]) == ("bezit", "2026-03-01", None)


def test_a_restart_a_rebuild_and_more_work_change_no_byte(tmp_path: Path) -> None:
    wereld = Wereld(tmp_path)
    with wereld.open() as registers:
        for commando in EERST:
            wereld.bied_aan(registers, commando)
        eerst = geleverd(registers)
    shutil.rmtree(wereld.map / SPITSPAS / "projecties")
    with RegisterSystem.open(wereld.map, buitenwereld=wereld.buiten, versie="a later version") as registers:
        registers.wacht_op_rust()
        assert geleverd(registers) == eerst
        wereld.bied_aan(registers, LATER[0])
        assert geleverd(registers).items() > eerst.items()
    with Registerlezing.alleen_lezen(wereld.map) as lezing:
        assert geleverd(lezing).items() > eerst.items()


def test_of_a_register_put_back_what_both_share_stays_and_the_rest_is_gone(tmp_path: Path) -> None:
    wereld = Wereld(tmp_path)
    wereld.verwerk(*EERST)
    wereld.kopieer()
    with Registerlezing.alleen_lezen(wereld.map) as lezing:
        gedeeld = geleverd(lezing)
    wereld.verwerk(*LATER)
    with Registerlezing.alleen_lezen(wereld.map) as lezing:
        verloren = geleverd(lezing).keys() - gedeeld.keys()
    wereld.zet_terug(*REGISTERS)
    wereld.verwerk(*LATER)
    with Registerlezing.alleen_lezen(wereld.map) as lezing:
        nu = geleverd(lezing)
        assert nu.items() > gedeeld.items()
        assert verloren
        assert not nu.keys() & verloren
        for referentie in verloren:
            with pytest.raises(Vervallen, match="teruggezet uit een kopie"):
                lezing.herlever(referentie)
            with pytest.raises(Vervallen):
                lezing.attesteer(referentie, "")


def test_a_number_is_found_under_each_incarnation_that_shares_it(tmp_path: Path) -> None:
    wereld = Wereld(tmp_path)
    wereld.verwerk(*EERST)
    wereld.kopieer()
    [incarnatie] = wereld.zet_terug(WEG)
    with Registerlezing.alleen_lezen(wereld.map) as lezing:
        toen = next(lezing.verstrekkingen(WEG))["referentie"]
        nu = str(Referentie(WEG, incarnatie.feed_id, 1))
        assert toen == str(Referentie(WEG, incarnatie.former_feed.source, 1))
        assert lezing.herlever(nu) == lezing.herlever(toen)
        assert lezing.attesteer(nu, "").referentie == toen


# --- for whom -------------------------------------------------------------------------------------------------


def bestemd(v: dict[str, Any]) -> str:
    return f"betrokkene/{v['aan']}" if v["vorm"] == "brief" else str(v["doelgroep"])


def test_each_gets_what_was_made_known_for_him_and_nobody_else_does(registers: Keten) -> None:
    lezing = registers.registers
    vragers = {*REGISTERS, "openbaar", "betrokkene", "betrokkene/p-1", "betrokkene/huis", "verzekeraar", ""}
    gegeven_, geweigerd = 0, 0
    for referentie, v in alles(lezing).items():
        register = referentie.partition("/")[0]
        for voor in vragers:
            if bestemd(v) in ("openbaar", voor) or voor == register:
                assert lezing.herlever(referentie, voor=voor) == lezing.herlever(referentie)
                gegeven_ += 1
            else:
                with pytest.raises(NietGeleverd, match=v["doelgroep"]):
                    lezing.herlever(referentie, voor=voor)
                geweigerd += 1
    assert gegeven_ > len(alles(lezing))
    assert geweigerd > len(alles(lezing))


def test_a_letter_is_for_the_one_it_is_addressed_to(registers: Keten) -> None:
    lezing = registers.registers
    brief = eerste(lezing, HEFFING, vorm="brief")
    assert brief["aan"] == "p-1"
    assert NAAM.encode() in lezing.herlever(brief["referentie"], voor="betrokkene/p-1").inhoud
    for ander in ("betrokkene", "betrokkene/p-2", "p-1", SPITSPAS):
        with pytest.raises(NietGeleverd):
            lezing.herlever(brief["referentie"], voor=ander)


# --- what is not there ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "verander",
    [
        lambda r: r._replace(register="belastingdienst"),
        lambda r: r._replace(register=SPITSPAS),
        lambda r: r._replace(feed_id=bytes(16)),
        lambda r: r._replace(nummer=10**17),
        lambda r: f"{r}/",
        lambda r: f" {r}",
        lambda r: str(r).replace("/verstrekkingen/", "/gevolgen/"),
        lambda r: f"{r._replace(nummer=0)}",
        lambda _: "",
    ],
    ids=["register", "another register", "incarnation", "number", "more", "space", "kind", "zero", "nothing"],
)
def test_a_reference_that_was_never_given_out_is_unknown(
    registers: Keten, verander: Callable[[Referentie], object]
) -> None:
    lezing = registers.registers
    bekend = Referentie.lees(next(lezing.verstrekkingen(WEG))["referentie"])
    vreemd = str(verander(bekend))
    with pytest.raises(VerstrekkingOnbekend):
        lezing.herlever(vreemd)
    with pytest.raises(VerstrekkingOnbekend):
        lezing.attesteer(vreemd, "")


def test_content_of_whoever_was_erased_is_gone_and_the_rest_stays(registers: Keten) -> None:
    lezing = registers.registers
    eerst = geleverd(lezing)
    registers.verwerk(wis("p-1"), register=WEG)
    for referentie, levering in eerst.items():
        if referentie.startswith(WEG) and NAAM.encode() in levering.inhoud:
            with pytest.raises(Vervallen, match="sleutel van een betrokkene is vernietigd"):
                lezing.herlever(referentie)
        else:
            assert lezing.herlever(referentie) == levering
    with pytest.raises(NietGeleverd):  # who may not have it does not hear that it is gone either
        lezing.herlever(eerste(lezing, WEG, doelgroep=HEFFING)["referentie"], voor=SPITSPAS)


def test_what_went_out_without_an_erased_value_is_delivered_again_as_it_went_out(registers: Keten) -> None:
    lezing = registers.registers
    registers.verwerk(wis("p-1"), register=HEFFING)
    registers.verwerk(correctie("auto-1", gewicht_kg=4000))
    brief = [v for v in lezing.verstrekkingen(HEFFING) if v["vorm"] == "brief"][-1]
    gezegd = json.loads(lezing.herlever(brief["referentie"]).inhoud)
    assert gezegd["tekst"] == {"betrokkene": "p-1", "waarde": None}


class Vervalst:
    """A feed of which the content changed and the digest did not: what a disk, or a hand, may do."""

    def __init__(self, feed: Any) -> None:
        self._feed = feed

    def __getattr__(self, naam: str) -> Any:
        return getattr(self._feed, naam)

    def verstrekking(self, nummer: int) -> Verstrekking:
        echt: Verstrekking = self._feed.verstrekking(nummer)
        return replace(echt, content=echt.content.replace(b"aanschafheffing", b"aanschafheffinG"))


def test_content_that_is_not_what_its_digest_says_is_never_delivered(registers: Keten) -> None:
    lezing = registers.registers
    vervalst = eerste(lezing, WEG, doelgroep=HEFFING)
    heel = eerste(lezing, WEG, doelgroep="openbaar")["referentie"]
    eerst = lezing.herlever(heel)
    kern = lezing._kernen[WEG]
    kern.opslag = replace(kern.opslag, feed=Vervalst(kern.opslag.feed))
    assert lezing.herlever(heel) == eerst
    with pytest.raises(StoreDamaged, match="not what its digest says"):
        lezing.herlever(vervalst["referentie"])
    with pytest.raises(StoreDamaged):
        lezing.attesteer(vervalst["referentie"], vervalst["digest"])


# --- attesteren -------------------------------------------------------------------------------------------------


def test_an_attest_says_what_went_out_to_whom_and_why_and_nothing_of_the_content(registers: Keten) -> None:
    lezing = registers.registers
    for referentie, v in alles(lezing).items():
        attest = lezing.attesteer(referentie, v["digest"])
        assert attest.klopt
        assert attest._asdict() == {
            "referentie": referentie,
            "klopt": True,
            "grondslag": Grond(*v["grondslag"]),
            **{naam: v[naam] for naam in ("bekendmaking", "vorm", "doelgroep", "organisatie", "geregistreerd_op")},
            "positie": v["positie"],
        }
        gezegd = repr(attest)
        assert not [woord for woord in (NAAM, KENTEKEN, "auto-1", "p-1", "'huis'") if woord in gezegd]


def test_after_the_key_is_destroyed_the_attest_is_the_same(registers: Keten) -> None:
    lezing = registers.registers
    digests = {referentie: v["digest"] for referentie, v in alles(lezing).items()}
    eerst = [lezing.attesteer(referentie, digest) for referentie, digest in digests.items()]
    for register in REGISTERS:
        registers.verwerk(wis("p-1"), register=register)
    assert [lezing.attesteer(referentie, digest) for referentie, digest in digests.items()] == eerst
    assert all(attest.klopt for attest in eerst)


@given(data=st.data())
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_other_digest_is_denied(registers: Keten, data: st.DataObject) -> None:
    lezing = registers.registers
    referentie, v = data.draw(st.sampled_from(sorted(alles(lezing).items(), key=lambda paar: paar[0])))
    plaats = data.draw(st.integers(0, 63))
    cijfer = data.draw(st.sampled_from("0123456789abcdef".replace(v["digest"][plaats], "")))
    assert not lezing.attesteer(referentie, v["digest"][:plaats] + cijfer + v["digest"][plaats + 1 :]).klopt
    assert not lezing.attesteer(referentie, v["digest"][:plaats]).klopt
    assert lezing.attesteer(referentie, f" {v['digest'].upper()}\n").klopt


# --- whatever happens -------------------------------------------------------------------------------------------

WIE = ("sam", "noor", "robin")
namen = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12)


@st.composite
def handelingen(trek: st.DrawFn) -> list[tuple[str, Any]]:
    """Cars, corrections, sales, doubts and erasures, by lot: the register of a generic one, and the commando."""
    uit: list[tuple[str, Any]] = []
    for nummer in range(trek(st.integers(1, 4))):
        koop = aanschaf(trek(st.sampled_from(WIE)), koper_naam=trek(namen), aanschaf_id=f"koop-{nummer}")
        uit.append((WEG, auto(f"auto-{nummer}", koop, uitstoot_g_per_km=trek(st.integers(1, 400)))))
        if trek(st.booleans()):
            uit.append((WEG, correctie(f"auto-{nummer}", uitstoot_g_per_km=trek(st.integers(401, 900)))))
        if trek(st.booleans()):
            wie = trek(st.sampled_from(WIE))
            uit.append((WEG, verkoop(aanschaf(wie, "07-01", koper_naam=trek(namen)), f"auto-{nummer}")))
        if trek(st.booleans()):
            uit.append((WEG, twijfel("gewicht_kg", (f"auto-{nummer}",), id_=f"t-{nummer}")))
        if trek(st.booleans()):
            uit.append((trek(st.sampled_from(REGISTERS)), wis(trek(st.sampled_from(WIE)))))
    return uit


@given(handelingen())
@settings(max_examples=15, deadline=None)
def test_whatever_happens_each_is_delivered_as_it_first_was_or_is_gone(handelingen: list[tuple[str, Any]]) -> None:
    with keten() as alle:
        alle.verwerk(huishouden("sam", "noor"))
        lezing = alle.registers
        eerst: dict[str, Levering] = {}
        attesten: dict[str, Any] = {}
        for register, commando in handelingen:
            alle.bied_aan(commando, register=register)
            for referentie, v in alles(lezing).items():
                assert attesten.setdefault(referentie, lezing.attesteer(referentie, v["digest"])).klopt
                assert attesten[referentie] == lezing.attesteer(referentie, v["digest"])
                try:
                    nu = lezing.herlever(referentie)
                except Vervallen:
                    assert referentie in eerst, "what goes out can be delivered again at once"
                    assert vernietigd_in(alle, eerst[referentie])
                else:
                    assert eerst.setdefault(referentie, nu) == nu
                    assert not vernietigd_in(alle, nu)


def vernietigd_in(alle: Keten, levering: Levering) -> list[str]:
    """Whose value was told in what was delivered, and is destroyed."""
    register = json.loads(levering.inhoud)["referentie"].partition("/")[0]
    return [
        wie
        for wie, waarde in personen(json.loads(levering.inhoud))
        if waarde is not None and alle.opslagen[register].sleutels.is_destroyed(wie)
    ]


def personen(deel: Any) -> Iterator[tuple[str, Any]]:
    """Whose value stands where, and which."""
    if isinstance(deel, dict) and deel.keys() == {"betrokkene", "waarde"}:
        yield deel["betrokkene"], deel["waarde"]
    elif isinstance(deel, dict | list):
        for lid in deel.values() if isinstance(deel, dict) else deel:
            yield from personen(lid)

"""Leveringsmodel: who gets what, and never more than that."""

from collections.abc import Iterator
from typing import Any

import pytest

from actors.register.context import Context
from actors.register.leveringsmodel import OPENBAAR, leveringsmodellen
from actors.register.projectie import Eigen, Projectie, RegelversieVan, Restant, UitInvoer
from actors.runtime.catalogue import CONTEXTEN
from actors.verwerking.antwoord import NietGeleverd
from actors.verwerking.rijbronnen import OpAanvraag
from tests.domein import Keten, aanschaf, auto, correctie, huishouden, keten, verkoop

PROJECTIES = [pytest.param(c, p, id=f"{c.naam}/{p.naam}") for c in CONTEXTEN for p in c.projecties]
OVER_HET_ANTWOORD = {"onderwerp", "zekerheid", "volledig", "rang"}


@pytest.fixture
def registers() -> Iterator[Keten]:
    with keten() as alle:
        alle.verwerk(huishouden("sam"), auto())
        alle.verwerk(correctie("auto-1", uitstoot_g_per_km=150), verkoop(aanschaf("noor", "05-01")))
        yield alle


@pytest.mark.parametrize(("context", "projectie"), PROJECTIES)
def test_an_answer_holds_the_velden_of_its_leveringsmodel_and_no_others(
    registers: Keten, context: Context, projectie: Projectie
) -> None:
    model = next(m for m in leveringsmodellen(context) if m.naam == projectie.opslagnaam)
    rijen: list[dict[str, Any]] = registers.tabel(context.naam, projectie.naam)
    assert rijen
    for rij in rijen:
        assert rij.keys() - OVER_HET_ANTWOORD <= {*model.velden}
        assert rij.get("zekerheid", {}).keys() <= {*model.velden}


def test_what_is_made_known_holds_the_velden_of_its_leveringsmodel_and_no_others(registers: Keten) -> None:
    for context in CONTEXTEN:
        velden = {m.naam: {*m.velden} for m in leveringsmodellen(context)}
        for v in registers.registers.verstrekkingen(context.naam):
            if v["vorm"] == "notificatie":
                assert {m[1] for m in v["mededelingen"]} <= velden[v["bekendmaking"]]


@pytest.mark.parametrize("context", CONTEXTEN, ids=lambda c: c.naam)
def test_what_is_openbaar_holds_nothing_personal(context: Context) -> None:
    for projectie in context.projecties:
        if projectie.doelgroep == OPENBAAR:
            soort = context.aggregaat(projectie.aggregaat)
            persoonlijk = {gegeven.naam for gegeven in soort.gegevens if gegeven.persoonlijk}
            assert persoonlijk.isdisjoint(bron for kolom in projectie.kolommen.values() for bron in bronnen(kolom))


def bronnen(kolom: Any) -> tuple[str, ...]:
    match kolom:
        case Eigen(gegeven) | RegelversieVan(gegeven):
            return (gegeven,)
        case UitInvoer(besluit, invoer):
            return (besluit, invoer)
        case Restant(van, af):
            return (van, af)
    return (kolom,)


def test_who_it_is_not_for_gets_nothing(registers: Keten) -> None:
    lezen = registers.registers
    for vraag in (lezen.lees, lezen.historie):
        with pytest.raises(NietGeleverd, match="auto van wegonderhoud is voor wegonderhoud, niet voor spitspas"):
            vraag("wegonderhoud", "auto", "auto-1", voor="spitspas")
    with pytest.raises(NietGeleverd):
        lezen.tabel("wegonderhoud", "auto", voor="spitspas")
    openbaar = lezen.lees("wegonderhoud", "auto-openbaar", "auto-1", voor="spitspas")
    assert openbaar.vraag.voor == "spitspas"
    assert openbaar.herhaaltoken != lezen.lees("wegonderhoud", "auto-openbaar", "auto-1").herhaaltoken


@pytest.mark.parametrize(("context", "projectie"), PROJECTIES)
def test_made_on_demand_and_kept_they_say_the_same(registers: Keten, context: Context, projectie: Projectie) -> None:
    """One leveringsmodel can be had either way, at any position."""
    kern = registers.registers._kernen[context.naam]
    bewaard = kern.lezer._bewaard
    op_aanvraag = OpAanvraag(kern.opslag.gevolgen, kern.serialisatie)
    for positie in range(kern.opslag.gevolgen.head().position + 1):
        gemaakt = list(op_aanvraag.rijen(projectie, positie))
        if projectie.bewaard:
            assert gemaakt == list(bewaard.rijen(projectie, positie))
        else:
            assert list(bewaard.rijen(projectie, positie)) == [], "it is not kept"
        for rij in gemaakt:
            sleutel = tuple(kern.serialisatie.van_bytes(rij)[0])
            assert op_aanvraag.rij(projectie, sleutel, positie) == rij
            if projectie.bewaard:
                assert op_aanvraag.versies(projectie, sleutel, positie) == bewaard.versies(projectie, sleutel, positie)


def test_a_leveringsmodel_that_is_not_kept_answers_of_any_moment_and_again(registers: Keten) -> None:
    lezen = registers.registers
    toen = lezen.lees("wegonderhoud", "inzage", "auto-1", "koop-sam-03-01")
    assert toen.inhoud is not None
    assert (toen.inhoud["koper_naam"], toen.inhoud["punten"], toen.volledig) == ("Sam", 21, True)
    registers.verwerk(correctie("auto-1", gewicht_kg=1500))
    nu = lezen.lees("wegonderhoud", "inzage", "auto-1", "koop-sam-03-01")
    assert nu.inhoud is not None
    assert nu.inhoud["punten"] == 23
    assert toen.herhaaltoken is not None
    assert lezen.herhaal(toen.herhaaltoken).als_bytes() == toen.als_bytes()
    assert [staat["punten"] for staat in lezen.historie("wegonderhoud", "inzage", "auto-1", "koop-sam-03-01").inhoud]


def test_of_what_is_for_a_betrokkene_each_gets_his_own_and_nobody_elses(registers: Keten) -> None:
    lezen, inzage = registers.registers, ("wegonderhoud", "inzage")
    van_sam, van_noor = ("auto-1", "koop-sam-03-01"), ("auto-1", "koop-noor-05-01")
    eigen = lezen.lees(*inzage, *van_sam, voor="betrokkene/sam").inhoud
    assert eigen is not None
    assert eigen["koper_naam"] == "Sam"
    assert lezen.lees(*inzage, *van_noor, voor="betrokkene/sam").inhoud is None
    assert lezen.historie(*inzage, *van_noor, voor="betrokkene/sam").inhoud == []
    assert [rij["koper"] for rij in lezen.tabel(*inzage, voor="betrokkene/sam").inhoud] == ["sam"]
    assert {rij["koper"] for rij in lezen.tabel(*inzage).inhoud} == {"sam", "noor"}, "the register itself sees all"
    for wie in ("betrokkene", "betrokkene/", "spitspas", "sam"):
        with pytest.raises(NietGeleverd, match="is voor betrokkene/<kenmerk>, niet voor"):
            lezen.tabel(*inzage, voor=wie)


def test_a_token_is_for_whom_it_was_asked_for(registers: Keten) -> None:
    lezen = registers.registers
    token = lezen.lees("wegonderhoud", "inzage", "auto-1", "koop-sam-03-01", voor="betrokkene/sam").herhaaltoken
    assert token is not None
    assert lezen.herhaal(token, voor="betrokkene/sam").als_bytes() == lezen.herhaal(token).als_bytes()
    with pytest.raises(NietGeleverd, match="voor een ander"):
        lezen.herhaal(token, voor="betrokkene/noor")

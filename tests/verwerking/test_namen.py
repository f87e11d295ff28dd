"""Stored names: `context.gevolg_naam@versie`, never a class path."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.register.gevolg import Wijziging
from actors.register.regel import Regel
from actors.runtime.catalogue import CONTEXTEN
from actors.verwerking.namen import (
    GENERIEKE_GEVOLGEN,
    afgeleid_gevolg,
    gelezen_naam,
    mogelijke_gevolgen,
    opgeslagen_naam,
)

REGELS = [regel for context in CONTEXTEN for soort in context.aggregaten for regel in soort.regels]
NAMEN = sorted(
    {naam for context in CONTEXTEN for naam in context.gevolgen}
    | {naam for regel in REGELS for naam in mogelijke_gevolgen(regel)}
    | {*GENERIEKE_GEVOLGEN}
)


@pytest.mark.parametrize("naam", NAMEN)
def test_every_name_of_a_gevolg_comes_back_from_its_stored_name(naam: str) -> None:
    opgeslagen = opgeslagen_naam("wegonderhoud", naam, 1)
    assert re.fullmatch(r"wegonderhoud\.[a-z0-9]+(_[a-z0-9]+)*@1", opgeslagen)
    assert gelezen_naam(opgeslagen) == ("wegonderhoud", naam, 1)


@given(st.from_regex(r"([A-Z][a-z0-9]{0,8}){1,6}", fullmatch=True), st.integers(1, 999))
def test_any_name_of_a_gevolg_comes_back_with_its_version(naam: str, versie: int) -> None:
    assert gelezen_naam(opgeslagen_naam("context", naam, versie)) == ("context", naam, versie)


def test_a_stored_name_is_written_as_the_language_writes_it() -> None:
    naam = opgeslagen_naam("aanschafheffing", "AanschafheffingNietVerschuldigd", 2)
    assert naam == "aanschafheffing.aanschafheffing_niet_verschuldigd@2"


@pytest.mark.parametrize("regel", REGELS, ids=lambda regel: regel.naam)
def test_every_change_a_rule_can_make_has_a_name_that_is_told_in_the_model(regel: Regel) -> None:
    tweede = Wijziging.HERZIEN if regel.besluit else Wijziging.CORRIGEREN
    soorten = (Wijziging.VASTSTELLEN, tweede, Wijziging.HANDHAVEN, Wijziging.INTREKKEN, Wijziging.ZEKERHEID_WIJZIGEN)
    namen = [afgeleid_gevolg(regel, soort) for soort in soorten]
    assert len({*namen}) == len(soorten), "each kind of change is recorded as itself"
    assert {*namen, *regel.eigen_namen} == {*mogelijke_gevolgen(regel)}


@pytest.mark.parametrize(
    "naam",
    [
        "AutoGeregistreerd",
        "TenaamstellingGewijzigd",
        "AutogegevensGecorrigeerd",
        "FysiekMilieueffectVastgesteld",
        "FysiekMilieueffectGeclassificeerd",
        "AanschafbelastingmilieueffectVastgesteld",
        "AanschafheffingVastgesteld",
        "AanschafheffingHerzien",
        "AanschafheffingGehandhaafd",
        "AanschafheffingIngetrokken",
        "AanschafheffingNietVerschuldigd",
        "HuishoudenGeregistreerd",
        "HuishoudsamenstellingGewijzigd",
        "HuishoudelijkMilieueffectVastgesteld",
        "SpitspasrechtVastgesteld",
        "GegevensOvergenomen",
        "Aanhouding",
        "SignaalBeoordeeld",
    ],
)
def test_the_gevolgen_of_the_car_case_are_named_as_the_domain_names_them(naam: str) -> None:
    assert naam in NAMEN

"""Rechten: whatever exists can be given, what is given is what he may, and a slip of the pen is told."""

import pytest

from actors.daemon.api.gevolgen import GEVOLGEN
from actors.daemon.api.rijen import UITLEG
from actors.daemon.rechten import Gebruiker, Handeling, recht_voor, signaal_van
from actors.daemon.toegang.rechtencontrole import OVERIG, fout_in_doelgroep, fouten_in, is_recht
from actors.register.leveringsmodel import leveringsmodellen
from actors.runtime.catalogue import CONTEXTEN
from actors.verwerking.antwoord import Vraagsoort
from actors.verwerking.generiek.soorten import openbare_commandos

REGISTERS = [context.naam for context in CONTEXTEN]


def bestaande() -> list[str]:
    """Every recht with a name, of every register."""
    return [
        *(f"{c.naam}:commando:{soort.naam}" for c in CONTEXTEN for soort in c.commandos if not soort.intern),
        *(f"{c.naam}:lezen:{model.naam}" for c in CONTEXTEN for model in leveringsmodellen(c)),
        *(f"{c.naam}:commando:{soort}" for c in CONTEXTEN for soort in ("TrekInTwijfel", "Corrigeer", "Degistreer")),
        *{f"{c.naam}:commando:{signaal_van(v.bron)}" for c in CONTEXTEN for v in c.vertalingen},
    ]


def test_whatever_exists_can_be_given_and_gives_exactly_that() -> None:
    alle = bestaande()
    assert fouten_in(alle, CONTEXTEN) == ()
    for recht in alle:
        assert is_recht(recht)
        gebruiker = Gebruiker("x", frozenset({recht}))
        toegestaan = [ander for ander in alle if gebruiker.mag(*_delen(ander))]
        assert toegestaan == [recht]


def _delen(recht: str) -> tuple[str, Handeling, str]:
    register, handeling, naam = recht.split(":")
    return register, Handeling(handeling), naam


@pytest.mark.parametrize("handeling", [*Handeling, "*"])
@pytest.mark.parametrize("register", [*REGISTERS, "*"])
def test_without_a_name_or_with_a_star_all_of_it_is_given(register: str, handeling: str) -> None:
    for recht in (f"{register}:{handeling}", f"{register}:{handeling}:*"):
        assert fouten_in([recht], CONTEXTEN) == ()
        assert is_recht(recht)
        gebruiker = Gebruiker("x", frozenset({recht}))
        for ander in bestaande():
            van, doet, naam = _delen(ander)
            assert gebruiker.mag(van, doet, naam) == (register in ("*", van) and handeling in ("*", doet))


@pytest.mark.parametrize(
    ("recht", "zin"),
    [
        ("", "is geen recht"),
        ("spitspas", "is geen recht"),
        ("spitspas:", "is geen recht"),
        ("spitspas:lezen:", "is geen recht"),
        ("spitspas:lezen:a:b", "is geen recht"),
        ("spitpas:lezen", "bedoelde u spitspas?"),
        ("spitspas:lees", "bedoelde u lezen?"),
        ("spitspas:commando:RegistreerHuishoudn", "bedoelde u RegistreerHuishouden"),
        ("spitspas:commando:RegistreerAuto", "'RegistreerAuto' is er niet"),
        ("spitspas:lezen:huishouden", "bedoelde u huishouden@2?"),
        ("*:commando:RegistreerAut", "bedoelde u RegistreerAuto"),
        ("spitspas:beheer:x", "schrijf spitspas:beheer"),
        ("spitspas:commando:BeslisTaak", "is er niet"),
    ],
)
def test_what_does_not_exist_is_told_with_what_was_meant(recht: str, zin: str) -> None:
    (fout,) = fouten_in([recht], CONTEXTEN)
    assert zin in fout


def test_what_only_the_runtime_offers_cannot_be_given() -> None:
    intern = {soort.naam for context in CONTEXTEN for soort in context.commandos if soort.intern}
    for context in CONTEXTEN:
        for naam in {"NeemOver", "Herroep", *intern}:
            assert fouten_in([f"{context.naam}:commando:{naam}"], CONTEXTEN)


def test_what_the_api_asks_for_can_be_given() -> None:
    assert {GEVOLGEN, UITLEG, *(f"{soort.value}@1" for soort in (Vraagsoort.HERKOMST, Vraagsoort.DOORWERKING))} == set(
        OVERIG
    )
    for context in CONTEXTEN:
        for naam in sorted(
            {soort.naam for soort in (*context.commandos, *openbare_commandos(context)) if not soort.intern}
        ):
            handeling, wat = recht_voor(naam)
            assert fouten_in([":".join(filter(None, (context.naam, handeling.value, wat)))], CONTEXTEN) == ()


def test_a_doelgroep_is_one_that_something_is_for() -> None:
    for voor in ("openbaar", "betrokkene/sam", "spitspas", "wegonderhoud"):
        assert fout_in_doelgroep(voor, CONTEXTEN) is None
    for voor, zin in (
        ("openbar", "bedoelde u openbaar?"),
        ("betrokkene/", "betrokkene/<id>"),
        ("betrokkene", "betrokkene/<id>"),
    ):
        assert zin in (fout_in_doelgroep(voor, CONTEXTEN) or "")

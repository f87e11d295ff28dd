"""Whatever happened, each outcome that a rule gave can be explained, then and later, in words of a reader.

A history is drawn as a storm draws it (`stormtegenslag`): doubt, corrections, degistraties, late reports, new law.
Every derived gevolg of every register is explained as it was known then and as it is known in the end.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from actors.register.commando import Mislukt
from actors.register.gevolg import Afleiding, Gevolg, Transactie, Wijziging
from actors.runtime.catalogue import CONTEXTEN
from actors.runtime.systeem import RegisterSystem
from actors.simulatie.stormtegenslag import trek_feiten
from actors.verwerking.uitleg import leg_uit
from actors.verwerking.woorden import waarde_tekst
from tests.wereld import vaste_wereld

VREEMD = re.compile(
    r"\b[a-z]+_[a-z_]+|[0-9a-f]{8}-[0-9a-f]{4}|\b[A-Z][a-z]+[A-Z][a-z]|None|True|False|Fraction|Decimal|frozenset"
    r"|datetime|Persoonsgegeven\(|Ontbreekt|[{}\[\]]|\.\.|\(\)|, ,|: \.|  |\d{4}-\d\d-\d\d"
)
"""What a reader should never meet: names of the program, ids of gevolgen, how Python writes values, loose ends."""

IEMAND = re.compile(r"(?i)\b(?:persoon-\d+|kluizenaar)\b")
"""How the people of a storm are called, by their reference and by their name."""


def vreemd(tekst: str) -> list[str]:
    """What is not for a reader, with what stands around it."""
    return [tekst[max(0, m.start() - 60) : m.end() + 40] for m in VREEMD.finditer(tekst)]


def stromen(transacties: Iterator[Transactie]) -> dict[tuple[str, str], list[Transactie]]:
    """Per aggregate its transacties."""
    per: dict[tuple[str, str], list[Transactie]] = defaultdict(list)
    for transactie in transacties:
        per[transactie.aggregaat, transactie.aggregaat_id].append(transactie)
    return per


def gezegd(afleiding: Afleiding, waarde: Any) -> str:
    """A value as a reader is told it: of a levy of nothing that there is none."""
    niets = (afleiding.gegeven, waarde) == ("heffing_eurocent", 0)
    return "niets verschuldigd" if niets else waarde_tekst(afleiding.gegeven, waarde)


def afgeleid(stroom: list[Transactie]) -> Iterator[tuple[int, Gevolg, Afleiding]]:
    """What rules gave, each with the place of its transactie."""
    for plaats, transactie in enumerate(stroom):
        for gevolg in transactie.gevolgen:
            if isinstance(gevolg.inhoud, Afleiding):
                yield plaats, gevolg, gevolg.inhoud


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), aantal=st.integers(3, 14))
def test_every_outcome_is_explained_with_its_value_and_grounds_and_without_a_word_of_the_program(
    seed: int, aantal: int
) -> None:
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld(str(seed)), versie="test") as registers:
        for feit in trek_feiten(seed, aantal):
            assert not isinstance(registers.verwerk_alle([feit.aangeboden])[0], Mislukt)
            registers.wacht_op_rust()
        for context in CONTEXTEN:
            for stroom in stromen(registers.gevolgen(context.naam)).values():
                for plaats, gevolg, afleiding in afgeleid(stroom):
                    for bekend in (stroom[: plaats + 1], stroom):
                        tekst = leg_uit(context, bekend, gevolg.id).tekst
                        weg = gevolg.soort is Wijziging.INTREKKEN
                        assert gezegd(afleiding, afleiding.was if weg else afleiding.stuk.waarde) in tekst
                        assert all(grond.verwijzing in tekst for grond in gevolg.legitimering)
                        assert all(stap.tekst in tekst for stap in afleiding.stuk.stappen)
                        assert vreemd(tekst) == []


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), aantal=st.integers(6, 14))
def test_no_letter_has_a_word_of_the_program_or_anyone_but_whom_it_is_to(seed: int, aantal: int) -> None:
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld(str(seed)), versie="test") as registers:
        for feit in trek_feiten(seed, aantal):
            registers.verwerk_alle([feit.aangeboden])
            registers.wacht_op_rust()
        for context in CONTEXTEN:
            for v in registers.verstrekkingen(context.naam):
                if v["vorm"] == "brief":
                    _, _, brief = v["tekst"].waarde.partition("Dagtekening")
                    assert vreemd(brief) == []
                    genoemd = {wie.lower() for wie in IEMAND.findall(brief)}
                    assert genoemd <= {v["aan"]}, f"een brief aan {v['aan']}:\n{brief}"

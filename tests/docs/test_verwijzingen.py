"""Links lead somewhere, and the documentation speaks of this project alone."""

import re
from pathlib import Path

import pytest

from tests.docs.bladen import DOCS, ROOT, Blad, alle, anker

BLADEN = [pytest.param(b, id=b.naam) for b in alle()]
# What says where it was made, or how; written so that it does not find itself.
VERBODEN = re.compile(
    r"/wor[k]\b|shared[/]|/tm[p]/|/hom[e]/|/roo[t]/|pypi\.or[g]|index-ur[l]|\bbron[/]|\blab[/]"
    r"|\b(?:DOMAI[N]|DESIG[N]|STYL[E])\b|\b(?:[Pp]romp[t]|[Aa]ssistan[t])\b"
)


@pytest.mark.parametrize("pagina", BLADEN)
def test_every_link_leads_to_a_file_and_a_heading_that_exist(pagina: Blad) -> None:
    for doel in pagina.koppelingen:
        if doel.startswith(("https://", "http://", "mailto:")):
            continue
        pad, _, fragment = doel.partition("#")
        bestand = (pagina.pad.parent / pad).resolve() if pad else pagina.pad
        assert bestand.exists(), f"{pagina.naam}: {doel} bestaat niet"
        assert bestand.is_relative_to(ROOT), f"{pagina.naam}: {doel} ligt buiten het project"
        if fragment:
            assert fragment in {anker(kop) for kop in Blad(bestand).koppen}, f"{pagina.naam}: geen kop voor {doel}"


@pytest.mark.parametrize("pagina", BLADEN)
def test_no_page_speaks_of_where_or_how_it_was_made(pagina: Blad) -> None:
    gevonden = [f"{n}: {regel}" for n, regel in enumerate(pagina.tekst.splitlines(), 1) if VERBODEN.search(regel)]
    assert not gevonden


def test_every_page_is_reached_from_the_map() -> None:
    te_gaan, gezien = [Blad(DOCS / "index.md")], set[Path]()
    while te_gaan:
        pagina = te_gaan.pop()
        if pagina.pad in gezien:
            continue
        gezien.add(pagina.pad)
        for doel in pagina.koppelingen:
            pad = (pagina.pad.parent / doel.partition("#")[0]).resolve()
            if pad.suffix == ".md" and pad.exists():
                te_gaan.append(Blad(pad))
    assert {b.pad for b in alle()} - {ROOT / "README.md"} <= gezien


def test_every_page_has_one_title() -> None:
    for pagina in alle():
        titels = re.findall(r"^# .+$", pagina.proza, re.MULTILINE)
        assert len(titels) == 1, f"{pagina.naam}: {titels}"


def test_every_decision_has_the_same_five_parts() -> None:
    for pad in sorted((DOCS / "adr").glob("*.md")):
        pagina = Blad(pad)
        assert pagina.koppen[1:] == ["Context", "Decision", "Consequences", "Alternatives"], pagina.naam
        assert re.search(r"^Status: (accepted|superseded)", pagina.tekst, re.MULTILINE), pagina.naam

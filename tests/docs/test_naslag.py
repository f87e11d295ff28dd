"""The reference is complete: what the source has, its page names; what a page names, the source has."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import storage.errors
import storage.limits
from actors.register.context import Context
from actors.register.gevolg import Wijziging
from actors.register.verantwoording import Aanleidingsoort
from actors.runtime.catalogue import CONTEXTEN
from actors.verwerking.namen import GENERIEKE_GEVOLGEN, mogelijke_gevolgen
from storage.errors import StorageError
from tests.docs.bladen import ROOT, alle, blad

KAMERS = ("actors", "storage")
_RIJ = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)


def bomen(kamer: str) -> Iterator[tuple[Path, ast.Module]]:
    for pad in sorted((ROOT / kamer).rglob("*.py")):
        yield pad, ast.parse(pad.read_text(encoding="utf-8"))


def aanroepen(kamer: str, naam: str) -> Iterator[ast.Call]:
    for _, boom in bomen(kamer):
        for node in ast.walk(boom):
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == naam:
                yield node


def rijen(tekst: str) -> list[list[str]]:
    """The cells of all table rows."""
    return [
        [cel.strip() for cel in regel.strip("|").split("|")] for regel in tekst.splitlines() if regel.startswith("|")
    ]


def deel(pagina: str, kop: str) -> str:
    """The text below a heading of the second level."""
    gevonden = re.search(rf"^## {re.escape(kop)}$(.*?)(?=^## |\Z)", blad(pagina).tekst, re.MULTILINE | re.DOTALL)
    assert gevonden, f"{pagina} heeft geen kop {kop}"
    return gevonden[1]


# --- kamers -------------------------------------------------------------------------------------------------------


def test_every_module_has_its_line_under_its_room_and_every_line_its_module() -> None:
    echt: dict[str, set[str]] = {}
    for kamer in KAMERS:
        for pad in (ROOT / kamer).rglob("*"):
            if pad.suffix not in {".py", ".j2"} or pad.name == "__init__.py":
                continue
            map_ = pad.parent.parent if pad.suffix == ".j2" else pad.parent
            echt.setdefault(map_.relative_to(ROOT).as_posix(), set()).add(pad.relative_to(map_).as_posix())
    delen = re.split(r"^## `([^`]+)`$", blad("reference/kamers.md").tekst, flags=re.MULTILINE)
    genoemd = {kop: set(_RIJ.findall(tekst)) for kop, tekst in zip(delen[1::2], delen[2::2], strict=True)}
    assert genoemd == echt


# --- contexten ----------------------------------------------------------------------------------------------------


def namen(context: Context) -> Iterator[str]:
    """Every name that the outside world may meet."""
    yield from (context.titel, context.verantwoordelijke.organisatie, context.verantwoordelijke.onderdeel)
    yield from (c.naam for c in context.commandos)
    yield from context.gevolgen
    for aggregaat in context.aggregaten:
        yield aggregaat.naam
        yield from (g.naam for g in aggregaat.gegevens)
        for regel in aggregaat.regels:
            yield from (regel.naam, regel.geeft, regel.gevolg, *regel.eigen_namen)
            yield regel.versie.grond.verwijzing.partition(", ")[0]
            if regel.versie.banden:
                yield from (f"[{grens}, " for grens in regel.versie.banden.grenzen)
    yield from (naam for n in context.notificaties for naam in (n.naam, n.doelgroep))
    yield from (naam for b in context.brieven for naam in (b.naam, b.doelgroep))
    yield from (naam for p in context.projecties for naam in (p.naam, p.doelgroep))


@pytest.mark.parametrize("context", CONTEXTEN, ids=lambda c: c.naam)
def test_every_name_of_a_context_stands_in_its_part_of_the_page(context: Context) -> None:
    tekst = " ".join(deel("reference/contexten.md", context.naam).split())
    mist = [naam for naam in namen(context) if naam not in tekst]
    assert not mist


@pytest.mark.parametrize("context", CONTEXTEN, ids=lambda c: c.naam)
def test_every_rule_uses_and_gives_what_the_page_says(context: Context) -> None:
    genoemd = {
        cellen[0].split("`")[1]: (cellen[1], cellen[2])
        for cellen in rijen(deel("reference/contexten.md", context.naam))
        if len(cellen) == 4 and cellen[0].startswith("`") and "→" in cellen[2]
    }
    regels = {regel.naam: regel for aggregaat in context.aggregaten for regel in aggregaat.regels}
    assert genoemd.keys() == regels.keys()
    for naam, regel in regels.items():
        soort, gebruik = genoemd[naam]
        gebruikt, gegeven = gebruik.split("→")
        assert set(re.findall(r"`(\w+)`", gebruikt)) == set(regel.parameters), naam
        assert re.findall(r"`(\w+)`", gegeven) == [regel.geeft]
        assert soort.startswith("besluit" if regel.besluit else "berekening"), naam
        assert (f"`{regel.peildatum}`" in soort) == (regel.peildatum is not None)


@pytest.mark.parametrize("context", CONTEXTEN, ids=lambda c: c.naam)
def test_a_consumer_gets_what_the_page_says_and_no_more(context: Context) -> None:
    genoemd = {
        cellen[0]: cellen[2] for cellen in rijen(deel("reference/contexten.md", context.naam)) if len(cellen) == 3
    }
    for notificatie in context.notificaties:
        gekregen = set(re.findall(r"`([^`]+)`", genoemd[f"`{notificatie.naam}`"].partition(":")[0]))
        assert gekregen == set(notificatie.gegevens), notificatie.naam


@pytest.mark.parametrize("context", CONTEXTEN, ids=lambda c: c.naam)
def test_every_personal_gegeven_is_marked_as_such(context: Context) -> None:
    tekst = deel("reference/contexten.md", context.naam)
    for aggregaat in context.aggregaten:
        for gegeven in aggregaat.gegevens:
            assert gegeven.persoonlijk == (f"`{gegeven.naam}` (personal)" in tekst), gegeven.naam


def test_every_ending_of_a_derived_gevolg_is_explained() -> None:
    tekst = blad("reference/record.md").tekst
    for context in CONTEXTEN:
        for regel in (r for a in context.aggregaten for r in a.regels):
            for naam in mogelijke_gevolgen(regel):
                einde = naam.removeprefix(regel.stam)
                assert naam in (regel.gevolg, *regel.eigen_namen) or f"…`{einde}`" in tekst, naam
    assert all(naam in tekst for naam in GENERIEKE_GEVOLGEN)


def test_every_value_of_the_closed_lists_is_named() -> None:
    tekst = blad("reference/record.md").tekst
    assert all(soort.value in tekst for soort in Aanleidingsoort)
    gebruikt = {
        ast.unparse(n).rpartition(".")[2]
        for kamer in ("actors/contexten", "actors/verwerking", "actors/register")
        for _, boom in bomen(kamer)
        for n in ast.walk(boom)
        if isinstance(n, ast.Attribute) and ast.unparse(n.value) == "Wijziging"
    }
    assert all(f"`{Wijziging[naam].value}`" in tekst for naam in gebruikt)


# --- fouten -------------------------------------------------------------------------------------------------------


def regelcodes() -> set[str]:
    """The regel of every NietVerwerkt, and of every row that a simulation does not take."""
    codes = set()
    for node in aanroepen("actors", "NietVerwerkt"):
        codes |= {n.value for n in node.args[:1] if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    for node in aanroepen("actors", "NietVerwerkteRij"):
        codes |= {n.value for n in node.args[2:3] if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    return codes


def test_every_regel_of_a_niet_verwerkt_is_explained() -> None:
    tekst = "".join(blad("reference/fouten.md").tekst.partition("## Mislukt")[0])
    genoemd = set(_RIJ.findall(tekst))
    assert regelcodes() == genoemd


def test_every_refusal_of_a_context_stands_with_its_context() -> None:
    for context in CONTEXTEN:
        pad = ROOT / "actors" / "contexten" / context.naam / "aanvaarding.py"
        if pad.exists():
            tekst = deel("reference/contexten.md", context.naam)
            codes = re.findall(r"NietVerwerkt\(\s*\"(\w+)\"", pad.read_text(encoding="utf-8"))
            assert codes
            assert all(f"| `{code}` |" in tekst for code in codes)


def test_every_reason_to_wait_is_explained() -> None:
    tekst = blad("reference/contexten.md").tekst
    gekoppeld = [naam for c in CONTEXTEN for a in c.aggregaten for r in a.regels for naam in r.gekoppeld]
    redenen = set()
    for reden in (n.args[0] for n in aanroepen("actors", "Ontbreekt") if n.args):
        if isinstance(reden, ast.Constant):
            redenen.add(str(reden.value))
        elif isinstance(reden, ast.JoinedStr):  # named after the list parameter of which one is missing
            redenen |= {naam + ast.literal_eval(reden.values[-1]) for naam in gekoppeld}
    assert "bijdrage_onbekend" in redenen
    redenen.add(_constante("actors/verwerking/afleiding.py", "IN_TWIJFEL"))
    assert all(f"`{reden}`" in tekst for reden in redenen), redenen


def _constante(pad: str, naam: str) -> Any:
    for node in ast.parse((ROOT / pad).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == naam:
            return ast.literal_eval(node.value)
    raise AssertionError(f"{pad} heeft geen {naam}")


def test_every_storage_error_is_explained() -> None:
    leden = {naam for naam, w in vars(storage.errors).items() if isinstance(w, type) and issubclass(w, StorageError)}
    genoemd = {
        cellen[0].split("`")[1] for cellen in rijen(deel("reference/fouten.md", "StorageError")) if "`" in cellen[0]
    }
    assert genoemd == leden


def test_every_other_exception_that_a_caller_may_meet_is_explained() -> None:
    koppen = set(blad("reference/fouten.md").koppen)
    eigen = {
        node.name
        for kamer in ("actors/verwerking", "actors/runtime")
        for _, boom in bomen(kamer)
        for node in ast.walk(boom)
        if isinstance(node, ast.ClassDef)
        and any(ast.unparse(b) in {"Exception", "RuntimeError", "ValueError", "LookupError"} for b in node.bases)
    }
    assert eigen <= koppen


# --- log events, limits -------------------------------------------------------------------------------------------


def test_every_log_event_is_listed_with_its_level_and_keys() -> None:
    echt: dict[str, tuple[str, frozenset[str]]] = {}
    for _, boom in bomen("actors"):
        for node in ast.walk(boom):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and ast.unparse(node.func.value) == "log"
            ):
                niveau = {"exception": "error"}.get(node.func.attr, node.func.attr)
                sleutels = frozenset(k.arg for k in node.keywords if k.arg and k.arg != "exc_info")
                echt[ast.literal_eval(node.args[0])] = (niveau, sleutels)
    genoemd = {
        cellen[0].strip("`"): (cellen[1], frozenset(re.findall(r"`(\w+)`", cellen[3])))
        for cellen in rijen(blad("reference/logregels.md").tekst)[2:]
    }
    assert genoemd == echt


def test_every_limit_is_listed_with_its_value() -> None:
    echt = {naam: str(waarde) for naam, waarde in vars(storage.limits).items() if naam.isupper()}
    genoemd = {
        cellen[0].strip("`"): cellen[1].partition(" ")[0] for cellen in rijen(deel("reference/opslag.md", "Limits"))[2:]
    }
    assert genoemd == echt


def test_every_kind_of_finding_is_explained() -> None:
    soorten = {
        n.args[0].value
        for n in (*aanroepen("storage", "add"), *aanroepen("storage", "_add"))
        if n.args and isinstance(n.args[0], ast.Constant) and isinstance(n.args[0].value, str)
    }
    genoemd = set(_RIJ.findall(deel("reference/opslag.md", "What `verify` checks")))
    assert genoemd == soorten


# --- paths --------------------------------------------------------------------------------------------------------


def test_every_path_that_a_page_names_exists() -> None:
    for pagina in alle():
        for pad in re.findall(r"`((?:actors|storage|tests|scripts|docs)/[\w./-]+)`", pagina.proza):
            assert (ROOT / pad).exists(), f"{pagina.naam}: {pad}"

"""Random stories for the property tests: what may be offered to each register, in any order.

A story is a list of commando's. Refusals are part of life; whoever runs a story skips them.
"""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from actors.contexten.spitspas.commandos import StelHuishoudelijkMilieueffectVast
from actors.register.claim import Mededeling
from actors.register.persoonsgegeven import Persoonsgegeven
from actors.register.tijdlijnen import OPEN_BEGIN, OPEN_EIND
from actors.register.zekerheid import GEEN_TWIJFEL, Twijfel, Twijfels
from actors.verwerking.generiek.intern import NeemGegevensOver
from tests.domein import aanschaf, auto, correctie, huishouden, overgenomen, toetreding, verkoop, vertrek

KOPERS = ("sam", "noor", "robin")
DAGEN = [f"{maand:02}-01" for maand in range(1, 13)]
TWIJFELS = [Twijfel("twijfel-1", "wortel-1", "in_twijfel"), Twijfel("twijfel-2", "wortel-2", "in_onderzoek")]

dagen = st.sampled_from(DAGEN)
regios = st.sampled_from(["Kustland", "Middenland", "Bergland"])
twijfels = st.frozensets(st.sampled_from(TWIJFELS))
zeker = st.just(GEEN_TWIJFEL)


def datum(dag: str) -> date:
    return date.fromisoformat(f"2026-{dag}")


@st.composite
def stukken(draw: st.DrawFn, waarden: st.SearchStrategy[Any]) -> list[tuple[date, date, Any]]:
    """One to three values one after the other, from an open start to an open end or less."""
    knips = sorted(draw(st.sets(dagen, max_size=2)))
    grenzen = [OPEN_BEGIN, *(datum(d) for d in knips), OPEN_EIND]
    alle = [(van, tot, draw(waarden)) for van, tot in pairwise(grenzen)]
    return alle[draw(st.integers(0, len(alle) - 1)) :]


# --- wegonderhoud ---------------------------------------------------------------------------------------------

_correcties = st.builds(
    correctie,
    gewicht_kg=st.none() | st.integers(0, 6000),
    breedte_m=st.none() | st.decimals("0.5", "3", places=2),
    uitstoot_g_per_km=st.none() | st.integers(0, 300),
    kenteken=st.none() | st.sampled_from(["KN-auto-1", "XY-1"]),
)
_aanschafcorrecties = st.builds(
    correctie,
    aanschaf_id=st.sampled_from([aanschaf(k).aanschaf_id for k in KOPERS]),
    koper_naam=st.none() | st.sampled_from(["Sam", "Samira"]),
    regio=st.none() | regios,
    aankoopdatum=st.none() | dagen.map(datum),
)
_verkopen = st.builds(aanschaf, st.sampled_from(KOPERS), st.just("03-01") | dagen, regio=regios).map(verkoop)
autoverhalen = st.lists(_correcties | _aanschafcorrecties | _verkopen, max_size=6).map(
    lambda rest: [auto(breedte_m=Decimal("1.85")), *rest]
)


# --- the chain ------------------------------------------------------------------------------------------------

_andere_auto = st.sampled_from(KOPERS).map(lambda koper: auto("auto-2", aanschaf(koper, "05-01")))
_voor_auto = (_correcties | _aanschafcorrecties | _verkopen).map(lambda commando: replace(commando, auto_id="auto-2"))
_verhuizingen = st.builds(vertrek, st.builds("{} {}".format, st.sampled_from(KOPERS), dagen)) | st.builds(
    toetreding, st.builds("{} {}".format, st.sampled_from(KOPERS), dagen)
)
ketenverhalen = st.lists(
    _correcties | _aanschafcorrecties | _verkopen | _andere_auto | _voor_auto | _verhuizingen, max_size=7
).map(lambda rest: [huishouden(*KOPERS), auto(), *rest])
"""What the world may tell all registers together, of two cars and the household of their buyers."""


# --- aanschafheffing ------------------------------------------------------------------------------------------


@st.composite
def automeldingen(draw: st.DrawFn, twijfel: st.SearchStrategy[Twijfels], *, volledig: bool) -> list[Any]:
    """What DOW-TO made known about auto-1, in the order in which it was published; `volledig`: nothing ever missing."""
    kopen = [aanschaf(k, draw(dagen), regio=draw(regios), aanschaf_id=f"koop-{k}") for k in KOPERS]
    uit: list[Any] = []
    for nummer in range(1, draw(st.integers(2, 5)) + 1):
        gezegd: list[Mededeling] = []
        for naam, waarden in (("fysieke_punten", st.integers(0, 60)), ("uitstoot_g_per_km", st.integers(0, 200))):
            lijn = draw(stukken(waarden)) if draw(st.booleans()) or nummer == 1 else []
            if volledig and nummer == 1:
                lijn = [(OPEN_BEGIN, OPEN_EIND, draw(waarden))]
            gezegd += [
                Mededeling(("auto-1",), naam, van, tot, w, None, f"{naam}-{nummer}-{n}", draw(twijfel))
                for n, (van, tot, w) in enumerate(lijn)
            ]
        for koop in kopen if nummer == 1 else draw(st.lists(st.sampled_from(kopen), max_size=1)):
            regio = koop.regio if nummer == 1 else draw(regios)
            gezegd += _aanschaf(koop, regio, nummer, draw(twijfel))
        overname = overgenomen("wegonderhoud", nummer, tuple(gezegd))
        uit.append(NeemGegevensOver("auto", "auto-1", overname))
    return uit


def _aanschaf(koop: Any, regio: str, nummer: int, in_twijfel: Twijfels) -> list[Mededeling]:
    vanaf = koop.aankoopdatum + timedelta(days=len(koop.koper))  # no two on one day: that is a taak
    waarden = {
        "aankoopdatum": vanaf,
        "koper": koop.koper,
        "koper_naam": Persoonsgegeven(koop.koper, koop.koper_naam),
        "regio": regio,
    }
    over = ("auto-1", koop.aanschaf_id)
    return [
        Mededeling(over, naam, vanaf, OPEN_EIND, w, None, f"{naam}-{koop.koper}-{nummer}", in_twijfel)
        for naam, w in waarden.items()
    ]


# --- spitspas -------------------------------------------------------------------------------------------------


@st.composite
def huishoudverhalen(draw: st.DrawFn, twijfel: st.SearchStrategy[Twijfels], *, volledig: bool) -> list[Any]:
    """A household, its changes, and what the cars of its adults contribute."""
    uit: list[Any] = [huishouden(*KOPERS)]
    for wie in draw(st.lists(st.sampled_from(KOPERS), unique=True)):
        weg, terug = sorted(draw(st.sets(st.sampled_from(DAGEN[1:]), min_size=2, max_size=2)))
        uit += draw(st.permutations([vertrek(f"{wie} {weg}"), toetreding(f"{wie} {terug}")]))
    punten = st.integers(0, 60) if volledig else st.integers(0, 60) | st.just("onbekend")
    for nummer in range(1, draw(st.integers(1, 4)) + 1):
        for wie in KOPERS if nummer == 1 else draw(st.lists(st.sampled_from(KOPERS), unique=True)):
            lijn = draw(stukken(punten))
            if volledig and nummer == 1:
                lijn = [(OPEN_BEGIN, OPEN_EIND, draw(punten))]
            gezegd = tuple(
                Mededeling(("huis", wie), "bijdrage", van, tot, w, None, f"{wie}-{nummer}-{n}", draw(twijfel))
                for n, (van, tot, w) in enumerate(lijn)
            )
            overname = overgenomen("spitspas", nummer, gezegd)
            uit.append(StelHuishoudelijkMilieueffectVast(huishouden_id="huis", overname=overname))
    return uit

"""Who may ask what: every operation of every register, asked by who may not, who just may not, and everybody."""

from collections.abc import Iterator
from typing import Any

import pytest

from actors.daemon.rechten import Gebruiker, signaal_van
from actors.daemon.toegang.rechtencontrole import OVERIG
from actors.register.commando import Verwerkt
from actors.register.context import Context
from actors.register.leveringsmodel import leveringsmodellen
from tests.daemon.alle_bewerkingen import AANBOD, ALLE, MELDER, Stelsel, Vraag, gevuld, stel
from tests.daemon.conftest import doe
from tests.daemon.ingebed import Klant
from tests.wereld import huishouden

GEEN_TOKEN_NODIG = {"staBezorgingToe"}
PERSOONLIJK = (b"sam", b"partner", b"huishouden-1", b"aanschaf-auto-1", b"k-auto-1")
"""What nobody gets to see who reads what is for everybody."""


@pytest.fixture(scope="module")
def stelsel() -> Iterator[Stelsel]:
    with gevuld() as stelsel:
        yield stelsel


def nodig(context: Context, vraag: Vraag, stelsel: Stelsel) -> set[str]:
    """The rechten in its own register without which an operation is refused."""
    id_, pad = vraag.bewerking.id, vraag.bewerking.pad
    vast = {
        "biedCommandoAan": {f"commando:{AANBOD[context.naam]['commando']}"},
        "beproefCommando": {f"commando:{AANBOD[context.naam]['commando']}", "lezen:gevolgen@1"},
        "beproefKeten": {f"commando:{AANBOD[context.naam]['commando']}", "lezen:gevolgen@1"},
        "geefCommando": {"commando"},
        "brengSignalen": {signaalrecht(context)},
        "geefGevolgen": {"lezen:gevolgen@1"},
        "geefGevolg": {"lezen:gevolgen@1"},
        "geefHerkomst": {"lezen:herkomst@1"},
        "geefDoorwerking": {"lezen:doorwerking@1"},
        "geefUitlegVanGevolg": {"lezen:uitleg@1"},
        "meldTerug": {"terugmelden"},
        "geefTerugmelding": {"terugmelden"},
        "geefTaken": {"taken"},
        "geefVerstrekkingen": {"lezen"},
        "attesteer": {"lezen"},
    }
    if id_ in vast:
        return vast[id_]
    if id_ == "herlever":
        referentie = f"{context.naam}/verstrekkingen/{vraag.pad.split('/verstrekkingen/')[1]}"
        return {f"lezen:{stelsel.registers.attesteer(referentie, '').bekendmaking}"}
    model = stelsel.tabel_bij(context, pad).opslagnaam
    return {f"lezen:{model}", *(["lezen:uitleg@1"] if pad.endswith("/uitleg") else [])}


def signaalrecht(context: Context) -> str:
    """The recht to bring signalen: of a source, or any commando where nobody is listened to."""
    return next((f"commando:{signaal_van(v.bron)}" for v in context.vertalingen), "commando")


def alle_rechten(context: Context) -> set[str]:
    """All rechten in a register, each by its own name."""
    commandos = {f"commando:{soort.naam}" for soort in context.commandos} | {signaalrecht(context)} - {"commando"}
    modellen = {f"lezen:{model.naam}" for model in leveringsmodellen(context)} | {f"lezen:{een}" for een in OVERIG}
    return {*commandos, *modellen, "terugmelden", "taken", "beheer"}


def met(context: Context, rechten: set[str], naam: str = MELDER, **anders: Any) -> Gebruiker:
    """Someone with these rechten in a register, and all that is read through the others."""
    elders = {f"{ander.naam}:lezen:{een}" for ander in ALLE if ander is not context for een in OVERIG}
    return Gebruiker(naam, frozenset(f"{context.naam}:{recht}" for recht in rechten) | elders, **anders)


@pytest.mark.parametrize("context", ALLE, ids=lambda context: context.naam)
def test_nobody_gets_anything_without_a_token(stelsel: Stelsel, context: Context) -> None:
    async def verhaal() -> None:
        for vraag in stelsel.vragen(context):
            for methode in {vraag.bewerking.methode, vraag.bewerking.methode.replace("GET", "HEAD")}:
                for klant in (Klant(app, ""), Klant(app, "verzonnen")):
                    antwoord = await stel(klant, vraag, methode)
                    verwacht = 204 if vraag.bewerking.id in GEEN_TOKEN_NODIG else 401
                    assert antwoord.status == verwacht, (methode, vraag.id)
            assert (await stel(Klant(app, ""), vraag, "OPTIONS")).status in (204, 405), vraag.id

    app = stelsel.klant([met(context, {"*"})])._app
    doe(verhaal)


@pytest.mark.parametrize("context", ALLE, ids=lambda context: context.naam)
def test_all_rechten_of_the_other_registers_open_nothing_of_this_one(stelsel: Stelsel, context: Context) -> None:
    async def verhaal() -> None:
        for vraag in stelsel.vragen(context):
            if vraag.bewerking.id not in GEEN_TOKEN_NODIG:
                assert (await stel(klant, vraag)).status == 403, vraag.id

    anderen = frozenset(f"{ander.naam}:*" for ander in ALLE if ander is not context)
    klant = stelsel.klant([Gebruiker(MELDER, anderen)])
    doe(verhaal)


@pytest.mark.parametrize("context", ALLE, ids=lambda context: context.naam)
def test_what_is_needed_is_enough_and_all_else_is_not(stelsel: Stelsel, context: Context) -> None:
    async def verhaal() -> None:
        for vraag in stelsel.vragen(context):
            if vraag.bewerking.id in GEEN_TOKEN_NODIG:
                continue
            eis = nodig(context, vraag, stelsel)
            bekend[MELDER] = met(context, eis)
            antwoord = await stel(klant, vraag)
            assert antwoord.status < 300, (vraag.id, eis, antwoord.inhoud)
            for recht in eis:
                soort = recht if ":" in recht else f"{recht}:"
                rest = {een for een in alle_rechten(context) if een != recht and not f"{een}:".startswith(soort)}
                if vraag.bewerking.id == "geefTerugmelding":
                    rest.discard("taken")
                bekend[MELDER] = met(context, rest)
                antwoord = await stel(klant, vraag)
                assert antwoord.status == 403, (vraag.id, recht, antwoord.inhoud)

    bekend = {MELDER: met(context, set())}
    klant = stelsel.klant_van(bekend)
    doe(verhaal)


@pytest.mark.parametrize("context", ALLE, ids=lambda context: context.naam)
def test_whatever_rechten_who_reads_what_is_for_everybody_sees_nothing_of_a_person(
    stelsel: Stelsel, context: Context
) -> None:
    """Also what he offered himself is not told him back with what the register knows of it."""

    async def verhaal() -> None:
        gezien = 0
        for vraag in stelsel.vragen(context):
            antwoord = await stel(klant, vraag)
            gezien += antwoord.status < 300
            gelezen = antwoord.inhoud.lower() if antwoord.status < 300 else b""
            eigen = str(vraag.inhoud).encode()
            lekt = [wat for wat in PERSOONLIJK if wat in gelezen and wat not in eigen]
            assert not lekt, (vraag.id, lekt, antwoord.inhoud)
            if vraag.bewerking.id in DICHT:
                assert antwoord.status in (403, 404), vraag.id
        assert gezien

    klant = stelsel.klant([Gebruiker("burger", frozenset({"*"}), voor="openbaar")])
    doe(verhaal)


DICHT = {
    *("geefGevolgen", "geefGevolg", "geefHerkomst", "geefDoorwerking", "geefUitlegVanGevolg", "geefTaken"),
    *("geefTerugmelding", "beproefCommando", "beproefKeten", "herlever", "zoekAutos", "attesteer", "geefCommando"),
}
"""What is for the register itself, for whom it is about, or for who offered it."""


def test_what_another_was_given_to_ask_on_with_gives_no_more_than_ones_own(stelsel: Stelsel) -> None:
    """A herhaaltoken, a cursor with one in it and a cursor with moments in it."""

    async def verhaal() -> None:
        tabel = "/wegonderhoud/v1/projecties/inzage"
        eigen = (await ambtenaar.geef(f"{tabel}?limiet=1")).json
        for vraag in (f"herhaaltoken={eigen['herhaaltoken']}", eigen["_links"]["self"]["href"].partition("?")[2]):
            assert (await ambtenaar.geef(f"{tabel}?{vraag}")).status == 200
            for ander in ("robin", "burger"):
                antwoord = await ambtenaar.als(ander).geef(f"{tabel}?{vraag}")
                assert antwoord.status == 403 or b"sam" not in antwoord.inhoud.lower(), (ander, vraag)

    ambtenaar = stelsel.klant(
        [
            Gebruiker("ambtenaar", frozenset({"*"})),
            Gebruiker("robin", frozenset({"*:lezen"}), voor="betrokkene/robin"),
            Gebruiker("burger", frozenset({"*:lezen"}), voor="openbaar"),
        ]
    )
    doe(verhaal)


def test_who_reads_about_himself_sees_nobody_else(stelsel: Stelsel) -> None:
    uitkomst = stelsel.registers.verwerk(huishouden("huishouden-9", "robin"))
    assert isinstance(uitkomst, Verwerkt)

    async def verhaal() -> None:
        for context in ALLE:
            for vraag in stelsel.vragen(context):
                antwoord = await stel(klant, vraag)
                gelezen = antwoord.inhoud.lower() if antwoord.status < 300 else b""
                assert not [w for w in PERSOONLIJK if w in gelezen and w not in str(vraag.inhoud).encode()], vraag.id

    klant = stelsel.klant([Gebruiker("robin", frozenset({"*"}), voor="betrokkene/robin")])
    doe(verhaal)

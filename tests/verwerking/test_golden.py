"""Golden files freeze the stored bytes of every gevolg that a register can record.

`tests/golden/<register>.txt` has a line per stored name: the name, then the bytes of a sample transactie in hex. What
is stored once must be readable for ever, so a line is never changed.

A new gevolg: run this test; it fails with the line to add, word for word.
Another shape of what is stored: raise the version of that gevolg, write an upcaster, and add the new line below the
old one (the old line stays, and must still be readable through the upcaster).
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

import pytest

from actors.register.annotatie import Annotatie, Degistratie
from actors.register.claim import Claim, Mededeling, claim_id
from actors.register.context import Context, gevolgversie
from actors.register.gevolg import (
    Aanhouding,
    Afleiding,
    Beoordeling,
    Gevolg,
    Herbeoordeling,
    Herroeping,
    Inhoud,
    Transactie,
    Vastlegging,
    Wachtend,
    Wijziging,
)
from actors.register.persoonsgegeven import Persoonsgegeven
from actors.register.regel import Regel
from actors.register.taak import Taakoordeel
from actors.register.terugmelding import Terugmelding
from actors.register.tijdlijnen import OPEN_BEGIN, OPEN_EIND, Invoer, Stap, Stuk
from actors.register.verantwoording import (
    Aanleiding,
    Grond,
    Mandaat,
    Software,
    Verantwoordelijke,
    Verantwoording,
    Verklaring,
)
from actors.register.vernietiging import Vernietiging
from actors.register.zekerheid import Twijfel
from actors.runtime.catalogue import CONTEXTEN
from actors.verwerking.namen import GENERIEKE_GEVOLGEN, afgeleid_gevolg, mogelijke_gevolgen, opgeslagen_naam
from actors.verwerking.serialisatie import Serialisatie
from actors.verwerking.upcasters import GENERIEKE_UPCASTERS
from storage.gevolgenstore import ZERO_HASH, Record
from storage.sleutelbos_memory import MemorySleutelbos
from tests.domein import overgenomen

GOLDEN = Path(__file__).parent.parent / "golden"
NU = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
MAART, JUNI = date(2026, 3, 1), date(2026, 6, 1)
ID = "00000000-0000-8000-8000-000000000001"
TWIJFELS = frozenset({Twijfel("twijfel-1", "claim-1", "in_twijfel"), Twijfel("twijfel-2", "claim-2", "in_onderzoek")})
WAARDEN: dict[str, Any] = {
    "punten": 33,
    "klasse": "gemiddeld belastend",
    "heffing_eurocent": 2000_00,
    "teruggaaf_eurocent": 2000_00,
    "bezit": {"eigenaar": "sam", "punten": None},
    "thuis": "huis",
    "bijdrage": {"huishouden": "huis", "punten": 33},
    "passen": 3,
}
UITGANGEN = {
    Wijziging.HERZIEN: "Herzien",
    Wijziging.CORRIGEREN: "Gecorrigeerd",
    Wijziging.HANDHAVEN: "Gehandhaafd",
    Wijziging.INTREKKEN: "Ingetrokken",
    Wijziging.ZEKERHEID_WIJZIGEN: "ZekerheidGewijzigd",
}


_TWIJFEL = Annotatie("twijfel-1", ("claim-1", "claim-2"), "in_twijfel", MAART, "klopt niet")
_EINDE = Annotatie("twijfel-1", ("claim-1",), "", None, "klopt wel", "ongegrond")
_WEG = Degistratie(("claim-1", "claim-2"), (), MAART, "nooit gekocht")
_MELDING = Terugmelding(
    id="melding-1",
    betreft=("claim-1",),
    onderwerp=("nummer-1",),
    gegeven="naam",
    betwijfelde_waarde=Persoonsgegeven("sam", "Sam de Wit"),
    voorgestelde_waarde=Persoonsgegeven("sam", "Sam de Wit"),
    peilmoment=MAART,
    melder="verzekeraar",
    kenmerk="K-1",
    toelichting="klopt niet",
    bevoegd=True,
    status="ontvangen",
)
_OORDEEL = Taakoordeel(("nummer-1",), "punten", OPEN_BEGIN, JUNI, "k", "terzijde", "niet nodig")
_REGELVERSIE = Claim(
    claim_id(ID, 0),
    ("aanschafheffing", "2"),
    "regelversie",
    {
        "versie": 2,
        "overgang": "eerbiedigend",
        "grenzen": [21, Fraction(67, 2)],
        "uitkomsten": [1, 2, 3],
        "grond": "Wet, artikel 4",
    },
    MAART,
    OPEN_EIND,
)
ANNOTATIES: dict[str, tuple[Wijziging, Inhoud]] = {
    "InTwijfelGetrokken": (Wijziging.IN_TWIJFEL_TREKKEN, _TWIJFEL),
    "InOnderzoekGesteld": (Wijziging.IN_ONDERZOEK_STELLEN, _TWIJFEL._replace(status="in_onderzoek", sinds=None)),
    "Aangevochten": (Wijziging.AANVECHTEN, _TWIJFEL._replace(status="aangevochten")),
    "OnderzoekBeeindigd": (Wijziging.ONDERZOEK_BEEINDIGEN, _EINDE),
    "BezwaarAfgehandeld": (Wijziging.AANVECHTEN, _EINDE._replace(uitkomst="gegrond")),
    "Gedegistreerd": (Wijziging.DEGISTREREN, _WEG),
    "Hersteld": (Wijziging.HERSTELLEN, _WEG._replace(valt=(), herleeft=("claim-1",), sinds=None)),
    "Beeindigd": (
        Wijziging.BEEINDIGEN,
        Vastlegging((Claim(claim_id(ID, 0), ("nummer-1",), "regio", None, MAART, OPEN_EIND),)),
    ),
    "Herleefd": (
        Wijziging.HEROPLEVEN,
        Vastlegging((Claim(claim_id(ID, 0), ("nummer-1",), "regio", "Kustland", JUNI, OPEN_EIND),)),
    ),
    "GegevensGecorrigeerd": (
        Wijziging.CORRIGEREN,
        Vastlegging((Claim(claim_id(ID, 0), ("nummer-1",), "gewicht_kg", 1400, MAART, JUNI, "claim-0"),)),
    ),
    "TerugmeldingOntvangen": (Wijziging.TERUGMELDEN, _MELDING),
    "TerugmeldingInOnderzoekGenomen": (Wijziging.TERUGMELDEN, _MELDING._replace(status="in_onderzoek", reden="r")),
    "TerugmeldingGehonoreerd": (Wijziging.TERUGMELDEN, _MELDING._replace(status="gehonoreerd", reden="r")),
    "TerugmeldingAfgewezen": (Wijziging.TERUGMELDEN, _MELDING._replace(status="afgewezen", reden="r")),
    "TerugmeldingIngetrokken": (Wijziging.TERUGMELDEN, _MELDING._replace(status="ingetrokken", bevoegd=False)),
    "TaakHervat": (Wijziging.TAAK_BEHANDELEN, _OORDEEL._replace(oordeel="hervat")),
    "TaakBeslist": (Wijziging.TAAK_BEHANDELEN, _OORDEEL._replace(oordeel="beslist", waarde=Fraction(33, 2))),
    "AanhoudingDoorbroken": (Wijziging.TAAK_BEHANDELEN, _OORDEEL._replace(oordeel="doorbroken")),
    "TaakTerzijdeGelegd": (Wijziging.TAAK_BEHANDELEN, _OORDEEL),
    "RegelversieGeregistreerd": (Wijziging.REGISTREREN, Vastlegging((_REGELVERSIE,))),
    "HerbeoordelingAfgerond": (Wijziging.HERBEOORDELEN, Herbeoordeling("aanschafheffing", "gevolg-1", 100_000, 12)),
    "PersoonsgegevensGewist": (Wijziging.WISSEN, Vernietiging("sam", "op verzoek")),
    "PersoonsgegevensVernietigd": (Wijziging.VERNIETIGEN, Vernietiging("sam", "bewaartermijn verstreken")),
}


# --- one sample of everything a register can record -----------------------------------------------------------


def monsters(context: Context) -> dict[str, Transactie]:
    """A sample transactie by stored name."""
    gevolgen = [_vastgelegd(naam) for naam in context.gevolgen]
    gevolgen += [_generiek(naam) for naam in GENERIEKE_GEVOLGEN]
    for soort in context.aggregaten:
        for regel in soort.regels:
            gevolgen += [_afgeleid(regel, naam) for naam in mogelijke_gevolgen(regel)]
    return {opgeslagen_naam(context.naam, g.naam, g.versie): _transactie(context, g) for g in gevolgen}


def _transactie(context: Context, gevolg: Gevolg) -> Transactie:
    mens = gevolg.soort is Wijziging.CORRIGEREN
    return Transactie(
        register=context.naam,
        aggregaat=context.aggregaten[0].naam,
        aggregaat_id="nummer-1",
        volgnummer=2,
        commando_id="00000000-0000-8000-8000-000000000002",
        commando="EenCommando",
        verantwoording=Verantwoording(
            aanleiding=Aanleiding("signaal", "melding-1", "Verzekeraar", None if mens else "afspraak-1"),
            gebeurd_op=MAART if mens else datetime(2026, 3, 1, 11, 30, 0, 5, tzinfo=UTC),
            geregistreerd_door="golden",
            verantwoordelijke=Verantwoordelijke("Organisatie", "Onderdeel"),
            software=Software("gevolg 0", f"{context.naam}@1", "golden", "spoor-1"),
            beslisser="ambtenaar-1" if mens else None,
            namens=Mandaat("bevoegdheid-1", "besluit-1") if mens else None,
            voert_uit=None if mens else "gevolg-0",
            oorzaak="commando-0",
        ),
        gevolgen=(gevolg,),
        positie=1,
        geregistreerd_op=NU,
    )


def _gevolg(naam: str, soort: Wijziging, inhoud: Inhoud, verklaring: Verklaring | None = None) -> Gevolg:
    return Gevolg(
        ID,
        naam,
        gevolgversie(GENERIEKE_UPCASTERS, naam),
        soort,
        inhoud,
        (Grond("wet", "Wet, artikel 1", "1"),),
        verklaring,
    )


def _vastgelegd(naam: str) -> Gevolg:
    """What a commando asserts: every kind of value a claim can have."""
    claims = [
        ("naam", Persoonsgegeven("sam", "Sam de Wit"), None),
        ("gewicht_kg", 1300, "claim-0"),
        ("lengte_m", Decimal("4.40"), None),
        ("aankoopdatum", MAART, None),
        ("lid", True, None),
        ("regio", "Kustland", None),
    ]
    return _gevolg(
        naam,
        Wijziging.REGISTREREN,
        Vastlegging(
            tuple(
                Claim(claim_id(ID, n), ("nummer-1", "koop-1"), gegeven, waarde, MAART, OPEN_EIND, corrigeert)
                for n, (gegeven, waarde, corrigeert) in enumerate(claims)
            )
        ),
    )


def _afgeleid(regel: Regel, naam: str) -> Gevolg:
    """What a rule gives: now, and before."""
    waarde = Fraction(33, 2) if regel.naam == "huishoudelijk-milieueffect" else WAARDEN[regel.geeft]
    soort = next((s for s in UITGANGEN if naam == afgeleid_gevolg(regel, s)), Wijziging.VASTSTELLEN)
    nieuw = soort is Wijziging.VASTSTELLEN
    if soort is Wijziging.INTREKKEN:
        stuk = Stuk(JUNI, OPEN_EIND, None, ID, regelversie=regel.versie.versie)
        verklaring = Verklaring(regel.naam, regel.versie.versie, (), ())
    else:
        invoer = (Invoer("invoer", "claim-1", waarde, "in_twijfel"), Invoer("peildatum", "claim-3", MAART, "onbetwist"))
        stappen = (Stap("33 / 2", waarde), Stap("overgenomen", None))
        verklaring = Verklaring(regel.naam, regel.versie.versie, invoer, stappen)
        grond = tuple((i.gegeven, i.claim) for i in invoer)
        twijfels = TWIJFELS if soort is Wijziging.ZEKERHEID_WIJZIGEN else frozenset()
        versie = regel.versie.versie
        stuk = Stuk(OPEN_BEGIN, JUNI, waarde, ID, twijfels, versie, grond, invoer, stappen)
    return _gevolg(naam, soort, Afleiding(("nummer-1",), regel.geeft, stuk, None if nieuw else waarde), verklaring)


def _generiek(naam: str) -> Gevolg:
    """What the runtime records in every register."""
    onderwerp = ("nummer-1", "koop-1")
    geheim = Persoonsgegeven("sam", "Sam de Wit")
    match naam:
        case "GegevensOvergenomen":
            gezegd = (
                Mededeling(
                    onderwerp, "koper_naam", MAART, OPEN_EIND, geheim, None, "claim-1", TWIJFELS, "wijzigen", "gevolg-1"
                ),
                Mededeling(onderwerp, "punten", OPEN_BEGIN, JUNI, None, Fraction(1, 3), "claim-2", betreft="claim-0"),
            )
            return _gevolg(naam, Wijziging.OVERNEMEN, overgenomen("wegonderhoud", 7, gezegd))
        case "Aanhouding":
            wacht = (
                Wachtend(onderwerp, "heffing_eurocent", MAART, OPEN_EIND, "invoer_in_twijfel", taak=False, kenmerk="k"),
                Wachtend(("nummer-1",), "passen", OPEN_BEGIN, JUNI, "punten_onbekend", taak=True, termijn_dagen=14),
            )
            return _gevolg(naam, Wijziging.AANHOUDEN, Aanhouding(wacht))
        case "SignaalBeoordeeld":
            beoordeling = Beoordeling(
                "wegonderhoud", b"0123456789abcdef", 7, "auto@1", ("NeemGegevensOver auto/nummer-1",), "een reden"
            )
            return _gevolg(naam, Wijziging.BEOORDELEN, beoordeling)
        case "OvernameHerroepen":
            blijft = ((b"0123456789abcdef", 7), (b"fedcba9876543210", 1 << 40))
            return _gevolg(naam, Wijziging.INTREKKEN, Herroeping("wegonderhoud", blijft))
    if naam in ANNOTATIES:
        return _gevolg(naam, *ANNOTATIES[naam])
    pytest.fail(f"{naam} is new in every register: give it a sample here, one of each kind of value it can hold")


# --- the files ------------------------------------------------------------------------------------------------


def serialisatie(context: Context) -> Serialisatie:
    """Every key is the same, so that the same is stored each time."""
    vast = MemorySleutelbos(context.naam, random_bytes=lambda n: bytes(k % 256 for k in range(n)))
    vast.encrypt("sam", b"")
    return Serialisatie(context.naam, vast, context.upcasters)


def bevroren(context: Context) -> dict[str, bytes]:
    """The frozen bytes by stored name."""
    bestand = GOLDEN / f"{context.naam}.txt"
    regels = bestand.read_text(encoding="ascii").splitlines() if bestand.exists() else []
    return {naam: bytes.fromhex(hexcijfers) for naam, hexcijfers in (r.split(" ") for r in regels)}


@pytest.mark.parametrize("context", CONTEXTEN, ids=lambda c: c.naam)
def test_every_gevolg_of_a_register_is_stored_in_the_bytes_that_were_frozen(context: Context) -> None:
    frozen, nu = bevroren(context), serialisatie(context)
    gemaakt = {naam: nu.encodeer(transactie) for naam, transactie in monsters(context).items()}
    ontbreekt = [f"{naam} {inhoud.hex()}" for naam, inhoud in gemaakt.items() if naam not in frozen]
    anders = [naam for naam, inhoud in gemaakt.items() if naam in frozen and frozen[naam] != inhoud]

    assert not anders, f"stored in another way than before: {anders}; raise their version and write an upcaster"
    assert not ontbreekt, f"add to tests/golden/{context.naam}.txt:\n" + "\n".join(ontbreekt)


@pytest.mark.parametrize("context", CONTEXTEN, ids=lambda c: c.naam)
def test_everything_that_was_ever_frozen_is_still_readable(context: Context) -> None:
    frozen, lezer, nu = bevroren(context), serialisatie(context), monsters(context)
    assert len(frozen) >= len(nu)
    for naam, inhoud in frozen.items():
        gelezen = lezer.decodeer(Record(1, NU, 1, inhoud, ZERO_HASH))
        assert gelezen.gevolgen, naam
        if naam in nu:
            assert gelezen == nu[naam], naam


def test_the_golden_files_show_no_name() -> None:
    bytes_ = [inhoud for context in CONTEXTEN for inhoud in bevroren(context).values()]
    assert bytes_
    assert not [inhoud for inhoud in bytes_ if b"Sam de Wit" in inhoud]


def test_the_samples_have_every_kind_of_inhoud() -> None:
    soorten = {type(t.gevolgen[0].inhoud) for context in CONTEXTEN for t in monsters(context).values()}
    assert soorten == set(get_args(Inhoud))

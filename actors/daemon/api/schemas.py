"""Schemas: the schemas that every register's document has, whatever its context."""

from typing import Any

from actors.daemon.api.berichtschemas import berichtschemas
from actors.daemon.api.commandos import MEESTE_IN_KETEN
from actors.daemon.api.contractschemas import antwoordschema, verwijs
from actors.daemon.api.grondschemas import (
    GETAL,
    IETS,
    TEKST,
    dicht,
    grondschemas,
    lijst,
    naam_,
    object_,
    of_niets,
    tekst,
)
from actors.register.contract import UUID
from actors.register.terugmelding import Terugmeldingstatus
from actors.register.verantwoording import Aanleidingsoort


def vaste_schemas() -> dict[str, Any]:
    """All of them, by name."""
    return {
        **grondschemas(),
        **_commandos(),
        **_bulk_en_proef(),
        **_gevolgen(),
        **_sporen(),
        **_zoeken_en_melden(),
        **_taken(),
        **_verstrekkingen(),
        **berichtschemas(),
    }


def _commandos() -> dict[str, Any]:
    gevolgen = lijst(object_("Een gevolg.", ("id", "naam"), id=TEKST, naam=TEKST))
    return {
        "CommandoId": {
            **of_niets({"type": "string", "pattern": f"^{UUID}$"}),
            "description": "Een UUID, het liefst versie 7; zonder krijgt het commando er een.",
            "examples": ["0197f5a0-1b2c-7d3e-8f40-112233445566"],
        },
        "Aanleiding": dicht(
            object_(
                "Wat eraan voorafging, en wie daar verantwoordelijk was.",
                ("soort", "verwijzing", "verantwoordelijke"),
                soort=tekst("Wat voor aanleiding.", enum=list(Aanleidingsoort), examples=["aanvraag"]),
                verwijzing=tekst("Hoe zij daar heet.", examples=["brief 2026/12"]),
                verantwoordelijke=tekst("Wie daar verantwoordelijk was.", examples=["Verzekeraar"]),
                afspraak={**of_niets(TEKST), "description": "De afspraak waaronder is uitgewisseld."},
            )
        ),
        "Mandaat": dicht(
            object_(
                "Namens wie een ambtenaar beslist.",
                ("bevoegdheid", "verwijzing"),
                bevoegdheid=tekst("Welke bevoegdheid.", examples=["heffen"]),
                verwijzing=tekst("Waar dat is vastgelegd.", examples=["Mandaatbesluit, artikel 2"]),
            )
        ),
        "CommandoVerwerkt": object_(
            "Een verwerkt commando.",
            ("commandoId", "uitkomst", "positie", "geregistreerdOp", "gevolgen"),
            commandoId=TEKST,
            uitkomst=tekst("Verwerkt.", enum=["verwerkt"]),
            positie={**GETAL, "description": "De plaats in het logboek; 0 als er niets vast te leggen was."},
            geregistreerdOp=of_niets(verwijs("Tijdstip")),
            gevolgen=gevolgen,
        ),
        "CommandoNietVerwerkt": object_(
            "Een commando dat niet is verwerkt.",
            ("commandoId", "uitkomst", "probleem"),
            commandoId=TEKST,
            uitkomst=tekst("Niet verwerkt.", enum=["nietVerwerkt"]),
            probleem=verwijs("Probleem"),
        ),
        "Commandouitkomst": {
            "description": "Wat er van een commando is geworden.",
            "oneOf": [verwijs("CommandoVerwerkt"), verwijs("CommandoNietVerwerkt")],
        },
    }


def _bulk_en_proef() -> dict[str, Any]:
    return {
        "Bulkuitkomst": object_(
            "De uitkomst van één regel van een NDJSON-verzoek.",
            ("regel", "status"),
            regel={**GETAL, "description": "Het nummer van de regel, vanaf 1."},
            status={**GETAL, "description": "De status die dit commando alleen zou hebben gekregen."},
            uitkomst=verwijs("CommandoVerwerkt"),
            probleem=verwijs("Probleem"),
        ),
        "Proef": object_(
            "Wat een commando zou doen.",
            ("commando", "verwerkt"),
            commando=TEKST,
            verwerkt={"type": "boolean"},
            uitkomst=object_("Wat zou worden vastgelegd.", register=TEKST, gevolgen=lijst({"type": "object"})),
            probleem=verwijs("Probleem"),
        ),
        "Ketenproefvraag": dicht(
            object_(
                "De commando's, in volgorde.",
                ("commandos",),
                commandos=lijst(verwijs("Commando"), minItems=1, maxItems=MEESTE_IN_KETEN),
                geldigOp={
                    **of_niets({"type": "string", "format": "date"}),
                    "description": "Vergelijk besluiten ook op deze dag; zonder: vandaag.",
                },
            )
        ),
        "Ketenproef": object_(
            "Wat de commando's samen in alle registers zouden doen.",
            ("op", "gebaseerdOp", "registers", "antwoorden"),
            op={"type": "string", "format": "date"},
            gebaseerdOp={"type": "object", "description": "Waar elk register stond."},
            registers=lijst({"type": "object"}),
            antwoorden=lijst(verwijs("Proef")),
        ),
    }


def _gevolgen() -> dict[str, Any]:
    transactie = {
        "register": TEKST,
        "positie": GETAL,
        "geregistreerdOp": verwijs("Tijdstip"),
        "aggregaat": TEKST,
        "aggregaatId": TEKST,
        "volgnummer": GETAL,
        "commando": TEKST,
        "commandoId": TEKST,
        "verantwoording": {"type": "object", "description": "Waarom en hoe: aanleiding, door wie, wanneer, waarmee."},
    }
    return {
        "Gevolg": object_(
            "Eén vastgelegd feit, met zijn grond en verklaring.",
            ("id", "naam", "wijziging", "inhoud", "legitimering"),
            id=TEKST,
            naam=TEKST,
            opgeslagenNaam=TEKST,
            versie=GETAL,
            wijziging=TEKST,
            inhoud={"type": "object"},
            legitimering=lijst(verwijs("Grond")),
            verklaring=of_niets({"type": "object"}),
        ),
        "Transactie": object_(
            "De gevolgen van één commando.",
            (*transactie, "gevolgen"),
            **transactie,
            gevolgen=lijst(verwijs("Gevolg")),
        ),
        "Gevolgenblad": object_(
            "Een bladzijde transacties.",
            ("transacties", "_links"),
            transacties=lijst(verwijs("Transactie")),
            _links=verwijs("Bladlinks"),
        ),
        "GevolgInTransactie": object_(
            "Een gevolg, met de transactie waarin het staat.",
            ("transactie", "gevolg"),
            transactie=object_("De transactie.", tuple(transactie), **transactie),
            gevolg=verwijs("Gevolg"),
        ),
    }


def _sporen() -> dict[str, Any]:
    return {
        "Spoor": object_(
            "Gevolgen en hoe zij naar elkaar verwijzen.",
            ("richting", "begin", "gevolgen", "verbanden", "buiten", "meer", "tot", "achter"),
            richting=tekst("Terug of vooruit.", enum=["herkomst", "doorwerking"]),
            begin=lijst(TEKST),
            gevolgen=lijst({"type": "object"}),
            verbanden=lijst({"type": "object"}),
            buiten=lijst({"type": "object"}, description="Verwijzingen naar wat hier niet te vinden is."),
            meer={"type": "boolean", "description": "Of er meer is dan is gevraagd."},
            tot={"type": "object", "additionalProperties": GETAL},
            achter={"type": "object", "additionalProperties": GETAL},
        ),
        "SpoorAntwoord": antwoordschema("Een herkomst of doorwerking.", verwijs("Spoor")),
        "Uitleg": object_(
            "De uitleg, in alinea's.",
            ("register", "aggregaat", "aggregaatId", "gevolg", "alineas"),
            register=TEKST,
            aggregaat=TEKST,
            aggregaatId=TEKST,
            gevolg=TEKST,
            alineas=lijst(
                object_("Een alinea.", ("kop", "zinnen", "punten"), kop=TEKST, zinnen=lijst(TEKST), punten=lijst(TEKST))
            ),
        ),
        "UitlegAntwoord": antwoordschema("Een uitleg.", verwijs("Uitleg")),
    }


def _zoeken_en_melden() -> dict[str, Any]:
    onderwerp = lijst(naam_("Een deel.", "auto-1"), minItems=1, maxItems=10, examples=[["auto-1"]])
    return {
        "Zoekresultaat": object_(
            "Wat is gevonden.",
            ("gevonden",),
            gevonden=lijst(
                object_(
                    "Een aggregaat.",
                    ("id", "_links"),
                    id=TEKST,
                    _links=object_("Waar het staat.", ("self",), self=verwijs("Link")),
                )
            ),
        ),
        "Terugmeldvraag": dicht(
            object_(
                "Gerede twijfel aan een waarde.",
                ("aggregaat", "aggregaatId", "onderwerp", "gegeven", "peilmoment", "toelichting"),
                id=verwijs("CommandoId"),
                aanleiding={"anyOf": [verwijs("Aanleiding"), {"type": "null"}]},
                gebeurdOp={
                    **of_niets({"type": "string", "format": "date"}),
                    "description": "Wanneer het werd gemerkt; zonder: vandaag.",
                },
                aggregaat=naam_("Soort aggregaat.", "auto"),
                aggregaatId=naam_("Kenmerk van het aggregaat.", "auto-1"),
                onderwerp={**onderwerp, "description": "Waarover: het pad, eerst het aggregaat zelf."},
                gegeven=naam_("Het gegeven dat niet lijkt te kloppen.", "gewicht_kg"),
                peilmoment=tekst("De dag waarop de waarde gold.", format="date", examples=["2026-03-01"]),
                betwijfeldeWaarde=verwijs("Waarde"),
                voorgesteldeWaarde=verwijs("Waarde"),
                kenmerk=tekst("Uw eigen kenmerk.", langst=200, examples=["zaak 12"]),
                toelichting=tekst(
                    "Waarom u twijfelt, zonder persoonsgegevens.",
                    kortst=1,
                    langst=2000,
                    pattern="\\S",
                    examples=["de auto is gewogen"],
                ),
            )
        ),
    }


def _taken() -> dict[str, Any]:
    return {
        "Terugmelding": object_(
            "Een terugmelding, en hoe ver het ermee is.",
            ("id", "terugmeldingId", "onderwerp", "gegeven", "peilmoment", "melder", "status"),
            id=tekst("Onder dit kenmerk is zij op te vragen."),
            terugmeldingId=tekst("Kenmerk in het register; de twijfel heeft hetzelfde."),
            onderwerp=lijst(TEKST),
            gegeven=TEKST,
            betwijfeldeWaarde=IETS,
            voorgesteldeWaarde=IETS,
            peilmoment=tekst("De dag waarop de waarde gold.", format="date"),
            melder=TEKST,
            kenmerk=TEKST,
            toelichting=TEKST,
            status=tekst("Hoe ver het ermee is.", enum=list(Terugmeldingstatus)),
            reden=tekst("Waarom zij deze status heeft."),
        ),
        "Taak": object_(
            "Iets wat wacht.",
            ("aggregaat", "onderwerp", "gegeven", "reden", "taak"),
            aggregaat=TEKST,
            onderwerp=lijst(TEKST),
            gegeven=TEKST,
            vanaf=verwijs("DagOfOpen"),
            tot=verwijs("DagOfOpen"),
            reden=TEKST,
            taak={"type": "boolean", "description": "Of een ambtenaar iets moet doen; anders is het aangehouden."},
            kenmerk=TEKST,
            sinds=of_niets(verwijs("Tijdstip")),
            uiterlijk=verwijs("DagOfOpen"),
        ),
        "TakenAntwoord": antwoordschema("Wat wacht.", lijst(verwijs("Taak"))),
        "Bijhoudingsmodel": object_("Het bijhoudingsmodel als JSON Schema.", title=TEKST, description=TEKST),
    }


def _verstrekkingen() -> dict[str, Any]:
    return {
        "Verstrekking": object_(
            "Iets wat is bekendgemaakt.",
            ("referentie", "digest", "bekendmaking", "vorm", "doelgroep", "grondslag"),
            referentie=tekst("Kenmerk dat voorgoed hetzelfde blijft."),
            nummer={**GETAL, "description": "De plaats in de reeks."},
            positie={**GETAL, "description": "De transactie waarover het gaat."},
            digest=tekst("Waaraan het register de inhoud herkent."),
            bekendmaking=tekst("Naam en versie van het leveringsmodel."),
            vorm=tekst("Notificatie of brief.", enum=["notificatie", "brief"]),
            doelgroep=TEKST,
            grondslag=verwijs("Grond"),
            trace=tekst("De trace waar dit bij hoort, als W3C traceparent; alleen als er een is."),
            mededelingen=lijst({"type": "object"}),
            tekst=IETS,
        ),
        "Verstrekkingenblad": object_(
            "Verstrekkingen na een nummer.",
            ("verstrekkingen", "tot", "_links"),
            verstrekkingen=lijst(verwijs("Verstrekking")),
            tot={**GETAL, "description": "Tot en met dit nummer is gekeken: vraag hierna verder."},
            _links=verwijs("Bladlinks"),
        ),
        "Attestvraag": dicht(
            object_(
                "Welke verstrekking, en met welke digest.",
                ("referentie", "digest"),
                referentie=tekst(
                    "De referentie.", examples=["wegonderhoud/verstrekkingen/0123456789abcdef0123456789abcdef/3"]
                ),
                digest=tekst("De digest die bij de levering stond.", examples=["0" * 64]),
            )
        ),
        "Attest": object_(
            "Wat het register over een verstrekking bevestigt.",
            ("referentie", "bekendmaking", "vorm", "doelgroep", "grondslag", "klopt"),
            referentie=TEKST,
            bekendmaking=TEKST,
            vorm=TEKST,
            doelgroep=TEKST,
            grondslag=verwijs("Grond"),
            organisatie=TEKST,
            geregistreerdOp=verwijs("Tijdstip"),
            positie=GETAL,
            klopt={"type": "boolean", "description": "Of de digest klopt."},
        ),
    }

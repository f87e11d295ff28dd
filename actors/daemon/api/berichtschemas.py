"""Berichtschemas: the schemas of CloudEvents, of what became of them, and of abonnementen."""

from typing import Any

from actors.daemon.abonnementen.abonnement import Status, Vorm
from actors.daemon.api.contractschemas import verwijs
from actors.daemon.api.grondschemas import GETAL, TEKST, dicht, lijst, object_, of_niets, tekst

_LEESBAAR = r"^[^\x00-\x1f\x7f-\x9f]*$"
_GEHEIM = "^whsec_(?:[A-Za-z0-9+/]{4}){8,20}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})?$"


def berichtschemas() -> dict[str, Any]:
    """All of them, by name."""
    return {**_gebeurtenissen(), **_uitkomsten(), **_abonnementen()}


def _gebeurtenissen() -> dict[str, Any]:
    return {
        "CloudEvent": {
            **object_(
                "Een gebeurtenis: CloudEvents 1.0, NL GOV-profiel 1.1.",
                ("specversion", "id", "source", "type"),
                specversion=tekst("Altijd 1.0.", enum=["1.0"]),
                id=tekst(
                    "De referentie van de verstrekking.",
                    kortst=1,
                    pattern=_LEESBAAR,
                    examples=[f"wegonderhoud/verstrekkingen/{'0' * 32}/2"],
                ),
                source=tekst(
                    "Het register dat dit zegt.",
                    kortst=1,
                    pattern=_LEESBAAR,
                    examples=["urn:nld:oin:00000003273229190000:systeem:wegonderhoud"],
                ),
                type=tekst(
                    "Welke bekendmaking, en welke versie.",
                    kortst=1,
                    pattern=_LEESBAAR,
                    examples=["nl.wegonderhoud.aangeschafte-auto.v1"],
                ),
                subject=tekst("Het kenmerk van het aggregaat.", pattern=_LEESBAAR),
                time=tekst("Het registratiemoment.", format="date-time"),
                datacontenttype=tekst("Altijd JSON.", pattern="^application/json$", examples=["application/json"]),
                dataref=tekst("Waar de verstrekking te vinden is.", format="uri-reference", pattern=_LEESBAAR),
                sequence=tekst("Het nummer in de reeks.", pattern=_LEESBAAR),
                sequencetype=tekst("Altijd Integer.", pattern=_LEESBAAR),
                incarnatie=tekst("Welke incarnatie van de reeks dit zegt.", pattern=_LEESBAAR),
                keten=tekst("De ketenhash bij dit nummer.", pattern=_LEESBAAR),
                vorige=tekst("Het nummer van de gebeurtenis hiervoor.", pattern=_LEESBAAR),
                vorigeketen=tekst("De ketenhash daar.", pattern=_LEESBAAR),
                eerder=tekst("Tot waar eerdere incarnaties hetzelfde zeggen.", pattern=_LEESBAAR),
                data={"type": "object", "description": "Wat er bekend is gemaakt."},
            ),
            "propertyNames": {"pattern": "^[a-z0-9]{1,40}$"},
            "additionalProperties": {
                "anyOf": [{**TEKST, "pattern": _LEESBAAR}, {"type": "boolean"}, {**GETAL, "format": "int32"}]
            },
        },
    }


def _uitkomsten() -> dict[str, Any]:
    return {
        "Signaaluitkomst": object_(
            "Wat er van één gebeurtenis kwam.",
            ("status", "uitkomst", "reden"),
            id=tekst("Het id van de gebeurtenis, als zij te lezen was."),
            status=GETAL,
            uitkomst=tekst("Wat ervan kwam, in een woord."),
            reden=tekst("Waarom."),
            taken=lijst(TEKST, description="Wat er uit volgt."),
            fouten=lijst(TEKST, description="Alles wat er mis is, elk als «plaats: wat»."),
            verderVanaf={**GETAL, "description": "Zend opnieuw wat na dit nummer komt."},
        ),
        "Signaaluitkomsten": object_(
            "Wat er van elke gebeurtenis kwam, op volgorde.",
            ("uitkomsten",),
            uitkomsten=lijst(verwijs("Signaaluitkomst")),
        ),
    }


_BEKENDMAKINGEN = lijst(
    tekst("Naam en versie van een bekendmaking.", examples=["fysiek-milieueffect@1"]),
    description="Wat er wordt bezorgd; zonder: alles wat u mag lezen.",
    minItems=1,
)


def _abonnementen() -> dict[str, Any]:
    url = tekst(
        "Waar te bezorgen: https, op een openbaar adres.",
        langst=2000,
        pattern="^https?://[!-~]+$",
        examples=["https://bord.example.nl/berichten"],
    )
    vorm = tekst("Hoe de gebeurtenissen worden verstuurd.", enum=[een.value for een in Vorm], examples=["structured"])
    return {
        "Abonnementvraag": dicht(
            object_(
                "Wat te bezorgen, en waar.",
                ("url",),
                url=url,
                bekendmakingen=_BEKENDMAKINGEN,
                vanaf={
                    **GETAL,
                    "minimum": 0,
                    "maximum": 10**15 - 1,
                    "description": "Vanaf na welk nummer; zonder: vanaf nu.",
                    "examples": [0],
                },
                vorm=vorm,
                geheim=tekst(
                    "Waarmee te ondertekenen: `whsec_` en 24 tot 64 bytes in base64; zonder wordt er een gemaakt.",
                    pattern=_GEHEIM,
                    examples=["whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="],
                ),
                toegangstoken=tekst(
                    "Gaat mee als `Authorization: Bearer`.",
                    kortst=1,
                    langst=2000,
                    pattern="^[ -~]+$",
                    examples=["token"],
                ),
            )
        ),
        "Abonnement": object_(
            "Een abonnement, en hoe het ermee gaat.",
            ("id", "url", "bekendmakingen", "vorm", "status", "bezorgdTot"),
            id=TEKST,
            url=url,
            bekendmakingen=_BEKENDMAKINGEN,
            vorm=vorm,
            status=tekst("Hoe het ermee staat.", enum=[een.value for een in Status]),
            bezorgdTot={**GETAL, "description": "Het laatste nummer dat is bezorgd."},
            gemaaktOp=verwijs("Tijdstip"),
            misluktSinds=of_niets(verwijs("Tijdstip")),
            pogingen={**GETAL, "description": "Hoe vaak het sindsdien mislukte."},
            volgendePogingOp=of_niets(verwijs("Tijdstip")),
            reden=tekst("Wat er de laatste keer mis was."),
            eigenaar=tekst("Wie het heeft gemaakt."),
            geheim=tekst("Alleen bij het maken: het geheim waarmee wordt ondertekend."),
        ),
        "Abonnementenlijst": object_("Abonnementen.", ("abonnementen",), abonnementen=lijst(verwijs("Abonnement"))),
    }

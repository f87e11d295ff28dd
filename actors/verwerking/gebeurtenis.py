"""Gebeurtenis: a CloudEvent (1.0, NL GOV profile 1.1) and the three forms in which it goes over HTTP.

Attributes are text; the data is JSON, kept as the bytes it came in or goes out in, so that no form changes it.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

from actors.verwerking.aanbodvorm import lees_json
from actors.verwerking.jsonvorm import json_bytes

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
JSON = "application/json"

MEESTE_BYTES = 64 * 1024
"""What every intermediary forwards ("Size Limits"): a greater event goes out without its data."""

_VERPLICHT = ("id", "source", "specversion", "type")
_NAAM = re.compile(r"[a-z0-9]{1,40}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d", re.ASCII)
_STUURTEKEN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_VEILIG = "".join(chr(teken) for teken in range(0x21, 0x7F) if chr(teken) not in '"%')
_HEEL = 2**31


class Gebeurtenis(NamedTuple):
    """One event: its context attributes, and its data as JSON (None: it has none)."""

    attributen: Mapping[str, str]
    data: bytes | None

    @property
    def id(self) -> str:
        """Unique within its source; with that: the same event."""
        return self.attributen["id"]


class GeenGebeurtenis(ValueError):
    """What came in is no CloudEvent; `fouten` says all that is wrong with it, each "place: what"."""

    def __init__(self, *fouten: str) -> None:
        """Say all of it at once."""
        super().__init__("; ".join(fouten))
        self.fouten = fouten


# --- out ------------------------------------------------------------------------------------------------------


def als_structured(gebeurtenis: Gebeurtenis) -> bytes:
    """The whole event as one JSON object."""
    kop = json_bytes(dict(gebeurtenis.attributen))
    return kop if gebeurtenis.data is None else kop[:-1] + b',"data":' + gebeurtenis.data + b"}"


def als_batch(gebeurtenissen: Iterable[Gebeurtenis]) -> bytes:
    """Several events as one JSON array."""
    return b"[" + b",".join(als_structured(een) for een in gebeurtenissen) + b"]"


def als_binary(gebeurtenis: Gebeurtenis) -> tuple[dict[str, str], bytes]:
    """The attributes as headers, and the data alone as the body."""
    gewoon = {naam: waarde for naam, waarde in gebeurtenis.attributen.items() if naam != "datacontenttype"}
    koppen = {f"ce-{naam}": quote(waarde, safe=_VEILIG) for naam, waarde in gewoon.items()}
    if gebeurtenis.data is None:
        return koppen, b""
    return {**koppen, "content-type": gebeurtenis.attributen.get("datacontenttype", JSON)}, gebeurtenis.data


def begrensd(gebeurtenis: Gebeurtenis) -> Gebeurtenis:
    """The event, without its data when it is too large for every intermediary: `dataref` says where that is."""
    if len(als_structured(gebeurtenis)) <= MEESTE_BYTES:
        return gebeurtenis
    attributen = {naam: waarde for naam, waarde in gebeurtenis.attributen.items() if naam != "datacontenttype"}
    return Gebeurtenis(attributen, None)


# --- in -------------------------------------------------------------------------------------------------------


def is_batch(soort: str) -> bool:
    """Whether a content type announces several events."""
    return _kaal(soort) == BATCH


def lees_gebeurtenissen(koppen: Mapping[str, str], inhoud: bytes) -> list[Gebeurtenis | GeenGebeurtenis]:
    """The events of a request, by its content type: structured, batch or binary; what is none says why.

    `koppen` have lower-case names. GeenGebeurtenis when the request as a whole has no events to read.
    """
    soort = _kaal(koppen.get("content-type", ""))
    if soort == STRUCTURED:
        return [_lees_een(_json(inhoud))]
    if soort == BATCH:
        alle = _json(inhoud)
        if not isinstance(alle, list):
            raise GeenGebeurtenis("bericht: moet een lijst van gebeurtenissen zijn")
        return [_lees_een(een) for een in alle]
    if "ce-specversion" not in koppen:
        raise GeenGebeurtenis(
            f"content-type: moet {STRUCTURED} of {BATCH} zijn, of ce-specversion en de andere ce-koppen moeten er staan"
        )
    return [_lees_binary(koppen, inhoud)]


def _lees_binary(koppen: Mapping[str, str], inhoud: bytes) -> Gebeurtenis | GeenGebeurtenis:
    attributen = {
        naam.removeprefix("ce-"): unquote(waarde) for naam, waarde in koppen.items() if naam.startswith("ce-")
    }
    if inhoud and koppen.get("content-type"):
        attributen["datacontenttype"] = koppen["content-type"]
    return _getoetst(attributen, inhoud or None)


def _lees_een(gelezen: Any) -> Gebeurtenis | GeenGebeurtenis:
    if not isinstance(gelezen, dict):
        return GeenGebeurtenis("bericht: moet een object zijn")
    if "data_base64" in gelezen:
        return GeenGebeurtenis("data_base64: wordt hier niet gebruikt; geef data als JSON")
    gelezen = {naam: _heel(waarde) for naam, waarde in gelezen.items()}
    fouten = [f"{naam}: {fout}" for naam, waarde in gelezen.items() if (fout := _soortfout(naam, waarde))]
    if fouten:
        return GeenGebeurtenis(*fouten)
    attributen = {
        naam: json_bytes(waarde).decode() if isinstance(waarde, bool | int) else waarde
        for naam, waarde in gelezen.items()
        if naam != "data" and waarde is not None
    }
    try:
        data = json_bytes(gelezen["data"]) if gelezen.get("data") is not None else None
    except ValueError:
        return GeenGebeurtenis("data: bevat een getal dat JSON niet kent")
    return _getoetst(attributen, data)


def _heel(waarde: Any) -> Any:
    """A whole number as one, however it is written: 3.0 is 3."""
    return int(waarde) if isinstance(waarde, float) and waarde.is_integer() else waarde


def _soortfout(naam: str, waarde: Any) -> str | None:
    """What is wrong with the kind of a member, if anything: an attribute is text, a whole number or a truth."""
    if naam == "data" or waarde is None or isinstance(waarde, str | bool):
        return None
    if isinstance(waarde, int):
        return None if -_HEEL <= waarde < _HEEL else "moet een geheel getal van 32 bits zijn, of tekst"
    return "moet tekst zijn, een geheel getal, of true of false"


def _getoetst(attributen: dict[str, str], data: bytes | None) -> Gebeurtenis | GeenGebeurtenis:
    fouten = [f"{naam}: ontbreekt" for naam in _VERPLICHT if not attributen.get(naam)]
    for naam, waarde in attributen.items():
        if _NAAM.fullmatch(naam) is None:
            fouten.append(f"{naam[:40]!r}: is geen naam van een attribuut: alleen kleine letters en cijfers")
        elif _STUURTEKEN.search(waarde):
            fouten.append(f"{naam}: bevat tekens die niet in een attribuut mogen staan")
    if attributen.get("specversion", "1.0") != "1.0":
        fouten.append("specversion: moet 1.0 zijn")
    if "time" in attributen and not _is_moment(attributen["time"]):
        fouten.append("time: moet een moment zijn met tijdzone (RFC 3339)")
    if data is not None and _kaal(attributen.get("datacontenttype", JSON)) != JSON:
        fouten.append(f"datacontenttype: moet {JSON} zijn")
    return GeenGebeurtenis(*fouten) if fouten else Gebeurtenis(attributen, data)


def _is_moment(tekst: str) -> bool:
    try:
        return _MOMENT.match(tekst) is not None and datetime.fromisoformat(tekst).tzinfo is not None
    except ValueError:
        return False


def _json(inhoud: bytes) -> Any:
    try:
        return lees_json(inhoud)
    except ValueError as fout:
        raise GeenGebeurtenis(f"bericht: {fout}") from None


def _kaal(soort: str) -> str:
    return soort.partition(";")[0].strip().lower()

"""The contract of commando's: checked with all errors at once, and readable as JSON Schema.

A contract is a plain dataclass with annotations; pydantic reads it. Strict: no string for a number, no float for a
Decimal, no field that the contract does not know.
"""

import dataclasses
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from operator import attrgetter
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from annotated_types import Predicate
from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails
from typing_extensions import Doc

from actors.register.commando import AangebodenCommando
from actors.register.contract import KENMERK, UUID, Naam, gevuld, kenmerk, uuid
from actors.register.persoonsgegeven import Persoonlijk
from actors.register.tijdlijnen import OPEN_BEGIN, OPEN_EIND
from actors.register.verantwoording import Aanleiding, Aanleidingsoort, Mandaat
from actors.verwerking.traceparent import Traceparent
from actors.verwerking.woorden import AMSTERDAM

_STRENG = ConfigDict(strict=True, extra="forbid", revalidate_instances="always")

_NEDERLANDS = {
    "missing": "ontbreekt",
    "unexpected_keyword_argument": "bestaat niet in dit commando",
    "int_type": "moet een geheel getal zijn",
    "int_from_float": "moet een geheel getal zijn",
    "decimal_type": "moet een exact decimaal getal zijn, geen float",
    "decimal_parsing": "moet een exact decimaal getal zijn, als tekst en met een punt",
    "dict_type": "moet een object zijn",
    "named_tuple_type": "moet een object zijn",
    "extra_forbidden": "bestaat hier niet",
    "is_instance_of": "moet een {class} zijn",
    "string_type": "moet tekst zijn",
    "string_unicode": "moet tekst zijn met alleen geldige tekens (Unicode)",
    "bool_type": "moet waar of onwaar zijn",
    "date_type": "moet een datum zijn (jjjj-mm-dd)",
    "date_from_datetime_parsing": "moet een datum zijn (jjjj-mm-dd)",
    "date_parsing": "moet een datum zijn (jjjj-mm-dd)",
    "greater_than": "moet groter zijn dan {gt}",
    "greater_than_equal": "moet {ge} of meer zijn",
    "less_than": "moet kleiner zijn dan {lt}",
    "multiple_of": "mag niet meer decimalen hebben dan {multiple_of}",
    "too_short": "moet ten minste {min_length} bevatten",
    "too_long": "mag hoogstens {max_length} bevatten",
    "string_too_short": "moet ten minste {min_length} teken hebben",
    "string_too_long": "mag hoogstens {max_length} tekens hebben",
    "uuid": "moet een UUID zijn",
    "gevuld": "mag niet leeg zijn",
    "kort": "mag hoogstens 28 cijfers hebben",
    "waarde": "moet een waarde zijn die een register kan bewaren: tekst (hoogstens 2000 tekens), een "
    "geheel of exact getal (hoogstens 100 cijfers), ja of nee, een dag",
    "kenmerk": "moet een kenmerk zijn: 1 tot 64 letters, cijfers of . _ : @ - (begin met letter of cijfer)",
    "dataclass_type": "moet een {class_name} zijn",
    "dataclass_exact_type": "moet een {class_name} zijn",
    "tuple_type": "moet een lijst zijn",
    "finite_number": "moet een eindig getal zijn",
}

_PATRONEN = {kenmerk: f"^{KENMERK}$", uuid: f"^{UUID}$", gevuld: r"\S"}
"""What a predicate says of text, as a pattern of JSON Schema."""


def fouten_in(commando: Any) -> tuple[str, ...]:
    """All breaches of its contract by a commando made in Python, each "place: what is wrong"; empty when sound."""
    try:
        _lezer(type(commando)).validate_python(commando)  # type: ignore[arg-type]
    except ValidationError as fout:
        return _fouten(fout)
    return tuple(f"{'.'.join(plaats)}: valt buiten de kalender" for plaats in _buiten_de_kalender(commando))


def _buiten_de_kalender(deel: Any, *plaats: str) -> Iterator[tuple[str, ...]]:
    """Where a day stands for an open begin or end, which is said by leaving it out, or a moment is on no day here.

    Not in what registers tell each other (named tuples): there an open bound is a day.
    """
    if isinstance(deel, datetime):
        if deel.tzinfo is not None and not _op_een_dag(deel):
            yield plaats
    elif isinstance(deel, date):
        if deel in (OPEN_BEGIN, OPEN_EIND):
            yield plaats
    elif dataclasses.is_dataclass(deel) and not isinstance(deel, type):
        for naam in _veldnamen(type(deel)):
            een = getattr(deel, naam)
            if type(een) not in _ZONDER_DAG:
                yield from _buiten_de_kalender(een, *plaats, naam)
    elif isinstance(deel, tuple | list) and not hasattr(deel, "_fields"):
        for nummer, een in enumerate(deel):
            yield from _buiten_de_kalender(een, *plaats, str(nummer))


@cache
def _veldnamen(klasse: type) -> tuple[str, ...]:
    return tuple(veld.name for veld in dataclasses.fields(klasse))


_ZONDER_DAG = frozenset({type(None), bool, int, str, Decimal, Fraction})


def _op_een_dag(moment: datetime) -> bool:
    try:
        hier = moment.astimezone(AMSTERDAM).date()
        return not {hier, moment.astimezone(UTC).date()} & {OPEN_BEGIN, OPEN_EIND}
    except OverflowError:
        return False


def lees(klasse: type, gegevens: Any) -> tuple[Any, tuple[str, ...]]:
    """An instance of a contract from what stood in JSON, or None and all that is wrong with it at once.

    Exact numbers, days and moments are text there.
    """
    try:
        return _lezer(klasse).validate_json(json.dumps(gegevens)), ()
    except ValidationError as fout:
        return None, _fouten(fout)


def _fouten(fout: ValidationError) -> tuple[str, ...]:
    details = fout.errors()
    # A whole that is wrong only because of a part is told once, at the part.
    delen = {detail["loc"][:diepte] for detail in details for diepte in range(1, len(detail["loc"]))}
    return tuple(_fout(detail) for detail in details if detail["loc"] not in delen)


def past(soort: Any, waarde: Any) -> tuple[str, ...]:
    """What is wrong with a value of this type, each "waarde: what"; empty when it fits."""
    try:
        _lezer_van_waarde(soort).validate_python(waarde, strict=True)
    except ValidationError as fout:
        return tuple(_fout(detail).replace("commando:", "waarde:") for detail in fout.errors())
    return ()


@cache
def _lezer_van_waarde(soort: Any) -> TypeAdapter[Any]:
    return TypeAdapter(soort)


@dataclasses.dataclass(frozen=True, slots=True)
class _Aanbod:
    """The contract of what surrounds a commando."""

    id: Annotated[str, Predicate(uuid)]
    aanleiding: Aanleiding
    door: Naam
    gebeurd_op: date | datetime | None
    beslisser: Naam | None
    namens: Mandaat | None


_velden_van_aanbod = attrgetter(*(veld.name for veld in dataclasses.fields(_Aanbod)))
_AANLEIDINGSOORTEN = frozenset(soort.value for soort in Aanleidingsoort)


def fouten_in_aanbod(aangeboden: AangebodenCommando) -> tuple[str, ...]:
    """All that is wrong with what surrounds a commando: its id, aanleiding, moment and who offers it."""
    soort = aangeboden.aanleiding.soort
    fouten = fouten_in(_Aanbod(*_velden_van_aanbod(aangeboden)))
    moment = aangeboden.gebeurd_op
    if isinstance(moment, datetime) and moment.tzinfo is None:
        fouten += ("gebeurd_op: een moment moet een tijdzone hebben; geef anders alleen de dag",)
    if aangeboden.trace and Traceparent.lees(aangeboden.trace) is None:
        fouten += ("trace: moet een W3C traceparent zijn, of leeg",)
    if soort not in _AANLEIDINGSOORTEN:
        fouten += (f"aanleiding.soort: moet een van {', '.join(Aanleidingsoort)} zijn",)
    return fouten


def json_schema(klasse: type) -> dict[str, Any]:
    """The contract as JSON Schema (2020-12), with the descriptions of the fields; personal ones have x-persoonlijk."""
    return dict(json.loads(_schematekst(klasse)))


@cache
def _schematekst(klasse: type) -> str:
    schema = _lezer(klasse).json_schema()
    deelschemas = {**schema.get("$defs", {}), klasse.__name__: schema}
    for deel in (klasse, *_geneste(klasse)):
        velden = deelschemas.get(deel.__name__, {}).get("properties", {})
        for naam, tekst in _omschrijvingen(deel).items():
            if naam in velden:
                velden[naam].setdefault("description", tekst)
        for naam, hint in get_type_hints(deel, include_extras=True).items():
            if naam in velden:
                _beperk(velden[naam], hint)
        for naam in persoonlijke_velden(deel):
            velden[naam]["x-persoonlijk"] = True
    return json.dumps(schema)


def _beperk(schema: dict[str, Any], hint: Any) -> None:
    """Say of a field what its predicates say, also inside a list and of a field that may be left out."""
    for deel in get_args(hint):
        patroon = _PATRONEN.get(deel.func) if isinstance(deel, Predicate) else None
        for tekst in _van_soort(schema, "string") if patroon else ():
            tekst["pattern"] = patroon
        if get_origin(deel) is tuple or get_origin(hint) is tuple:
            for lijst in _van_soort(schema, "array"):
                _beperk(lijst["items"], deel)
        else:
            _beperk(schema, deel)


def _van_soort(schema: dict[str, Any], soort: str) -> Iterator[dict[str, Any]]:
    """The schema, or what it may be, as far as that is of a type."""
    for een in schema.get("anyOf", (schema,)):
        if een.get("type") == soort:
            yield een


def velden(klasse: type) -> Iterator[tuple[str, str]]:
    """Name and description of each field of a contract."""
    teksten = _omschrijvingen(klasse)
    for veld in dataclasses.fields(klasse):
        yield veld.name, teksten.get(veld.name, "")


def persoonlijke_velden(klasse: type) -> tuple[str, ...]:
    """The fields of a contract that are marked as personal: kept encrypted under the key of a betrokkene."""
    hints = get_type_hints(klasse, include_extras=True)
    return tuple(naam for naam, hint in hints.items() if any(isinstance(m, Persoonlijk) for m in get_args(hint)))


@cache
def _lezer(klasse: Any) -> TypeAdapter[Any]:
    for deel in (klasse, *_geneste(klasse)):
        # How pydantic takes configuration for a plain dataclass; the context itself stays free of pydantic.
        setattr(deel, "__pydantic_config__", _STRENG)  # noqa: B010
    return TypeAdapter(klasse)


def _geneste(klasse: type) -> Iterator[type]:
    """The dataclasses inside a contract."""
    for hint in get_type_hints(klasse).values():
        for deel in _typen(hint):
            if dataclasses.is_dataclass(deel) and isinstance(deel, type):
                yield deel
                yield from _geneste(deel)


def _typen(hint: Any) -> Iterator[Any]:
    yield hint
    for deel in get_args(hint):
        yield from _typen(deel)


def _omschrijvingen(klasse: type) -> dict[str, str]:
    hints = get_type_hints(klasse, include_extras=True)
    gevonden = {naam: [m for m in get_args(hint) if isinstance(m, Doc)] for naam, hint in hints.items()}
    return {naam: docs[-1].documentation for naam, docs in gevonden.items() if docs}


def _fout(detail: ErrorDetails) -> str:
    plaats = ".".join(str(deel) for deel in detail["loc"]) or "commando"
    # A failed predicate is told by its own name.
    soort = detail["msg"].split()[1].strip("'") if detail["type"] == "predicate_failed" else detail["type"]
    tekst = _NEDERLANDS.get(soort)
    return f"{plaats}: {tekst.format(**detail.get('ctx', {})) if tekst else detail['msg']}"

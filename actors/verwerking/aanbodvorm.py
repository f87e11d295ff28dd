"""Aanbodvorm: a commando as JSON, read into what is offered to a register; all that is wrong with it at once.

    {"commando": "CorrigeerAutogegevens", "data": {"auto_id": "auto-1", "lengte_m": "4.52"}, "gebeurd_op": "2026-04-01"}

Numbers with decimals are text, so that they stay exact; so are days and moments. Where any value may stand (`waarde` of
`Corrigeer`) text is text, and another kind says which: {"$getal": "4.52"}, {"$breuk": "33/2"}, {"$datum": "2026-04-01"}
or {"$moment": "2026-04-01T12:00:00Z"}.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from typing import Annotated, Any

from annotated_types import Predicate

from actors.register.commando import AangebodenCommando, NietVerwerkt
from actors.register.context import Context
from actors.register.contract import Naam, uuid
from actors.register.verantwoording import Aanleiding, Aanleidingsoort, Mandaat
from actors.verwerking.contract import fouten_in, fouten_in_aanbod, lees
from actors.verwerking.generiek.soorten import GENERIEKE_CONTRACTEN

_MEESTE_CIJFERS = 100
_CONTRACT = "het commando voldoet niet aan zijn contract"
_TE_DIEP = "dit is te diep genest voor een commando"
_ZONDER_REST = re.compile(r"-?[0-9]+\.0+")
_GETAL = re.compile(r"-?[0-9]{1,100}(\.[0-9]{1,100})?")
_BREUK = re.compile(r"-?[0-9]{1,100}/[0-9]{1,100}")
_DAG = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TEKEN = "\x00waarde "
"""How the sign begins that stands for a value that JSON has not; in no text of a commando stands a NUL."""


def _lezer(vorm: re.Pattern[str], maak: Callable[[str], Any]) -> Callable[[str], Any]:
    def lees_een(tekst: str) -> Any:
        if vorm.fullmatch(tekst) is None:
            raise ValueError(tekst)
        return maak(tekst)

    return lees_een


_dag = _lezer(_DAG, date.fromisoformat)
_SOORTEN: Mapping[str, Callable[[str], Any]] = {
    "$getal": _lezer(_GETAL, Decimal),
    "$breuk": _lezer(_BREUK, Fraction),
    "$datum": _dag,
    "$moment": datetime.fromisoformat,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Omhulsel:
    """What surrounds the data of a commando."""

    commando: Naam
    data: dict[str, Any]
    register: Naam | None = None
    id: Annotated[str, Predicate(uuid)] | None = None
    aanleiding: Aanleiding | None = None
    gebeurd_op: str | None = None
    beslisser: Naam | None = None
    namens: Mandaat | None = None


_HALF = re.compile(r"\\u[dD][89a-fA-F]")
"""Where half a character may be written out."""


def lees_json(tekst: str | bytes) -> Any:
    """What stands in JSON; ValueError in Dutch when it is none, or says something twice."""
    try:
        gelezen = json.loads(tekst, object_pairs_hook=_zonder_dubbel, parse_int=_geheel, parse_float=_gebroken)
        if _HALF.search(tekst if isinstance(tekst, str) else tekst.decode()):
            json.dumps(gelezen, ensure_ascii=False).encode()
        return gelezen  # noqa: TRY300 - what follows is what can be wrong with it
    except UnicodeEncodeError:
        raise ValueError("er staat een half teken in (een losse surrogaat, \\ud800 tot \\udfff)") from None
    except UnicodeDecodeError:
        raise ValueError("dit is geen UTF-8") from None
    except json.JSONDecodeError as fout:
        raise ValueError(f"dit is geen JSON (regel {fout.lineno}, teken {fout.colno})") from None
    except RecursionError:
        raise ValueError(_TE_DIEP) from None


def _geheel(cijfers: str) -> int:
    if len(cijfers) > _MEESTE_CIJFERS:
        raise ValueError(f"een getal heeft hoogstens {_MEESTE_CIJFERS} cijfers, niet {len(cijfers)}")
    return int(cijfers)


def _gebroken(tekst: str) -> int | float:
    """A number with a point; JSON Schema counts 4.0 among the whole ones."""
    return _geheel(tekst.partition(".")[0]) if _ZONDER_REST.fullmatch(tekst) else float(tekst)


def _zonder_dubbel(paren: list[tuple[str, Any]]) -> dict[str, Any]:
    gelezen = dict(paren)
    if len(gelezen) < len(paren):
        namen = [naam for naam, _ in paren]
        dubbel = next(naam for naam in namen if namen.count(naam) > 1)
        raise ValueError(f"{dubbel!r} staat er twee keer in één object")
    return gelezen


class Aanbodlezer:
    """Reads the commando's of some registers: those of their contexts, and those that every register knows."""

    def __init__(self, contexten: Iterable[Context]) -> None:
        """These registers."""
        self._klassen: dict[str, dict[str, type]] = {}
        for context in contexten:
            for soort in context.commandos:
                if not soort.intern:
                    self._klassen.setdefault(soort.naam, {})[context.naam] = soort.klasse
            for klasse in GENERIEKE_CONTRACTEN:
                self._klassen.setdefault(klasse.__name__, {})[context.naam] = klasse

    def lees(self, gegevens: Any, *, nieuw_id: Callable[[], str], door: str) -> AangebodenCommando | NietVerwerkt:
        """What is offered, by `door`; or all that is wrong with it. Without an id of its own it gets a new one."""
        try:
            return self._lees(gegevens, nieuw_id, door)
        except RecursionError:
            return _fout(_TE_DIEP)

    def _lees(self, gegevens: Any, nieuw_id: Callable[[], str], door: str) -> AangebodenCommando | NietVerwerkt:
        if not isinstance(gegevens, dict):
            return _fout("een commando is een object: {…}")
        waarden: list[Any] = []
        fouten: dict[str, str] = {}
        kaal = dict(_ontvouw(gegevens, "", waarden, fouten))
        omhulsel = _lees_deel(_Omhulsel, kaal, "", fouten)
        gebeurd_op = _moment(kaal.get("gebeurd_op"), fouten)
        _controleer_aanleiding(kaal.get("aanleiding"), fouten)
        klasse, register = self._klasse(kaal, fouten)
        data = kaal.get("data")
        commando = _lees_deel(klasse, data, "data.", fouten) if klasse and isinstance(data, dict) else None
        if omhulsel is None or commando is None or fouten:
            return _fout(*(f"{plaats}: {wat}" for plaats, wat in fouten.items()))
        commando = _vul(commando, waarden)
        aangeboden = AangebodenCommando(
            id=omhulsel.id or nieuw_id(),
            commando=commando,
            aanleiding=omhulsel.aanleiding or Aanleiding(Aanleidingsoort.AMBTSHALVE.value, "geen", door),
            door=door,
            gebeurd_op=gebeurd_op,
            beslisser=omhulsel.beslisser,
            namens=omhulsel.namens,
            register=register,
        )
        over = (*(f"data.{fout}" for fout in fouten_in(commando)), *fouten_in_aanbod(aangeboden))
        return _fout(*over) if over else aangeboden

    def _klasse(self, kaal: Mapping[str, Any], fouten: dict[str, str]) -> tuple[type | None, str | None]:
        """The contract of this commando, and the register it is for."""
        naam, register = kaal.get("commando"), kaal.get("register")
        if not isinstance(naam, str):
            return None, None
        per_register = self._klassen.get(naam)
        if per_register is None:
            lijkt = get_close_matches(naam, self._klassen, n=1, cutoff=0.7)
            bedoeld = f"; bedoelde u {lijkt[0]}?" if lijkt else "; bekijk wat er is met `gevolg model`"
            fouten["commando"] = f"geen register kent {naam!r}{bedoeld}"
            return None, None
        if register is None and len(per_register) == 1:
            return next(iter(per_register.values())), next(iter(per_register))
        if not isinstance(register, str) or register not in per_register:
            fouten["register"] = f"noem een register dat {naam} kent: {', '.join(per_register)}"
            return next(iter(per_register.values())), None
        return per_register[register], register


def _fout(*fouten: str) -> NietVerwerkt:
    return NietVerwerkt("contract", _CONTRACT, fouten)


def _lees_deel(klasse: type, gegevens: Any, plaats: str, fouten: dict[str, str]) -> Any:
    """An instance of a contract; None when it is not, and then `fouten` say why. What is told already stays."""
    deel, gevonden = lees(klasse, gegevens)
    for fout in gevonden:
        waar, _, wat = fout.partition(": ")
        fouten.setdefault(f"{plaats}{waar}", wat)
    return deel


def _moment(tekst: Any, fouten: dict[str, str]) -> date | datetime | None:
    """A day, or a moment with its time zone."""
    if not isinstance(tekst, str):
        return None
    try:
        moment: date | datetime | None = (_dag if _DAG.fullmatch(tekst) else datetime.fromisoformat)(tekst)
    except ValueError:
        moment = None
    if moment is None or (isinstance(moment, datetime) and moment.tzinfo is None):
        fouten["gebeurd_op"] = "moet een dag zijn (jjjj-mm-dd), of een moment met tijdzone (jjjj-mm-ddTuu:mm:ssZ)"
    return moment


def _controleer_aanleiding(aanleiding: Any, fouten: dict[str, str]) -> None:
    soort = aanleiding.get("soort") if isinstance(aanleiding, dict) else None
    if isinstance(soort, str) and soort not in set(Aanleidingsoort):
        fouten["aanleiding.soort"] = f"moet een van {', '.join(Aanleidingsoort)} zijn"


def _ontvouw(
    deel: Mapping[str, Any], plaats: str, waarden: list[Any], fouten: dict[str, str]
) -> Iterator[tuple[str, Any]]:
    for naam, waarde in deel.items():
        yield naam, _kaal(waarde, f"{plaats}{naam}", waarden, fouten)


def _kaal(waarde: Any, plaats: str, waarden: list[Any], fouten: dict[str, str]) -> Any:
    """What JSON has; a value that it has not is kept in `waarden`, and a sign stands in its place."""
    if isinstance(waarde, float):
        fouten[plaats] = f'schrijf een getal met decimalen als tekst, dan blijft het exact: "{waarde}"'
        return str(waarde)
    if isinstance(waarde, str) and waarde.startswith(_TEKEN):
        fouten[plaats] = "mag niet met een NUL beginnen"
        return ""
    if isinstance(waarde, list):
        return [_kaal(een, f"{plaats}.{n}", waarden, fouten) for n, een in enumerate(waarde)]
    if not isinstance(waarde, dict):
        return waarde
    soort = next(iter(waarde)) if len(waarde) == 1 else ""
    if soort not in _SOORTEN:
        return dict(_ontvouw(waarde, f"{plaats}.", waarden, fouten))
    try:
        waarden.append(_SOORTEN[soort](str(waarde[soort])))
    except (ValueError, ZeroDivisionError):
        fouten[plaats] = f"{waarde[soort]!r} is geen {soort.removeprefix('$')}"
    return f"{_TEKEN}{len(waarden) - 1}"


def _vul(deel: Any, waarden: list[Any]) -> Any:
    """The same with each value in the place of its sign."""
    if not waarden:
        return deel
    if isinstance(deel, str) and deel.startswith(_TEKEN):
        return waarden[int(deel.removeprefix(_TEKEN))]
    if isinstance(deel, tuple) and not hasattr(deel, "_fields"):
        return tuple(_vul(een, waarden) for een in deel)
    if is_dataclass(deel) and not isinstance(deel, type):
        return replace(deel, **{veld.name: _vul(getattr(deel, veld.name), waarden) for veld in fields(deel)})
    return deel

"""Signaalvorm: a CloudEvent of another register, read into the melding that it is and its place in the feed there."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar

from actors.register.bekendmaking import Melding
from actors.register.claim import Mededeling
from actors.register.tijdlijnen import OPEN_BEGIN, OPEN_EIND
from actors.register.zekerheid import Twijfel
from actors.verwerking.aanbodvorm import lees_json
from actors.verwerking.contract import lees
from actors.verwerking.gebeurtenis import Gebeurtenis
from actors.verwerking.gebeurtenisstroom import NAMEN, Plaats
from actors.verwerking.herleveren import Referentie, VerstrekkingOnbekend
from actors.verwerking.traceparent import Traceparent
from actors.verwerking.waardetypen import met_typen
from storage.limits import HASH_BYTES, ID_BYTES

T = TypeVar("T")

_NUMMER = re.compile(r"[0-9]{1,18}", re.ASCII)
_HIER = {daar: hier for hier, daar in NAMEN.items()}
_EERDER = re.compile(rf"([0-9a-f]{{{2 * ID_BYTES}}}):([0-9]{{1,18}})", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Twijfel:
    """A doubt as it is delivered."""

    id: str
    claim: str
    status: str


@dataclass(frozen=True, slots=True)
class _Mededeling:
    """What is told of one gegeven, as it is delivered; an open bound is null."""

    onderwerp: list[str]
    gegeven: str
    vanaf: date | None
    tot: date | None
    waarde: Any
    was: Any
    claim: str
    twijfels: list[_Twijfel]
    soort: str
    gevolg: str
    betreft: str | None


@dataclass(frozen=True, slots=True)
class _Melding:
    """The data of a signaal: what is delivered of a notificatie, and the kinds of its values."""

    referentie: str
    digest: str
    bekendmaking: str
    vorm: str
    doelgroep: str
    grondslag: dict[str, str]
    organisatie: str
    aggregaat: str
    id: str
    oorzaak: str
    gebeurd_op: str
    geregistreerd_op: datetime
    gevolgen: list[str]
    mededelingen: list[_Mededeling]
    typen: dict[str, str] = field(default_factory=dict)


class Ontvangen(NamedTuple):
    """A melding as it came in: which incarnation of the feed says it, where, and what stood before it there.

    `eerder`: per former incarnation of that feed the last number up to which both say the same.
    """

    melding: Melding
    incarnatie: bytes
    plaats: Plaats
    vorige: Plaats
    eerder: Mapping[bytes, int]


def lees_signaal(bron: str, bekendmaking: str, gebeurtenis: Gebeurtenis) -> Ontvangen | tuple[str, ...]:
    """What an event of a bekendmaking of another register says, or all that is wrong with it ("place: what")."""
    fouten: list[str] = []
    attributen = _Attributen(gebeurtenis.attributen, fouten)
    incarnatie = attributen.bytes_van("incarnatie", ID_BYTES)
    plaats = Plaats(attributen.nummer("sequence"), attributen.bytes_van("keten", HASH_BYTES))
    vorige = Plaats(attributen.nummer("vorige"), attributen.bytes_van("vorigeketen", HASH_BYTES))
    eerder = attributen.eerder()
    gelezen = _lees_data(gebeurtenis.data, fouten)
    if gelezen is not None and gelezen.bekendmaking != bekendmaking:
        fouten.append(f"data.bekendmaking: is {gelezen.bekendmaking[:80]}, maar type zegt {bekendmaking}")
    if not fouten and plaats.nummer <= vorige.nummer:
        fouten.append("vorige: moet kleiner zijn dan sequence")
    if not fouten and gelezen is not None:
        fouten += _naam_klopt(gebeurtenis.id, gelezen.referentie, plaats.nummer, {incarnatie, *eerder})
    if fouten or gelezen is None:
        return tuple(fouten)
    try:
        melding = replace(_melding(bron, plaats.nummer, gelezen), trace=attributen.trace())
    except ValueError as fout:
        return (f"data.typen: {fout}",)
    return Ontvangen(melding, incarnatie, plaats, vorige, eerder)


def _naam_klopt(id_: str, referentie: str, nummer: int, incarnaties: Collection[bytes]) -> Iterator[str]:
    """What is wrong with the name of an event: it says again where it stands, and in which incarnation."""
    if referentie != id_:
        yield "data.referentie: is een andere dan id"
    try:
        genoemd = Referentie.lees(id_)
    except VerstrekkingOnbekend as fout:
        yield f"id: {fout}"
        return
    if genoemd.nummer != nummer:
        yield "sequence: is een ander nummer dan in id"
    if genoemd.feed_id not in incarnaties:
        yield "incarnatie: is een andere dan in id, en ook eerder noemt die niet"


def _lees_data(data: bytes | None, fouten: list[str]) -> _Melding | None:
    if data is None:
        fouten.append("data: ontbreekt; wat de gebeurtenis zegt moet erin staan, een dataref is niet genoeg")
        return None
    try:
        kaal = lees_json(data)
    except ValueError as fout:
        fouten.append(f"data: {fout}")
        return None
    if not isinstance(kaal, dict):
        fouten.append("data: moet een object zijn")
        return None
    gelezen, verkeerd = lees(_Melding, {_HIER.get(naam, naam): deel for naam, deel in kaal.items()})
    fouten += [f"data.{NAMEN.get(naam := fout.partition(':')[0], naam)}{fout[len(naam) :]}" for fout in verkeerd]
    if gelezen is not None and gelezen.vorm != "notificatie":
        fouten.append("data.vorm: moet notificatie zijn; een brief is geen signaal")
    if gelezen is not None and not gelezen.gevolgen:
        fouten.append("data.gevolgen: mag niet leeg zijn")
    if gelezen is not None and gelezen.geregistreerd_op.tzinfo is None:
        fouten.append("data.geregistreerdOp: heeft geen tijdzone")
    assert gelezen is None or isinstance(gelezen, _Melding)
    return gelezen


def _melding(bron: str, nummer: int, m: _Melding) -> Melding:
    return Melding(
        bron=bron,
        nummer=nummer,
        bekendmaking=m.bekendmaking,
        aggregaat=m.aggregaat,
        aggregaat_id=m.id,
        organisatie=m.organisatie,
        geregistreerd_op=m.geregistreerd_op,
        oorzaak=m.oorzaak,
        gevolgen=tuple(m.gevolgen),
        mededelingen=tuple(_mededeling(een, m.typen, f"/mededelingen/{n}") for n, een in enumerate(m.mededelingen)),
    )


def _mededeling(m: _Mededeling, typen: Mapping[str, str], pad: str) -> Mededeling:
    return Mededeling(
        onderwerp=tuple(m.onderwerp),
        gegeven=m.gegeven,
        vanaf=m.vanaf or OPEN_BEGIN,
        tot=m.tot or OPEN_EIND,
        waarde=met_typen(m.waarde, typen, f"{pad}/waarde"),
        was=met_typen(m.was, typen, f"{pad}/was"),
        claim=m.claim,
        twijfels=frozenset(Twijfel(t.id, t.claim, t.status) for t in m.twijfels),
        soort=m.soort,
        gevolg=m.gevolg,
        betreft=m.betreft,
    )


class _Attributen:
    """Reads extension attributes; what is wrong with them is added to `fouten`."""

    def __init__(self, attributen: Mapping[str, str], fouten: list[str]) -> None:
        self._attributen = attributen
        self._fouten = fouten

    def nummer(self, naam: str) -> int:
        return self._lees(naam, "een getal", 0, lambda tekst: int(tekst) if _NUMMER.fullmatch(tekst) else None)

    def bytes_van(self, naam: str, aantal: int) -> bytes:
        vorm = re.compile(rf"[0-9a-f]{{{2 * aantal}}}", re.ASCII)
        wat = f"{2 * aantal} hexadecimale cijfers"
        return self._lees(naam, wat, b"", lambda tekst: bytes.fromhex(tekst) if vorm.fullmatch(tekst) else None)

    def trace(self) -> str:
        """The trace that the event is part of; empty when it is in none, or what says so cannot be read."""
        gelezen = Traceparent.lees(self._attributen.get("traceparent", ""))
        return str(gelezen) if gelezen else ""

    def eerder(self) -> Mapping[bytes, int]:
        """The former incarnations; there need be none."""
        gevonden = [_EERDER.fullmatch(deel) for deel in self._attributen.get("eerder", "").split()]
        if not all(gevonden):
            self._fouten.append("eerder: moet een rij zijn van <32 hexadecimale cijfers>:<nummer>")
        return {bytes.fromhex(een[1]): int(een[2]) for een in gevonden if een}

    def _lees(self, naam: str, wat: str, anders: T, lezer: Callable[[str], T | None]) -> T:
        tekst = self._attributen.get(naam)
        if tekst is None:
            self._fouten.append(f"{naam}: ontbreekt")
            return anders
        gelezen = lezer(tekst)
        if gelezen is None:
            self._fouten.append(f"{naam}: moet {wat} zijn")
            return anders
        return gelezen

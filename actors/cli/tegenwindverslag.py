"""Tegenwindverslag: the story of two households in twelve steps, and the tables it ends in."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from actors.cli.blad import Blad
from actors.cli.scenarioverslag import vertel_begin, vertel_brieven, vertel_einde, vertel_register, vertel_stap
from actors.simulatie.onrust import Onrust
from actors.simulatie.scenario import Verloop
from actors.simulatie.tegenwind import AANSCHAFFEN, DAGEN, HUISHOUDENS
from actors.simulatie.tegenwindstand import Heffing, Recht, Stand, tabel
from actors.verwerking.woorden import datum, waarde_tekst

_INLEIDING = (
    "Twee huishoudens, HS van Sam en Noor en HR van Robin; twee auto's, A en B; drie aanschaffen: a1 van Sam, a2 van"
    " Robin, b1 van Noor. Alles gaat anders dan het hoort: twijfel, late meldingen, verkeerde datums, nieuw recht en"
    " wat nooit is gebeurd. Gevraagd wordt steeds naar dezelfde zes dagen."
)
_LEEG = Stand({}, {}, {}, [], [], [])


def vertel_tegenwind(verloop: Verloop[Stand], onrust: Onrust | None, data: Path | None) -> None:
    """Tell all steps that were played, each as what changed, and the tables."""
    blad = Blad()
    vertel_begin(blad, "Tegenwind: niets gaat zoals het hoort", _INLEIDING, verloop)
    if onrust is not None:
        _onrust(blad, verloop, onrust)
    voor = _LEEG
    for een in verloop.gespeeld:
        nu = een.stand
        vertel_stap(blad, int(een.stap.naam), een)
        vertel_register(blad, "wegonderhoud", list(_fysiek(voor, nu)), een)
        vertel_register(blad, "aanschafheffing", [*_aanschaf(voor, nu), *_heffingen(voor, nu)], een)
        vertel_register(blad, "spitspas", [regel for naam in HUISHOUDENS for regel in _rechten(voor, nu, naam)], een)
        _lijst(blad, "In twijfel", voor.twijfel, nu.twijfel)
        _lijst(blad, "Aangehouden", voor.aangehouden, nu.aangehouden)
        _lijst(blad, "Taken", voor.taken, nu.taken)
        vertel_brieven(blad, een)
        voor = nu
    _tabellen(blad, verloop)
    vertel_einde(blad, verloop, data)


def _onrust(blad: Blad, verloop: Verloop[Stand], onrust: Onrust) -> None:
    volgorde = ", ".join(str(een.stap.naam) for een in verloop.gespeeld)
    hoe = ", ".join(f"{aantal} keer {wat}" for wat, aantal in onrust.afgebroken.items() if aantal)
    blad.kop("In een andere volgorde, met onderbrekingen", "bold yellow")
    blad.tekst(
        f"De stappen zijn gedaan in de volgorde {volgorde}. Intussen is alles {sum(onrust.afgebroken.values())} keer"
        f" afgebroken en weer geopend ({hoe}), en zijn {onrust.opnieuw} commando's opnieuw aangeboden.",
        inspring=3,
    )


# --- what changed ---------------------------------------------------------------------------------------------


def _fysiek(voor: Stand, nu: Stand) -> Iterator[str]:
    for naam in AANSCHAFFEN:
        was, is_ = (stand.autos[naam].fysiek if naam in stand.autos else None for stand in (voor, nu))
        yield from _anders(f"auto {naam}", _punten(was), _punten(is_))


def _aanschaf(voor: Stand, nu: Stand) -> Iterator[str]:
    for naam in AANSCHAFFEN:
        was, is_ = (stand.autos[naam].aanschaf if naam in stand.autos else None for stand in (voor, nu))
        yield from _anders(f"auto {naam}", _punten(was), _punten(is_))


def _heffingen(voor: Stand, nu: Stand) -> Iterator[str]:
    for naam in (aanschaf for aanschaffen in AANSCHAFFEN.values() for aanschaf in aanschaffen):
        yield from _anders(f"heffing {naam}", _heffing(voor.heffingen.get(naam)), _heffing(nu.heffingen.get(naam)))


def _rechten(voor: Stand, nu: Stand, naam: str) -> Iterator[str]:
    """A household on the days on which it changed; days in a row on which the same changed are told together."""
    was, is_ = voor.huishouden.get(naam, {}), nu.huishouden.get(naam, {})
    per_regel: dict[tuple[str, ...], list[str]] = {}
    for dag in DAGEN:
        anders = tuple(_anders("", _recht(was.get(dag.isoformat())), _recht(is_.get(dag.isoformat()))))
        if anders:
            per_regel.setdefault(anders, []).append(_dag(dag))
    for (regel,), dagen in per_regel.items():
        wanneer = "op elke dag" if len(dagen) == len(DAGEN) else f"op {', '.join(dagen)}"
        yield f"{naam} {wanneer}{regel}"


def _anders(naam: str, was: str, is_: str) -> Iterator[str]:
    """What is said now and, when something else was said, that as well."""
    if was != is_:
        yield f"{naam}: {is_ or 'niets meer'}" + (f" (was {was})" if was else "")


def _punten(punten: int | None) -> str:
    return "" if punten is None else str(waarde_tekst("punten", punten))


def _heffing(heffing: Heffing | None) -> str:
    if heffing is None:
        return ""
    bedrag = waarde_tekst("_eurocent", heffing.heffing_eurocent)
    return f"{bedrag} over {_punten(heffing.punten)}{_volgens(heffing.regelversie)}"


def _recht(recht: Recht | None) -> str:
    if recht is None or recht.passen is None:
        return ""
    passen = f"{recht.passen} {'pas' if recht.passen == 1 else 'passen'}"
    return f"{waarde_tekst('punten', recht.punten)}, {passen}{_volgens(recht.regelversie)}"


def _volgens(versie: int | None) -> str:
    """By which version of a rule, when it is not the first."""
    return f", regelversie {versie}" if versie and versie > 1 else ""


def _lijst(blad: Blad, wat: str, voor: Sequence[str], nu: Sequence[str]) -> None:
    """What is in doubt or waits now; told when there is anything, or when there was."""
    if voor or nu:
        blad.regel(wat, ", ".join(nu) or "niets meer")


def _dag(dag: date) -> str:
    return datum(dag).removesuffix(f" {dag.year}")


# --- the tables -----------------------------------------------------------------------------------------------


def _tabellen(blad: Blad, verloop: Verloop[Stand]) -> None:
    rijen = tabel(verloop.gespeeld)
    for naam in HUISHOUDENS:
        blad.kop(f"Huishouden {naam} na elke stap: punten → passen", "bold green")
        koppen = ("stap", *(_dag(dag) for dag in DAGEN))
        blad.tabel(koppen, [(str(rij["stap"]), *(_cel(rij, naam, dag) for dag in DAGEN)) for rij in rijen])
    blad.kop("Heffingen na elke stap: bedrag (punten)", "bold green")
    aanschaffen = [aanschaf for per_auto in AANSCHAFFEN.values() for aanschaf in per_auto]
    blad.tabel(
        ("stap", *aanschaffen, "besluiten", "twijfel", "wacht"),
        [
            (
                str(rij["stap"]),
                *(_heffingcel(rij["heffingen"], naam, rij["twijfel"]) for naam in aanschaffen),
                str(rij["besluiten_aanschafheffing"]),
                str(len(rij["twijfel"])),
                str(len(rij["aangehouden"]) + len(rij["taken"])),
            )
            for rij in rijen
        ],
    )
    blad.wit()
    blad.tekst("? in twijfel · ² volgens regelversie 2 · wacht: aangehouden en taken", "dim", inspring=3)


def _cel(rij: dict[str, Any], naam: str, dag: date) -> str:
    recht: Recht = rij["huishouden"][naam][dag.isoformat()]
    if recht.passen is None:
        return "–"
    teken = " ?" if f"{naam}@{dag}" in rij["twijfel"] else ""
    return f"{waarde_tekst('', recht.punten)} → {recht.passen}{_versie(recht.regelversie)}{teken}"


def _heffingcel(heffingen: Mapping[str, Heffing], naam: str, twijfel: Sequence[str]) -> str:
    heffing = heffingen.get(naam)
    if heffing is None:
        return "–"
    teken = " ?" if f"{naam}.heffing" in twijfel else ""
    bedrag = waarde_tekst("_eurocent", heffing.heffing_eurocent)
    return f"{bedrag} ({heffing.punten}){_versie(heffing.regelversie)}{teken}"


def _versie(versie: int | None) -> str:
    return "²" if versie and versie > 1 else ""

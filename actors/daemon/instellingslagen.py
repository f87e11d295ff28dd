"""Instellingslagen: where values come from: options, the environment, the file (for one environment, then for all).

What is found is text or what TOML makes of it; whether it is right is judged elsewhere (instellingskeuze.py).
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

from actors.daemon.instellingen import VELDEN

CONFIG = "GEVOLG_CONFIG"
"""The variable that names the file when no option does."""
OMGEVING = "GEVOLG_OMGEVING"
"""The variable that chooses a section `[omgeving.…]` of the file."""
LOG = "GEVOLG_LOG"
"""The variable of the command line, which is no setting of a daemon."""

BESTAND = "_bestand"
"""A secret may stand in a file, named by its key with this behind it."""

_BASIS = "gevolg"
_PER_OMGEVING = "omgeving"
_VAN_KUBERNETES = ("GEVOLG_SERVICE_", "GEVOLG_PORT")
"""What Kubernetes gives each container beside a service called gevolg."""


class Gevonden(NamedTuple):
    """A value as it was found: for which key, where, and from which folder a relative path counts.

    Of a file (`uit_toml`) it is a value of a certain kind; elsewhere it may be text for one.
    """

    naam: str
    ruw: Any
    herkomst: str
    vanaf: Path = Path()
    uit_toml: bool = False


@dataclass(slots=True)
class Lagen:
    """What was found, the strongest layer first; `ongekozen` are the sections of other environments."""

    lagen: list[list[Gevonden]] = field(default_factory=list)
    ongekozen: list[Gevonden] = field(default_factory=list)
    fouten: list[str] = field(default_factory=list)
    omgeving: str | None = None


def zoek(bestand: Path | None, omgeving: Mapping[str, str], opties: Mapping[str, Any]) -> Lagen:
    """All layers, with what is wrong about their form; `opties` are those that were given, by full name of the key."""
    uit = Lagen()
    uit.lagen.append([Gevonden(naam, ruw, f"--{re.sub('[._]', '-', naam)}") for naam, ruw in opties.items()])
    uit.lagen.append(list(_uit_omgeving(omgeving, uit.fouten)))
    if bestand is None:
        bestand = Path(omgeving[CONFIG]) if omgeving.get(CONFIG) else None
    if bestand is not None:
        _uit_bestand(bestand, omgeving.get(OMGEVING), uit)
    elif omgeving.get(OMGEVING):
        uit.fouten.append(f"{OMGEVING} (omgeving): kiest uit een bestand; noem dat met --config, of laat dit weg")
    return uit


def bedoelde(naam: str, mogelijk: Iterable[str]) -> str:
    """What is said of an unknown name: what was probably meant, or what there is."""
    mogelijk = list(mogelijk)
    lijkt = get_close_matches(naam, mogelijk, n=2)
    return f"bedoelde u {' of '.join(lijkt)}?" if lijkt else f"er zijn: {', '.join(mogelijk)}"


def _uit_omgeving(omgeving: Mapping[str, str], fouten: list[str]) -> Iterator[Gevonden]:
    bekend = {veld.variabele: veld.naam for veld in VELDEN.values()}
    bekend |= {
        f"{veld.variabele}{BESTAND.upper()}": f"{veld.naam}{BESTAND}" for veld in VELDEN.values() if veld.is_geheim
    }
    for variabele, tekst in sorted(omgeving.items()):
        if not variabele.startswith("GEVOLG_") or variabele in (CONFIG, OMGEVING, LOG) or not tekst:
            continue
        if variabele in bekend:
            yield Gevonden(bekend[variabele], tekst, variabele)
        elif not variabele.startswith(_VAN_KUBERNETES):
            fouten.append(
                f"{variabele} (omgeving): is geen instelling; {bedoelde(variabele, [*bekend, CONFIG, OMGEVING, LOG])}"
            )


def _uit_bestand(bestand: Path, gekozen: str | None, uit: Lagen) -> None:
    try:
        inhoud = tomllib.loads(bestand.read_text(encoding="utf-8"))
    except OSError as fout:
        uit.fouten.append(f"{bestand}: kan niet worden gelezen ({fout.strerror}); noem met --config een bestand")
        return
    except ValueError as fout:  # no TOML, or no UTF-8
        uit.fouten.append(f"{bestand}: is geen TOML ({fout}); maak het in orde")
        return
    for deel in inhoud.keys() - {_BASIS, _PER_OMGEVING}:
        uit.fouten.append(
            f"{deel} ({bestand}): hoort hier niet; zet instellingen onder [{_BASIS}], of onder [{_PER_OMGEVING}.NAAM]"
        )
    basis, omgevingen = _tabel(inhoud, _BASIS, bestand, uit), _tabel(inhoud, _PER_OMGEVING, bestand, uit)
    door = OMGEVING if gekozen else f"{bestand.name} [{_BASIS}]"
    gekozen = gekozen or basis.pop(_PER_OMGEVING, None)
    basis.pop(_PER_OMGEVING, None)
    if gekozen is not None and not (isinstance(gekozen, str) and gekozen in omgevingen):
        er_zijn = bedoelde(str(gekozen), omgevingen) if omgevingen else "het bestand heeft geen enkele omgeving"
        uit.fouten.append(f"omgeving ({door}): {gekozen!r} staat niet in {bestand}; {er_zijn}")
    else:
        uit.omgeving = gekozen
    for naam in omgevingen:
        tabel = _tabel(omgevingen, naam, bestand, uit, f"{_PER_OMGEVING}.")
        gevonden = list(_plat(tabel, bestand, f"{_PER_OMGEVING}.{naam}", uit))
        if naam == gekozen:
            uit.lagen.append(gevonden)
        else:
            uit.ongekozen += gevonden
    uit.lagen.append(list(_plat(basis, bestand, _BASIS, uit)))


def _tabel(inhoud: dict[str, Any], naam: str, bestand: Path, uit: Lagen, waar: str = "") -> dict[str, Any]:
    deel = inhoud.get(naam, {})
    if isinstance(deel, dict):
        return deel
    heel = waar + naam
    uit.fouten.append(f"{heel} ({bestand}): hoort een tabel te zijn; schrijf [{heel}] met de sleutels daaronder")
    return {}


def _plat(tabel: dict[str, Any], bestand: Path, waar: str, uit: Lagen, voor: str = "") -> Iterator[Gevonden]:
    """The keys of a table and of those in it, by their full name."""
    mogelijk = {naam.removeprefix(voor) for naam in VELDEN if naam.startswith(voor)}
    delen = {naam.partition(".")[0] for naam in mogelijk if "." in naam}
    herkomst = f"{bestand.name} [{waar}]"
    for naam, ruw in tabel.items():
        heel = voor + naam
        geheim = heel.removesuffix(BESTAND) if heel.endswith(BESTAND) else heel
        if naam in delen and isinstance(ruw, dict):
            yield from _plat(ruw, bestand, f"{waar}.{naam}", uit, f"{heel}.")
        elif naam in delen:
            uit.fouten.append(f"{heel} ({herkomst}): hoort een tabel te zijn; schrijf [{waar}.{naam}]")
        elif geheim in VELDEN and VELDEN[geheim].is_geheim and geheim == heel:
            uit.fouten.append(
                f"{heel} ({herkomst}): is geheim; zet het in een bestand, en noem dat met {naam}{BESTAND}, of geef het"
                f" in {VELDEN[heel].variabele}"
            )
        elif heel in VELDEN or (geheim in VELDEN and VELDEN[geheim].is_geheim):
            yield Gevonden(heel, ruw, herkomst, bestand.parent, uit_toml=True)
        else:
            er_zijn = sorted({een.partition(".")[0] for een in mogelijk})
            uit.fouten.append(f"{heel} ({herkomst}): is geen instelling; {bedoelde(naam, er_zijn)}")

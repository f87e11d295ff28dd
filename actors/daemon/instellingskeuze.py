"""Instellingskeuze: which value of each key is in force, where it came from, and all that is wrong at once.

An option goes before an environment variable, that before the section of the environment, that before the base, and
that before the default.
"""

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import SecretStr, TypeAdapter, ValidationError

from actors.daemon.instellingen import VELDEN, Instellingen, Veld, is_lokaal, maak
from actors.daemon.instellingslagen import BESTAND, Gevonden, bedoelde, zoek
from actors.runtime.catalogue import contexten

STANDAARD = "standaard"
"""Where a value comes from that nobody gave."""

VERBORGEN = "***"
"""What is shown of a secret."""


class Instellingsfout(Exception):
    """The settings cannot be used; `fouten` are all that is wrong, each with its key, its source and what to do."""

    def __init__(self, fouten: tuple[str, ...]) -> None:
        """One line per error."""
        super().__init__("de instellingen kloppen niet:\n" + "\n".join(f"  - {fout}" for fout in fouten))
        self.fouten = fouten


class Regel(NamedTuple):
    """A key as it is shown: its value, a secret as `***`, and where it came from."""

    naam: str
    waarde: Any
    herkomst: str


@dataclass(frozen=True, slots=True)
class InGebruik:
    """The instellingen, where each came from, and which environment was chosen."""

    instellingen: Instellingen
    herkomst: Mapping[str, str]
    omgeving: str | None

    def regels(self) -> Iterator[Regel]:
        """Every key with its value, safe to show."""
        for naam in VELDEN:
            waarde: Any = self.instellingen
            for deel in naam.split("."):
                waarde = getattr(waarde, deel)
            if isinstance(waarde, SecretStr):
                waarde = VERBORGEN
            yield Regel(naam, str(waarde) if isinstance(waarde, Path) else waarde, self.herkomst[naam])


def laad(bestand: Path | None, omgeving: Mapping[str, str], opties: Mapping[str, Any] | None = None) -> InGebruik:
    """The settings in force, from a file, the environment and options (by full name). Raises Instellingsfout."""
    gevonden = zoek(bestand, omgeving, opties or {})
    keuze = _Keuze(gevonden.fouten)
    for laag in gevonden.lagen:
        for een in laag:
            keuze.neem(een)
    for een in gevonden.ongekozen:
        keuze.bekijk(een)
    waarden = {naam: keuze.waarden.get(naam, veld.standaard) for naam, veld in VELDEN.items()}
    for controle in _SAMENHANG:
        keuze.fouten += controle(_Bekend(waarden, keuze.herkomst, keuze.mislukt))
    if keuze.fouten:
        raise Instellingsfout(tuple(keuze.fouten))
    herkomst = {naam: keuze.herkomst.get(naam, STANDAARD) for naam in VELDEN}
    return InGebruik(maak(waarden), herkomst, gevonden.omgeving)


class _Keuze:
    """Takes values, the strongest first; what is overruled is checked all the same."""

    def __init__(self, fouten: list[str]) -> None:
        self.fouten = fouten
        self.waarden: dict[str, Any] = {}
        self.herkomst: dict[str, str] = {}
        self.mislukt: set[str] = set()

    def neem(self, een: Gevonden) -> None:
        """Use it, unless a stronger layer has this key."""
        geheim = een.naam not in VELDEN
        naam = een.naam.removesuffix(BESTAND) if geheim else een.naam
        eerste = naam not in self.herkomst
        if eerste:
            self.herkomst[naam] = f"bestand genoemd in {een.herkomst}" if geheim else een.herkomst
        try:
            waarde = _geheim_uit(een) if geheim else _gelezen(VELDEN[naam], een)
        except ValueError as fout:
            self.fouten.append(f"{een.naam} ({een.herkomst}): {fout}")
            self.mislukt.add(naam)
        else:
            if eerste:
                self.waarden[naam] = waarde

    def bekijk(self, een: Gevonden) -> None:
        """Only say what is wrong with it: it is of another environment, whose secrets need not be here."""
        if een.naam in VELDEN:
            try:
                _gelezen(VELDEN[een.naam], een)
            except ValueError as fout:
                self.fouten.append(f"{een.naam} ({een.herkomst}): {fout}")


def _gelezen(veld: Veld, een: Gevonden) -> Any:
    """The value, checked. Raises ValueError with what is wrong and what to do."""
    if veld.sleutel.enkel_optie and not een.herkomst.startswith("--"):
        raise ValueError(f"kan hier niet; gebruik {veld.sleutel.hoort}")
    ruw = een.ruw
    if isinstance(ruw, str) and veld.is_lijst:
        ruw = [deel.strip() for deel in ruw.split(",") if deel.strip()]
    lezer: TypeAdapter[Any] = TypeAdapter(veld.soort)
    getoond = "de waarde" if veld.is_geheim else re.sub("//[^/]*@", f"//{VERBORGEN}@", repr(ruw))
    try:
        waarde = lezer.validate_json(json.dumps(een.ruw), strict=True) if een.uit_toml else lezer.validate_python(ruw)
    except (ValidationError, TypeError):  # of TOML: a date or a time, which no key is
        raise ValueError(f"{getoond} past niet; schrijf {veld.sleutel.hoort}") from None
    if veld.naam == "registers":
        _bekende_registers(waarde)
    if veld.naam == "cloudevents.bronnen":
        _bekende_registers(bron.partition("=")[0] for bron in waarde)
    if veld.is_pad and waarde is not None and "://" not in str(waarde):
        return type(waarde)(een.vanaf / waarde)
    return waarde


def _bekende_registers(namen: Iterable[str]) -> None:
    bekend = [context.naam for context in contexten()]
    for naam in namen:
        if naam not in bekend:
            raise ValueError(f"er is geen register {naam!r}; {bedoelde(naam, bekend)}")


def _geheim_uit(een: Gevonden) -> SecretStr:
    if not isinstance(een.ruw, str) or not een.ruw:
        raise ValueError("hoort de naam van een bestand te zijn; schrijf die")
    bestand = een.vanaf / een.ruw
    if bestand.exists() and not bestand.is_file():
        raise ValueError(f"{str(bestand)!r} is geen gewoon bestand; noem een bestand waar de waarde in staat")
    try:
        inhoud = bestand.read_text(encoding="utf-8").strip()
    except OSError as fout:
        raise ValueError(
            f"{str(bestand)!r} kan niet worden gelezen ({fout.strerror}); noem een bestand dat er is"
        ) from None
    except ValueError:  # no UTF-8, or a name that no file has
        raise ValueError(f"{str(bestand)!r} is geen bestand met tekst in UTF-8; zet er alleen de waarde in") from None
    if not inhoud:
        raise ValueError(f"{str(bestand)!r} is leeg; zet er de waarde in")
    if not inhoud.isprintable():
        raise ValueError(f"in {str(bestand)!r} staat meer dan één regel tekst; zet er alleen de waarde in")
    return SecretStr(inhoud)


# --- what must fit together ---


class _Bekend(NamedTuple):
    """The values, of which those that failed say nothing."""

    waarden: Mapping[str, Any]
    herkomst: Mapping[str, str]
    mislukt: set[str]

    def klaar(self, *namen: str) -> bool:
        """Whether all of these can be judged."""
        return not self.mislukt.intersection(namen)

    def waar(self, naam: str) -> str:
        """The key with its source, as an error begins."""
        return f"{naam} ({self.herkomst.get(naam, STANDAARD)})"


def _hoort_bijeen(*namen: str) -> Callable[[_Bekend], Iterator[str]]:
    def controle(bekend: _Bekend) -> Iterator[str]:
        gegeven = [naam for naam in namen if bekend.waarden[naam] is not None or naam in bekend.mislukt]
        for naam in namen:
            if gegeven and naam not in gegeven:
                yield f"{bekend.waar(naam)}: ontbreekt naast {gegeven[0]}; schrijf {VELDEN[naam].sleutel.hoort}"

    return controle


def _bestaat(naam: str) -> Callable[[_Bekend], Iterator[str]]:
    def controle(bekend: _Bekend) -> Iterator[str]:
        plaats = bekend.waarden[naam]
        if plaats is None or not bekend.klaar(naam) or "://" in str(plaats):
            return
        try:
            Path(plaats).open("rb").close()
        except (OSError, ValueError) as fout:
            reden = getattr(fout, "strerror", None) or "zo heet geen bestand"
            yield f"{bekend.waar(naam)}: {str(plaats)!r} kan niet worden gelezen ({reden}); noem een bestand dat er is"

    return controle


def _te_schrijven(naam: str) -> Callable[[_Bekend], Iterator[str]]:
    def controle(bekend: _Bekend) -> Iterator[str]:
        plaats = bekend.waarden[naam]
        if plaats is None or not bekend.klaar(naam):
            return
        bestand = Path(plaats)
        if not os.access(bestand if bestand.exists() else bestand.parent, os.W_OK) or bestand.is_dir():
            yield (
                f"{bekend.waar(naam)}: {str(plaats)!r} kan niet worden geschreven; noem een bestand in een map waar de"
                " dienst mag schrijven"
            )

    return controle


def _ontwikkel_lokaal(bekend: _Bekend) -> Iterator[str]:
    """Where everybody may do everything, everybody is on this machine."""
    if not bekend.waarden["ontwikkel"] or not bekend.klaar("adres", "ontwikkel", "achter_proxy"):
        return
    if not is_lokaal(bekend.waarden["adres"]):
        yield (
            f"{bekend.waar('ontwikkel')}: iedereen mag dan alles, ook wie {bekend.waarden['adres']} bereikt; neem adres"
            " 127.0.0.1"
        )
    if bekend.waarden["achter_proxy"]:
        yield f"{bekend.waar('ontwikkel')}: iedereen mag dan alles, ook achter de proxy; laat achter_proxy weg"


def _tokens_verborgen(bekend: _Bekend) -> Iterator[str]:
    """Tokens do not go over a network in the clear."""
    if not bekend.klaar("adres", "achter_proxy", "tls.certificaat"):
        return
    adres, open_ = bekend.waarden["adres"], bekend.waarden["tls.certificaat"] is None
    if not is_lokaal(adres) and open_ and not bekend.waarden["achter_proxy"]:
        yield (
            f"{bekend.waar('adres')}: {adres} is vanaf een netwerk te bereiken, en zonder TLS zijn tokens te lezen;"
            " geef tls.certificaat en tls.sleutel, of noem in achter_proxy de proxy die het doet"
        )


_SAMENHANG: tuple[Callable[[_Bekend], Iterator[str]], ...] = (
    _hoort_bijeen("tls.certificaat", "tls.sleutel"),
    _hoort_bijeen("jwt.issuer", "jwt.audience", "jwt.jwks"),
    _bestaat("tls.certificaat"),
    _bestaat("tls.sleutel"),
    _bestaat("jwt.jwks"),
    _te_schrijven("logboek.bestand"),
    _ontwikkel_lokaal,
    _tokens_verborgen,
)

"""What may be asked of wegonderhoud: the contracts of its commando's."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from actors.register.contract import Aantal, Doc, Kenmerk, Maat, Naam
from actors.register.persoonsgegeven import Persoonlijk


@dataclass(frozen=True, slots=True, kw_only=True)
class Aanschaf:
    """One purchase of a car."""

    aanschaf_id: Annotated[Kenmerk, Doc("Kenmerk van deze aanschaf; betekenisloos en blijvend.")]
    koper: Annotated[Kenmerk, Doc("Betekenisloze verwijzing naar de koper.")]
    koper_naam: Annotated[Naam, Persoonlijk(), Doc("Naam van de koper, voor de aanhef van een brief.")]
    aankoopdatum: Annotated[date, Doc("Dag van aankoop, plaatselijke tijd.")]
    regio: Annotated[Naam, Doc("Regio waar de koper woont; Kustland en Middenland vallen onder de heffing.")]
    wijk: Annotated[Naam, Doc("Wijk waar de auto staat.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistreerAuto:
    """Register a car with its purchase, as the insurer reports it. 0 or absent means: not registered there."""

    auto_id: Annotated[Kenmerk, Doc("Kenmerk van de auto; betekenisloos en blijvend, dus niet het kenteken.")]
    kenteken: Annotated[Naam, Persoonlijk(), Doc("Het kenteken.")]
    aanschaf: Annotated[Aanschaf, Doc("De aankoop die de verzekeraar meldt.")]
    gewicht_kg: Annotated[Aantal | None, Doc("Massa rijklaar in hele kilogrammen.")] = None
    lengte_m: Annotated[Maat | None, Doc("Lengte in meters.")] = None
    breedte_m: Annotated[Maat | None, Doc("Breedte in meters.")] = None
    uitstoot_g_per_km: Annotated[Aantal | None, Doc("CO2-uitstoot in hele grammen per kilometer.")] = None
    datum_eerste_toelating: Annotated[date | None, Doc("Dag van eerste toelating, als die bekend is.")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WijzigTenaamstelling:
    """Register that a known car has a new owner."""

    auto_id: Annotated[Kenmerk, Doc("Kenmerk van de auto.")]
    aanschaf: Annotated[Aanschaf, Doc("De nieuwe aankoop.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrigeerAutogegevens:
    """Put right what the register had wrong; only the fields given are corrected, their validity stays.

    A correction of purchase data names the purchase; a corrected aankoopdatum moves the validity of all of them, a
    corrected datum_eerste_toelating that of all vehicle data.
    """

    auto_id: Annotated[Kenmerk, Doc("Kenmerk van de auto.")]
    kenteken: Annotated[Naam | None, Persoonlijk(), Doc("Het juiste kenteken.")] = None
    gewicht_kg: Annotated[Aantal | None, Doc("Juiste massa rijklaar in hele kilogrammen.")] = None
    lengte_m: Annotated[Maat | None, Doc("Juiste lengte in meters.")] = None
    breedte_m: Annotated[Maat | None, Doc("Juiste breedte in meters.")] = None
    uitstoot_g_per_km: Annotated[Aantal | None, Doc("Juiste CO2-uitstoot in grammen per kilometer.")] = None
    aanschaf_id: Annotated[Kenmerk | None, Doc("De aanschaf waarvan gegevens worden gecorrigeerd.")] = None
    koper: Annotated[Kenmerk | None, Doc("Juiste verwijzing naar de koper.")] = None
    koper_naam: Annotated[Naam | None, Persoonlijk(), Doc("Juiste naam van de koper.")] = None
    aankoopdatum: Annotated[date | None, Doc("Juiste dag van aankoop.")] = None
    regio: Annotated[Naam | None, Doc("Juiste regio.")] = None
    wijk: Annotated[Naam | None, Doc("Juiste wijk.")] = None
    datum_eerste_toelating: Annotated[
        date | None, Doc("Juiste dag van eerste toelating: vanaf dan gelden de voertuiggegevens.")
    ] = None
    behoud_twijfel: Annotated[
        bool, Doc("Neem twijfel aan wat wordt gecorrigeerd mee naar het nieuwe gegeven; anders eindigt zij.")
    ] = False

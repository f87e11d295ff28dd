"""What wegonderhoud accepts: which claims a commando asserts, or why it is not processed."""

from datetime import date
from typing import Any

from actors.contexten.wegonderhoud.commandos import (
    Aanschaf,
    CorrigeerAutogegevens,
    RegistreerAuto,
    WijzigTenaamstelling,
)
from actors.register.claim import Bewering
from actors.register.commando import NietVerwerkt, Voorstel
from actors.register.gevolg import Wijziging
from actors.register.persoonsgegeven import Persoonsgegeven, onthul
from actors.register.staat import Staat
from actors.register.tijdlijnen import OPEN_BEGIN

MATEN = ("gewicht_kg", "lengte_m", "breedte_m")
VOERTUIG = (*MATEN, "uitstoot_g_per_km")
AANSCHAF = ("aankoopdatum", "koper", "koper_naam", "regio", "wijk")


def registreer_auto(staat: Staat, commando: RegistreerAuto) -> tuple[Voorstel, ...] | NietVerwerkt:
    """The vehicle data hold from the first admission (or an open start), the purchase from its own day."""
    if staat.heeft_claims:
        return NietVerwerkt(
            "auto_bekend", "deze auto is al geregistreerd; gebruik WijzigTenaamstelling of CorrigeerAutogegevens"
        )
    onbekend = _niet_geregistreerd(commando, VOERTUIG)
    if onbekend:
        return onbekend
    vanaf = commando.datum_eerste_toelating or OPEN_BEGIN
    auto = (commando.auto_id,)
    voertuig = [Bewering(auto, gegeven, getattr(commando, gegeven), vanaf) for gegeven in VOERTUIG]
    kenteken = Bewering(auto, "kenteken", Persoonsgegeven(commando.auto_id, commando.kenteken), vanaf)
    beweringen = (kenteken, *voertuig, *_aanschaf(commando.auto_id, commando.aanschaf))
    return (Voorstel("AutoGeregistreerd", Wijziging.REGISTREREN, beweringen),)


def wijzig_tenaamstelling(staat: Staat, commando: WijzigTenaamstelling) -> tuple[Voorstel, ...] | NietVerwerkt:
    """A new purchase of a known car; the earlier ones stay as they were."""
    if not staat.heeft_claims:
        return _auto_onbekend()
    if staat.claim((commando.auto_id, commando.aanschaf.aanschaf_id), "koper"):
        return NietVerwerkt("aanschaf_bekend", "deze aanschaf is al geregistreerd; gebruik CorrigeerAutogegevens")
    beweringen = _aanschaf(commando.auto_id, commando.aanschaf)
    return (Voorstel("TenaamstellingGewijzigd", Wijziging.WIJZIGEN, beweringen),)


def corrigeer_autogegevens(staat: Staat, commando: CorrigeerAutogegevens) -> tuple[Voorstel, ...] | NietVerwerkt:
    """A claim replaces a claim: the new one says what the old one should have said."""
    gegeven = {g: getattr(commando, g) for g in ("kenteken", *VOERTUIG) if getattr(commando, g) is not None}
    aanschaf = {g: getattr(commando, g) for g in AANSCHAF if getattr(commando, g) is not None}
    onderwerp = (commando.auto_id, commando.aanschaf_id or "")
    bezwaar = _niet_te_corrigeren(staat, commando, onderwerp, [*gegeven], [*aanschaf])
    if bezwaar:
        return bezwaar
    beweringen = _corrigeer_voertuig(staat, (commando.auto_id,), gegeven, commando.datum_eerste_toelating)
    beweringen += _corrigeer_aanschaf(staat, onderwerp, aanschaf)
    if not any(beweringen):
        return NietVerwerkt("niets_te_corrigeren", "de genoemde gegevens staan al zo in het register")
    gewijzigd = tuple(bewering for bewering in beweringen if bewering)
    return (Voorstel("AutogegevensGecorrigeerd", Wijziging.CORRIGEREN, gewijzigd),)


def _niet_te_corrigeren(
    staat: Staat, commando: CorrigeerAutogegevens, onderwerp: tuple[str, str], gegeven: list[str], aanschaf: list[str]
) -> NietVerwerkt | None:
    """Why this correction cannot be made, if it cannot."""
    if not staat.heeft_claims:
        return _auto_onbekend()
    if aanschaf and commando.aanschaf_id is None:
        return NietVerwerkt("aanschaf_ontbreekt", "noem met aanschaf_id welke aanschaf wordt gecorrigeerd")
    if aanschaf and not staat.claim(onderwerp, "koper"):
        return NietVerwerkt("aanschaf_onbekend", "deze auto heeft geen aanschaf met dit aanschaf_id")
    if commando.koper is not None and commando.koper_naam is None:
        return NietVerwerkt("koper_naam_ontbreekt", "een andere koper heeft een andere naam: geef ook koper_naam")
    return _niet_geregistreerd(commando, tuple(g for g in MATEN if g in gegeven))


def _aanschaf(auto_id: str, aanschaf: Aanschaf) -> tuple[Bewering, ...]:
    onderwerp = (auto_id, aanschaf.aanschaf_id)
    waarden = {g: getattr(aanschaf, g) for g in AANSCHAF}
    waarden["koper_naam"] = Persoonsgegeven(aanschaf.koper, aanschaf.koper_naam)
    return tuple(Bewering(onderwerp, g, w, aanschaf.aankoopdatum) for g, w in waarden.items())


def _corrigeer_voertuig(
    staat: Staat, auto: tuple[str, ...], nieuw: dict[str, Any], vanaf: date | None
) -> list[Bewering | None]:
    """All vehicle data begin on the day of first admission, so a corrected day corrects them all."""
    if vanaf is not None:
        nieuw = {g: nieuw.get(g, onthul(_waarde(staat, auto, g))) for g in ("kenteken", *VOERTUIG)}
    return [_vervang(staat, auto, g, waarde, vanaf) for g, waarde in nieuw.items() if waarde is not None]


def _corrigeer_aanschaf(staat: Staat, onderwerp: tuple[str, str], nieuw: dict[str, Any]) -> list[Bewering | None]:
    """All claims of a purchase begin on its day, so a corrected day corrects them all."""
    vanaf: date | None = nieuw.get("aankoopdatum")
    if nieuw.get("koper_naam") is not None or nieuw.get("koper") is not None:
        koper = nieuw.get("koper") or _waarde(staat, onderwerp, "koper")
        naam = nieuw.get("koper_naam") or onthul(_waarde(staat, onderwerp, "koper_naam"))
        nieuw = {**nieuw, "koper_naam": Persoonsgegeven(koper, naam)}
    if vanaf is not None:
        nieuw = {g: nieuw.get(g, _waarde(staat, onderwerp, g)) for g in AANSCHAF}
    koopdag = vanaf or _waarde(staat, onderwerp, "aankoopdatum") or OPEN_BEGIN
    return [_vervang(staat, onderwerp, g, waarde, vanaf, koopdag) for g, waarde in nieuw.items() if waarde is not None]


def _vervang(  # noqa: PLR0913 - a claim is all of this
    staat: Staat,
    onderwerp: tuple[str, ...],
    gegeven: str,
    waarde: Any,
    vanaf: date | None,
    begin: date = OPEN_BEGIN,
) -> Bewering | None:
    """The claim that takes the place of the active one, or begins on `begin` when there is none.

    None when it would say the same.
    """
    oud = staat.claim(onderwerp, gegeven)
    if gegeven == "kenteken":
        waarde = Persoonsgegeven(onderwerp[0], waarde)
    if oud is None:
        return Bewering(onderwerp, gegeven, waarde, vanaf or begin)
    if oud.waarde == waarde and (vanaf is None or vanaf == oud.vanaf):
        return None
    return Bewering(onderwerp, gegeven, waarde, vanaf or oud.vanaf, oud.tot, corrigeert=oud.id)


def _waarde(staat: Staat, onderwerp: tuple[str, ...], gegeven: str) -> Any:
    claim = staat.claim(onderwerp, gegeven)
    return claim.waarde if claim else None


def _niet_geregistreerd(commando: Any, gegevens: tuple[str, ...]) -> NietVerwerkt | None:
    """0 in a size, or absence, means that nothing was registered: it is never computed with."""
    mist = [g for g in gegevens if getattr(commando, g) is None or (g in MATEN and getattr(commando, g) == 0)]
    if not mist:
        return None
    return NietVerwerkt(
        "voertuiggegeven_niet_geregistreerd",
        f"{', '.join(mist)}: niet geregistreerd (0 of afwezig); vul aan bij de bron en bied opnieuw aan",
    )


def _auto_onbekend() -> NietVerwerkt:
    return NietVerwerkt("auto_onbekend", "deze auto is hier niet geregistreerd; gebruik RegistreerAuto")

"""Regelversies: new law beside old law. Each version of a rule is a claim in an aggregate per rule of the register."""

from collections.abc import Callable
from itertools import pairwise
from operator import attrgetter
from typing import Any

from actors.register.annotatie import Degistratie
from actors.register.claim import Bewering, Claim
from actors.register.commando import NietVerwerkt, Voorstel
from actors.register.context import Context
from actors.register.gevolg import Wijziging
from actors.register.regel import Banden, Overgang, Regel, Regelversie
from actors.register.staat import Staat
from actors.register.tijdlijnen import OPEN_EIND, Ontbreekt, Stuk
from actors.register.verantwoording import Grond
from actors.verwerking import namen
from actors.verwerking.generiek.commandos import RegistreerRegelversie

GEGEVEN = "regelversie"


def registreer_regelversie(
    staat: Staat, commando: RegistreerRegelversie, context: Context
) -> tuple[Voorstel, ...] | NietVerwerkt:
    """A version of a rule that has bands; the number is new, and so is the day on which it begins."""
    regel = next((r for a in context.aggregaten for r in a.regels if r.naam == commando.regelversie_id), None)
    bezwaar = _niet_te_registreren(staat, commando, regel)
    if bezwaar is not None:
        return bezwaar
    waarde: dict[str, Any] = {
        "versie": commando.versie,
        "overgang": commando.overgang,
        "grenzen": list(commando.grenzen),  # lists, as they are read again
        "uitkomsten": list(commando.uitkomsten),
        "grond": commando.grond,
    }
    onderwerp = (commando.regelversie_id, str(commando.versie))
    bewering = Bewering(onderwerp, GEGEVEN, waarde, commando.geldig_vanaf, commando.geldig_tot or OPEN_EIND)
    return (Voorstel(namen.REGELVERSIE_GEREGISTREERD, Wijziging.REGISTREREN, (bewering,)),)


def _niet_te_registreren(staat: Staat, commando: RegistreerRegelversie, regel: Regel | None) -> NietVerwerkt | None:
    """Why this version cannot be registered, if it cannot."""
    if regel is None:
        return NietVerwerkt("regel_onbekend", "dit register heeft geen regel met deze naam; bekijk `gevolg model`")
    if regel.versie.banden is None:
        return NietVerwerkt("regel_zonder_banden", "deze regel heeft geen banden; zij verandert met het programma")
    return (
        _overgang_onjuist(commando, regel)
        or _niet_nieuw(staat, commando, regel)
        or _banden_onjuist(commando, regel.versie.banden)
    )


def _overgang_onjuist(commando: RegistreerRegelversie, regel: Regel) -> NietVerwerkt | None:
    if commando.overgang not in set(Overgang):
        return NietVerwerkt("overgang_onbekend", f"een overgang is een van: {', '.join(Overgang)}")
    if commando.overgang == Overgang.EERBIEDIGEND and regel.peildatum is None:
        return NietVerwerkt(
            "peildatum_ontbreekt", "deze regel heeft geen peildatum om te eerbiedigen; kies onmiddellijk"
        )
    if commando.geldig_tot is not None and commando.geldig_tot <= commando.geldig_vanaf:
        return NietVerwerkt("geldigheid_leeg", "de versie zou op geen enkele dag gelden; verbeter vanaf of tot")
    return None


def _niet_nieuw(staat: Staat, commando: RegistreerRegelversie, regel: Regel) -> NietVerwerkt | None:
    bekend = versies_van(staat)
    if commando.versie <= regel.versie.versie or commando.versie in {versie.versie for versie in bekend}:
        return NietVerwerkt("regelversie_bekend", "dit nummer is van een andere versie van deze regel; neem een hoger")
    if commando.geldig_vanaf in {versie.geldig_vanaf for versie in bekend}:
        return _gelijktijdig()
    return None


def _banden_onjuist(commando: RegistreerRegelversie, nu: Banden) -> NietVerwerkt | None:
    grenzen, uitkomsten = commando.grenzen, commando.uitkomsten
    soorten = (_soort_van(nu.grenzen), _soort_van(nu.uitkomsten))
    goed = (
        len(uitkomsten) == len(grenzen) + 1
        and all(type(grens) in soorten[0] for grens in grenzen)
        and all(type(uitkomst) in soorten[1] for uitkomst in uitkomsten)
        and all(een < ander for een, ander in pairwise(grenzen))
    )
    if goed:
        return None
    return NietVerwerkt(
        "banden_onjuist",
        "geef oplopende grenzen en één uitkomst meer dan grenzen, van dezelfde soort als in de versie die er al is",
    )


def _soort_van(waarden: tuple[Any, ...]) -> tuple[type, ...]:
    return tuple({type(waarde) for waarde in waarden}) or (int,)


def zonder_gelijktijdige(
    staat: Staat, commando: Any, aanvaard: Callable[[Any, Any], tuple[Voorstel, ...] | NietVerwerkt]
) -> tuple[Voorstel, ...] | NietVerwerkt:
    """What another commando would do to the versions of a rule, unless two would then begin on one day."""
    voorstellen = aanvaard(staat, commando)
    if isinstance(voorstellen, NietVerwerkt):
        return voorstellen
    geldend = list(staat.actieve_claims())
    for voorstel in voorstellen:
        if isinstance(voorstel.inhoud, Degistratie):
            geldend = staat.actief_na(voorstel.inhoud)
        vervangen = {bewering.corrigeert for bewering in voorstel.beweringen}
        geldend = [claim for claim in geldend if claim.id not in vervangen]
        geldend += [Claim("", *bewering) for bewering in voorstel.beweringen]
    begin = [claim.vanaf for claim in geldend if claim.waarde is not None]
    return voorstellen if len(set(begin)) == len(begin) else _gelijktijdig()


def _gelijktijdig() -> NietVerwerkt:
    return NietVerwerkt(
        "regelversie_gelijktijdig", "op die dag begint al een andere versie; degistreer die eerst als zij fout is"
    )


def versies_van(staat: Staat) -> tuple[Regelversie, ...]:
    """The registered versions of one rule, each for as long as it holds, folded from its own aggregate."""
    stukken = (stuk for _, _, lijn in staat.basis().alle() for stuk in lijn if not isinstance(stuk.waarde, Ontbreekt))
    return tuple(sorted((_versie(stuk) for stuk in stukken), key=attrgetter("versie", "geldig_vanaf")))


def _versie(stuk: Stuk) -> Regelversie:
    m = stuk.waarde
    return Regelversie(
        versie=m["versie"],
        grond=Grond("wet", m["grond"], str(m["versie"])),
        banden=Banden(tuple(m["grenzen"]), tuple(m["uitkomsten"])),
        geldig_vanaf=stuk.vanaf,
        geldig_tot=stuk.tot,
        overgang=Overgang(m["overgang"]),
        claim=stuk.claim,
        twijfels=stuk.twijfels,
    )

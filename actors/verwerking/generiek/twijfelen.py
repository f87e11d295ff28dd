"""Twijfelen: doubt, onderzoek, bezwaar and terugmelding on claims of any aggregate."""

from typing import Any

from actors.register.annotatie import Afloop, Annotatie
from actors.register.commando import NietVerwerkt, Voorstel
from actors.register.gevolg import Wijziging
from actors.register.persoonsgegeven import Persoonsgegeven, onthul
from actors.register.staat import Staat
from actors.register.terugmelding import Terugmelding, Terugmeldingstatus
from actors.register.tijdlijnen import Ontbreekt
from actors.register.zekerheid import Zekerheid
from actors.verwerking import namen
from actors.verwerking.generiek.aanwijzen import aggregaat_onbekend, stuk_over, wijs_aan
from actors.verwerking.generiek.commandos import (
    BeeindigOnderzoek,
    HandelBezwaarAf,
    HandelTerugmeldingAf,
    MeldTerug,
    StelInOnderzoek,
    TrekInTwijfel,
    VechtAan,
)

_Uitslag = tuple[Voorstel, ...] | NietVerwerkt
_STATUS_NA = {
    Afloop.GEGROND.value: (Terugmeldingstatus.GEHONOREERD, namen.GEHONOREERD),
    Afloop.ONGEGROND.value: (Terugmeldingstatus.AFGEWEZEN, namen.AFGEWEZEN),
    Afloop.INGETROKKEN.value: (Terugmeldingstatus.INGETROKKEN, namen.TERUGMELDING_INGETROKKEN),
}
_AFLOOP_VAN = {status.value: afloop for afloop, (status, _) in _STATUS_NA.items()}


def trek_in_twijfel(staat: Staat, commando: TrekInTwijfel) -> _Uitslag:
    """A new doubt; or, under the id of a terugmelding that waits, what an official finds reasonable."""
    return _noteer(staat, commando, Zekerheid.IN_TWIJFEL)


def stel_in_onderzoek(staat: Staat, commando: StelInOnderzoek) -> _Uitslag:
    """A doubt that is open is investigated from now on; a claim that nobody doubted as well."""
    return _noteer(staat, commando, Zekerheid.IN_ONDERZOEK)


def vecht_aan(staat: Staat, commando: VechtAan) -> _Uitslag:
    """A bezwaar or beroep."""
    return _noteer(staat, commando, Zekerheid.AANGEVOCHTEN)


def _noteer(staat: Staat, commando: TrekInTwijfel | StelInOnderzoek | VechtAan, status: Zekerheid) -> _Uitslag:
    if not staat.bekend:
        return aggregaat_onbekend()
    claims = _waarover(staat, commando, status)
    if isinstance(claims, NietVerwerkt):
        return claims
    eerder = staat.aantekeningen.annotatie(commando.twijfel_id)
    sinds = commando.sinds or (eerder.sinds if eerder and eerder.status else None)
    annotatie = Annotatie(commando.twijfel_id, claims, status.value, sinds, commando.toelichting)
    naam, soort = namen.TWIJFELGEVOLGEN[status]
    melding = staat.aantekeningen.terugmeldingen.get(commando.twijfel_id)
    erbij: tuple[Voorstel, ...] = ()
    if melding is not None and status is Zekerheid.IN_ONDERZOEK:
        erbij = (_stand(melding, Terugmeldingstatus.IN_ONDERZOEK, commando.toelichting),)
    return (Voorstel(naam, soort, inhoud=annotatie), *erbij)


def _waarover(
    staat: Staat, commando: TrekInTwijfel | StelInOnderzoek | VechtAan, status: Zekerheid
) -> tuple[str, ...] | NietVerwerkt:
    """The claims: of the doubt or terugmelding that is open under this id, or those that are named."""
    noten = staat.aantekeningen
    eerder, melding = noten.annotatie(commando.twijfel_id), noten.terugmeldingen.get(commando.twijfel_id)
    genoemd = wijs_aan(staat, commando.betreft) if commando.betreft is not None else None
    if eerder is not None and eerder.status == Zekerheid.IN_TWIJFEL and status is Zekerheid.IN_ONDERZOEK:
        return _zelfde(genoemd, eerder.betreft)
    if eerder is not None or (melding is not None and status is Zekerheid.AANGEVOCHTEN):
        return NietVerwerkt(
            "twijfel_bekend", "onder dit kenmerk is al eerder iets genoteerd; gebruik een nieuw kenmerk"
        )
    if melding is None:
        return genoemd or NietVerwerkt(
            "twijfel_onbekend", "onder dit kenmerk staat niets open; zeg met betreft waar het over gaat"
        )
    if not Terugmeldingstatus(melding.status).open:
        return _afgesloten()
    if staat.geldige_claims().isdisjoint(melding.betreft):
        return NietVerwerkt(
            "betreft_onbekend", "wat is teruggemeld geldt niet meer; beantwoord de melding met HandelTerugmeldingAf"
        )
    return _zelfde(genoemd, melding.betreft)


def _zelfde(genoemd: tuple[str, ...] | NietVerwerkt | None, bekend: tuple[str, ...]) -> tuple[str, ...] | NietVerwerkt:
    """The claims that are known under an id; whoever names others means something else."""
    if isinstance(genoemd, NietVerwerkt):
        return genoemd
    if genoemd is None or set(genoemd) == set(bekend):
        return bekend
    return NietVerwerkt(
        "betreft_onduidelijk", "dit kenmerk gaat al over iets anders; laat betreft weg of gebruik een nieuw kenmerk"
    )


def beeindig(staat: Staat, commando: BeeindigOnderzoek | HandelBezwaarAf) -> _Uitslag:
    """A doubt, onderzoek or bezwaar ends; the terugmelding that brought it gets its answer."""
    if commando.uitkomst not in _STATUS_NA:
        return NietVerwerkt("uitkomst_onbekend", f"een uitkomst is een van: {', '.join(_STATUS_NA)}")
    eerder = staat.aantekeningen.annotatie(commando.twijfel_id)
    bezwaar = isinstance(commando, HandelBezwaarAf)
    if eerder is None or not eerder.status:
        return _onbekende_twijfel()
    if (eerder.status == Zekerheid.AANGEVOCHTEN) != bezwaar:
        met = "BeeindigOnderzoek" if bezwaar else "HandelBezwaarAf"
        return NietVerwerkt("twijfel_onbekend", f"wat onder dit kenmerk openstaat eindigt met {met}; gebruik dat")
    beeindigd = _beeindigd(eerder, commando.uitkomst, commando.toelichting)
    melding = staat.aantekeningen.terugmeldingen.get(commando.twijfel_id)
    if melding is None or not Terugmeldingstatus(melding.status).open:
        return (beeindigd,)
    status, _ = _STATUS_NA[commando.uitkomst]
    return (beeindigd, _stand(melding, status, commando.toelichting))


def _beeindigd(annotatie: Annotatie, uitkomst: str, toelichting: str) -> Voorstel:
    naam, soort = namen.EINDGEVOLGEN[Zekerheid(annotatie.status)]
    inhoud = annotatie._replace(status="", toelichting=toelichting, uitkomst=uitkomst)
    return Voorstel(naam, soort, inhoud=inhoud)


def meld_terug(staat: Staat, commando: MeldTerug, terugmelders: frozenset[str]) -> _Uitslag:
    """Of an authorised consumer a doubt at once; of anyone else only received: an official judges it."""
    if not staat.bekend:
        return aggregaat_onbekend()
    noten = staat.aantekeningen
    if commando.terugmelding_id in noten.terugmeldingen or noten.annotatie(commando.terugmelding_id):
        return NietVerwerkt("terugmelding_bekend", "dit kenmerk is al gebruikt; gebruik een nieuw kenmerk")
    stuk = stuk_over(staat, commando.onderwerp, commando.gegeven, commando.peilmoment)
    if stuk is None or isinstance(stuk.waarde, Ontbreekt):
        return NietVerwerkt(
            "betreft_onbekend",
            "op die dag geldt hier geen waarde van dit gegeven; controleer onderwerp, gegeven en peilmoment",
        )
    if commando.betwijfelde_waarde not in (None, onthul(stuk.waarde)):
        return NietVerwerkt(
            "betwijfelde_waarde_anders",
            "het register zegt iets anders voor die dag; vraag het opnieuw op en kijk nog eens",
        )
    bevoegd = commando.melder in terugmelders
    melding = Terugmelding(
        id=commando.terugmelding_id,
        betreft=(stuk.claim,),
        onderwerp=commando.onderwerp,
        gegeven=commando.gegeven,
        betwijfelde_waarde=stuk.waarde,
        voorgestelde_waarde=_even_geheim(stuk.waarde, commando.voorgestelde_waarde),
        peilmoment=commando.peilmoment,
        melder=commando.melder,
        kenmerk=commando.kenmerk,
        toelichting=commando.toelichting,
        bevoegd=bevoegd,
        status=Terugmeldingstatus.ONTVANGEN.value,
    )
    ontvangen = Voorstel(namen.TERUGGEMELD, Wijziging.TERUGMELDEN, inhoud=melding)
    if not bevoegd:
        return (ontvangen,)
    naam, soort = namen.TWIJFELGEVOLGEN[Zekerheid.IN_TWIJFEL]
    twijfel = Annotatie(melding.id, melding.betreft, Zekerheid.IN_TWIJFEL.value, None, commando.toelichting)
    return (ontvangen, Voorstel(naam, soort, inhoud=twijfel))


def _even_geheim(waarde: Any, voorgesteld: Any) -> Any:
    """A proposed value is as personal as the one it is to replace."""
    if isinstance(waarde, Persoonsgegeven) and voorgesteld is not None:
        return Persoonsgegeven(waarde.betrokkene, voorgesteld)
    return voorgesteld


def handel_terugmelding_af(staat: Staat, commando: HandelTerugmeldingAf) -> _Uitslag:
    """A terugmelding gets its answer, and the doubt that it brought ends."""
    afloop = _AFLOOP_VAN.get(commando.uitkomst)
    if afloop is None:
        return NietVerwerkt("uitkomst_onbekend", f"een uitkomst is een van: {', '.join(_AFLOOP_VAN)}")
    melding = staat.aantekeningen.terugmeldingen.get(commando.terugmelding_id)
    if melding is None:
        return NietVerwerkt("terugmelding_onbekend", "hier is geen terugmelding met dit kenmerk; controleer het")
    if not Terugmeldingstatus(melding.status).open:
        return _afgesloten()
    status, _ = _STATUS_NA[afloop]
    stand = _stand(melding, status, commando.toelichting)
    twijfel = staat.aantekeningen.annotatie(commando.terugmelding_id)
    if twijfel is None or not twijfel.status:
        return (stand,)
    return (_beeindigd(twijfel, afloop, commando.toelichting), stand)


def _stand(melding: Terugmelding, status: Terugmeldingstatus, reden: str) -> Voorstel:
    naam = {
        Terugmeldingstatus.IN_ONDERZOEK: namen.TERUGMELDING_IN_ONDERZOEK,
        **dict(_STATUS_NA.values()),
    }[status]
    return Voorstel(naam, Wijziging.TERUGMELDEN, inhoud=melding._replace(status=status.value, reden=reden))


def _afgesloten() -> NietVerwerkt:
    return NietVerwerkt("terugmelding_afgesloten", "deze terugmelding is al beantwoord; doe zo nodig een nieuwe")


def _onbekende_twijfel() -> NietVerwerkt:
    return NietVerwerkt("twijfel_onbekend", "onder dit kenmerk staat niets open; noem er een dat openstaat")

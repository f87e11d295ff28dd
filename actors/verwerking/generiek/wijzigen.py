"""Wijzigen: correct, degister, end and revive claims of any aggregate."""

from collections.abc import Iterator
from datetime import date

from actors.register.annotatie import Degistratie
from actors.register.claim import Bewering, Claim
from actors.register.commando import NietVerwerkt, Voorstel
from actors.register.context import Aggregaatsoort
from actors.register.gevolg import Wijziging
from actors.register.persoonsgegeven import Persoonsgegeven
from actors.register.staat import Staat
from actors.register.tijdlijnen import OPEN_EIND, Ontbreekt, stuk_op
from actors.register.zekerheid import Zekerheid
from actors.verwerking import namen
from actors.verwerking.contract import past
from actors.verwerking.generiek.aanwijzen import aggregaat_onbekend, wijs_aan
from actors.verwerking.generiek.commandos import Beeindig, Correctie, Corrigeer, Degistreer, Heropleef, Herstel

_Uitslag = tuple[Voorstel, ...] | NietVerwerkt


def corrigeer(staat: Staat, commando: Corrigeer, soort: Aggregaatsoort) -> _Uitslag:
    """A claim replaces a claim, in each step; only gegevens that say what type their value has."""
    if not staat.bekend:
        return aggregaat_onbekend()
    beweringen: list[Bewering] = []
    for stap in commando.correcties:
        claim = _eigen_claim(staat, stap)
        bewering = claim if isinstance(claim, NietVerwerkt) else _gecorrigeerd(claim, stap, soort)
        if isinstance(bewering, NietVerwerkt):
            return bewering
        if bewering.corrigeert in {eerder.corrigeert for eerder in beweringen}:
            return NietVerwerkt("correctie_dubbel", "twee stappen corrigeren dezelfde claim; maak er één stap van")
        beweringen.append(bewering)
    return (Voorstel(namen.GECORRIGEERD, Wijziging.CORRIGEREN, tuple(beweringen)),)


def _eigen_claim(staat: Staat, stap: Correctie) -> Claim | NietVerwerkt:
    claims = wijs_aan(staat, stap.betreft)
    if isinstance(claims, NietVerwerkt):
        return claims
    eigen = [claim for claim in staat.actieve_claims() if claim.id in claims]
    if len(claims) != 1:
        return NietVerwerkt(
            "betreft_onduidelijk", "een stap corrigeert één claim; noem onderwerp en gegeven, of de claim"
        )
    return eigen[0] if eigen else _niet_hier_geregistreerd()


def _gecorrigeerd(claim: Claim, stap: Correctie, soort: Aggregaatsoort) -> Bewering | NietVerwerkt:
    gegeven = next((g for g in soort.gegevens if g.naam == claim.gegeven), None)
    waarde = claim.waarde
    if gegeven is None or gegeven.soort is None:
        return NietVerwerkt(
            "gegeven_niet_corrigeerbaar",
            f"{claim.gegeven} is hier alleen te corrigeren met een commando van het register zelf; gebruik dat",
        )
    if stap.waarde is not None and waarde is None:
        return NietVerwerkt("einde_zonder_waarde", "een einde heeft geen waarde, alleen een dag; herstel het einde")
    if stap.waarde is not None:
        fouten = past(gegeven.soort, stap.waarde)
        if fouten:
            return NietVerwerkt(
                "waarde_past_niet", f"{claim.gegeven} kan deze waarde niet hebben; verbeter haar", fouten
            )
        waarde = stap.waarde
        if isinstance(claim.waarde, Persoonsgegeven):
            waarde = Persoonsgegeven(claim.waarde.betrokkene, stap.waarde)
    vanaf, tot = stap.vanaf or claim.vanaf, stap.tot or claim.tot
    if vanaf >= tot:
        return NietVerwerkt("geldigheid_leeg", "de claim zou op geen enkele dag gelden; degistreer haar als dat klopt")
    if (waarde, vanaf, tot) == (claim.waarde, claim.vanaf, claim.tot):
        return NietVerwerkt("niets_te_corrigeren", "de genoemde gegevens staan al zo in het register")
    return Bewering(claim.onderwerp, claim.gegeven, waarde, vanaf, tot, claim.id)


def degistreer(staat: Staat, commando: Degistreer) -> _Uitslag:
    """What should never have been registered falls, with what corrects it; what it corrected revives."""
    if not staat.bekend:
        return aggregaat_onbekend()
    claims = wijs_aan(staat, commando.betreft, ook_gecorrigeerd=True)
    if isinstance(claims, NietVerwerkt):
        return claims
    hier = {claim.id for claim in staat.staande_claims()}
    if not hier.issuperset(claims):
        return _niet_hier_geregistreerd()
    valt = claims
    if commando.betreft.onderwerp is not None and commando.betreft.gegeven is None:
        valt = tuple(claim.id for claim in _onder(staat, commando.betreft.onderwerp))
    inhoud = Degistratie(valt, (), commando.sinds, commando.toelichting)
    return (Voorstel(namen.GEDEGISTREERD, Wijziging.DEGISTREREN, inhoud=inhoud),)


def _onder(staat: Staat, onderwerp: tuple[str, ...]) -> Iterator[Claim]:
    """All that was ever asserted of an onderwerp: nothing of it may revive when it falls with all below it."""
    weg = staat.aantekeningen.weg
    return (c for c in staat.alle_claims() if c.onderwerp[: len(onderwerp)] == onderwerp and c.id not in weg)


def beeindig(staat: Staat, commando: Beeindig) -> _Uitslag:
    """In the world it is over from a day on: a claim that says so begins on that day."""
    if not staat.bekend:
        return aggregaat_onbekend()
    geldend = list(_geldend_op(staat, commando.onderwerp, commando.gegeven, commando.per))
    if not geldend and any(c.vanaf == commando.per for c in _eindes(staat, commando.onderwerp, commando.gegeven)):
        return NietVerwerkt("al_beeindigd", "op die dag eindigt dit al; herstel dat eerst als het niet klopt")
    if not geldend:
        return NietVerwerkt("niets_te_beeindigen", "op die dag geldt hier niets dat kan eindigen; controleer de dag")
    begint = sorted({claim.gegeven for claim in geldend if claim.vanaf == commando.per})
    if begint:
        return NietVerwerkt(
            "begint_die_dag",
            f"{', '.join(begint)} begint juist op die dag; noem een latere dag, of degistreer wat nooit heeft gegolden",
        )
    beweringen = tuple(Bewering(c.onderwerp, c.gegeven, None, commando.per) for c in geldend)
    return (Voorstel(namen.BEEINDIGD, Wijziging.BEEINDIGEN, beweringen),)


def _geldend_op(staat: Staat, onderwerp: tuple[str, ...], gegeven: str | None, dag: date) -> Iterator[Claim]:
    """The claims asserted here that hold on a day, of an onderwerp and (without gegeven) all below it."""
    eigen = {claim.id: claim for claim in staat.actieve_claims() if claim.waarde is not None}
    for plek, naam, lijn in staat.basis().alle():
        stuk = stuk_op(lijn, dag)
        zelfde = plek == onderwerp and naam == gegeven
        eronder = gegeven is None and plek[: len(onderwerp)] == onderwerp
        if stuk is not None and stuk.claim in eigen and (zelfde or eronder):
            yield eigen[stuk.claim]


def herstel(staat: Staat, commando: Herstel) -> _Uitslag:
    """The last ending or degistratie here that stands is undone: what it took away counts again."""
    if not staat.bekend:
        return aggregaat_onbekend()
    over = [claim for claim in staat.alle_claims() if _over(claim, commando.onderwerp, commando.gegeven)]
    weg = staat.aantekeningen.weg
    eindes = {claim.id for claim in _eindes(staat, commando.onderwerp, commando.gegeven)}
    for soort, claims in reversed(staat.aantekeningen.ingrepen):
        gedegistreerd = soort is Wijziging.DEGISTREREN
        staat_nog = tuple(c.id for c in over if c.id in claims and c.id in (weg if gedegistreerd else eindes))
        if staat_nog:
            valt, herleeft = ((), staat_nog) if gedegistreerd else (staat_nog, ())
            inhoud = Degistratie(valt, herleeft, None, commando.toelichting)
            return (Voorstel(namen.HERSTELD, Wijziging.HERSTELLEN, inhoud=inhoud), *_twijfel_terug(staat, herleeft))
    return NietVerwerkt("niets_te_herstellen", "hier is niets (meer) beëindigd of gedegistreerd; controleer onderwerp")


def _twijfel_terug(staat: Staat, herleeft: tuple[str, ...]) -> Iterator[Voorstel]:
    """A doubt that ended only because its claim fell is there again with it."""
    for twijfel in staat.aantekeningen.vervallen(herleeft):
        naam, soort = namen.TWIJFELGEVOLGEN[Zekerheid(twijfel.status)]
        yield Voorstel(naam, soort, inhoud=twijfel)


def heropleef(staat: Staat, commando: Heropleef) -> _Uitslag:
    """In the world it began anew: a claim with the value it had begins on that day."""
    if not staat.bekend:
        return aggregaat_onbekend()
    beeindigd = any(c.vanaf < commando.per for c in _eindes(staat, commando.onderwerp, commando.gegeven))
    lijn = staat.basis().eigen(commando.onderwerp, commando.gegeven)
    eerder = [stuk.waarde for stuk in lijn if stuk.tot <= commando.per]
    if not beeindigd or not eerder or stuk_op(lijn, commando.per) is not None:
        return NietVerwerkt(
            "niets_te_heropleven", "dit is voor die dag niet beëindigd, of geldt dan weer; controleer onderwerp en dag"
        )
    if isinstance(eerder[-1], Ontbreekt):
        return NietVerwerkt(
            "betreft_onduidelijk", "voor het einde spraken twee claims elkaar tegen; degistreer eerst de foute"
        )
    bewering = Bewering(commando.onderwerp, commando.gegeven, eerder[-1], commando.per, OPEN_EIND)
    return (Voorstel(namen.HERLEEFD, Wijziging.HEROPLEVEN, (bewering,)),)


def _eindes(staat: Staat, onderwerp: tuple[str, ...], gegeven: str | None) -> Iterator[Claim]:
    """The endings that count, of an onderwerp and (without gegeven) all below it."""
    for claim in staat.actieve_claims():
        if claim.waarde is None and _over(claim, onderwerp, gegeven):
            yield claim


def _over(claim: Claim, onderwerp: tuple[str, ...], gegeven: str | None) -> bool:
    if gegeven is not None:
        return claim.onderwerp == onderwerp and claim.gegeven == gegeven
    return claim.onderwerp[: len(onderwerp)] == onderwerp


def _niet_hier_geregistreerd() -> NietVerwerkt:
    return NietVerwerkt(
        "betreft_niet_hier",
        "dit is hier afgeleid of van een ander register overgenomen; doe het bij de claim waaruit het volgt",
    )

"""Aanwijzen: which claims of an aggregate a commando is about."""

from collections.abc import Iterator
from datetime import date

from actors.register.claim import gevolg_van
from actors.register.commando import NietVerwerkt
from actors.register.staat import Staat
from actors.register.tijdlijnen import Onderwerp, Ontbreekt, Stuk, stuk_op
from actors.verwerking.generiek.commandos import Betreft


def wijs_aan(staat: Staat, betreft: Betreft, *, ook_gecorrigeerd: bool = False) -> tuple[str, ...] | NietVerwerkt:
    """The claims that count and that are meant: asserted here, taken over or derived; at least one.

    With `ook_gecorrigeerd` a claim or gevolg may also be named that was corrected since.
    """
    manieren = [betreft.claim, betreft.gevolg, betreft.onderwerp]
    if sum(manier is not None for manier in manieren) != 1:
        return NietVerwerkt("betreft_onduidelijk", "noem één ding: een claim, een gevolg, of een onderwerp")
    if betreft.onderwerp is None and (betreft.gegeven is not None or betreft.op is not None):
        return NietVerwerkt("betreft_onduidelijk", "gegeven en op horen bij een onderwerp; noem dat erbij")
    if betreft.gegeven is None and betreft.op is not None:
        return NietVerwerkt("betreft_onduidelijk", "op hoort bij een gegeven; noem dat erbij of laat op weg")
    stuk = stuk_over(staat, betreft.onderwerp, betreft.gegeven, betreft.op) if betreft.onderwerp else None
    if stuk is not None and isinstance(stuk.waarde, Ontbreekt):
        return NietVerwerkt(
            "betreft_onduidelijk", "over dit gegeven spreken twee claims elkaar op die dag tegen; noem er één van"
        )
    gevonden = tuple(dict.fromkeys(_gevonden(staat, betreft, ook_gecorrigeerd=ook_gecorrigeerd)))
    return gevonden or NietVerwerkt(
        "betreft_onbekend", "zo'n claim geldt hier niet (meer); kijk in het register wat er geldt en noem dat"
    )


def _gevonden(staat: Staat, betreft: Betreft, *, ook_gecorrigeerd: bool) -> Iterator[str]:
    if betreft.onderwerp is not None and betreft.gegeven is not None:
        stuk = stuk_over(staat, betreft.onderwerp, betreft.gegeven, betreft.op)
        yield from (stuk.claim,) if stuk else ()
        return
    if betreft.onderwerp is not None:
        diepte = len(betreft.onderwerp)
        yield from (c.id for c in staat.actieve_claims() if c.onderwerp[:diepte] == betreft.onderwerp)
        return
    geldig = [claim.id for claim in (staat.staande_claims() if ook_gecorrigeerd else staat.actieve_claims())]
    geldig += [stuk.claim for _, _, lijn in staat.beeld().alle() for stuk in lijn]
    for claim in geldig:
        if claim == betreft.claim or (betreft.gevolg is not None and gevolg_van(claim) == betreft.gevolg):
            yield claim


def stuk_over(staat: Staat, onderwerp: Onderwerp, gegeven: str | None, dag: date | None) -> Stuk | None:
    """The piece of exactly this onderwerp that holds on a day, the last one when no day is given; None when none."""
    lijn = staat.beeld().eigen(onderwerp, gegeven) if gegeven is not None else []
    if dag is None:
        return lijn[-1] if lijn else None
    return stuk_op(lijn, dag)


def aggregaat_onbekend() -> NietVerwerkt:
    """Nothing was ever recorded under this id."""
    return NietVerwerkt("aggregaat_onbekend", "dit register kent geen aggregaat met dit kenmerk; controleer het")

"""Restuitleg: why a row says what is left of something: what there was, what was taken off, and what remains."""

from collections.abc import Iterator, Sequence
from datetime import date

from actors.register.context import Context
from actors.register.gevolg import Transactie
from actors.register.projectie import Restant
from actors.register.tijdlijnen import Onderwerp, Stuk, stuk_op
from actors.verwerking.motivering import Alinea
from actors.verwerking.rijen import vanaf_peildatum
from actors.verwerking.uitleg import GeenUitleg, Uitleg, laatst_overwogen, leg_uit, leg_wachten_uit
from actors.verwerking.verloop import Verloop
from actors.verwerking.verschillen import dag_van
from actors.verwerking.woorden import waarde_tekst


def leg_rest_uit(
    context: Context, transacties: Sequence[Transactie], onderwerp: Onderwerp, van: Restant, dag: date
) -> Uitleg:
    """Explain what is left on a day: the subtraction first, then what it was taken from."""
    verloop = Verloop(context.aggregaat(transacties[0].aggregaat), transacties)
    beeld = verloop.staat(len(verloop.plekken)).beeld()
    geheel = stuk_op([vanaf_peildatum(stuk) for stuk in beeld.eigen(onderwerp, van.van)], dag)
    lijnen = beeld.kinderen(onderwerp, van.af)
    eraf = [(naam, stuk) for naam, lijn in lijnen.items() if (stuk := stuk_op(lijn, dag)) is not None]
    som = Alinea("Hoe komen wij op wat er over is?", (), tuple(_som(verloop, onderwerp, van, geheel, eraf)))
    uitleg = _van_geheel(context, transacties, onderwerp, van, geheel, dag)
    if uitleg is None:
        laatste = transacties[-1]
        return Uitleg(laatste.register, laatste.aggregaat, laatste.aggregaat_id, "", (som,))
    return uitleg._replace(alineas=(som, *uitleg.alineas))


def _van_geheel(  # noqa: PLR0913 - what is left, of what, and when
    context: Context,
    transacties: Sequence[Transactie],
    onderwerp: Onderwerp,
    van: Restant,
    geheel: Stuk | None,
    dag: date,
) -> Uitleg | None:
    """The uitleg of what it was taken from; None when there never was any."""
    gevolg_id = laatst_overwogen(transacties, geheel.claim, dag) if geheel else None
    if gevolg_id is not None:
        return leg_uit(context, transacties, gevolg_id)
    try:
        return leg_wachten_uit(context, transacties, onderwerp, van.van, dag)
    except GeenUitleg:
        return None


def _som(
    verloop: Verloop, onderwerp: Onderwerp, van: Restant, geheel: Stuk | None, eraf: list[tuple[str, Stuk]]
) -> Iterator[str]:
    heet = verloop.heet(van.van)
    er_was = geheel.waarde if geheel else 0
    yield f"{heet}: {verloop.uitkomst(van.van, geheel.claim, er_was)}" if geheel else f"{heet}: die is er nu niet"
    soorten = verloop.soort.onderwerpen[len(onderwerp) :]
    for naam, stuk in eraf:
        bron = verloop.herkomst(stuk.claim, len(verloop.plekken))
        wanneer = f", vastgelegd{dag_van(bron.plek)}" if bron else ""
        welke = f"{soorten[0]} {naam}" if soorten else naam
        yield f"{verloop.heet(van.af)} ({welke}{wanneer}): {waarde_tekst(van.af, stuk.waarde)}"
    af = sum(stuk.waarde for _, stuk in eraf)
    rest = waarde_tekst(van.van, max(0, er_was - af))
    yield f"{waarde_tekst(van.van, er_was)} - {waarde_tekst(van.af, af)}, ten minste 0: {rest}"

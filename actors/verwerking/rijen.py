"""Rijen: the rows that one aggregate has in each table. Each cell is a time line."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from actors.register.beeld import Beeld
from actors.register.gevolg import Wachtend
from actors.register.projectie import Eigen, Kolom, Projectie, RegelversieVan, Restant, UitInvoer
from actors.register.terugmelding import GEREDE_TWIJFEL
from actors.register.tijdlijnen import Onderwerp, Ontbreekt, Stuk, Tijdlijn, knip, stuk_op
from actors.register.zekerheid import GEEN_TWIJFEL, zekerheid_van
from actors.verwerking.serialisatie import Serialisatie
from actors.verwerking.standen import Stand
from actors.verwerking.woorden import lokale_dag

Rijen = dict[bytes, bytes]
"""The rows of one aggregate in one table, by key."""


def rijsleutel(onderwerp: Onderwerp) -> bytes:
    """The key of a row: the parts of its onderwerp, separated by a unit separator."""
    return "\x1f".join(onderwerp).encode()


def rijen_van(projectie: Projectie, beeld: Beeld, serialisatie: Serialisatie) -> Rijen:
    """The rows of one aggregate in the table of a projectie."""
    rijen: Rijen = {}
    for onderwerp in beeld.onderwerpen(projectie.over):
        if projectie.anker and not beeld.eigen(onderwerp, projectie.anker):
            continue
        cellen = {k: _cel(_kolom(beeld, onderwerp, van)) for k, van in projectie.kolommen.items()}
        if any(cellen.values()):
            waarden = [waarde for cel in cellen.values() for _, _, waarde, _, _ in cel]
            rijen[rijsleutel(onderwerp)] = serialisatie.rij_naar_bytes((onderwerp, cellen), waarden)
    return rijen


def takenrijen(stand: Stand, aggregaat: str, serialisatie: Serialisatie) -> Rijen:
    """The rows of one aggregate in the table of what waits."""
    return {
        _taaksleutel(aggregaat, w): serialisatie.naar_bytes(_taak(stand, aggregaat, w)) for w in stand.staat.taken()
    }


def _taaksleutel(aggregaat: str, w: Wachtend) -> bytes:
    melding = (w.kenmerk,) if w.reden == GEREDE_TWIJFEL else ()
    return rijsleutel((aggregaat, *w.onderwerp, w.gegeven, w.vanaf.isoformat(), *melding))


def _taak(stand: Stand, aggregaat: str, w: Wachtend) -> dict[str, Any]:
    sinds = stand.wacht_sinds(w)
    return {
        "aggregaat": aggregaat,
        "onderwerp": w.onderwerp,
        "gegeven": w.gegeven,
        "vanaf": w.vanaf,
        "tot": w.tot,
        "reden": w.reden,
        "taak": w.taak,
        "kenmerk": w.kenmerk,
        "sinds": sinds,
        "uiterlijk": lokale_dag(sinds) + timedelta(days=w.termijn_dagen) if sinds else None,
    }


# --- the cells of a row -------------------------------------------------------------------------------------


def _kolom(beeld: Beeld, onderwerp: Onderwerp, van: Kolom) -> Tijdlijn:
    """The time line of a column."""
    if isinstance(van, str):
        return [vanaf_peildatum(stuk) for stuk in beeld.zoek(onderwerp, van)]
    if isinstance(van, Eigen):
        return [vanaf_peildatum(stuk) for stuk in beeld.eigen(onderwerp, van.gegeven)]
    if isinstance(van, UitInvoer):
        gebruikt = _uit_besluit(beeld.zoek(onderwerp, van.besluit), lambda stuk: _invoer(stuk, van.invoer))
        lijn = beeld.zoek(onderwerp, van.invoer) if gebruikt else []
        return [_zeker_als_invoer(stuk, van.invoer, lijn) for stuk in gebruikt]
    if isinstance(van, RegelversieVan):
        lijn = _uit_besluit(beeld.zoek(onderwerp, van.gegeven), lambda stuk: stuk.regelversie or None)
        return [stuk._replace(twijfels=GEEN_TWIJFEL, bevestigd=False) for stuk in lijn]
    return _restant(beeld, onderwerp, van)


def _uit_besluit(lijn: Tijdlijn, wat: Callable[[Stuk], Any]) -> Tijdlijn:
    """For as long as a decision stands, something of it."""
    gezegd = [(stuk, wat(stuk)) for stuk in lijn if not isinstance(stuk.waarde, Ontbreekt)]
    return [vanaf_peildatum(stuk._replace(waarde=waarde)) for stuk, waarde in gezegd if waarde is not None]


def _invoer(stuk: Stuk, naam: str) -> Any:
    return next((i.waarde for i in stuk.invoer if i.gegeven == naam), None)


def _zeker_als_invoer(stuk: Stuk, naam: str, lijn: Tijdlijn) -> Stuk:
    """As sure as the input itself: doubt on the decision, or on what else it used, is not about this."""
    claim = dict(stuk.grond).get(naam)
    bron = [invoer for invoer in lijn if invoer.claim == claim]
    twijfels = stuk.twijfels & GEEN_TWIJFEL.union(*(invoer.twijfels for invoer in bron))
    return stuk._replace(twijfels=twijfels, bevestigd=any(invoer.bevestigd for invoer in bron))


def vanaf_peildatum(stuk: Stuk) -> Stuk:
    """What was judged on one day is shown from that day on."""
    peildatum = _invoer(stuk, "peildatum") if stuk.invoer else None
    return stuk if peildatum is None else stuk._replace(vanaf=max(stuk.vanaf, peildatum))


def _restant(beeld: Beeld, onderwerp: Onderwerp, van: Restant) -> Tijdlijn:
    """What is left, day by day; nothing is said where it is not clear what is to be taken off."""
    geheel = [vanaf_peildatum(stuk) for stuk in beeld.eigen(onderwerp, van.van)]
    delen = list(beeld.kinderen(onderwerp, van.af).values())
    uit: Tijdlijn = []
    for vanaf, tot in knip((geheel, *delen)):
        stuk = stuk_op(geheel, vanaf)
        eraf = [deel for lijn in delen if (deel := stuk_op(lijn, vanaf)) is not None]
        bron = stuk or (eraf[0] if eraf else None)
        if bron is None or any(isinstance(deel.waarde, Ontbreekt) for deel in eraf):
            continue
        rest = max(0, (stuk.waarde if stuk else 0) - sum(deel.waarde for deel in eraf))
        twijfels = bron.twijfels.union(*(deel.twijfels for deel in eraf))
        uit.append(Stuk(vanaf, tot, rest, bron.claim, twijfels))
    return uit


def _cel(lijn: Tijdlijn) -> list[tuple[Any, ...]]:
    bekend = [s for s in lijn if not isinstance(s.waarde, Ontbreekt)]
    return [(s.vanaf, s.tot, s.waarde, s.claim, zekerheid_van(s.twijfels, bevestigd=s.bevestigd).value) for s in bekend]

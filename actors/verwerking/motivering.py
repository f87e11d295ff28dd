"""Motivering: why an outcome is what it is, in plain Dutch (B1). Letters and the uitleg say it with the same sentences.

Only what was recorded is told. To the betrokkene (`discreet`) nothing is told that is about someone else.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from actors.register.gevolg import Afleiding, Gevolg, Wijziging
from actors.register.tijdlijnen import Invoer
from actors.verwerking.berekening import REGELVERSIE
from actors.verwerking.verloop import Afgeleid, Verloop, bekeken_op
from actors.verwerking.verschillen import Verschil, dag_van, verschil
from actors.verwerking.woorden import (
    dagen_tekst,
    klein,
    met_punt,
    opsomming,
    stap_tekst,
    waarde_tekst,
    zin,
)


class Alinea(NamedTuple):
    """A paragraph: a question as its heading, sentences, and points below them."""

    kop: str
    zinnen: tuple[str, ...]
    punten: tuple[str, ...] = ()

    @property
    def tekst(self) -> str:
        """The paragraph on paper."""
        return "\n".join((self.kop, *filter(None, (" ".join(self.zinnen),)), *(f"- {punt}" for punt in self.punten)))


class Redenen(NamedTuple):
    """Why an outcome changed: what is otherwise, each in sentences; and one on what was recorded again, if anything."""

    punten: tuple[str, ...]
    gelijk: tuple[str, ...]


# --- how it came about ----------------------------------------------------------------------------------------


def keten(verloop: Verloop, uitkomst: Afgeleid) -> list[Afgeleid]:
    """What an outcome was derived from in this aggregate, each once, the first first; itself last."""
    uit: dict[str, Afgeleid] = {}

    def loop(een: Afgeleid, dag: date) -> None:
        op = bekeken_op(een.afleiding, dag)
        for invoer in een.afleiding.stuk.invoer:
            eerder = verloop.afgeleid(invoer.claim, een.plek.nummer, op)
            if eerder is not None and invoer.claim not in uit:
                loop(eerder, op)
        uit[een.afleiding.stuk.claim] = een

    loop(uitkomst, uitkomst.afleiding.stuk.vanaf)
    return list(uit.values())


def hoe_berekend(verloop: Verloop, uitkomst: Afgeleid) -> Alinea | None:
    """The steps, also those of the calculations that it rests on."""
    stappen = [stap for een in keten(verloop, uitkomst) for stap in _stappen(verloop, een.afleiding)]
    eigen = uitkomst.afleiding.stuk.stappen
    return Alinea("Hoe komen wij daarop?", (), tuple(stappen)) if eigen else None


def _stappen(verloop: Verloop, afleiding: Afleiding) -> Iterator[str]:
    stuk, gegeven = afleiding.stuk, afleiding.gegeven
    eigen = verloop.eigen_woorden(gegeven, stuk.claim)
    for nummer, stap in enumerate(stuk.stappen, start=1):
        is_uitkomst = nummer == len(stuk.stappen) and stap.uitkomst == stuk.waarde
        if is_uitkomst and eigen:
            yield f"{stap.tekst}: {eigen}"
        else:
            yield stap_tekst(stap, gegeven if is_uitkomst else "")


def grond_zin(gevolg: Gevolg, wat: str = "Dit besluit") -> str:
    """On what ground it rests."""
    return f"{wat} rust op: {', '.join(grond.verwijzing for grond in gevolg.legitimering)}."


def toelichtingen(verloop: Verloop, uitkomst: Afgeleid) -> list[str]:
    """What officials who decided add, here and on what it rests."""
    gezegd = dict.fromkeys(een.afleiding.stuk.toelichting for een in keten(verloop, uitkomst))
    return [f"De ambtenaar die besliste voegt hieraan toe: {met_punt(tekst)}" for tekst in gezegd if tekst]


# --- what was said before, and why it changed -----------------------------------------------------------------

_EERDER = {
    Wijziging.HERZIEN: (
        "Eerder stelden wij {was} vast{toen}.",
        "Dat hebben wij{nu} herzien{dagen}: wij namen een nieuw besluit, dat het oude vervangt.",
    ),
    Wijziging.CORRIGEREN: ("Eerder kwamen wij{toen} uit op {was}.", "Dat hebben wij{nu} opnieuw berekend{dagen}."),
    Wijziging.HANDHAVEN: (
        "Eerder stelden wij{toen} hetzelfde vast.",
        "Dat hebben wij{nu} gehandhaafd{dagen}: de uitkomst blijft gelijk, maar rust nu op iets anders.",
    ),
    Wijziging.INTREKKEN: (
        "Eerder stelden wij {was} vast{toen}.",
        "Dat hebben wij{nu} ingetrokken{dagen}: het geldt niet meer.",
    ),
    Wijziging.ZEKERHEID_WIJZIGEN: (
        "Eerder stelden wij{toen} hetzelfde vast.",
        "De uitkomst blijft gelijk. Alleen hoe zeker wij daarvan zijn, is{nu} veranderd.",
    ),
}


_EERDER_IN_EIGEN_WOORDEN = "Eerder stelden wij{toen} vast: er was {was}."


def eerder(
    verloop: Verloop,
    uitkomst: Afgeleid,
    *,
    discreet: str | None = None,
    niet_meer_over: str | None = None,
) -> Alinea | None:
    """What was said before and why that changed; None when nothing was.

    `discreet` is given when it is told to a betrokkene: the gegeven that says who that is, empty when there is none.
    `niet_meer_over` when that turned out to be someone else: the same gegeven. Then it is withdrawn, for whoever reads
    this, and only that this changed is told.
    """
    afleiding, plek = uitkomst.afleiding, uitkomst.plek
    begin = verloop.begin(afleiding.betreft) if afleiding.betreft else None
    soort = plek.gevolg.soort if niet_meer_over is None else Wijziging.INTREKKEN
    if soort not in _EERDER or begin is None:
        return None
    was = verloop.uitkomst(afleiding.gegeven, begin.gevolg.id, afleiding.was)
    toen, nu = dag_van(begin), dag_van(plek)
    eerst, daarna = _EERDER[soort]
    if soort is Wijziging.INTREKKEN and not is_besluit(verloop, afleiding):
        eerst, _ = _EERDER[Wijziging.CORRIGEREN]
    if soort is not Wijziging.HANDHAVEN and verloop.eigen_woorden(afleiding.gegeven, begin.gevolg.id):
        eerst = _EERDER_IN_EIGEN_WOORDEN
    dagen = voor_dagen(afleiding)
    verteld = tuple(z.format(was=was, toen=toen, nu=nu, dagen=dagen) for z in (eerst, daarna))
    waarom = redenen(verloop, uitkomst, discreet=discreet, niet_meer_over=niet_meer_over)
    kop = ("Dit is er veranderd:",) if waarom.punten else ()
    zinnen = (*verteld, *waarom.gelijk, *kop)
    return Alinea("Wat zeiden wij eerder, en wat is er veranderd?", zinnen, waarom.punten)


def redenen(
    verloop: Verloop, uitkomst: Afgeleid, *, discreet: str | None = None, niet_meer_over: str | None = None
) -> Redenen:
    """Why an outcome is another one, or rests on something else; told to whom as `eerder` does.

    What is so for some of its days only is told with those days.
    """
    vorige = verloop.voorgangers(uitkomst)
    per_deel = [
        [v for v in verschil(verloop, deel.uitkomst, uitkomst, deel.vanaf) if niet_meer_over in (None, v.gegeven)]
        for deel in vorige
    ]
    verteld = [tuple(_punten(verloop, verschillen, discreet)) for verschillen in per_deel]
    overal = [punt for punt in verteld[0] if all(punt in punten for punten in verteld)] if verteld else []
    elders = (
        f"Voor de dagen {dagen_tekst(deel.vanaf, deel.tot)}: {klein(punt)}"
        for deel, punten in zip(vorige, verteld, strict=True)
        for punt in punten
        if punt not in overal
    )
    zelfde = dict.fromkeys(_genoemd(verloop, v, discreet) for deel in per_deel for v in deel if v.gelijk)
    gelijk = (f"Opnieuw vastgelegd en gelijk gebleven: {opsomming(zelfde)}.",) if zelfde else ()
    return Redenen(tuple(dict.fromkeys((*overal, *elders))), gelijk)


def voor_dagen(afleiding: Afleiding) -> str:
    """The days that a change is about, as they follow its verb; empty when it is about all days."""
    dagen = dagen_tekst(afleiding.stuk.vanaf, afleiding.stuk.tot)
    return f" voor de dagen {dagen}" if dagen else ""


def is_besluit(verloop: Verloop, afleiding: Afleiding) -> bool:
    """Whether it is a decision; else it is a calculation."""
    regel = verloop.regel(afleiding)
    return regel is not None and regel.besluit


def _punten(verloop: Verloop, verschillen: list[Verschil], discreet: str | None) -> Iterator[str]:
    """Each thing that is otherwise in a sentence; what does not count any more together, by how that came about."""
    weg: dict[str, dict[str, None]] = {}
    for v in verschillen:
        if v.gelijk:
            continue
        if v.gegeven == REGELVERSIE:
            yield v.hoe
            continue
        heet, was, wordt = _genoemd(verloop, v, discreet), _waarde(verloop, v, v.was, discreet), None
        hoe = " ".join(filter(None, (v.hoe, v.toelichting if discreet is None else "")))
        if v.wordt is None:
            weg.setdefault(hoe, {})[heet] = None
            continue
        wordt = _waarde(verloop, v, v.wordt, discreet)
        if v.was is None:
            gezegd = f"{heet}: {', '.join(filter(None, ('nieuw', wordt)))}"
        elif discreet is not None and (v.was.waarde, v.wordt.waarde) == (True, False):
            gezegd = f"{heet}: eerst wel, nu niet meer"
        elif not was or not wordt:
            gezegd = f"{heet}: dat is veranderd"
        else:
            gezegd = f"{heet}: eerst {was}, nu {wordt}"
        yield f"{zin(gezegd)} {hoe}".rstrip()
    for hoe, namen in weg.items():
        yield f"{zin(opsomming(namen))[:-1]}: dit geldt niet meer. {hoe}".rstrip()


def _genoemd(verloop: Verloop, verschil: Verschil, discreet: str | None) -> str:
    heet = verloop.heet(verschil.gegeven)
    return f"{heet} ({verschil.kind})" if verschil.kind and discreet is None else heet


def _waarde(verloop: Verloop, verschil: Verschil, invoer: Invoer | None, discreet: str | None) -> str:
    """The value in words; empty when there is none to tell."""
    if invoer is None:
        return ""
    return verloop.eigen_woorden(verschil.gegeven, invoer.claim) or waarde_voor(
        verloop, verschil.gegeven, invoer.waarde, discreet
    )


def waarde_voor(verloop: Verloop, gegeven: str, waarde: Any, discreet: str | None) -> str:
    """A value in words; empty when it is about someone and told to the betrokkene."""
    persoonlijk = any(g.naam == gegeven and g.persoonlijk for g in verloop.soort.gegevens)
    over_iemand = persoonlijk or gegeven == discreet or isinstance(waarde, bool)
    return "" if discreet is not None and over_iemand else waarde_tekst(gegeven, waarde)

"""Motivering: why an outcome is what it is, in plain Dutch (B1). Letters and the uitleg say it with the same sentences.

Only what was recorded is told. To the betrokkene (`discreet`) nothing is told that is about someone else.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from actors.register.annotatie import Degistratie
from actors.register.claim import Mededeling, is_beweerd
from actors.register.gevolg import Afleiding, Gevolg, Herroeping, Overname, Vastlegging, Wijziging
from actors.register.tijdlijnen import OPEN_BEGIN, Invoer, Onderwerp, Stap
from actors.verwerking.berekening import REGELVERSIE
from actors.verwerking.verloop import Afgeleid, Beweerd, Herkomst, Plek, Verloop, Verteld, bekeken_op
from actors.verwerking.woorden import (
    dagen_tekst,
    datum,
    klein,
    lokale_dag,
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


class Verschil(NamedTuple):
    """One thing that an outcome rests on and the one before it did not, or otherwise (None: not at all).

    `gegeven` is its name, `kind` which of several it is, `hoe` how that came about and `toelichting` what was said with
    it: empty when that was not recorded.
    """

    gegeven: str
    kind: str
    was: Invoer | None
    wordt: Invoer | None
    hoe: str
    toelichting: str

    @property
    def gelijk(self) -> bool:
        """Whether the same was recorded again: it changed nothing."""
        return self.was is not None and self.wordt is not None and self.was.waarde == self.wordt.waarde


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
    stappen = [
        stap
        for een in keten(verloop, uitkomst)
        for stap in _stappen(een.afleiding.gegeven, een.afleiding.stuk.stappen, een.afleiding.stuk.waarde)
    ]
    eigen = uitkomst.afleiding.stuk.stappen
    return Alinea("Hoe komen wij daarop?", (), tuple(stappen)) if eigen else None


def _stappen(gegeven: str, stappen: tuple[Stap, ...], waarde: Any) -> Iterator[str]:
    for nummer, stap in enumerate(stappen, start=1):
        is_uitkomst = nummer == len(stappen) and stap.uitkomst == waarde
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
    was = waarde_tekst(afleiding.gegeven, afleiding.was)
    toen, nu = dag_van(begin), dag_van(plek)
    eerst, daarna = _EERDER[soort]
    if soort is Wijziging.INTREKKEN and not is_besluit(verloop, afleiding):
        eerst, _ = _EERDER[Wijziging.CORRIGEREN]
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


def verschil(verloop: Verloop, vorige: Afgeleid, nu: Afgeleid, dag: date) -> list[Verschil]:
    """What an outcome rests on otherwise, on a day, than the one before it, down to what was asserted or taken over."""
    oud, nieuw = vorige.afleiding.stuk, nu.afleiding.stuk
    gebruikt = nieuw.invoer
    if not gebruikt:  # withdrawn: what it rested on and still counts, is not why
        geldig = verloop.staat(nu.plek.nummer).geldige_claims()
        gebruikt = tuple(invoer for invoer in oud.invoer if invoer.claim in geldig)
    voor, na = ({invoer.gegeven: invoer for invoer in lijst} for lijst in (oud.invoer, gebruikt))
    uit: list[Verschil] = []
    if nieuw.invoer and oud.regelversie != nieuw.regelversie:
        was_versie, versie = (Invoer(REGELVERSIE, "", stuk.regelversie, "") for stuk in (oud, nieuw))
        uit.append(Verschil(REGELVERSIE, "", was_versie, versie, "", ""))
    for naam in dict.fromkeys((*voor, *na)):
        was, wordt = voor.get(naam), na.get(naam)
        if naam == REGELVERSIE or (was and wordt and (was.claim, was.waarde) == (wordt.claim, wordt.waarde)):
            continue
        dieper = _dieper(verloop, vorige, nu, dag, was, wordt)
        uit += dieper or [_een_verschil(verloop, vorige, nu, was, wordt)]
    return list({(v.gegeven, v.kind, v.was, v.wordt): v for v in uit}.values())


def _dieper(  # noqa: PLR0913 - two outcomes, a day, and one input of each
    verloop: Verloop, vorige: Afgeleid, nu: Afgeleid, dag: date, was: Invoer | None, wordt: Invoer | None
) -> list[Verschil]:
    """What an input that was derived here rests on otherwise; nothing when it was not."""
    toen = bekeken_op(vorige.afleiding, dag)
    een = verloop.afgeleid(was.claim, vorige.plek.nummer, toen) if was else None
    if was is None or een is None:
        return []
    tot = nu.plek.nummer
    op = bekeken_op(nu.afleiding, toen)
    ander = verloop.afgeleid(wordt.claim, tot, op) if wordt else verloop.intrekking(was.claim, tot, toen)
    return verschil(verloop, een, ander, op) if ander else []


def _een_verschil(
    verloop: Verloop, vorige: Afgeleid, nu: Afgeleid, was: Invoer | None, wordt: Invoer | None
) -> Verschil:
    naam = was.gegeven if was else wordt.gegeven if wordt else ""
    gegeven, kind = verloop.gebruikt(nu.afleiding, naam)
    tot = nu.plek.nummer
    bronnen = [verloop.herkomst(invoer.claim, tot) for invoer in (was, wordt) if invoer is not None]
    tussen = verloop.plekken[vorige.plek.nummer + 1 : tot + 1]
    return Verschil(gegeven, kind, was, wordt, *_hoe(tussen, [bron for bron in bronnen if bron is not None]))


def _punten(verloop: Verloop, verschillen: list[Verschil], discreet: str | None) -> Iterator[str]:
    """Each thing that is otherwise in a sentence; what does not count any more together, by how that came about."""
    weg: dict[str, dict[str, None]] = {}
    for v in verschillen:
        if v.gelijk:
            continue
        heet, was, wordt = _genoemd(verloop, v, discreet), _waarde(verloop, v, v.was, discreet), None
        hoe = " ".join(filter(None, (v.hoe, v.toelichting if discreet is None else "")))
        if v.wordt is None:
            weg.setdefault(hoe, {})[heet] = None
            continue
        wordt = _waarde(verloop, v, v.wordt, discreet)
        if v.was is None:
            gezegd = f"{heet}: {', '.join(filter(None, ('nieuw', wordt)))}"
        elif not was or not wordt:
            gezegd = f"{heet}: dat is veranderd"
        else:
            gezegd = f"{heet}: eerst {was}, nu {wordt}"
        yield f"{zin(gezegd)} {hoe}".rstrip()
    for hoe, namen in weg.items():
        yield f"{zin(opsomming(namen))[:-1]}: dit geldt niet meer. {hoe}".rstrip()


def _genoemd(verloop: Verloop, verschil: Verschil, discreet: str | None) -> str:
    heet = "de versie van de regel" if verschil.gegeven == REGELVERSIE else verloop.heet(verschil.gegeven)
    return f"{heet} ({verschil.kind})" if verschil.kind and discreet is None else heet


def _waarde(verloop: Verloop, verschil: Verschil, invoer: Invoer | None, discreet: str | None) -> str:
    """The value in words; empty when there is none to tell."""
    if invoer is None:
        return ""
    if verschil.gegeven == REGELVERSIE:
        return f"versie {invoer.waarde}"
    persoonlijk = any(g.naam == verschil.gegeven and g.persoonlijk for g in verloop.soort.gegevens)
    over_iemand = persoonlijk or verschil.gegeven == discreet or isinstance(invoer.waarde, bool)
    return "" if discreet is not None and over_iemand else waarde_tekst(verschil.gegeven, invoer.waarde)


# --- how something changed ------------------------------------------------------------------------------------

_BEWEERD = {
    Wijziging.CORRIGEREN: "Dat is{nu} gecorrigeerd: het was fout.",
    Wijziging.BEEINDIGEN: "Dat is{nu} beëindigd.",
    Wijziging.HEROPLEVEN: "Dat geldt opnieuw; dat is{nu} vastgelegd.",
}
_VERTELD = {
    Wijziging.CORRIGEREN: "{wie} {heeft} dit{nu} gecorrigeerd",
    Wijziging.HERZIEN: "{wie} {heeft} dit{nu} herzien",
    Wijziging.DEGISTREREN: "{wie} {heeft} de registratie hiervan{nu} ongedaan gemaakt: die had er nooit mogen zijn",
    Wijziging.INTREKKEN: "{wie} {heeft} dit{nu} ingetrokken",
    Wijziging.BEEINDIGEN: "{wie} {heeft} dit{nu} beëindigd",
    Wijziging.HERSTELLEN: "{wie} {heeft} dit{nu} hersteld",
    Wijziging.HEROPLEVEN: "{wie} {heeft} dit{nu} opnieuw laten gelden",
}
_HERBEREKEND = "{wie} {heeft} dit{nu} opnieuw berekend"
_BEKENDGEMAAKT = "{wie} {heeft} dit{nu} bekendgemaakt"

_ZEKERHEID = (
    Wijziging.IN_TWIJFEL_TREKKEN,
    Wijziging.IN_ONDERZOEK_STELLEN,
    Wijziging.ONDERZOEK_BEEINDIGEN,
    Wijziging.AANVECHTEN,
    Wijziging.ZEKERHEID_WIJZIGEN,
)
"""What changes how sure something is, never what it is."""


def _hoe(tussen: list[Plek], bronnen: list[Herkomst]) -> tuple[str, str]:
    """How it came about between two outcomes, the last that was recorded about it; and what was said with it."""
    claims = {claim_van(bron) for bron in bronnen}
    plekken = {over for bron in bronnen if (over := _over(bron)) is not None}
    for plek in reversed(tussen):
        inhoud = plek.gevolg.inhoud
        if isinstance(inhoud, Vastlegging):
            for claim in inhoud.claims:
                if claim.id in claims or claim.corrigeert in claims or (claim.gegeven, claim.onderwerp) in plekken:
                    return _beweerd(plek, claim.vanaf, gecorrigeerd=claim.corrigeert is not None), ""
        elif isinstance(inhoud, Overname):
            for m in inhoud.mededelingen:
                geraakt = {m.claim, m.betreft} & claims or (m.gegeven, m.onderwerp) in plekken
                if geraakt and m.soort not in _ZEKERHEID:
                    return _verteld(plek, inhoud.bron, m), ""
        elif isinstance(inhoud, Degistratie) and claims & {*inhoud.valt, *inhoud.herleeft}:
            valt = bool(claims & {*inhoud.valt})
            hoe = "De registratie hiervan is{nu} ongedaan gemaakt: die had er nooit mogen zijn."
            return (hoe if valt else "Dit geldt{nu} weer.").format(nu=dag_van(plek)), zin(inhoud.toelichting)
        elif isinstance(inhoud, Herroeping) and any(b.bron == inhoud.bron for b in bronnen if isinstance(b, Verteld)):
            return zin(f"{register(plek, inhoud.bron)} is{dag_van(plek)} teruggezet, en zegt dit niet meer"), ""
    return "", ""


def claim_van(herkomst: Herkomst) -> str:
    """The claim that came from there."""
    if isinstance(herkomst, Beweerd):
        return herkomst.claim.id
    return herkomst.mededeling.claim if isinstance(herkomst, Verteld) else herkomst.afleiding.stuk.claim


def _over(herkomst: Herkomst) -> tuple[str, Onderwerp] | None:
    if isinstance(herkomst, Beweerd):
        return herkomst.claim.gegeven, herkomst.claim.onderwerp
    return (herkomst.mededeling.gegeven, herkomst.mededeling.onderwerp) if isinstance(herkomst, Verteld) else None


def _beweerd(plek: Plek, vanaf: date, *, gecorrigeerd: bool) -> str:
    soort = Wijziging.CORRIGEREN if gecorrigeerd else plek.gevolg.soort
    op = plek.transactie.geregistreerd_op
    if soort in _BEWEERD:
        return _BEWEERD[soort].format(nu=dag_van(plek))
    if op is not None and OPEN_BEGIN < vanaf < lokale_dag(op):
        return f"Dat geldt vanaf {datum(vanaf)}; wij registreerden het op {datum(lokale_dag(op))}."
    return f"Dat is{dag_van(plek)} vastgelegd." if op else ""


def _verteld(plek: Plek, bron: str, m: Mededeling) -> str:
    wie, heeft = wie_heeft(plek, bron)
    gezegd = _VERTELD.get(Wijziging(m.soort), _BEKENDGEMAAKT) if m.soort else _BEKENDGEMAAKT
    if is_herberekening(m):
        gezegd = _HERBEREKEND
    return zin(gezegd.format(wie=wie, heeft=heeft, nu=dag_van(plek)))


def is_herberekening(m: Mededeling) -> bool:
    """Whether it is told that a calculation has another outcome: it followed its inputs, whatever changed those.

    Only of what was asserted itself is it known that it was wrong.
    """
    return m.soort == Wijziging.CORRIGEREN and not is_beweerd(m.claim)


def wie_heeft(plek: Plek, bron: str) -> tuple[str, str]:
    """Who told something, and the verb with it: this very register is wij."""
    return ("wij", "hebben") if bron == plek.transactie.register else (register(plek, bron), "heeft")


def register(plek: Plek, bron: str) -> str:
    """A register that told something."""
    return "ons eigen register" if bron == plek.transactie.register else f"het register {bron}"


def dag_van(plek: Plek) -> str:
    """The day on which it was recorded, as in "herzien op 1 maart 2026"; empty as long as it is not recorded."""
    op = plek.transactie.geregistreerd_op
    return f" op {datum(lokale_dag(op))}" if op else ""

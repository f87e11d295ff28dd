"""Verschillen: what an outcome rests on otherwise than the one before it, and how that came about."""

from datetime import date
from typing import NamedTuple

from actors.register.annotatie import Degistratie
from actors.register.claim import Mededeling, is_beweerd
from actors.register.gevolg import Herroeping, Overname, Vastlegging, Wijziging
from actors.register.tijdlijnen import OPEN_BEGIN, Invoer, Onderwerp, stuk_op
from actors.verwerking.berekening import REGELVERSIE
from actors.verwerking.verloop import (
    PEILDATUM,
    Afgeleid,
    Beweerd,
    Herkomst,
    Plek,
    Verloop,
    Verteld,
    bekeken_op,
    plek_van,
)
from actors.verwerking.woorden import dagen_tekst, datum, grond_tekst, lokale_dag, waarde_tekst, zin


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


def verschil(verloop: Verloop, vorige: Afgeleid, nu: Afgeleid, dag: date) -> list[Verschil]:
    """What an outcome rests on otherwise, on a day, than the one before it, down to what was asserted or taken over."""
    oud, nieuw = vorige.afleiding.stuk, nu.afleiding.stuk
    gebruikt = nieuw.invoer
    if nieuw.waarde is None:  # withdrawn: what it rested on and still stands, is not why
        gebruikt = (*_staat_er_nog(verloop, oud.invoer, nu.plek.nummer, bekeken_op(vorige.afleiding, dag)), *gebruikt)
    voor, na = ({invoer.gegeven: invoer for invoer in lijst} for lijst in (oud.invoer, gebruikt))
    uit: list[Verschil] = []
    if nieuw.invoer and oud.regelversie != nieuw.regelversie:
        was_versie, versie = (Invoer(REGELVERSIE, "", stuk.regelversie, "") for stuk in (oud, nieuw))
        uit.append(Verschil(REGELVERSIE, "", was_versie, versie, _andere_regel(verloop, nu), ""))
    for naam in dict.fromkeys((*voor, *na)):
        was, wordt = voor.get(naam), na.get(naam)
        if naam == REGELVERSIE or (was and wordt and (was.claim, was.waarde) == (wordt.claim, wordt.waarde)):
            continue
        dieper = _dieper(verloop, vorige, nu, dag, was, wordt)
        uit += dieper or [_een_verschil(verloop, vorige, nu, was, wordt)]
    return list({(v.gegeven, v.kind, v.was, v.wordt): v for v in uit}.values())


def _andere_regel(verloop: Verloop, nu: Afgeleid) -> str:
    """Of which day or days another version of the rule applies, and on which ground."""
    stuk = nu.afleiding.stuk
    gronden = "; ".join(grond_tekst(grond) for grond in nu.plek.gevolg.legitimering)
    peil = next((invoer for invoer in stuk.invoer if invoer.gegeven == PEILDATUM), None)
    dagen = dagen_tekst(stuk.vanaf, stuk.tot)
    wanneer = f"voor de dagen {dagen}" if dagen else "nu"
    if peil is not None:
        wanneer = (
            f"op {waarde_tekst(PEILDATUM, peil.waarde)}, {verloop.heet(verloop.gebruikt(nu.afleiding, PEILDATUM)[0])},"
        )
    return zin(f"{wanneer} geldt een andere regel: {gronden}")


def _staat_er_nog(verloop: Verloop, invoer: tuple[Invoer, ...], tot: int, dag: date) -> tuple[Invoer, ...]:
    """What stands on a day, after the n-th gevolg, where these inputs stood."""
    beeld = verloop.staat(tot).beeld()
    uit: list[Invoer] = []
    for een in invoer:
        bron = verloop.herkomst(een.claim, tot)
        stuk = stuk_op(beeld.eigen(*plek_van(bron)), dag) if bron is not None else None
        if stuk is not None:
            uit.append(Invoer(een.gegeven, stuk.claim, stuk.waarde, een.zekerheid))
    return tuple(uit)


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
    claims = {_claim_van(bron) for bron in bronnen}
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


def _claim_van(herkomst: Herkomst) -> str:
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

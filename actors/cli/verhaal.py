"""Verhaal: what happened in the registers, told from what they recorded, for someone who is new to it."""

from collections.abc import Iterable, Sequence
from typing import Any

from actors.cli.blad import Blad
from actors.cli.inhoud import Inhoudverteller
from actors.register.bekendmaking import Brief, Notificatie
from actors.register.claim import Mededeling
from actors.register.context import Context
from actors.register.gevolg import (
    Aanhouding,
    Afleiding,
    Beoordeling,
    Gevolg,
    Overname,
    Transactie,
    Vastlegging,
)
from actors.register.tijdlijnen import Stap
from actors.register.verantwoording import Grond, Verantwoording
from actors.runtime.catalogue import contexten
from actors.simulatie.keten import Hoofdstuk, Schakel
from actors.verwerking.woorden import (
    gegeven_tekst,
    geldigheid_tekst,
    grond_tekst,
    moment_tekst,
    opgesomd,
    reden_tekst,
    waarde_tekst,
)

_STIL = "dim"
_BINNENWERK = 4  # helpers named one by one before the rest is counted


class Verteller:
    """Tells chapters; remembers which gevolgen were told, to say what later ones follow from."""

    def __init__(self, blad: Blad) -> None:
        self._blad = blad
        self._contexten = {context.naam: context for context in contexten()}
        self._gevolgen: dict[str, str] = {}
        self._inhoud = Inhoudverteller()

    def vertel(self, hoofdstukken: Iterable[Hoofdstuk], *, genummerd: bool = True) -> None:
        """Each chapter with its heading, then its transacties in order."""
        for nummer, hoofdstuk in enumerate(hoofdstukken, start=1):
            context = self._contexten[hoofdstuk.register]
            wie = context.verantwoordelijke
            if genummerd:
                self._blad.kop(f"{nummer}. {context.titel}", "bold green")
            self._blad.tekst(f"Register {context.naam}, van {wie.organisatie}, {wie.onderdeel}.", _STIL, inspring=3)
            self._hoofdstuk(context, hoofdstuk.schakels)

    def _hoofdstuk(self, context: Context, schakels: Sequence[Schakel]) -> None:
        binnenwerk: list[Transactie] = []
        for schakel in schakels:
            self._inhoud.onthoud(schakel.transactie)
            for gevolg in schakel.transactie.gevolgen:
                self._gevolgen[gevolg.id] = gevolg.naam
            if is_binnenwerk(context, schakel.transactie):
                binnenwerk.append(schakel.transactie)
                continue
            self._binnenwerk(binnenwerk)
            binnenwerk = []
            self._schakel(context, schakel)
        self._binnenwerk(binnenwerk)

    def _binnenwerk(self, transacties: Sequence[Transactie]) -> None:
        """What a register tells itself on the way, in one line."""
        genoemd_ = [tekst for t in transacties if (tekst := _kort(t))]
        if not transacties:
            return
        rest = len(genoemd_) - _BINNENWERK
        meer = f"; en nog {rest} zulke stappen" if rest > 0 else ""
        tekst = "; ".join(genoemd_[:_BINNENWERK]) or f"{len(transacties)} stappen zonder nieuwe uitkomst"
        self._blad.wit()
        self._blad.regel("Binnenwerk", f"{tekst}{meer}.", _STIL, _STIL)

    def _schakel(self, context: Context, schakel: Schakel) -> None:
        transactie = schakel.transactie
        self._blad.wit()
        beoordeling = transactie.gevolgen[0].inhoud
        if isinstance(beoordeling, Beoordeling):
            self._signaal(beoordeling)
            return
        self._blad.regel(
            "Commando", f"{transactie.commando} voor {transactie.aggregaat} {transactie.aggregaat_id}", "bold"
        )
        self._waarom_en_wanneer(transactie)
        for gevolg in transactie.gevolgen:
            self._gevolg(gevolg)
        if schakel.verstrekkingen:
            self._blad.wit()
        for verstrekking in sorted(schakel.verstrekkingen, key=_gaat_verder):  # the road onwards is told last
            self._bekendmaking(context, verstrekking)

    def _signaal(self, beoordeling: Beoordeling) -> None:
        self._blad.regel(
            "Signaal", f"{beoordeling.bekendmaking}, bericht {beoordeling.nummer} van {beoordeling.bron}", "bold"
        )
        taken = ", ".join(taak.replace(" ", " voor ", 1) for taak in beoordeling.taken) or "geen taak"
        self._blad.regel("Oordeel", [beoordeling.reden, f"daaruit volgt: {taken}"])

    def _waarom_en_wanneer(self, transactie: Transactie) -> None:
        v = transactie.verantwoording
        self._blad.regel("Waarom", self._aanleiding(v))
        self._blad.regel(
            "Wanneer",
            f"gebeurd op {moment_tekst(v.gebeurd_op)}; geregistreerd op {moment_tekst(transactie.geregistreerd_op)},"
            f" als transactie {transactie.positie} van dit register",
        )

    def _aanleiding(self, v: Verantwoording) -> str:
        aanleiding = v.aanleiding
        if aanleiding.verwijzing in self._gevolgen:
            wie = f"{v.verantwoordelijke.organisatie}, {v.verantwoordelijke.onderdeel}"
            waar = "in dit register" if aanleiding.verantwoordelijke == wie else f"bij {aanleiding.verantwoordelijke}"
            return f"volgt op het gevolg {self._gevolgen[aanleiding.verwijzing]} {waar}"
        return f"{aanleiding.soort} van {aanleiding.verantwoordelijke}: {aanleiding.verwijzing}"

    def _gevolg(self, gevolg: Gevolg) -> None:
        inhoud = gevolg.inhoud
        if isinstance(inhoud, Aanhouding):
            self._aanhouding(inhoud)
            return
        kop = gevolg.naam
        if isinstance(inhoud, Afleiding):
            waarde = inhoud.was if inhoud.stuk.waarde is None else inhoud.stuk.waarde
            kop += f": {waarde_tekst(inhoud.gegeven, waarde)}"
            if inhoud.was is not None and inhoud.was != waarde:
                kop += f" (was {waarde_tekst(inhoud.gegeven, inhoud.was)})"
        self._blad.wit()
        self._blad.regel("Gevolg", kop, "bold yellow", "yellow")
        if isinstance(inhoud, Vastlegging):
            self._blad.regel("  inhoud", _beweringen(inhoud))
        elif isinstance(inhoud, Overname):
            self._blad.regel("  overgenomen", _mededelingen(inhoud.mededelingen))
        elif isinstance(inhoud, Afleiding):
            self._blad.regel("  geldig", geldigheid_tekst(inhoud.stuk.vanaf, inhoud.stuk.tot))
            self._blad.regel("  berekend", [_stap(inhoud, stap) for stap in inhoud.stuk.stappen])
        else:
            self._blad.regel("  inhoud", self._inhoud.tekst(gevolg))
        self._blad.regel("  op grond van", "; ".join(grond_tekst(grond) for grond in gevolg.legitimering))

    def _aanhouding(self, aanhouding: Aanhouding) -> None:
        """What waits, together when it waits for the same; said in plain words."""
        self._blad.wit()
        if not aanhouding.wachtend:
            self._blad.regel("Aanhouding", "opgeheven: niets wacht meer", _STIL, _STIL)
        samen: dict[tuple[Any, ...], list[str]] = {}
        for w in aanhouding.wachtend:
            samen.setdefault((w.vanaf, w.tot, w.reden, w.taak), []).append(gegeven_tekst(w.gegeven))
        for (vanaf, tot, reden, taak), gegevens in samen.items():
            self._blad.regel(
                "Aanhouding",
                f"{' en '.join(gegevens)} {geldigheid_tekst(vanaf, tot)}: hierover is nog niet beslist",
                "bold yellow",
                "yellow",
            )
            vervolg = "komt dat er, dan gaat het vanzelf verder" if taak else "het wacht tot dat is opgehelderd"
            self._blad.regel("  want", f"{reden_tekst(reden)}; {vervolg}")

    def _bekendmaking(self, context: Context, v: dict[str, Any]) -> None:
        if v["doelgroep"] == context.naam:
            self._blad.regel("Bekendgemaakt", f"binnen {context.naam}: {v['bekendmaking']}", _STIL, _STIL)
            return
        aan = "aan iedereen (openbaar)" if v["doelgroep"] == "openbaar" else f"aan {v['doelgroep']}"
        grond = grond_tekst(Grond(*v["grondslag"]))
        if v["vorm"] == "brief":
            self._blad.regel("Bekendgemaakt", f"in een brief aan {v['aan']}, op grond van {grond}", "", "magenta")
            self._blad.kader(f"Brief aan {v['aan']}", waarde_tekst("brief", v["tekst"]))
            return
        self._blad.regel(
            "Bekendgemaakt",
            [f"{aan}: {_mededelingen(v['mededelingen'])}", f"op grond van {grond}"],
            "",
            "magenta",
        )
        if v["doelgroep"] in self._contexten:
            self._blad.regel(
                "",
                f"↓ als {v['bekendmaking']}, bericht {v['nummer']}, gaat dit door naar {v['doelgroep']}",
                "bold magenta",
            )


def is_binnenwerk(context: Context, transactie: Transactie) -> bool:
    """A helper aggregate, a judgement of its own bericht, or a takeover that changed nothing: not for newcomers."""
    inhoud = transactie.gevolgen[0].inhoud
    if isinstance(inhoud, Beoordeling):
        return inhoud.bron == context.naam
    if all(isinstance(gevolg.inhoud, Overname) for gevolg in transactie.gevolgen):
        return True
    modellen: list[Notificatie | Brief] = [*context.notificaties, *context.brieven]
    doelgroepen = {m.doelgroep for m in modellen if m.aggregaat == transactie.aggregaat}
    return doelgroepen == {context.naam}


def _gaat_verder(verstrekking: dict[str, Any]) -> bool:
    return bool(verstrekking["vorm"] != "brief")


def _kort(transactie: Transactie) -> str:
    """What a helper found, in some words; empty when it found nothing new."""
    gevonden = [
        f"{g.naam} ({waarde_tekst(g.inhoud.gegeven, g.inhoud.stuk.waarde)})"
        for g in transactie.gevolgen
        if isinstance(g.inhoud, Afleiding)
    ]
    return f"{transactie.aggregaat} {transactie.aggregaat_id}: {', '.join(gevonden)}" if gevonden else ""


def _stap(afleiding: Afleiding, stap: Stap) -> str:
    """A step and its outcome; the outcome of the last step is the value itself, with its unit."""
    if isinstance(stap.uitkomst, str | dict) and stap.uitkomst != afleiding.stuk.waarde:
        return stap.tekst
    gegeven = afleiding.gegeven if stap.uitkomst == afleiding.stuk.waarde else ""
    return f"{stap.tekst} → {waarde_tekst(gegeven, stap.uitkomst)}"


def _beweringen(vastlegging: Vastlegging) -> str:
    return opgesomd((claim.onderwerp, claim.gegeven, claim.waarde) for claim in vastlegging.claims)


def _mededelingen(mededelingen: Sequence[Mededeling | Any]) -> str:
    """What is told, by name; a mededeling from a feed is still a list of its parts."""
    gelezen = [m if isinstance(m, Mededeling) else Mededeling(*m) for m in mededelingen]
    return opgesomd((tuple(m.onderwerp), m.gegeven, m.waarde) for m in gelezen)

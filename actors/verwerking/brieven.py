"""Brieven: letters rendered from the templates of a context, with the steps that led to the decision."""

from collections.abc import Callable, Iterator
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from actors.register.beeld import Beeld
from actors.register.bekendmaking import Brief
from actors.register.context import Context
from actors.register.gevolg import Afleiding, Gevolg, Overname, Transactie, Wijziging
from actors.register.persoonsgegeven import Persoonsgegeven
from actors.register.regel import euro, leesbaar
from actors.register.tijdlijnen import OPEN_BEGIN, OPEN_EIND, Onderwerp, Stap, Stuk, Tijdlijn
from actors.verwerking.woorden import datum, lokale_dag

_VERTELD = (Wijziging.VASTSTELLEN, Wijziging.HERZIEN, Wijziging.INTREKKEN)


class Briefschrijver:
    """Writes the letters of one context."""

    def __init__(self, context: Context) -> None:
        self._context = context
        pakket, _, pad = context.sjablonen.partition(":")
        # Plain text for paper: nothing to escape for HTML.
        self._jinja = Environment(  # noqa: S701
            loader=PackageLoader(pakket, pad) if pakket else None,
            undefined=StrictUndefined,
            trim_blocks=True,
            keep_trailing_newline=True,
        )
        self._jinja.filters["euro"] = euro
        self._jinja.filters["datum"] = datum
        self._jinja.filters["leesbaar"] = leesbaar

    def schrijf(
        self, brief: Brief, transactie: Transactie, voor: Callable[[], Beeld], beeld: Beeld
    ) -> Iterator[dict[str, Any]]:
        """One letter per betrokkene to whom this transactie tells something; its text is a Persoonsgegeven.

        `beeld` is what is known after it, `voor()` what was known before: who is known no more is written to as he was.
        """
        per_betrokkene: dict[str, tuple[str, list[tuple[Gevolg, Afleiding]]]] = {}
        for gevolg in transactie.gevolgen:
            a = gevolg.inhoud
            if not isinstance(a, Afleiding) or a.gegeven != brief.over or gevolg.soort not in _VERTELD:
                continue
            for wijziging, wie, bekend in _per_geadresseerde(brief, a, beeld, voor):
                if brief.wanneer(wijziging.was, wijziging.stuk.waarde):
                    aan = str(wie or transactie.aggregaat_id)
                    aanhef = _naam_van(aan, _waarde(bekend, a.onderwerp, brief.aanhef))
                    per_betrokkene.setdefault(aan, (aanhef, []))[1].append((gevolg, wijziging))
        for wie, (aanhef, besluiten) in per_betrokkene.items():
            yield self._brief(brief, transactie, beeld, wie, aanhef, besluiten)

    def _brief(  # noqa: PLR0913 - what a letter is made of, each by name
        self,
        brief: Brief,
        transactie: Transactie,
        beeld: Beeld,
        betrokkene: str,
        aanhef: str,
        besluiten: list[tuple[Gevolg, Afleiding]],
    ) -> dict[str, Any]:
        dagtekening = lokale_dag(transactie.geregistreerd_op) if transactie.geregistreerd_op else None
        tekst = self._jinja.get_template(brief.sjabloon).render(
            verantwoordelijke=self._context.verantwoordelijke,
            aanhef=aanhef,
            kenmerk=besluiten[0][0].id,
            dagtekening=dagtekening,
            besluiten=[_besluit(brief, gevolg, afleiding, beeld) for gevolg, afleiding in besluiten],
            reden=_reden(transactie),
        )
        return {
            "aan": betrokkene,
            "dagtekening": dagtekening,
            "tekst": Persoonsgegeven(betrokkene, tekst),
            "gevolgen": [gevolg.id for gevolg, _ in besluiten],
        }


def _per_geadresseerde(
    brief: Brief, afleiding: Afleiding, beeld: Beeld, voor: Callable[[], Beeld]
) -> Iterator[tuple[Afleiding, Any, Beeld]]:
    """What a change is to whom it concerns, and where the name of that one is to be found.

    A besluit that turns out to be someone else's is taken back from the one, and new to the other. Whom it was about is
    what it was decided on; what is known by now may be something else.
    """
    stuk, onderwerp = afleiding.stuk, afleiding.onderwerp
    if afleiding.was is None or (brief.geadresseerde is None and stuk.waarde is not None):
        yield afleiding, _waarde(beeld, onderwerp, brief.geadresseerde), beeld
        return
    vorige = next((s for s in voor().eigen(onderwerp, afleiding.gegeven) if s.claim == afleiding.betreft), stuk)
    was, wordt = (_gebruikt(s, brief.geadresseerde) for s in (vorige, stuk))
    if stuk.waarde is None:
        ingetrokken = afleiding._replace(stuk=stuk._replace(invoer=vorige.invoer))
        yield ingetrokken, was or _waarde(voor(), onderwerp, brief.geadresseerde), voor()
    elif was is None or was == wordt:
        yield afleiding, wordt or _waarde(beeld, onderwerp, brief.geadresseerde), beeld
    else:
        niets = stuk._replace(waarde=None, invoer=vorige.invoer, stappen=(), toelichting=None)
        yield afleiding._replace(stuk=niets), was, voor()
        yield afleiding._replace(was=None), wordt, beeld


def _gebruikt(stuk: Stuk, gegeven: str | None) -> Any:
    """The value of a gegeven that a besluit used."""
    return next((invoer.waarde for invoer in stuk.invoer if invoer.gegeven == gegeven), None)


def _naam_van(wie: str, naam: Any) -> str:
    """The name to write to: only one that was recorded as theirs, else their reference."""
    if isinstance(naam, Persoonsgegeven):
        return str(naam.waarde) if naam.betrokkene == wie and naam.waarde is not None else wie
    return str(naam or wie)


_REDENEN = {
    Wijziging.DEGISTREREN: "de registratie waarop het rustte had er nooit mogen zijn",
    Wijziging.CORRIGEREN: "een gegeven waarop het rustte was fout en is gecorrigeerd",
    Wijziging.INTREKKEN: "een vaststelling waarop het rustte is ingetrokken",
    Wijziging.BEEINDIGEN: "een gegeven waarop het rustte is beëindigd",
}


def _reden(transactie: Transactie) -> str | None:
    """Why what rested on it is withdrawn, in plain words: what kind of change set this transactie in motion."""
    inhoud = transactie.gevolgen[0].inhoud
    verteld = {m.soort for m in inhoud.mededelingen} if isinstance(inhoud, Overname) else set()
    soorten = verteld or {transactie.gevolgen[0].soort.value}
    return next((reden for soort, reden in _REDENEN.items() if soort.value in soorten), None)


def _besluit(brief: Brief, gevolg: Gevolg, afleiding: Afleiding, beeld: Beeld) -> dict[str, Any]:
    stuk = afleiding.stuk
    invoer = {i.gegeven: i.waarde for i in stuk.invoer}
    return {
        "was": afleiding.was,
        "waarde": stuk.waarde,
        "vanaf": None if stuk.vanaf == OPEN_BEGIN else stuk.vanaf,
        "tot": None if stuk.tot == OPEN_EIND else stuk.tot,
        "peildatum": invoer.get("peildatum"),
        "stappen": _alle_stappen(stuk, {s.claim: s for _, _, lijn in beeld.alle() for s in lijn})
        if stuk.stappen
        else [],
        "ook": {gegeven: _laatste(beeld.eigen(afleiding.onderwerp, gegeven)) for gegeven in brief.ook},
        "toelichting": stuk.toelichting,
        "grond": ", ".join(grond.verwijzing for grond in gevolg.legitimering),
    }


def _alle_stappen(stuk: Stuk, stukken: dict[str, Stuk]) -> list[Stap]:
    """The steps of a decision, after those of what it was derived from in the same register."""
    eerder = [stukken[i.claim] for i in stuk.invoer if i.claim in stukken]
    return [stap for bron in eerder for stap in _alle_stappen(bron, stukken)] + list(stuk.stappen)


def _waarde(beeld: Beeld, onderwerp: Onderwerp, gegeven: str | None) -> Any:
    return _laatste(beeld.zoek(onderwerp, gegeven)) if gegeven else None


def _laatste(lijn: Tijdlijn) -> Any:
    return lijn[-1].waarde if lijn else None

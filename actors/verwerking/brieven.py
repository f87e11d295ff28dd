"""Brieven: letters rendered from the templates of a context, with the steps that led to the decision."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

from actors.register.beeld import Beeld
from actors.register.bekendmaking import Brief
from actors.register.context import Context
from actors.register.gevolg import Afleiding, Gevolg, Transactie, Wijziging
from actors.register.persoonsgegeven import Persoonsgegeven, onthul
from actors.register.regel import euro, leesbaar
from actors.register.tijdlijnen import OPEN_BEGIN, OPEN_EIND, Onderwerp, Stap, Stuk

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_MAANDEN = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)
_VERTELD = (Wijziging.VASTSTELLEN, Wijziging.HERZIEN, Wijziging.HANDHAVEN, Wijziging.INTREKKEN)


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
            for wijziging, bekend in _per_geadresseerde(brief, a, beeld, voor):
                if brief.wanneer(wijziging.was, wijziging.stuk.waarde):
                    wie = str(_waarde(bekend, a.onderwerp, brief.geadresseerde) or transactie.aggregaat_id)
                    aanhef = onthul(_waarde(bekend, a.onderwerp, brief.aanhef)) or wie
                    per_betrokkene.setdefault(wie, (aanhef, []))[1].append((gevolg, wijziging))
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
            besluiten=[_besluit(gevolg, afleiding, beeld) for gevolg, afleiding in besluiten],
        )
        return {
            "aan": betrokkene,
            "dagtekening": dagtekening,
            "tekst": Persoonsgegeven(betrokkene, tekst),
            "gevolgen": [gevolg.id for gevolg, _ in besluiten],
        }


def _per_geadresseerde(
    brief: Brief, afleiding: Afleiding, beeld: Beeld, voor: Callable[[], Beeld]
) -> Iterator[tuple[Afleiding, Beeld]]:
    """What a change is to whom it concerns, and where that one is to be found.

    A besluit that turns out to be someone else's is taken back from the one, and new to the other, also when its
    outcome is the same.
    """
    stuk = afleiding.stuk
    if brief.geadresseerde is not None and afleiding.was is not None and stuk.waarde is not None:
        was, wordt = (b.eigen(afleiding.onderwerp, brief.geadresseerde) for b in (voor(), beeld))
        if was and wordt and was[-1].waarde != wordt[-1].waarde:
            yield afleiding._replace(stuk=stuk._replace(waarde=None, stappen=(), toelichting=None)), voor()
            yield afleiding._replace(was=None), beeld
            return
    yield afleiding, _bekend(brief, afleiding, beeld, voor)


def _bekend(brief: Brief, afleiding: Afleiding, beeld: Beeld, voor: Callable[[], Beeld]) -> Beeld:
    """Where the geadresseerde is to be found: whoever it is about itself goes first, now and then before.

    What is known of something else beside it (another buyer of the same car) is not what this letter is about.
    """
    if brief.geadresseerde is None or beeld.eigen(afleiding.onderwerp, brief.geadresseerde):
        return beeld
    eerder = voor()
    if eerder.eigen(afleiding.onderwerp, brief.geadresseerde):
        return eerder
    return beeld if beeld.zoek(afleiding.onderwerp, brief.geadresseerde) else eerder


def _besluit(gevolg: Gevolg, afleiding: Afleiding, beeld: Beeld) -> dict[str, Any]:
    stuk = afleiding.stuk
    invoer = {i.gegeven: i.waarde for i in stuk.invoer}
    return {
        "was": afleiding.was,
        "waarde": stuk.waarde,
        "vanaf": None if stuk.vanaf == OPEN_BEGIN else stuk.vanaf,
        "tot": None if stuk.tot == OPEN_EIND else stuk.tot,
        "peildatum": invoer.get("peildatum"),
        "stappen": _alle_stappen(stuk, {s.claim: s for _, _, lijn in beeld.alle() for s in lijn}),
        "toelichting": stuk.toelichting,
        "grond": ", ".join(grond.verwijzing for grond in gevolg.legitimering),
    }


def _alle_stappen(stuk: Stuk, stukken: dict[str, Stuk]) -> list[Stap]:
    """The steps of a decision, after those of what it was derived from in the same register."""
    eerder = [stukken[i.claim] for i in stuk.invoer if i.claim in stukken]
    return [stap for bron in eerder for stap in _alle_stappen(bron, stukken)] + list(stuk.stappen)


def _waarde(beeld: Beeld, onderwerp: Onderwerp, gegeven: str | None) -> Any:
    lijn = beeld.zoek(onderwerp, gegeven) if gegeven else []
    return lijn[-1].waarde if lijn else None


def lokale_dag(moment: datetime) -> date:
    """The day in Europe/Amsterdam of an aware datetime."""
    return moment.astimezone(AMSTERDAM).date()


def datum(dag: date | None) -> str:
    """1 maart 2026; an open bound reads as "altijd"."""
    return "altijd" if dag is None else f"{dag.day} {_MAANDEN[dag.month - 1]} {dag.year}"

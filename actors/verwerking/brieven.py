"""Brieven: letters from the templates of a context; why a besluit is what it is they say as the uitleg does."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from actors.register.beeld import Beeld
from actors.register.bekendmaking import Brief
from actors.register.context import Context
from actors.register.gevolg import Afleiding, Gevolg, Transactie, Wijziging
from actors.register.persoonsgegeven import Persoonsgegeven
from actors.register.regel import euro, leesbaar
from actors.register.tijdlijnen import OPEN_BEGIN, OPEN_EIND, Onderwerp, Ontbreekt, Stuk, Tijdlijn
from actors.verwerking.motivering import Alinea, eerder, grond_zin, hoe_berekend, toelichtingen
from actors.verwerking.twijfels import twijfels_toen
from actors.verwerking.verloop import PEILDATUM, Afgeleid, Verloop
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
        self,
        brief: Brief,
        transactie: Transactie,
        voor: Callable[[], Beeld],
        beeld: Beeld,
        eerdere: Callable[[], Sequence[Transactie]],
    ) -> Iterator[dict[str, Any]]:
        """One letter per betrokkene to whom this transactie tells something; its text is a Persoonsgegeven.

        `beeld` is what is known after it, `voor()` what was known before: who is known no more is written to as he was.
        `eerdere()` are the transacties of its aggregate before this one: the letter says why, and what was said before.
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
        if per_betrokkene:
            verloop = Verloop(self._context.aggregaat(transactie.aggregaat), [*eerdere(), transactie])
            kenmerken = _kenmerken({wie: besluiten[0][0].id for wie, (_, besluiten) in per_betrokkene.items()})
            for wie, (aanhef, besluiten) in per_betrokkene.items():
                verteld = [_besluit(brief, gevolg, wijziging, beeld, verloop) for gevolg, wijziging in besluiten]
                yield self._brief(brief, transactie, wie, aanhef, kenmerken[wie], verteld)

    def _brief(  # noqa: PLR0913 - what a letter is about, each by name
        self,
        brief: Brief,
        transactie: Transactie,
        betrokkene: str,
        aanhef: str,
        kenmerk: str,
        besluiten: list[dict[str, Any]],
    ) -> dict[str, Any]:
        dagtekening = lokale_dag(transactie.geregistreerd_op) if transactie.geregistreerd_op else None
        tekst = self._jinja.get_template(brief.sjabloon).render(
            verantwoordelijke=self._context.verantwoordelijke,
            aanhef=aanhef,
            kenmerk=kenmerk,
            dagtekening=dagtekening,
            besluiten=besluiten,
        )
        return {
            "aan": betrokkene,
            "dagtekening": dagtekening,
            "tekst": Persoonsgegeven(betrokkene, tekst),
            "gevolgen": [besluit["gevolg"] for besluit in besluiten],
        }


def _kenmerken(eerste: dict[str, str]) -> dict[str, str]:
    """Under what each letter can be found again: the first gevolg it tells; numbered when several letters tell it."""
    per: dict[str, list[str]] = {}
    for wie, gevolg in eerste.items():
        per.setdefault(gevolg, []).append(wie)
    alleen = {wie: gevolg for gevolg, (wie, *meer) in per.items() if not meer}
    samen = {wie: f"{g}/{n}" for g, wie_ in per.items() if len(wie_) > 1 for n, wie in enumerate(wie_, start=1)}
    return alleen | samen


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


def _besluit(brief: Brief, gevolg: Gevolg, afleiding: Afleiding, beeld: Beeld, verloop: Verloop) -> dict[str, Any]:
    """What a template may tell of one besluit, as it is to whom the letter is for (`afleiding`)."""
    stuk = afleiding.stuk
    invoer = {i.gegeven: i.waarde for i in stuk.invoer}
    return {
        "gevolg": gevolg.id,
        "was": afleiding.was,
        "waarde": stuk.waarde,
        "vanaf": None if stuk.vanaf == OPEN_BEGIN else stuk.vanaf,
        "tot": None if stuk.tot == OPEN_EIND else stuk.tot,
        "peildatum": invoer.get(PEILDATUM),
        "ook": {gegeven: _laatste(beeld.eigen(afleiding.onderwerp, gegeven)) for gegeven in brief.ook},
        "opgeteld": {gegeven: _som(beeld, afleiding.onderwerp, gegeven) for gegeven in brief.opgeteld},
        "motivering": _motivering(brief, gevolg, afleiding, verloop),
    }


def _motivering(brief: Brief, gevolg: Gevolg, afleiding: Afleiding, verloop: Verloop) -> str:
    """Why, for whom it is for: the steps, what was said before, the doubt, what an official adds, and the ground.

    Who is told that it was never about him hears nothing of what it is now; and whom it is about since, nothing of
    what it was before.
    """
    plek = verloop.plek(gevolg.id)
    eigen = gevolg.inhoud
    if plek is None or not isinstance(eigen, Afleiding):
        raise LookupError(f"gevolg {gevolg.id} is geen besluit van dit aggregaat")
    uitkomst, discreet = Afgeleid(plek, eigen), brief.geadresseerde or ""
    alineas: list[Alinea | None] = []
    toegelicht: list[str] = []
    if afleiding.stuk.waarde is None and eigen.stuk.waarde is not None:
        alineas.append(eerder(verloop, uitkomst, discreet=discreet, niet_meer_over=discreet))
    else:
        alineas.append(hoe_berekend(verloop, uitkomst))
        alineas.append(eerder(verloop, uitkomst, discreet=discreet) if afleiding.was is not None else None)
        alineas.append(twijfels_toen(verloop, uitkomst, discreet))
        toegelicht = toelichtingen(verloop, uitkomst)
    teksten = (alinea.tekst for alinea in alineas if alinea is not None)
    return "\n\n".join((*teksten, *toegelicht, grond_zin(gevolg)))


def _waarde(beeld: Beeld, onderwerp: Onderwerp, gegeven: str | None) -> Any:
    return _laatste(beeld.zoek(onderwerp, gegeven)) if gegeven else None


def _som(beeld: Beeld, onderwerp: Onderwerp, gegeven: str) -> Any:
    """The sum of what stands below an onderwerp; where it is not clear what applies, nothing is added."""
    waarden = (_laatste(lijn) for lijn in beeld.kinderen(onderwerp, gegeven).values())
    return sum(waarde for waarde in waarden if waarde is not None and not isinstance(waarde, Ontbreekt))


def _laatste(lijn: Tijdlijn) -> Any:
    return lijn[-1].waarde if lijn else None

"""Soorten: the commando's and aggregates that every register has, beside those of its context."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from actors.register.claim import Gegeven
from actors.register.commando import Commandosoort
from actors.register.context import Aggregaatsoort, Context
from actors.register.overname import herroep, neem_over
from actors.register.verantwoording import Grond
from actors.verwerking.afleiding import GEEN_VERSIES, Versies
from actors.verwerking.generiek import commandos as c
from actors.verwerking.generiek import intern, regelversies, taken, twijfelen, vernietigen, wijzigen
from actors.verwerking.generiek.omschrijvingen import OMSCHRIJVINGEN

SIGNAAL = Aggregaatsoort("signaal", "Beoordeelde signalen, per weg.", ())
REGELVERSIE = Aggregaatsoort(
    "regelversie",
    "De geregistreerde versies van een regel, per regel.",
    (Gegeven(regelversies.GEGEVEN, "Nummer, banden, overgang en grond van een versie."),),
    onderwerpen=("regel", "versie"),
)
BETROKKENE = Aggregaatsoort("betrokkene", "Verklaringen van vernietiging, per betrokkene.", ())


def _procedure(wat: str) -> tuple[Grond, ...]:
    return (Grond("procedure", f"Bijhoudingsmodel gevolg, {wat}", "1"),)


_SIGNALEN = _procedure("signaalverwerking")
_TWIJFEL = _procedure("twijfel en onderzoek")
_TERUGMELDING = _procedure("terugmelding")
_CORRECTIE = _procedure("correctie en degistratie")
_TAKEN = _procedure("taken")
_REGELS = _procedure("regelversies")
_BEZWAAR = (Grond("wet", "Algemene wet bestuursrecht, hoofdstuk 6 (bezwaar en beroep)", ""),)
_AVG = (Grond("wet", "Algemene verordening gegevensbescherming, artikel 17", ""),)
_ARCHIEF = (Grond("wet", "Archiefwet, selectielijst (vernietiging na de bewaartermijn)", ""),)


def eigen_aggregaten() -> tuple[Aggregaatsoort, ...]:
    """The kinds of aggregate that the runtime itself keeps in every register."""
    return (SIGNAAL, REGELVERSIE, BETROKKENE)


def openbare_commandos(
    context: Context, versies: Callable[[], Versies] = lambda: GEEN_VERSIES
) -> tuple[Commandosoort, ...]:
    """The generic commando's that may be offered to a register, per kind of aggregate.

    `versies()` are the rule versions that are registered when one is judged.
    """
    per_soort = (s for a in context.aggregaten for s in (*_op_claims(a, context), *_op_taken(a, versies)))
    alle = (*per_soort, *_op_regelversies(context), *_van_het_register(context))
    return tuple(replace(soort, omschrijving=OMSCHRIJVINGEN[soort.klasse]) for soort in alle)


def generieke_commandos(context: Context, versies: Callable[[], Versies]) -> tuple[Commandosoort, ...]:
    """All generic commando's of a register, those that only the runtime offers included."""
    interne = (s for a in context.aggregaten for s in _interne(a.naam))
    return (*openbare_commandos(context, versies), *interne, *_INTERN)


def _op_claims(soort: Aggregaatsoort, context: Context) -> Iterator[Commandosoort]:
    naam = soort.naam
    meld_terug: Any = partial(twijfelen.meld_terug, terugmelders=context.terugmelders)
    yield Commandosoort(c.TrekInTwijfel, naam, _TWIJFEL, twijfelen.trek_in_twijfel)
    yield Commandosoort(c.StelInOnderzoek, naam, _TWIJFEL, twijfelen.stel_in_onderzoek)
    yield Commandosoort(c.BeeindigOnderzoek, naam, _TWIJFEL, twijfelen.beeindig)
    yield Commandosoort(c.VechtAan, naam, _BEZWAAR, twijfelen.vecht_aan)
    yield Commandosoort(c.HandelBezwaarAf, naam, _BEZWAAR, twijfelen.beeindig)
    yield Commandosoort(c.MeldTerug, naam, _TERUGMELDING, meld_terug)
    yield Commandosoort(c.HandelTerugmeldingAf, naam, _TERUGMELDING, twijfelen.handel_terugmelding_af)
    corrigeer = partial(wijzigen.corrigeer, soort=soort)
    yield Commandosoort(c.Corrigeer, naam, _CORRECTIE, corrigeer, behoudt_twijfel=lambda k: k.behoud_twijfel)
    yield Commandosoort(c.Degistreer, naam, _CORRECTIE, wijzigen.degistreer)
    yield Commandosoort(c.Beeindig, naam, _CORRECTIE, wijzigen.beeindig, gebeurd_op=lambda k: k.per)
    yield Commandosoort(c.Herstel, naam, _CORRECTIE, wijzigen.herstel)
    yield Commandosoort(c.Heropleef, naam, _CORRECTIE, wijzigen.heropleef, gebeurd_op=lambda k: k.per)


def _op_regelversies(context: Context) -> Iterator[Commandosoort]:
    """Those that a rule version knows: no two may begin on one day, and no consumer is told of one."""
    for soort in _op_claims(REGELVERSIE, context):
        if soort.klasse not in (c.MeldTerug, c.HandelTerugmeldingAf):
            yield replace(soort, aanvaard=partial(regelversies.zonder_gelijktijdige, aanvaard=soort.aanvaard))


def _op_taken(soort: Aggregaatsoort, versies: Callable[[], Versies]) -> Iterator[Commandosoort]:
    naam = soort.naam
    beslis = partial(taken.beslis, soort=soort, versies=versies)
    yield Commandosoort(c.HervatTaak, naam, _TAKEN, taken.hervat)
    yield Commandosoort(c.BeslisTaak, naam, _TAKEN, beslis, door_ambtenaar=True)
    doorbreek = partial(taken.doorbreek, soort=soort)
    yield Commandosoort(c.DoorbreekAanhouding, naam, _TAKEN, doorbreek, door_ambtenaar=True)
    yield Commandosoort(c.LegTaakTerzijde, naam, _TAKEN, taken.leg_terzijde, door_ambtenaar=True)


def _van_het_register(context: Context) -> Iterator[Commandosoort]:
    registreer: Any = partial(regelversies.registreer_regelversie, context=context)
    regelversie, betrokkene = REGELVERSIE.naam, BETROKKENE.naam
    yield Commandosoort(c.RegistreerRegelversie, regelversie, _REGELS, registreer, gebeurd_op=lambda k: k.geldig_vanaf)
    yield Commandosoort(c.WisPersoonsgegevens, betrokkene, _AVG, vernietigen.wis)
    yield Commandosoort(c.VernietigPersoonsgegevens, betrokkene, _ARCHIEF, vernietigen.vernietig)


def _interne(naam: str) -> Iterator[Commandosoort]:
    yield Commandosoort(intern.NeemGegevensOver, naam, _SIGNALEN, neem_over, intern=True)
    yield Commandosoort(intern.HerroepOvername, naam, _SIGNALEN, herroep, intern=True)
    yield Commandosoort(intern.Herbeoordeel, naam, _REGELS, intern.herbeoordeel, intern=True, leidt_altijd_af=True)


_INTERN = (
    Commandosoort(intern.BeoordeelSignaal, SIGNAAL.naam, _SIGNALEN, intern.beoordeel, intern=True),
    Commandosoort(intern.RondHerbeoordelingAf, REGELVERSIE.naam, _REGELS, intern.rond_af, intern=True),
)

GENERIEKE_CONTRACTEN: tuple[type, ...] = (
    c.TrekInTwijfel,
    c.StelInOnderzoek,
    c.BeeindigOnderzoek,
    c.VechtAan,
    c.HandelBezwaarAf,
    c.MeldTerug,
    c.HandelTerugmeldingAf,
    c.Corrigeer,
    c.Degistreer,
    c.Beeindig,
    c.Herstel,
    c.Heropleef,
    c.HervatTaak,
    c.BeslisTaak,
    c.DoorbreekAanhouding,
    c.LegTaakTerzijde,
    c.RegistreerRegelversie,
    c.WisPersoonsgegevens,
    c.VernietigPersoonsgegevens,
)
"""The contracts that every register takes; whoever offers one names the register."""

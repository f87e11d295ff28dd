"""What may be asked of every register, whatever its context: the contracts of the generic commando's.

Each names the kind of aggregate and its id. They are offered with the name of the register:
`registers.verwerk(TrekInTwijfel(…), register="wegonderhoud")`.
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from annotated_types import MaxLen, MinLen, Predicate

from actors.register.contract import Doc, Kenmerk, Naam, Waarde, gevuld

Onderwerppad = Annotated[tuple[Naam, ...], MinLen(1), MaxLen(10), Doc("Waarover: het pad, eerst het aggregaat zelf.")]
Toelichting = Annotated[
    str, MinLen(1), MaxLen(2000), Predicate(gevuld), Doc("Waarom, in gewone taal en zonder persoonsgegevens.")
]
Sinds = Annotated[date | None, Doc("Sinds wanneer in de werkelijkheid; wordt getoond, er wordt niet mee gerekend.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gericht:
    """What is asked of one aggregate, and why."""

    aggregaat: Annotated[Naam, Doc("Soort aggregaat, zoals auto.")]
    aggregaat_id: Annotated[Naam, Doc("Kenmerk van het aggregaat.")]
    toelichting: Toelichting


@dataclass(frozen=True, slots=True, kw_only=True)
class OverTwijfel(Gericht):
    """What is asked about one doubt, onderzoek or bezwaar."""

    twijfel_id: Annotated[Kenmerk, Doc("Kenmerk van deze twijfel; eraan wordt zij later herkend.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class OverTaak(Gericht):
    """What is asked about something that waits."""

    onderwerp: Onderwerppad
    gegeven: Annotated[Naam, Doc("Het gegeven dat wacht.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class OverWachtend(OverTaak):
    """What is asked about something that waits, or one interval of it."""

    vanaf: Annotated[date | None, Doc("De eerste dag van wat wacht; zonder: alles wat wacht.")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Betreft:
    """What it is about: a claim, all claims of a gevolg, a gegeven on a day, or an onderwerp with all below it."""

    claim: Annotated[Naam | None, Doc("Een claim, bij haar kenmerk.")] = None
    gevolg: Annotated[Naam | None, Doc("Een gevolg: alles wat het vastlegde.")] = None
    onderwerp: Annotated[
        Onderwerppad | None, Doc("Een onderwerp; zonder gegeven: alles wat daarover en daaronder is vastgelegd.")
    ] = None
    gegeven: Annotated[Naam | None, Doc("Een gegeven van het onderwerp.")] = None
    op: Annotated[date | None, Doc("De dag waarop het gegeven geldt; zonder: de laatste waarde.")] = None


# --- zekerheid ---


@dataclass(frozen=True, slots=True, kw_only=True)
class TrekInTwijfel(OverTwijfel):
    """Doubt a claim: the value stays, and whoever uses it sees the doubt at once."""

    betreft: Annotated[Betreft | None, Doc("Waaraan wordt getwijfeld; zonder: waar de terugmelding over gaat.")] = None
    sinds: Sinds = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StelInOnderzoek(OverTwijfel):
    """Investigate what is in doubt (`twijfel_id` is known), or a claim that nobody doubted yet (`betreft`)."""

    betreft: Annotated[Betreft | None, Doc("Wat wordt onderzocht, als daaraan nog niet werd getwijfeld.")] = None
    sinds: Sinds = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BeeindigOnderzoek(OverTwijfel):
    """End a doubt or onderzoek: unfounded (the value is then confirmed), founded or taken back; no value changes."""

    uitkomst: Annotated[str, Doc("ongegrond, gegrond of ingetrokken.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class VechtAan(OverTwijfel):
    """Note that a bezwaar or beroep was lodged against a claim or besluit; it stays in force and work goes on."""

    betreft: Annotated[Betreft, Doc("Wat wordt aangevochten.")]
    sinds: Sinds = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandelBezwaarAf(OverTwijfel):
    """Note how a bezwaar or beroep ended; what it changes is asked with a commando of its own."""

    uitkomst: Annotated[str, Doc("ongegrond, gegrond of ingetrokken.")]


# --- terugmelding ---


@dataclass(frozen=True, slots=True, kw_only=True)
class MeldTerug(Gericht):
    """Report reasonable doubt about a value that was delivered to `melder`; access control sees to it who that is."""

    terugmelding_id: Annotated[Kenmerk, Doc("Kenmerk van de terugmelding; de twijfel krijgt hetzelfde.")]
    onderwerp: Onderwerppad
    gegeven: Annotated[Naam, Doc("Het gegeven dat niet lijkt te kloppen.")]
    peilmoment: Annotated[date, Doc("De dag waarop de betwijfelde waarde gold.")]
    melder: Annotated[Naam, Doc("Wie meldt: de naam van de afnemer.")]
    kenmerk: Annotated[str, MaxLen(200), Doc("Kenmerk van de melder zelf.")] = ""
    betwijfelde_waarde: Annotated[Waarde, Doc("De waarde die de melder geleverd kreeg, als hij die noemt.")] = None
    voorgestelde_waarde: Annotated[Waarde, Doc("Wat het volgens de melder moet zijn.")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandelTerugmeldingAf(Gericht):
    """End a terugmelding, and the doubt it brought: gehonoreerd, afgewezen or ingetrokken."""

    terugmelding_id: Annotated[Kenmerk, Doc("Kenmerk van de terugmelding.")]
    uitkomst: Annotated[str, Doc("gehonoreerd, afgewezen of ingetrokken.")]


# --- wijziging ---


@dataclass(frozen=True, slots=True, kw_only=True)
class Correctie:
    """One step of a correction: which claim, and what it should have said; what is left out stays as it was."""

    betreft: Annotated[Betreft, Doc("De claim die fout is.")]
    waarde: Annotated[Waarde, Doc("De juiste waarde.")] = None
    vanaf: Annotated[date | None, Doc("De juiste eerste dag.")] = None
    tot: Annotated[date | None, Doc("De juiste eerste dag waarop het niet meer geldt.")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrigeer(Gericht):
    """Put right what the register had wrong, in one or more steps: one transactie, one publication."""

    correcties: Annotated[tuple[Correctie, ...], MinLen(1), MaxLen(100), Doc("De stappen.")]
    behoud_twijfel: Annotated[bool, Doc("Neem de twijfel mee naar de nieuwe claim; anders eindigt zij.")] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Degistreer(Gericht):
    """Declare that something should never have been registered."""

    betreft: Annotated[Betreft, Doc("Een claim, een gevolg, of een onderwerp met alles eronder.")]
    sinds: Sinds = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Beeindig(Gericht):
    """End a gegeven, or all that is known of an onderwerp, from a day on: in the world it is over."""

    onderwerp: Onderwerppad
    gegeven: Annotated[Naam | None, Doc("Alleen dit gegeven.")] = None
    per: Annotated[date, Doc("De eerste dag waarop het niet meer geldt.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Herstel(Gericht):
    """Undo the last ending or degistratie that stands: what it took away counts again, as if it had not been done."""

    onderwerp: Onderwerppad
    gegeven: Annotated[Naam | None, Doc("Alleen dit gegeven.")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heropleef(Gericht):
    """Let an ended gegeven hold again from a later day on: in the world it began anew, with the value it had."""

    onderwerp: Onderwerppad
    gegeven: Annotated[Naam, Doc("Het gegeven dat opnieuw geldt.")]
    per: Annotated[date, Doc("De eerste dag waarop het opnieuw geldt.")]


# --- taken ---


@dataclass(frozen=True, slots=True, kw_only=True)
class HervatTaak(OverTaak):
    """Try again what waits; what was put aside is on the list again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BeslisTaak(OverWachtend):
    """Decide oneself about what waits, on its days; as soon as the rule can decide, it does."""

    waarde: Annotated[Waarde, Doc("De uitkomst.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorbreekAanhouding(OverWachtend):
    """Let a decision go on although its invoer is in doubt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegTaakTerzijde(OverWachtend):
    """Take what waits off the list, with a reason; another cause puts it on again."""


# --- regels ---


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistreerRegelversie:
    """Register a new version of a rule: its bands as data, from which day, on what ground, and how it meets what is."""

    regelversie_id: Annotated[Kenmerk, Doc("Naam van de regel.")]
    versie: Annotated[int, Doc("Nummer van de versie; een nieuw nummer.")]
    geldig_vanaf: Annotated[date, Doc("Eerste dag waarop zij geldt.")]
    geldig_tot: Annotated[date | None, Doc("Eerste dag waarop zij niet meer geldt.")] = None
    overgang: Annotated[str, Doc("eerbiedigend: naar de peildatum van het geval; onmiddellijk: naar de gevraagde dag.")]
    grenzen: Annotated[tuple[Waarde, ...], MaxLen(100), Doc("Ondergrenzen van de banden, oplopend.")]
    uitkomsten: Annotated[tuple[Waarde, ...], MinLen(1), MaxLen(101), Doc("Uitkomst per band: één meer dan grenzen.")]
    grond: Annotated[Naam, Doc("De wet of beleidsregel, met artikel.")]


# --- vernietiging ---


@dataclass(frozen=True, slots=True, kw_only=True)
class WisPersoonsgegevens:
    """Erase all personal values of a betrokkene in this register (AVG 17); there is no way back."""

    betrokkene_id: Annotated[Naam, Doc("Onder wiens sleutel de gegevens staan.")]
    toelichting: Toelichting


@dataclass(frozen=True, slots=True, kw_only=True)
class VernietigPersoonsgegevens:
    """Destroy all personal values of a betrokkene in this register after the retention period; no way back."""

    betrokkene_id: Annotated[Naam, Doc("Onder wiens sleutel de gegevens staan.")]
    bewaartermijn_tot: Annotated[date, Doc("De dag waarop de bewaartermijn verstreek.")]
    toelichting: Toelichting

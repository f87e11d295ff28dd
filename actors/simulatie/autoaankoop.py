"""Autoaankoop: Sam buys a car, and three registers act on it (handreiking, "Verwerking auto-aankoop").

All ids follow from the options: the same call is the same commando and does nothing twice, other options are
another car of the same owner.
"""

from dataclasses import astuple, dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID, uuid5

from actors.contexten.spitspas.commandos import Lid, RegistreerHuishouden, WijzigHuishoudsamenstelling
from actors.contexten.wegonderhoud.commandos import Aanschaf, RegistreerAuto
from actors.register.commando import Mislukt, NietVerwerkt, Verwerking, Verwerkt
from actors.register.verantwoording import Aanleiding, Aanleidingsoort
from actors.runtime.lezing import Registerlezing
from actors.runtime.systeem import RegisterSystem
from actors.verwerking.contract import fouten_in

EIGENAAR = "sam"
EIGENAAR_NAAM = "Sam"
HUISHOUDEN = "huishouden-sam"
LID_VANAF = date(2026, 1, 1)
AANKOOPDATUM = date(2026, 3, 1)
WIJK = "Duinwijk"
VOLWASSENEN = 2
"""Adults in a new household when nothing else is asked."""
DOOR = "gevolg simulate autoaankoop"

_NAAMRUIMTE = UUID("6f9c2a34-1d0e-5b7a-9c43-0d6a5e1b8f27")


@dataclass(frozen=True, slots=True)
class Aankoop:
    """What Sam buys, for what kind of household, and where he lives.

    `volwassenen` None: as many as the household has, or 2 when it is new.
    """

    gewicht_kg: int = 1300
    lengte_m: Decimal = Decimal("4.4")
    breedte_m: Decimal = Decimal("1.85")
    uitstoot_g_per_km: int = 120
    volwassenen: int | None = None
    regio: str = "Kustland"

    @property
    def auto_id(self) -> str:
        """The id of this car, opaque."""
        return f"auto-{self._hasj('auto').hex[:12]}"

    @property
    def aanschaf_id(self) -> str:
        """The id of this purchase, opaque."""
        return f"aanschaf-{self._hasj('aanschaf').hex[:12]}"

    @property
    def kenteken(self) -> str:
        """A number plate that no real car has: it ends in the hexadecimal digits of a hash."""
        hexcijfers = self._hasj("kenteken").hex.upper()
        return f"SIM-{hexcijfers[:4]}-{hexcijfers[4:8]}"

    @property
    def commando_id(self) -> str:
        """The id under which the car is offered: a UUID."""
        return str(self._hasj("commando"))

    @property
    def registratie(self) -> RegistreerAuto:
        """What the insurer reports."""
        return RegistreerAuto(
            auto_id=self.auto_id,
            kenteken=self.kenteken,
            gewicht_kg=self.gewicht_kg,
            lengte_m=self.lengte_m,
            breedte_m=self.breedte_m,
            uitstoot_g_per_km=self.uitstoot_g_per_km,
            aanschaf=Aanschaf(
                aanschaf_id=self.aanschaf_id,
                koper=EIGENAAR,
                koper_naam=EIGENAAR_NAAM,
                aankoopdatum=AANKOOPDATUM,
                regio=self.regio,
                wijk=WIJK,
            ),
        )

    def _hasj(self, wat: str) -> UUID:
        opties = astuple(replace(self, volwassenen=_gewenst(self, 0)))
        return uuid5(_NAAMRUIMTE, "/".join((wat, *(str(deel) for deel in opties))))


@dataclass(frozen=True, slots=True)
class Verloop:
    """How it went: the answers to the commando's, and how far the registers were before.

    `huishouden` is None when there was nothing to change, `auto` when the car was not offered because of
    `huishouden`. `begonnen_op` has per register its position and number of verstrekkingen before this call.
    """

    aankoop: Aankoop
    herhaling: bool
    begonnen_op: dict[str, tuple[int, int]]
    huishouden: Verwerking | None = None
    huishouden_commando_id: str = ""
    auto: Verwerking | None = None

    @property
    def niet_verwerkt(self) -> NietVerwerkt | Mislukt | None:
        """The answer that ended it, None when all was processed."""
        return next((a for a in (self.huishouden, self.auto) if isinstance(a, NietVerwerkt | Mislukt)), None)


@dataclass(frozen=True, slots=True)
class WegonderhoudUitkomst:
    """What wegonderhoud holds of the car."""

    punten: int
    klasse: str


@dataclass(frozen=True, slots=True)
class AanschafheffingUitkomst:
    """What aanschafheffing holds of the purchase."""

    punten: int
    heffing_eurocent: int


@dataclass(frozen=True, slots=True)
class SpitspasUitkomst:
    """What spitspas holds of the household; `passen` a month."""

    punten: Fraction
    passen: int


@dataclass(frozen=True, slots=True)
class Uitkomst:
    """What holds on the day of purchase; None where the purchase led to no gevolg, or its decision waits."""

    wegonderhoud: WegonderhoudUitkomst | None
    aanschafheffing: AanschafheffingUitkomst | None
    spitspas: SpitspasUitkomst | None


def koop_auto(registers: RegisterSystem, aankoop: Aankoop) -> Verloop:
    """Register the household as it is now, then the car, and wait until all registers have caught up."""
    registers.wacht_op_rust()
    verloop = Verloop(
        aankoop,
        herhaling=registers.lees("wegonderhoud", "auto", aankoop.auto_id).inhoud is not None,
        begonnen_op={n: (s["positie"], s["verstrekkingen"]) for n, s in registers.standen().items()},
    )
    fouten = (*fouten_in(_registreer_huishouden(_gewenst(aankoop, 0))), *fouten_in(aankoop.registratie))
    if fouten:
        fout = NietVerwerkt("contract", "een of meer waarden voldoen niet aan het contract; pas ze aan", fouten)
        return replace(verloop, auto=fout)
    if not verloop.herhaling:
        verloop = _richt_huishouden_in(registers, verloop)
        if verloop.niet_verwerkt:
            return verloop
    auto = registers.verwerk(
        aankoop.registratie,
        id=aankoop.commando_id,
        aanleiding=Aanleiding(
            Aanleidingsoort.SIGNAAL.value, f"aankoopmelding {aankoop.aanschaf_id}", "de verzekeraar van Sam"
        ),
        door=DOOR,
    )
    registers.wacht_op_rust()
    return replace(verloop, auto=auto)


def _richt_huishouden_in(registers: RegisterSystem, verloop: Verloop) -> Verloop:
    """See to it that the household has the adults of the options; it can grow, not shrink."""
    aantal = geregistreerde_volwassenen(registers)
    gewenst = _gewenst(verloop.aankoop, aantal)
    if aantal == gewenst:
        return verloop
    if aantal > gewenst:
        minder = NietVerwerkt(
            "huishouden_heeft_meer_volwassenen",
            f"het huishouden van Sam is geregistreerd met {aantal} volwassenen en wordt hier niet kleiner;"
            f" geef --volwassenen {aantal} of meer, of begin opnieuw in een lege map",
        )
        return replace(verloop, huishouden=minder)
    commando: Any = _registreer_huishouden(gewenst)
    if aantal:
        toegetreden = _volwassenen(gewenst)[aantal:]
        commando = WijzigHuishoudsamenstelling(huishouden_id=HUISHOUDEN, toetredingen=toegetreden)
    commando_id = str(uuid5(_NAAMRUIMTE, f"huishouden/{aantal}/{gewenst}"))
    antwoord = registers.verwerk(
        commando,
        id=commando_id,
        aanleiding=Aanleiding(Aanleidingsoort.AANVRAAG.value, "opgave van het huishouden", HUISHOUDEN),
        door=DOOR,
    )
    registers.wacht_op_rust()
    return replace(verloop, huishouden=antwoord, huishouden_commando_id=commando_id)


def _gewenst(aankoop: Aankoop, aantal: int) -> int:
    """How many adults the household should have, when it has this many now (0: it is new)."""
    return aankoop.volwassenen if aankoop.volwassenen is not None else aantal or VOLWASSENEN


def _volwassenen(aantal: int) -> tuple[Lid, ...]:
    namen = (EIGENAAR, "partner", *(f"volwassene-{n}" for n in range(3, aantal + 1)))
    return tuple(Lid(persoon_id=naam, vanaf=LID_VANAF) for naam in namen[: max(aantal, 0)])


def _registreer_huishouden(aantal: int) -> RegistreerHuishouden:
    return RegistreerHuishouden(huishouden_id=HUISHOUDEN, leden=_volwassenen(aantal))


def geregistreerde_volwassenen(registers: Registerlezing) -> int:
    """How many adults Sam's household has on the day of purchase, himself included; 0 when unknown."""
    rijen = registers.tabel("spitspas", "eigenaar", geldig_op=AANKOOPDATUM).inhoud
    return sum(rij["huishouden"] == HUISHOUDEN for rij in rijen)


def lees_uitkomst(registers: Registerlezing, aankoop: Aankoop) -> Uitkomst:
    """What the three registers say about this purchase, on the day of purchase."""
    auto = registers.lees("wegonderhoud", "auto", aankoop.auto_id, geldig_op=AANKOOPDATUM).inhoud
    heffing = registers.lees(
        "aanschafheffing", "referentietabel", aankoop.auto_id, aankoop.aanschaf_id, geldig_op=AANKOOPDATUM
    ).inhoud
    passen = registers.lees("spitspas", "huishouden", HUISHOUDEN, geldig_op=AANKOOPDATUM).inhoud
    verschuldigd = heffing and heffing["punten"] is not None and heffing["heffing_eurocent"]
    beslist = passen and passen["passen"] is not None and not _wacht(registers)
    return Uitkomst(
        WegonderhoudUitkomst(auto["punten"], auto["klasse"]) if auto else None,
        AanschafheffingUitkomst(heffing["punten"], heffing["heffing_eurocent"]) if heffing and verschuldigd else None,
        SpitspasUitkomst(Fraction(passen["punten"]), passen["passen"]) if passen and beslist else None,
    )


def _wacht(registers: Registerlezing) -> bool:
    """Whether a decision about Sam's household on the day of purchase is held."""
    return any(
        taak["aggregaat"] == "huishouden"
        and taak["onderwerp"][0] == HUISHOUDEN
        and taak["vanaf"] <= AANKOOPDATUM < taak["tot"]
        for taak in registers.taken("spitspas").inhoud
    )


def is_nieuw(antwoord: Verwerking | None) -> bool:
    """Whether this answer is of work that was done now, not answered from the store."""
    return isinstance(antwoord, Verwerkt) and not antwoord.uit_opslag

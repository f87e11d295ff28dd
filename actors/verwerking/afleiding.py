"""Afleiding: derive with the rules of a context, compare with what was recorded, and say what changed.

Correction, doubt, withdrawal, late arrival, a new rule version and redelivery are all this one comparison; no
context writes any of it. Pure: claims in, changes out.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from hashlib import blake2b
from operator import attrgetter
from types import MappingProxyType
from typing import Final, NamedTuple, TypeAlias

from actors.register.beeld import Beeld
from actors.register.context import Aggregaatsoort
from actors.register.gevolg import Afleiding, Wachtend, Wijziging
from actors.register.regel import Regel, Regelversie
from actors.register.staat import Staat
from actors.register.taak import EN, Oordeelsoort, Taakoordeel
from actors.register.tijdlijnen import (
    OPEN_BEGIN,
    OPEN_EIND,
    Onderwerp,
    Ontbreekt,
    Stap,
    Stuk,
    Tijdlijn,
    knip,
    stuk_op,
    verf,
)
from actors.register.verantwoording import Grond
from actors.register.zekerheid import GEEN_TWIJFEL, Twijfel, Twijfels, schort_op
from actors.verwerking.berekening import NIEUW, bereken, zelfde_afleiding
from storage.codec import pack_record

IN_TWIJFEL = "invoer_in_twijfel"

Versies: TypeAlias = Mapping[str, tuple[Regelversie, ...]]
"""The rule versions that were registered, by the name of their rule."""

GEEN_VERSIES: Final[Versies] = MappingProxyType({})

_VOORLOPIG = "voorlopig-"
_NIETS = Stuk(OPEN_BEGIN, OPEN_EIND, None, NIEUW)
_ZELFDE_CLAIM = (Wijziging.HANDHAVEN, Wijziging.ZEKERHEID_WIJZIGEN)
_Kracht: TypeAlias = dict[tuple[Onderwerp, str], Tijdlijn]


class Verandering(NamedTuple):
    """One change in what a rule gives: its kind, what now holds and where, the ground, and the name it asked for."""

    regel: Regel
    soort: Wijziging
    afleiding: Afleiding
    grond: Grond
    eigen_naam: str | None


def leid_af(
    soort: Aggregaatsoort, staat: Staat, nieuw_id: Callable[[int], str], geregistreerd: Versies = GEEN_VERSIES
) -> tuple[list[Verandering], tuple[Wachtend, ...]]:
    """Run the rules in order over the claims; the changes to record, and all that waits.

    `nieuw_id(n)` is the id of the n-th change; a derived claim has the id of the gevolg that records it. A besluit
    looks at what would hold, also where that waits; a berekening at what is in force.
    """
    beeld = staat.basis()
    in_kracht: _Kracht = {}
    veranderingen: list[Verandering] = []
    wachtend: list[Wachtend] = []
    for regel in soort.regels:
        versies = (regel.versie, *geregistreerd.get(regel.naam, ()))
        gezien = beeld if regel.besluit or not in_kracht else _zoals_van_kracht(beeld, in_kracht)
        for onderwerp in sorted({*beeld.onderwerpen(regel.over), *staat.vastgestelde_onderwerpen(regel.geeft)}):
            oud = staat.vastgesteld(onderwerp, regel.geeft)
            nieuw = bereken(regel, onderwerp, gezien, versies)
            if not oud and not nieuw:
                continue
            uitslag = _Vergelijking(regel, versies, onderwerp, beeld, staat)
            voort = uitslag.vergelijk(oud, nieuw, nieuw_id, len(veranderingen))
            veranderingen += uitslag.veranderingen
            wachtend += uitslag.wachtend
            beeld.zet(onderwerp, regel.geeft, voort)
            if regel.besluit and uitslag.houdt_iets_op:
                in_kracht[onderwerp, regel.geeft] = uitslag.van_kracht(oud)
    return veranderingen, tuple(wachtend)


def _zoals_van_kracht(beeld: Beeld, in_kracht: _Kracht) -> Beeld:
    """The same time lines, but of what waits those that are recorded."""
    uit = Beeld({})
    for onderwerp, gegeven, lijn in beeld.alle():
        uit.zet(onderwerp, gegeven, lijn)
    for (onderwerp, gegeven), lijn in in_kracht.items():
        uit.zet(onderwerp, gegeven, lijn)
    return uit


# --- the one comparison -------------------------------------------------------------------------------------


class _Rauw(NamedTuple):
    """A change before joining: on [vanaf, tot), from `was` to what `stuk` says, under this claim.

    `verder`: later rules read it (not so when a tentative outcome stands there).
    """

    vanaf: date
    tot: date
    soort: Wijziging
    was: Stuk | None
    stuk: Stuk
    claim: str
    verder: bool


class _Vergelijking:
    """Compare what a rule gives with what was recorded, for one onderwerp."""

    def __init__(
        self, regel: Regel, versies: Sequence[Regelversie], onderwerp: Onderwerp, beeld: Beeld, staat: Staat
    ) -> None:
        self.regel = regel
        self.onderwerp = onderwerp
        self.veranderingen: list[Verandering] = []
        self.wachtend: list[Wachtend] = []
        self.houdt_iets_op = False
        self._versies = versies
        self._beeld = beeld
        self._noten = staat.aantekeningen
        self._oordelen = self._noten.oordelen.get((regel.geeft, onderwerp), ())

    def vergelijk(
        self, oud: Sequence[Stuk], nieuw: Sequence[Stuk], nieuw_id: Callable[[int], str], eerste: int
    ) -> Tijdlijn:
        """Fill `veranderingen` and `wachtend`; answers the time line that the next rules read."""
        rauw: list[_Rauw] = []
        voort: Tijdlijn = []
        oordeelgrenzen = [grens for oordeel in self._oordelen for grens in (oordeel.vanaf, oordeel.tot)]
        for vanaf, tot in knip((oud, nieuw), oordeelgrenzen):
            was, gevonden = stuk_op(oud, vanaf), stuk_op(nieuw, vanaf)
            wordt, wacht = gevonden, False
            if wordt is not None and (was is not None or wordt.waarde is not None):
                wordt, kenmerk = self._weeg(was, wordt, vanaf, tot)
                wacht = bool(kenmerk)
                if wacht:
                    blijft = was and was._replace(vanaf=vanaf, tot=tot, twijfels=self._twijfels_nu(was, wordt))
                    tentatief = wordt._replace(vanaf=vanaf, tot=tot, claim=f"{_VOORLOPIG}{kenmerk}")
                    voort.append(tentatief if blijft is None or wordt.waarde is not None else blijft)
                    wordt = blijft
                elif was is not None and not self._anders(was, wordt):
                    wordt = self._blijft(was, wordt)
            if wordt is not None and wordt.waarde is None:
                wordt = None
            if was is None and wordt is None:
                continue
            soort = self._soort(was, wordt)
            houdt_claim = soort is None or soort in _ZELFDE_CLAIM
            claim = was.claim if was is not None and houdt_claim else NIEUW
            stuk = wordt or gevonden or _NIETS
            if soort is not None:
                rauw.append(_Rauw(vanaf, tot, soort, was, stuk, claim, not wacht))
            elif not wacht:
                voort.append(stuk._replace(vanaf=vanaf, tot=tot, claim=claim))
        self._neem_op(rauw, voort, nieuw_id, eerste)
        return sorted(voort, key=attrgetter("vanaf"))

    def van_kracht(self, oud: Sequence[Stuk]) -> Tijdlijn:
        """The recorded time line as it is with these changes."""
        lijn = list(oud)
        for verandering in self.veranderingen:
            lijn = verf(lijn, verandering.afleiding.stuk)
        return lijn

    def _blijft(self, was: Stuk, wordt: Stuk) -> Stuk:
        """The same outcome: with the doubt on itself; what would rest on something that waits rests on what it did."""
        if _rust_op_voorlopig(wordt):
            return was._replace(twijfels=self._twijfels_nu(was, wordt))
        eigen = self._noten.op(was.claim)
        return wordt._replace(twijfels=wordt.twijfels | eigen) if eigen else wordt

    def _weeg(self, was: Stuk | None, wordt: Stuk, vanaf: date, tot: date) -> tuple[Stuk, str]:
        """What this interval comes to, and the kenmerk of why it waits (empty: it does not).

        It waits when an input is missing, or when a decision would rest on doubt anew; unless an official saw to it.
        """
        reden = self._reden(was, wordt)
        if not reden:
            return wordt, ""
        kenmerk = _kenmerk(reden, wordt)
        oordeel = next((o for o in self._oordelen if o.geldt(kenmerk, vanaf, tot)), None)
        soort = oordeel and oordeel.oordeel
        kan_door = reden == IN_TWIJFEL and not _rust_op_voorlopig(wordt)
        if oordeel is not None and (soort == Oordeelsoort.BESLIST or (soort == Oordeelsoort.DOORBROKEN and kan_door)):
            return _volgens(oordeel, wordt), ""
        self.houdt_iets_op = True
        if soort != Oordeelsoort.TERZIJDE:
            self._houd_aan(vanaf, tot, reden, kenmerk)
        return wordt, kenmerk

    def _reden(self, was: Stuk | None, wordt: Stuk) -> str:
        if isinstance(wordt.waarde, Ontbreekt):
            return wordt.waarde.reden
        anders = was is None or self._anders(was, wordt)
        return IN_TWIJFEL if self.regel.besluit and anders and schort_op(wordt.twijfels) else ""

    def _anders(self, was: Stuk, wordt: Stuk) -> bool:
        """Whether it is another outcome: another value, or (of a besluit) about someone else."""
        aan = self.regel.gericht_aan
        return was.waarde != wordt.waarde or (aan is not None and _gebruikt(was, aan) != _gebruikt(wordt, aan))

    def _soort(self, was: Stuk | None, wordt: Stuk | None) -> Wijziging | None:
        """The kind of change from one recorded piece to what is now derived; None when nothing changed."""
        if wordt is None:
            return Wijziging.INTREKKEN
        if was is None:
            return Wijziging.VASTSTELLEN
        if self._anders(was, wordt):
            return Wijziging.HERZIEN if self.regel.besluit else Wijziging.CORRIGEREN
        if not was.zelfde_grond(wordt):
            return Wijziging.HANDHAVEN
        if was.twijfels != wordt.twijfels:
            return Wijziging.ZEKERHEID_WIJZIGEN
        return None

    def _houd_aan(self, vanaf: date, tot: date, reden: str, kenmerk: str) -> None:
        """One more interval that waits; joined to the one before when it waits for the same reason."""
        vorige = self.wachtend[-1] if self.wachtend else None
        if vorige is not None and (vorige.tot, vorige.reden) == (vanaf, reden):
            samen = dict.fromkeys((*vorige.kenmerk.split(EN), kenmerk))
            self.wachtend[-1] = vorige._replace(tot=tot, kenmerk=EN.join(samen))
            return
        termijn = self.regel.beslistermijn_dagen
        plek = (self.onderwerp, self.regel.geeft, vanaf, tot)
        self.wachtend.append(Wachtend(*plek, reden, reden != IN_TWIJFEL, termijn, kenmerk))

    def _twijfels_nu(self, was: Stuk, wordt: Stuk) -> Twijfels:
        """The open doubts on the own inputs of an outcome that stays in force, and on that outcome itself.

        Another aggregate may have a doubt of the same id; one that a correction took along is known by its id among
        those of what would be decided now.
        """
        nu: dict[tuple[str, str], Twijfel] = {}
        op_claim: dict[str, Twijfels] = {}
        for _, _, lijn in self._beeld.alle():
            for stuk in lijn:
                op_claim[stuk.claim] = op_claim.get(stuk.claim, GEEN_TWIJFEL) | stuk.twijfels
                nu.update((_wortel(twijfel), twijfel) for twijfel in stuk.twijfels)
        for versie in self._versies:
            op_claim[versie.claim] = versie.twijfels
            nu.update((_wortel(twijfel), twijfel) for twijfel in versie.twijfels)
        blijft = frozenset(nu[_wortel(twijfel)] for twijfel in was.twijfels if _wortel(twijfel) in nu)
        ids = {twijfel.id for twijfel in was.twijfels}
        meegenomen = (twijfel for twijfel in wordt.twijfels if twijfel.id in ids)
        eigen = self._noten.op(was.claim)
        return blijft.union(meegenomen, eigen, *(op_claim.get(claim, GEEN_TWIJFEL) for _, claim in was.grond))

    def _neem_op(self, rauw: list[_Rauw], voort: Tijdlijn, nieuw_id: Callable[[int], str], eerste: int) -> None:
        """One change per changed interval: join equal neighbours, then give each its id."""
        samen: list[_Rauw] = []
        for stukje in rauw:
            if samen and _hoort_bij(samen[-1], stukje):
                samen[-1] = samen[-1]._replace(tot=stukje.tot)
            else:
                samen.append(stukje)
        for n, (vanaf, tot, soort, was, s, claim, verder) in enumerate(samen):
            rust_op = (s.twijfels, s.regelversie, s.grond, s.invoer, s.stappen, None, s.toelichting)
            stuk = Stuk(vanaf, tot, s.waarde, claim or nieuw_id(eerste + n), *rust_op)
            oud = (None, None) if was is None else (was.waarde, was.claim)
            afleiding = Afleiding(self.onderwerp, self.regel.geeft, stuk, *oud)
            grond = self._grond_van(s.regelversie)
            self.veranderingen.append(Verandering(self.regel, soort, afleiding, grond, s.gevolg))
            if verder and stuk.waarde is not None:
                voort.append(stuk)

    def _grond_van(self, regelversie: int) -> Grond:
        """The ground of the version by which was judged; the first is that of the program."""
        for versie in self._versies:
            if versie.versie == regelversie:
                return versie.grond
        return self.regel.versie.grond


def _rust_op_voorlopig(stuk: Stuk) -> bool:
    """Whether an outcome would rest on one that waits itself: that has no claim, so nothing is recorded on it."""
    return any(claim.startswith(_VOORLOPIG) for _, claim in stuk.grond)


def _gebruikt(stuk: Stuk, gegeven: str) -> object:
    """The value that an outcome used of one gegeven."""
    return next((invoer.waarde for invoer in stuk.invoer if invoer.gegeven == gegeven), None)


def _kenmerk(reden: str, wordt: Stuk) -> str:
    """What stands for the cause: the outcome and the doubts it would rest on, or the claims that something misses."""
    oorzaak = sorted(map(_wortel, wordt.twijfels)) if reden == IN_TWIJFEL else wordt.grond
    waarde = None if isinstance(wordt.waarde, Ontbreekt) else wordt.waarde
    bytes_ = pack_record([reden, waarde, oorzaak], (), list)
    return blake2b(bytes_, digest_size=8).hexdigest()


def _wortel(twijfel: Twijfel) -> tuple[str, str]:
    return twijfel.id, twijfel.claim


def _volgens(oordeel: Taakoordeel, wordt: Stuk) -> Stuk:
    """The outcome as an official decided it, resting on what is recorded."""
    if oordeel.oordeel == Oordeelsoort.DOORBROKEN:
        return wordt._replace(toelichting=oordeel.toelichting)
    return wordt._replace(
        waarde=oordeel.waarde,
        grond=tuple((naam, claim) for naam, claim in wordt.grond if not claim.startswith(_VOORLOPIG)),
        invoer=tuple(i for i in wordt.invoer if not i.claim.startswith(_VOORLOPIG)),
        stappen=(Stap("beslist door een ambtenaar, met reden", oordeel.waarde),),
        gevolg=None,
        toelichting=oordeel.toelichting,
    )


def _hoort_bij(links: _Rauw, rechts: _Rauw) -> bool:
    """Whether two adjoining changes are one: same kind, same before, same after."""
    return (
        (links.soort, links.verder, links.claim) == (rechts.soort, rechts.verder, rechts.claim)
        and (links.was and links.was.claim) == (rechts.was and rechts.was.claim)
        and links.tot == rechts.vanaf
        and zelfde_afleiding(links.stuk, rechts.stuk)
    )

"""Stormtegenslag: what goes wrong in the world of a storm.

Doubt, terugmelding, onderzoek and bezwaar; corrections; what should never have been registered; what was ended wrongly;
and new law.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from actors.simulatie.stormwereld import AANSCHAF, DAGEN, VERZEKERAAR, VOERTUIG, Feit, Persoon, Wagen, Wereld
from actors.verwerking.generiek.commandos import (
    Beeindig,
    BeeindigOnderzoek,
    Betreft,
    Correctie,
    Corrigeer,
    Degistreer,
    HandelBezwaarAf,
    HandelTerugmeldingAf,
    Herstel,
    MeldTerug,
    RegistreerRegelversie,
    StelInOnderzoek,
    TrekInTwijfel,
    VechtAan,
)

_ZEG = "zo gaat het in de storm"
_AFLOPEN = ("ongegrond", "gegrond", "ingetrokken")
_ANTWOORDEN = ("gehonoreerd", "afgewezen", "ingetrokken")
_DAARNA = 0.5  # how often more follows: onderzoek on doubt, herstel on what was taken away
_LATER_GELDIG = 0.15  # how often a correction says that a measure holds from a later day
_WETTEN = (
    ("aanschafheffing", "aanschafheffing", 2, "eerbiedigend", (21, 33), (500_00, 2000_00, 5000_00)),
    ("aanschafheffing", "aanschafheffing", 3, "onmiddellijk", (25,), (600_00, 3000_00)),
    ("aanschafheffing", "aanschafheffing", 4, "eerbiedigend", (10, 40), (100_00, 2000_00, 7000_00)),
    ("spitspas", "spitspasrecht", 2, "onmiddellijk", (14, 31), (5, 3, 0)),
    ("spitspas", "spitspasrecht", 3, "onmiddellijk", (10, 20, 30), (6, 4, 2, 0)),
)


@dataclass(frozen=True, slots=True)
class _Doel:
    """What something may be said about: the register, the aggregate, the onderwerp and gegeven, known since a fact."""

    register: str
    aggregaat: str
    onderwerp: tuple[str, ...]
    gegeven: str | None
    feit: int

    @property
    def plaats(self) -> dict[str, str]:
        """The aggregate, as generic commando's name it."""
        return {"aggregaat": self.aggregaat, "aggregaat_id": self.onderwerp[0]}

    @property
    def betreft(self) -> Betreft:
        """The claim that applies last, or all below the onderwerp."""
        return Betreft(onderwerp=self.onderwerp, gegeven=self.gegeven)


def trek_feiten(seed: int, aantal: int) -> list[Feit]:
    """So many facts, each after those it needs, and what ends the doubts that they leave open."""
    return Tegenslag(Random(f"feiten/{seed}")).vertel(aantal)


class Tegenslag(Wereld):
    """A world in which things go wrong."""

    def __init__(self, kans: Random) -> None:
        """All comes from this chance."""
        super().__init__(kans)
        self._open: list[Callable[[], None]] = []
        self._wetten = list(_WETTEN)
        self._wetsdagen = list(DAGEN[2:])
        self._regelversies: list[_Doel] = []
        self._doelen: tuple[Callable[[], _Doel | None], ...] = (
            self._een_maat,
            self._een_aanschafgegeven,
            self._een_lid,
            self._een_betaling,
            self._een_regelversie,
        )

    def vertel(self, aantal: int) -> list[Feit]:
        """So many facts, and then all that is still to be ended."""
        super().vertel(aantal)
        while self._open:
            self._sluiting()
        return self._feiten

    def _soorten(self) -> dict[Callable[[], Any], int]:
        return {
            **super()._soorten(),
            self._twijfel: 8,
            self._sluiting: 6,
            self._corrigeer: 3,
            self._correctie_terug: 4,
            self._degistreer: 3,
            self._degistreer_auto: 1,
            self._einde_lidmaatschap: 2,
            self._wet: 1,
        }

    def _meld(self, klasse: type, doel: _Doel, *na: int, sluit: bool = False, **rest: Any) -> int:
        """Tell the register of this doel."""
        commando = klasse(**doel.plaats, toelichting=_ZEG, **rest)
        return self._feit(commando, *na, register=doel.register, sluit=sluit)

    # --- what it is about ---

    def _een_maat(self) -> _Doel:
        wagen = self._kans.choice(self._wagens)
        return _Doel("wegonderhoud", "auto", (wagen.id,), self._kans.choice((*VOERTUIG, "kenteken")), wagen.feit)

    def _een_aanschaf(self) -> _Doel:
        wagen = self._kans.choice(self._wagens)
        aanschaf, feit = self._kans.choice(list(wagen.aanschaffen.items()))
        return _Doel("wegonderhoud", "auto", (wagen.id, aanschaf), None, feit)

    def _een_aanschafgegeven(self) -> _Doel:
        aanschaf = self._een_aanschaf()
        gegeven = self._kans.choice((*AANSCHAF, None))
        return _Doel("wegonderhoud", "auto", aanschaf.onderwerp, gegeven, aanschaf.feit)

    def _een_lid(self) -> _Doel | None:
        persoon = self._kans.choice(self._personen)
        return self._lidmaatschap(persoon) if persoon.huishouden else None

    def _lidmaatschap(self, persoon: Persoon) -> _Doel:
        return _Doel("spitspas", "huishouden", (persoon.huishouden, persoon.id), "lid", persoon.feit)

    def _een_betaling(self) -> _Doel | None:
        if not self._betalingen:
            return None
        betaling, feit = self._kans.choice(self._betalingen)
        onderwerp = (betaling.auto_id, betaling.aanschaf_id, betaling.betaling_id)
        return _Doel("aanschafheffing", "auto", onderwerp, "bedrag_eurocent", feit)

    def _een_regelversie(self) -> _Doel | None:
        return self._kans.choice(self._regelversies) if self._regelversies else None

    # --- doubt, and its end ---

    def _twijfel(self) -> None:
        """Someone doubts a claim, or all claims of a purchase; each doubt is ended some time."""
        doel = self._kans.choices(self._doelen, (6, 5, 3, 2, 1))[0]()
        if doel is None:
            return
        manieren = (self._in_twijfel, self._in_onderzoek, self._bezwaar, self._terugmelding)
        self._kans.choices(manieren, (4, 2, 2, 4 if doel.gegeven and doel.aggregaat != "regelversie" else 0))[0](
            doel, f"twijfel-{len(self._feiten)}"
        )

    def _in_twijfel(self, doel: _Doel, naam: str) -> None:
        feit = self._meld(TrekInTwijfel, doel, doel.feit, twijfel_id=naam, betreft=doel.betreft)
        self._misschien_onderzoek(doel, naam, feit)
        self._sluit_later(BeeindigOnderzoek, doel, feit, _AFLOPEN, twijfel_id=naam)

    def _in_onderzoek(self, doel: _Doel, naam: str) -> None:
        feit = self._meld(StelInOnderzoek, doel, doel.feit, twijfel_id=naam, betreft=doel.betreft)
        self._sluit_later(BeeindigOnderzoek, doel, feit, _AFLOPEN, twijfel_id=naam)

    def _bezwaar(self, doel: _Doel, naam: str) -> None:
        feit = self._meld(VechtAan, doel, doel.feit, twijfel_id=naam, betreft=doel.betreft)
        self._sluit_later(HandelBezwaarAf, doel, feit, _AFLOPEN, twijfel_id=naam)

    def _terugmelding(self, doel: _Doel, naam: str) -> None:
        """The insurer is believed at once; of a neighbour an official has to find it reasonable."""
        melder = self._kans.choice((VERZEKERAAR, "buurman"))
        feit = self._meld(
            MeldTerug,
            doel,
            doel.feit,
            terugmelding_id=naam,
            onderwerp=doel.onderwerp,
            gegeven=doel.gegeven,
            peilmoment=self._kans.choice(DAGEN),
            melder=melder,
        )
        if melder != VERZEKERAAR and self._kans.random() < _DAARNA:
            self._meld(TrekInTwijfel, doel, feit, twijfel_id=naam)
        self._misschien_onderzoek(doel, naam, feit)
        self._sluit_later(HandelTerugmeldingAf, doel, feit, _ANTWOORDEN, terugmelding_id=naam)

    def _misschien_onderzoek(self, doel: _Doel, naam: str, feit: int) -> None:
        if self._kans.random() < _DAARNA:
            self._meld(StelInOnderzoek, doel, feit, twijfel_id=naam)

    def _sluit_later(self, klasse: type, doel: _Doel, feit: int, aflopen: tuple[str, ...], **wat: str) -> None:
        def sluit() -> None:
            self._meld(klasse, doel, feit, sluit=True, uitkomst=self._kans.choice(aflopen), **wat)

        self._open.append(sluit)

    def _sluiting(self) -> None:
        if self._open:
            self._open.pop(self._kans.randrange(len(self._open)))()

    # --- corrections, and what should never have been registered ---

    def _corrigeer(self) -> None:
        """A correction in one or two steps, of a car or of a payment."""
        betaling = self._een_betaling()
        if betaling is not None and self._kans.random() < _DAARNA:
            bedrag = self._kans.randrange(1, 6000_00)
            stap = Correctie(betreft=betaling.betreft, waarde=bedrag)
            self._meld(Corrigeer, betaling, betaling.feit, correcties=(stap,))
            return
        wagen = self._kans.choice(self._wagens)
        doel = _Doel("wegonderhoud", "auto", (wagen.id,), None, wagen.feit)
        gegevens = self._kans.sample((*VOERTUIG, "wijk", "regio"), self._kans.choice((1, 2)))
        aanschaf, sinds = self._kans.choice(list(wagen.aanschaffen.items()))
        stappen = tuple(self._stap(wagen, aanschaf, gegeven) for gegeven in gegevens)
        behoud = self._kans.random() < _DAARNA
        feit = self._meld(Corrigeer, doel, wagen.feit, sinds, correcties=stappen, behoud_twijfel=behoud)
        if all(stap.waarde is not None for stap in stappen) and {*gegevens} <= {*VOERTUIG}:
            self._correcties += [(wagen.id, gegeven, feit) for gegeven in gegevens]

    def _stap(self, wagen: Wagen, aanschaf: str, gegeven: str) -> Correctie:
        if gegeven in VOERTUIG:
            betreft = Betreft(onderwerp=(wagen.id,), gegeven=gegeven)
            if self._kans.random() < _LATER_GELDIG:
                return Correctie(betreft=betreft, vanaf=self._kans.choice(DAGEN[1:4]))
            return Correctie(betreft=betreft, waarde=self._andere_maat(wagen, gegeven))
        waarde = self._regio() if gegeven == "regio" else self._wijk()
        return Correctie(betreft=Betreft(onderwerp=(wagen.id, aanschaf), gegeven=gegeven), waarde=waarde)

    def _correctie_terug(self) -> None:
        """A correction should not have been made: what it corrected counts again."""
        if self._correcties:
            auto, gegeven, feit = self._correcties.pop(self._kans.randrange(len(self._correcties)))
            doel = _Doel("wegonderhoud", "auto", (auto,), gegeven, feit)
            self._meld(Degistreer, doel, feit, betreft=doel.betreft)

    def _degistreer(self) -> None:
        """A purchase, membership, payment or rule version that never was; some of them were after all."""
        wat = (self._een_aanschaf, self._een_lid, self._een_betaling, self._een_regelversie)
        doel = self._kans.choices(wat, (4, 2, 2, 2))[0]()
        if doel is None:
            return
        feit = self._meld(Degistreer, doel, doel.feit, betreft=Betreft(onderwerp=doel.onderwerp))
        # A car that is registered again says its first purchase once more; that one is not to come back as well.
        if doel.feit not in {wagen.feit for wagen in self._wagens} and self._kans.random() < _DAARNA:
            self._meld(Herstel, doel, feit, onderwerp=doel.onderwerp)

    def _degistreer_auto(self) -> None:
        """A car that never was."""
        wagen = self._kans.choice(self._wagens)
        doel = _Doel("wegonderhoud", "auto", (wagen.id,), None, wagen.feit)
        self._meld(Degistreer, doel, wagen.feit, betreft=doel.betreft)

    def _einde_lidmaatschap(self) -> None:
        """A membership ends, or was found to begin on another day; an ending may be undone."""
        persoon = self._kans.choice(self._personen)
        dag = self._verhuisdag(persoon)
        if dag is None:
            return
        doel = self._lidmaatschap(persoon)
        if self._kans.random() < _DAARNA:
            stap = Correctie(betreft=doel.betreft, vanaf=dag)
            persoon.feit = self._meld(Corrigeer, doel, persoon.feit, correcties=(stap,))
            return
        feit = self._meld(Beeindig, doel, persoon.feit, onderwerp=doel.onderwerp, gegeven="lid", per=dag)
        if self._kans.random() < _DAARNA:
            self._meld(Herstel, doel, feit, onderwerp=doel.onderwerp, gegeven="lid")
        else:
            self._verhuis(persoon, dag, feit)

    # --- new law ---

    def _wet(self) -> None:
        """A version of a rule, each once, each from a day of its own."""
        if not self._wetten:
            return
        register, regel, versie, overgang, grenzen, uitkomsten = self._wetten.pop(0)
        commando = RegistreerRegelversie(
            regelversie_id=regel,
            versie=versie,
            geldig_vanaf=self._wetsdag(),
            overgang=overgang,
            grenzen=grenzen,
            uitkomsten=uitkomsten,
            grond=f"Wet {regel}, nieuw",
        )
        feit = self._feit(commando, register=register)
        self._regelversies.append(_Doel(register, "regelversie", (regel, str(versie)), "regelversie", feit))

    def _wetsdag(self) -> date:
        return self._wetsdagen.pop(self._kans.randrange(len(self._wetsdagen)))

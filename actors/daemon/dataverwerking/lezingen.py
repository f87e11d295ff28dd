"""Lezingen: whatever is read to be given out is logged where it is read, before anyone gets it.

About whom it tells follows from its type (`over_wie`), so a resource that gives out something new says so, or it fails;
what tells of nobody by its nature is read outside of this, by name.
"""

from collections.abc import Callable, Iterable
from functools import singledispatch
from typing import Any, TypeVar

from actors.daemon.dataverwerking.betrokkenen import Betrokkene, Kring, elk_eens
from actors.daemon.dataverwerking.verwerkingenlogboek import Aanroeper, Lezing, Verwerkingenlogboek
from actors.register.commando import Mislukt, NietVerwerkt, Verwerkt
from actors.register.context import Context
from actors.register.gevolg import Transactie
from actors.runtime.klok import Buitenwereld
from actors.runtime.lezing import Registerlezing
from actors.runtime.proef import Ketenproef
from actors.verwerking.antwoord import Antwoord
from actors.verwerking.gebeurtenisstroom import Stuk
from actors.verwerking.herleveren import Attest
from actors.verwerking.proef import Proefuitkomst
from actors.verwerking.traceparent import Traceparent

T = TypeVar("T")


@singledispatch
def over_wie(gelezen: Any, kring: Kring, register: str) -> tuple[Betrokkene, ...]:
    """About whom this tells, that was read in a register. TypeError for a type of which that was never said."""
    raise TypeError(
        f"{type(gelezen).__name__} of {register} is not given out: register with over_wie about whom it tells"
        f" ({type(kring).__name__} knows), or read it as what tells of nobody"
    )


@over_wie.register(type(None))
@over_wie.register(Verwerkt)
@over_wie.register(NietVerwerkt)
@over_wie.register(Mislukt)
@over_wie.register(Attest)
def _niemand(_gelezen: Any, _kring: Kring, _register: str) -> tuple[Betrokkene, ...]:
    """What is not there; what came of a commando, to who offered it; that something went out."""
    return ()


@over_wie.register(Antwoord)
def _antwoord(gelezen: Antwoord[Any], kring: Kring, _register: str) -> tuple[Betrokkene, ...]:
    return kring.van_antwoord(gelezen)


@over_wie.register(Transactie)
def _transactie(gelezen: Transactie, kring: Kring, _register: str) -> tuple[Betrokkene, ...]:
    return kring.van_transacties([gelezen])


@over_wie.register(list)
def _alle(gelezen: list[Any], kring: Kring, register: str) -> tuple[Betrokkene, ...]:
    return elk_eens(een for deel in gelezen for een in over_wie(deel, kring, register))


@over_wie.register(Stuk)
def _stuk(gelezen: Stuk, kring: Kring, register: str) -> tuple[Betrokkene, ...]:
    return kring.van_verstrekking(register, gelezen.kop)


@over_wie.register(Proefuitkomst)
def _proef(gelezen: Proefuitkomst, kring: Kring, _register: str) -> tuple[Betrokkene, ...]:
    return kring.van_aggregaat(gelezen.register, gelezen.aggregaat, gelezen.aggregaat_id)


@over_wie.register(Ketenproef)
def _ketenproef(gelezen: Ketenproef, kring: Kring, register: str) -> tuple[Betrokkene, ...]:
    return _alle(list(gelezen.antwoorden), kring, register)


class Leesbeurt:
    """All that is read for one request or delivery: each reading is logged within its trace."""

    def __init__(
        self, lezingen: "Lezingen", naam: str, register: str, trace: Traceparent, ouder: Traceparent | None
    ) -> None:
        self._lezingen = lezingen
        self._naam = naam
        self._register = register
        self.trace = trace
        self._span_id = trace.span_id
        self._aanroeper = None if ouder is None else Aanroeper(ouder.trace_id, ouder.span_id)

    def vastgelegd(self, vraag: Callable[[Registerlezing], T]) -> Callable[[Registerlezing], T]:
        """The same question, of which the answer is logged on the thread that asks. It raises NietGelogd too."""

        def stel(lezing: Registerlezing) -> T:
            begin = self._lezingen.buiten.klok()
            gelezen = vraag(lezing)
            self._leg_vast(self._lezingen.over_wie(gelezen, self._register), begin)
            return gelezen

        return stel

    def _leg_vast(self, betrokkenen: tuple[Betrokkene, ...], begin: Any) -> None:
        logboek, buiten = self._lezingen.logboek, self._lezingen.buiten
        if logboek is None or not betrokkenen:
            return
        eigen, self._span_id = self._span_id, buiten.willekeur(8).hex()  # each line its own span, the first ours
        logboek.log(
            Lezing(
                naam=self._naam,
                register=self._register,
                begin=begin,
                eind=buiten.klok(),
                trace_id=self.trace.trace_id,
                span_id=eigen,
                betrokkenen=betrokkenen,
                aanroeper=self._aanroeper,
            )
        )


class Lezingen:
    """Where readings of these registers are logged; without a logboek (no daemon) it is only told about whom."""

    def __init__(
        self, contexten: Iterable[Context], logboek: Verwerkingenlogboek | None, buitenwereld: Buitenwereld
    ) -> None:
        self.logboek = logboek
        self.buiten = buitenwereld
        self._kring = Kring(contexten)

    def over_wie(self, gelezen: Any, register: str) -> tuple[Betrokkene, ...]:
        """About whom this tells; TypeError for what may not be given out."""
        return over_wie(gelezen, self._kring, register)

    def beurt(
        self, naam: str, register: str, trace: Traceparent | None = None, ouder: Traceparent | None = None
    ) -> Leesbeurt:
        """For one request or delivery, called `naam`; in a trace of its own when it is in none."""
        if trace is None:
            trace = Traceparent(self.buiten.willekeur(16).hex(), self.buiten.willekeur(8).hex(), gemeten=False)
        return Leesbeurt(self, naam, register, trace, ouder)

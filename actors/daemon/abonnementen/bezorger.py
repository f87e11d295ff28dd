"""Bezorger: delivers what registers make known to who has an abonnement: a task each, in order, at least once.

Where an abonnement is stands in its store: what was delivered is kept before the next goes out, so after a kill at most
one request is sent again, the same and under the same id. What fails is tried again, ever later; see `Ritme`.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from time import perf_counter

from actors.daemon.abonnementen.abonnement import Abonnement, Ritme, Status, Vorm, naar_bytes, van_bytes
from actors.daemon.abonnementen.bezorging import Afloop, Bezorgd, Mislukt, Opgezegd, Opnieuw
from actors.daemon.abonnementen.zender import Zender
from actors.daemon.dataverwerking.betrokkenen import Betrokkene, Kring
from actors.daemon.dataverwerking.lezingen import Lezingen, over_wie
from actors.daemon.poort import Poort
from actors.daemon.rechten import Gebruiker, Handeling
from actors.runtime.catalogue import contexten
from actors.runtime.klok import Buitenwereld
from actors.runtime.lezing import Registerlezing
from actors.runtime.logboek import maak_log
from actors.verwerking.gebeurtenis import als_structured
from actors.verwerking.gebeurtenisstroom import Afzender, Stuk
from actors.verwerking.traceparent import trace_id
from storage.abonnementen import Abonnementenstore
from storage.errors import StorageError
from storage.gevolgenstore import ReaderPosition

log = maak_log("abonnement")

_TEGELIJK = 64  # requests underway: a batch of at most a MB each
_PER_EIGENAAR = 4  # of one eigenaar: however many slow receivers he has, there is room for others
_BEKEKEN = 1_000  # verstrekkingen looked at before others get their turn
_MEESTE_STUKKEN = 200  # events in one batch, unless one oorzaak has more
_MEESTE_BYTES = 1 << 19
_UITERSTE_BYTES = 1_000_000  # what a register takes in one request, with some room: a greater oorzaak goes in parts
_MEESTE_SPRONGEN = 3  # times in a row that a receiver may send us back without taking anything
_KIJK_S = 30.0  # a hint can be lost: look again after so long


RechtenVan = Callable[[str], frozenset[str] | None]
"""What a gebruiker of this name may do now; None when that cannot be known."""


@dataclass(frozen=True, slots=True)
class _Deel:
    """What is next for one abonnement (`abonnement` as it now stands), and up to where there is nothing before it."""

    abonnement: Abonnement
    stukken: list[Stuk]
    gezien: int
    trace: str = ""
    """The traceparent of this delivery."""


@over_wie.register(_Deel)
def _deel(gelezen: _Deel, kring: Kring, register: str) -> tuple[Betrokkene, ...]:
    return over_wie(gelezen.stukken, kring, register)


class Bezorger:
    """All abonnementen of the registers of this process; in memory as they are in their stores."""

    def __init__(  # noqa: PLR0913 - what it stands between, each by name
        self,
        poort: Poort,
        stores: Mapping[str, Abonnementenstore],
        zender: Zender,
        afzender: Afzender,
        buitenwereld: Buitenwereld,
        ritme: Ritme | None = None,
        lezingen: Lezingen | None = None,
        rechten_van: RechtenVan = lambda _naam: None,
    ) -> None:
        """Deliver from `poort`; `stores` by register. Raises as the stores do.

        `rechten_van` tells what an eigenaar may now, None when that is not known here: who may not get any more what
        he asked for, gets nothing any more.

        `lezingen` is where is logged about whom is delivered, before it is; without it that is not logged.
        """
        self._poort = poort
        self._stores = stores
        self._zender = zender
        self._afzender = afzender
        self._buitenwereld = buitenwereld
        self._rechten_van = rechten_van
        self._ritme = ritme or Ritme()
        self._lezingen = lezingen or Lezingen(contexten(), None, buitenwereld)
        self._tegelijk = asyncio.Semaphore(_TEGELIJK)
        self._per_eigenaar: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(_PER_EIGENAAR))
        # One thread: what is kept first is written first, also when who waited for it was stopped.
        self._schrijver = ThreadPoolExecutor(1, thread_name_prefix="abonnementen")
        self._taken: dict[str, asyncio.Task[None]] = {}
        self._beheer = asyncio.Lock()
        self._abonnementen = {id_: van_bytes(gegevens) for store in stores.values() for id_, gegevens in store.all()}

    def begin(self) -> None:
        """Start delivering; in the loop that goes on."""
        for id_, abonnement in self._abonnementen.items():
            if abonnement.status is Status.ACTIEF:
                self._start(id_)

    async def stop(self) -> None:
        """Stop: what is underway is broken off, and sent again next time."""
        for taak in self._taken.values():
            taak.cancel()
        await asyncio.gather(*self._taken.values(), return_exceptions=True)
        self._taken.clear()
        await self._zender.sluit()
        self._schrijver.shutdown()

    def van(self, register: str) -> list[Abonnement]:
        """The abonnementen of a register, in the order in which they were made."""
        return sorted((a for a in self._abonnementen.values() if a.register == register), key=lambda a: a.id)

    async def maak(self, abonnement: Abonnement) -> Abonnement:
        """Ask the receiver, keep the abonnement and begin. Raises NietToegestaan, NietBevestigd, StorageError."""
        tempo = await self._zender.vraag_toestemming(abonnement.url, abonnement.toegang)
        abonnement = replace(abonnement, per_minuut=tempo)
        await self._bewaar(abonnement)
        self._start(abonnement.id)
        return abonnement

    async def hervat(self, id_: str) -> Abonnement:
        """Let an abonnement that stopped (or waits) go on at once. KeyError when there is none to go on."""
        async with self._stilgezet(id_):
            abonnement = self._abonnementen[id_]
            if abonnement.status is Status.OPGEZEGD:
                raise KeyError(id_)
            hervat = abonnement.hervat()
            await self._bewaar(hervat)
            return hervat

    async def verwijder(self, id_: str) -> None:
        """Forget an abonnement. KeyError when there is none."""
        async with self._stilgezet(id_):
            register = self._abonnementen[id_].register
            await self._schrijf(lambda: self._stores[register].delete(id_))
            del self._abonnementen[id_]

    @asynccontextmanager
    async def _stilgezet(self, id_: str) -> AsyncIterator[None]:
        """Nothing is delivered meanwhile; afterwards what is active goes on, also when it could not be changed.

        One at a time: two would make two tasks of an abonnement.
        """
        async with self._beheer:
            await self._beeindig(id_)
            try:
                yield
            finally:
                abonnement = self._abonnementen.get(id_)
                if abonnement is not None and abonnement.status is Status.ACTIEF:
                    self._start(id_)

    def _start(self, id_: str) -> None:
        self._taken[id_] = asyncio.create_task(self._loop(id_), name=f"abonnement {id_}")

    async def _beeindig(self, id_: str) -> None:
        taak = self._taken.pop(id_, None)
        if taak is not None:
            taak.cancel()
            await asyncio.gather(taak, return_exceptions=True)

    async def _bewaar(self, abonnement: Abonnement) -> None:
        store = self._stores[abonnement.register]
        try:
            await self._schrijf(lambda: store.put(abonnement.id, naar_bytes(abonnement)))
        except StorageError:
            await self._schrijf(store.reopen)
            raise
        self._abonnementen[abonnement.id] = abonnement

    async def _schrijf(self, werk: Callable[[], object]) -> None:
        await asyncio.get_running_loop().run_in_executor(self._schrijver, werk)

    async def _loop(self, id_: str) -> None:
        """Deliver until it stops, or the daemon does; an error of ours is told and tried again."""
        gezien, sprongen, fouten = 0, 0, 0
        while self._abonnementen[id_].status is Status.ACTIEF and not self._poort.stopt:
            try:
                deel = await self._volgende(self._abonnementen[id_], gezien)
                gezien = deel.gezien
                if deel.stukken and not self._mag_nog(deel.abonnement):
                    await self._stop_wie_niet_mag(deel.abonnement)
                elif deel.stukken:
                    afloop = await self._bezorg(deel)
                    sprongen = sprongen + 1 if isinstance(afloop, Opnieuw) else 0
                    await self._neem_op(deel, afloop, te_vaak=sprongen > _MEESTE_SPRONGEN)
                    gezien = self._abonnementen[id_].stand.position
                    if deel.abonnement.per_minuut and isinstance(afloop, Bezorgd):
                        await asyncio.sleep(60 / deel.abonnement.per_minuut)
                fouten = 0
            except Exception as fout:  # noqa: BLE001 - whatever it is: told, and tried again
                fouten += 1
                log.error("abonnement.stumbled", subscription=id_, error=type(fout).__name__)  # noqa: TRY400
                await asyncio.sleep(self._ritme.wacht_s(fouten, self._kans()))

    def _mag_nog(self, abonnement: Abonnement) -> bool:
        """Whether its eigenaar may still get all of it, as far as is known."""
        rechten = self._rechten_van(abonnement.eigenaar)
        eigenaar = Gebruiker(abonnement.eigenaar, rechten or frozenset(), abonnement.voor)
        soorten = abonnement.bekendmakingen
        return rechten is None or all(eigenaar.mag(abonnement.register, Handeling.LEZEN, een) for een in soorten)

    async def _stop_wie_niet_mag(self, abonnement: Abonnement) -> None:
        register, id_ = abonnement.register, abonnement.id
        log.error("abonnement.stopped", register=register, subscription=id_, attempts=abonnement.pogingen)
        reden = f"{abonnement.eigenaar} mag dit niet meer ontvangen: de sleutel is ingetrokken, verlopen of mag minder"
        await self._bewaar(abonnement.gestopt(self._buitenwereld.klok(), reden))

    async def _volgende(self, abonnement: Abonnement, gezien: int) -> _Deel:
        """What is next, when it is time for it; waits for it a while when there is nothing."""
        if abonnement.volgende_poging is not None:
            wacht = (abonnement.volgende_poging - self._buitenwereld.klok()).total_seconds()
            await asyncio.sleep(max(0.0, wacht))
        beurt = self._lezingen.beurt("bezorgVerstrekkingen", abonnement.register)
        deel = await self._poort.lees(
            beurt.vastgelegd(lambda lezing: _lees(lezing, self._afzender, abonnement, gezien))
        )
        if not deel.stukken and deel.gezien == gezien:
            register = abonnement.register

            def is_er_meer(lezing: Registerlezing) -> bool:
                return lezing.gebeurtenisstroom(register, self._afzender).einde() != deel.gezien

            await self._poort.wacht(register, is_er_meer, _KIJK_S)
        return replace(deel, trace=str(beurt.trace))

    async def _bezorg(self, deel: _Deel) -> Afloop:
        abonnement, stukken, begonnen = deel.abonnement, deel.stukken, perf_counter()
        async with self._per_eigenaar[abonnement.eigenaar], self._tegelijk:
            afloop = await self._zender.bezorg(abonnement, [stuk.gebeurtenis for stuk in stukken], deel.trace)
        log.info(
            "abonnement.sent",
            register=abonnement.register,
            subscription=abonnement.id,
            number=stukken[-1].plaats.nummer,
            events=len(stukken),
            outcome=type(afloop).__name__,
            trace_id=trace_id(deel.trace),
            duration_ms=round((perf_counter() - begonnen) * 1000, 3),
        )
        return afloop

    async def _neem_op(self, deel: _Deel, afloop: Afloop, *, te_vaak: bool) -> None:
        """Keep what came of a delivery."""
        abonnement, register = deel.abonnement, deel.abonnement.register
        if isinstance(afloop, Opnieuw) and not te_vaak:
            vanaf = afloop.vanaf
            stand = await self._poort.lees(
                lambda lezing: (s := lezing.gebeurtenisstroom(register, self._afzender)).stand(min(vanaf, s.einde()))
            )
            log.info("abonnement.rewound", register=register, subscription=abonnement.id, number=stand.position)
            await self._bewaar(abonnement.terug_naar(stand))
        elif isinstance(afloop, Opgezegd):
            log.warning("abonnement.cancelled", register=register, subscription=abonnement.id)
            await self._bewaar(abonnement.opgezegd("de ontvanger heeft het opgezegd (410)"))
        elif isinstance(afloop, Bezorgd):
            laatste = deel.stukken[-1]
            incarnatie = bytes.fromhex(laatste.gebeurtenis.attributen["incarnatie"])
            await self._bewaar(abonnement.bezorgd(ReaderPosition(incarnatie, *laatste.plaats)))
        else:
            mislukt = afloop if isinstance(afloop, Mislukt) else Mislukt("de ontvanger vraagt steeds om hetzelfde")
            await self._mislukt(abonnement, mislukt)

    async def _mislukt(self, abonnement: Abonnement, afloop: Mislukt) -> None:
        nu = self._buitenwereld.klok()
        verder = abonnement.mislukt(nu, afloop.reden, self._ritme, self._kans(), afloop.wacht_s)
        register, id_ = abonnement.register, abonnement.id
        if verder.status is Status.GESTOPT:
            log.error("abonnement.stopped", register=register, subscription=id_, attempts=verder.pogingen)
        else:
            log.warning("abonnement.failed", register=register, subscription=id_, attempts=verder.pogingen)
        await self._bewaar(verder)

    def _kans(self) -> float:
        return int.from_bytes(self._buitenwereld.willekeur(4), "big") / (1 << 32)


def _lees(lezing: Registerlezing, afzender: Afzender, abonnement: Abonnement, gezien: int) -> _Deel:
    """What is next for an abonnement: one event, or for a batch whole oorzaken.

    When the register was put back it goes on from the last number that is shared.
    """
    stroom = lezing.gebeurtenisstroom(abonnement.register, afzender)
    vanaf = stroom.gedeeld_met(abonnement.stand)
    if vanaf != abonnement.stand.position:
        gezien = 0
        abonnement = abonnement.terug_naar(stroom.stand(vanaf))
    if abonnement.stand.source != stroom.incarnatie:
        gezien = 0
    begin = max(vanaf, gezien)
    stukken: list[Stuk] = []
    omvang = 0
    for stuk in stroom.na(vanaf, abonnement.keus, gezien=begin, hoogstens=_BEKEKEN):
        vol = len(stukken) >= _MEESTE_STUKKEN or omvang >= _MEESTE_BYTES
        erbij = len(als_structured(stuk.gebeurtenis)) + 1
        if (vol and stuk.oorzaak != stukken[-1].oorzaak) or omvang + erbij > _UITERSTE_BYTES:
            break
        stukken.append(stuk)
        omvang += erbij
        if abonnement.vorm is not Vorm.BATCH:
            break
    tot = stukken[0].plaats.nummer - 1 if stukken else min(stroom.einde(), begin + _BEKEKEN)
    return _Deel(abonnement, stukken, max(begin, tot))

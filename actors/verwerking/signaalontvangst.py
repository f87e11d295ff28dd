"""Signaalontvangst: judge what a register elsewhere made known, brought as CloudEvents instead of read in its feed.

The same judgement with the same ids as `Signaalverwerker` gives, and the same reader position beside it. Where a feed
can be looked into, here the event itself has to show that nothing is missing before it: by the chain hash of what came
before, or by its number within one incarnation. Where it does not, the answer says from which number to send.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

from actors.register.commando import AangebodenCommando
from actors.register.context import Context
from actors.register.gevolg import Transactie
from actors.register.vertaling import Vertaling
from actors.verwerking.gebeurtenisstroom import Plaats
from actors.verwerking.herroeping import Gehoord, Herroeper
from actors.verwerking.serialisatie import Serialisatie
from actors.verwerking.signaalverwerking import Beoordelaar, Signalen
from actors.verwerking.signaalvorm import Ontvangen
from storage.gevolgenstore import ZERO_HASH, Gevolgenstore, ReaderPosition


class Volgt(NamedTuple):
    """It comes right after what was read: to be judged."""


class AlBeoordeeld(NamedTuple):
    """It was judged before; nothing more comes of it."""


class Gat(NamedTuple):
    """Something is missing before it, or is not what was read: send again what comes after number `vanaf`."""

    vanaf: int
    reden: str


class Onverenigbaar(NamedTuple):
    """It contradicts what was read, and no number to send from solves that: someone has to look."""

    reden: str


class Terugnemen(NamedTuple):
    """The source was put back, and this comes after the shared part: first take back what it does not say any more."""


Bevinding = Volgt | AlBeoordeeld | Gat | Onverenigbaar | Terugnemen


@dataclass(frozen=True, slots=True)
class Ronde:
    """One step: what to offer now (None: nothing), and what was found of the first so many that were brought."""

    signalen: Signalen | None
    bevindingen: tuple[Bevinding, ...]


class Signaalontvangst:
    """Judges for one register what is brought of one source, from where that register's journal says it was.

    Made anew for each ronde: what it found in the journal is that of its making.
    """

    def __init__(self, context: Context, bron: str, store: Gevolgenstore, eigen: Serialisatie) -> None:
        """`eigen` reads the own journal in `store`."""
        self._context = context
        self._bron = bron
        self._store = store
        self._eigen = eigen
        self._beoordelaar = Beoordelaar(context, bron, store)

    def vertaling(self, bekendmaking: str) -> Vertaling | None:
        """How a bekendmaking (name@version) is judged here; None when it is not."""
        naam, _, versie = bekendmaking.partition("@")
        vertaling = self._beoordelaar.vertaling(naam)
        return vertaling if vertaling and versie == str(vertaling.notificatie.versie) else None

    def ronde(self, gebracht: Sequence[Ontvangen]) -> Ronde:
        """The next step with what was brought, in order; ask again with the rest once the signalen are recorded.

        The bevindingen are of the first ones, as many as this step is about. After Terugnemen the same ones are asked
        about again.
        """
        stand = self._store.reader(self._bron)
        volgen: list[Ontvangen] = []
        bevindingen: list[Bevinding] = []
        for een in gebracht:
            bevinding = self._bevind(stand, een)
            if isinstance(bevinding, Terugnemen):
                if bevindingen or stand is None:
                    break
                commandos, nieuw = self._herroeper(een).volgende(stand)
                return Ronde(Signalen(commandos, self._bron, nieuw), (bevinding,))
            bevindingen.append(bevinding)
            if isinstance(bevinding, Volgt):
                volgen.append(een)
                stand = ReaderPosition(een.incarnatie, *een.plaats)
        signalen = Signalen(tuple(self._beoordeel(volgen)), self._bron, stand) if volgen else None
        return Ronde(signalen, tuple(bevindingen))

    def is_beoordeeld(self, een: Ontvangen) -> bool:
        """Whether its judgement is recorded now, under this incarnation or one that says the same."""
        return isinstance(self._bevind(self._store.reader(self._bron), een), AlBeoordeeld)

    def _beoordeel(self, volgen: Sequence[Ontvangen]) -> Iterator[AangebodenCommando]:
        """What follows from the meldingen that have a vertaling; of others only how far was read is kept."""
        paren = [(een, vertaling) for een in volgen if (vertaling := self.vertaling(een.melding.bekendmaking))]
        for (incarnatie, _), groep in groupby(paren, lambda paar: (paar[0].incarnatie, paar[0].melding.oorzaak)):
            yield from self._beoordelaar.beoordeel(incarnatie, [(vertaling, een.melding) for een, vertaling in groep])

    def _bevind(self, stand: ReaderPosition | None, een: Ontvangen) -> Bevinding:
        if stand is None or stand.position == 0:
            return Volgt() if een.vorige.nummer == 0 else Gat(0, "hier is nog niets gelezen")
        gelezen = Plaats(stand.position, stand.hash)
        if een.incarnatie == stand.source:
            return _in_dezelfde(gelezen, een)
        einde = een.eerder.get(stand.source)
        if einde is None:
            return self._uit_een_vreemde(stand, een)
        if gelezen.nummer <= einde and gelezen.keten != ZERO_HASH:
            return _in_wat_gedeeld_is(gelezen, een)
        blijft = self._blijft(een)
        if een.vorige.nummer == blijft:
            return Terugnemen()
        return Gat(blijft, "de bron is teruggezet; wat zij daarna zei wordt teruggenomen als zij vandaar opnieuw zendt")

    def _uit_een_vreemde(self, stand: ReaderPosition, een: Ontvangen) -> Bevinding:
        """What an event is of an incarnation that does not know the one that was read."""
        if self._gehoord.is_gehoord(een.incarnatie):
            return Gat(stand.position, "dit komt uit een incarnatie waar de bron niet meer mee verder gaat")
        return Onverenigbaar(
            f"{self._bron} gaat verder als een incarnatie die niets weet van de vorige; is er een kopie teruggezet,"
            " meld dat daar met `gevolg restore`"
        )

    def _blijft(self, een: Ontvangen) -> int:
        """The last number that was heard and that the source, which was put back, still says."""
        blijft = self._gehoord.blijft(_Teruggezet(self._bron, een), None)
        return max((nummer for _, nummer in blijft), default=0)

    @cached_property
    def _gehoord(self) -> Gehoord:
        return Gehoord(self._bron, self._transacties())

    def _herroeper(self, een: Ontvangen) -> Herroeper:
        return Herroeper(self._context, _Teruggezet(self._bron, een), self._store, self._transacties, None)

    def _transacties(self) -> Iterator[Transactie]:
        return (self._eigen.decodeer(record) for record in self._store.read())


_ANDERS = (
    "er is gelezen tot {} van {}, maar daar staat nu iets anders; is er een oudere kopie teruggezet, meld dat daar met"
    " `gevolg restore`"
)


def _in_dezelfde(gelezen: Plaats, een: Ontvangen) -> Bevinding:
    """What an event of the incarnation that was read is."""
    if een.plaats.nummer < gelezen.nummer or een.plaats == gelezen:
        return AlBeoordeeld()
    if een.vorige == gelezen or een.vorige.nummer < gelezen.nummer < een.plaats.nummer:
        return Volgt()
    if een.vorige.nummer > gelezen.nummer:
        return Gat(gelezen.nummer, "wat daartussen is verstrekt is hier niet aangekomen")
    return Onverenigbaar(_ANDERS.format(gelezen.nummer, een.melding.bron))


def _in_wat_gedeeld_is(gelezen: Plaats, een: Ontvangen) -> Bevinding:
    """What an event of a next incarnation is, when all that was read still stands there: the chain has to show it."""
    if een.plaats.nummer <= gelezen.nummer:
        return AlBeoordeeld()
    if een.vorige == gelezen:
        return Volgt()
    if een.vorige.nummer == gelezen.nummer:
        return Onverenigbaar(_ANDERS.format(gelezen.nummer, een.melding.bron))
    return Gat(gelezen.nummer, "de bron gaat verder als een andere incarnatie")


class _Teruggezet:
    """A source that was put back, as its event tells it: the former incarnations, and the chain where it goes on."""

    def __init__(self, register: str, een: Ontvangen) -> None:
        self.register = register
        self.feed_id = een.incarnatie
        self._eerder: Mapping[bytes, int] = een.eerder
        self._vorige = een.vorige

    def former(self) -> tuple[ReaderPosition, ...]:
        return tuple(ReaderPosition(feed_id, einde, ZERO_HASH) for feed_id, einde in self._eerder.items())

    def hash_at(self, number: int) -> bytes:
        if number != self._vorige.nummer:
            raise ValueError(f"van {self.register} is de keten bij {number} niet verteld")
        return self._vorige.keten

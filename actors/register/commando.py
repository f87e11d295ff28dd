"""Commando: "een opdracht aan het register" (handreiking, "Commando").

"… aangeboden met de intentie daarin een verandering aan te brengen, die door het register volledig en ineens (of in
het geheel niet) verwerkt moet worden."
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, TypeAlias

from actors.register.claim import Bewering
from actors.register.gevolg import Inhoud, Wijziging
from actors.register.verantwoording import Aanleiding, Grond, Mandaat


class Voorstel(NamedTuple):
    """What a commando would record: the name of the gevolg, its kind of change and what it asserts.

    A gevolg holds either claims (`beweringen`) or one `inhoud` of another kind.
    """

    gevolg: str
    soort: Wijziging
    beweringen: tuple[Bewering, ...] = ()
    inhoud: Inhoud | None = None


@dataclass(frozen=True, slots=True)
class NietVerwerkt:
    """Nothing happened, and why: not a legal weigering.

    `regel` is stable and machine-readable, `toelichting` one sentence with what to do; `fouten` are all
    breaches of the contract at once, each "place: what is wrong".
    """

    regel: str
    toelichting: str
    fouten: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Commandosoort:
    """One kind of commando of a context: its contract (`klasse`), its aggregate, ground and acceptance.

    * `aanvaard(staat, commando)`: what may be asserted, or why not.
    * `gebeurd_op(commando)`: when it happened in the world, None when the commando does not say.
    * `intern`: only the runtime itself offers it.
    * `leidt_altijd_af`: the rules run also when it asserts nothing.
    * `door_ambtenaar`: an official does it, who is named as `beslisser`.
    * `behoudt_twijfel(commando)`: whether the doubt on what it corrects goes to what replaces it; else it ends.
    * `omschrijving`: what it asks, in one Dutch sentence, for whoever offers it.
    """

    klasse: type
    aggregaat: str
    grond: tuple[Grond, ...]
    aanvaard: Callable[[Any, Any], tuple[Voorstel, ...] | NietVerwerkt]
    gebeurd_op: Callable[[Any], date | datetime | None] = lambda _: None
    intern: bool = False
    leidt_altijd_af: bool = False
    door_ambtenaar: bool = False
    behoudt_twijfel: Callable[[Any], bool] = lambda _: False
    omschrijving: str = ""

    @property
    def naam(self) -> str:
        """The imperative name, `RegistreerAuto`."""
        return self.klasse.__name__

    def aggregaat_id(self, commando: Any) -> str:
        """Which aggregate a commando is about: its field `<aggregaat>_id`, or `aggregaat_id`."""
        eigen = getattr(commando, f"{self.aggregaat}_id", None)
        return str(eigen if eigen is not None else commando.aggregaat_id)


@dataclass(frozen=True, slots=True)
class AangebodenCommando:
    """A commando as offered: the order itself, who offers it and why.

    `id` is a UUID (clients SHOULD use UUIDv7); offered twice it has one effect and one answer. `register` is named for
    a commando that every register knows (`TrekInTwijfel`). `verwacht` is the volgnummer that its aggregate must have
    when it is judged (0: it is not there yet), None when that is of no account. `trace` is the W3C traceparent of what
    it is part of, empty when it is part of nothing that is followed.
    """

    id: str
    commando: Any
    aanleiding: Aanleiding
    door: str
    gebeurd_op: date | datetime | None = None
    beslisser: str | None = None
    namens: Mandaat | None = None
    voert_uit: str | None = None
    oorzaak: str | None = None
    register: str | None = None
    verwacht: int | None = None
    trace: str = ""


@dataclass(frozen=True, slots=True)
class Verwerkt:
    """Processed and durable: the transactie's position (0: nothing needed recording) and its gevolgen.

    `gevolgen` are pairs of id and name. Two answers to the same commando are equal; `uit_opslag` only tells
    that this one came from the store.
    """

    commando_id: str
    positie: int
    geregistreerd_op: datetime | None
    gevolgen: tuple[tuple[str, str], ...]
    uit_opslag: bool = False

    def __eq__(self, ander: object) -> bool:
        return isinstance(ander, Verwerkt) and self._antwoord() == ander._antwoord()

    def __hash__(self) -> int:
        return hash(self._antwoord())

    def _antwoord(self) -> tuple[object, ...]:
        return (self.commando_id, self.positie, self.geregistreerd_op, self.gevolgen)


@dataclass(frozen=True, slots=True)
class Mislukt:
    """The software failed, not the commando: unknown outcome, offer it again. `referentie` leads to the log.

    `vol`: the storage has no room left; before there is, offering it again does not help. `oorzaak` is what the storage
    said, in its own words, for who runs it.
    """

    referentie: str
    toelichting: str
    vol: bool = False
    oorzaak: str = ""

    @property
    def volledig(self) -> str:
        """What is wrong, for who runs the registers."""
        return f"{self.toelichting} ({self.oorzaak})" if self.oorzaak else self.toelichting

    def __str__(self) -> str:
        """The same, and where it is in the log."""
        return f"{self.volledig} (referentie {self.referentie})"


Verwerking: TypeAlias = Verwerkt | NietVerwerkt | Mislukt

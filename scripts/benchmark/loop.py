"""The peer without actors: the registers as one would write them in a plain loop.

It uses the same plain objects (`actors/verwerking`, `storage`), makes the same checks, commits the same batches and
keeps the same bytes; a test holds it to that. It does not survive a failing rule or a broken condition: it raises.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from actors.register.commando import AangebodenCommando, NietVerwerkt, Verwerking, Verwerkt
from actors.register.context import Context
from actors.register.staat import Staat
from actors.register.verantwoording import Software
from actors.runtime.aggregaat import ID_HERGEBRUIKT, lees_antwoord
from actors.runtime.kern import Registerkern
from actors.runtime.klok import Buitenwereld
from actors.runtime.programma import programmaversie
from actors.verwerking.contract import fouten_in, fouten_in_aanbod
from actors.verwerking.identiteit import commando_digest, commando_sleutel
from actors.verwerking.standen import vouw
from storage.codec import pack
from storage.findings import Progress, no_progress
from storage.gevolgenstore import NO_READERS, Entry, ReaderPosition
from storage.opslag import open_lmdb

_SLICE = 256
_WARM = 5_000


class Loop:
    """Some registers in a folder. Without `levering` commando's are processed and that is all."""

    def __init__(  # noqa: PLR0913 - the same choices as RegisterSystem gives, by name
        self,
        folder: Path,
        contexts: Sequence[Context],
        *,
        buitenwereld: Buitenwereld | None = None,
        warm: int = _WARM,
        versie: str | None = None,
        levering: bool = True,
    ) -> None:
        world = buitenwereld or Buitenwereld()
        self._levering = levering
        with ExitStack() as opened:
            self.registers: dict[str, _Register] = {}
            for context in contexts:
                opslag = open_lmdb(folder, context.naam, clock=world.klok, random_bytes=world.willekeur)
                opened.callback(opslag.close)
                software = Software(versie or programmaversie(), f"{context.naam}@{context.versie}", "embedded")
                kern = Registerkern(context, opslag, software, world.klok)
                kern.werk_bij()
                self.registers[context.naam] = _Register(kern, warm)
            self._closing = opened.pop_all()

    def verwerk_alle(self, offered: Iterable[AangebodenCommando]) -> list[Verwerking]:
        """Process commando's that fit in one batch; answers in the order of the offers."""
        answers: dict[int, Verwerking] = {}
        per_register: dict[str, list[tuple[int, AangebodenCommando]]] = {}
        for place, one in enumerate(offered):
            errors = (*fouten_in(one.commando), *fouten_in_aanbod(one))
            if errors:
                answers[place] = NietVerwerkt("contract", "het commando voldoet niet aan zijn contract", errors)
            else:
                knowing = (name for name, register in self.registers.items() if register.knows(one.commando))
                name = one.register or next(knowing)
                own_id = str(UUID(one.id))
                offer = one if own_id == one.id else replace(one, id=own_id)
                per_register.setdefault(name, []).append((place, offer))
        for name, work in per_register.items():
            outcomes = self.registers[name].process([one for _, one in work])
            answers.update(zip((place for place, _ in work), outcomes, strict=True))
        return [answers[place] for place in range(len(answers))]

    def wacht_op_rust(self, meld: Progress = no_progress) -> None:
        """Publish, project, pass on and consider again until there is nothing left."""
        for register in self.registers.values():
            register.kern.herbeoordelaar.meld = meld
        moved = self._levering
        while moved:
            moved = False
            for register in self.registers.values():
                moved |= self._follow(register)

    def _follow(self, register: "_Register") -> bool:
        """Bring everything that follows one register up to date; whether anything was passed on to another."""
        moved = False
        kern = register.kern
        while kern.bekendmaker.werk(_SLICE) >= _SLICE:
            pass
        while kern.projector.werk(_SLICE) >= _SLICE:
            pass
        for other in self.registers.values():
            if kern.naam in other.kern.bronnen():
                reader = other.kern.signaalverwerker(kern)
                while (signals := reader.volgende(_SLICE)) is not None:
                    other.process(signals.commandos, signals.lezers)
                    moved = True
        if (again := kern.herbeoordelaar.volgende()) is not None:
            register.process(again.commandos)
            moved = True
        return moved

    def close(self) -> None:
        """Let go of the folder."""
        self._closing.close()


class _Register:
    """One register: a dict of states (the one used longest ago first), and a loop."""

    def __init__(self, kern: Registerkern, warm: int) -> None:
        self.kern = kern
        self._warm = warm
        self._states: dict[str, Staat] = {}

    def knows(self, commando: object) -> bool:
        """Whether this register takes such a commando from outside."""
        kinds = self.kern.context.commandos
        return any(kind.klasse is type(commando) and not kind.intern for kind in kinds)

    def process(
        self, offered: Sequence[AangebodenCommando], readers: Mapping[str, ReaderPosition] = NO_READERS
    ) -> list[Verwerking]:
        """Judge each, commit all of it at once, and complete the answers with positions and moments."""
        kern = self.kern
        answers: dict[int, Verwerking] = {}
        seen: dict[bytes, tuple[int, bytes]] = {}
        same_as: dict[int, int] = {}
        judged: list[_Judged] = []
        for place, one in enumerate(offered):
            kind = kern.overwerking.soort(one.commando)
            assert kind is not None
            name = f"{kind.aggregaat}/{kind.aggregaat_id(one.commando)}"
            digest = commando_digest(kern.opslag.sleutels.secret, kind.naam, name, one.commando)
            key = commando_sleutel(one.id)
            first, first_digest = seen.setdefault(key, (place, digest))
            if first != place and first_digest == digest:
                same_as[place] = first
            elif (before := kern.opslag.gevolgen.outcome(key)) is not None:
                answers[place] = lees_antwoord(kern, one.id, before) if before.digest == digest else ID_HERGEBRUIKT
            elif first != place:
                answers[place] = ID_HERGEBRUIKT
            else:
                judged.append(self._judge(place, one, name, digest))
        answers.update(self._commit(judged, readers))
        return [answers[same_as.get(place, place)] for place in range(len(offered))]

    def _judge(self, place: int, one: AangebodenCommando, name: str, digest: bytes) -> "_Judged":
        kern, key = self.kern, commando_sleutel(one.id)
        outcome = kern.overwerking.verwerk(self._state(name), one, kern.sleutelhouder)
        if isinstance(outcome, NietVerwerkt):
            answer = pack([outcome.regel, outcome.toelichting, list(outcome.fouten)])
            return _Judged(place, one.id, Entry(key, digest, name, 0, None, 0, answer), outcome)
        t = outcome.transactie
        if t is None:
            return _Judged(place, one.id, Entry(key, digest, name, 0, None, 0), ())
        content = kern.serialisatie.encodeer(t)
        if t.volgnummer == 1 and kern.schrijft_aan_aggregaat(t.aggregaat):
            kern.serialisatie.zorg_voor_sleutel(t.aggregaat_id)
        sleutels = tuple((kern.digest(sleutel), name if takes else None) for sleutel, takes in outcome.sleutels)
        kern.gereserveerd.update(sleutels)
        entry = Entry(key, digest, name, t.volgnummer, content, len(t.gevolgen), sleutels=sleutels)
        return _Judged(place, one.id, entry, tuple((gevolg.id, gevolg.naam) for gevolg in t.gevolgen))

    def _state(self, name: str) -> Staat:
        state = self._states.pop(name, None)
        if state is None:
            kern = self.kern
            if kern.overwerking.onthoudt(name.partition("/")[0]):
                state = vouw(kern.opslag.gevolgen, kern.serialisatie, name)
            else:
                state = Staat()
                state.volgnummer = kern.opslag.gevolgen.last_volgnummer(name)
        self._states[name] = state
        return state

    def _commit(self, judged: list["_Judged"], readers: Mapping[str, ReaderPosition]) -> dict[int, Verwerking]:
        opslag = self.kern.opslag
        opslag.sleutels.save()
        positions = opslag.gevolgen.append([one.entry for one in judged], readers)
        self.kern.gereserveerd.clear()
        self.kern.werk_bij(one.entry.aggregaat for one in judged)
        while len(self._states) > self._warm:
            del self._states[next(iter(self._states))]
        head = opslag.gevolgen.head()
        answers: dict[int, Verwerking] = {}
        for one, position in zip(judged, positions, strict=True):
            if isinstance(one.outcome, NietVerwerkt):
                answers[one.place] = one.outcome
            else:
                moment = None
                if position and head.registered_at:
                    moment = head.registered_at - timedelta(microseconds=head.position - position)
                answers[one.place] = Verwerkt(one.commando_id, position, moment, one.outcome)
        return answers


class _Judged(NamedTuple):
    """What one commando came to: what to keep, and NietVerwerkt or its gevolgen (id and name)."""

    place: int
    commando_id: str
    entry: Entry
    outcome: NietVerwerkt | tuple[tuple[str, str], ...]

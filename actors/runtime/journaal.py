"""The journal of a register as an actor: the one writer; a turn becomes one durable commit."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from actors.register.commando import Mislukt, NietVerwerkt, Verwerking, Verwerkt
from actors.runtime.aggregaat import lees_antwoord, mislukt
from actors.runtime.berichten import Adres, Klaar, Opname, Spoel, StartJournaal
from actors.runtime.kern import Registerkern, is_vernietiging
from actors.runtime.logboek import maak_log
from actors.runtime.registeractor import Falen, RegisterActor
from storage.errors import StorageError, WriteConflict
from storage.gevolgenstore import ReaderPosition

log = maak_log("journal")


class JournalActor(RegisterActor):
    """Collects the Opnames of a turn and commits them when the Spoel comes by."""

    _kern: Registerkern

    def __init__(self) -> None:
        self._opnames: list[Opname] = []

    def ontvang(self, bericht: Any, afzender: Adres) -> None:
        """Collect, or commit and answer the router."""
        if isinstance(bericht, Opname):
            self._opnames.append(bericht)
        elif isinstance(bericht, Spoel):
            opnames = [opname for opname in self._opnames if opname.beurt == bericht.beurt]
            self._opnames = []
            self.send(afzender, self._leg_vast(bericht, opnames))
        elif isinstance(bericht, StartJournaal):
            self._kern = bericht.kern
        else:
            super().ontvang(bericht, afzender)

    def _leg_vast(self, spoel: Spoel, opnames: list[Opname]) -> Klaar:
        """One commit. What comes with reader positions is all or nothing: a half would be decided on again."""
        antwoorden = {opname.plaats: opname.antwoord for opname in opnames}
        te_bewaren = [opname for opname in opnames if opname.entry is not None]
        gefaald = _mislukt(opnames, antwoorden)
        try:
            if spoel.lezers and gefaald:
                antwoorden.update((opname.plaats, gefaald[0].antwoord) for opname in opnames)
            else:
                antwoorden.update(self._bewaar(te_bewaren, spoel.lezers))
        except WriteConflict as fout:
            if spoel.lezers:
                raise
            antwoorden.update(self._zonder_schuldige(te_bewaren, fout))
        except StorageError as fout:
            antwoorden.update(self._na_storing(te_bewaren, fout))
        vergeet = frozenset(opname.aggregaat for opname in _mislukt(opnames, antwoorden))
        # Who follows is hinted only of what is there now: on a failed commit he would offer the same again, for ever.
        gegroeid = len(_mislukt(te_bewaren, antwoorden)) < len(te_bewaren)
        # Also of what was recorded before and is only answered again: what it means here may have failed then.
        self._kern.werk_bij(opname.aggregaat for opname in opnames)
        gewist = any(is_vernietiging(opname.aggregaat) for opname in opnames)
        return Klaar(spoel.beurt, antwoorden, vergeet, gegroeid=gegroeid, alles_vergeten=gewist)

    def _bewaar(self, te_bewaren: Sequence[Opname], lezers: Mapping[str, ReaderPosition]) -> dict[int, Verwerking]:
        """Commit, and complete the answers with the positions and moments that the store gave."""
        if not te_bewaren and not lezers:
            return {}
        self._kern.opslag.sleutels.save()
        gevolgen = self._kern.opslag.gevolgen
        posities = gevolgen.append([o.entry for o in te_bewaren if o.entry], lezers)
        hoofd = gevolgen.head()
        antwoorden: dict[int, Verwerking] = {}
        for opname, positie in zip(te_bewaren, posities, strict=True):
            antwoord = opname.antwoord
            if isinstance(antwoord, Verwerkt) and positie and hoofd.registered_at:
                moment = hoofd.registered_at - timedelta(microseconds=hoofd.position - positie)
                antwoord = replace(antwoord, positie=positie, geregistreerd_op=moment)
            antwoorden[opname.plaats] = antwoord
        return antwoorden

    def _zonder_schuldige(self, te_bewaren: list[Opname], fout: WriteConflict) -> dict[int, Verwerking]:
        """A broken condition fails its own commando, and what was judged on it; the rest is committed."""
        rest = list(te_bewaren)
        antwoorden: dict[int, Verwerking] = {}
        while True:
            referentie = self.nieuwe_referentie()
            log.error("commit.conflict", register=self._kern.naam, entries=len(rest), error=str(fout), ref=referentie)
            if fout.index is None:
                raise fout
            schuldige, mee = rest[fout.index], [o for o in rest[fout.index :] if _rust_op(o, rest[fout.index])]
            rest = [opname for opname in rest if opname not in mee]
            antwoord = mislukt(referentie, fout)
            antwoorden.update((opname.plaats, antwoord) for opname in (schuldige, *mee))
            try:
                return antwoorden | self._bewaar(rest, {})
            except WriteConflict as volgende:
                fout = volgende

    def _na_storing(self, te_bewaren: Sequence[Opname], fout: StorageError) -> dict[int, Verwerking]:
        """A failed commit is an unknown outcome: open anew, look up what is there and answer that."""
        referentie = self.nieuwe_referentie()
        log.error("commit.failed", register=self._kern.naam, entries=len(te_bewaren), error=str(fout), ref=referentie)
        try:
            self._kern.opslag.reopen()
            bewaard = {opname.plaats: self._bewaard(opname) for opname in te_bewaren}
        except StorageError as ook:
            bewaard = {}
            fout = type(fout)(f"{fout}; {ook}")
        antwoord = mislukt(referentie, fout)
        return {opname.plaats: bewaard.get(opname.plaats) or antwoord for opname in te_bewaren}

    def _bewaard(self, opname: Opname) -> Verwerking | None:
        """The answer that the store keeps of this commando, if it does."""
        if opname.entry is None:
            return None
        bewaard = self._kern.opslag.gevolgen.outcome(opname.entry.commando_id)
        if bewaard is None or bewaard.digest != opname.entry.digest:
            return None
        return lees_antwoord(self._kern, str(UUID(bytes=opname.entry.commando_id)), bewaard)

    def bij_storing(self, falen: Falen) -> None:
        """Answer the router that the whole turn failed."""
        if isinstance(falen.bericht, Spoel):
            beurt, antwoord = falen.bericht.beurt, mislukt(falen.referentie, falen.fout)
            self.send(falen.afzender, Klaar(beurt, {}, frozenset(), gegroeid=False, mislukt=antwoord))


def _mislukt(opnames: Sequence[Opname], antwoorden: Mapping[int, Verwerking]) -> list[Opname]:
    return [opname for opname in opnames if isinstance(antwoorden[opname.plaats], Mislukt)]


def _rust_op(opname: Opname, schuldige: Opname) -> bool:
    """Whether this outcome may rest on the one that cannot be recorded: same aggregate, or a refusal after it."""
    return opname.aggregaat == schuldige.aggregaat or isinstance(opname.antwoord, NietVerwerkt)

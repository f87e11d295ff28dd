"""The peer in another library: the same case as a user of `eventsourcing` would write it, on its SQLite module.

The contract is checked in the same way and the rules are the same functions. It keeps what it derived and why, but
encrypts nothing, chains no hashes, and knows no commando ids and no natural keys.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from actors.contexten.wegonderhoud.context import CONTEXT
from actors.contexten.wegonderhoud.regels import fysiek_milieueffect, fysiek_milieueffectklasse
from actors.register.commando import AangebodenCommando
from actors.register.regel import Regel, Uitkomst
from actors.runtime.programma import programmaversie
from actors.verwerking.contract import fouten_in, fouten_in_aanbod
from scripts.benchmark.case import Case
from scripts.benchmark.measuring import Task

ONE_SAVE = "one save"
"""The kind of task in which all of a batch is saved at once; otherwise each is saved by itself."""


class Auto(Aggregate):
    """A car."""

    @event("Geregistreerd")
    def __init__(
        self, auto_id: str, gegevens: dict[str, Any], afgeleid: list[dict[str, Any]], verantwoording: dict[str, Any]
    ) -> None:
        self.auto_id = auto_id
        self.gegevens = gegevens
        self.afgeleid = afgeleid
        self.verantwoording = verantwoording

    @staticmethod
    def create_id(auto_id: str) -> UUID:
        """The id of the car is the id of its aggregate."""
        return UUID(auto_id)


class EventsourcingPeer:
    """Registers cars, one `save` per commando or one for a whole batch."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._case = Case()
        self._software = programmaversie()
        self._app: Application[UUID] = Application(
            {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(folder / "autos.sqlite")}
        )

    def batches(self, task: Task) -> Sequence[Callable[[], object]]:
        """Make the commando's."""
        offers = [self._case.registrations(task.batch) for _ in range(task.batches)]
        if task.kind == ONE_SAVE:
            return [partial(self._register_at_once, offer) for offer in offers]
        return [partial(self._register, offered) for offer in offers for offered in offer]

    def _register(self, offered: AangebodenCommando) -> None:
        self._app.save(self._auto(offered))

    def _register_at_once(self, offer: Sequence[AangebodenCommando]) -> None:
        self._app.save(*[self._auto(offered) for offered in offer])

    def _auto(self, offered: AangebodenCommando) -> Auto:
        commando = offered.commando
        assert not (*fouten_in(commando), *fouten_in_aanbod(offered))
        punten = _derive(
            fysiek_milieueffect,
            gewicht_kg=commando.gewicht_kg,
            lengte_m=commando.lengte_m,
            breedte_m=commando.breedte_m,
        )
        klasse = _derive(
            fysiek_milieueffectklasse, punten=punten["waarde"], banden=fysiek_milieueffectklasse.versie.banden
        )
        gegevens = asdict(commando)
        gegevens["aanschaf"]["aankoopdatum"] = commando.aanschaf.aankoopdatum.isoformat()
        return Auto(commando.auto_id, gegevens, [punten, klasse], self._verantwoording(offered))

    def _verantwoording(self, offered: AangebodenCommando) -> dict[str, Any]:
        return {
            "commando_id": offered.id,
            "aanleiding": list(offered.aanleiding),
            "gebeurd_op": offered.commando.aanschaf.aankoopdatum.isoformat(),
            "door": offered.door,
            "verantwoordelijke": list(CONTEXT.verantwoordelijke),
            "software": self._software,
            "beslisser": offered.beslisser,
            "namens": offered.namens,
        }

    def check(self, results: Sequence[object]) -> None:
        """The last car can be read back."""
        assert results
        auto: Auto = self._app.repository.get(UUID(self._case.autos[-1]))
        assert auto.afgeleid[0]["waarde"] == 13 + 8

    def durability(self) -> str:
        """How SQLite was found to be set, in words."""
        with self._app.factory.datastore.transaction(commit=False) as cursor:  # type: ignore[attr-defined]
            found = {}
            for pragma in ("journal_mode", "synchronous"):
                cursor.execute(f"PRAGMA {pragma};")
                found[pragma] = cursor.fetchone()[0]
        return ", ".join(f"{pragma}={value}" for pragma, value in found.items())

    def close(self) -> None:
        """Let go of the file."""
        self._app.close()


def _derive(regel: Regel, **arguments: Any) -> dict[str, Any]:
    """What a rule gives, and why."""
    outcome = regel.functie(**arguments)
    assert isinstance(outcome, Uitkomst)
    ground = regel.versie.grond
    return {
        "regel": regel.naam,
        "versie": regel.versie.versie,
        "grond": list(ground),
        "waarde": outcome.waarde,
        "invoer": {name: value for name, value in arguments.items() if name != "banden"},
        "stappen": [list(step) for step in outcome.stappen],
    }

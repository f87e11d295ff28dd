"""The no-op daemon: `gevolg serve` in all but one thing: what is offered is answered at once, and nothing is done.

So a POST goes the same way: server, routes, who asks, reading and checking the commando, counting and logging the
request, writing an answer of the same size. Its processes are there too, and have nothing to do.
"""

import argparse
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from actors.daemon.dienst import Voorkant
from actors.daemon.inrichting import maak_dienst
from actors.daemon.instellingskeuze import laad
from actors.daemon.procespoort import Procespoort
from actors.register.commando import AangebodenCommando, Verwerkt
from actors.runtime import logboek
from actors.runtime.klok import systeemklok
from actors.runtime.processen.group import ProcessGroup
from actors.runtime.programma import ruim_minder_vaak_op

_GEVOLGEN = tuple(
    (f"0197f5a0-1b2c-8d3e-8f40-11223344556{n}", naam)
    for n, naam in enumerate(("AutoGeregistreerd", "FysiekMilieueffectVastgesteld", "PlanningsklasseVastgesteld"))
)


class Doing:
    """A poort that does nothing with what is offered; all else as the one behind it."""

    def __init__(self, poort: Procespoort) -> None:
        self._poort = poort
        self._done = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._poort, name)

    async def bied_aan(
        self, _register: str, aangeboden: Sequence[AangebodenCommando], _lezers: Any = None
    ) -> tuple[Verwerkt, ...]:
        """Say that all of it was recorded."""
        self._done += len(aangeboden)
        nu = systeemklok()
        return tuple(Verwerkt(een.id, self._done, nu, _GEVOLGEN) for een in aangeboden)


def main() -> None:
    """Serve: the options of `gevolg serve` that the benchmarks use."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path)
    parser.add_argument("--poort", type=int)
    parser.add_argument("--config", type=Path)
    parser.add_argument("--register", action="append")
    given = parser.parse_args()
    ruim_minder_vaak_op()
    options = {"data": given.data, "poort": given.poort, "registers": given.register}
    instellingen = laad(given.config, os.environ, options).instellingen
    logboek.dienst(instellingen.log.niveau, instellingen.log.vorm)
    dienst = maak_dienst(instellingen)

    def voorkant(poort: Procespoort, groep: ProcessGroup) -> Voorkant:
        return dienst.maak_voorkant(cast("Procespoort", Doing(poort)), groep)

    replace(dienst, maak_voorkant=voorkant).draai()


if __name__ == "__main__":
    main()

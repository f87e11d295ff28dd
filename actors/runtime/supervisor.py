"""The supervisor: makes the actors of every register, ties them together, and knows who stands still."""

from actors.runtime.berichten import (
    Adres,
    Deel,
    Kijk,
    StartLezer,
    StartRouter,
    StartSysteem,
    Storing,
    Storingen,
    Volgers,
    WaarIs,
)
from actors.runtime.kern import Kernen, Registerkern
from actors.runtime.levering import BekendmakerActor, ProjectorActor, TranslatorActor
from actors.runtime.registeractor import RegisterActor
from actors.runtime.router import RouterActor


class SupervisorActor(RegisterActor):
    """Top of the tree: per register a router, a bekendmaker, a projector and a translator per source."""

    def __init__(self) -> None:
        self._routers: dict[str, Adres] = {}
        self._lezers: list[Adres] = []
        self._storingen: dict[str, Storing] = {}

    def ontvang(self, bericht: object, afzender: Adres) -> None:
        """Start, hint everyone, say where a router is, or keep who reported trouble."""
        if isinstance(bericht, StartSysteem):
            if Deel.BESLISSEN in bericht.delen:
                self._start_routers(bericht.kernen, bericht.warm)
            self._start_lezers(bericht)
        elif isinstance(bericht, Kijk):
            self._storingen.clear()
            for lezer in self._lezers:
                self.send(lezer, Kijk())
        elif isinstance(bericht, WaarIs):
            self.send(afzender, self._routers.get(bericht.register))
        elif isinstance(bericht, Storing):
            self._storingen[bericht.naam] = bericht
        elif isinstance(bericht, Storingen):
            self.send(afzender, tuple(self._storingen.values()))
        else:
            super().ontvang(bericht, afzender)

    def _start_routers(self, kernen: Kernen, warm: int) -> None:
        for kern in kernen.values():
            self._routers[kern.naam] = self.createActor(RouterActor)
            self.send(self._routers[kern.naam], StartRouter(kern, warm))

    def _start_lezers(self, start: StartSysteem) -> None:
        kernen, delen = start.kernen, start.delen
        translators: dict[str, list[Adres]] = {naam: [] for naam in start.bronnen}
        if Deel.SIGNALEREN in delen:
            for kern in kernen.values():
                for bron in kern.bronnen():
                    if bron in start.bronnen:
                        translators[bron].append(self._translator(kern, start.bronnen[bron]))
        for kern in kernen.values():
            volgers = []
            if Deel.BEKENDMAKEN in delen:
                volgers.append(self._bekendmaker(kern, tuple(translators.get(kern.naam, ()))))
            if Deel.TABELLEN in delen:
                volgers.append(self._projector(kern))
            if Deel.SIGNALEREN in delen:
                volgers.append(self._herbeoordelaar(kern))
            if Deel.BESLISSEN in delen:
                self.send(self._routers[kern.naam], Volgers(tuple(volgers)))

    def _bekendmaker(self, kern: Registerkern, translators: tuple[Adres, ...]) -> Adres:
        start = StartLezer(f"{kern.naam}/bekendmaker", kern.bekendmaker.werk, kern.opslag.reopen_feed)
        bekendmaker = self._lezer(BekendmakerActor, start)
        self.send(bekendmaker, Volgers(translators))
        return bekendmaker

    def _projector(self, kern: Registerkern) -> Adres:
        start = StartLezer(f"{kern.naam}/projector", kern.projector.werk, kern.opslag.projecties.reopen)
        return self._lezer(ProjectorActor, start)

    def _herbeoordelaar(self, kern: Registerkern) -> Adres:
        werk, router = kern.herbeoordelaar.volgende, self._routers[kern.naam]
        return self._lezer(TranslatorActor, StartLezer(f"{kern.naam}/herbeoordelaar", werk, router=router))

    def _translator(self, kern: Registerkern, bron: Registerkern) -> Adres:
        werk = kern.signaalverwerker(bron).volgende
        naam = f"{kern.naam}/translator {bron.naam}"
        return self._lezer(TranslatorActor, StartLezer(naam, werk, router=self._routers[kern.naam]))

    def _lezer(self, soort: type, start: StartLezer) -> Adres:
        lezer = self.createActor(soort)
        self.send(lezer, start)
        self._lezers.append(lezer)
        return lezer

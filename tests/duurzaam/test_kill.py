"""SIGKILL at any moment, again and again: nothing acknowledged is lost, and nothing is done twice."""

import time
from collections import Counter
from itertools import islice
from pathlib import Path
from random import Random
from signal import SIGKILL

from actors.register.commando import Verwerking
from tests.duurzaam import werk
from tests.duurzaam.conftest import PER_DEEL
from tests.duurzaam.kind import Kind
from tests.duurzaam.stroom import Ronde, rondes
from tests.duurzaam.toets import achterstand, gelijk, keur, maak_af, ongestoord, uit_de_opslag
from tests.duurzaam.werk import Aangeboden, Erkend, InRust, Nagekeken

OVERAL = {"schrijfkant", "bekendmaker", "translator", "projector"}
_NAKIJKEN = 100  # how many of what was acknowledged a child offers again; at the end it is all of it


class Stroom:
    """What the children together did, as far as they could tell before they were killed."""

    def __init__(self, map_: Path, zaad: int) -> None:
        self._map = map_
        self._zaad = zaad
        self.ronde = 0
        self.aangeboden: Ronde = []
        self.erkend: dict[str, Verwerking] = {}
        self.geraakt = Counter[str]()

    def leef(self, leven: int, kans: Random) -> None:
        """One life: as much as fits in it until it is killed."""
        na_te_kijken = kans.sample(self.aangeboden, min(len(self.aangeboden), _NAKIJKEN))
        nog = kans.choice((0, 1, kans.randrange(20)))
        laatste: object = None
        with Kind(werk.ga_door, self._map, self._zaad, self.ronde, leven, na_te_kijken) as kind:
            kind.begin()
            berichten = kind.hoor()
            for laatste in islice(berichten, nog):
                self.onthoud(laatste, na_te_kijken)
            time.sleep(kans.random() * 0.05)
            kind.dood()
            for laatste in berichten:
                self.onthoud(laatste, na_te_kijken)
            assert kind.einde() == -SIGKILL, "it has no end of its own"
        if isinstance(laatste, Aangeboden):
            self.geraakt["schrijfkant"] += 1

    def onthoud(self, bericht: object, nagekeken: Ronde) -> None:
        """Take in what a child said; the same commando never gets another answer."""
        if isinstance(bericht, Nagekeken):
            uit_de_opslag(
                {a.id: self.erkend[a.id] for a in nagekeken},
                {a.id: u for a, u in zip(nagekeken, bericht.antwoorden, strict=True)},
            )
        elif isinstance(bericht, Erkend):
            for aangeboden, antwoord in zip(bericht.aangeboden, bericht.antwoorden, strict=True):
                if aangeboden.id not in self.erkend:
                    self.aangeboden.append(aangeboden)
                assert self.erkend.setdefault(aangeboden.id, antwoord) == antwoord
        elif isinstance(bericht, InRust):
            self.ronde = bericht.ronde + 1

    def keur(self) -> None:
        """Look at what lies there after a kill."""
        keur(self._map)
        self.geraakt.update(achterstand(self._map))


def test_nothing_acknowledged_is_lost_or_done_twice_however_often_it_is_killed(
    tmp_path: Path, zaad: int, deel: int
) -> None:
    """G1: at any moment, after any number of answers; the registers end as if nothing had happened."""
    kans = Random(f"kills/{zaad}/{deel}")
    stroom = Stroom(tmp_path, zaad + deel)
    leven = 0
    while leven < PER_DEEL or not stroom.geraakt.keys() >= OVERAL:
        leven += 1
        assert leven <= 4 * PER_DEEL, f"not every part of the work was hit: {stroom.geraakt}"
        stroom.leef(leven, kans)
        stroom.keur()
    verhaal = list(islice(rondes(zaad + deel), stroom.ronde + 1))
    antwoorden, einde = maak_af(tmp_path, verhaal, leven + 1)
    uit_de_opslag(stroom.erkend, antwoorden)
    gelijk(einde, ongestoord(verhaal))

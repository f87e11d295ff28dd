"""Datamap: the folder with the registers is of one user alone; who else can read it can read every person in it."""

import os
import stat
from pathlib import Path

from actors.runtime.logboek import maak_log

_VAN_ANDEREN = stat.S_IRWXG | stat.S_IRWXO
_BESLOTEN = 0o700

log = maak_log("toegang")


class OpenMap(Exception):
    """Others may get at the data folder and that cannot be put right here; the text says in Dutch what to do."""


def sluit_af(map_: Path) -> None:
    """See to it that only this user gets at the folder: made so, or closed with a warning. Raises OpenMap, OSError."""
    map_.mkdir(mode=_BESLOTEN, parents=True, exist_ok=True)
    stand = map_.stat()
    if stand.st_uid != os.geteuid():
        raise OpenMap(
            f"de map {map_} is van een andere gebruiker ({stand.st_uid}, dit proces is {os.geteuid()}); draai dit als"
            " die gebruiker, of noem een map daarin: die wordt dan besloten gemaakt"
        )
    if not stand.st_mode & _VAN_ANDEREN:
        return
    map_.chmod(_BESLOTEN)
    if map_.stat().st_mode & _VAN_ANDEREN:  # a file system without owners
        raise OpenMap(f"de map {map_} is niet af te sluiten voor anderen; noem een map op een schijf die rechten kent")
    log.warning("data.closed_off", folder=str(map_), mode=oct(stat.S_IMODE(stand.st_mode)))

"""Herbouw: the tables of a register built again from its journal, in another place than those in use.

The same journal gives the same rows, and the same of what each was before, byte for byte: encryption of personal
values is deterministic (AES-SIV). Only what was about someone whose key was destroyed since is written otherwise: it is
compared as it reads now.
"""

from collections.abc import Callable
from functools import partial

from actors.register.context import Context
from actors.verwerking.gevolgenverwerking import Projector, is_rij_van, tabelnamen
from actors.verwerking.leesstand import gelezen_tot
from actors.verwerking.parkeren import GEPARKEERD, Geparkeerd, Parkeerplaats
from actors.verwerking.serialisatie import Serialisatie
from storage.errors import StorageError
from storage.findings import Finding, Progress, no_progress
from storage.gevolgenstore import ZERO_HASH, ReaderPosition
from storage.opslag import Opslag
from storage.projectiestore import Change, Projectiestore
from storage.verify_tables import verify_table

_SLICE = 256


def herbouw(projector: Projector, tot: int, meld: Progress) -> None:
    """Let a projector go on from where its tables stand, up to and with position `tot`."""
    while (stand := projector.positie) < tot:
        projector.werk(min(_SLICE, tot - stand))
        meld("herbouw", projector.positie)


def bouw_ernaast(
    context: Context,
    opslag: Opslag,
    serialisatie: Serialisatie,
    meld: Progress = no_progress,
    meld_geparkeerd: Callable[[Geparkeerd], None] = lambda _geparkeerd: None,
) -> int:
    """Build all tables again beside those in use, and let them take their place at once; answers up to which position.

    Who reads meanwhile reads what is in use. Whom an official parked stays parked where he was; whom a table could not
    take is tried again, and `meld_geparkeerd` hears whom it cannot take now. Tables of which the register knows no more
    are dropped. Broken off, nothing has changed.
    """
    in_gebruik, ernaast = opslag.projecties, opslag.projecties.beside()
    namen = (*tabelnamen(context), GEPARKEERD)
    for naam in ernaast.projecties():
        ernaast.drop(naam)
    begin = ReaderPosition(opslag.gevolgen.store_id, 0, ZERO_HASH)
    plaats = Parkeerplaats(ernaast, serialisatie)
    for een in Parkeerplaats(in_gebruik, serialisatie).alle():
        if not een.fout:
            plaats.zet(een)
    ernaast.write([*(Change(naam, (), begin) for naam in namen), *plaats.wijzigingen(begin)])
    tot = opslag.gevolgen.head().position
    herbouw(Projector(context, opslag.gevolgen, ernaast, serialisatie, meld=meld_geparkeerd), tot, meld)
    in_gebruik.switch([*namen, *(naam for naam in in_gebruik.projecties() if naam not in namen)])
    return tot


def verschillen(
    context: Context, opslag: Opslag, serialisatie: Serialisatie, elders: Projectiestore, meld: Progress
) -> list[Finding]:
    """What in the tables in use is not what the journal gives; each is compared at the position where it stands.

    A table of another incarnation is left out: it is built again when the register is opened. So are the rows of an
    aggregate that is parked: they stand still. `elders` is an empty store for the tables that are built again. Raises
    AnderLogboek when a table does not follow this journal, StorageError when the journal cannot be read:
    `storage.verify` first.
    """

    def lezing(rij: bytes) -> object:
        try:
            return serialisatie.naar_bytes(serialisatie.van_bytes(rij))
        except (StorageError, TypeError, ValueError):
            return "geen rij", rij  # it was never written so

    gelezen = ((n, gelezen_tot(opslag.gevolgen, opslag.projecties.position(n))) for n in tabelnamen(context))
    standen = {naam: tot for naam, tot in gelezen if tot is not None}
    projector = Projector(context, opslag.gevolgen, elders, serialisatie)
    geparkeerd = list(Parkeerplaats(opslag.projecties, serialisatie).alle())
    gevonden: list[Finding] = []
    for tot in sorted(set(standen.values())):
        herbouw(projector, tot, meld)
        for naam in (naam for naam in standen if standen[naam] == tot):
            stil = [een for een in geparkeerd if een.projectie == naam]
            gevonden += verify_table(naam, opslag.projecties, elders, lezing, meld, partial(_staat_stil, stil))
    return gevonden


def _staat_stil(geparkeerd: list[Geparkeerd], sleutel: bytes) -> bool:
    """Whether this row is of an aggregate that is parked."""
    return any(is_rij_van(een, sleutel) for een in geparkeerd)

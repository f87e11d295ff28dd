"""Herbouw: the tables of a register built again from its journal, in another place than those in use.

The same journal gives the same rows, byte for byte: encryption of personal values is deterministic (AES-SIV). Only
what was about someone whose key was destroyed since is written otherwise: it is compared as it reads now.
"""

from functools import partial

from actors.register.context import Context
from actors.verwerking.gevolgenverwerking import Projector, is_rij_van, tabelnamen
from actors.verwerking.leesstand import gelezen_tot
from actors.verwerking.parkeren import Geparkeerd, Parkeerplaats
from actors.verwerking.serialisatie import Serialisatie
from storage.errors import StorageError
from storage.findings import Finding, Progress
from storage.opslag import Opslag
from storage.projectiestore import Projectiestore
from storage.verify_tables import verify_table

_SLICE = 256


def herbouw(projector: Projector, tot: int, meld: Progress) -> None:
    """Let a projector go on from where its tables stand, up to and with position `tot`."""
    while (stand := projector.positie) < tot:
        projector.werk(min(_SLICE, tot - stand))
        meld("herbouw", projector.positie)


def verschillen(
    context: Context, opslag: Opslag, serialisatie: Serialisatie, elders: Projectiestore, meld: Progress
) -> list[Finding]:
    """What in the tables in use is not what the journal gives; each is compared at the position where it stands.

    A table of another incarnation is left out: it is built again when the register is opened. So are the rows of an
    aggregate that is parked: they stand still. `elders` is an empty store for the tables that are built again. Raises
    AnderLogboek when a table does not follow this journal, StorageError when the journal cannot be read:
    `storage.verify` first.
    """

    def zelfde(bewaard: bytes, herbouwd: bytes) -> bool:
        try:
            return serialisatie.naar_bytes(serialisatie.van_bytes(bewaard)) == herbouwd
        except (StorageError, TypeError, ValueError):
            return False  # not a row that was ever written

    gelezen = ((n, gelezen_tot(opslag.gevolgen, opslag.projecties.position(n))) for n in tabelnamen(context))
    standen = {naam: tot for naam, tot in gelezen if tot is not None}
    projector = Projector(context, opslag.gevolgen, elders, serialisatie)
    geparkeerd = list(Parkeerplaats(opslag.projecties, serialisatie).alle())
    gevonden: list[Finding] = []
    for tot in sorted(set(standen.values())):
        herbouw(projector, tot, meld)
        for naam in (naam for naam in standen if standen[naam] == tot):
            stil = [een for een in geparkeerd if een.projectie == naam]
            gevonden += verify_table(naam, opslag.projecties, elders, zelfde, meld, partial(_staat_stil, stil))
    return gevonden


def _staat_stil(geparkeerd: list[Geparkeerd], sleutel: bytes) -> bool:
    """Whether this row is of an aggregate that is parked."""
    return any(is_rij_van(een, sleutel) for een in geparkeerd)

"""Whoever messes with files: damage `data.mdb` at seeded places, and let `gevolg verify` look each time.

Run as a program (map, seed, number of times), since damage that LMDB cannot stand ends the process that reads it. Says
what it is about to do before it does it, and what came of it as JSON.
"""

import json
import random
import sys
from collections.abc import Callable
from pathlib import Path

import lmdb
from typer.testing import CliRunner

from actors.cli.main import app

PAGINA = 4096

Rijen = dict[tuple[bytes, bytes], bytes]


def _byte(inhoud: bytearray, kans: random.Random) -> str:
    plaats = kans.randrange(len(inhoud))
    inhoud[plaats] ^= kans.randrange(1, 256)
    return f"byte {plaats}"


def _gebruikte_byte(inhoud: bytearray, kans: random.Random) -> str:
    plaats = kans.choice([n for n, waarde in enumerate(inhoud) if waarde])
    inhoud[plaats] ^= 1 << kans.randrange(8)
    return f"bit van byte {plaats}"


def _staart(inhoud: bytearray, kans: random.Random) -> str:
    rest = kans.randrange(len(inhoud))
    del inhoud[rest:]
    return f"alles na {rest}"


def _pagina(inhoud: bytearray, kans: random.Random) -> str:
    van, naar = (PAGINA * kans.randrange(len(inhoud) // PAGINA) for _ in range(2))
    inhoud[naar : naar + PAGINA] = inhoud[van : van + PAGINA]
    return f"pagina {naar // PAGINA} door {van // PAGINA}"


SCHADE: tuple[Callable[[bytearray, random.Random], str], ...] = (
    _byte,
    _gebruikte_byte,
    _gebruikte_byte,
    _staart,
    _pagina,
)


def zeg(regel: str) -> None:
    """Told at once: the next thing may end the process."""
    sys.stdout.write(regel + "\n")
    sys.stdout.flush()


def rijen(bestand: Path) -> Rijen:
    """All that is stored in one file."""
    alle: Rijen = {}
    with lmdb.open(str(bestand.parent), max_dbs=50, lib_version=0, readonly=True, lock=False) as env:
        with env.begin() as txn:
            namen = [naam for naam, _ in txn.cursor()]
        for naam in namen:
            database = env.open_db(naam, create=False)
            with env.begin() as txn:
                alle.update({(naam, sleutel): waarde for sleutel, waarde in txn.cursor(database)})
    return alle


def main() -> None:
    """Damage, look, repair; again."""
    data, zaad, keren = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    kans = random.Random(zaad)
    heel = {bestand: (bestand.read_bytes(), rijen(bestand)) for bestand in sorted(data.rglob("data.mdb"))}
    for _ in range(keren):
        bestand = kans.choice(list(heel))
        bytes_, stond_er = heel[bestand]
        inhoud = bytearray(bytes_)
        wat = kans.choice(SCHADE)(inhoud, kans)
        zeg(f"{bestand.relative_to(data)}: {wat}")
        bestand.write_bytes(inhoud)
        tabellen = ["--projecties"] if bestand.parent.name == "projecties" else []
        uitkomst = CliRunner().invoke(app, ["verify", "--data", str(data), *tabellen], prog_name="gevolg")
        anders: set[str] = set()
        if uitkomst.exit_code == 0:
            staat_er = rijen(bestand)
            plaatsen = {p for p in stond_er.keys() | staat_er.keys() if stond_er.get(p) != staat_er.get(p)}
            anders = {f"{bestand.parent.name}/{naam.decode()}" for naam, _ in plaatsen}
        zeg(json.dumps([uitkomst.exit_code, uitkomst.stdout, uitkomst.stderr, sorted(anders)]))
        bestand.write_bytes(bytes_)


if __name__ == "__main__":
    main()

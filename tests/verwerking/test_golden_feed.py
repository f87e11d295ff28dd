"""The stored shape of verstrekkingen is frozen too: a feed is kept for ever and never rendered again.

`tests/golden/verstrekkingen.txt` has a line per bekendmaking: its name, then the bytes of the first verstrekking of it
in Sam's purchase, in hex. A line is never changed: another shape is a new version of that bekendmaking, with its own
line. When a line is missing the test fails with the line to add.
"""

from pathlib import Path

from actors.runtime.systeem import RegisterSystem
from tests.wereld import auto, commando_id, huishouden, vaste_wereld

GOLDEN = Path(__file__).parent.parent / "golden" / "verstrekkingen.txt"


def eerste_van_elke_soort() -> dict[str, bytes]:
    """Register and bekendmaking → the bytes of its first verstrekking, in a world that always goes the same way."""
    gevonden: dict[str, bytes] = {}
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld(), versie="test") as registers:
        registers.verwerk(huishouden(), id=commando_id(1))
        registers.verwerk(auto(), id=commando_id(2))
        registers.wacht_op_rust()
        for naam, kern in registers._kernen.items():
            for verstrekking in kern.opslag.feed.read():
                bekendmaking = kern.serialisatie.van_bytes(verstrekking.content)["bekendmaking"]
                gevonden.setdefault(f"{naam}/{bekendmaking}", verstrekking.content)
    return gevonden


def bevroren() -> dict[str, bytes]:
    regels = GOLDEN.read_text().splitlines()
    return {naam: bytes.fromhex(cijfers) for naam, _, cijfers in (regel.partition(" ") for regel in regels)}


def test_every_bekendmaking_is_stored_in_the_bytes_that_were_frozen() -> None:
    oud = bevroren()
    for naam, inhoud in eerste_van_elke_soort().items():
        assert oud.get(naam) == inhoud, f"voeg toe aan {GOLDEN.name}:\n{naam} {inhoud.hex()}"


def test_every_verstrekking_that_was_ever_frozen_is_still_readable() -> None:
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld(), versie="test") as registers:
        for naam, inhoud in bevroren().items():
            register, _, bekendmaking = naam.partition("/")
            gelezen = registers._kernen[register].serialisatie.van_bytes(inhoud)
            assert gelezen["bekendmaking"] == bekendmaking

"""The stored shape of verstrekkingen is frozen too: a feed is kept for ever and never rendered again.

`tests/golden/verstrekkingen.txt` has a line per bekendmaking: its name, then the bytes of the first verstrekking of it
in Sam's purchase, in hex. A line is never changed: another shape is a new version of that bekendmaking, with its own
line. When a line is missing the test fails with the line to add. `leveringen.txt` has the same for the JSON in which
each is delivered: that must stay as it is too, or herleveren would give other bytes.
"""

import json
from pathlib import Path
from typing import Any

from actors.runtime.systeem import RegisterSystem
from actors.verwerking.herleveren import als_levering
from actors.verwerking.jsonvorm import json_bytes
from actors.verwerking.serialisatie import Serialisatie
from storage.feed_records import digest_of
from storage.sleutelbos_memory import MemorySleutelbos
from tests.wereld import auto, commando_id, huishouden, vaste_wereld

GOLDEN = Path(__file__).parent.parent / "golden" / "verstrekkingen.txt"
LEVERINGEN = GOLDEN.with_name("leveringen.txt")


def eerste_van_elke_soort() -> dict[str, tuple[bytes, str]]:
    """Register and bekendmaking → its first verstrekking, as stored and as delivered, in a world that never changes."""
    gevonden: dict[str, tuple[bytes, str]] = {}
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld(), versie="test") as registers:
        registers.verwerk(huishouden(), id=commando_id(1))
        registers.verwerk(auto(), id=commando_id(2))
        registers.wacht_op_rust()
        for naam, kern in registers._kernen.items():
            for v in registers.verstrekkingen(naam):
                bewaard = kern.opslag.feed.verstrekking(v["nummer"]).content
                geleverd = registers.herlever(v["referentie"]).inhoud.decode()
                gevonden.setdefault(f"{naam}/{v['bekendmaking']}", (bewaard, geleverd))
    return gevonden


def bevroren() -> dict[str, bytes]:
    regels = GOLDEN.read_text().splitlines()
    return {naam: bytes.fromhex(cijfers) for naam, _, cijfers in (regel.partition(" ") for regel in regels)}


def test_every_bekendmaking_is_stored_in_the_bytes_that_were_frozen() -> None:
    oud = bevroren()
    for naam, (inhoud, _) in eerste_van_elke_soort().items():
        assert oud.get(naam) == inhoud, f"voeg toe aan {GOLDEN.name}:\n{naam} {inhoud.hex()}"


def bevroren_leveringen() -> dict[str, str]:
    regels = LEVERINGEN.read_text(encoding="utf-8").splitlines()
    return {naam: inhoud for naam, _, inhoud in (regel.partition(" ") for regel in regels)}


def zonder_persoonlijk(deel: Any) -> Any:
    """As it reads for who has no keys."""
    if isinstance(deel, dict):
        persoonlijk = deel.keys() == {"betrokkene", "waarde"}
        return {n: None if persoonlijk and n == "waarde" else zonder_persoonlijk(w) for n, w in deel.items()}
    return [zonder_persoonlijk(lid) for lid in deel] if isinstance(deel, list) else deel


def test_every_bekendmaking_is_delivered_in_the_bytes_that_were_frozen() -> None:
    oud = bevroren_leveringen()
    for naam, (_, inhoud) in eerste_van_elke_soort().items():
        assert oud.get(naam) == inhoud, f"voeg toe aan {LEVERINGEN.name}:\n{naam} {inhoud}"


def test_every_verstrekking_that_was_ever_frozen_is_still_readable() -> None:
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld(), versie="test") as registers:
        for naam, inhoud in bevroren().items():
            register, _, bekendmaking = naam.partition("/")
            gelezen = registers._kernen[register].serialisatie.van_bytes(inhoud)
            assert gelezen["bekendmaking"] == bekendmaking


def test_every_verstrekking_that_was_ever_frozen_is_delivered_as_it_was() -> None:
    leveringen = bevroren_leveringen()
    assert leveringen.keys() == bevroren().keys()
    for naam, bewaard in bevroren().items():
        register = naam.partition("/")[0]
        verwacht = zonder_persoonlijk(json.loads(leveringen[naam]))
        inhoud = Serialisatie(register, MemorySleutelbos(register)).van_bytes(bewaard)
        assert verwacht["digest"] == digest_of(bewaard).hex()
        assert als_levering(verwacht["referentie"], verwacht["digest"], inhoud) == json_bytes(verwacht)

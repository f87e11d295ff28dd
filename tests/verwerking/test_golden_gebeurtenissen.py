"""What others get as events, and how abonnementen are kept, is frozen: a line is never changed.

`tests/golden/gebeurtenissen.txt` has a line per bekendmaking: its name, then its first event in Sam's purchase. What
another shape would break is not ours: it is a new version, with its own line. `abonnementen.txt` has
the bytes of an abonnement; a new form keeps reading the old.
"""

from actors.daemon.abonnementen.abonnement import Ritme, naar_bytes, van_bytes
from actors.runtime.systeem import RegisterSystem
from actors.verwerking.gebeurtenis import Gebeurtenis, als_structured, lees_gebeurtenissen
from actors.verwerking.gebeurtenisstroom import Afzender, keus_voor
from tests.daemon.abonnementen.test_abonnement import NU, abonnement
from tests.docs.bladen import ROOT
from tests.wereld import auto, commando_id, huishouden, vaste_wereld

GEBEURTENISSEN = ROOT / "tests" / "golden" / "gebeurtenissen.txt"
ABONNEMENTEN = GEBEURTENISSEN.with_name("abonnementen.txt")


def bevroren(tekst: str) -> dict[str, str]:
    return {naam: inhoud for naam, _, inhoud in (regel.partition(" ") for regel in tekst.splitlines())}


def test_every_bekendmaking_goes_out_as_the_event_that_was_frozen() -> None:
    oud = bevroren(GEBEURTENISSEN.read_text(encoding="utf-8"))
    gezien = set()
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld(), versie="test") as registers:
        registers.verwerk(huishouden(), id=commando_id(1))
        registers.verwerk(auto(), id=commando_id(2))
        registers.wacht_op_rust()
        for register in registers.registers:
            for voor in (register, "betrokkene/sam", "betrokkene/huishouden-1"):
                for stuk in registers.gebeurtenisstroom(register, Afzender()).na(0, keus_voor(register, voor)):
                    naam = stuk.gebeurtenis.attributen["type"]
                    if naam not in gezien:
                        gezien.add(naam)
                        nu = als_structured(stuk.gebeurtenis).decode()
                        assert oud.get(naam) == nu, f"voeg toe aan {GEBEURTENISSEN.name}:\n{naam} {nu}"
    assert len(gezien) == 7


def test_every_event_that_was_ever_frozen_is_still_readable() -> None:
    for inhoud in bevroren(GEBEURTENISSEN.read_text(encoding="utf-8")).values():
        [een] = lees_gebeurtenissen({"content-type": "application/cloudevents+json"}, inhoud.encode())
        assert isinstance(een, Gebeurtenis)
        assert als_structured(een).decode() == inhoud


def test_an_abonnement_is_kept_in_the_bytes_that_were_frozen() -> None:
    oud = bevroren(ABONNEMENTEN.read_text(encoding="utf-8"))
    for naam, een in (("nieuw", abonnement()), ("mislukt", abonnement().mislukt(NU, "500", Ritme(), 0.5, 60))):
        assert oud.get(naam) == naar_bytes(een).hex(), (
            f"voeg toe aan {ABONNEMENTEN.name}:\n{naam} {naar_bytes(een).hex()}"
        )
        assert van_bytes(bytes.fromhex(oud[naam])) == een

"""An abonnement that stopped is a taak in `gevolg taken` too, read from its store beside whoever serves it."""

import json
from pathlib import Path

from actors.daemon.abonnementen.abonnement import Ritme, Status, naar_bytes
from actors.runtime.systeem import RegisterSystem
from storage.opslag import open_abonnementen
from tests.cli.conftest import Gevolg
from tests.daemon.abonnementen.test_abonnement import NU, abonnement
from tests.wereld import auto


def test_what_could_not_be_delivered_is_shown_with_what_else_waits(gevolg: Gevolg, tmp_path: Path) -> None:
    data = tmp_path / "data"
    with RegisterSystem.open(data) as registers:
        registers.verwerk(auto())
        registers.wacht_op_rust()
    vooraf = json.loads(gevolg("taken", "wegonderhoud", "--data", data, "--json").stdout)
    assert (vooraf["inhoud"], vooraf["volledig"]) == ([], True)
    gestopt = abonnement()
    while gestopt.status is not Status.GESTOPT:
        gestopt = gestopt.mislukt(gestopt.volgende_poging or NU, "de ontvanger antwoordde met 500", Ritme(), 0.5)
    store = open_abonnementen(data, "wegonderhoud")
    store.put(gestopt.id, naar_bytes(gestopt))
    store.put("a2", naar_bytes(abonnement(id="a2")))
    store.close()
    uitkomst = gevolg("taken", "wegonderhoud", "--data", data, "--json")
    assert uitkomst.exit_code == 0
    antwoord = json.loads(uitkomst.stdout)
    [taak] = antwoord["inhoud"]
    assert (taak["aggregaat"], taak["onderwerp"], taak["taak"]) == ("abonnement", ["a1"], True)
    assert antwoord["herhaaltoken"] is None
    assert "whsec_" not in uitkomst.stdout
    tekst = gevolg("taken", "wegonderhoud", "--data", data).stdout
    assert "niets meer bezorgd (de ontvanger antwoordde met 500)" in " ".join(tekst.split())

"""Vernietigen en wissen: the record of it. Whoever commits that record destroys the key right after it."""

from actors.register.commando import NietVerwerkt, Voorstel
from actors.register.gevolg import Wijziging
from actors.register.staat import Staat
from actors.register.vernietiging import Vernietiging
from actors.verwerking import namen
from actors.verwerking.generiek.commandos import VernietigPersoonsgegevens, WisPersoonsgegevens

_Uitslag = tuple[Voorstel, ...] | NietVerwerkt


def wis(staat: Staat, commando: WisPersoonsgegevens) -> _Uitslag:
    """On request of the betrokkene (AVG 17)."""
    return _vernietigd(staat, namen.GEWIST, Wijziging.WISSEN, commando.betrokkene_id, commando.toelichting)


def vernietig(staat: Staat, commando: VernietigPersoonsgegevens) -> _Uitslag:
    """After the retention period."""
    toelichting = f"bewaartermijn verstreken op {commando.bewaartermijn_tot.isoformat()}: {commando.toelichting}"
    return _vernietigd(staat, namen.VERNIETIGD, Wijziging.VERNIETIGEN, commando.betrokkene_id, toelichting)


def _vernietigd(staat: Staat, naam: str, soort: Wijziging, betrokkene: str, toelichting: str) -> _Uitslag:
    if staat.volgnummer:
        return NietVerwerkt("betrokkene_al_gewist", "de gegevens van deze betrokkene zijn al eerder vernietigd")
    return (Voorstel(naam, soort, inhoud=Vernietiging(betrokkene, toelichting)),)

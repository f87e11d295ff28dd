"""What parkeervergunning accepts: which claims a commando asserts, or why it is not processed."""

from actors.register.claim import Bewering
from actors.register.commando import NietVerwerkt, Voorstel
from actors.register.gevolg import Wijziging
from actors.register.persoonsgegeven import Persoonsgegeven
from actors.register.staat import Staat

from .commandos import VraagVergunningAan


def vraag_vergunning_aan(staat: Staat, commando: VraagVergunningAan) -> tuple[Voorstel, ...] | NietVerwerkt:
    """What the applicant says holds from the day he asks it for."""
    vergunning = (commando.auto_id, commando.vergunning_id)
    if staat.claim(vergunning, "aanvrager"):
        return NietVerwerkt("vergunning_bekend", "deze vergunning is al aangevraagd; gebruik een nieuw kenmerk")
    gezegd = {
        "aanvrager": commando.aanvrager,
        "aanvrager_naam": Persoonsgegeven(commando.aanvrager, commando.aanvrager_naam),
        "zone": commando.zone,
    }
    beweringen = tuple(Bewering(vergunning, gegeven, waarde, commando.vanaf) for gegeven, waarde in gezegd.items())
    return (Voorstel("VergunningAangevraagd", Wijziging.REGISTREREN, beweringen),)

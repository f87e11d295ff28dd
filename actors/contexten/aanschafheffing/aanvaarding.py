"""What aanschafheffing accepts: which claims a commando asserts, or why it is not processed."""

from actors.contexten.aanschafheffing.commandos import RegistreerBetaling
from actors.register.claim import Bewering
from actors.register.commando import NietVerwerkt, Voorstel
from actors.register.gevolg import Wijziging
from actors.register.staat import Staat


def registreer_betaling(staat: Staat, commando: RegistreerBetaling) -> tuple[Voorstel, ...] | NietVerwerkt:
    """A payment holds from the day it came in; it is kept also when no levy is known to which it belongs."""
    onderwerp = (commando.auto_id, commando.aanschaf_id, commando.betaling_id)
    if staat.claim(onderwerp, "bedrag_eurocent"):
        return NietVerwerkt("betaling_bekend", "deze betaling is al geregistreerd; corrigeer haar als zij fout is")
    bedrag = Bewering(onderwerp, "bedrag_eurocent", commando.bedrag_eurocent, commando.ontvangen_op)
    return (Voorstel("BetalingOntvangen", Wijziging.REGISTREREN, (bedrag,)),)

"""What spitspas accepts: which claims a commando asserts, or why it is not processed."""

from actors.contexten.spitspas.commandos import RegistreerHuishouden, WijzigHuishoudsamenstelling
from actors.register.claim import Bewering
from actors.register.commando import NietVerwerkt, Voorstel
from actors.register.gevolg import Wijziging
from actors.register.staat import Staat


def registreer_huishouden(staat: Staat, commando: RegistreerHuishouden) -> tuple[Voorstel, ...] | NietVerwerkt:
    """A household with its first members."""
    if staat.heeft_claims:
        return NietVerwerkt(
            "huishouden_bekend", "dit huishouden is al geregistreerd; gebruik WijzigHuishoudsamenstelling"
        )
    personen = [lid.persoon_id for lid in commando.leden]
    if len(set(personen)) != len(personen):
        return NietVerwerkt("lid_dubbel", "iedere volwassene kan één keer lid zijn; noem elk persoon_id één keer")
    leden = tuple(
        Bewering((commando.huishouden_id, lid.persoon_id), "lid", waarde=True, vanaf=lid.vanaf)
        for lid in commando.leden
    )
    return (Voorstel("HuishoudenGeregistreerd", Wijziging.REGISTREREN, leden),)


def wijzig_huishoudsamenstelling(
    staat: Staat, commando: WijzigHuishoudsamenstelling
) -> tuple[Voorstel, ...] | NietVerwerkt:
    """Joining and leaving are claims that begin on their day; the one that begins last applies from there."""
    if not staat.heeft_claims:
        return NietVerwerkt(
            "huishouden_onbekend", "dit huishouden is hier niet geregistreerd; gebruik RegistreerHuishouden"
        )
    huishouden = commando.huishouden_id
    gewijzigd = [(lid.persoon_id, lid.vanaf, True) for lid in commando.toetredingen]
    gewijzigd += [(lid.persoon_id, lid.vanaf, False) for lid in commando.vertrekken]
    if not gewijzigd:
        return NietVerwerkt("niets_te_wijzigen", "noem ten minste één toetreding of vertrek")
    if len({(persoon, vanaf) for persoon, vanaf, _ in gewijzigd}) != len(gewijzigd):
        return NietVerwerkt("lid_dubbel", "iemand kan op één dag één keer toetreden of vertrekken")
    for persoon, _, lid in gewijzigd:
        if not lid and staat.claim((huishouden, persoon), "lid") is None:
            return NietVerwerkt("lid_onbekend", f"{persoon} is nooit lid geweest van dit huishouden")
    beweringen = tuple(
        Bewering((huishouden, persoon), "lid", waarde=lid, vanaf=vanaf) for persoon, vanaf, lid in gewijzigd
    )
    return (Voorstel("HuishoudsamenstellingGewijzigd", Wijziging.WIJZIGEN, beweringen),)

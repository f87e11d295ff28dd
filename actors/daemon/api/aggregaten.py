"""The aggregates of a register as resources (`/autos/{id}`), and how one is found by its natural key."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from actors.daemon.api import vragen
from actors.daemon.api.balie import lees_object
from actors.daemon.api.bewerking import Antwoordend, Bewerking, Verzoek, Vorm, json_antwoord
from actors.daemon.api.problemen import foute_invoer
from actors.daemon.api.rijen import Rijen, rijbewerkingen
from actors.daemon.api.schemanamen import meervoud, pascal
from actors.daemon.api.veldnamen import naar_camel
from actors.daemon.dataverwerking.betrokkenen import Betrokkene, Kring
from actors.daemon.dataverwerking.lezingen import over_wie
from actors.register.claim import Gegeven
from actors.register.context import Aggregaatsoort, Context
from actors.register.projectie import Projectie
from actors.runtime.lezing import Registerlezing
from actors.verwerking.contract import past
from actors.verwerking.jsonvorm import json_bytes

_JSON = "application/json"


def eigen_tabel(context: Context, soort: Aggregaatsoort) -> Projectie | None:
    """The table that stands for the aggregates of a kind: of its own name, else the first with a row for each."""
    per_stuk = [
        p
        for p in context.projecties
        if p.aggregaat == soort.naam and p.over == 1 and p.ranglijst is None and p.betrokkene is None
    ]
    return next((p for p in per_stuk if p.naam == soort.naam), next(iter(per_stuk), None))


def sleutels_van(soort: Aggregaatsoort) -> tuple[Gegeven, ...]:
    """The gegevens that are a natural key."""
    return tuple(gegeven for gegeven in soort.gegevens if gegeven.sleutel is not None)


class _Gevonden(NamedTuple):
    aggregaat: str
    id: str


@over_wie.register(_Gevonden)
def _gevonden(gelezen: _Gevonden, kring: Kring, register: str) -> tuple[Betrokkene, ...]:
    return kring.van_aggregaat(register, gelezen.aggregaat, gelezen.id)


@dataclass(frozen=True, slots=True)
class Zoeker:
    """Finds aggregates of one kind by what is personal: in the body, never in the URI."""

    soort: Aggregaatsoort
    tabel: Projectie

    async def zoek(self, verzoek: Verzoek) -> Antwoordend:
        """The aggregate that has all keys in the body: for who sees these keys in its table, or all there is."""
        vragen.eis_tabel(verzoek, self.tabel)
        if not {gegeven.naam for gegeven in sleutels_van(self.soort)} <= set(map(str, self.tabel.kolommen.values())):
            verzoek.eis_zelf(f"zoeken in {self.tabel.opslagnaam}")
        gegevens = await lees_object(verzoek)
        bekend = {gegeven.naam: gegeven for gegeven in sleutels_van(self.soort)}
        fouten = [f"{naar_camel(naam)}: is hier geen sleutel" for naam in gegevens if naam not in bekend]
        for naam, waarde in gegevens.items():
            if naam in bekend:
                fouten += [
                    f"{naar_camel(naam)}: {fout.partition(': ')[2]}" for fout in self._fouten(bekend[naam], waarde)
                ]
        if not gegevens:
            fouten.append(f"inhoud: noem ten minste een van {', '.join(map(naar_camel, bekend))}")
        if fouten:
            raise foute_invoer(fouten)

        def zoek(lezing: Registerlezing) -> _Gevonden | None:
            id_ = lezing.zoek(verzoek.register, self.soort.naam, gegevens)
            return None if id_ is None else _Gevonden(self.soort.naam, id_)

        gevonden = await verzoek.lees(zoek)
        uit = [] if gevonden is None else [self._gevonden(verzoek, gevonden.id)]
        return json_antwoord(json_bytes({"gevonden": uit}))

    def _fouten(self, gegeven: Gegeven, waarde: Any) -> tuple[str, ...]:
        return past(gegeven.soort or str, waarde)

    def _gevonden(self, verzoek: Verzoek, id_: str) -> dict[str, Any]:
        return {"id": id_, "_links": {"self": {"href": verzoek.url(meervoud(self.soort), id_)}}}


def aggregaatbewerkingen(context: Context, soort: Aggregaatsoort) -> tuple[Bewerking, ...]:
    """The operations on the aggregates of one kind; none when no table has a row for each."""
    tabel = eigen_tabel(context, soort)
    if tabel is None:
        return ()
    pad, groep = f"/{meervoud(soort)}", pascal(soort.naam)
    lezen = rijbewerkingen(context, Rijen(tabel, soort.naam), pad, groep, groep)
    if not sleutels_van(soort):
        return lezen
    zoek = Bewerking(
        methode="POST",
        pad=f"{pad}/_zoek",
        id=f"zoek{pascal(meervoud(soort))}",
        groep=groep,
        samenvatting=f"Zoek een {soort.naam} op een eigen gegeven",
        omschrijving="Zoekt op een persoonsgegeven; dat staat in het verzoek en nooit in een adres.",
        doe=Zoeker(soort, tabel).zoek,
        verzoek={_JSON: {"$ref": f"#/components/schemas/{groep}Zoekvraag"}},
        antwoorden={
            200: Vorm("Wat is gevonden; leeg als er niets is.", {_JSON: {"$ref": "#/components/schemas/Zoekresultaat"}})
        },
        fouten=(400, 403, 413, 415, 503),
    )
    return (*lezen, zoek)

"""One aggregate of a register as an actor: judges its commando's one by one, on its state in memory."""

from typing import Any

from actors.register.commando import Mislukt, NietVerwerkt, Verwerking, Verwerkt
from actors.register.staat import Staat
from actors.runtime.berichten import Adres, Opname, StartAggregaat, Vergeet, Verwerk
from actors.runtime.kern import Registerkern
from actors.runtime.registeractor import Falen, RegisterActor
from actors.verwerking.commandoverwerking import Besluitvorming
from actors.verwerking.standen import vouw
from storage.codec import pack, unpack
from storage.errors import ClockBehind, KeyDestroyed, StorageError, StorageFull
from storage.gevolgenstore import Entry, Outcome

ID_HERGEBRUIKT = NietVerwerkt(
    "commando_id_hergebruikt",
    "onder dit commando-id is eerder iets anders aangeboden; bied dit aan onder een nieuw id",
)
BETROKKENE_GEWIST = NietVerwerkt(
    "betrokkene_gewist",
    "de sleutel van een betrokkene is vernietigd; leg over hem niets meer vast, of gebruik een nieuwe verwijzing",
)
OPNIEUW = "de software faalde, de uitkomst is onbekend; bied hetzelfde commando onder hetzelfde id opnieuw aan"
KLOK = (
    "de klok loopt achter op wat al is vastgelegd, er is niets gebeurd; laat haar gelijkzetten en bied hetzelfde onder"
    " hetzelfde id opnieuw aan"
)


def mislukt(referentie: str, fout: Exception | None = None) -> Mislukt:
    """The answer when the software failed."""
    toelichting = KLOK if isinstance(fout, ClockBehind) else OPNIEUW
    oorzaak = str(fout) if isinstance(fout, StorageError) else ""
    return Mislukt(referentie, toelichting, vol=isinstance(fout, StorageFull), oorzaak=oorzaak)


class AggregateActor(RegisterActor):
    """One aggregate: its state in memory, its commando's one by one."""

    _kern: Registerkern
    _naam: str
    _journaal: Adres

    def __init__(self) -> None:
        self._staat: Staat | None = None
        self._gefaald: Mislukt | None = None
        self._gefaald_in = -1
        self._aangenomen_in = -1

    def ontvang(self, bericht: Any, afzender: Adres) -> None:
        """Judge a commando against the state so far; what it comes to goes to the journal."""
        if isinstance(bericht, Verwerk):
            self.send(self._journaal, self._verwerk(bericht))
        elif isinstance(bericht, Vergeet):
            self._staat = None
        elif isinstance(bericht, StartAggregaat):
            self._kern, self._naam, self._journaal = bericht.kern, bericht.naam, bericht.journaal
        else:
            super().ontvang(bericht, afzender)

    def _verwerk(self, verwerk: Verwerk) -> Opname:
        antwoord = self._zonder_oordeel(verwerk)
        if antwoord is not None:
            return self._opname(verwerk, antwoord)
        try:
            return self._beoordeel(verwerk)
        except KeyDestroyed:
            self._staat = None  # it may hold what was destroyed since; the journal does not
        if self._aangenomen_in == verwerk.beurt:
            # Nor does the journal hold yet what this turn accepted: the rest of it has to be offered again.
            self._gefaald_in, self._gefaald = verwerk.beurt, mislukt(self.nieuwe_referentie())
            return self._opname(verwerk, self._gefaald)
        try:
            return self._beoordeel(verwerk)
        except KeyDestroyed:
            self._staat = None
            return self._niet_verwerkt(verwerk, BETROKKENE_GEWIST)

    def _zonder_oordeel(self, verwerk: Verwerk) -> Verwerking | None:
        """The answer that needs no judgement: the turn failed, the id is known, or the aggregate is not as expected."""
        kern, aangeboden = self._kern, verwerk.aangeboden
        if self._gefaald is not None and self._gefaald_in == verwerk.beurt:
            return self._gefaald
        eerder = kern.opslag.gevolgen.outcome(verwerk.sleutel)
        if eerder is not None:
            zelfde = eerder.digest == verwerk.digest
            return lees_antwoord(kern, aangeboden.id, eerder) if zelfde else ID_HERGEBRUIKT
        if aangeboden.verwacht is not None and aangeboden.verwacht != self._actief().volgnummer:
            return self._gewijzigd()
        return None

    def _gewijzigd(self) -> NietVerwerkt:
        """The answer to who expected another volgnummer; it is not kept, so that he may offer it anew."""
        return NietVerwerkt(
            "aggregaat_gewijzigd",
            f"{self._naam} staat op volgnummer {self._actief().volgnummer}, en dat werd niet verwacht; lees het opnieuw"
            " en kijk of het commando nog klopt",
        )

    def _beoordeel(self, verwerk: Verwerk) -> Opname:
        kern = self._kern
        uitslag = kern.overwerking.verwerk(self._actief(), verwerk.aangeboden, kern.sleutelhouder)
        if isinstance(uitslag, NietVerwerkt):
            return self._niet_verwerkt(verwerk, uitslag)
        return self._verwerkt(verwerk, uitslag)

    def _niet_verwerkt(self, verwerk: Verwerk, waarom: NietVerwerkt) -> Opname:
        antwoord = pack([waarom.regel, waarom.toelichting, list(waarom.fouten)])
        entry = Entry(verwerk.sleutel, verwerk.digest, self._naam, 0, None, 0, antwoord)
        return self._opname(verwerk, waarom, entry)

    def _verwerkt(self, verwerk: Verwerk, besluit: Besluitvorming) -> Opname:
        kern, commando_id, t = self._kern, verwerk.aangeboden.id, besluit.transactie
        if t is None:
            entry = Entry(verwerk.sleutel, verwerk.digest, self._naam, 0, None, 0)
            return self._opname(verwerk, Verwerkt(commando_id, 0, None, ()), entry)
        inhoud = kern.serialisatie.encodeer(t)
        self._aangenomen_in = verwerk.beurt
        if t.volgnummer == 1 and kern.schrijft_aan_aggregaat(t.aggregaat):
            kern.serialisatie.zorg_voor_sleutel(t.aggregaat_id)
        sleutels = tuple((kern.digest(s), self._naam if neemt else None) for s, neemt in besluit.sleutels)
        kern.gereserveerd.update(sleutels)
        aantal = len(t.gevolgen)
        entry = Entry(verwerk.sleutel, verwerk.digest, self._naam, t.volgnummer, inhoud, aantal, sleutels=sleutels)
        gevolgen = tuple((g.id, g.naam) for g in t.gevolgen)
        return self._opname(verwerk, Verwerkt(commando_id, 0, None, gevolgen), entry)

    def _opname(self, verwerk: Verwerk, antwoord: Verwerking, entry: Entry | None = None) -> Opname:
        return Opname(verwerk.beurt, verwerk.plaats, self._naam, antwoord, entry)

    def _actief(self) -> Staat:
        """The state, folded from its own stream alone when it is not in memory."""
        if self._staat is None:
            gevolgen = self._kern.opslag.gevolgen
            if self._kern.overwerking.onthoudt(self._naam.partition("/")[0]):
                self._staat = vouw(gevolgen, self._kern.serialisatie, self._naam)
            else:
                self._staat = Staat()
                self._staat.volgnummer = gevolgen.last_volgnummer(self._naam)
        return self._staat

    def bij_storing(self, falen: Falen) -> None:
        """Drop the half-changed state; the rest of this turn cannot be judged on it either."""
        self._staat = None
        if isinstance(falen.bericht, Verwerk):
            self._gefaald_in, self._gefaald = falen.bericht.beurt, mislukt(falen.referentie, falen.fout)
            self.send(self._journaal, self._opname(falen.bericht, self._gefaald))


def lees_antwoord(kern: Registerkern, commando_id: str, bewaard: Outcome) -> Verwerkt | NietVerwerkt:
    """The answer that was given to a commando before, from the store."""
    if bewaard.answer:
        regel, toelichting, fouten = unpack(bewaard.answer)
        return NietVerwerkt(regel, toelichting, tuple(fouten))
    if not bewaard.position:
        return Verwerkt(commando_id, 0, None, (), uit_opslag=True)
    transactie = kern.serialisatie.decodeer(kern.opslag.gevolgen.record(bewaard.position))
    gevolgen = tuple((g.id, g.naam) for g in transactie.gevolgen)
    return Verwerkt(commando_id, transactie.positie, transactie.geregistreerd_op, gevolgen, uit_opslag=True)

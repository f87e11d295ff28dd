"""Uitlegvraag: which uitleg answers a question about a row of a table, or about one gevolg, as known at some moment."""

from collections.abc import Sequence
from datetime import date, datetime

from actors.register.claim import gevolg_van
from actors.register.context import Context
from actors.register.gevolg import Afleiding, Transactie
from actors.register.projectie import Eigen, Kolom, Projectie, Restant, UitInvoer
from actors.register.staat import Staat
from actors.register.tijdlijnen import Ontbreekt, stuk_op
from actors.verwerking.rijen import is_rij, kolomlijn
from actors.verwerking.serialisatie import Serialisatie
from actors.verwerking.uitleg import GeenUitleg, Uitleg, leg_uit, leg_wachten_uit
from storage.gevolgenstore import Gevolgenstore


class Uitlegvraag:
    """Asks the journal of one register."""

    def __init__(self, context: Context, store: Gevolgenstore, serialisatie: Serialisatie) -> None:
        self._context = context
        self._store = store
        self._serialisatie = serialisatie

    def van_gevolg(self, aggregaat: str, aggregaat_id: str, gevolg_id: str, op: datetime | None = None) -> Uitleg:
        """The uitleg of one gevolg of an aggregate, as known at a moment (None: now). Raises GeenUitleg."""
        return leg_uit(self._context, self._stroom(aggregaat, aggregaat_id, op), gevolg_id)

    def van_cel(
        self, projectie: Projectie, sleutel: tuple[str, ...], kolom: str | None, dag: date, op: datetime | None = None
    ) -> Uitleg:
        """The uitleg of what a column (None: the besluit) of a row says on a day. Raises GeenUitleg."""
        naam = kolom or self._besluit(projectie)
        if naam not in projectie.kolommen:
            raise GeenUitleg(f"{projectie.naam} heeft geen kolom {naam!r}; er zijn: {', '.join(projectie.kolommen)}")
        if len(sleutel) != projectie.over:
            raise GeenUitleg(f"een rij van {projectie.naam} heeft een sleutel van {projectie.over} delen; noem ze alle")
        stroom = self._stroom(projectie.aggregaat, sleutel[0], op)
        staat = Staat()
        for transactie in stroom:
            staat.pas_transactie_toe(transactie)
        beeld, kolom_van = staat.beeld(), projectie.kolommen[naam]
        stuk = stuk_op(kolomlijn(beeld, sleutel, kolom_van), dag) if is_rij(projectie, beeld, sleutel) else None
        if stuk is None or isinstance(stuk.waarde, Ontbreekt):
            return leg_wachten_uit(self._context, stroom, sleutel, _gegeven(kolom_van), dag)
        gevolg_id = gevolg_van(stuk.claim)
        afgeleid = {g.id for transactie in stroom for g in transactie.gevolgen if isinstance(g.inhoud, Afleiding)}
        if gevolg_id not in afgeleid:
            raise GeenUitleg(
                f"{naam} is hier niet besloten of berekend, maar vastgelegd of overgenomen;"
                " bekijk waar het vandaan komt met `gevolg gevolgen`"
            )
        return leg_uit(self._context, stroom, gevolg_id)

    def _stroom(self, aggregaat: str, aggregaat_id: str, op: datetime | None) -> Sequence[Transactie]:
        """The transacties of an aggregate that were recorded by then, oldest first."""
        alle = map(self._serialisatie.decodeer, self._store.read_stream(f"{aggregaat}/{aggregaat_id}"))
        return [t for t in alle if op is None or (t.geregistreerd_op is not None and t.geregistreerd_op <= op)]

    def _besluit(self, projectie: Projectie) -> str:
        """The last column with a besluit; without one the last with a calculation."""
        regels = {regel.geeft: regel.besluit for regel in self._context.aggregaat(projectie.aggregaat).regels}
        eigen = {naam: van for naam, van in projectie.kolommen.items() if isinstance(van, str | Eigen)}
        kolommen = [naam for naam, van in eigen.items() if _gegeven(van) in regels]
        besluiten = [naam for naam in kolommen if regels[_gegeven(eigen[naam])]]
        if not kolommen:
            raise GeenUitleg(f"in {projectie.naam} staat geen besluit of berekening; noem een andere projectie")
        return (besluiten or kolommen)[-1]


def _gegeven(van: Kolom) -> str:
    """The gegeven that a column is about."""
    if isinstance(van, str):
        return van
    if isinstance(van, UitInvoer):
        return van.besluit
    return van.van if isinstance(van, Restant) else van.gegeven

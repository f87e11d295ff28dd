"""Uitlegvraag: which uitleg answers a question about a row of a table, or about one gevolg, as known at some moment."""

from collections.abc import Sequence
from datetime import date, datetime

from actors.register.claim import gevolg_van
from actors.register.context import Context
from actors.register.gevolg import Afleiding, Transactie
from actors.register.projectie import Eigen, Kolom, Projectie, Restant, UitInvoer
from actors.verwerking.lezen import Lezer
from actors.verwerking.serialisatie import Serialisatie
from actors.verwerking.uitleg import GeenUitleg, Uitleg, leg_uit, leg_wachten_uit
from actors.verwerking.woorden import lokale_dag
from storage.gevolgenstore import Gevolgenstore


class Uitlegvraag:
    """Asks one register: which claim stands in a row its `lezer` knows, why its journal."""

    def __init__(self, context: Context, store: Gevolgenstore, serialisatie: Serialisatie, lezer: Lezer) -> None:
        self._context = context
        self._store = store
        self._serialisatie = serialisatie
        self._lezer = lezer

    def van_gevolg(
        self, aggregaat: str, aggregaat_id: str, gevolg_id: str, beschikbaar_op: date | datetime | None = None
    ) -> Uitleg:
        """The uitleg of one gevolg of an aggregate, as known at a moment (None: now). Raises GeenUitleg."""
        tot = None if beschikbaar_op is None else self._lezer.positie_op(beschikbaar_op)
        return leg_uit(self._context, self._stroom(aggregaat, aggregaat_id, tot), gevolg_id)

    def van_cel(
        self,
        projectie: Projectie,
        sleutel: tuple[str, ...],
        kolom: str | None,
        geldig_op: date | datetime | None = None,
        beschikbaar_op: date | datetime | None = None,
    ) -> Uitleg:
        """The uitleg of what a column (None: the besluit) of a row says; moments as a `Lezer` takes them.

        Raises GeenUitleg, and what a question for that row raises.
        """
        naam = kolom or self._besluit(projectie)
        if naam not in projectie.kolommen:
            raise GeenUitleg(f"{projectie.naam} heeft geen kolom {naam!r}; er zijn: {', '.join(projectie.kolommen)}")
        if len(sleutel) != projectie.over:
            raise GeenUitleg(f"een rij van {projectie.naam} heeft een sleutel van {projectie.over} delen; noem ze alle")
        momenten = self._lezer.rij(projectie, sleutel, geldig_op, beschikbaar_op).momenten
        claim = self._lezer.claims(projectie, sleutel, momenten.geldig_op, momenten).get(naam)
        stroom = self._stroom(projectie.aggregaat, sleutel[0], momenten.positie)
        if claim is None:
            return leg_wachten_uit(
                self._context, stroom, sleutel, _gegeven(projectie.kolommen[naam]), _dag(momenten.geldig_op)
            )
        gevolg_id = gevolg_van(claim)
        afgeleid = {g.id for transactie in stroom for g in transactie.gevolgen if isinstance(g.inhoud, Afleiding)}
        if gevolg_id not in afgeleid:
            raise GeenUitleg(
                f"{naam} is hier niet besloten of berekend, maar vastgelegd of overgenomen;"
                " bekijk waar het vandaan komt met `gevolg herkomst`"
            )
        return leg_uit(self._context, stroom, gevolg_id)

    def _stroom(self, aggregaat: str, aggregaat_id: str, tot: int | None) -> Sequence[Transactie]:
        """The transacties of an aggregate up to a position, oldest first."""
        records = self._store.read_stream(f"{aggregaat}/{aggregaat_id}", up_to=tot)
        return [self._serialisatie.decodeer(record) for record in records]

    def _besluit(self, projectie: Projectie) -> str:
        """The last column with a besluit; without one the last with a calculation."""
        regels = {regel.geeft: regel.besluit for regel in self._context.aggregaat(projectie.aggregaat).regels}
        eigen = {naam: _gegeven(van) for naam, van in projectie.kolommen.items() if isinstance(van, str | Eigen)}
        kolommen = [naam for naam, gegeven in eigen.items() if gegeven in regels]
        besluiten = [naam for naam in kolommen if regels[eigen[naam]]]
        if not kolommen:
            raise GeenUitleg(f"in {projectie.naam} staat geen besluit of berekening; noem een andere projectie")
        return (besluiten or kolommen)[-1]


def _dag(geldig_op: date | datetime | None) -> date:
    """The local day that was asked; a question about a row always has one."""
    if geldig_op is None:
        raise ValueError("een vraag over een rij noemt een dag")
    return lokale_dag(geldig_op) if isinstance(geldig_op, datetime) else geldig_op


def _gegeven(van: Kolom) -> str:
    """The gegeven that a column is about."""
    if isinstance(van, str):
        return van
    if isinstance(van, UitInvoer):
        return van.besluit
    return van.van if isinstance(van, Restant) else van.gegeven

"""Uitlegvraag: which uitleg belongs to a column of a row of a table, or to one gevolg, as known at a position."""

from collections.abc import Sequence
from datetime import date

from actors.register.context import Context
from actors.register.gevolg import Transactie
from actors.register.projectie import Eigen, Kolom, Projectie, Restant, UitInvoer
from actors.verwerking.restuitleg import leg_rest_uit
from actors.verwerking.serialisatie import Serialisatie
from actors.verwerking.uitleg import GeenUitleg, Uitleg, laatst_overwogen, leg_uit, leg_wachten_uit
from storage.gevolgenstore import Gevolgenstore


class Uitleggever:
    """Explains what stands in a row, or one gevolg, from the journal of one register up to a position."""

    def __init__(self, context: Context, store: Gevolgenstore, serialisatie: Serialisatie) -> None:
        self._context = context
        self._store = store
        self._serialisatie = serialisatie

    def kolom(self, projectie: Projectie, sleutel: tuple[str, ...], kolom: str | None) -> str:
        """The column of a row to explain (None: that of the besluit); GeenUitleg when there is no such one."""
        naam = kolom or self._besluit(projectie)
        if naam not in projectie.kolommen:
            raise GeenUitleg(f"{projectie.naam} heeft geen kolom {naam!r}; er zijn: {', '.join(projectie.kolommen)}")
        if len(sleutel) != projectie.over:
            raise GeenUitleg(f"een rij van {projectie.naam} heeft een sleutel van {projectie.over} delen; noem ze alle")
        return naam

    def van_gevolg(self, aggregaat: str, aggregaat_id: str, gevolg_id: str, tot: int) -> Uitleg:
        """The uitleg of one gevolg of an aggregate. Raises GeenUitleg."""
        return leg_uit(self._context, self._stroom(aggregaat, aggregaat_id, tot), gevolg_id)

    def van_cel(  # noqa: PLR0913 - which cell, each part by name
        self, projectie: Projectie, sleutel: tuple[str, ...], kolom: str, claim: str | None, dag: date, tot: int
    ) -> Uitleg:
        """The uitleg of a column of a row where `claim` stands on a day, None when nothing does. Raises GeenUitleg."""
        stroom = self._stroom(projectie.aggregaat, sleutel[0], tot)
        if claim is None:
            return leg_wachten_uit(self._context, stroom, sleutel, _gegeven(projectie.kolommen[kolom]), dag)
        if isinstance(van := projectie.kolommen[kolom], Restant):
            return leg_rest_uit(self._context, stroom, sleutel, van, dag)
        gevolg_id = laatst_overwogen(stroom, claim, dag)
        if gevolg_id is None:
            raise GeenUitleg(
                f"{kolom} is hier niet besloten of berekend, maar vastgelegd of overgenomen;"
                " bekijk waar het vandaan komt met `gevolg herkomst`"
            )
        return leg_uit(self._context, stroom, gevolg_id)

    def _stroom(self, aggregaat: str, aggregaat_id: str, tot: int) -> Sequence[Transactie]:
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


def _gegeven(van: Kolom) -> str:
    """The gegeven that a column is about."""
    if isinstance(van, str):
        return van
    if isinstance(van, UitInvoer):
        return van.besluit
    return van.van if isinstance(van, Restant) else van.gegeven

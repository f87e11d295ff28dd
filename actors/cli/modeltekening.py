"""Modeltekening: contexts as a mermaid flowchart, in the manner of the handreiking.

Per organisation a domein, in it each bounded context (BC) with its commando's, gevolgen, projecties and
bekendmakingen; dotted arrows show what leads to what, also over the borders.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from actors.register.context import Context
from actors.register.regel import Regel

_KOP = ("---", "config:", "  look: neo", "---", "flowchart LR")


def mermaid(contexten: Sequence[Context]) -> str:
    """The drawing as text."""
    regels = list(_KOP)
    domeinen = groupby(contexten, key=lambda context: context.verantwoordelijke.organisatie)
    for nummer, (organisatie, leden) in enumerate(domeinen, start=1):
        regels.append(f'  subgraph do{nummer}["{_tekst(organisatie)}"]')
        for context in leden:
            regels.append(f"    subgraph {context.naam}[\"BC '{_tekst(context.titel)}'\"]")
            regels += [f"      {regel}" for regel in _knopen(context)]
            regels.append("    end")
        regels.append("  end")
    namen = {context.naam for context in contexten}
    for context in contexten:
        regels += [f"  {pijl}" for pijl in _pijlen(context)]
        regels += [f"  {pijl}" for pijl in _grenspijlen(context, namen)]
    commandos = [_commando(context, naam) for context in contexten for naam in _commandos(context)]
    regels += [f"  style {knoop} stroke:#2962FF" for knoop in commandos]
    return "\n".join(regels)


def _knopen(context: Context) -> Iterator[str]:
    for naam in _commandos(context):
        yield f'{_commando(context, naam)}("**Commando**: {naam}")'
    for aggregaat in context.aggregaten:
        for regel in aggregaat.regels:
            yield f'{_gevolg(context, regel)}("**Gevolg**: {regel.gevolg}")'
    for projectie in context.projecties:
        yield f'{_knoop(context, "prj", projectie.naam)}("**Projectie**: {projectie.naam}")'
    for notificatie in context.notificaties:
        tekst = f"**Notificatie**: {notificatie.naam}, voor {notificatie.doelgroep}"
        yield f'{_knoop(context, "not", notificatie.naam)}("{tekst}")'
    for brief in context.brieven:
        yield f'{_knoop(context, "brf", brief.naam)}("**Brief**: {brief.naam}")'


def _pijlen(context: Context) -> Iterator[str]:
    """From commando's to what is first derived, from each gevolg to what uses it."""
    for aggregaat in context.aggregaten:
        regels = {regel.geeft: regel for regel in aggregaat.regels}
        begin = [
            *(_commando(context, s.naam) for s in context.commandos if s.aggregaat == aggregaat.naam),
            *_aangeboden(context, aggregaat.naam),
        ]
        for regel in regels.values():
            uit_regels = [regels[p] for p in regel.parameters if p in regels]
            bronnen = [_gevolg(context, bron) for bron in uit_regels] or list(dict.fromkeys(begin))
            yield from (f"{bron} -.-> {_gevolg(context, regel)}" for bron in bronnen)
        for projectie in (p for p in context.projecties if p.aggregaat == aggregaat.naam):
            for regel in (regels[g] for g in projectie.kolommen.values() if g in regels):
                yield f"{_gevolg(context, regel)} -.-> {_knoop(context, 'prj', projectie.naam)}"
        for notificatie in (n for n in context.notificaties if n.aggregaat == aggregaat.naam):
            knoop = _knoop(context, "not", notificatie.naam)
            uit = [_gevolg(context, regels[g]) for g in notificatie.gegevens if g in regels]
            yield from (f"{bron} -.-> {knoop}" for bron in uit or _van_buiten(context, aggregaat.naam))
        for brief in (b for b in context.brieven if b.aggregaat == aggregaat.naam and b.over in regels):
            yield f"{_gevolg(context, regels[brief.over])} -.-> {_knoop(context, 'brf', brief.naam)}"


def _grenspijlen(context: Context, getekend: set[str]) -> Iterator[str]:
    """From the notificatie of one context to the commando that it leads to in another, or in the same."""
    for vertaling in context.vertalingen:
        if vertaling.bron in getekend:
            notificatie = f"{vertaling.bron}_not_{_id(vertaling.notificatie.naam)}"
            yield f"{notificatie} -.-> {_commando(context, vertaling.commando)}"


def _commandos(context: Context) -> list[str]:
    """The commando's from outside, and those that signaalverwerking offers."""
    namen = [*(soort.naam for soort in context.commandos), *(v.commando for v in context.vertalingen)]
    return list(dict.fromkeys(namen))


def _van_buiten(context: Context, aggregaat: str) -> list[str]:
    """The commando's about an aggregate that no signaal leads to."""
    geleid = {vertaling.commando for vertaling in context.vertalingen}
    soorten = [s for s in context.commandos if s.aggregaat == aggregaat and s.naam not in geleid]
    return [_commando(context, soort.naam) for soort in soorten]


def _aangeboden(context: Context, aggregaat: str) -> list[str]:
    """The generic commando's that signaalverwerking may offer to an aggregate: those no Commandosoort has.

    Which aggregate a signaal leads to is not said as data: the only one, else one that has no commando of its own.
    """
    eigen = {soort.naam for soort in context.commandos}
    bezet = {soort.aggregaat for soort in context.commandos}
    kan = aggregaat not in bezet or len(context.aggregaten) == 1
    return [_commando(context, v.commando) for v in context.vertalingen if v.commando not in eigen and kan]


def _commando(context: Context, naam: str) -> str:
    return _knoop(context, "cm", naam)


def _gevolg(context: Context, regel: Regel) -> str:
    return _knoop(context, "eff", regel.geeft)


def _knoop(context: Context, soort: str, naam: str) -> str:
    return f"{context.naam}_{soort}_{_id(naam)}"


def _id(naam: str) -> str:
    return naam.replace("-", "_")


def _tekst(tekst: str) -> str:
    return tekst.replace('"', "#quot;")

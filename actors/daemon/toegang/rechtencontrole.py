"""Rechtencontrole: whether a recht is one at all, and whether what it names exists in the registers."""

from collections.abc import Iterable, Iterator
from typing import Final

from actors.daemon.instellingslagen import bedoelde
from actors.daemon.rechten import Handeling, recht_voor, signaal_van
from actors.register.context import Context
from actors.register.leveringsmodel import OPENBAAR, leveringsmodellen
from actors.verwerking.generiek.soorten import openbare_commandos

_ALLES: Final = "*"
_BETROKKENE: Final = "betrokkene"
_DELEN: Final = (2, 3)
_VORM: Final = "schrijf <register>:<handeling> of <register>:<handeling>:<naam>"

OVERIG: Final = ("gevolgen@1", "uitleg@1", "herkomst@1", "doorwerking@1")
"""What can be read in every register beside its leveringsmodellen."""


def is_recht(tekst: str) -> bool:
    """Whether a scope is a recht in a register; what else an issuer gives (`openid`) is none."""
    delen = tekst.split(":")
    return len(delen) in _DELEN and all(delen) and delen[1] in (_ALLES, *Handeling)


def fouten_in(rechten: Iterable[str], contexten: Iterable[Context]) -> tuple[str, ...]:
    """All that is wrong with them, in Dutch, each with what was probably meant."""
    bekend = {context.naam: context for context in contexten}
    return tuple(fout for recht in rechten for fout in _fouten(recht, bekend))


def fout_in_doelgroep(voor: str, contexten: Iterable[Context]) -> str | None:
    """What is wrong with the doelgroep for which someone reads, in Dutch; None when something is delivered to it."""
    groep, streep, wie = voor.partition("/")
    if groep == _BETROKKENE:
        return None if wie else f"{voor!r} zegt niet over wie; schrijf {_BETROKKENE}/<id>"
    bekend = {OPENBAAR, *(model.doelgroep for context in contexten for model in leveringsmodellen(context))}
    if groep in bekend and not streep:
        return None
    return f"er is geen doelgroep {voor!r}; {bedoelde(voor, sorted(bekend - {_BETROKKENE}))}"


def _fouten(recht: str, bekend: dict[str, Context]) -> Iterator[str]:
    delen = recht.split(":")
    if len(delen) not in _DELEN or not all(delen):
        yield f"{recht!r} is geen recht; {_VORM}"
        return
    register, handeling, *naam = delen
    if register not in (_ALLES, *bekend):
        yield f"{recht!r}: er is geen register {register!r}; {bedoelde(register, bekend)}"
    if handeling not in (_ALLES, *Handeling):
        yield f"{recht!r}: er is geen handeling {handeling!r}; {bedoelde(handeling, list(Handeling))}"
    elif naam and naam != [_ALLES] and register in (_ALLES, *bekend):
        gekozen = bekend.values() if register == _ALLES else [bekend[register]]
        mogelijk = sorted({een for context in gekozen for een in _namen(context, handeling)})
        if not mogelijk:
            yield f"{recht!r}: bij {handeling} hoort geen naam; schrijf {register}:{handeling}"
        elif naam[0] not in mogelijk:
            yield f"{recht!r}: {naam[0]!r} is er niet; {bedoelde(naam[0], mogelijk)}"


def _namen(context: Context, handeling: str) -> Iterator[str]:
    """What can be done, or read, in a register."""
    if handeling in (_ALLES, Handeling.COMMANDO):
        soorten = {soort.naam for soort in (*context.commandos, *openbare_commandos(context)) if not soort.intern}
        yield from (naam for naam in soorten if recht_voor(naam)[0] is Handeling.COMMANDO)
        yield from (signaal_van(bron) for bron in dict.fromkeys(v.bron for v in context.vertalingen))
    if handeling in (_ALLES, Handeling.LEZEN):
        yield from (model.naam for model in leveringsmodellen(context))
        yield from OVERIG

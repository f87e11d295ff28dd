"""Verwerkingenlogboek: a line for every reading of personal data, per betrokkene (Logboek Dataverwerkingen 1.0).

The fields are those of an OpenTelemetry span and the attributes `dpl.core.…`; never sampled. It is no log of the
software: it has a file of its own, one JSON object per line, and what cannot be logged is not read (`NietGelogd`).
"""

import contextlib
import errno
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple, TextIO

import structlog

from actors.daemon.dataverwerking.betrokkenen import Betrokkene
from actors.daemon.dataverwerking.versleuteling import versleutel
from actors.runtime.klok import Buitenwereld
from actors.runtime.programma import programmaversie

BESTAND: Final = "dataverwerkingen.jsonl"
"""Name of the file in the data folder, when the instellingen name no other."""

_SPAN_BYTES: Final = 8
_VOL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


class NietGelogd(Exception):
    """A reading could not be logged, so it must not be answered; the text says in Dutch why and what to do."""


class VolLogboek(NietGelogd):
    """There is no room for the lines."""


class Aanroeper(NamedTuple):
    """The operation elsewhere that asked, from the header `traceparent`; `wie`: the website of that party, if known."""

    trace_id: str
    span_id: str
    wie: str | None = None


@dataclass(frozen=True, slots=True)
class Lezing:
    """One reading: what was done (`naam`), in which register, when (aware), within which trace, about whom.

    `trace_id` is 32 hex digits, `span_id` 16: of the request. `gelukt` is False when the software failed.
    """

    naam: str
    register: str
    begin: datetime
    eind: datetime
    trace_id: str
    span_id: str
    betrokkenen: tuple[Betrokkene, ...]
    aanroeper: Aanroeper | None = None
    gelukt: bool = True


class Verwerkingenlogboek:
    """Writes the lines, after each other, from several threads. The file may be moved away: then it is begun anew."""

    def __init__(
        self,
        bestand: Path,
        geheim_van: Callable[[str], bytes],
        *,
        activiteit: str,
        systeemnaam: str,
        buiten: Buitenwereld,
    ) -> None:
        """`geheim_van` gives the secret of a register; in `activiteit` `{register}` becomes its name."""
        self._pad = bestand
        self._geheim_van = geheim_van
        self._activiteit = activiteit
        self._resource = {"attributes": {"service.name": systeemnaam, "service.version": programmaversie()}}
        self._buiten = buiten
        self._slot = threading.Lock()
        self._open: TextIO | None = None
        self._schrijver: Any = None

    def log(self, lezing: Lezing) -> int:
        """Write the lines of one reading, to the file before it returns; gives how many. Raises NietGelogd."""
        regels = list(self._regels(lezing))
        if not regels:
            return 0
        with self._slot:
            try:
                schrijver = self._actueel()
                for regel in regels:
                    schrijver.info(**regel)
            except OSError as fout:
                self._sluit()
                raise (VolLogboek if fout.errno in _VOL else NietGelogd)(
                    f"het lezen van persoonsgegevens kan niet worden vastgelegd in {self._pad} ({fout.strerror}), en"
                    " wordt daarom niet beantwoord; maak ruimte of rechten, en vraag het opnieuw"
                ) from None
        return len(regels)

    def close(self) -> None:
        """Let go of the file. Closing twice is harmless."""
        with self._slot:
            self._sluit()

    def _regels(self, lezing: Lezing) -> Iterator[dict[str, Any]]:
        """One line for one betrokkene; for several one for the whole, and one below it for each."""
        if not lezing.betrokkenen:
            return
        alleen = len(lezing.betrokkenen) == 1
        if not alleen:
            yield self._regel(lezing, lezing.span_id, None, None)
        for een in lezing.betrokkenen:
            eigen = lezing.span_id if alleen else self._buiten.willekeur(_SPAN_BYTES).hex()
            yield self._regel(lezing, eigen, None if alleen else lezing.span_id, een)

    def _regel(self, lezing: Lezing, span_id: str, ouder: str | None, wie: Betrokkene | None) -> dict[str, Any]:
        register = wie.register if wie else lezing.register
        attributen = {"dpl.core.processing_activity_id": self._activiteit.replace("{register}", register)}
        if wie is not None:
            geheim, op = self._geheim_van(register), lezing.begin.astimezone(UTC)
            attributen["dpl.core.data_subject_id"] = versleutel(
                geheim, wie.type, wie.id, op=op, willekeur=self._buiten.willekeur
            )
            attributen["dpl.core.data_subject_id_type"] = wie.type
        if lezing.aanroeper is not None:
            attributen["dpl.core.foreign_operation.trace_id"] = lezing.aanroeper.trace_id
            attributen["dpl.core.foreign_operation.span_id"] = lezing.aanroeper.span_id
            if lezing.aanroeper.wie is not None:
                attributen["dpl.core.foreign_operation.processor"] = lezing.aanroeper.wie
        regel = {
            "trace_id": lezing.trace_id,
            "span_id": span_id,
            "parent_span_id": ouder,
            "name": lezing.naam,
            "start_time": _tijd(lezing.begin),
            "end_time": _tijd(lezing.eind),
            "status_code": "STATUS_CODE_UNSET" if lezing.gelukt else "STATUS_CODE_ERROR",
            "resource": self._resource,
            "attributes": attributen,
        }
        return {naam: waarde for naam, waarde in regel.items() if waarde is not None}

    def _actueel(self) -> Any:
        """The writer on the file of this name: opened anew when it is another one than before."""
        if self._open is not None:
            try:
                stand, eigen = self._pad.stat(), os.fstat(self._open.fileno())
            except FileNotFoundError:
                self._sluit()
            else:
                if (stand.st_ino, stand.st_dev) != (eigen.st_ino, eigen.st_dev):
                    self._sluit()
        if self._open is None:
            nummer = os.open(self._pad, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self._open = os.fdopen(nummer, "w", encoding="utf-8")
            if not self._eindigt_heel():
                self._open.write("\n")
                self._open.flush()
            self._schrijver = structlog.wrap_logger(
                structlog.WriteLogger(self._open),
                processors=[structlog.processors.JSONRenderer(ensure_ascii=False)],
                wrapper_class=structlog.BoundLogger,
            )
        return self._schrijver

    def _eindigt_heel(self) -> bool:
        """Whether what is in the file ends in a whole line; a full disk may have cut one off."""
        with self._pad.open("rb") as bestand:
            lengte = bestand.seek(0, os.SEEK_END)
            bestand.seek(max(0, lengte - 1))
            return bestand.read() in {b"", b"\n"}

    def _sluit(self) -> None:
        if self._open is not None:
            with contextlib.suppress(OSError):  # what was not written was told when it was
                self._open.close()
            self._open = self._schrijver = None


def _tijd(moment: datetime) -> str:
    """In UTC, in milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

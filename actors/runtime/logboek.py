"""The log of the runtime: structlog over the standard logger `gevolg`, which the embedding program configures.

Event names are dotted and stable, keys are English, and no personal data is ever logged. Without configuration
only warnings and worse are seen, on stderr; `naar` keeps the lines in a file, or nowhere; `dienst` is for a service.
"""

import logging
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from traceback import format_tb
from typing import Any, TextIO

import structlog

LOGGER = "gevolg"

_STIL = ("uvicorn.access", "opentelemetry")
"""Libraries that are not heard: these tell in full what was asked, or over and over what `trace.export_failed` says."""

_PROEF = ContextVar("proef", default=False)
_JSON = structlog.processors.JSONRenderer()


def maak_log(onderdeel: str) -> Any:
    """A logger that writes one JSON object per line under `gevolg.<onderdeel>`."""
    return structlog.wrap_logger(
        logging.getLogger(f"{LOGGER}.{onderdeel}"),
        wrapper_class=structlog.stdlib.BoundLogger,
        processors=[
            structlog.stdlib.filter_by_level,
            _alleen_fouten_van_een_proef,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _geef_vorm,
        ],
    )


class _Uitvoer:
    """How a line is written, in this process and what is forked from it."""

    vorm: Any = _JSON


def _geef_vorm(logger: Any, soort: str, regel: MutableMapping[str, Any]) -> Any:
    return _Uitvoer.vorm(logger, soort, regel)


def naar(bestand: str | None) -> None:
    """Keep the log in this file, from informational lines up; without a file it goes nowhere. Raises OSError."""
    opvang = logging.FileHandler(bestand, encoding="utf-8") if bestand else logging.NullHandler()
    _hang_op(logging.getLogger(LOGGER), opvang, logging.INFO if bestand else logging.NOTSET)


def dienst(niveau: str, vorm: str, stroom: TextIO | None = None) -> None:
    """Write lines from this level up on stderr (or `stroom`), those of libraries too; processes forked later do so too.

    `vorm` is `json`, `console` (for people), or `auto`: for people on a terminal, JSON elsewhere.
    """
    uit = stroom or sys.stderr
    voor_mensen = vorm == "console" or (vorm == "auto" and uit.isatty())
    _Uitvoer.vorm = _JSON
    if voor_mensen:
        spoor = structlog.dev.plain_traceback
        _Uitvoer.vorm = structlog.dev.ConsoleRenderer(colors=uit.isatty(), exception_formatter=spoor)
    _hang_op(logging.getLogger(LOGGER), logging.StreamHandler(uit), niveau.upper())
    logging.getLogger(LOGGER).propagate = False
    van_anderen = logging.StreamHandler(uit)
    van_anderen.setFormatter(_VanAnderen())
    _hang_op(logging.getLogger(), van_anderen, logging.WARNING)
    for naam in _STIL:
        logging.getLogger(naam).setLevel(logging.CRITICAL + 1)


class _VanAnderen(logging.Formatter):
    """A line of a library in our form: of an error its kind and place, never its text, which may hold a value."""

    _VELDEN = (
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _geef_vorm,
    )

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        regel: Any = {"event": "library.message", "message": str(record.msg)}
        if record.exc_info and record.exc_info[0]:
            soort, _, spoor = record.exc_info
            regel |= {"error": soort.__name__, "trace": "".join(format_tb(spoor))}
        naar = logging.getLogger(record.name)
        for veld in self._VELDEN:
            regel = veld(naar, record.levelname.lower(), regel)
        return str(regel)


def _hang_op(logger: logging.Logger, opvang: logging.Handler, niveau: int | str) -> None:
    for eerder in list(logger.handlers):
        logger.removeHandler(eerder)
        eerder.close()
    logger.addHandler(opvang)
    logger.setLevel(niveau)


_ROOT, _MANAGER = logging.root, logging.Logger.manager


def herneem() -> None:
    """Log as this program does, in a process in which Thespian made every line a message to its logger."""
    logging.root = logging.Logger.root = _ROOT
    logging.Logger.manager = _MANAGER


@contextmanager
def als_proef() -> Iterator[None]:
    """What goes on here is a proef: nothing happens, so nothing is told, unless the software fails."""
    eerder = _PROEF.set(True)
    try:
        yield
    finally:
        _PROEF.reset(eerder)


def _alleen_fouten_van_een_proef(_logger: Any, soort: str, regel: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if not _PROEF.get():
        return regel
    if soort in {"debug", "info", "warning"}:
        raise structlog.DropEvent
    return {**regel, "proef": True}


def volgt(onderdeel: str) -> bool:
    """Whether informational lines of this part are wanted, so that a busy loop need not make them in vain."""
    return not _PROEF.get() and logging.getLogger(f"{LOGGER}.{onderdeel}").isEnabledFor(logging.INFO)

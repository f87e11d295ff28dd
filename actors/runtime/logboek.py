"""The log of the runtime: structlog over the standard logger `gevolg`, which the embedding program configures.

Event names are dotted and stable, keys are English, and no personal data is ever logged. Without configuration
only warnings and worse are seen, on stderr; `naar` keeps the lines in a file, or nowhere.
"""

import logging
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import structlog

LOGGER = "gevolg"

_PROEF = ContextVar("proef", default=False)


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
            structlog.processors.JSONRenderer(),
        ],
    )


def naar(bestand: str | None) -> None:
    """Keep the log in this file, from informational lines up; without a file it goes nowhere. Raises OSError."""
    logger = logging.getLogger(LOGGER)
    opvang = logging.FileHandler(bestand, encoding="utf-8") if bestand else logging.NullHandler()
    for eerder in list(logger.handlers):
        logger.removeHandler(eerder)
        eerder.close()
    logger.addHandler(opvang)
    logger.setLevel(logging.INFO if bestand else logging.NOTSET)


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

"""Logvang: the log lines of a while, as a test reads them."""

import io
import json
import logging
from types import TracebackType
from typing import Any, Self


class Logvang:
    """While it is open, all lines of the runtime from INFO up come here."""

    def __init__(self, niveau: int = logging.INFO) -> None:
        self._stroom = io.StringIO()
        self._opvang = logging.StreamHandler(self._stroom)
        self._niveau = niveau

    def __enter__(self) -> Self:
        logger = logging.getLogger("gevolg")
        self._eerder = logger.level
        logger.addHandler(self._opvang)
        logger.setLevel(self._niveau)
        return self

    def __exit__(
        self, soort: type[BaseException] | None, fout: BaseException | None, spoor: TracebackType | None
    ) -> None:
        logger = logging.getLogger("gevolg")
        logger.removeHandler(self._opvang)
        logger.setLevel(self._eerder)

    @property
    def regels(self) -> list[dict[str, Any]]:
        """All lines so far."""
        return [json.loads(regel) for regel in self._stroom.getvalue().splitlines()]

    def van(self, gebeurtenis: str) -> list[dict[str, Any]]:
        """The lines of one event."""
        return [regel for regel in self.regels if regel["event"] == gebeurtenis]

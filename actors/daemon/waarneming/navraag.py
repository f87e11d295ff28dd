"""Navraag: ask the daemon that serves a data folder, if one does, how it is."""

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

BEKEND: Final = "daemon.json"
"""The file in a data folder that says which daemon serves it: its pid and url, while it runs."""
_GEDULD_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Dienststand:
    """A daemon that runs: where it is, and what it says of itself; None, with why not, when it says nothing."""

    pid: int
    url: str
    bericht: dict[str, Any] | None
    waarom: str = ""


def vraag_na(data: Path, geduld_s: float = _GEDULD_S) -> Dienststand | None:
    """How the daemon of a data folder is; None when none runs there. Takes at most about `geduld_s`."""
    try:
        bekend = json.loads((data / BEKEND).read_text(encoding="utf-8"))
        pid, url = int(bekend["pid"]), str(bekend["url"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if not Path(f"/proc/{pid}").exists():
        return None
    return _vraag(pid, url, geduld_s)


def _vraag(pid: int, url: str, geduld_s: float) -> Dienststand:
    import httpx  # noqa: PLC0415 - takes a tenth of a second, and is for a daemon that runs alone

    try:
        # The address is that of this machine, which no certificate names; nothing secret is asked or told.
        antwoord = httpx.get(f"{url}/health/ready", timeout=geduld_s, trust_env=False, verify=False)  # noqa: S501
    except (httpx.HTTPError, httpx.InvalidURL) as fout:
        return Dienststand(pid, url, None, f"geen antwoord ({type(fout).__name__})")
    with suppress(ValueError):
        bericht = antwoord.json()
        if isinstance(bericht, dict) and isinstance(bericht.get("registers"), dict):
            return Dienststand(pid, url, bericht)
    return Dienststand(pid, url, None, f"een onverwacht antwoord (status {antwoord.status_code})")

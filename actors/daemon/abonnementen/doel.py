"""Doel: to which addresses deliveries may go. Nobody has us send a request into our own network.

An address is looked up right before each request, and the request goes to the very address that was approved: a name
that means something else a moment later is of no use to anyone.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

Netten = Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]
ZoekOp = Callable[[str, int], Awaitable[Sequence[str]]]
"""The addresses of a host; OSError when there are none."""

_MEESTE_TEKENS = 2000


class NietToegestaan(ValueError):
    """Deliveries may not go there; the text says why, and what may."""


@dataclass(frozen=True, slots=True)
class Doelregels:
    """What may be delivered to: https to public addresses, and what the configuration adds to that."""

    ontwikkel: bool = False
    """Loopback is fine too, also without https."""
    netten: Netten = ()
    """Private networks that are fine too."""


class Doel(NamedTuple):
    """Where to connect: the address itself, and the name that the receiver goes by."""

    adres: str
    host: str
    poort: int
    gedeeld: SplitResult

    @property
    def url(self) -> str:
        """The url with the address in place of the name."""
        host = f"[{self.adres}]" if ":" in self.adres else self.adres
        return self.gedeeld._replace(netloc=f"{host}:{self.poort}", fragment="").geturl()

    @property
    def kop(self) -> str:
        """What stands in the header `Host`."""
        return self.gedeeld.netloc


def bij_het_systeem(draden: Executor) -> ZoekOp:
    """Ask the system for the addresses of a host, on these threads: whose name it is decides how long that takes."""

    async def zoek_op(host: str, poort: int) -> Sequence[str]:
        vraag = partial(socket.getaddrinfo, host, poort, type=socket.SOCK_STREAM)
        return [str(een[4][0]) for een in await asyncio.get_running_loop().run_in_executor(draden, vraag)]

    return zoek_op


def lees_url(url: str, regels: Doelregels) -> tuple[SplitResult, str, int]:
    """The parts of a url, its host and port; NietToegestaan when nothing may ever be delivered there."""
    try:
        gedeeld = urlsplit(url)
        host, poort = gedeeld.hostname or "", gedeeld.port
    except ValueError:
        raise NietToegestaan("de url is geen geldig adres") from None
    if len(url) > _MEESTE_TEKENS or not url.isascii() or not url.isprintable() or " " in url:
        raise NietToegestaan(f"de url bevat iets dat er niet in hoort, of meer dan {_MEESTE_TEKENS} tekens")
    if gedeeld.username is not None or gedeeld.password is not None:
        raise NietToegestaan("zet geen naam of wachtwoord in de url; geef een toegangstoken")
    if gedeeld.scheme not in ({"https", "http"} if regels.ontwikkel else {"https"}) or not host:
        raise NietToegestaan("de url moet met https:// beginnen en een host noemen")
    return gedeeld, host, poort or (443 if gedeeld.scheme == "https" else 80)


async def zoek_doel(url: str, regels: Doelregels, opzoeken: ZoekOp) -> Doel:
    """Where to connect for a url. NietToegestaan when it may not be; OSError when the host cannot be found."""
    gedeeld, host, poort = lees_url(url, regels)
    adressen = [ipaddress.ip_address(adres.partition("%")[0]) for adres in await opzoeken(host, poort)]
    if not adressen:
        raise OSError(f"{host} heeft geen adres")
    for adres in adressen:
        if not _mag(adres, regels) or (gedeeld.scheme == "http" and not adres.is_loopback):
            raise NietToegestaan(
                f"naar {host} wordt niet bezorgd: dat is geen openbaar adres (of http buiten loopback)"
            )
    return Doel(str(adressen[0]), host, poort, gedeeld)


def _mag(adres: ipaddress.IPv4Address | ipaddress.IPv6Address, regels: Doelregels) -> bool:
    gewoon = getattr(adres, "ipv4_mapped", None) or adres
    if regels.ontwikkel and gewoon.is_loopback:
        return True
    if any(gewoon.version == net.version and gewoon in net for net in regels.netten):
        return True
    return bool(gewoon.is_global and not gewoon.is_multicast)

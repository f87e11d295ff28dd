"""What an abonnement is, and what answers make of it: without a network."""

import asyncio
import base64
import hmac
import ipaddress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.daemon.abonnementen.abonnement import Abonnement, Ritme, Status, Vorm, naar_bytes, van_bytes
from actors.daemon.abonnementen.bezorging import Bezorgd, Mislukt, Opgezegd, Opnieuw, afloop
from actors.daemon.abonnementen.doel import Doelregels, NietToegestaan, lees_url, zoek_doel
from actors.daemon.abonnementen.ondertekening import is_geheim, nieuw_geheim, teken
from storage.codec import pack, unpack
from storage.errors import NewerFormat
from storage.gevolgenstore import ReaderPosition

NU = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
GEHEIM = nieuw_geheim(bytes(range(32)))


def abonnement(**anders: Any) -> Abonnement:
    velden: dict[str, Any] = {
        "id": "a1",
        "register": "wegonderhoud",
        "eigenaar": "vliegveld",
        "voor": None,
        "url": "https://bord.example.nl/hier",
        "bekendmakingen": ("fysiek-milieueffect@1",),
        "vorm": Vorm.STRUCTURED,
        "geheim": GEHEIM,
        "toegang": "toegangstoken",
        "stand": ReaderPosition(bytes(16), 3, bytes(32)),
        "per_minuut": None,
        "gemaakt_op": NU,
    }
    return Abonnement(**{**velden, **anders})


def test_what_is_kept_comes_back_and_a_newer_form_is_refused() -> None:
    alle = [abonnement(), abonnement().mislukt(NU, "x", Ritme(), 0.5), abonnement(vorm=Vorm.BATCH, toegang=None)]
    assert [van_bytes(naar_bytes(een)) for een in alle] == alle
    with pytest.raises(NewerFormat):
        van_bytes(pack({**unpack(naar_bytes(alle[0])), "formaat": 2}))


def test_its_secrets_are_in_no_text() -> None:
    assert not any(geheim in repr(abonnement()) for geheim in (GEHEIM, "toegangstoken"))


@given(st.floats(0, 1, exclude_max=True), st.integers(1, 60))
def test_each_try_is_later_than_the_one_before_up_to_a_bound(kans: float, poging: int) -> None:
    ritme = Ritme()
    assert ritme.wacht_s(poging, kans) <= ritme.wacht_s(poging + 1, kans) <= 3600
    assert 0.5 * min(2.0 ** (poging - 1), 3600) <= ritme.wacht_s(poging, kans) <= min(2.0 ** (poging - 1), 3600)


@given(st.floats(0, 1, exclude_max=True), st.floats(0, 1e5))
def test_after_a_day_of_failures_it_stops_and_not_before(kans: float, wacht_s: float) -> None:
    nu, een = NU, abonnement()
    for _ in range(200):
        een = een.mislukt(nu, "de ontvanger antwoordde met 500", Ritme(), kans, wacht_s)
        if een.status is Status.GESTOPT:
            break
        assert een.volgende_poging is not None
        assert nu < een.volgende_poging <= NU + timedelta(hours=24)
        nu = een.volgende_poging
    assert een.status is Status.GESTOPT
    assert nu == NU + timedelta(hours=24)
    assert een.hervat() == abonnement()


def test_a_delivery_ends_the_count_of_failures() -> None:
    stand = ReaderPosition(bytes(16), 4, bytes(32))
    assert abonnement().mislukt(NU, "x", Ritme(), 0).bezorgd(stand) == replace(abonnement(), stand=stand)


def test_who_is_gone_is_forgotten_but_for_the_fact() -> None:
    weg = abonnement().opgezegd("weg")
    assert (weg.status, weg.geheim, weg.toegang) == (Status.OPGEZEGD, "", None)


@pytest.mark.parametrize(
    ("status", "koppen", "inhoud", "verwacht"),
    [
        (200, {}, b"", Bezorgd()),
        (202, {}, b"", Bezorgd()),
        (204, {}, b"", Bezorgd()),
        (410, {}, b"", Opgezegd()),
        (409, {}, b'{"verderVanaf": 3}', Opnieuw(3)),
        (409, {}, b'{"verderVanaf": "3"}', Mislukt("de ontvanger antwoordde met 409")),
        (409, {}, b'{"verderVanaf": true}', Mislukt("de ontvanger antwoordde met 409")),
        (409, {}, b'{"verderVanaf": -1}', Mislukt("de ontvanger antwoordde met 409")),
        (409, {}, b"[" * 100_000, Mislukt("de ontvanger antwoordde met 409")),
        (302, {"location": "/elders"}, b"", Mislukt("de ontvanger antwoordde met 302")),
        (500, {}, b"", Mislukt("de ontvanger antwoordde met 500")),
        (429, {"retry-after": "120"}, b"", Mislukt("de ontvanger antwoordde met 429", 120)),
        (503, {"retry-after": "Thu, 26 Nov 2026 12:01:00 GMT"}, b"", Mislukt("de ontvanger antwoordde met 503", 60)),
        (503, {"retry-after": "Thu, 26 Nov 2020 12:01:00 GMT"}, b"", Mislukt("de ontvanger antwoordde met 503", 0)),
        (503, {"retry-after": "straks"}, b"", Mislukt("de ontvanger antwoordde met 503", 0)),
    ],
)
def test_what_an_answer_means(status: int, koppen: dict[str, str], inhoud: bytes, verwacht: object) -> None:
    assert afloop(status, koppen, inhoud, NU) == verwacht


def test_a_signature_is_that_of_standard_webhooks() -> None:
    koppen = teken(GEHEIM, "id-1", 1_700_000_000, b"inhoud")
    sleutel = base64.b64decode(GEHEIM.removeprefix("whsec_"))
    goed = base64.b64encode(hmac.new(sleutel, b"id-1.1700000000.inhoud", sha256).digest()).decode()
    assert koppen == {
        "webhook-id": "id-1",
        "webhook-timestamp": "1700000000",
        "webhook-signature": f"v1,{goed}",
    }


@pytest.mark.parametrize(
    ("tekst", "goed"),
    [
        (GEHEIM, True),
        (GEHEIM.removeprefix("whsec_"), False),
        ("whsec_" + base64.b64encode(bytes(23)).decode(), False),
        ("whsec_" + base64.b64encode(bytes(65)).decode(), False),
        ("whsec_é", False),
        ("", False),
    ],
)
def test_a_secret_has_a_form(tekst: str, goed: bool) -> None:  # noqa: FBT001 - from a table
    assert is_geheim(tekst) is goed


@pytest.mark.parametrize(
    "url",
    [
        "http://bord.example.nl/",
        "ftp://bord.example.nl/",
        "https:///hier",
        "https://jan:geheim@bord.example.nl/",
        "https://bord.example.nl/\nx",
        "https://bord.example.nl:99999/",
        "https://bord.example.nl/ é",
        "https://[::1/",
        "https://x.nl/" + "a" * 2000,
    ],
)
def test_a_url_that_nothing_is_ever_delivered_to(url: str) -> None:
    with pytest.raises(NietToegestaan):
        lees_url(url, Doelregels())


def zoek(url: str, adressen: list[str], regels: Doelregels | None = None) -> str:
    async def opzoeken(_host: str, _poort: int) -> list[str]:
        return adressen

    return asyncio.run(zoek_doel(url, regels or Doelregels(), opzoeken)).url


@pytest.mark.parametrize(
    "adres",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.3.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - an address to refuse
        "224.0.0.1",
        "::1",
        "fe80::1%eth0",
        "fc00::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
    ],
)
def test_nothing_is_delivered_into_our_own_network(adres: str) -> None:
    with pytest.raises(NietToegestaan):
        zoek("https://bord.example.nl/", [adres])
    with pytest.raises(NietToegestaan):
        zoek("https://bord.example.nl/", ["93.184.215.14", adres])


def test_it_is_delivered_to_the_very_address_that_was_approved() -> None:
    assert zoek("https://bord.example.nl/hier?x=1#y", ["93.184.215.14"]) == "https://93.184.215.14:443/hier?x=1"
    assert zoek("https://bord.example.nl:8443/", ["2606:2800:21f::1"]) == "https://[2606:2800:21f::1]:8443/"


def test_what_the_configuration_adds_may_be_delivered_to() -> None:
    netten = Doelregels(netten=(ipaddress.ip_network("10.1.0.0/16"),))
    assert zoek("https://intern/", ["10.1.2.3"], netten) == "https://10.1.2.3:443/"
    with pytest.raises(NietToegestaan):
        zoek("https://intern/", ["10.2.2.3"], netten)
    ontwikkel = Doelregels(ontwikkel=True)
    assert zoek("http://localhost:8000/", ["127.0.0.1"], ontwikkel) == "http://127.0.0.1:8000/"
    with pytest.raises(NietToegestaan):
        zoek("http://bord.example.nl/", ["93.184.215.14"], ontwikkel)


def test_a_host_without_address_is_not_delivered_to() -> None:
    with pytest.raises(OSError, match="geen adres"):
        zoek("https://bord.example.nl/", [])

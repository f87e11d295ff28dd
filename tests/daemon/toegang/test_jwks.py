"""Public keys: a file is read again when it changed, an address is asked seldom, and its silence does no harm."""

import json
import threading
import warnings
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc.errors import SecurityWarning
from joserfc.jwk import RSAKey

from actors.daemon.toegang.jwks import MAX_BYTES, TUSSENPOOS_S, VERS_S, JwksAdres, JwksBestand, haal_op
from tests.daemon.toegang.sleutelmakers import jwks, sleutel

EEN, TWEE, DRIE = (sleutel("ES256", kid) for kid in ("een", "twee", "drie"))
ADRES = "https://inloggen.example.nl/jwks.json"


class Uitgever:
    """Who answers at the address, with what he has at the moment; and a clock."""

    def __init__(self, inhoud: bytes) -> None:
        self.inhoud: bytes | Exception = inhoud
        self.gevraagd = 0
        self.nu = 1000.0

    def haal(self, adres: str) -> bytes:
        assert adres == ADRES
        self.gevraagd += 1
        if isinstance(self.inhoud, Exception):
            raise self.inhoud
        return self.inhoud

    def jwks(self) -> JwksAdres:
        return JwksAdres(ADRES, self.haal, lambda: self.nu)


def wacht_op_achtergrond(van: JwksAdres) -> None:
    if van._achtergrond is not None:
        van._achtergrond.join()


def test_only_who_gave_his_keys_when_asked_last_can_be_said_not_to_know_one(tmp_path: Path) -> None:
    uitgever = Uitgever(b"")
    uitgever.inhoud = OSError("geen netwerk")
    van = uitgever.jwks()
    assert van.zoek("een", "ES256") is None
    assert not van.is_leesbaar
    uitgever.inhoud = jwks(EEN)
    uitgever.nu += TUSSENPOOS_S
    assert van.zoek("twee", "ES256") is None
    assert van.is_leesbaar
    uitgever.inhoud = OSError("weer geen netwerk")
    uitgever.nu += TUSSENPOOS_S
    assert van.zoek("twee", "ES256") is None
    assert not van.is_leesbaar, "it may be one that he has since"
    assert not JwksBestand(tmp_path / "is er niet").is_leesbaar


def test_a_file_is_read_again_when_it_changed(tmp_path: Path) -> None:
    pad = tmp_path / "jwks.json"
    pad.write_bytes(jwks(EEN))
    van = JwksBestand(pad)
    eerste = van.versie
    assert van.zoek("een", "ES256")
    assert van.zoek("twee", "ES256") is None
    pad.write_bytes(jwks(TWEE))
    assert van.zoek("een", "ES256") is None
    assert van.zoek("twee", "ES256")
    assert van.versie != eerste


@pytest.mark.parametrize("inhoud", [b"", b"{", b"[]", b'{"keys": []}', b'{"keys": [1]}', b'{"keys": {"a": 1}}', None])
def test_a_broken_or_lost_file_leaves_the_keys_as_they_were(
    tmp_path: Path, inhoud: bytes | None, caplog: pytest.LogCaptureFixture
) -> None:
    pad = tmp_path / "jwks.json"
    pad.write_bytes(jwks(EEN))
    van = JwksBestand(pad)
    pad.unlink()
    if inhoud is not None:
        pad.write_bytes(inhoud)
    assert van.zoek("een", "ES256")
    assert van.zoek("een", "ES256")
    assert [json.loads(regel)["event"] for regel in caplog.messages] == ["jwks.not_refreshed"]
    pad.write_bytes(jwks(EEN, TWEE))
    assert van.zoek("twee", "ES256")


def test_without_kid_only_a_single_key_is_meant(tmp_path: Path) -> None:
    pad = tmp_path / "jwks.json"
    pad.write_bytes(jwks(EEN))
    assert JwksBestand(pad).zoek(None, "ES256")
    pad.write_bytes(jwks(EEN, TWEE))
    assert JwksBestand(pad).zoek(None, "ES256") is None


def test_a_key_for_something_else_or_too_small_is_no_key_to_check_with(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SecurityWarning)
        klein = RSAKey.generate_key(1024, {"kid": "klein"}).as_dict(private=False)
    anders = {**EEN.as_dict(private=False), "kid": "enc", "use": "enc"}
    vast = {**TWEE.as_dict(private=False), "alg": "ES384"}
    delen: list[dict[str, Any]] = [klein, anders, vast, {"kty": "RSA", "kid": "half"}, {"kty": "nieuw", "kid": "n"}]
    pad = tmp_path / "jwks.json"
    pad.write_text(json.dumps({"keys": [*delen, json.loads(jwks(DRIE))["keys"][0]]}), encoding="utf-8")
    van = JwksBestand(pad)
    assert [kid for kid in ("klein", "enc", "twee", "half", "n", "drie") if van.zoek(kid, "ES256")] == ["drie"]


def test_an_address_is_asked_once_until_its_keys_are_old_and_then_in_the_background() -> None:
    uitgever = Uitgever(jwks(EEN))
    van = uitgever.jwks()
    for _ in range(5):
        assert van.zoek("een", "ES256")
    assert uitgever.gevraagd == 1
    uitgever.inhoud = jwks(EEN, TWEE)
    uitgever.nu += VERS_S
    assert van.zoek("een", "ES256")
    wacht_op_achtergrond(van)
    assert uitgever.gevraagd == 2
    assert van.zoek("twee", "ES256")
    assert uitgever.gevraagd == 2


def test_an_unknown_kid_makes_us_ask_again_but_not_more_than_once_in_a_while() -> None:
    uitgever = Uitgever(jwks(EEN))
    van = uitgever.jwks()
    assert van.zoek("een", "ES256")
    for n in range(20):
        assert van.zoek(f"onbekend-{n}", "ES256") is None
    assert uitgever.gevraagd == 1
    uitgever.nu += TUSSENPOOS_S
    uitgever.inhoud = jwks(EEN, TWEE)
    assert van.zoek("twee", "ES256")
    assert uitgever.gevraagd == 2


@pytest.mark.parametrize(
    "stilte", [OSError("weg"), httpx.ConnectTimeout("traag"), ValueError("te groot"), b"<html>", b"[" * 90000]
)
def test_the_keys_of_before_stay_in_use_as_long_as_the_address_says_nothing(stilte: Exception | bytes) -> None:
    uitgever = Uitgever(jwks(EEN))
    van = uitgever.jwks()
    assert van.zoek("een", "ES256")
    uitgever.inhoud = stilte
    uitgever.nu += VERS_S
    for _ in range(10):
        assert van.zoek("een", "ES256")
        wacht_op_achtergrond(van)
    assert uitgever.gevraagd == 2
    for _ in range(10):
        uitgever.nu += TUSSENPOOS_S
        assert van.zoek("een", "ES256")
        wacht_op_achtergrond(van)
    assert uitgever.gevraagd == 12
    uitgever.inhoud = jwks(TWEE)
    uitgever.nu += TUSSENPOOS_S
    assert van.zoek("twee", "ES256")
    assert van.zoek("een", "ES256") is None


def test_an_address_that_never_answered_is_tried_again_seldom() -> None:
    uitgever = Uitgever(b"")
    van = uitgever.jwks()
    for _ in range(5):
        assert van.zoek("een", "ES256") is None
    assert uitgever.gevraagd == 1
    uitgever.inhoud = jwks(EEN)
    uitgever.nu += TUSSENPOOS_S
    assert van.zoek("een", "ES256")


def test_many_threads_ask_once() -> None:
    uitgever = Uitgever(jwks(EEN))
    van = uitgever.jwks()
    samen = threading.Barrier(8)
    gevonden: list[object] = []

    def vraag() -> None:
        samen.wait()
        gevonden.append(van.zoek("een", "ES256"))

    draden = [threading.Thread(target=vraag) for _ in range(8)]
    for draad in draden:
        draad.start()
    for draad in draden:
        draad.join()
    assert all(gevonden)
    assert uitgever.gevraagd == 1


def antwoord(code: int, inhoud: bytes = b"", **koppen: str) -> bytes:
    """What is fetched when the address answers so."""
    return haal_op(ADRES, httpx.MockTransport(lambda _vraag: httpx.Response(code, content=inhoud, headers=koppen)))


def test_what_is_fetched_is_what_is_there_and_not_too_much() -> None:
    assert antwoord(200, b"x") == b"x"
    with pytest.raises(ValueError, match="groter"):
        antwoord(200, b"x" * (MAX_BYTES + 1))
    with pytest.raises(ValueError, match="204"):
        antwoord(204)
    for code in (302, 404, 503):
        with pytest.raises(httpx.HTTPError):
            antwoord(code, Location="https://dief.example")

"""JWTs: who shows a good one is known; whatever is wrong with it, he is not."""

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc.jwk import OctKey, RSAKey

from actors.daemon.instellingen import ASYMMETRISCH
from actors.daemon.rechten import GeenToegang, NuNietNaTeGaan
from actors.daemon.toegang.jwks import JwksBestand
from actors.daemon.toegang.jwttoegang import Jwttoegang
from tests.daemon.toegang.sleutelmakers import (
    NU,
    SECONDE,
    claims,
    instellingen,
    jwks,
    sleutel,
    token,
    zelfgemaakt,
)

RSA = sleutel("RS256", "rsa-1")


@pytest.fixture
def pad(tmp_path: Path) -> Path:
    pad = tmp_path / "jwks.json"
    pad.write_bytes(jwks(RSA, sleutel("ES256", "ec-1")))
    return pad


@pytest.fixture
def toegang(pad: Path) -> Jwttoegang:
    return Jwttoegang(instellingen(), JwksBestand(pad))


def geweigerd(toegang: Jwttoegang, getoond: str, zin: str) -> None:
    with pytest.raises(GeenToegang) as gevangen:
        toegang.wie(getoond, NU)
    tekst = str(gevangen.value)
    assert zin in tekst
    assert tekst.endswith("haal een nieuw token bij de uitgever")
    assert all(deel not in tekst for deel in getoond.split(".") if deel)
    assert gevangen.value.__cause__ is None


def test_who_shows_a_good_token_is_known_with_his_rechten(toegang: Jwttoegang) -> None:
    gebruiker, tot = toegang.wie(token(RSA, voor="betrokkene/sam"), NU)
    assert (gebruiker.naam, gebruiker.voor) == ("loket-1", "betrokkene/sam")
    assert gebruiker.rechten == {"spitspas:lezen:huishouden@2"}
    assert tot == SECONDE + 300 + 30


def test_without_the_keys_of_the_issuer_nobody_is_told_that_his_token_is_no_good(tmp_path: Path) -> None:
    with pytest.raises(NuNietNaTeGaan, match="probeer het zo opnieuw"):
        Jwttoegang(instellingen(), JwksBestand(tmp_path / "is er niet")).wie(token(RSA), NU)


@pytest.mark.parametrize("alg", ASYMMETRISCH)
def test_every_algorithm_that_may_be_set_works(tmp_path: Path, alg: str) -> None:
    eigen = sleutel(alg, "k")
    (tmp_path / "j").write_bytes(jwks(eigen))
    toegang = Jwttoegang(instellingen(algoritmes=(alg,)), JwksBestand(tmp_path / "j"))
    assert toegang.wie(token(eigen, alg), NU)[0].naam == "loket-1"
    anders = sleutel("ES384" if alg != "ES384" else "RS256", "k")
    (tmp_path / "j2").write_bytes(jwks(anders))
    geweigerd(
        Jwttoegang(instellingen(algoritmes=(alg,)), JwksBestand(tmp_path / "j2")), token(eigen, alg), "het token is"
    )


def openbaar(vorm: str) -> bytes:
    assert isinstance(RSA, RSAKey)
    if vorm == "jwk":
        return json.dumps(RSA.as_dict(private=False)).encode()
    return RSA.public_key.public_bytes(
        {"PEM": Encoding.PEM, "DER": Encoding.DER}[vorm], PublicFormat.SubjectPublicKeyInfo
    )


@pytest.mark.parametrize("vorm", ["PEM", "DER", "jwk"])
@pytest.mark.parametrize("alg", ["HS256", "hs256", "RS256"])
def test_the_public_key_is_no_secret_to_sign_with(toegang: Jwttoegang, vorm: str, alg: str) -> None:
    """G41: alg confusion."""
    geweigerd(toegang, zelfgemaakt({"alg": alg, "kid": "rsa-1"}, claims(), openbaar(vorm)), "het token is")


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "", None, 1, ["RS256"]])
@pytest.mark.parametrize("geheim", [None, b""])
def test_a_token_that_nobody_signed_is_nobodys(toegang: Jwttoegang, alg: Any, geheim: bytes | None) -> None:
    """G41: none."""
    geweigerd(toegang, zelfgemaakt({"alg": alg, "kid": "rsa-1"}, claims(), geheim), "het token is")


def test_a_secret_among_the_public_keys_is_not_used(tmp_path: Path) -> None:
    geheim = OctKey.generate_key(256, {"kid": "oct"})
    (tmp_path / "j").write_bytes(
        json.dumps({"keys": [geheim.as_dict(private=True), *json.loads(jwks(RSA))["keys"]]}).encode()
    )
    toegang = Jwttoegang(instellingen(), JwksBestand(tmp_path / "j"))
    geweigerd(toegang, token(geheim, "HS256"), "op een manier die hier niet geldt")
    geweigerd(toegang, zelfgemaakt({"alg": "RS256", "kid": "oct"}, claims(), geheim.raw_value), "niet bekend")
    assert toegang.wie(token(RSA), NU)


def test_an_algorithm_that_is_not_set_is_not_taken(pad: Path) -> None:
    toegang = Jwttoegang(instellingen(algoritmes=("ES256",)), JwksBestand(pad))
    assert toegang.wie(token(sleutel("ES256", "ec-1"), "ES256"), NU)
    geweigerd(toegang, token(RSA), "op een manier die hier niet geldt")


@pytest.mark.parametrize(
    ("anders", "zin"),
    [
        ({"exp": SECONDE - 30}, "is verlopen"),
        ({"exp": None}, "zegt niet tot wanneer"),
        ({"exp": "morgen"}, "zegt niet tot wanneer"),
        ({"exp": True}, "zegt niet tot wanneer"),
        ({"nbf": SECONDE + 31}, "geldt nog niet"),
        ({"iat": SECONDE + 31}, "uit de toekomst"),
        ({"iss": "https://inloggen.example.com"}, "andere uitgever"),
        ({"iss": "https://inloggen.example.nl/"}, "andere uitgever"),
        ({"iss": ["https://inloggen.example.nl"]}, "andere uitgever"),
        ({"iss": None}, "andere uitgever"),
        ({"aud": "anders"}, "niet voor deze registers"),
        ({"aud": ["anders", "gevolgen"]}, "niet voor deze registers"),
        ({"aud": None}, "niet voor deze registers"),
        ({"sub": None}, "van wie het is"),
        ({"sub": 5}, "van wie het is"),
        ({"sub": "a\nb"}, "van wie het is"),
        ({"sub": "x" * 201}, "van wie het is"),
        ({"voor": 5}, "voor wie het is"),
    ],
)
def test_a_token_that_is_not_for_here_and_now_is_refused(toegang: Jwttoegang, anders: dict[str, Any], zin: str) -> None:
    """G41: issuer, audience, expiry."""
    geweigerd(toegang, token(RSA, **anders), zin)


@pytest.mark.parametrize(
    "anders", [{"exp": SECONDE - 29}, {"exp": 10**400}, {"nbf": SECONDE + 30}, {"aud": ["x", "gevolg"]}]
)
def test_clocks_may_differ_a_little_and_a_token_may_be_for_others_too(
    toegang: Jwttoegang, anders: dict[str, Any]
) -> None:
    assert toegang.wie(token(RSA, **anders), NU)


def test_a_key_that_is_not_known_signs_nothing(toegang: Jwttoegang) -> None:
    """G41: unknown kid, and a known kid on another key."""
    geweigerd(toegang, token(sleutel("RS256", "rsa-9")), "sleutel die niet bekend is")
    geweigerd(toegang, token(sleutel("RS256", "rsa-9"), kop={"kid": "rsa-1"}), "is niet echt")
    geweigerd(toegang, token(RSA, kop={"kid": None}), "sleutel die niet bekend is")
    geweigerd(toegang, token(RSA, kop={"kid": "ec-1"}), "is niet echt")


def test_what_a_token_brings_along_as_its_key_is_not_used(toegang: Jwttoegang) -> None:
    dief = sleutel("RS256", "dief")
    for kop in ({"jwk": dief.as_dict(private=False)}, {"jku": "https://dief.example"}, {"x5u": "https://dief.example"}):
        geweigerd(toegang, token(dief, kop=kop), "het token is")
        geweigerd(toegang, token(dief, kop={**kop, "kid": "rsa-1"}), "het token is")


@pytest.mark.parametrize(
    "wat", ["a", "a.b", "a.b.c", "a.b.c.d.e", "..", "é.é.é", "eyJhbGciOiJSUzI1NiJ9.W10.x", "x" * 200_000]
)
def test_what_is_no_token_is_refused(toegang: Jwttoegang, wat: str) -> None:
    with pytest.raises(GeenToegang):
        toegang.wie(wat, NU)


def test_a_changed_letter_makes_it_another_token(toegang: Jwttoegang) -> None:
    goed = token(RSA)
    kop, inhoud, handtekening = goed.split(".")
    for n in range(0, len(inhoud), 7):
        anders = "A" if inhoud[n] != "A" else "B"
        with pytest.raises(GeenToegang):
            toegang.wie(f"{kop}.{inhoud[:n]}{anders}{inhoud[n + 1 :]}.{handtekening}", NU)
    assert toegang.wie(goed, NU)


@pytest.mark.parametrize(
    ("scope", "verwacht"),
    [
        ("openid *", set()),
        ("spitspas", set()),
        (None, set()),
        (["*:*"], set()),
        (":: a:b a:lezen:b:c *:", set()),
        ("*:* spitspas:taken", {"*:*", "spitspas:taken"}),
    ],
)
def test_only_a_scope_that_is_a_recht_gives_one(toegang: Jwttoegang, scope: Any, verwacht: set[str]) -> None:
    assert toegang.wie(token(RSA, scope=scope), NU)[0].rechten == verwacht

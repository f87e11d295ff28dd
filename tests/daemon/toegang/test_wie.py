"""Who asks: every kind of header, what is remembered, and that no secret is ever told."""

import asyncio
import json
import logging
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from actors.daemon.instellingen import Instellingen, Jwt
from actors.daemon.rechten import Gebruiker, GeenToegang, Handeling, NuNietNaTeGaan
from actors.daemon.toegang import wie as module
from actors.daemon.toegang.apisleutels import BESTAND, Sleutelbestand
from actors.daemon.toegang.wie import MAX_KOP, ONTWIKKELAAR, Toegang, maak_toegang
from actors.runtime.klok import Buitenwereld
from tests.daemon.toegang.sleutelmakers import NU, SECONDE, instellingen, jwks, sleutel, token

RSA = sleutel("RS256", "rsa-1")


class Klok:
    def __init__(self) -> None:
        self.nu = NU

    def __call__(self) -> datetime:
        return self.nu


@pytest.fixture
def klok() -> Klok:
    return Klok()


@pytest.fixture
def toegang(tmp_path: Path, klok: Klok) -> Toegang:
    (tmp_path / "jwks.json").write_bytes(jwks(RSA))
    return maak_toegang(
        Instellingen(data=tmp_path, jwt=instellingen(jwks=str(tmp_path / "jwks.json"))), Buitenwereld(klok)
    )


def maak(data: Path, tot: datetime | None = None) -> str:
    return Sleutelbestand(data).maak("loket", ("*:lezen",), voor=None, geldig_tot=tot, buiten=Buitenwereld())


def test_a_sleutel_and_a_jwt_are_both_known_and_the_second_time_without_checking(
    toegang: Toegang, tmp_path: Path
) -> None:
    for kop, naam in ((f"Bearer {maak(tmp_path)}", "loket"), (f"bearer  {token(RSA)}", "loket-1")):
        assert toegang.bekend(kop) is None
        gebruiker = toegang.wie(kop)
        assert gebruiker.naam == naam
        assert toegang.bekend(kop) is gebruiker
        assert toegang.wie(kop) is gebruiker
        assert asyncio.run(toegang.vraag(kop)) is gebruiker


def test_on_an_event_loop_who_is_not_known_yet_is_checked_on_a_thread(
    toegang: Toegang, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kop = f"Bearer {maak(tmp_path)}"
    gezien: list[threading.Thread] = []
    echt = toegang.wie

    def wie(kop: str | None) -> Gebruiker:
        gezien.append(threading.current_thread())
        return echt(kop)

    monkeypatch.setattr(toegang, "wie", wie)
    assert asyncio.run(toegang.vraag(kop)).naam == "loket"
    assert asyncio.run(toegang.vraag(kop)).naam == "loket"
    (draad,) = gezien
    assert draad is not threading.main_thread()


@pytest.mark.parametrize(
    "kop",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Basic abc",
        "gvl_x",
        "Bearer é",
        "Bearer \ud800",
        "Bearer " + "x" * MAX_KOP,
        "*:*",
    ],
)
def test_without_a_token_nobody_is_known(toegang: Toegang, kop: str | None) -> None:
    assert toegang.bekend(kop) is None
    with pytest.raises(GeenToegang) as gevangen:
        toegang.wie(kop)
    assert "Authorization" in str(gevangen.value)


def test_where_no_issuer_is_believed_only_sleutels_are(tmp_path: Path, klok: Klok) -> None:
    toegang = maak_toegang(Instellingen(data=tmp_path, jwt=Jwt()), Buitenwereld(klok))
    with pytest.raises(GeenToegang, match="niet geloofd"):
        toegang.wie(f"Bearer {token(RSA)}")
    assert toegang.wie(f"Bearer {maak(tmp_path)}").naam


def test_a_withdrawn_sleutel_is_unknown_at_the_very_next_request(toegang: Toegang, tmp_path: Path) -> None:
    """G41: withdrawal counts at once, without a restart."""
    sleutel_ = maak(tmp_path)
    kop = f"Bearer {sleutel_}"
    assert toegang.wie(kop).naam
    assert toegang.bekend(kop)
    Sleutelbestand(tmp_path).trek_in(sleutel_.split("_")[1], NU)
    assert toegang.bekend(kop) is None
    with pytest.raises(GeenToegang, match="ingetrokken"):
        toegang.wie(kop)


def test_a_key_of_the_issuer_that_is_gone_takes_its_tokens_along(toegang: Toegang, tmp_path: Path) -> None:
    kop = f"Bearer {token(RSA)}"
    assert toegang.wie(kop).naam
    (tmp_path / "jwks.json").write_bytes(jwks(sleutel("RS256", "rsa-9")))
    assert toegang.bekend(kop) is None
    with pytest.raises(GeenToegang, match="niet bekend"):
        toegang.wie(kop)


def test_what_was_checked_holds_no_longer_than_it_says(toegang: Toegang, tmp_path: Path, klok: Klok) -> None:
    koppen = [f"Bearer {token(RSA, exp=SECONDE + 60)}", f"Bearer {maak(tmp_path, NU + timedelta(seconds=90))}"]
    for kop in koppen:
        assert toegang.wie(kop).naam
    klok.nu = NU + timedelta(seconds=89)
    assert all(toegang.bekend(kop) for kop in koppen)
    klok.nu = NU + timedelta(seconds=90)
    for kop in koppen:
        assert toegang.bekend(kop) is None
        with pytest.raises(GeenToegang, match="verlopen"):
            toegang.wie(kop)


def test_what_is_remembered_is_bounded(toegang: Toegang, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BEKEND", 3)
    koppen = [f"Bearer {maak(tmp_path)}" for _ in range(5)]
    for _ in range(2):
        for kop in koppen:
            assert toegang.wie(kop).naam == "loket"
        assert len(toegang._bekend) <= 3


def test_everybody_may_do_everything_under_ontwikkel_and_only_then(tmp_path: Path) -> None:
    toegang = maak_toegang(Instellingen(data=tmp_path, ontwikkel=True), Buitenwereld())
    assert toegang.wie(None) is toegang.bekend("x") is ONTWIKKELAAR
    assert ONTWIKKELAAR.naam == "ontwikkel"
    assert all(ONTWIKKELAAR.mag("spitspas", handeling, "x") for handeling in Handeling)


@pytest.fixture
def regels(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG):
        yield caplog


def test_nobody_has_the_name_of_another(toegang: Toegang, tmp_path: Path) -> None:
    """G40: else a token of the issuer would see the abonnementen of the sleutel of that name."""
    kop = f"Bearer {token(RSA, sub='loket')}"
    assert toegang.wie(kop).naam == "loket"
    maak(tmp_path)
    assert toegang.bekend(kop) is None, "at the next request"
    with pytest.raises(GeenToegang, match="naam van een API-sleutel"):
        toegang.wie(kop)
    assert toegang.wie(f"Bearer {token(RSA)}").naam == "loket-1"


def test_no_token_is_in_a_log_an_error_or_what_is_shown(
    toegang: Toegang, tmp_path: Path, regels: pytest.LogCaptureFixture
) -> None:
    """G40: whatever happens to it."""
    goed, fout = maak(tmp_path), maak(tmp_path)
    Sleutelbestand(tmp_path).trek_in(fout.split("_")[1], NU)
    jwt, oud = token(RSA), token(RSA, exp=1)
    gezegd = []
    for getoond in (goed, fout, jwt, oud):
        for kop in (f"Bearer {getoond}", f"Basic {getoond}", f"Bearer {getoond}x", f"Bearer x{getoond}"):
            try:
                gezegd.append(repr(toegang.wie(kop)))
            except GeenToegang as geweigerd:
                gezegd.append(repr(geweigerd) + str(geweigerd.__cause__))
    (tmp_path / BESTAND).write_text(json.dumps([{"hash": goed}]), encoding="utf-8")
    with pytest.raises(NuNietNaTeGaan) as gevangen:
        toegang.wie(f"Bearer {goed}")
    gezegd += [str(gevangen.value), repr(toegang), repr(vars(toegang)), regels.text]
    assert regels.messages
    alles = "\n".join(gezegd)
    for getoond in (goed, fout, jwt, oud):
        for deel in (getoond, *getoond.replace("_", ".").split(".")[1:]):
            if len(deel) > 20:
                assert deel not in alles

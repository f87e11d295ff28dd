"""The interactive pages: served from here, and referring to nothing outside."""

import re
from base64 import b64encode
from hashlib import sha256

from tests.daemon.conftest import Wereld, doe
from tests.daemon.test_commandos import is_probleem

DOCS = "/wegonderhoud/v1/docs"


def test_the_page_and_all_it_uses_come_from_here(wereld: Wereld) -> None:
    async def verhaal() -> None:
        pagina = await wereld.klant.als("").geef(DOCS)
        assert (pagina.status, pagina.koppen["content-type"]) == (200, "text/html; charset=utf-8")
        tekst = pagina.inhoud.decode()
        assert "//" not in tekst, "nothing from elsewhere"
        verwijzingen = re.findall(r'(?:href|src)="([^"]+)"', tekst) + re.findall(r"url: '([^']+)'", tekst)
        assert len(verwijzingen) == 4
        for verwijzing in verwijzingen:
            bestand = await wereld.klant.als("").geef(f"/wegonderhoud/v1/{verwijzing}")
            assert bestand.status == 200, verwijzing
            assert bestand.inhoud

    doe(verhaal)


def test_the_page_may_use_its_own_files_and_its_one_script_and_nothing_else(wereld: Wereld) -> None:
    async def verhaal() -> None:
        pagina = await wereld.klant.als("").geef(DOCS)
        beleid = dict((deel.strip().split(" ", 1)) for deel in pagina.koppen["content-security-policy"].split(";"))
        (script,) = re.findall(r"<script>(.*?)</script>", pagina.inhoud.decode())
        hash_ = b64encode(sha256(script.encode()).digest()).decode()
        assert beleid["script-src"] == f"'self' 'sha256-{hash_}'"
        assert (beleid["default-src"], beleid["connect-src"]) == ("'none'", "'self'")

    doe(verhaal)


def test_what_is_tried_out_goes_to_whoever_served_the_page(wereld: Wereld) -> None:
    """Its policy allows nothing else, and the address in the document may be of a proxy, or of nobody yet."""

    async def verhaal() -> None:
        pagina = (await wereld.klant.als("").geef(DOCS)).inhoud.decode()
        (patroon,) = re.findall(r"v\.url\.replace\(/(.+?)/, location\.origin\)", pagina)
        document = (await wereld.klant.geef("/wegonderhoud/v1/openapi.json")).json
        elders = document["servers"][0]["url"] + "/taken"
        assert re.sub(patroon, "http://127.0.0.1:8080", elders) == "http://127.0.0.1:8080/wegonderhoud/v1/taken"

    doe(verhaal)


def test_the_stylesheet_fetches_nothing_from_elsewhere(wereld: Wereld) -> None:
    async def verhaal() -> None:
        stijl = (await wereld.klant.als("").geef(f"{DOCS}/swagger-ui.css")).inhoud.decode()
        assert not re.findall(r"@import|url\((?!\s*[\"']?data:)", stijl)

    doe(verhaal)


def test_a_file_that_is_no_part_of_the_pages_is_not_given(wereld: Wereld) -> None:
    async def verhaal() -> None:
        for naam in ("redoc.standalone.js", "..%2f..%2fetc", "x"):
            is_probleem(await wereld.klant.geef(f"{DOCS}/{naam}"), 404)

    doe(verhaal)

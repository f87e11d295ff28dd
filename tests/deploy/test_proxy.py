"""The proxy of scripts/deploy/nginx.conf: nginx takes it, and what is behind it can be reached through it alone."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.docs.bladen import ROOT

PROXY = ROOT / "scripts" / "deploy" / "nginx.conf"


@pytest.mark.skipif(
    not (shutil.which("nginx") and shutil.which("openssl")),
    reason="nginx en openssl zijn er niet beide (Debian: apt-get install nginx-light openssl)",
)
def test_nginx_takes_it(tmp_path: Path) -> None:
    sleutel, certificaat = tmp_path / "sleutel.pem", tmp_path / "certificaat.pem"
    maak = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=registers.example.nl", "-days", "1"]
    subprocess.run(
        [str(shutil.which("openssl")), *maak, "-keyout", str(sleutel), "-out", str(certificaat)],
        check=True,
        capture_output=True,
    )
    deel = tmp_path / "gevolg.conf"
    deel.write_text(PROXY.read_text(encoding="utf-8").replace("/etc/gevolg/tls", str(tmp_path)), encoding="utf-8")
    heel = tmp_path / "nginx.conf"
    heel.write_text(f"pid {tmp_path}/pid; error_log {tmp_path}/log; events {{}} http {{ include {deel}; }}")
    gezegd = subprocess.run(
        [str(shutil.which("nginx")), "-t", "-c", str(heel)], check=False, capture_output=True, text=True
    )
    assert gezegd.returncode == 0, gezegd.stderr


def test_it_passes_nothing_on_that_is_for_this_machine_alone() -> None:
    tekst = PROXY.read_text(encoding="utf-8")
    assert re.findall(r"location (?:= )?(\S+) \{ return 404; \}", tekst) == ["/metrics", "/health/"]
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in tekst

"""The data folder is of one user alone."""

import json
import os
import stat
from pathlib import Path

import pytest

from actors.daemon.datamap import OpenMap, sluit_af


def recht(pad: Path) -> int:
    return stat.S_IMODE(pad.stat().st_mode)


def test_a_folder_that_is_not_there_is_made_for_its_owner_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    sluit_af(tmp_path / "a" / "data")
    assert recht(tmp_path / "a" / "data") == 0o700
    sluit_af(tmp_path / "a" / "data")
    assert not caplog.messages


@pytest.mark.parametrize("open_", [0o755, 0o770, 0o701, 0o710])
def test_a_folder_that_others_may_look_into_is_closed_with_a_warning(
    tmp_path: Path, open_: int, caplog: pytest.LogCaptureFixture
) -> None:
    """G42: whoever else is on the machine."""
    map_ = tmp_path / "data"
    map_.mkdir()
    map_.chmod(open_)
    sluit_af(map_)
    assert recht(map_) == 0o700
    (regel,) = map(json.loads, caplog.messages)
    assert (regel["event"], regel["mode"]) == ("data.closed_off", oct(open_))


def test_a_folder_that_cannot_be_closed_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    map_ = tmp_path / "data"
    map_.mkdir()
    map_.chmod(0o755)
    with monkeypatch.context() as zonder:
        zonder.setattr(Path, "chmod", lambda *_: None)
        with pytest.raises(OpenMap, match="niet af te sluiten"):
            sluit_af(map_)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(OpenMap, match="van een andere gebruiker"):
        sluit_af(map_)

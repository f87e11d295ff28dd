"""The files of a backup: a folder that is whole or not there, and files that are what their digest says."""

import os
from hashlib import sha256
from pathlib import Path

import pytest

from storage.backup import (
    FileDigest,
    copy_file,
    digest_of_file,
    plain_files,
    scratch_folder,
    unpack_file,
    whole_folder,
    write_file,
)
from storage.errors import StorageError, StoreDamaged, StoreInUse


def test_a_folder_that_was_filled_is_there_and_nothing_else(tmp_path: Path) -> None:
    with whole_folder(tmp_path / "doel") as folder:
        assert folder.stat().st_mode & 0o777 == 0o700
        write_file(folder / "een", b"1")
        assert not (tmp_path / "doel").exists()
    assert [p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*")] == ["doel", "doel/een"]


def test_of_a_folder_whose_filling_failed_nothing_is_left(tmp_path: Path) -> None:
    def fill() -> None:
        with whole_folder(tmp_path / "doel") as folder:
            (folder / "map").mkdir()
            write_file(folder / "map" / "een", b"1")
            raise InterruptedError

    with pytest.raises(InterruptedError):
        fill()
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_is_cleared_away_first(tmp_path: Path) -> None:
    left = tmp_path / "doel.onaf"
    (left / "map").mkdir(parents=True)
    (left / "map" / "een").write_bytes(b"1")
    (left / "weg").symlink_to(tmp_path)
    with whole_folder(tmp_path / "doel") as folder:
        assert list(folder.iterdir()) == []
    assert [p.name for p in tmp_path.iterdir()] == ["doel"]


def test_a_folder_that_another_is_filling_is_refused_and_left_alone(tmp_path: Path) -> None:
    with whole_folder(tmp_path / "doel") as folder:
        write_file(folder / "een", b"1")
        with (
            pytest.raises(StoreInUse, match=r"another process is filling .*doel\.onaf"),
            whole_folder(tmp_path / "doel"),
        ):
            pass
    assert (tmp_path / "doel" / "een").read_bytes() == b"1"


def test_a_folder_that_is_there_is_refused_before_and_after_filling(tmp_path: Path) -> None:
    (tmp_path / "doel").mkdir()
    with pytest.raises(StorageError, match="is there already"), whole_folder(tmp_path / "doel"):
        pass
    (tmp_path / "doel").rmdir()
    with pytest.raises(StorageError, match="is there already"), whole_folder(tmp_path / "doel"):
        (tmp_path / "doel").mkdir()
    assert [p.name for p in tmp_path.iterdir()] == ["doel"]


def test_a_scratch_folder_is_gone_afterwards(tmp_path: Path) -> None:
    with scratch_folder(tmp_path / "klad") as folder:
        write_file(folder / "een", b"1")
    assert list(tmp_path.iterdir()) == []


def test_plain_files_are_those_that_belong_to_the_data(tmp_path: Path) -> None:
    for name in ("toegang.json", "b.toml", "main.pid", "main.lock", "gevolg.log", ".verborgen"):
        (tmp_path / name).write_text(name)
    (tmp_path / "map").mkdir()
    (tmp_path / "verwijzing").symlink_to(tmp_path / "b.toml")
    assert [path.name for path in plain_files(tmp_path)] == ["b.toml", "toegang.json"]


def test_a_copy_is_the_same_for_its_owner_only_and_its_digest_says_so(tmp_path: Path) -> None:
    content = os.urandom((1 << 20) + 7)
    (tmp_path / "een").write_bytes(content)
    heard: list[int] = []
    digest = copy_file(tmp_path / "een", tmp_path / "twee", lambda _, size: heard.append(size))
    assert digest == FileDigest(len(content), sha256(content).hexdigest()) == digest_of_file(tmp_path / "twee")
    assert (tmp_path / "twee").read_bytes() == content
    assert (tmp_path / "twee").stat().st_mode & 0o777 == 0o600
    assert heard == [1 << 20, len(content)]
    with pytest.raises(FileExistsError):
        copy_file(tmp_path / "een", tmp_path / "twee")


def test_a_file_that_is_another_one_or_gone_is_refused_with_its_name(tmp_path: Path) -> None:
    digest = write_file(tmp_path / "een", b"een")
    unpack_file(tmp_path / "een", tmp_path / "goed", digest)
    (tmp_path / "een").write_bytes(b"twee")
    with pytest.raises(StoreDamaged, match=r"een is not what it was .* \(SHA-256\)"):
        unpack_file(tmp_path / "een", tmp_path / "fout", digest)
    (tmp_path / "een").unlink()
    (tmp_path / "een").symlink_to(tmp_path / "goed")
    with pytest.raises(StoreDamaged, match="een is not there"):
        unpack_file(tmp_path / "een", tmp_path / "fout", digest)

"""A file is whole or not there at all."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

import pytest

from brainseg_gui.files.atomic import make_folder, write_atomically
from brainseg_gui.files.errors import WriteError


def test_bytes_and_writers_are_written(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a", b"one")
    write_atomically(tmp_path / "b", lambda file: file.write(b"two"))
    assert (tmp_path / "a").read_bytes() == b"one"
    assert (tmp_path / "b").read_bytes() == b"two"


def test_what_was_there_is_replaced_at_once_by_what_is_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, done = tmp_path / "a", []
    write_atomically(path, b"long before")
    fsync, replace = os.fsync, os.replace

    def flush(handle: int) -> None:
        done.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "content")
        fsync(handle)

    def rename(beside: Path, name: Path) -> None:
        done.append("name")
        assert (path.read_bytes(), beside.read_bytes()) == (b"long before", b"now")
        replace(beside, name)

    monkeypatch.setattr(os, "fsync", flush)
    monkeypatch.setattr(os, "replace", rename)
    write_atomically(path, b"now")
    assert done == ["content", "name", "folder"][: 2 + hasattr(os, "O_DIRECTORY")]
    assert path.read_bytes() == b"now"
    assert os.listdir(tmp_path) == ["a"]


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EROFS, "the disk is read-only"),
        (errno.EACCES, "no permission to write there"),
        (errno.EIO, os.strerror(errno.EIO).lower()),
    ],
)
def test_a_failure_is_a_sentence_and_leaves_what_was_there(
    tmp_path: Path, number: int, reason: str
) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"before")

    def fail_half_way(file: BinaryIO) -> None:
        file.write(b"half")
        raise OSError(number, os.strerror(number))

    with pytest.raises(WriteError) as caught:
        write_atomically(path, fail_half_way)
    assert (caught.value.path, caught.value.reason) == (path, reason)
    assert path.read_bytes() == b"before"
    assert os.listdir(tmp_path) == ["a"]


def test_a_writer_that_breaks_leaves_nothing_beside(tmp_path: Path) -> None:
    def broken(file: BinaryIO) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "a", broken)
    assert os.listdir(tmp_path) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_disk_that_is_full_is_told(tmp_path: Path) -> None:
    with open("/dev/full", "wb", buffering=0) as full, pytest.raises(WriteError, match="is full"):
        write_atomically(tmp_path / "a", lambda file: full.write(b"x"))


def test_a_folder_that_is_missing_or_a_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="the folder does not exist"):
        write_atomically(tmp_path / "none" / "a", b"")
    (tmp_path / "file").touch()
    with pytest.raises(WriteError, match="the folder is a file"):
        write_atomically(tmp_path / "file" / "a", b"")
    (tmp_path / "folder").mkdir()
    with pytest.raises(WriteError, match="a folder of that name is in the way"):
        write_atomically(tmp_path / "folder", b"")
    assert sorted(os.listdir(tmp_path)) == ["file", "folder"]


def test_a_name_that_is_too_long_is_told(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="too long"):
        write_atomically(tmp_path / ("a" * 300), b"")
    assert os.listdir(tmp_path) == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root writes anywhere")
def test_a_folder_without_permission_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(WriteError, match="no permission"):
        write_atomically(tmp_path / "a", b"")


@pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")
def test_others_may_read_what_they_usually_may(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        write_atomically(tmp_path / "a", b"")
    finally:
        os.umask(before)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o644


def test_folders_are_made_with_those_above_and_a_file_in_the_way_is_told(tmp_path: Path) -> None:
    for _ in range(2):
        make_folder(tmp_path / "a" / "b")
    (tmp_path / "file").touch()
    with pytest.raises(WriteError, match="in the way"):
        make_folder(tmp_path / "file")
    with pytest.raises(WriteError, match="the folder is a file"):
        make_folder(tmp_path / "file" / "below")

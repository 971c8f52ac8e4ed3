"""Write a file so that it is whole or not there at all."""

from __future__ import annotations

import errno
import os
import stat
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from brainseg_gui.files.errors import WriteError

REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your share of the disk is full",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "no permission to write there",
    errno.EPERM: "no permission to write there",
    errno.ENOENT: "the folder does not exist",
    errno.ENOTDIR: "the folder is a file",
    errno.EISDIR: "a folder of that name is in the way",
    errno.ENAMETOOLONG: "the name is too long for this disk",
}


def write_atomically(
    path: Path, content: bytes | Callable[[BinaryIO], object], *, private: bool = False
) -> None:
    """Write beside `path`, flush to the disk, then rename over it.

    Parameters
    ----------
    path : Path
        In an existing folder; a file of that name is replaced.
    content : bytes, or a function that writes to the open file it is given
    private : bool
        For its owner only. Else who may read it is as it was, or for a new file as usual.

    Raises
    ------
    WriteError
        If the file cannot be written. What was at `path` before is then still there, untouched,
        and nothing is left beside it.
    """
    beside = path.with_name(f".{uuid.uuid4().hex}.part")
    try:
        _write_through(beside, content, private)
        _keep_mode(path, beside, private)
        os.replace(beside, path)
        _flush_folder(path.parent)
    except OSError as error:
        raise WriteError(path, write_reason(error)) from error
    finally:
        with suppress(OSError):
            beside.unlink()  # gone already, unless something went wrong


def remove_halves(folder: Path) -> None:
    """Remove what a program that was killed left half written in a folder; WriteError."""
    for path in folder.rglob(".*.part"):
        if len(path.stem) == 33 and path.is_file() and not path.is_symlink():
            try:
                path.unlink()
            except OSError as error:
                raise WriteError(path, "it cannot be removed") from error


def make_folder(path: Path) -> None:
    """Create a folder and those above it; one that exists is fine.

    Raises
    ------
    WriteError
        If it cannot be created, or a file is in its place.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise WriteError(path, "a file of that name is in the way") from error
    except OSError as error:
        raise WriteError(path, write_reason(error)) from error


def write_reason(error: OSError) -> str:
    """Return in a few words why something could not be written."""
    return REASONS.get(error.errno or 0) or (error.strerror or str(error)).lower()


def _keep_mode(old: Path, new: Path, private: bool) -> None:
    if not private:
        with suppress(OSError):  # there was none, or the disk knows no modes
            os.chmod(new, stat.S_IMODE(os.stat(old).st_mode))


def _write_through(
    path: Path, content: bytes | Callable[[BinaryIO], object], private: bool
) -> None:
    def opener(name: str, flags: int) -> int:
        return os.open(name, flags, 0o600 if private else 0o666)

    with open(path, "xb", opener=opener) as file:
        if callable(content):
            content(file)
        else:
            file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """Make the new name itself survive a power cut, where the system can."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with suppress(OSError):  # some network file systems refuse; the file itself is safe
            os.fsync(handle)
    finally:
        os.close(handle)

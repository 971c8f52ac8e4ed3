"""Open a file by its path, wherever it lies: on the disk, or packed in a zip file."""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path
from typing import BinaryIO

from brainseg_gui.files.containers import archive
from brainseg_gui.files.members import source_of

State = tuple[object, ...]


def opened(path: Path) -> BinaryIO:
    """Open a file for reading; what is packed is unpacked as a whole.

    Raises
    ------
    ValueError
        If it is packed, and cannot be unpacked.
    OSError
        If it cannot be opened.
    """
    file, member = source_of(path)
    return io.BytesIO(archive.content_of(file, member)) if member else _regular(path)


def streamed(path: Path) -> BinaryIO:
    """Open a file of which only some may be read; ValueError, OSError, as `opened`."""
    file, member = source_of(path)
    return archive.stream_of(file, member) if member else _regular(path)


def _regular(path: Path) -> BinaryIO:
    """Open a file on the disk that ends, and waits for nobody."""
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise ValueError("not a regular file")
    return open(path, "rb")


def content_of(path: Path) -> bytes:
    """Return what is in a file; ValueError, OSError, as `opened`."""
    with opened(path) as file:
        return file.read()


def state_of(path: Path) -> State:
    """Return what tells a file from others, and from itself after a change.

    Raises
    ------
    FileNotFoundError
        If there is none.
    """
    file, member = path, ""
    try:
        it = os.stat(file)
    except OSError:
        file, member = source_of(path)
        it = os.stat(file)
    if member and member not in archive.opened.get(file).NameToInfo:
        raise FileNotFoundError(member)
    return it.st_dev, it.st_ino, member, it.st_size, it.st_mtime_ns


def is_there(path: Path) -> bool:
    """Tell whether there is a file of whatever kind, or a folder on the disk."""
    return os.path.exists(path) or _is_packed(path)


def is_file(path: Path) -> bool:
    """Tell whether there is a file with a content."""
    return os.path.isfile(path) or _is_packed(path)


def _is_packed(path: Path) -> bool:
    try:
        return bool(source_of(path)[1]) and bool(state_of(path))
    except (OSError, ValueError):
        return False


def size_of(path: Path) -> int:
    """Return how many bytes are in a file; what `state_of` raises, this does."""
    file, member = source_of(path)
    return archive.opened.get(file).getinfo(member).file_size if member else os.stat(file).st_size

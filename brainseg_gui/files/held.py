"""A file that one process holds, so that a second one learns who was first."""

from __future__ import annotations

import errno
import json
import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from brainseg_gui.files.atomic import make_folder

# Said by disks that know no locks, some network shares among them; others mean that it is taken.
NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP}

if os.name == "nt":
    import msvcrt

    def lock(file: BinaryIO) -> None:
        """Have a file for oneself until it is closed; OSError where somebody else has it."""
        file.seek(1 << 30)  # far behind the text, which others are to read
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
else:
    import fcntl

    def lock(file: BinaryIO) -> None:
        """Have a file for oneself until it is closed; OSError where somebody else has it."""
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


class NoLocksError(OSError):
    """The disk knows no locks."""


class HeldFile:
    """A file that is locked by the system, which lets go of it when the process ends, however."""

    def __init__(self) -> None:
        self._file: BinaryIO | None = None
        self._path: Path | None = None

    def take(self, path: Path, text: Mapping[str, Any]) -> dict[str, Any] | None:
        """Hold a file; return None, or what its holder wrote there where somebody else has it.

        Parameters
        ----------
        path : Path
            Made where missing, with its folder.
        text : mapping
            Plain values for whoever comes second. What they find may be {}: the text is a help,
            the lock is what counts.

        Raises
        ------
        NoLocksError
            If the disk knows no locks.
        OSError, WriteError
            If the file cannot be made, or is one that must not be written to: a link to another
            file, or a file with other names.
        """
        self.release()
        make_folder(path.parent)
        while True:
            file = _opened(path)
            try:
                lock(file)
            except OSError as error:
                with file:
                    if error.errno in NO_LOCKS:
                        raise NoLocksError(error.errno, os.strerror(error.errno)) from error
                    return _text_of(file)
            if _is_at(path, file):
                break
            file.close()  # the one before removed it between opening and locking
        self._file, self._path = file, path
        with suppress(OSError):  # a full disk: the lock holds without its text
            file.truncate(0)
            file.write(json.dumps(dict(text)).encode())
            file.flush()
        return None

    def release(self) -> None:
        """Let go of the file, and take it away."""
        if self._file is None or self._path is None:
            return
        with suppress(OSError):
            self._file.truncate(0)
        if os.name == "nt":  # which removes no file that is open
            self._file.close()
        with suppress(OSError):
            self._path.unlink()
        self._file.close()
        self._file = self._path = None


def _opened(path: Path) -> BinaryIO:
    """Open a file, made where missing, that is nothing but this: who holds it empties it."""
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
    flags |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    descriptor = os.open(path, flags, 0o666)
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:
        os.close(descriptor)
        raise OSError(errno.ELOOP, "not a file of its own")
    return os.fdopen(descriptor, "a+b")


def _is_at(path: Path, file: BinaryIO) -> bool:
    try:
        return os.path.samestat(os.stat(path), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False


def _text_of(file: BinaryIO) -> dict[str, Any]:
    with suppress(OSError, ValueError):
        file.seek(0)
        told = json.loads(file.read())
        if isinstance(told, dict):
            return told
    return {}

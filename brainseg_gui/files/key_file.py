"""The key of pseudonyms: a file for its owner only, made where missing, never written over."""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

BYTES = 32
MOST = 4096  # more is some other file, given by mistake
FLAGS = getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


class KeyFileError(Exception):
    """A key file that cannot be used; the message is one sentence."""


def key_in(path: Path) -> bytes:
    """Return the key in a file, which is made of random bytes where there is none.

    Raises
    ------
    KeyFileError
        If it is a link, no regular file, too short or too long, or cannot be read or made.
    """
    if path.is_symlink():
        raise KeyFileError(f"{path} is a link, which is not followed: name the key file itself.")
    try:
        try:
            return _made(path)
        except FileExistsError:
            return _read(path)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise KeyFileError(f"The key file {path} cannot be used: {reason}.") from error


def others_can_read(path: Path) -> bool:
    """Tell whether a key file is open to more than its owner, where the system knows that."""
    return os.name == "posix" and bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


def _made(path: Path) -> bytes:
    """Make the file; a link in its place counts as one that is there."""
    key = secrets.token_bytes(BYTES)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | FLAGS, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        with suppress(OSError):
            path.unlink()  # half a key would be refused at every later start
        raise
    return key


def _read(path: Path) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | FLAGS)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise KeyFileError(f"The key file {path} is no file but a folder or a device.")
    with os.fdopen(descriptor, "rb") as file:
        key = file.read(MOST + 1)
    if len(key) < BYTES:
        raise KeyFileError(
            f"The key file {path} holds {len(key)} bytes, a key has at least {BYTES}: name a file "
            "that is not there yet, and it is made."
        )
    if len(key) > MOST:
        raise KeyFileError(f"The key file {path} holds more than {MOST} bytes: it is no key.")
    return key

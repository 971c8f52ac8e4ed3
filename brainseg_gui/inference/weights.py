"""The files of a bundle: bounded before they are read, and the very bytes that were checked."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path

MAX_CARD = 8 << 20  # bytes
MAX_WEIGHTS = 2 << 30
MAX_UNPACKED = 4 << 30
# How ONNX spells, in a tensor, that its numbers lie in another file.
ELSEWHERE = b"\x0a\x08location"


class BundleError(Exception):
    """A bundle that must not be used; the message is one sentence for the user."""


def bounded(path: Path, most: int) -> bytes:
    """Return what is in a file of the bundle.

    Raises
    ------
    OSError
        If it cannot be read, or is no file.
    BundleError
        If it is larger than any.
    """
    descriptor = os.open(
        path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    )
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(0, "not a file")
        content = file.read(most + 1) if status.st_size <= most else b""
    if status.st_size > most or len(content) > most:
        name = f"{path.parent.name}/{path.name}"
        raise BundleError(f"{name} is larger than any file of a network: over {most >> 20} MB.")
    return content


def whole(bundle: Path, name: str, sizes: Mapping[str, int], sums: Mapping[str, str]) -> bytes:
    """Return a file of a bundle that is the one its card describes.

    Raises
    ------
    BundleError
        If it is missing, cut off, or does not match its size and sum.
    """
    try:
        content = bounded(bundle / name, MAX_WEIGHTS)
    except OSError as error:
        raise BundleError(
            f"The network {bundle.name} is incomplete: {name}: {error.strerror}."
        ) from error
    if len(content) != sizes.get(name):
        raise BundleError(
            f"The network {bundle.name} is damaged: {name} has {len(content)} bytes, "
            f"its card says {sizes.get(name)}."
        )
    if hashlib.sha256(content).hexdigest() != sums.get(name):
        raise BundleError(
            f"The network {bundle.name} is damaged: {name} does not match the sum in its card."
        )
    return content


def refuse_elsewhere(content: bytes, bundle: str) -> None:
    """Refuse an ONNX network that takes its weights from other files, by a BundleError."""
    if ELSEWHERE in content:
        raise BundleError(
            f"The network {bundle} takes weights from another file, which is refused."
        )


def refuse_bomb(content: bytes, bundle: str) -> None:
    """Refuse a Keras archive that is none, or would fill the memory, by a BundleError."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return  # Keras says it better
    if unpacked > MAX_UNPACKED:
        raise BundleError(f"The network {bundle} unpacks to {unpacked >> 20} MB, which is refused.")

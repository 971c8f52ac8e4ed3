"""Keep prepared arrays in a folder of their own: written whole or not at all, mapped when read."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import time
import uuid
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import numpy as np

from brainseg_gui.files.atomic import make_folder, write_reason
from brainseg_gui.files.errors import WriteError

ARRAYS = ("images.npy", "masks.npy")
SUMS = "sums.json"
ABANDONED = 3600.0  # seconds after which a half-written folder belongs to nobody
BLOCK = 1 << 24


def store(folder: Path, examples: Iterable[tuple[np.ndarray, np.ndarray]]) -> None:
    """Write pairs of arrays, all firsts of one shape and all seconds too, one pair at a time.

    Parameters
    ----------
    folder : Path
        Replaced if it is there, and not before everything is on the disk.
    examples : iterable of (image, mask)

    Raises
    ------
    WriteError
        If the disk is full or refuses; nothing is left behind.
    """
    make_folder(folder.parent)
    _clear_abandoned(folder)
    part = folder.with_name(f"{folder.name}.{uuid.uuid4().hex}.part")
    try:
        part.mkdir()
        _write(part, examples)
        _move(part, folder)
    except OSError as error:
        raise WriteError(folder, write_reason(error)) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def load(folder: Path) -> tuple[np.ndarray, np.ndarray] | None:
    """Return both arrays, read-only and mapped, or None where they are missing or damaged."""
    try:
        sums = json.loads((folder / SUMS).read_text(encoding="utf-8"))
        if sums != {name: _sum_of(folder / name) for name in ARRAYS}:
            return None
        images, masks = (np.load(folder / name, mmap_mode="r") for name in ARRAYS)
        return images, masks
    except (OSError, ValueError):
        return None


def _write(part: Path, examples: Iterable[tuple[np.ndarray, np.ndarray]]) -> None:
    # Plain writing, not a mapped file: a full disk is then an error and no crash.
    shapes: tuple[tuple[int, ...], ...] = ()
    count = 0
    with contextlib.ExitStack() as stack:
        files = [stack.enter_context(open(part / name, "w+b")) for name in ARRAYS]
        for pair in examples:
            if not count:
                shapes = tuple(array.shape for array in pair)
                _write_headers(files, count, shapes)
            for file, array in zip(files, pair, strict=True):
                file.write(np.ascontiguousarray(array, np.uint8).data)
            count += 1
        _write_headers(files, count, shapes)
        for file in files:
            file.flush()
            os.fsync(file.fileno())
    sums = {name: _sum_of(part / name) for name in ARRAYS}
    (part / SUMS).write_text(json.dumps(sums), encoding="utf-8")


def _write_headers(
    files: Iterable[BinaryIO], count: int, shapes: Iterable[tuple[int, ...]]
) -> None:
    """Write the header of .npy files, whose length does not change with the count of examples."""
    for file, shape in zip(files, shapes, strict=True):
        file.seek(0)
        header = {"descr": "|u1", "fortran_order": False, "shape": (count, *shape)}
        np.lib.format.write_array_header_1_0(file, header)


def _sum_of(path: Path) -> str:
    """Return size and CRC-32 of a file: a second per gigabyte, and no half or spoilt cache."""
    crc = 0
    with open(path, "rb") as file:
        while block := file.read(BLOCK):
            crc = zlib.crc32(block, crc)
        return f"{file.tell()}:{crc:08x}"


def _move(part: Path, folder: Path) -> None:
    """Give the finished folder its name; one that another run finished meanwhile is as good."""
    if load(folder) is not None:
        return
    shutil.rmtree(folder, ignore_errors=True)
    try:
        part.rename(folder)
    except OSError:
        if load(folder) is None:
            raise


def _clear_abandoned(folder: Path) -> None:
    """Remove what killed runs left half-written, unless it may still be written."""
    for part in folder.parent.glob(f"{folder.name}.*.part"):
        with contextlib.suppress(OSError):
            newest = max(entry.stat().st_mtime for entry in [part, *part.iterdir()])
            if time.time() - newest > ABANDONED:
                shutil.rmtree(part, ignore_errors=True)

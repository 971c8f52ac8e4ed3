"""What was learned of the slices of a folder, kept so that it opens at once the next time.

One file for each folder, in the user's cache folder: the slices may lie on a read-only disk.
It is derived, so a damaged one is thrown away, and one that cannot be written is done without.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import platformdirs

from brainseg_gui.core.image.orientation import Turn
from brainseg_gui.core.image.thumbnail import SIDE
from brainseg_gui.core.place import Place
from brainseg_gui.files.atomic import make_folder, write_atomically
from brainseg_gui.files.errors import WriteError
from brainseg_gui.files.members import file_of
from brainseg_gui.files.reading import wishes

log = logging.getLogger(__name__)

LAYOUT = 5  # of the file and of what is read; another number is another file
KEPT_FOLDERS = 50
FIELDS = ("patient", "tumour", "digest", "height", "width", "reference_px", "mismatch")
# A file that was read right after it was written may be written again within the same tick of its
# disk's clock (2 s on FAT), and look unchanged.
SETTLED_NS = 2_000_000_000


@dataclass(frozen=True)
class Stamp:
    """What tells whether the files of a slice are still those that were read.

    Attributes
    ----------
    size : int
        Of the first file.
    mtime_ns : int
        Of the newest one.
    beside : str
        Size and time of each other one; empty where there is none.
    """

    size: int
    mtime_ns: int
    beside: str = ""

    @classmethod
    def of(cls, path: Path, *beside: Path) -> Stamp | None:
        """Return the stamp of a slice by its file and others; None where that cannot be seen."""
        try:
            status = os.stat(path)
        except OSError:
            return None
        others = [_size_and_time(other) for other in beside]
        newest = max(status.st_mtime_ns, *(time_ns for _, time_ns in others), 0)
        texts = [f"{size}:{time_ns}" for size, time_ns in others]
        return cls(status.st_size, newest, " ".join(texts))


@dataclass(frozen=True, eq=False)
class Known:
    """What is known of one slice.

    Attributes
    ----------
    stamp : Stamp
        Of its file, from before it was read.
    patient, tumour, digest : str
        The digest is `Slice.stored_digest`.
    height, width : int
    reference_px : int or None
        Pixels of the reference; None where there is none.
    thumbnail : (SIDE, SIDE) uint8
    fits_if : Turn
    place : Place or None
    classes : tuple of (int, int)
        As of a `Slice`.
    mismatch : bool
        Its border fits its mask in no position.
    """

    stamp: Stamp
    patient: str
    tumour: str
    digest: str
    height: int
    width: int
    reference_px: int | None
    thumbnail: np.ndarray
    fits_if: Turn = Turn.NONE
    place: Place | None = None
    classes: tuple[tuple[int, int], ...] = ()
    mismatch: bool = False


class IndexCache:
    """Slices of one folder by their path inside it; read on construction, used by one thread."""

    def __init__(self, folder: Path) -> None:
        # What is wished for decides what is read, so it has an index of its own.
        about = os.fsencode(folder) + wishes().key.encode()
        name = hashlib.sha256(about).hexdigest()[:20]
        self.path = cache_folder() / f"index-{LAYOUT}-{name}.npz"
        self._folder = folder
        self._known = self._load()
        self._changed = False

    def get(self, name: str, stamp: Stamp | None) -> Known | None:
        """Return what is known of a slice whose file has not changed since."""
        known = self._known.get(name)
        return known if known is not None and known.stamp == stamp else None

    def put(self, name: str, known: Known) -> None:
        """Learn a slice; it is on the disk after `save`."""
        if time.time_ns() - known.stamp.mtime_ns >= SETTLED_NS:
            self._known[name] = known
            self._changed = True

    def save(self) -> None:
        """Write what was learned; where that fails, the next opening reads the slices again."""
        if not self._changed:
            return
        # Slices that were not opened this time are kept, those that are gone are not.
        known = {
            name: it for name, it in self._known.items() if file_of(self._folder / name).exists()
        }
        try:
            make_folder(self.path.parent)
            write_atomically(self.path, lambda file: _write(file, known), private=True)
        except WriteError as error:
            log.info("no index is kept: %s", error)
            return
        self._changed = False
        _forget_oldest(self.path.parent)

    def _load(self) -> dict[str, Known]:
        try:
            with open(self.path, "rb") as file, np.load(file, allow_pickle=False) as content:
                return _read(content)
        except FileNotFoundError:
            return {}
        except Exception as error:  # zip, zlib, numpy and json have a dozen names for damage
            log.info("the index %s is damaged and made anew: %s", self.path, error)
            with suppress(OSError):
                self.path.unlink()
            return {}


def cache_folder() -> Path:
    """Return the user's own folder for what can be made again."""
    return Path(platformdirs.user_cache_dir("brainseg", appauthor=False))


def _size_and_time(path: Path) -> tuple[int, int]:
    try:
        status = os.stat(path)
    except OSError:
        return -1, 0
    return status.st_size, status.st_mtime_ns


def _write(file: BinaryIO, known: Mapping[str, Known]) -> None:
    rows = [
        (
            *(name, astuple(it.stamp), {field: getattr(it, field) for field in FIELDS}),
            *(it.fits_if.name, it.place and astuple(it.place), it.classes),
        )
        for name, it in known.items()
    ]
    thumbnails = [it.thumbnail for it in known.values()]
    np.savez(
        file,
        rows=np.frombuffer(json.dumps(rows).encode(), np.uint8),
        thumbnails=np.array(thumbnails, np.uint8).reshape(-1, SIDE, SIDE),
    )


def _read(file: Mapping[str, np.ndarray]) -> dict[str, Known]:
    rows = json.loads(file["rows"].tobytes())
    thumbnails = file["thumbnails"]
    if thumbnails.shape != (len(rows), SIDE, SIDE) or thumbnails.dtype != np.uint8:
        raise ValueError(f"{len(rows)} rows, thumbnails of shape {thumbnails.shape}")
    both = zip(rows, thumbnails, strict=True)
    return {
        name: Known(
            stamp=Stamp(*stamp),
            thumbnail=it,
            fits_if=Turn[fits_if],
            place=place and Place(*place),
            classes=tuple((int(value), int(area)) for value, area in classes),
            **fields,
        )
        for (name, stamp, fields, fits_if, place, classes), it in both
    }


def _forget_oldest(folder: Path) -> None:
    """Keep the newest few: data sets that nobody opens any more must not fill a disk."""
    with suppress(OSError):
        files = sorted(folder.glob("index-*.npz"), key=os.path.getmtime, reverse=True)
        for file in files[KEPT_FOLDERS:]:
            file.unlink()

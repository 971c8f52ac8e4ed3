"""Folders that a training reads: `images/`, `masks/` and `index.csv`, which tells whose they are.

A file without a line in the table is no slice: lines of an earlier export stay as long as their
pictures are there.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.image.contrast import spread
from brainseg_gui.core.slices import patient_group
from brainseg_gui.core.text import encoded
from brainseg_gui.core.types import Mask
from brainseg_gui.files.atomic import make_folder, write_atomically
from brainseg_gui.files.errors import WriteError
from brainseg_gui.files.writers.given import Gathered, Given, Item
from brainseg_gui.files.writers.png import read_back as read_picture
from brainseg_gui.files.writers.png import write_mask, write_slice

NAME = "training"
IMAGES, MASKS, INDEX = "images", "masks", "index.csv"
COLUMNS = ("n", "pid", "patient_group", "label", "tumour", "height", "width", "tumour_px")
MOST = np.iinfo(np.uint16).max


def place(name: PurePosixPath) -> PurePosixPath:
    """Return where the mask of a name goes: all lie side by side, their folders in their names."""
    stem = "-".join(name.parts).removesuffix("_mask")
    return PurePosixPath(MASKS, f"{stem}.png")


def files_of(path: Path) -> tuple[Path, ...]:
    """Return a mask and its picture."""
    return path, path.parent.parent / IMAGES / path.name


def content(mask: Mask, given: Given) -> NDArray[np.uint16]:
    """Return (2, H, W): the grey levels of the picture, and the mask in 0 and 255.

    Whole values from 0 to 65535 stay what they are. Others are moved, and where that is not
    enough scaled: neither changes what a network is shown.

    Raises
    ------
    ValueError
        If the slice is gone.
    """
    return np.stack([_levels(given.read.pixels), mask.astype(np.uint16) * 255])


def write(path: Path, content: np.ndarray, given: Given) -> None:
    """Write the mask and its picture.

    Raises
    ------
    WriteError
        If one of them cannot be written.
    """
    mask, picture = files_of(path)
    make_folder(picture.parent)
    levels = content[0]
    write_slice(picture, levels.astype(np.uint8) if levels.max(initial=0) < 256 else levels)
    write_mask(mask, content[1] > 0)


def read_back(path: Path, shape: tuple[int, int]) -> NDArray[np.uint16]:
    """Return picture and mask.

    Raises
    ------
    WriteError
        If one of them is no whole picture of that size.
    """
    mask, picture = (read_picture(it).astype(np.uint16) for it in files_of(path))
    if mask.shape != shape or picture.shape != shape:
        raise WriteError(path, "what is on the disk is of another size")
    return np.stack([picture, mask])


def write_index(table: Path, gathered: Gathered) -> None:
    """Write the table of all pictures that are there.

    Raises
    ------
    WriteError
        If it cannot be written, or an earlier one cannot be read.
    """
    rows = _earlier(table)
    for item in gathered.items:
        for path in item.files.get(NAME, ())[:1]:
            rows[path.stem] = _row(path.stem, item)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, restval="", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows.values())
    write_atomically(table, encoded(text.getvalue()))
    if _earlier(table) != {n: {key: str(it) for key, it in row.items()} for n, row in rows.items()}:
        raise WriteError(table, "what is on the disk differs from what was written")


def _earlier(table: Path) -> dict[str, dict[str, object]]:
    """Return the lines whose pictures are there, by their names."""
    try:
        with open(table, newline="", encoding="utf-8", errors="surrogateescape") as file:
            rows = [dict(it) for it in csv.DictReader(file, restval="", strict=True)]
    except FileNotFoundError:
        return {}
    except (OSError, csv.Error) as error:
        raise WriteError(table, "the table that is there cannot be read; move it away") from error
    there = (it for it in rows if (table.parent / IMAGES / f"{it.get('n')}.png").exists())
    return {str(it["n"]): {key: it.get(key, "") for key in COLUMNS} for it in there}


def _row(n: str, item: Item) -> dict[str, object]:
    given, mask = item.given, item.mask()
    height, width = mask.shape
    found: Mapping[str, object] = {
        "n": n,
        "pid": given.subject,
        "patient_group": patient_group(given.subject),
        "label": "" if given.tumour is None else given.tumour.value,
        "tumour": given.tumour_text,
        "height": height,
        "width": width,
        "tumour_px": int(np.count_nonzero(mask)),
    }
    return dict(found)


def _levels(pixels: np.ndarray) -> NDArray[np.uint16]:
    low, high = float(pixels.min()), float(pixels.max())
    if (np.rint(pixels) == pixels).all() and high - low <= MOST:
        moved = 0.0 if low >= 0 and high <= MOST else low
        return (pixels.astype(np.float64) - moved).astype(np.uint16)
    return np.rint(spread(pixels) * MOST).astype(np.uint16)

"""A corrected mask as a slice in the data set's own layout: image, mask, border, label, patient."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.image.orientation import Turn
from brainseg_gui.core.masks.rings import in_one_line, pieces
from brainseg_gui.core.slices import Slice
from brainseg_gui.core.types import Mask
from brainseg_gui.files.errors import WriteError
from brainseg_gui.files.formats import read_slice
from brainseg_gui.files.writers.given import Given

TO_MIDDLE = 0.5  # borders count from the middle of the first pixel, outlines from its corner


def content(mask: Mask, given: Given) -> NDArray[np.float32]:
    """Return (2, H, W): the image as its file has it, and the mask.

    Raises
    ------
    ValueError
        If the slice is gone.
    """
    return np.stack([given.read.pixels, mask.astype(np.float32)])


def write(path: Path, content: np.ndarray, given: Given) -> None:
    """Write the slice; an empty mask has no border.

    Raises
    ------
    WriteError
        If it cannot be written.
    """
    from brainseg_gui.files.writers.mat_writer import write_mat  # here, to start without HDF5

    pixels, mask = content[0], content[1] > 0
    slice_ = Slice(pixels, mask, border_of(mask), given.patient, given.tumour)
    write_mat(path, slice_, any_numbers=True)


def read_back(path: Path, shape: tuple[int, int]) -> NDArray[np.float32]:
    """Return image and mask as the program's own reader finds them, in a process of its own.

    Raises
    ------
    SliceError
        If it is no slice.
    WriteError
        If its border is not that of its mask.
    """
    found = read_slice(path)
    mask = np.zeros(shape, bool) if found.reference is None else found.reference
    expected, border = border_of(mask), found.border
    if expected is None or border is None:
        fits = expected is border
    else:
        fits = found.fits_if is Turn.NONE and np.array_equal(border, expected)
    if not fits:
        raise WriteError(path, "its border is not the border of its mask")
    return np.stack([found.pixels, mask.astype(np.float32)])


def border_of(mask: Mask) -> NDArray[np.float64] | None:
    """Return the outline of a mask as a slice has it: (N, 2) row, column; None for an empty one.

    Several pieces, and holes, are one closed line: filled, it is the mask.
    """
    rings = [ring for it in pieces(mask) for ring in (it.outer, *it.holes)]
    return in_one_line(rings).astype(np.float64) - TO_MIDDLE if rings else None

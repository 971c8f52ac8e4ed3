"""What is kept of a slice to show it small beside others and to compare it with them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.image.thumbnail import thumbnail
from brainseg_gui.core.masks.outline import contours
from brainseg_gui.core.measures.views import Look, look_at
from brainseg_gui.core.slices import Slice
from brainseg_gui.core.types import Mask

SIDE = 128  # pixels of the picture
Lines = tuple[NDArray[np.float32], ...]
"""Closed outlines, each (N, 2) of (row, column) in the picture, whose side is 1."""


@dataclass(frozen=True, eq=False)
class Sketch:
    """A slice in some 30 kilobytes.

    Attributes
    ----------
    shape : (int, int)
        Of the slice.
    picture : (SIDE, SIDE) uint8
    look : Look or None
    reference : Lines
        Outlines of the reference; none where there is none.
    """

    shape: tuple[int, int]
    picture: NDArray[np.uint8]
    look: Look | None
    reference: Lines


def sketch_of(slice_: Slice) -> Sketch:
    """Return what is kept of a slice."""
    reference = slice_.reference
    return Sketch(
        slice_.shape,
        thumbnail(slice_.pixels, SIDE),
        look_at(slice_.pixels),
        () if reference is None else lines_of(reference),
    )


def lines_of(mask: Mask) -> Lines:
    """Return the outlines of an (H, W) mask as a square picture of the slice shows them."""
    height, width = mask.shape
    side = max(height, width)
    corner = np.array([(side - height) / 2, (side - width) / 2])
    return tuple(((line + corner) / side).astype(np.float32) for line in contours(mask))

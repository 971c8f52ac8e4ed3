"""A slice made ready for the screen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brainseg_gui.core.image.clahe import clahe
from brainseg_gui.core.image.contrast import equalise, grey_levels
from brainseg_gui.core.slices import Slice

VIEWS = ("raw", "equalised", "clahe")


@dataclass(frozen=True, eq=False)
class SliceView:
    """A slice and what of it is shown.

    Attributes
    ----------
    slice : Slice
    shown : (H, W) float32 in [0, 1]
        The chosen view.
    levels : (H, W) uint8
        For automatic contrast.
    """

    slice: Slice
    shown: np.ndarray
    levels: np.ndarray

    @property
    def nbytes(self) -> int:
        """Return what it holds in memory."""
        return self.slice.pixels.nbytes + self.shown.nbytes + 2 * self.levels.nbytes


def view_of(slice_: Slice, view: str) -> SliceView:
    """Return a slice in one of `VIEWS`."""
    levels = grey_levels(slice_.pixels)
    if view == "equalised":
        shown = equalise(levels)
    elif view == "clahe":
        shown = clahe(levels)
    else:
        low, high = float(slice_.pixels.min()), float(slice_.pixels.max())
        shown = ((slice_.pixels - low) / ((high - low) or 1)).astype(np.float32)
    return SliceView(slice_, shown, levels)

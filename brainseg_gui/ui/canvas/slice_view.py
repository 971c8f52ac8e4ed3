"""A slice made ready for the screen, where it makes nobody wait."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.image.clahe import clahe
from brainseg_gui.core.image.contrast import equalise, grey_levels
from brainseg_gui.core.masks.outline import contours
from brainseg_gui.core.slices import Slice
from brainseg_gui.core.types import Pixels
from brainseg_gui.core.view import View

BINS = 64


@dataclass(frozen=True, eq=False)
class SliceView:
    """A slice and what of it is shown.

    Attributes
    ----------
    slice : Slice
    shown : (H, W) float32 in [0, 1]
        The chosen view.
    """

    slice: Slice
    shown: Pixels

    @cached_property
    def histogram(self) -> NDArray[np.intp]:
        """Return (BINS,) how often each value is shown; without air, it would dwarf the head."""
        counts = np.bincount((self.shown * (BINS - 1)).astype(np.intp).ravel(), minlength=BINS)
        counts[: BINS // 16] = 0
        return counts[:BINS]

    @cached_property
    def outline(self) -> list[NDArray[np.float64]]:
        """Return the contours of the reference, each (N, 2) row, column."""
        return [] if self.slice.reference is None else contours(self.slice.reference)

    @cached_property
    def reference_px(self) -> int:
        """Return how large the reference is."""
        return 0 if self.slice.reference is None else int(np.count_nonzero(self.slice.reference))

    def prepare(self) -> None:
        """Work out everything that is asked for when the slice is shown."""
        _ = self.slice.digest, self.histogram, self.outline, self.reference_px

    @property
    def nbytes(self) -> int:
        """Return what it holds in memory."""
        return self.slice.pixels.nbytes + self.shown.nbytes + self.shown.size


def view_of(slice_: Slice, view: View) -> SliceView:
    """Return a slice in one of its views."""
    if view is View.RAW:
        low, high = float(slice_.pixels.min()), float(slice_.pixels.max())
        return SliceView(slice_, ((slice_.pixels - low) / ((high - low) or 1)).astype(np.float32))
    levels = grey_levels(slice_.pixels)
    return SliceView(slice_, equalise(levels) if view is View.EQUALISED else clahe(levels))

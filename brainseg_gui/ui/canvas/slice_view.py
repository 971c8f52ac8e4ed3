"""A slice made ready for the screen, where it makes nobody wait."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.image.clahe import clahe
from brainseg_gui.core.image.contrast import equalise, grey_levels
from brainseg_gui.core.masks.outline import contours
from brainseg_gui.core.slices import Slice
from brainseg_gui.core.types import Pixels
from brainseg_gui.core.view import Levels, View
from brainseg_gui.ui.canvas.picture_item import Colours, colours_of

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
    _coloured: list[tuple[Levels, Colours]] = field(default_factory=list, init=False, repr=False)

    @property
    def histogram(self) -> NDArray[np.intp]:
        """Return (BINS,) how often each raw value occurs; without air, it would dwarf the head."""
        return self._by_value[0]

    @property
    def transfer(self) -> Pixels:
        """Return (BINS,) what each raw value is shown as, 0 to 1; in the mean where that varies."""
        return self._by_value[1]

    @cached_property
    def _by_value(self) -> tuple[NDArray[np.intp], Pixels]:
        bins = (_stretched(self.slice.pixels) * (BINS - 1)).astype(np.intp).ravel()
        counts = np.bincount(bins, minlength=BINS)
        sums = np.bincount(bins, weights=self.shown.ravel(), minlength=BINS)
        known = np.flatnonzero(counts)
        curve = np.interp(np.arange(BINS), known, sums[known] / counts[known])
        counts[: BINS // 16] = 0
        return counts, curve.astype(np.float32)

    @cached_property
    def outline(self) -> list[NDArray[np.float64]]:
        """Return the contours of the reference, each (N, 2) row, column."""
        return [] if self.slice.reference is None else contours(self.slice.reference)

    @cached_property
    def reference_px(self) -> int:
        """Return how large the reference is."""
        return 0 if self.slice.reference is None else int(np.count_nonzero(self.slice.reference))

    def prepare(self, levels: Levels) -> None:
        """Work out everything that is asked for when the slice is shown with these levels."""
        _ = self.slice.digest, self.histogram, self.outline, self.reference_px
        self._coloured[:] = [(levels, colours_of(self.shown, levels))]

    def colours(self, levels: Levels) -> Colours | None:
        """Return what is shown as the screen wants it, if that was prepared."""
        return next((colours for of, colours in self._coloured if of == levels), None)

    @property
    def nbytes(self) -> int:
        """Return what it holds in memory."""
        return self.slice.pixels.nbytes + 2 * self.shown.nbytes + self.shown.size


def view_of(slice_: Slice, view: View) -> SliceView:
    """Return a slice in one of its views."""
    if view is View.RAW:
        return SliceView(slice_, _stretched(slice_.pixels))
    levels = grey_levels(slice_.pixels)
    return SliceView(slice_, equalise(levels) if view is View.EQUALISED else clahe(levels))


def _stretched(pixels: Pixels) -> Pixels:
    """Return (H, W) pixels from 0 at the lowest to 1 at the highest."""
    low, high = float(pixels.min()), float(pixels.max())
    return ((pixels - low) / ((high - low) or 1)).astype(np.float32)

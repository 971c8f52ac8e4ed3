"""The part of a mask that one edit changed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.types import Mask

ROWS = 64  # that are compared at once: few enough to stay in the processor's cache


def agree(a: Mask, b: Mask) -> bool:
    """Tell whether two (H, W) masks are equal; looks no farther than where they first differ."""
    return a.shape == b.shape and all(
        np.array_equal(a[row : row + ROWS], b[row : row + ROWS])
        for row in range(0, a.shape[0], ROWS)
    )


@dataclass(frozen=True, eq=False)
class MaskPatch:
    """Old and new pixels of the smallest rectangle that contains a change.

    Attributes
    ----------
    rows, columns : slice
        Where the rectangle lies in the (H, W) mask.
    before, after : (h, w) bool
    """

    rows: slice
    columns: slice
    before: Mask
    after: Mask

    @classmethod
    def between(cls, before: Mask, after: Mask) -> MaskPatch | None:
        """Return the difference of two (H, W) bool masks, or None if they agree."""
        changed = before != after
        if not changed.any():
            return None
        rows, columns = _span(changed.any(axis=1)), _span(changed.any(axis=0))
        return cls(rows, columns, before[rows, columns].copy(), after[rows, columns].copy())

    def undo(self, mask: Mask) -> None:
        """Put the old pixels back, in place."""
        mask[self.rows, self.columns] = self.before

    def redo(self, mask: Mask) -> None:
        """Put the new pixels in, in place."""
        mask[self.rows, self.columns] = self.after


def _span(flags: NDArray[np.bool_]) -> slice:
    """Return the slice from the first to the last True of a 1-D array."""
    (where,) = np.nonzero(flags)
    return slice(int(where[0]), int(where[-1]) + 1)

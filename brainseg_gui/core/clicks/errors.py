"""Where a mask is wrong: the pieces of its error, and how deep their pixels lie."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.geometry import box_of
from brainseg_gui.core.types import Mask


@dataclass(frozen=True, eq=False)
class Piece:
    """A connected piece of an error, in the smallest box that holds it.

    Attributes
    ----------
    top, left : int
        Of the box.
    pixels : (h, w) bool
        Those of the piece.
    missed : bool
        True where tumour was missed, False where there is none.
    """

    top: int
    left: int
    pixels: Mask
    missed: bool

    def depth(self) -> NDArray[np.float64]:
        """Return the (h, w) distance of each pixel to the nearest one outside of the piece."""
        from scipy import ndimage  # here, for the window to open without it

        depth: NDArray[np.float64] = ndimage.distance_transform_edt(np.pad(self.pixels, 1))
        return depth[1:-1, 1:-1]

    def whole(self, shape: tuple[int, int]) -> Mask:
        """Return the piece as an (H, W) mask."""
        mask = np.zeros(shape, bool)
        height, width = self.pixels.shape
        mask[self.top : self.top + height, self.left : self.left + width] = self.pixels
        return mask


def largest_error(mask: Mask, reference: Mask) -> Piece | None:
    """Return the largest connected piece of what was missed or added; None where all is right.

    Parameters
    ----------
    mask, reference : (H, W) bool

    Returns
    -------
    Piece or None
        Pixels touch at their sides. Of pieces of the same size what was missed comes first, then
        the one higher up.
    """
    pieces = [
        piece
        for missed, wrong in ((True, reference & ~mask), (False, mask & ~reference))
        if (piece := _largest(wrong, missed)) is not None
    ]
    return max(pieces, key=lambda piece: np.count_nonzero(piece.pixels), default=None)


def _largest(wrong: Mask, missed: bool) -> Piece | None:
    from scipy import ndimage  # here, for the window to open without it

    box = box_of(wrong)
    if box is None:
        return None
    rows, columns = box.slices
    labels, count = ndimage.label(wrong[rows, columns])
    sizes = np.bincount(labels.ravel(), minlength=count + 1)
    number = int(sizes[1:].argmax()) + 1
    down, along = ndimage.find_objects(labels)[number - 1]
    return Piece(
        rows.start + down.start, columns.start + along.start, labels[down, along] == number, missed
    )

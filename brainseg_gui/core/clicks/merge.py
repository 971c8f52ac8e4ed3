"""Write only what was clicked for: the rest of a mask was somebody's decision.

Chen et al., "FocalClick", 2022, arXiv:2204.02574, section 3.3: progressive merge.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from brainseg_gui.core.clicks.click import Click, obey
from brainseg_gui.core.geometry import box_of
from brainseg_gui.core.types import Mask


def merge(mask: Mask, proposed: Mask, clicks: Sequence[Click]) -> Mask:
    """Return a mask with the one piece changed that the last click asked for.

    Parameters
    ----------
    mask, proposed : (H, W) bool
        As it is, and as a network would have it.
    clicks : sequence of Click
        Oldest first; the last one is new.

    Returns
    -------
    (H, W) bool
        New. Every clicked pixel is on its side, the latest click deciding; apart from these,
        only the piece of what `proposed` changes that holds the last click's pixel. Pixels touch
        at their sides.
    """
    merged = np.array(mask, bool)
    if clicks:
        changed = obey(proposed, clicks) ^ merged
        merged ^= piece_at(changed, clicks[-1].pixel)
    return obey(merged, clicks)


def piece_at(mask: Mask, pixel: tuple[int, int]) -> Mask:
    """Return the connected piece of a mask that holds a pixel; empty where that is not in it."""
    from scipy import ndimage  # here, for the window to open without it

    piece = np.zeros(mask.shape, bool)
    box = box_of(mask) if mask[pixel] else None
    if box is not None:
        labels, _ = ndimage.label(mask[box.slices])
        piece[box.slices] = labels == labels[pixel[0] - box.top, pixel[1] - box.left]
    return piece

"""What is unlike a good prediction, each in a sentence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from brainseg_gui.core.geometry import box_of
from brainseg_gui.core.types import Mask

PIECE = 0.05  # of the largest piece, from which another one counts


def alarms(mask: Mask, usual: Sequence[float] | None = None) -> tuple[str, ...]:
    """Return what about a predicted mask wants a look.

    Parameters
    ----------
    mask : (H, W) bool
    usual : two floats, optional
        Between which shares of the image tumours of its type mostly are.

    Examples
    --------
    >>> alarms(np.zeros((8, 8), bool))
    ('No tumour was found.',)
    """
    area = int(np.count_nonzero(mask))
    if not area:
        return ("No tumour was found.",)
    said = []
    if (pieces := _pieces(mask)) > 1:
        said.append(f"The mask is in {pieces} pieces.")
    if mask[[0, -1]].any() or mask[:, [0, -1]].any():
        said.append("The mask touches the edge of the image.")
    if usual is not None and not usual[0] <= area / mask.size <= usual[1]:
        size = "smaller" if area / mask.size < usual[0] else "larger"
        said.append(f"The mask is {size} than tumours of its type mostly are.")
    return tuple(said)


def _pieces(mask: Mask) -> int:
    from scipy import ndimage  # here, for the window to open without it

    box = box_of(mask)
    assert box is not None, "the caller says so of an empty mask"
    labels, _ = ndimage.label(mask[box.slices], np.ones((3, 3)))
    areas = np.bincount(labels.ravel())[1:]
    return int(np.count_nonzero(areas >= PIECE * areas.max()))

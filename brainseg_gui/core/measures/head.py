"""How large the head in an image is."""

from __future__ import annotations

import numpy as np

from brainseg_gui.core.types import Pixels


def head_side(pixels: Pixels) -> int:
    """Return the longer side of the box around all that is lighter than the mean, in pixels."""
    light = pixels > pixels.mean()
    sides = [np.flatnonzero(light.any(axis=axis)) for axis in (0, 1)]
    return max((int(side[-1] - side[0]) + 1 for side in sides if side.size), default=0)

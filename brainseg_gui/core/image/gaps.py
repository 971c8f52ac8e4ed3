"""Pixels without a value, with which the rims of slices are padded."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

NOTHING = "the image holds nothing but NaN"


def gaps_filled(pixels: NDArray[np.float32]) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    """Return pixels of which what is no number is as dark as the darkest, and a note where any is.

    Raises
    ------
    ValueError
        If nothing is a number.

    Examples
    --------
    >>> gaps_filled(np.array([[np.nan, 3, 5]], np.float32))[0].tolist()
    [[3.0, 3.0, 5.0]]
    """
    missing = np.isnan(pixels)
    if not missing.any():
        return pixels, ()
    if missing.all():
        raise ValueError(NOTHING)
    count = np.count_nonzero(missing)
    note = f"Pixels without a value (NaN): {count}; they are shown black."
    return np.where(missing, pixels[~missing].min(), pixels), (note,)

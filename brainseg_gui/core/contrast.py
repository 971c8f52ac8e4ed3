"""Contrast: grey levels, histogram equalisation, CLAHE; for the eye and for the network.

Everything starts from 256 grey levels between the darkest and the brightest pixel. The files have
no fixed intensity scale, so nothing after that may depend on one: an image times 7 plus 100
has, bit for bit, the same levels.
"""

from __future__ import annotations

import numpy as np

LEVELS = 256
AIR = 0.04  # share of the range below which a pixel is taken for air around the head


def grey_levels(pixels: np.ndarray) -> np.ndarray:
    """Return the (H, W) uint8 level of each pixel between the image's extremes.

    Float64 keeps whole numbers exact, and a quotient of whole numbers is rounded the same
    whatever factor both share; this is what makes the levels independent of the scale.

    Examples
    --------
    >>> grey_levels(np.array([[10, 10], [20, 30]])).tolist()
    [[0, 0], [128, 255]]
    """
    values = np.asarray(pixels, np.float64)
    low, high = values.min(), values.max()
    if low == high:
        return np.zeros(values.shape, np.uint8)
    return np.rint((values - low) / (high - low) * (LEVELS - 1)).astype(np.uint8)


def equalise(levels: np.ndarray) -> np.ndarray:
    """Spread the grey levels of the head so that each is about equally frequent.

    Air, which fills half of a slice, is left out of the histogram: with it, the noise around
    the head would get as much of the range as the brain.

    Parameters
    ----------
    levels : (H, W) uint8
        From `grey_levels`.

    Returns
    -------
    (H, W) float32 in [0, 1]; air is 0, and an image of one level comes back as zeros.

    Notes
    -----
    Global histogram equalisation: each level is replaced by the share of head pixels at or
    below it (Gonzalez & Woods, *Digital Image Processing*, section 3.3).
    """
    counts = np.bincount(levels.ravel(), minlength=LEVELS)
    counts[: int(AIR * LEVELS)] = 0
    total = counts.sum()
    if total == 0:
        return np.zeros(levels.shape, np.float32)
    return (counts.cumsum() / total).astype(np.float32)[levels]


def stretch(levels: np.ndarray, low: float = 1.0, high: float = 99.5) -> np.ndarray:
    """Map the head's percentiles `low` to `high` linearly to [0, 1], clipped; float32."""
    counts = np.bincount(levels.ravel(), minlength=LEVELS)
    counts[: int(AIR * LEVELS)] = 0
    if not counts.any():
        return np.zeros(levels.shape, np.float32)
    share = counts.cumsum() / counts.sum()
    bottom, top = np.searchsorted(share, [low / 100, high / 100])
    table = (np.arange(LEVELS) - bottom) / max(top - bottom, 1)
    return np.clip(table, 0, 1).astype(np.float32)[levels]


def clahe(levels: np.ndarray, clip_limit: float = 0.01) -> np.ndarray:
    """Equalise locally with limited contrast; (H, W) float32 in [0, 1].

    References
    ----------
    Zuiderveld, "Contrast Limited Adaptive Histogram Equalization", Graphics Gems IV, 1994.
    """
    from skimage import exposure  # here, for the window to open without it

    if levels.min() == levels.max():
        return np.zeros(levels.shape, np.float32)
    result: np.ndarray = exposure.equalize_adapthist(levels, clip_limit=clip_limit)
    return result.astype(np.float32)

"""Contrast: equalisation, percentiles, z-score; for the eye and for the network.

Everything starts from the places of the pixels between the darkest and the brightest, or from 256
grey levels there. The files have no fixed intensity scale, so nothing after that may depend on
one: an image times 7 plus 100 has, bit for bit, the same places and levels.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LEVELS = 256
AIR = 0.04  # share of the range below which a pixel is taken for air around the head


def spread(pixels: NDArray[np.number]) -> NDArray[np.float64]:
    """Return the (H, W) float64 place of each pixel between the image's extremes, 0 to 1.

    Float64 keeps whole numbers exact, and a quotient of whole numbers is rounded the same
    whatever factor both share; this is what makes all that follows independent of the scale.
    """
    values = np.asarray(pixels, np.float64)
    low, high = values.min(), values.max()
    if low == high:
        return np.zeros(values.shape)
    places = values - low
    places /= high - low
    return places


def grey_levels(pixels: NDArray[np.number]) -> NDArray[np.uint8]:
    """Return the (H, W) uint8 level of each pixel between the image's extremes.

    Examples
    --------
    >>> grey_levels(np.array([[10, 10], [20, 30]])).tolist()
    [[0, 0], [128, 255]]
    """
    return levels_of(spread(pixels))


def levels_of(places: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return the (H, W) uint8 level of each place, see `spread`."""
    levels = places * (LEVELS - 1)
    return np.rint(levels, out=levels).astype(np.uint8)


def equalise(levels: NDArray[np.uint8]) -> NDArray[np.float32]:
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
    return (counts.cumsum() / total).astype(np.float32).take(levels)


def stretch(levels: NDArray[np.uint8], low: float = 1.0, high: float = 99.5) -> NDArray[np.float32]:
    """Map the head's percentiles `low` to `high` linearly to [0, 1], clipped; float32."""
    counts = np.bincount(levels.ravel(), minlength=LEVELS)
    counts[: int(AIR * LEVELS)] = 0
    if not counts.any():
        return np.zeros(levels.shape, np.float32)
    share = counts.cumsum() / counts.sum()
    bottom, top = np.searchsorted(share, [low / 100, high / 100])
    table = (np.arange(LEVELS) - bottom) / max(top - bottom, 1)
    return np.clip(table, 0, 1).astype(np.float32).take(levels)


def percentile(
    places: NDArray[np.float64], low: float = 0.5, high: float = 99.5
) -> NDArray[np.float32]:
    """Map the head's percentiles `low` to `high` linearly to [0, 1], clipped; float32.

    As `stretch`, but from the pixels themselves: a few very bright ones, which leave the brain
    only some of the 256 levels, cost no detail.

    Parameters
    ----------
    places : (H, W) float64
        From `spread`.
    low, high : float
        Percentiles; each is the value of a pixel, so that nothing is interpolated.
    """
    head = places[places > AIR]
    if not head.size:
        return np.zeros(places.shape, np.float32)
    ranks = [round(share / 100 * (head.size - 1)) for share in (low, high)]
    bottom, top = np.partition(head, ranks)[ranks]
    if bottom == top:
        return (places >= top).astype(np.float32)
    return np.clip((places - bottom) / (top - bottom), 0, 1).astype(np.float32)


def zscore(places: NDArray[np.float64], clip: float = 5.0) -> NDArray[np.float32]:
    """Map the head's mean to 0.5 and `clip` standard deviations to either end; air is 0.

    Parameters
    ----------
    places : (H, W) float64
        From `spread`.
    clip : float
        Standard deviations.

    Returns
    -------
    (H, W) float32 in [0, 1]

    References
    ----------
    Isensee et al., arXiv:1802.10508, section 2.2: normalised within the brain, clipped to
    [-5, 5], brought to [0, 1], with 0 outside.
    """
    inside = places > AIR
    if not inside.any():
        return np.zeros(places.shape, np.float32)
    head = places[inside]
    deviation = head.std() or 1.0
    scores = np.clip((head - head.mean()) / deviation, -clip, clip)
    result = np.zeros(places.shape, np.float32)
    result[inside] = (scores + clip) / (2 * clip)
    return result

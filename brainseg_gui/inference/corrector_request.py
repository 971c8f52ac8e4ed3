"""What a corrector is asked, checked before it is worked with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.clicks.click import Click
from brainseg_gui.core.slices import size_text
from brainseg_gui.core.types import Mask, Pixels


def check_request(
    pixels: Any, mask: Any, clicks: Sequence[Click], probability: Any
) -> tuple[Pixels, Mask, NDArray[np.float32]]:
    """Return what a corrector is asked as it is worked with: pixels, mask and probability.

    Parameters
    ----------
    pixels, mask, clicks, probability
        As of `Corrector.correct`.

    Raises
    ------
    ValueError
        If an array has another size or kind, or a click lies outside of the image.
    """
    checked = check_slice(pixels, mask, probability)
    shape = checked[0].shape
    if not clicks:
        raise ValueError("there is no click to correct by")
    for click in clicks:
        if not click.within(shape):
            raise ValueError(
                f"a click at row {click.row:g}, column {click.column:g} lies outside of an image "
                f"of {size_text(shape)}"
            )
    return checked


def check_slice(
    pixels: Any, mask: Any, probability: Any
) -> tuple[Pixels, Mask, NDArray[np.float32]]:
    """Return pixels, mask and probability as a corrector works with them.

    Raises
    ------
    ValueError
        If an array has another size or kind.
    """
    pixels = np.asarray(pixels, np.float32)
    if pixels.ndim != 2 or 0 in pixels.shape:
        raise ValueError(f"the image must be two-dimensional, found shape {pixels.shape}")
    if not np.isfinite(pixels).all():
        raise ValueError("the image holds NaN or infinite values")
    mask = np.asarray(mask)
    if mask.dtype != bool:
        raise ValueError(f"the mask must be bool, found {mask.dtype}")
    seen = mask.astype(np.float32) if probability is None else np.asarray(probability, np.float32)
    for what, array in (("mask", mask), ("probability", seen)):
        if array.shape != pixels.shape:
            raise ValueError(
                f"the {what} is {size_text(array.shape)}, the image {size_text(pixels.shape)}"
            )
    if not ((seen >= 0) & (seen <= 1)).all():
        raise ValueError("the probability holds values that are not from 0 to 1")
    return pixels, mask, seen

"""What a network sees of a slice: one definition for training, window and command line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from brainseg_gui.core.contrast import clahe, equalise, grey_levels, stretch
from brainseg_gui.core.resample import resize_square

CHANNELS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "equalised": equalise,
    "stretched": stretch,
    "clahe": clahe,
}


@dataclass(frozen=True)
class Preprocessing:
    """Turn pixels into a network's input, and its output back into pixels.

    Attributes
    ----------
    channels : tuple of str
        Views of the histogram, one input channel each; names from `CHANNELS`.
    size : int
        Side S of the square input in pixels. A slice that is not square is padded, centred,
        so that shapes keep their proportions.

    Raises
    ------
    ValueError
        If a channel is unknown, or there is none.
    """

    channels: tuple[str, ...]
    size: int

    def __post_init__(self) -> None:
        unknown = sorted(set(self.channels) - CHANNELS.keys())
        if unknown or not self.channels:
            raise ValueError(
                f"preprocessing channels must be among {', '.join(CHANNELS)}; "
                f"found {', '.join(unknown) or 'none'}"
            )

    def apply(self, pixels: np.ndarray) -> np.ndarray:
        """Return the (S, S, C) float32 input in [0, 1] for (H, W) pixels of any scale."""
        levels = grey_levels(pixels)
        views = [_to_square(CHANNELS[name](levels), self.size) for name in self.channels]
        return np.stack(views, axis=-1)

    def mask(self, mask: np.ndarray) -> np.ndarray:
        """Return the (S, S) float32 coverage in [0, 1] of an (H, W) bool mask."""
        return _to_square(mask.astype(np.float32), self.size)

    def restore(self, probability: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
        """Bring the network's (S, S) answer back onto an (H, W) slice; float32 in [0, 1]."""
        side = max(shape)
        top, left = (side - shape[0]) // 2, (side - shape[1]) // 2
        square = resize_square(probability, side)
        return np.ascontiguousarray(square[top : top + shape[0], left : left + shape[1]])


def _to_square(image: np.ndarray, size: int) -> np.ndarray:
    height, width = image.shape
    side = max(height, width)
    if height != width:
        top, left = (side - height) // 2, (side - width) // 2
        image = np.pad(image, ((top, side - height - top), (left, side - width - left)))
    return resize_square(image, size)

"""What is done to a whole mask: functions that return a new one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.types import Mask, Pixels, Probability


@dataclass(frozen=True, eq=False)
class Context:
    """What an operation may look at besides the mask; all arrays are (H, W).

    Attributes
    ----------
    pixels : float32
    probability : float32 or None
    layers : mapping from Layer to bool arrays
        The masks that there are.
    spacing_mm : float or None
        Side of a pixel.
    """

    pixels: Pixels
    probability: Probability | None = None
    layers: Mapping[Layer, Mask] = field(default_factory=dict)
    spacing_mm: float | None = None


def nothing(mask: Mask, context: Context) -> Mask:
    """Return an empty mask."""
    return np.zeros_like(mask)


def prediction(mask: Mask, context: Context) -> Mask:
    """Return the prediction's mask."""
    return context.layers[Layer.PREDICTION].copy()


def reference(mask: Mask, context: Context) -> Mask:
    """Return the reference."""
    return context.layers[Layer.REFERENCE].copy()

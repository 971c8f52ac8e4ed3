"""Draw masks over a slice: an outline with a faint fill, for pictures that leave the program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.measures.compare import boundary
from brainseg_gui.core.palette import Colour
from brainseg_gui.core.types import Mask


@dataclass(frozen=True, eq=False)
class MaskLayer:
    """One mask over a picture.

    Attributes
    ----------
    mask : (H, W) bool
    colour : Colour
    fill : float
        Opacity of the inside, 0 (outline alone) to 1.
    width : int
        Of the outline in pixels, from the edge of the mask inwards.
    """

    mask: Mask
    colour: Colour
    fill: float = 0.15
    width: int = 1


def overlay(
    view: NDArray[np.uint8] | NDArray[np.float32], layers: Sequence[MaskLayer]
) -> NDArray[np.uint8]:
    """Return the (H, W, 3) uint8 picture of a slice with masks on it.

    Parameters
    ----------
    view : (H, W) uint8 grey levels, or float in [0, 1]
        As from `core.contrast`.
    layers : sequence of MaskLayer
        Painted in this order, the last on top. All outlines come after all fills, so that no
        fill dims an outline.
    """
    grey = view if view.dtype == np.uint8 else np.rint(np.clip(view, 0, 1) * 255).astype(np.uint8)
    picture = np.repeat(grey[:, :, np.newaxis], 3, axis=2)
    for layer in layers:
        inside = picture[layer.mask] * (1 - layer.fill) + np.array(layer.colour) * layer.fill
        picture[layer.mask] = np.rint(inside).astype(np.uint8)
    for layer in layers:
        core = layer.mask
        for _ in range(layer.width):
            edge = boundary(core)
            picture[edge] = layer.colour
            core = core & ~edge
    return picture

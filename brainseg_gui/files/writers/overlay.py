"""The slice with its masks drawn on it, as the window shows it."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.image.clahe import clahe
from brainseg_gui.core.image.contrast import equalise, grey_levels
from brainseg_gui.core.image.orientation import turned
from brainseg_gui.core.image.overlay import MaskLayer, overlay
from brainseg_gui.core.palette import CORRECTION, REFERENCE
from brainseg_gui.core.types import Mask
from brainseg_gui.core.view import View
from brainseg_gui.files.writers.given import Given
from brainseg_gui.files.writers.png import write_overlay


def place(name: PurePosixPath) -> PurePosixPath:
    """Return the file of a picture: what is called a mask elsewhere is one no more."""
    return name.with_name(f"{name.name.removesuffix('_mask')}_overlay.png")


def content(mask: Mask, given: Given) -> NDArray[np.uint8]:
    """Return the (H, W, 3) picture: turned as the reader had the slice.

    The mask's outline is thicker than that of the reference, as in the window.

    Raises
    ------
    ValueError
        If the slice is gone.
    """
    slice_ = given.read
    levels = grey_levels(turned(slice_.pixels, given.turn))
    view: NDArray[np.floating] = levels / np.float32(255)
    if given.view is not View.RAW:
        view = equalise(levels) if given.view is View.EQUALISED else clahe(levels)
    low, high = given.window
    shown = np.clip((view - low) / (high - low), 0, 1).astype(np.float32)
    drawn = _enlarged(turned(mask, given.turn), given.scale)
    layers = [MaskLayer(drawn, CORRECTION, fill=0.0, width=given.scale + 1)]
    if slice_.reference is not None and given.shows_reference:
        reference = _enlarged(turned(slice_.reference, given.turn), given.scale)
        layers.insert(0, MaskLayer(reference, REFERENCE, fill=0.0, width=given.scale))
    return overlay(_enlarged(shown, given.scale), layers)


def write(path: Path, picture: np.ndarray, given: Given) -> None:
    """Write the picture.

    Raises
    ------
    WriteError
        If it cannot be written.
    """
    write_overlay(path, picture)


def _enlarged(array: np.ndarray, scale: int) -> np.ndarray:
    return array.repeat(scale, axis=0).repeat(scale, axis=1)

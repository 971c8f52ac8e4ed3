"""Make every epoch see other heads: geometry and intensity of a whole batch at once.

NumPy and SciPy alone: the same batch for the same generator whatever Keras runs on, and worker
processes need no second copy of it.
"""

from __future__ import annotations

import numpy as np

from model_training.augment.geometry import vary_geometry
from model_training.augment.intensity import vary_intensity
from model_training.augment.paste import paste_tumours
from model_training.augment.settings import AugmentSettings

LIGHT = AugmentSettings()


def augment(
    images: np.ndarray,
    masks: np.ndarray,
    rng: np.random.Generator,
    settings: AugmentSettings = LIGHT,
) -> tuple[np.ndarray, np.ndarray]:
    """Return a varied copy of a batch.

    Parameters
    ----------
    images : (N, S, S, C) float32 in [0, 1], or uint8 up to 255
    masks : (N, S, S, 1) of the same type
    rng : numpy Generator
        The only source of chance: the same state gives the same batch.
    settings : AugmentSettings

    Returns
    -------
    Two float32 arrays in [0, 1] of the same shapes. Geometry moves all channels and the mask alike,
    tumours are pasted between slices that have been moved, and intensity changes the image only.
    """
    images, masks = vary_geometry(_floats(images), _floats(masks), rng, settings)
    images, masks = paste_tumours(images, masks, rng, settings)
    return vary_intensity(images, rng, settings), masks


def _floats(values: np.ndarray) -> np.ndarray:
    return values.astype(np.float32) / 255 if values.dtype == np.uint8 else values

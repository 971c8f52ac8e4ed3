"""The Dice that is watched while a network is trained, at the network's own resolution."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from model_training.data.examples import Examples

if TYPE_CHECKING:
    import keras

BATCH = 16


def probabilities(model: keras.Model, examples: Examples) -> np.ndarray:
    """Return (N, S, S) float32 tumour probabilities."""
    from keras import ops  # here, for reports to be made where there is no Keras

    parts = [
        ops.convert_to_numpy(
            model.predict_on_batch(examples.images[i : i + BATCH].astype(np.float32) / 255)
        )
        for i in range(0, len(examples), BATCH)
    ]
    return np.concatenate(parts)[..., 0].astype(np.float32)


def dice_of_stack(masks: np.ndarray, references: np.ndarray) -> np.ndarray:
    """Return (N,) Dice of (N, H, W) bool masks.

    0 where the tumour was missed altogether, NaN where both masks are empty: there is none.
    """
    common = np.count_nonzero(masks & references, axis=(1, 2))
    total = np.count_nonzero(masks, axis=(1, 2)) + np.count_nonzero(references, axis=(1, 2))
    return np.where(total, 2 * common / np.maximum(total, 1), np.nan)


def mean_dice(model: keras.Model, examples: Examples, threshold: float) -> float:
    """Return the mean Dice per slice at the network's own resolution; a monitor, not the result.

    Slices of which both masks are empty are left out; with no other it is 0.
    """
    masks = probabilities(model, examples) >= threshold
    dice = dice_of_stack(masks, examples.masks > 127)
    scored = dice[~np.isnan(dice)]
    return float(scored.mean()) if len(scored) else 0.0

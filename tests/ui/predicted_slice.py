"""A prediction on the screen without an engine, as if a network had answered."""

from __future__ import annotations

import numpy as np

from brainseg_gui.core.prediction import Prediction
from brainseg_gui.core.types import Mask, Probability
from tests.ui.hands import Hands

SQUARE = (slice(20, 50), slice(20, 50))


def predict_square(hands: Hands) -> Mask:
    """Let the network say that the slice on the screen has a square tumour; return its mask."""
    chance = np.zeros(hands.current.slice.shape, np.float32)
    chance[SQUARE] = 1
    data_set, current = hands.parts.data_set, hands.current
    data_set.predictions.put(current.slice, Prediction(Probability(chance), 0.5))
    mask = chance > 0.5
    data_set.session.keep_prediction(
        current.slice.digest, mask, "small", "abc", 0.5, 0.1, None, int(mask.sum())
    )
    hands.parts.screen.refresh()
    return mask

"""A prediction on the screen without an engine, as if a network had answered."""

from __future__ import annotations

import numpy as np

from brainseg_gui.core.prediction import Prediction
from brainseg_gui.core.types import Mask, Probability
from brainseg_gui.review.values.verdict import ModelUse
from tests.ui.hands import Hands

SQUARE = (slice(20, 50), slice(20, 50))


def predict_square(hands: Hands) -> Mask:
    """Let the network say that the slice on the screen has a square tumour; return its mask."""
    mask = np.zeros(hands.current.slice.shape, bool)
    mask[SQUARE] = True
    predict(hands, mask)
    return mask


def predict(hands: Hands, mask: Mask) -> None:
    """Let the network say a mask of the slice on the screen."""
    data_set, current = hands.parts.data_set, hands.current
    chance = Probability(mask.astype(np.float32))
    model = ModelUse("small", "abc", 0.5)
    data_set.predictions.put(current.slice, Prediction(chance, 0.5), model)
    data_set.session.keep_prediction(
        current.slice.digest,
        mask,
        model.name,
        model.sum,
        model.threshold,
        0.1,
        None,
        int(mask.sum()),
    )
    hands.parts.screen.refresh()

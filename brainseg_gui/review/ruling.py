"""Which verdict fits a slice, and which mask it is about."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.types import Mask
from brainseg_gui.review.values.history import Correction
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.review.values.verdict import ModelUse, Verdict


@dataclass(frozen=True, eq=False)
class Ruling:
    """A verdict with the (H, W) mask that it is about, and where that mask came from."""

    verdict: Verdict
    mask: Mask
    start: Layer
    model: ModelUse | None = None


def ruled(
    correction: Correction, verdict: Verdict, predicted: Mask | None, model: ModelUse | None
) -> Ruling:
    """Return what a verdict means on a slice.

    The mask decided about is the correction, or else the prediction; rejecting or flagging does
    without either. ACCEPTED says that the prediction is right as it is: with a correction that
    differs from it, it becomes CORRECTED.

    Parameters
    ----------
    correction : Correction
    verdict : Verdict
    predicted : (H, W) bool or None
        What the network in use says.
    model : ModelUse or None
        That network.

    Raises
    ------
    StoreError
        If there is no mask to accept or to call corrected.
    """
    if correction.start is not None:
        as_predicted = predicted is not None and np.array_equal(predicted, correction.mask)
        if verdict is Verdict.ACCEPTED and not as_predicted:
            verdict = Verdict.CORRECTED
        return Ruling(verdict, correction.mask, correction.start, correction.model)
    if verdict is Verdict.CORRECTED:
        raise StoreError("There is no correction yet: draw one, or accept the prediction.")
    if predicted is not None:
        return Ruling(verdict, predicted, Layer.PREDICTION, model)
    if verdict is Verdict.ACCEPTED:
        raise StoreError("There is nothing to accept: the slice has no prediction yet.")
    return Ruling(verdict, np.zeros_like(correction.mask), Layer.NOTHING)


def edited_pixels(
    correction: Correction, given: Ruling, predicted: Mask | None, reference: Mask | None
) -> int:
    """Count the pixels unlike the start layer; step by step where that was not kept.

    Parameters
    ----------
    correction : Correction
    given : Ruling
    predicted : (H, W) bool or None
        What the network of the start layer said, as the review keeps it.
    reference : (H, W) bool or None
        Where it is at hand.
    """
    layers = {
        Layer.NOTHING: np.zeros_like(given.mask),
        Layer.REFERENCE: reference,
        Layer.PREDICTION: predicted,
    }
    layer = layers.get(given.start)
    if layer is None:
        return sum(edit.changed for edit in correction.history.done)
    return int(np.count_nonzero(given.mask != layer))

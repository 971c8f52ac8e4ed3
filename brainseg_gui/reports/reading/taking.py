"""What is measured of a mask at once, while its pixels are at hand."""

from __future__ import annotations

from brainseg_gui.core.masks.levels import levels_of, pack_levels
from brainseg_gui.core.masks.packing import pack_mask
from brainseg_gui.core.measures.compared import compared
from brainseg_gui.core.prediction import Prediction
from brainseg_gui.core.slices import Slice
from brainseg_gui.core.types import Mask
from brainseg_gui.review.values.measured import REFERENCE, KeptLevels, Measured, mask_key
from brainseg_gui.review.values.record import SliceLabel


def of_prediction(
    slice_: Slice, prediction: Prediction, model_sum: str, name: str = ""
) -> tuple[tuple[Measured, ...], KeptLevels]:
    """Measure a prediction against the reference, where there is one, and note its levels."""
    label = SliceLabel.of(name, slice_)
    levels = KeptLevels(label, model_sum, pack_levels(levels_of(prediction.probability)))
    if slice_.reference is None:
        return (), levels
    key = mask_key(pack_mask(prediction.mask))
    found = compared(prediction.mask, slice_.reference)
    return (Measured(label, key, REFERENCE, found),), levels


def of_decision(
    label: SliceLabel, mask: Mask, reference: Mask | None, predicted: Mask | None
) -> tuple[Measured, ...]:
    """Measure what a reader decided on against reference and prediction, as far as there are."""
    key = mask_key(pack_mask(mask))
    found = []
    if reference is not None:
        found.append(Measured(label, key, REFERENCE, compared(mask, reference)))
    if predicted is not None:
        other = mask_key(pack_mask(predicted))
        found.append(Measured(label, key, other, compared(mask, predicted)))
    return tuple(found)

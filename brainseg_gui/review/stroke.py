"""A stroke between press and release, before it is a step that can be undone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brainseg_gui.core.geometry import Box
from brainseg_gui.core.layer import Layer
from brainseg_gui.core.masks.patch import MaskPatch
from brainseg_gui.core.types import Mask
from brainseg_gui.review.open_slice import OpenSlice
from brainseg_gui.review.values.history import Edit
from brainseg_gui.review.values.verdict import ModelUse


@dataclass(frozen=True, eq=False)
class Stroke:
    """A stroke under way on a slice, which stays its own whatever is opened meanwhile.

    Attributes
    ----------
    opened : OpenSlice
        Its mask is drawn on.
    before : (H, W) bool
        The mask before the stroke.
    start_before : Layer or None
    model_before : ModelUse or None
    begun : (H, W) bool
        The mask that is drawn on as it was at first: `before`, or the layer begun from.
    """

    opened: OpenSlice
    before: Mask
    start_before: Layer | None
    model_before: ModelUse | None
    begun: Mask

    @classmethod
    def begin(
        cls, opened: OpenSlice, layer: Layer, mask: Mask | None, model: ModelUse | None
    ) -> Stroke:
        """Begin a stroke; where there is no correction yet, it begins from `layer` with it."""
        correction = opened.correction
        before, start, model_before = correction.mask.copy(), correction.start, correction.model
        if not correction.exists:
            correction.mask[:] = False if mask is None else mask
            correction.start, correction.model = layer, model
        return cls(opened, before, start, model_before, correction.mask.copy())

    def end(self, text: str, touched: Box | None) -> Edit | None:
        """Return what was drawn as one step; None where nothing changed, and nothing is left.

        Parameters
        ----------
        text : str
            Name of the step.
        touched : Box or None
            Everything that was drawn on lies inside.
        """
        correction = self.opened.correction
        patch = _patch_within(touched, self.begun, correction.mask) if touched else None
        if patch is None:
            correction.mask[:] = self.before
            correction.start, correction.model = self.start_before, self.model_before
            return None
        changed = int(np.count_nonzero(patch.before != patch.after))
        if self.start_before != correction.start:
            patch = MaskPatch.between(self.before, correction.mask)
        return Edit(
            text,
            self.start_before,
            correction.start,
            model_before=self.model_before,
            model_after=correction.model,
            changed=changed,
            patch=patch,
        )


def _patch_within(box: Box, before: Mask, after: Mask) -> MaskPatch | None:
    """Return the difference of two masks that agree outside `box`; looks only inside."""
    patch = MaskPatch.between(before[box.slices], after[box.slices])
    if patch is None:
        return None
    rows = slice(patch.rows.start + box.top, patch.rows.stop + box.top)
    columns = slice(patch.columns.start + box.left, patch.columns.stop + box.left)
    return MaskPatch(rows, columns, patch.before, patch.after)

"""Steps that take a part of the mask from another one, wherever the correction begins."""

from __future__ import annotations

import numpy as np

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.types import Mask
from brainseg_gui.review.edits import Edits
from brainseg_gui.review.values.edit_kind import EditKind
from brainseg_gui.review.values.verdict import ModelUse


class Takes(Edits):
    """Edits the open slice, also by what two masks say of it."""

    def take(
        self,
        text: str,
        mask: Mask,
        start: Layer,
        begun: Mask,
        model: ModelUse | None = None,
    ) -> bool:
        """Make an (H, W) mask the correction, as one step of the reader's own hand.

        Where there is no correction yet, it begins from a mask with it: one undo takes back both.

        Parameters
        ----------
        text : str
            Name of the step.
        mask : (H, W) bool
        start : Layer
            That a new correction begins from.
        begun : (H, W) bool
            The mask that it begins from.
        model : ModelUse, optional
            The network behind that mask; of the prediction on the screen where none is named.

        Returns
        -------
        bool
            Something changed.

        Raises
        ------
        StoreError
            If it could not be written; the step is made all the same. Or if the review can only
            be looked at: then nothing is changed.
        RuntimeError
            If no slice is open.
        """
        opened = self._editable()
        correction, before = opened.correction, opened.correction.history.head
        if correction.start is not None:
            start, begun, model = correction.start, correction.mask, correction.model
        elif model is None:
            model = self._model_of(start, opened)
        changed = int(np.count_nonzero(mask != begun))
        edit = correction.replace(text, mask, start, EditKind.EDIT, model)
        if edit is None:
            return False
        edit.changed = changed
        self._keep(opened, edit.kind, edit, before)
        return True

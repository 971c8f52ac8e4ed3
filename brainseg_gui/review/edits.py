"""Edits of the open slice, each in the ledger when a call returns."""

from __future__ import annotations

import numpy as np

from brainseg_gui.core.geometry import Box
from brainseg_gui.core.layer import Layer
from brainseg_gui.core.types import Mask
from brainseg_gui.review.open_review import OpenReview
from brainseg_gui.review.open_slice import OpenSlice
from brainseg_gui.review.stroke import Stroke
from brainseg_gui.review.values.edit_kind import EditKind
from brainseg_gui.review.values.history import Edit
from brainseg_gui.review.values.verdict import ModelUse, Step, Version


class Edits(OpenReview):
    """Edits the open slice.

    An edit that cannot be written is made all the same, and waits; see `OpenReview`. Where
    somebody else has the review (`holder` says who), every edit is refused.
    """

    _stroke: Stroke | None = None

    @property
    def stroke_under_way(self) -> bool:
        """Tell whether the mouse button is down on a stroke."""
        return self._stroke is not None

    def start(self, layer: Layer, mask: Mask | None) -> bool:
        """Begin the correction from a layer's (H, W) mask, as one step that can be undone.

        Returns
        -------
        bool
            Something changed.

        Raises
        ------
        StoreError
            If it could not be written; the correction is begun all the same. Or if the review
            can only be looked at: then nothing is changed.
        RuntimeError
            If no slice is open.
        """
        opened = self._editable()
        begun = np.zeros(opened.slice.shape, bool) if mask is None else mask
        text, model = f"Start from {layer.value}", self._model_of(layer, opened)
        return self._replace(opened, text, begun, layer, EditKind.START, model)

    def discard(self) -> bool:
        """Take the whole correction away, as one step that can be undone.

        Raises
        ------
        StoreError, RuntimeError
            As `start`.
        """
        opened = self._editable()
        empty = np.zeros(opened.slice.shape, bool)
        return self._replace(opened, "Discard correction", empty, None, EditKind.DISCARD)

    def begin_stroke(
        self,
        layer: Layer = Layer.NOTHING,
        mask: Mask | None = None,
        model: ModelUse | None = None,
    ) -> None:
        """Remember the mask as it is; the caller now draws on `correction.mask`.

        Where there is no correction yet, it begins from `layer`, as a part of this stroke:
        one undo takes back both, and no row says "corrected" for an untouched prediction. `model`
        is the network of a prediction that was shown before it is kept.

        Raises
        ------
        StoreError
            If the review can only be looked at.
        RuntimeError
            If no slice is open.
        """
        opened = self._editable()
        self._stroke = Stroke.begin(opened, layer, mask, self._model_of(layer, opened) or model)

    def end_stroke(self, text: str, touched: Box | None) -> bool:
        """Turn what was drawn since `begin_stroke` into one step; False if nothing changed.

        Parameters
        ----------
        text : str
            Name of the step.
        touched : Box or None
            Everything that was drawn on lies inside. None: the mask becomes what it was before.

        Raises
        ------
        StoreError
            If it could not be written; the step is made all the same.
        """
        stroke, self._stroke = self._stroke, None
        edit = stroke.end(text, touched) if stroke else None
        if stroke is None or edit is None:
            return False
        history = stroke.opened.correction.history
        before = history.head
        history.note(edit)
        self._keep(stroke.opened, edit.kind, edit, before)
        return True

    def undo(self) -> Edit | None:
        """Take back the last step on the current slice; None where there is none.

        Raises
        ------
        StoreError
            If it could not be written; the step is taken back all the same. Or if it cannot be
            read, or the review only looked at: then nothing is changed.
        RuntimeError
            If no slice is open.
        """
        return self._move(EditKind.UNDO)

    def redo(self) -> Edit | None:
        """Repeat the last step taken back; None where there is none.

        Raises
        ------
        StoreError, RuntimeError
            As `undo`.
        """
        return self._move(EditKind.REDO)

    def timeline(self) -> tuple[Step, ...]:
        """Return what this reader did to the current slice, oldest first.

        Raises
        ------
        StoreError
            If it cannot be read.
        RuntimeError
            If no slice is open.
        """
        opened = self._current()
        return self._store.steps(opened.slice.digest, opened.reader) if self._store else ()

    def mask_at(self, step: int) -> Mask:
        """Return the (H, W) mask as it was after a step; changes nothing.

        Raises
        ------
        StoreError
            If it cannot be read.
        RuntimeError
            If no slice is open.
        """
        opened = self._current()
        return self._writable().replay(opened.slice.digest, opened.reader, step)[0]

    def restore(self, step: int) -> bool:
        """Make the mask what it was after a step, as one new step that can be undone.

        Raises
        ------
        StoreError
            As `start`, and if the mask cannot be read.
        RuntimeError
            If no slice is open.
        """
        opened = self._editable()
        self.save_all()
        mask, start, model = self._writable().replay(opened.slice.digest, opened.reader, step)
        return self._replace(opened, "Restore", mask, start, EditKind.RESTORE, model)

    def restore_version(self, version: Version) -> bool:
        """Make the mask that of a version, whoever's it is, as one step that can be undone.

        Raises
        ------
        StoreError
            As `restore`.
        """
        opened = self._editable()
        self.save_all()
        text = f"Restore {version.reader}'s version"
        mask = self._writable().decisions.mask(version.id)
        return self._replace(opened, text, mask, version.start, EditKind.RESTORE, version.network)

    def _replace(
        self,
        opened: OpenSlice,
        text: str,
        mask: Mask,
        start: Layer | None,
        kind: EditKind,
        model: ModelUse | None = None,
    ) -> bool:
        before = opened.correction.history.head
        edit = opened.correction.replace(text, mask, start, kind, model)
        if edit is not None:
            self._keep(opened, kind, edit, before)
        return edit is not None

    def _move(self, kind: EditKind) -> Edit | None:
        opened = self._editable()
        correction, before = opened.correction, opened.correction.history.head
        edit = correction.undo() if kind is EditKind.UNDO else correction.redo()
        if edit is not None:
            self._keep(opened, kind, edit, before)
        return edit

    def _model_of(self, layer: Layer, opened: OpenSlice) -> ModelUse | None:
        """Return the network behind a layer of a slice, where there is one."""
        predicted = layer is Layer.PREDICTION
        return self._predicted.model_of(opened.slice.digest) if predicted else None

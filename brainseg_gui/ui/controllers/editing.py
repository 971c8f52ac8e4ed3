"""Strokes, undo and the start of a correction: from the mouse to the review."""

from __future__ import annotations

import numpy as np
from PyQt5.QtCore import QObject, pyqtSignal

from brainseg_gui.core.geometry import Box, Point
from brainseg_gui.core.layer import Layer
from brainseg_gui.core.masks.stroke import draw_line
from brainseg_gui.core.types import Mask
from brainseg_gui.review.values.history import Correction, Edit
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.ui.canvas.canvas import Canvas, Tool
from brainseg_gui.ui.canvas.layers import Layers
from brainseg_gui.ui.controllers.data_set import DataSet
from brainseg_gui.ui.widgets.settings import LARGEST_BRUSH, SMALLEST_BRUSH


class Editing(QObject):
    """Turns mouse lines into pixels of the correction, and keeps every step.

    Signals
    -------
    edited()
        The correction changed, or another one is open; measures are to be taken again.
    saved(str)
        Everything is on disk (""), or the sentence that says why not.
    brush_changed(int diameter)
    """

    edited = pyqtSignal()
    saved = pyqtSignal(str)
    brush_changed = pyqtSignal(int)

    def __init__(self, canvas: Canvas, layers: Layers, data_set: DataSet) -> None:
        super().__init__(canvas)
        self._canvas, self._layers, self._data_set = canvas, layers, data_set
        self._diameter = 16
        self._erasing = False
        self._touched: Box | None = None
        canvas.stroke_began.connect(self._begin)
        canvas.stroke_moved.connect(self._move)
        canvas.stroke_ended.connect(self._end)
        canvas.brush_resized.connect(self.resize_brush)

    @property
    def correction(self) -> Correction | None:
        """Return the correction of the slice on the screen."""
        current = self._data_set.session.current
        return current.correction if current else None

    @property
    def diameter(self) -> int:
        """Return the brush's width in image pixels."""
        return self._diameter

    def set_tool(self, tool: Tool) -> None:
        """Choose what the left button does."""
        self._canvas.set_tool(tool)

    def set_diameter(self, diameter: int) -> None:
        """Set the brush's width in image pixels."""
        self._diameter = min(max(diameter, SMALLEST_BRUSH), LARGEST_BRUSH)
        self._canvas.set_brush(self._diameter)
        self.brush_changed.emit(self._diameter)

    def resize_brush(self, steps: int) -> None:
        """Make the brush a step larger or smaller; steps grow with the brush."""
        self.set_diameter(self._diameter + steps * max(1, self._diameter // 8))

    def start(self, layer: Layer) -> None:
        """Begin the correction from a layer's mask, in place of what it was."""
        self._end_stroke_first()
        try:
            self._data_set.session.start(layer, self._mask_of(layer))
        except StoreError as error:
            self._announce(str(error))
        else:
            self._announce()

    def discard(self) -> None:
        """Take the correction away; undo brings it back."""
        self._end_stroke_first()
        try:
            self._data_set.session.discard()
        except StoreError as error:
            self._announce(str(error))
        else:
            self._announce()

    def undo(self) -> None:
        """Take back the last step of this slice."""
        self._step(redo=False)

    def redo(self) -> None:
        """Repeat the last step taken back."""
        self._step(redo=True)

    def finish(self) -> None:
        """End a stroke that is under way, because something else is about to happen."""
        self._canvas.end_stroke()

    def save(self) -> str:
        """Write everything, a stroke under way too; return the sentence why not, or ""."""
        self.finish()
        sentence = ""
        try:
            self._data_set.session.save_all()
        except StoreError as error:
            sentence = str(error)
        self.saved.emit(sentence)
        return sentence

    def show(self) -> None:
        """Show the correction of the slice on the screen."""
        correction = self.correction
        shown = correction.mask if correction and correction.exists else None
        self._layers.set_mask("correction", shown)
        self.edited.emit()

    def _end_stroke_first(self) -> None:
        if self._data_set.session.stroke_under_way:
            self.finish()

    def _begin(self, erase: bool) -> None:
        self._erasing = erase
        self._touched = None

    def _enters(self, correction: Correction, start: Point, end: Point) -> bool:
        """Begin a step when the brush first touches the slice: a click beside it is no edit."""
        touched = np.zeros_like(correction.mask)
        draw_line(touched, start, end, self._diameter, True)
        if not touched.any():
            return False
        if self._data_set.session.read_only:
            self._data_set.complained.emit(self._data_set.session.holder)
            return False
        begins = not correction.exists
        layer = self._natural_start()
        if begins and self._erasing and layer is Layer.NOTHING:
            return False
        self._data_set.session.begin_stroke(layer, self._mask_of(layer))
        if begins:
            self._layers.set_mask("correction", correction.mask)
        self._layers.uncover("correction")
        return True

    def _natural_start(self) -> Layer:
        """A first stroke corrects the prediction where there is one, hidden or not."""
        current = self._data_set.session.current
        assert current is not None
        predicted = current.slice.digest in self._data_set.shelf
        return Layer.PREDICTION if predicted else Layer.NOTHING

    def _mask_of(self, layer: Layer) -> Mask | None:
        """Return the mask of a layer of the slice on the screen; None for NOTHING."""
        current = self._data_set.session.current
        assert current is not None
        if layer is Layer.REFERENCE:
            return current.slice.reference
        predicted = layer is Layer.PREDICTION
        view = self._data_set.shelf.get(current.slice.digest) if predicted else None
        return view.mask if view else None

    def _move(self, start: Point, end: Point) -> None:
        correction = self.correction
        if correction is None:
            return
        if not self._data_set.session.stroke_under_way and not self._enters(correction, start, end):
            return
        box = draw_line(correction.mask, start, end, self._diameter, not self._erasing)
        if box is not None:
            self._touched = box if self._touched is None else self._touched.joined_with(box)
            self._layers.refresh("correction", box)

    def _end(self) -> None:
        text = "Erase" if self._erasing else "Brush stroke"
        try:
            self._data_set.session.end_stroke(text, self._touched)
        except StoreError as error:
            self.saved.emit(str(error))
        else:
            self.saved.emit("")
        self._note_row()
        correction = self.correction
        if correction is not None and not correction.exists:  # the first stroke changed nothing
            self._layers.set_mask("correction", None)
        self.edited.emit()

    def _step(self, *, redo: bool) -> None:
        session = self._data_set.session
        if session.current is None or session.stroke_under_way:
            return
        edit: Edit | None = None
        try:
            edit = session.redo() if redo else session.undo()
        except StoreError as error:
            self._announce(str(error))
            return
        if edit is not None:
            self._announce()

    def _announce(self, problem: str = "") -> None:
        self._note_row()
        self.show()
        self.saved.emit(problem)

    def _note_row(self) -> None:
        current = self._data_set.session.current
        if current is not None:
            self._data_set.rows.note_corrected(current.slice.digest, current.correction.exists)

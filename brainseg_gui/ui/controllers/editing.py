"""The correction of the slice on the screen: painted on, replaced, undone, and kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from PyQt5.QtCore import QObject, pyqtSignal

from brainseg_gui.core.geometry import Box, box_of
from brainseg_gui.core.layer import Layer
from brainseg_gui.core.masks.operations import Context
from brainseg_gui.core.types import Mask, Probability
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.ui.canvas.layers import Layers
from brainseg_gui.ui.controllers.on_screen import OnScreen, Screen
from brainseg_gui.ui.tools.operations import Operation


class Editing(QObject):
    """Puts pixels into the correction, and keeps every step.

    Signals
    -------
    finishing()
        A gesture that is under way is to come to its end now: something else is about to happen.
    noted(str digest, bool corrected)
        The slice has a correction, or none any more.
    saved(str)
        Everything is on disk (""), or the sentence that says why not.
    replaced(str)
        A step of this name put another mask, or none, in place of the correction.
    told(str)
        Why nothing was done.
    """

    finishing = pyqtSignal()
    noted = pyqtSignal(str, bool)
    saved = pyqtSignal(str)
    replaced = pyqtSignal(str)
    told = pyqtSignal(str)

    def __init__(self, screen: Screen, layers: Layers) -> None:
        super().__init__()
        self._screen, self._layers = screen, layers
        self._touched: Box | None = None

    # --- a step that is painted ---

    @property
    def mask(self) -> Mask:
        """Return the mask that is edited: the correction, else what it would begin from.

        Raises
        ------
        RuntimeError
            If no slice is open.
        """
        opened = self._screen.session.current
        if opened is None or self._screen.now is None:
            raise RuntimeError("no slice is open")
        return opened.correction.mask if opened.correction.exists else self._screen.now.mask

    def paint(self, box: Box, mask: Mask) -> None:
        """Put the (h, w) pixels of a box into the correction; the first change begins a step."""
        session = self._screen.session
        if not session.stroke_under_way and not self._begin(box, mask):
            return
        assert session.current is not None
        session.current.correction.mask[box.slices] = mask
        self._touched = box if self._touched is None else self._touched.joined_with(box)
        self._layers.refresh(Layer.CORRECTION, box)

    def commit(self, text: str) -> None:
        """End the step under its name, and keep it; without one, nothing happens."""
        if self._screen.session.stroke_under_way:
            touched, self._touched = self._touched, None
            self._keep(lambda: self._screen.session.end_stroke(text, touched))

    def cancel(self) -> None:
        """Take back what was painted since the last commit."""
        session, touched = self._screen.session, self._touched
        if session.stroke_under_way:
            self._touched = None
            session.end_stroke("", None)
            if touched is not None:
                self._layers.refresh(Layer.CORRECTION, touched)
            self._screen.refresh()

    def _begin(self, box: Box, mask: Mask) -> bool:
        """Begin a step if the pixels change anything: a click beside the mask is no edit."""
        now, session = self._screen.now, self._screen.session
        if now is None or not now.editable or np.array_equal(self.mask[box.slices], mask):
            return False
        begins = now.correction is None
        prediction = now.prediction
        model = prediction.model if prediction else None
        session.begin_stroke(natural_start(now), now.layer(Layer.PREDICTION), model)
        if begins:
            assert session.current is not None
            self._layers.set_mask(Layer.CORRECTION, session.current.correction.mask)
        self._layers.uncover(Layer.CORRECTION)
        return True

    # --- steps that are done at once ---

    def apply(self, operation: Operation, options: Mapping[str, float]) -> None:
        """Do an operation to the whole mask with the options beside the tools, as one step."""
        self.finish()
        now, session = self._screen.now, self._screen.session
        if now is None:
            return
        corrected, text = now.correction is not None, operation.step(options)
        if reason := operation.why_not(options, now.spacing_mm):
            self.told.emit(f"{reason}: choose a margin in pixels, or declare it in the View menu.")
            return
        mask = operation.function(now.mask, context_of(now, options))
        start = operation.starts
        if operation.discards:
            self.replace(session.discard)
        elif start is not None:
            self.replace(lambda: session.start(start, mask))
        else:
            self.put(mask, text)
        if corrected and (operation.discards or start is not None):
            self.replaced.emit(text)

    def put_anew(self, mask: Mask, text: str) -> None:
        """Make an (H, W) mask of elsewhere the correction, as one step.

        Raises
        ------
        RuntimeError
            If no slice is open.
        """
        corrected = self._screen.now is not None and self._screen.now.correction is not None
        self.put(mask, text)
        if corrected:
            self.replaced.emit(text)

    def put(self, mask: Mask, text: str) -> None:
        """Make an (H, W) mask the correction, as one step; where nothing differs, as none.

        Raises
        ------
        RuntimeError
            If no slice is open.
        """
        box = box_of(mask != self.mask)
        if box is not None:
            self.paint(box, mask[box.slices])
            self.commit(text)

    def undo(self) -> None:
        """Take back the last step of this slice."""
        self._move(lambda: self._screen.session.undo())

    def redo(self) -> None:
        """Repeat the last step taken back."""
        self._move(lambda: self._screen.session.redo())

    def _move(self, step: Callable[[], object]) -> None:
        if self._screen.now is not None and not self._screen.session.stroke_under_way:
            self.replace(step)

    def replace(self, step: Callable[[], object]) -> None:
        """Do a step that may change the mask anywhere.

        Raises
        ------
        RuntimeError
            If the step is one of a slice and none is open.
        """
        self._keep(step)
        self._layers.redraw(Layer.CORRECTION)

    # --- keeping ---

    def finish(self) -> None:
        """End a gesture that is under way, because something else is about to happen."""
        self.finishing.emit()

    def save(self) -> str:
        """Write everything, a stroke under way too; return the sentence why not, or ""."""
        self.finish()
        sentence = _problem_of(self._screen.session.save_all)
        self.saved.emit(sentence)
        return sentence

    def keep_if_unsaved(self) -> None:
        """Try again what could not be written, if anything."""
        if self._screen.session.unsaved:
            self.save()

    def _keep(self, step: Callable[[], object]) -> None:
        """Do a step, and say everywhere what came of it."""
        problem = _problem_of(step)
        opened = self._screen.session.current
        if opened is not None:
            self.noted.emit(opened.slice.digest, opened.correction.exists)
        self._screen.refresh()
        self.saved.emit(problem)


def natural_start(now: OnScreen) -> Layer:
    """Return what a first stroke corrects: the prediction where there is one, hidden or not."""
    return Layer.NOTHING if now.prediction is None else Layer.PREDICTION


def context_of(now: OnScreen, options: Mapping[str, float]) -> Context:
    """Return what an operation may look at."""
    masks = {layer: now.layer(layer) for layer in Layer}
    return Context(
        {layer: mask for layer, mask in masks.items() if mask is not None},
        now.spacing_mm,
        options,
    )


def probability_of(now: OnScreen) -> Probability | None:
    """Return what the network said of each pixel, where more than its mask is known."""
    percent = now.prediction.percent if now.prediction is not None else None
    return None if percent is None else Probability(percent.astype(np.float32) / np.float32(100))


def _problem_of(step: Callable[[], object]) -> str:
    try:
        step()
    except StoreError as error:
        return str(error)
    return ""

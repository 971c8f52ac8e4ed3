"""What is on the screen, as one value that everything that shows something reads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PyQt5.QtCore import QObject, QTimer, pyqtSignal

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.masks.patch import agree
from brainseg_gui.core.slices import Slice
from brainseg_gui.core.types import Mask
from brainseg_gui.core.view import View
from brainseg_gui.inference.model_card import ModelCard, Seen
from brainseg_gui.review.prediction_cache import PredictionCache, PredictionView
from brainseg_gui.review.session import ReviewSession
from brainseg_gui.review.values.history import Edit
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.review.values.verdict import SliceStatus, Step, Version
from brainseg_gui.ui.canvas.slice_view import SliceView

SETTLE_MS = 10  # after which a picture is painted, and nobody has read a word yet


@dataclass(frozen=True, eq=False)
class Past:
    """An earlier mask, or another reader's, shown over the slice."""

    what: Step | Version
    mask: Mask


@dataclass(frozen=True, eq=False)
class OnScreen:
    """The slice on the screen with all that is shown of it.

    Attributes
    ----------
    path : Path
    name : str
        Relative to the data set.
    view : SliceView
        The slice, and which view of it is shown.
    reader : str
        Whose correction and verdict it is.
    read_only : bool
        Somebody else has the review.
    spacing_mm : float or None
        Side of a pixel, where it is known.
    prediction : PredictionView or None
    seen : Seen or None
        Whether the network was trained on this patient; None without a network.
    correction : (H, W) bool or None
        The very array that is drawn on while a stroke is under way.
    start : Layer or None
        Which layer the correction began from.
    last : Edit or None
        The last step in effect; another one means that the correction is another.
    undo_text, redo_text : str
        The steps that can be taken back and repeated; empty where there is none.
    status : SliceStatus
        What the reader made of the slice.
    past : Past or None
    reference_hidden : bool
        Until the verdict; then `layer` knows of none either.
    """

    path: Path
    name: str
    view: SliceView
    reader: str
    read_only: bool
    spacing_mm: float | None
    prediction: PredictionView | None
    seen: Seen | None
    correction: Mask | None
    start: Layer | None
    last: Edit | None
    undo_text: str
    redo_text: str
    status: SliceStatus
    past: Past | None = None
    reference_hidden: bool = False

    @property
    def slice(self) -> Slice:
        """Return the slice itself."""
        return self.view.slice

    @property
    def editable(self) -> bool:
        """Tell whether the correction can be changed now."""
        return not self.read_only and self.past is None

    @property
    def has_mask(self) -> bool:
        """Tell whether there is something to accept."""
        return self.correction is not None or self.prediction is not None

    @property
    def mask(self) -> Mask:
        """Return what accepting is about: correction, else prediction, else nothing."""
        if self.correction is not None:
            return self.correction
        found = self.layer(Layer.PREDICTION)
        return np.zeros(self.slice.shape, bool) if found is None else found

    def layer(self, layer: Layer) -> Mask | None:
        """Return the mask of a layer, or None where there is none."""
        if layer is Layer.REFERENCE:
            return None if self.reference_hidden else self.slice.reference
        if layer is Layer.PREDICTION:
            return None if self.prediction is None else self.prediction.mask
        return self.correction if layer is Layer.CORRECTION else None

    @property
    def corrects(self) -> bool:
        """Tell whether accepting now means that the correction is right, not the prediction."""
        if self.correction is None:
            return False
        predicted = self.layer(Layer.PREDICTION)
        return predicted is None or not agree(self.correction, predicted)


class Screen(QObject):
    """Puts together what is on the screen, in one place, and announces it as one value.

    Whoever changes something of it calls `refresh`; whoever shows something hears `changed`. Words
    and numbers wait for the picture of another slice, and hear `settled`.

    Signals
    -------
    leaving()
        The slice, its reader or the data set is about to be left: what is under way is to be kept.
    changed(OnScreen or None now, OnScreen or None before)
    settled(OnScreen or None now, OnScreen or None before)
        The same, once another slice has been painted; of slices that were passed over, nothing.
    complained(str)

    Attributes
    ----------
    now : OnScreen or None
        None where no slice is shown.
    session : ReviewSession
        Of the open data set.
    card : ModelCard or None
        Of the network in use.
    levels : dict of View to two floats
        Window and level of each view, which stay from slice to slice.
    """

    leaving = pyqtSignal()
    changed = pyqtSignal(object, object)
    settled = pyqtSignal(object, object)
    complained = pyqtSignal(str)

    def __init__(self, session: ReviewSession, predictions: PredictionCache) -> None:
        super().__init__()
        self.now: OnScreen | None = None
        self.session = session
        self.card: ModelCard | None = None
        self.levels = {view: view.first_levels for view in View}
        self._predictions = predictions
        self._shown: tuple[Path, SliceView] | None = None
        self._past: Past | None = None
        self._told: OnScreen | None = None  # when `settled` was emitted last
        self._soon = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._soon.timeout.connect(self._settle)

    @property
    def path(self) -> Path | None:
        """Return the file of the slice on the screen."""
        return self._shown[0] if self._shown else None

    @property
    def settling(self) -> bool:
        """Tell whether words and numbers of the slice are yet to follow."""
        return self._soon.isActive()

    def show(self, path: Path, view: SliceView) -> None:
        """Show the slice that the session has open, in a view that is ready."""
        self._shown = path, view
        self.refresh()

    def clear(self) -> None:
        """Show no slice."""
        self._shown = self._past = None
        self.refresh()

    def show_past(self, past: Past | None) -> None:
        """Show an earlier mask over the slice, or none any more."""
        self._past = past
        self.refresh()

    def refresh(self) -> None:
        """Put together what is on the screen now, and announce it."""
        before = self.now
        try:
            self.now = self._put_together()
        except StoreError as error:
            self.complained.emit(str(error))
            return
        self.changed.emit(self.now, before)
        told = self._told
        if self.now is None or (told is not None and told.slice is self.now.slice):
            self._settle()
        elif not self._soon.isActive():
            self._soon.start()

    def _settle(self) -> None:
        self._soon.stop()
        before, self._told = self._told, self.now
        self.settled.emit(self.now, before)

    def _put_together(self) -> OnScreen | None:
        opened = self.session.current
        if self._shown is None or opened is None:
            return None
        path, view = self._shown
        patient = opened.slice.patient
        correction = opened.correction
        return OnScreen(
            path=path,
            name=opened.name,
            view=view,
            reader=opened.reader,
            read_only=self.session.read_only,
            spacing_mm=opened.slice.spacing_mm or self.session.spacing_mm,
            prediction=self._predictions.get(opened.slice.digest),
            seen=None if self.card is None else self.card.seen(patient),
            correction=correction.mask if correction.exists else None,
            start=correction.start,
            last=correction.history.head,
            undo_text=correction.undo_text,
            redo_text=correction.redo_text,
            status=self.session.status(),
            past=self._past,
            reference_hidden=self.session.blinding.hides_from(opened.slice.digest, opened.reader),
        )

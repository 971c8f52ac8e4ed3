"""Measures the mask on the screen after every change of it, where nobody waits for that."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PyQt5.QtCore import QObject, QTimer, pyqtSignal

from brainseg_gui.core.layer import Layer
from brainseg_gui.inference.model_card import Seen
from brainseg_gui.ui.controllers.measuring.kinds import Kind
from brainseg_gui.ui.controllers.on_screen import OnScreen, Screen
from brainseg_gui.ui.jobs.background import Background
from brainseg_gui.ui.panels.measuring.measures_panel import MeasuresPanel

if TYPE_CHECKING:
    from brainseg_gui.core.measures.measures import Measures

SOON_MS = 30  # after the last change: strokes follow each other
PATIENCE_MS = 500  # that measures of the mask before this one may stay


class Measuring(QObject):
    """Keeps the measures of the mask on the screen: correction, else prediction.

    Against the reference, where there is one and the reader may see it. A stroke only starts a
    timer; when it ends the mask is copied, and measured in a thread of its own.

    Signals
    -------
    measured(Measures or None)
        Of the mask on the screen; None where there is none, or it is not measured yet and what
        was said last is of another slice.
    """

    measured = pyqtSignal(object)

    def __init__(self, screen: Screen, background: Background, panel: MeasuresPanel) -> None:
        super().__init__()
        self._screen, self._panel = screen, panel
        self.found: Measures | None = None  # of what is on the screen
        self._about: tuple[object, ...] | None = None
        self._background = background
        background.answered.connect(self._on_answer)
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self._ask)
        self._late = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._late.timeout.connect(self._forget)
        screen.settled.connect(self._on_screen)

    def _on_screen(self, now: OnScreen | None, _before: OnScreen | None) -> None:
        """Note that there is something else to measure; every stroke comes through here."""
        about = _about(now)
        if about == self._about:
            return
        before, self._about = self._about, about
        if about is None or before is None or about[0] != before[0]:
            self._forget()
        if about is not None:
            self._soon.start()
            if self.found is not None:
                self._late.start()

    def _ask(self) -> None:
        """Measure what is there now, but not while it is being drawn."""
        now = self._screen.now
        if now is None or self._about is None:
            return
        if self._screen.session.stroke_under_way:
            self._soon.start()
            return
        from brainseg_gui.core.measures.measures import measure  # not at the start of the window

        work = partial(measure, now.mask.copy(), now.layer(Layer.REFERENCE), now.spacing_mm)
        self._background.ask(Kind.MEASURES, self._about, work)

    def _on_answer(self, kind: int, about: object, found: Measures) -> None:
        if kind == Kind.MEASURES and about == self._about:
            self._late.stop()
            self._show(found)

    def _forget(self) -> None:
        """Say nothing any more: it would be of another mask."""
        self._late.stop()
        self._show(None)

    def _show(self, found: Measures | None) -> None:
        self.found = found
        now = self._screen.now
        if found is None or now is None:
            self._panel.show_measures("", "", ())
        else:
            from brainseg_gui.ui.panels.measuring.words import lines, summary

            seen = now.seen is Seen.TRAINED_ON
            self._panel.show_measures(_what(now), summary(found), lines(found, seen=seen))
        self.measured.emit(found)


def _about(now: OnScreen | None) -> tuple[object, ...] | None:
    """Return what tells one thing to measure from another, the slice first; None for nothing."""
    if now is None or not now.has_mask:
        return None
    mask = now.prediction if now.correction is None else now.last
    whose = now.correction is None, mask, now.reader
    return (now.slice.digest, now.path), whose, now.reference_hidden, now.spacing_mm, now.seen


def _what(now: OnScreen) -> str:
    """Return what is measured, and against what."""
    mask = Layer.PREDICTION if now.correction is None else Layer.CORRECTION
    if now.layer(Layer.REFERENCE) is not None:
        return f"{mask.value} against reference"
    return f"{mask.value}, reference hidden" if now.reference_hidden else f"{mask.value} alone"

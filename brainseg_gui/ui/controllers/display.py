"""Which view of the slice is shown, and its window and level."""

from __future__ import annotations

import numpy as np
from PyQt5.QtCore import QObject

from brainseg_gui.core.image.contrast import AIR
from brainseg_gui.core.types import Pixels
from brainseg_gui.core.view import View
from brainseg_gui.ui.canvas.canvas import Canvas
from brainseg_gui.ui.canvas.slice_view import SliceView
from brainseg_gui.ui.panels.histogram import WindowControl


class Display(QObject):
    """Brings views to the canvas; window and level stay from slice to slice, one pair a view.

    They are shares of each slice's own range: the files have no common intensity scale.
    """

    def __init__(self, canvas: Canvas, control: WindowControl) -> None:
        super().__init__(canvas)
        self._canvas, self._control = canvas, control
        self._windows = {view: (0.0, 0.6 if view is View.RAW else 1.0) for view in View}
        self._view = View.EQUALISED
        self._shown: Pixels | None = None
        control.window_changed.connect(self._on_window)

    def choose(self, view: View) -> None:
        """Use the window of another view; its pixels follow."""
        self._view = view
        self._shown = None

    def show(self, view: SliceView) -> None:
        """Show a slice in the chosen view."""
        self._shown = view.shown
        self._control.histogram.set_counts(view.histogram)
        window = self._windows[self._view]
        self._canvas.show_image(view.shown, window)
        if self._control.limits != window:
            self._control.set_window(*window)

    def auto_contrast(self) -> None:
        """Fit the window to the head: from its 1st to its 99.5th percentile."""
        if self._shown is None:
            return
        head = self._shown[self._shown > AIR]
        if head.size:
            low, high = np.percentile(head, [1, 99.5])
            self._control.set_window(float(low), max(float(high), float(low) + 0.01))

    def _on_window(self, low: float, high: float) -> None:
        if self._shown is not None:
            self._windows[self._view] = (low, high)
            self._canvas.image.setLevels((low, high))

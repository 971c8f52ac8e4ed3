"""Which view of the slice is shown, and its window and level."""

from __future__ import annotations

import numpy as np
from PyQt5.QtCore import QObject, pyqtSignal

from brainseg_gui.core.image.contrast import AIR
from brainseg_gui.core.types import Pixels
from brainseg_gui.core.view import Levels, View
from brainseg_gui.ui.canvas.canvas import Canvas
from brainseg_gui.ui.canvas.slice_view import SliceView
from brainseg_gui.ui.panels.histogram import WindowControl

WHOLE = 500.0  # pixels of the window that the mouse goes through the whole range
NARROWEST = 0.02
SAYS = "Ctrl+Shift and drag: wider to the right, brighter upwards; double click: as at first"


class Display(QObject):
    """Brings views to the canvas; window and level stay from slice to slice, one pair a view.

    They are shares of each slice's own range: the files have no common intensity scale.

    Signals
    -------
    said(str)
        What dragging with Ctrl and Shift does, while it is done; empty for nothing.
    """

    said = pyqtSignal(str)

    def __init__(self, canvas: Canvas, control: WindowControl, levels: dict[View, Levels]) -> None:
        super().__init__(canvas)
        self._canvas, self._control, self._levels = canvas, control, levels
        self._held = (0.0, 1.0)  # the window when dragging began
        self._view = View.EQUALISED
        self._shown: Pixels | None = None
        control.window_changed.connect(self._on_window)
        canvas.levels_held.connect(self._hold)
        canvas.levels_dragged.connect(self._drag)
        canvas.levels_reset.connect(self.reset_window)

    def choose(self, view: View) -> None:
        """Use the window of another view; its pixels follow."""
        self._view = view
        self._shown = None

    def show(self, view: SliceView) -> None:
        """Show a slice in the chosen view."""
        self._shown = view.shown
        window = self._levels[self._view]
        self._canvas.show_image(view.shown, window, view.colours(window))
        if self._control.limits != window:
            self._control.set_window(*window)

    def show_values(self, view: SliceView) -> None:
        """Show how often each value occurs, and as what it is shown."""
        self._control.histogram.set_counts(view.histogram, view.transfer)

    def auto_contrast(self) -> None:
        """Fit the window to the head: from its 1st to its 99.5th percentile."""
        if self._shown is None:
            return
        head = self._shown[self._shown > AIR]
        if head.size:
            low, high = np.percentile(head, [1, 99.5])
            self._control.set_window(float(low), max(float(high), float(low) + 0.01))

    def reset_window(self) -> None:
        """Give the view the window that it had at first."""
        if self._shown is not None:
            self._held = self._view.first_levels
            self._control.set_window(*self._held)

    def _hold(self, on: bool) -> None:
        self._held = self._control.limits
        self.said.emit(SAYS if on else "")

    def _drag(self, across: float, up: float) -> None:
        """Widen the window to the right, brighten upwards."""
        if self._shown is not None:
            self._control.set_window(*dragged(self._held, across / WHOLE, up / WHOLE))

    def _on_window(self, low: float, high: float) -> None:
        if self._shown is not None:
            self._levels[self._view] = (low, high)
            self._canvas.image.setLevels((low, high))


def dragged(window: tuple[float, float], wider: float, brighter: float) -> tuple[float, float]:
    """Return a window made wider and moved down the range; it stays within 0 to 1.

    Examples
    --------
    >>> dragged((0.25, 0.75), 0.0, 0.25)
    (0.0, 0.5)
    """
    width = min(max(window[1] - window[0] + wider, NARROWEST), 1.0)
    low = min(max(sum(window) / 2 - brighter - width / 2, 0.0), 1.0 - width)
    return low, low + width

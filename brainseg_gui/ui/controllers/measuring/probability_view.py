"""The probability view: what the network said of each pixel, in colours, with their legend."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PyQt5.QtCore import QObject, QPoint, QRect, pyqtSignal

from brainseg_gui.ui.canvas.canvas import Canvas
from brainseg_gui.ui.canvas.layers import Layers
from brainseg_gui.ui.controllers.on_screen import OnScreen, Screen

MARGIN = 12  # pixels from the edges of the slice
NOT_KEPT = "Of this slice only the mask was kept: predict it to see the probability."

if TYPE_CHECKING:
    from brainseg_gui.ui.canvas.measuring.legend import Legend
    from brainseg_gui.ui.canvas.measuring.pinned import Pinned
    from brainseg_gui.ui.canvas.measuring.probability_item import ProbabilityItem


class _Drawn(NamedTuple):
    item: ProbabilityItem
    legend: Legend
    pinned: Pinned


class ProbabilityView(QObject):
    """Shows probabilities below the masks while that is asked for, slice after slice.

    It is a picture and changes no mask. It hides where all layers are hidden.

    Signals
    -------
    told(str)
        Why there is nothing to see.
    """

    told = pyqtSignal(str)

    def __init__(self, screen: Screen, canvas: Canvas, layers: Layers) -> None:
        super().__init__(canvas)
        self._screen, self._canvas, self._layers = screen, canvas, layers
        self._on = False
        self._parts: _Drawn | None = None  # made when they are first asked for
        screen.changed.connect(self._on_screen)
        layers.changed.connect(self._hide_or_show)

    def show(self, on: bool) -> None:
        """Show the probabilities, or the slice alone."""
        self._on = on
        if on and self._parts is None:
            self._parts = self._make()
        self._draw(self._screen.now)
        now = self._screen.now
        if on and now is not None and now.prediction is not None and now.prediction.percent is None:
            self.told.emit(NOT_KEPT)

    def _make(self) -> _Drawn:
        # Not at the start of the window.
        from brainseg_gui.ui.canvas.measuring.legend import Legend
        from brainseg_gui.ui.canvas.measuring.pinned import Pinned
        from brainseg_gui.ui.canvas.measuring.probability_item import ProbabilityItem

        item, legend = ProbabilityItem(), Legend()
        self._canvas.view.addItem(item, ignoreBounds=True)
        return _Drawn(item, legend, Pinned(legend, self._canvas.viewport(), _middle_right))

    def _on_screen(self, now: OnScreen | None, before: OnScreen | None) -> None:
        if now is None or before is None or now.prediction is not before.prediction:
            self._draw(now)

    def _draw(self, now: OnScreen | None) -> None:
        if self._parts is None:
            return
        said = now.prediction if self._on and now is not None else None
        self._parts.item.show_percent(said.percent if said is not None else None)
        model = said.model if said is not None else None
        self._parts.legend.show_threshold(model.threshold if model is not None else None)
        self._parts.pinned.put()
        self._hide_or_show()

    def _hide_or_show(self) -> None:
        if self._parts is not None:
            shown = self._on and not self._layers.hidden and self._screen.now is not None
            self._parts.item.setVisible(shown)
            self._parts.legend.setVisible(shown)


def _middle_right(over: QRect, own: QRect) -> QPoint:
    """Return a place between what stands in the corners: buttons and the legend of a comparison."""
    return QPoint(over.width() - own.width() - MARGIN, (over.height() - own.height()) // 2)

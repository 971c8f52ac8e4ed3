"""A left of a line, B right of it."""

from __future__ import annotations

from PyQt5.QtCore import QEvent, QObject, Qt, pyqtSignal
from PyQt5.QtGui import QMouseEvent

from brainseg_gui.core.masks.pieces import Only
from brainseg_gui.ui.canvas.canvas import Canvas
from brainseg_gui.ui.canvas.compare.swipe_line import SwipeLine
from brainseg_gui.ui.canvas.layers import Layers
from brainseg_gui.ui.canvas.mask_item import Span
from brainseg_gui.ui.controllers.comparing.comparing import Comparing
from brainseg_gui.ui.controllers.comparing.comparison import Comparison
from brainseg_gui.ui.controllers.comparing.side_pair import SidePair

FAR = 1e6  # columns beyond any slice


class Swipe(QObject):
    """Draws the two masks on their sides of a line, which the mouse moves.

    Signals
    -------
    ended()
        By itself: a stroke has begun.
    """

    ended = pyqtSignal()

    def __init__(
        self, canvas: Canvas, layers: Layers, comparing: Comparing, pair: SidePair
    ) -> None:
        super().__init__(pair)
        self._canvas, self._comparing, self._pair = canvas, comparing, pair
        self._line = SwipeLine(canvas)
        self._held = False
        self.on = False
        comparing.changed.connect(self._on_comparison)
        layers.changed.connect(self._on_layers)
        canvas.view.sigRangeChanged.connect(self._move)
        canvas.view.sigResized.connect(self._move)

    @property
    def x(self) -> float:
        """Return where the line is, in pixels of the canvas."""
        return self._line.x

    def start(self) -> None:
        """Show the line and what lies beside it."""
        self.on = True
        self._canvas.viewport().installEventFilter(self)
        self._comparing.use("swipe", True)
        self._on_comparison(self._comparing.now)

    def end(self) -> None:
        """Show the layers again."""
        if self.on:
            self.on = self._held = False
            self._canvas.viewport().removeEventFilter(self)
            self._line.setVisible(False)
            self._pair.end()
            self._comparing.use("swipe", False)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Take the mouse where it is on the line, before the tool has it."""
        if not isinstance(event, QMouseEvent) or not self._takes(event):
            return False
        if event.type() == QEvent.MouseButtonRelease:
            self._held = False
        elif event.type() == QEvent.MouseMove and self._held:
            self._line.move_to(event.localPos().x())
            self._move()
        elif event.type() != QEvent.MouseMove:
            self._held = True
            self._canvas.setFocus(Qt.MouseFocusReason)
        self._canvas.overlay.show_ring(False)
        self._canvas.viewport().setCursor(Qt.SplitHCursor)
        return True

    def _takes(self, event: QMouseEvent) -> bool:
        """Tell whether an event is the line's: not while a stroke comes over it."""
        if self._held:
            return True
        if not self._line.isVisible() or not self._line.is_near(event.localPos().x()):
            return False
        if event.type() == QEvent.MouseMove:
            return not event.buttons()
        down = event.type() in (QEvent.MouseButtonPress, QEvent.MouseButtonDblClick)
        return down and event.buttons() == Qt.LeftButton

    def _parts(self) -> dict[Only, Span | None]:
        column = self._line.column
        return {Only.A: (-FAR, column), Only.B: (column, FAR)}

    def _move(self) -> None:
        comparison = self._comparing.now
        if self.on and comparison is not None:
            self._pair.move(comparison, self._parts())

    def _on_comparison(self, comparison: Comparison | None) -> None:
        if not self.on:
            return
        self._line.setVisible(comparison is not None)
        if comparison is None:
            self._pair.end()
        else:
            self._line.name(f"A · {comparison.a.name}", f"B · {comparison.b.name}")
            self._pair.show(comparison, self._parts())

    def _on_layers(self) -> None:
        """A stroke has begun: who paints sees the whole correction."""
        if self.on and self._comparing.now is not None and not self._pair.intact:
            self.end()
            self.ended.emit()

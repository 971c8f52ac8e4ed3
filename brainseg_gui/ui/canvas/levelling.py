"""Window and level by dragging over the slice with Ctrl and Shift held."""

from __future__ import annotations

from typing import Any, Protocol

from PyQt5.QtCore import QEvent, QPointF, Qt
from PyQt5.QtGui import QMouseEvent

# Either alone is some tool's; Alt opens menus, and many window systems move windows by it.
MODIFIERS = Qt.ControlModifier | Qt.ShiftModifier


class LevelSurface(Protocol):
    """What is dragged over: the canvas."""

    levels_dragged: Any  # signals
    levels_reset: Any
    levels_held: Any


class Levelling:
    """Follows one drag; the tool hears nothing of it."""

    def __init__(self, surface: LevelSurface) -> None:
        self._surface = surface
        self._from: QPointF | None = None

    @property
    def busy(self) -> bool:
        """Tell whether a drag is under way."""
        return self._from is not None

    def begins(self, event: QMouseEvent) -> bool:
        """Take a press that is meant for window and level; a second one at once resets them."""
        if event.button() != Qt.LeftButton or event.modifiers() != MODIFIERS:
            return False
        self._from = QPointF(event.localPos())
        if event.type() == QEvent.MouseButtonDblClick:
            self._surface.levels_reset.emit()
        else:
            self._surface.levels_held.emit(True)
        return True

    def move(self, event: QMouseEvent) -> None:
        """Say how far the mouse has come, right and up."""
        if self._from is not None:
            way = event.localPos() - self._from
            self._surface.levels_dragged.emit(way.x(), -way.y())

    def end(self) -> None:
        """The button is up."""
        if self._from is not None:
            self._from = None
            self._surface.levels_held.emit(False)

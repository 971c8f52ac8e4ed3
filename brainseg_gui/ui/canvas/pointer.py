"""From mouse and keys to what a tool hears; the middle button and Space move the slice."""

from __future__ import annotations

import math
from typing import Any, Protocol

from PyQt5.QtCore import QEvent, QPointF, Qt
from PyQt5.QtGui import QKeyEvent, QMouseEvent, QTabletEvent, QWheelEvent
from PyQt5.QtWidgets import QApplication, QWidget

from brainseg_gui.core.geometry import Point
from brainseg_gui.ui.canvas.levelling import Levelling, LevelSurface
from brainseg_gui.ui.canvas.overlay_item import OverlayItem
from brainseg_gui.ui.canvas.stylus import as_mouse
from brainseg_gui.ui.canvas.travel import Travel, notches
from brainseg_gui.ui.tools.events import (
    Button,
    DoubleClick,
    Hover,
    Key,
    Modifiers,
    Move,
    Pointer,
    Press,
    Release,
    Wheel,
)
from brainseg_gui.ui.tools.tool import Cursor

ZOOM_PER_NOTCH = 1.2
BUTTONS = {Qt.LeftButton: Button.LEFT, Qt.RightButton: Button.RIGHT}
HELD = {
    Qt.ShiftModifier: Modifiers.SHIFT,
    Qt.ControlModifier: Modifiers.CONTROL,
    Qt.AltModifier: Modifiers.ALT,
}
MODIFIER_KEYS = {
    Qt.Key_Shift: Modifiers.SHIFT,
    Qt.Key_Control: Modifiers.CONTROL,
    Qt.Key_Alt: Modifiers.ALT,
}
KEYS = {
    Qt.Key_Escape: "Escape",
    Qt.Key_Return: "Return",
    Qt.Key_Enter: "Return",
    Qt.Key_Backspace: "Backspace",
}
CURSORS = {
    Cursor.CROSS: Qt.CrossCursor,
    Cursor.OPEN_HAND: Qt.OpenHandCursor,
    Cursor.CLOSED_HAND: Qt.ClosedHandCursor,
}


class Surface(LevelSurface, Protocol):
    """What the hand works on: the canvas."""

    overlay: OverlayItem
    gesture: Any  # signals
    pointed_at: Any
    menu_wanted: Any
    size_turned: Any
    opacity_turned: Any

    @property
    def shape(self) -> tuple[int, int] | None:
        """Return (H, W) of the slice."""

    def to_pixels(self, position: QPointF) -> Point:
        """Return widget coordinates in image pixels."""

    def move_view(self, held: Point, to: Point) -> None:
        """Move the slice."""

    def fit(self) -> None:
        """Show the whole slice."""

    def zoom(self, factor: float, about: QPointF | None = None) -> None:
        """Zoom about a point."""

    def viewport(self) -> QWidget:
        """Return the widget that is painted on."""

    def underMouse(self) -> bool:
        """Tell whether the mouse is over it."""


class Hand:
    """Follows the mouse over the canvas: one gesture at a time, begun and ended by one button."""

    def __init__(self, surface: Surface) -> None:
        self._surface = surface
        self.pixel: tuple[int, int] | None = None  # under the mouse
        self.last_pixel: tuple[int, int] | None = None  # that was under it, wherever it is now
        self.right_is_tools = True  # and opens no menu
        self._asks_menu: QPointF | None = None  # where the right button went down, to open one
        self._button = Qt.NoButton  # that the gesture under way is made with
        self._last = Pointer((0.0, 0.0), (0.0, 0.0))
        self._grabbed: Point | None = None  # what the hand that moves the slice holds
        self._space = False
        self._pressure = 1.0  # of a stylus; a mouse presses with all its might
        self._levels = Levelling(surface)
        self._travel = Travel()

    @property
    def busy(self) -> bool:
        """Tell whether a gesture of the tool is under way."""
        return bool(self._button != Qt.NoButton)

    @property
    def _moves_view(self) -> bool:
        return self._space or self._grabbed is not None

    def finish(self) -> None:
        """End the gesture under way, as if the button had come up."""
        if self.busy:
            last = self._last
            self._button = Qt.NoButton
            self._surface.gesture.emit(
                Release(last.point, last.screen, last.button, last.modifiers)
            )

    # --- mouse ---

    def press(self, event: QMouseEvent) -> None:
        """Begin a gesture, or grab the slice; a second button changes nothing."""
        taken = self.busy or self._levels.busy or self._grabbed is not None
        if taken or self._surface.shape is None:
            return
        button, quick = event.button(), event.type() == QEvent.MouseButtonDblClick
        moves = button == Qt.MiddleButton or (self._space and button == Qt.LeftButton)
        if moves and quick:
            self._surface.fit()
        elif moves:
            self._grabbed = self._surface.to_pixels(event.localPos())
        elif not self._space and self._levels.begins(event):
            pass
        elif button == Qt.RightButton and not self.right_is_tools:
            self._asks_menu = QPointF(event.localPos())
        elif button in BUTTONS and not self._space:
            self._button = button
            self._say(DoubleClick if quick else Press, event)
        self.show()

    def move(self, event: QMouseEvent) -> None:
        """Go on with the gesture, and say which pixel is under the mouse."""
        if self.busy and not event.buttons() & self._button:
            self.finish()  # a dialog swallowed the release
        point = self._surface.to_pixels(event.localPos())
        if self._grabbed is not None:
            self._surface.move_view(self._grabbed, point)
        elif self._levels.busy:
            self._levels.move(event)
        elif self._surface.shape is not None:
            self._say(Move if self.busy else Hover, event)
        self.show()
        self.pixel = self._pixel(point)
        self.last_pixel = self.pixel or self.last_pixel
        self._surface.pointed_at.emit(self.pixel)

    def release(self, event: QMouseEvent) -> None:
        """End the gesture, or let the slice go."""
        if self.busy and event.button() == self._button:
            self._say(Release, event)
        if event.button() == Qt.RightButton and self._asks_menu is not None:
            way, self._asks_menu = event.localPos() - self._asks_menu, None
            if way.manhattanLength() < QApplication.startDragDistance():
                self._surface.menu_wanted.emit(event.globalPos())
        if not event.buttons():
            self._grabbed = None
            self._levels.end()
        self.show()

    def stylus(self, event: QTabletEvent, *, by_pressure: bool) -> None:
        """Take what a stylus does for a mouse's; by its pressure, where that is wanted."""
        if by_pressure:
            self._pressure = float(event.pressure())
        mouse = as_mouse(event)
        does = {QEvent.TabletPress: self.press, QEvent.TabletMove: self.move}
        does.get(event.type(), self.release)(mouse)
        self._pressure = 1.0

    def leave(self) -> None:
        """Forget where the mouse was."""
        self._surface.overlay.show_ring(False)
        self.pixel = None
        self._surface.pointed_at.emit(None)

    def wheel(self, event: QWheelEvent) -> None:
        """Zoom about the cursor; Shift turns the size, Ctrl the opacity, Alt is the tool's."""
        modifiers = event.modifiers()
        travel = notches(event.angleDelta(), event.pixelDelta(), modifiers)
        if travel == 0:
            return
        if modifiers & (Qt.ShiftModifier | Qt.ControlModifier):
            if event.phase() != Qt.ScrollMomentum:  # the finger is off it already
                sized = bool(modifiers & Qt.ShiftModifier)
                turned = self._surface.size_turned if sized else self._surface.opacity_turned
                if steps := self._travel.steps(sized, travel):
                    turned.emit(steps)
        elif self._surface.shape is not None:
            point = self._surface.to_pixels(event.position())
            if modifiers & Qt.AltModifier:
                held = _modifiers(modifiers)
                screen = (event.position().y(), event.position().x())
                self._surface.gesture.emit(Wheel(point, screen, modifiers=held, steps=travel))
            else:
                about = QPointF(point[1], point[0])
                self._surface.zoom(ZOOM_PER_NOTCH**travel, about)
        event.accept()

    # --- keys ---

    def wants(self, event: QEvent) -> bool:
        """Tell whether the tool has asked for a key that is about to become a command."""
        wanted = self._surface.overlay.overlay.keys
        return isinstance(event, QKeyEvent) and KEYS.get(event.key()) in wanted

    def key(self, event: QKeyEvent, *, down: bool) -> bool:
        """Take a key that went down or came up; False if it is nobody's here."""
        key = event.key()
        if key == Qt.Key_Space:
            if not event.isAutoRepeat():
                self._space = down
                self.show()
        elif key in MODIFIER_KEYS:
            held = _modifiers(event.modifiers()) & ~MODIFIER_KEYS[key]
            self.hover(held | MODIFIER_KEYS[key] if down else held)
        elif down and self.wants(event):
            self._surface.gesture.emit(Key(KEYS[key], _modifiers(event.modifiers())))
        else:
            return False
        return True

    def let_go_of_space(self) -> None:
        """The key is up, or will come up unheard."""
        self._space = False

    # --- what is seen of it ---

    def show(self) -> None:
        """Show the cursor and the ring that fit."""
        draws = not self._moves_view and not self._levels.busy
        self._surface.overlay.show_ring(draws and self._surface.underMouse())
        if self._surface.shape is None:
            cursor = Qt.ArrowCursor
        elif self._levels.busy:
            cursor = Qt.SizeAllCursor
        elif self._moves_view:
            cursor = Qt.OpenHandCursor if self._grabbed is None else Qt.ClosedHandCursor
        else:
            cursor = CURSORS[self._surface.overlay.overlay.cursor]
        if self._surface.viewport().cursor().shape() != cursor:
            self._surface.viewport().setCursor(cursor)

    def hover(self, modifiers: Modifiers = Modifiers.NONE) -> None:
        """Say again where the mouse is: what it would do there has changed."""
        if self.pixel is not None and not self.busy:
            last = self._last
            self._surface.gesture.emit(Hover(last.point, last.screen, modifiers=modifiers))

    def _say(self, kind: type[Pointer], event: QMouseEvent) -> None:
        position = event.localPos()
        self._last = kind(
            self._surface.to_pixels(position),
            (position.y(), position.x()),
            BUTTONS.get(self._button, Button.NONE),
            _modifiers(event.modifiers()),
            1.0 if kind is Hover else self._pressure,
        )
        if kind is Release:
            self._button = Qt.NoButton
        self._surface.gesture.emit(self._last)

    def _pixel(self, point: Point) -> tuple[int, int] | None:
        row, column = math.floor(point[0]), math.floor(point[1])
        shape = self._surface.shape
        if shape and 0 <= row < shape[0] and 0 <= column < shape[1]:
            return row, column
        return None


def _modifiers(held: Qt.KeyboardModifiers) -> Modifiers:
    result = Modifiers.NONE
    for key, modifier in HELD.items():
        if held & key:
            result |= modifier
    return result

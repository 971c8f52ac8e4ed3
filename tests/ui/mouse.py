"""The mouse over a slice, as the window system reports it."""

from __future__ import annotations

from PyQt5.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt5.QtGui import QMouseEvent, QWheelEvent
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication

from brainseg_gui.ui.window.main_window import MainWindow

Pixel = tuple[float, float]


class Mouse:
    """Is aimed at pixels, (row, column) of the slice on the screen."""

    def __init__(self, window: MainWindow) -> None:
        self._window, self._canvas = window, window.parts.canvas

    def point(self, pixel: Pixel) -> QPoint:
        """Return where on the viewport a position of the slice is."""
        scene = self._canvas.view.mapViewToScene(QPointF(pixel[1], pixel[0]))
        return self._canvas.mapFromScene(scene)

    def pixel(self, pixel: Pixel) -> Pixel:
        """Return the position of the slice that the mouse hits when it aims at `pixel`."""
        return self._canvas.to_pixels(QPointF(self.point(pixel)))

    def aim(self, pixel: Pixel) -> QPoint:
        """Return where in the window a position of the slice is."""
        return self._canvas.viewport().mapTo(self._window, self.point(pixel))

    def press(
        self, pixel: Pixel, button: int = Qt.LeftButton, modifiers: int = Qt.NoModifier
    ) -> None:
        """Press a button over the slice."""
        self._press(self.aim(pixel), button, modifiers)

    def move(self, pixel: Pixel) -> None:
        """Move the mouse there in one step, whatever button is down."""
        QTest.mouseMove(self._window.windowHandle(), self.aim(pixel))

    def release(
        self, pixel: Pixel, button: int = Qt.LeftButton, modifiers: int = Qt.NoModifier
    ) -> None:
        """Let the button come up."""
        QTest.mouseRelease(self._window.windowHandle(), button, modifiers, self.aim(pixel))

    def stroke(
        self, *pixels: Pixel, button: int = Qt.LeftButton, modifiers: int = Qt.NoModifier
    ) -> None:
        """Drag from pixel to pixel, as they lie when the drag begins; one pixel is a dab."""
        aims = [self.aim(pixel) for pixel in pixels]
        self._press(aims[0], button, modifiers)
        for aim in aims[1:]:
            QTest.mouseMove(self._window.windowHandle(), aim)
        QTest.mouseRelease(self._window.windowHandle(), button, modifiers, aims[-1])

    def _press(self, aim: QPoint, button: int, modifiers: int) -> None:
        QTest.mouseMove(self._window.windowHandle(), aim)
        QTest.mousePress(self._window.windowHandle(), button, modifiers, aim)

    def double_click(self, pixel: Pixel) -> None:
        """Click twice, quickly."""
        aim = self.aim(pixel)
        QTest.mouseDClick(self._window.windowHandle(), Qt.LeftButton, Qt.NoModifier, aim)

    def report(self, kind: QEvent.Type, pixel: Pixel, button: int, buttons: int) -> None:
        """Report a mouse event with any set of buttons, which `QTest` cannot."""
        at = QPointF(self.point(pixel))
        there = QPointF(self._canvas.viewport().mapToGlobal(self.point(pixel)))
        event = QMouseEvent(kind, at, there, button, Qt.MouseButtons(buttons), Qt.NoModifier)
        QApplication.sendEvent(self._canvas.viewport(), event)

    def wheel(self, steps: int, pixel: Pixel, modifiers: int = Qt.NoModifier) -> None:
        """Turn the wheel over a pixel."""
        self.scroll(QPoint(0, 120 * steps), QPoint(), pixel, modifiers)

    def scroll(
        self, angle: QPoint, pixels: QPoint, pixel: Pixel, modifiers: int = Qt.NoModifier
    ) -> None:
        """Report what a wheel or a touchpad says over a pixel: eighths of a degree, and pixels."""
        at = self.point(pixel)
        event = QWheelEvent(
            QPointF(at),
            QPointF(self._canvas.viewport().mapToGlobal(at)),
            pixels,
            angle,
            Qt.NoButton,
            Qt.KeyboardModifiers(modifiers),
            Qt.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(self._canvas.viewport(), event)

"""Strokes over the canvas, by real mouse events, and how long each of their events takes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from PyQt5.QtCore import QEvent, QPointF, Qt
from PyQt5.QtGui import QMouseEvent
from PyQt5.QtWidgets import QApplication

from brainseg_gui.ui.canvas.canvas import Canvas
from brainseg_gui.ui.window.main_window import MainWindow
from tests.benchmarks.instruments.durations import Durations
from tests.benchmarks.instruments.window import CANVAS, PaintCount

MOVES = 60  # a stroke; about 12 screen pixels apart, as a quick hand draws


@dataclass
class Strokes:
    """From event to paint of each move, and of each release until it is on disk."""

    moves: Durations = field(default_factory=Durations)
    releases: Durations = field(default_factory=Durations)


def draw(window: MainWindow, count: int) -> Strokes:
    """Draw arcs with the tool in use, with the right button every second time if it hears that."""
    canvas = window.parts.canvas
    buttons = [Qt.LeftButton, Qt.RightButton]
    if not window.parts.tools.tool.right_button:
        buttons = buttons[:1]
    # There is no pointer offscreen; without this the ring of the brush would not be drawn.
    canvas.setAttribute(Qt.WA_UnderMouse)
    paints = PaintCount(canvas.viewport())
    _draw_one(canvas, paints, 0, buttons[0], Strokes())  # warms up
    strokes = Strokes()
    for number in range(1, count + 1):
        _draw_one(canvas, paints, number, buttons[number % len(buttons)], strokes)
    paints.deleteLater()
    return strokes


def sweep(window: MainWindow, button: int) -> Durations:
    """Move over the middle to the right and back, with or without a button, and let go.

    Where a move changes nothing that is seen, nothing is painted, and nothing is waited for.
    """
    canvas = window.parts.canvas
    canvas.setAttribute(Qt.WA_UnderMouse)
    steps = (*range(-3, 4), *range(3, -4, -1))
    path = [QPointF(CANVAS / 2 + 25 * step, CANVAS / 2) for step in steps]
    moves = Durations()
    if button:
        send(canvas, QEvent.MouseButtonPress, path[0], button)
    for point in path:
        moves.time(partial(_move_on, canvas, point, button))
    if button:
        send(canvas, QEvent.MouseButtonRelease, path[-1], button)
    QApplication.processEvents()
    return moves


def _move_on(canvas: Canvas, point: QPointF, button: int) -> None:
    send(canvas, QEvent.MouseMove, point, button)
    QApplication.processEvents()


def _draw_one(
    canvas: Canvas, paints: PaintCount, number: int, button: int, strokes: Strokes
) -> None:
    path = list(_path(number))
    send(canvas, QEvent.MouseButtonPress, path[0], button)
    QApplication.processEvents()
    for point in path[1:]:  # a move to where the button went down changes nothing that is seen
        strokes.moves.time(partial(_move, canvas, paints, point, button))
    strokes.releases.time(lambda: send(canvas, QEvent.MouseButtonRelease, path[-1], button))
    QApplication.processEvents()


def _move(canvas: Canvas, paints: PaintCount, point: QPointF, button: int) -> None:
    before = paints.count
    send(canvas, QEvent.MouseMove, point, button)
    paints.until_painted(since=before)


def _path(number: int) -> Iterator[QPointF]:
    """Yield an arc about the middle, farther out with every stroke."""
    radius = 150 + 7 * (number % 30)
    for step in range(MOVES + 1):
        angle = number + step * 12 / radius
        yield QPointF(CANVAS / 2 + radius * math.cos(angle), CANVAS / 2 + radius * math.sin(angle))


def send(canvas: Canvas, kind: int, point: QPointF, button: int) -> None:
    """Send a mouse event as the window system does."""
    held = Qt.NoButton if kind == QEvent.MouseButtonRelease else button
    changed = Qt.NoButton if kind == QEvent.MouseMove else button
    viewport = canvas.viewport()
    place = QPointF(viewport.mapToGlobal(point.toPoint()))
    event = QMouseEvent(kind, point, place, place, changed, held, Qt.NoModifier)
    QApplication.sendEvent(viewport, event)

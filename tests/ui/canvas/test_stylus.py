"""A stylus, by the events of a tablet as the window system reports them."""

from __future__ import annotations

import numpy as np
from PyQt5.QtCore import QEvent, QPointF, Qt
from PyQt5.QtGui import QTabletEvent
from PyQt5.QtWidgets import QApplication

from brainseg_gui.ui.widgets.settings import PEN_PRESSURE, settings
from tests.ui.hands import Hands
from tests.ui.mouse import Pixel


class Stylus:
    """Aimed at pixels of the slice; one of its ends touches the tablet."""

    def __init__(self, hands: Hands, end: int = QTabletEvent.Pen) -> None:
        self._hands, self._end = hands, end

    def stroke(self, *pixels: Pixel, pressure: float = 1.0) -> None:
        """Draw, and insist that no event is left for Qt to make a mouse's of."""
        assert self._report(QEvent.TabletPress, pixels[0], pressure)
        for pixel in pixels[1:]:
            assert self._report(QEvent.TabletMove, pixel, pressure)
        assert self._report(QEvent.TabletRelease, pixels[-1], 0.0)

    def _report(self, kind: QEvent.Type, pixel: Pixel, pressure: float) -> bool:
        window = self._hands.window
        at = self._hands.mouse.aim(pixel)
        button = Qt.NoButton if kind == QEvent.TabletMove else Qt.LeftButton
        held = Qt.NoButton if kind == QEvent.TabletRelease else Qt.LeftButton
        event = QTabletEvent(
            kind,
            QPointF(at),
            QPointF(window.mapToGlobal(at)),
            *(QTabletEvent.Stylus, self._end, pressure),
            *(0, 0, 0.0, 0.0, 0),
            *(Qt.NoModifier, 1, button, Qt.MouseButtons(held)),
        )
        QApplication.sendEvent(window.windowHandle(), event)
        return bool(event.isAccepted())


def test_a_stylus_draws_one_stroke_as_wide_as_it_presses(at_first: Hands) -> None:
    stylus = Stylus(at_first)
    stylus.stroke((60, 60), (60, 80))
    assert np.array_equal(at_first.mask, at_first.expected((60, 60), (60, 80)))
    assert at_first.has_on_disk(at_first.mask)
    at_first.do("undo")
    assert at_first.now.correction is None
    stylus.stroke((60, 60), (60, 80), pressure=0.5)
    assert np.array_equal(at_first.mask, at_first.expected((60, 60), (60, 80), diameter=12))


def test_the_eraser_end_erases_with_the_brush(at_first: Hands) -> None:
    at_first.mouse.stroke((60, 60), (60, 80))
    before, gone = at_first.mask.copy(), at_first.expected((60, 80))
    Stylus(at_first, QTabletEvent.Eraser).stroke((60, 80))
    assert np.array_equal(at_first.mask, before & ~gone)
    assert at_first.now.undo_text == "Erase"


def test_the_eraser_end_takes_away_with_a_tool_whose_right_button_opens_a_menu(
    at_first: Hands,
) -> None:
    corners = (50, 50), (50, 90), (90, 90), (90, 50)
    at_first.do("tool_lasso")
    Stylus(at_first).stroke(*corners)
    assert at_first.mask.any()
    Stylus(at_first, QTabletEvent.Eraser).stroke(*corners)
    assert not at_first.mask.any()
    assert at_first.now.undo_text == "Lasso, taken away"


def test_its_pressure_counts_only_where_that_is_wanted(at_first: Hands) -> None:
    settings.put(PEN_PRESSURE, False)
    Stylus(at_first).stroke((60, 60), pressure=0.1)
    assert np.array_equal(at_first.mask, at_first.expected((60, 60)))
    at_first.mouse.move((70, 70))
    assert at_first.canvas.overlay.overlay.ring is not None
    assert at_first.canvas.overlay.overlay.ring.diameter == 16

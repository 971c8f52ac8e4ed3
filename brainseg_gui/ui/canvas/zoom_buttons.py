"""The ways to zoom, on the slice's corner: for a hand that holds only the mouse."""

from __future__ import annotations

from collections.abc import Mapping

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QPainter, QPaintEvent, QPixmap
from PyQt5.QtWidgets import (
    QAction,
    QFrame,
    QHBoxLayout,
    QStyle,
    QStyleOptionToolButton,
    QStylePainter,
    QToolButton,
)

from brainseg_gui.ui.widgets.panel_parts import action_button

BUTTONS = (
    ("zoom_out", ""),
    ("zoom_in", ""),
    ("actual_size", "1:1"),
    ("fit", ""),
    ("zoom_to_mask", ""),
)
FROM_THE_EDGE = 8  # pixels


class _Still(QToolButton):
    """A button that is drawn once for each of its states: it is painted with each slice below."""

    def __init__(self) -> None:
        super().__init__()
        self._of: tuple[object, ...] = ()
        self._picture = QPixmap()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what was drawn last, if it would be drawn alike."""
        option, ratio = QStyleOptionToolButton(), self.devicePixelRatioF()
        self.initStyleOption(option)
        size = self.size()
        shape = size.width(), size.height(), option.fontMetrics.height(), ratio
        looks = (int(option.state), option.icon.cacheKey(), *shape)
        if looks != self._of:
            self._of, self._picture = looks, QPixmap(size * ratio)
            self._picture.setDevicePixelRatio(ratio)
            self._picture.fill(Qt.transparent)
            painter = QStylePainter(self._picture, self)
            painter.drawComplexControl(QStyle.CC_ToolButton, option)
            painter.end()
        QPainter(self).drawPixmap(0, 0, self._picture)


class ZoomButtons(QFrame):
    """Out, in, one to one, the whole slice, the mask; each has a key, and takes no focus."""

    def __init__(self, actions: Mapping[str, QAction]) -> None:
        super().__init__()
        self.setObjectName("zoom")
        self.setContentsMargins(0, FROM_THE_EDGE, FROM_THE_EDGE, 0)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for name, text in BUTTONS:
            button = action_button(actions[name], text, _Still)
            button.setFocusPolicy(Qt.NoFocus)
            row.addWidget(button)

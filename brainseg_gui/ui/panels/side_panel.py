"""The right side, in the order of the work: display, compare, correct, network, decision."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QFrame, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

SCROLL_BAR = 12


class SidePanel(QWidget):
    """Panels one under the other, or the history in their place; the decision is always there.

    Parameters
    ----------
    panels : sequence of QWidget
        Scroll where the screen is low.
    history : QWidget
    decision : QWidget
    """

    def __init__(self, panels: Sequence[QWidget], history: QWidget, decision: QWidget) -> None:
        super().__init__()
        scrolling = _scrolling(panels)
        self._pages = QStackedWidget()
        self._pages.addWidget(scrolling)
        self._pages.addWidget(history)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._pages, 1)
        layout.addWidget(decision)
        self.setFixedWidth(max(scrolling.width(), decision.sizeHint().width()))

    def show_history(self, on: bool) -> None:
        """Show the history, or the panels again."""
        self._pages.setCurrentIndex(1 if on else 0)


def _scrolling(panels: Sequence[QWidget]) -> QScrollArea:
    inside = QWidget()
    layout = QVBoxLayout(inside)
    layout.setContentsMargins(10, 4, 6, 4)
    layout.setSpacing(6)
    for panel in panels:
        layout.addWidget(panel)
    layout.addStretch()
    area = QScrollArea()
    area.setWidget(inside)
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.NoFocus)  # what is in it has the keys, and is scrolled to
    area.setFrameShape(QFrame.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarAlwaysOff)
    # Room for the scroll bar: without it, the right edge of every row would go under.
    area.setFixedWidth(inside.sizeHint().width() + SCROLL_BAR)
    return area

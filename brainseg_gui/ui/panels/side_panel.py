"""The right side, in the order of the work: display, compare, correct, network, decision."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import QEvent, QTimer
from PyQt5.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from brainseg_gui.ui.widgets.panel_parts import scrolled

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
        self._scrolling, self._decision = scrolled(QWidget()), decision
        self._pages = QStackedWidget()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._pages, 1)
        self._pages.addWidget(self._scrolling)
        self._pages.addWidget(history)
        _fill(self._scrolling.widget(), panels)
        layout.addWidget(decision)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Take the room that text of another size needs."""
        super().changeEvent(event)
        if event.type() == QEvent.StyleChange:
            QTimer.singleShot(0, self._fit)  # when what is in it has the other size, too

    def _fit(self) -> None:
        # With room for the scroll bar: without it, the right edge of every row would go under.
        width = self._scrolling.widget().sizeHint().width() + SCROLL_BAR
        self.setFixedWidth(max(width, self._decision.sizeHint().width()))

    def show_history(self, on: bool) -> None:
        """Show the history, or the panels again."""
        self._pages.setCurrentIndex(1 if on else 0)


def _fill(inside: QWidget, panels: Sequence[QWidget]) -> None:
    layout = QVBoxLayout(inside)
    layout.setContentsMargins(10, 4, 6, 4)
    layout.setSpacing(6)
    for panel in panels:
        layout.addWidget(panel)
    layout.addStretch()

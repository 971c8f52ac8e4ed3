"""The difference that is looked at: which it is, how large, and what is kept of it."""

from __future__ import annotations

from collections.abc import Mapping

from PyQt5.QtWidgets import QAction, QHBoxLayout, QVBoxLayout, QWidget

from brainseg_gui.ui.widgets.panel_parts import OneLine, action_button

BUTTONS = (
    ("previous_difference", ""),
    ("next_difference", ""),
    ("keep_a", "Keep A"),
    ("keep_b", "Keep B"),
    ("leave_difference", "Leave"),
)


class PieceLine(QWidget):
    """Two lines and the buttons to walk and to keep; hidden while no difference is shown."""

    def __init__(self, actions: Mapping[str, QAction]) -> None:
        super().__init__()
        self.which, self.size_ = OneLine(), OneLine()
        self.size_.setObjectName("faint")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self.which)
        column.addWidget(self.size_)
        row = QHBoxLayout()
        row.setSpacing(4)
        for name, text in BUTTONS:
            row.addWidget(action_button(actions[name], text))
        row.addStretch()
        column.addLayout(row)
        self.hide()

    def say(self, which: str, size: str) -> None:
        """Show what is said of the piece."""
        self.which.setText(which)
        self.size_.setText(size)

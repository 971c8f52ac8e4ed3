"""What the panels are made of."""

from __future__ import annotations

from PyQt5.QtCore import QSize, Qt
from PyQt5.QtGui import QColor, QPalette
from PyQt5.QtWidgets import (
    QAction,
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from superqt import QElidingLabel

from brainseg_gui.ui.widgets.plain import plain
from brainseg_gui.ui.widgets.theme import FAINT

FRAME = 40  # pixels of a window's title


def scrolled(inside: QWidget) -> QScrollArea:
    """Return room for something that may be higher than there is room for; its width it has."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.NoFocus)  # what is in it has the keys, and is scrolled to
    area.setWidget(inside)
    return area


def heading(text: str) -> QLabel:
    """Return a section's heading."""
    label = QLabel(text.upper())
    label.setObjectName("heading")
    return label


def action_button(
    action: QAction, text: str = "", kind: type[QToolButton] = QToolButton
) -> QToolButton:
    """Return a button that is the action: same state, same tooltip with its key."""
    button = kind()
    button.setDefaultAction(action)
    button.setToolButtonStyle(Qt.ToolButtonTextOnly if text else Qt.ToolButtonIconOnly)
    if text:
        # setDefaultAction follows the action's own text, so a shorter one is its icon text.
        action.setIconText(text)
    return button


def check_box(text: str) -> QCheckBox:
    """Return a box that is seen on dark ground when it is empty."""
    box = QCheckBox(text)
    palette = box.palette()
    palette.setColor(QPalette.Base, QColor("#4a4d53"))
    palette.setColor(QPalette.Window, QColor(FAINT))  # its outline is made of this
    box.setPalette(palette)
    return box


def on_screen(window: QWidget, width: int, height: int) -> QSize:
    """Return a size as far as the screen has room for it, with what frames the window."""
    return QSize(width, height).boundedTo(window.screen().availableSize() - QSize(8, FRAME))


class OneLine(QElidingLabel):
    """A text that never asks for more room than there is; the whole of it is in the tooltip."""

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self.setTextFormat(Qt.PlainText)
        self.setElideMode(Qt.ElideRight)
        self.setSizePolicy(QSizePolicy.Ignored, QSizePolicy.Preferred)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Show a text."""
        super().setText(text)
        self.setToolTip(plain(text))


class Wrapped(QLabel):
    """A text that takes more lines where one is too short; all of it is in the tooltip too."""

    def __init__(self) -> None:
        super().__init__(textFormat=Qt.PlainText, wordWrap=True)
        self.setSizePolicy(QSizePolicy.Ignored, QSizePolicy.Minimum)

    def setText(self, text: str) -> None:
        """Show a text."""
        super().setText(text)
        self.setToolTip(plain(text))


def section(widget: QWidget, title: str, beside: QWidget | None = None) -> QVBoxLayout:
    """Lay a panel out under its heading, which may have something beside it."""
    layout = QVBoxLayout(widget)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(5)
    if beside is None:
        layout.addWidget(heading(title))
        return layout
    row = QHBoxLayout()
    row.addWidget(heading(title))
    row.addWidget(beside, 1)
    layout.addLayout(row)
    return layout

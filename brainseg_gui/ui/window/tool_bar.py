"""The tool bar: what is used with every slice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import (
    QAction,
    QMenu,
    QSizePolicy,
    QSpinBox,
    QToolBar,
    QToolButton,
    QWidget,
)

from brainseg_gui.ui.widgets.settings import LARGEST_BRUSH, SMALLEST_BRUSH
from brainseg_gui.ui.widgets.theme import FAINT, icon

TOOLS = ("tool_pan", "tool_brush", "tool_eraser")
REST = (
    ("undo", "redo"),
    ("previous_slice", "next_slice", "next_unreviewed", "fit"),
    ("predict", "export_mask"),
)


LONGEST_NAME = 160  # pixels; a longer one is cut, or the tools had no room


class ToolBar(QToolBar):
    """Tools and brush size, undo, walking, predict, export, and who reviews.

    Signals
    -------
    reader_chosen(str)
    """

    reader_chosen = pyqtSignal(str)

    def __init__(self, actions: Mapping[str, QAction]) -> None:
        super().__init__("Tools")
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.PreventContextMenu)
        self.addActions([actions[name] for name in TOOLS])
        self.brush_size = QSpinBox(minimum=SMALLEST_BRUSH, maximum=LARGEST_BRUSH, suffix=" px")
        self.brush_size.setButtonSymbols(QSpinBox.NoButtons)
        self.brush_size.setToolTip("Brush size  ([ and ], Shift+wheel)")
        self.brush_size.setFocusPolicy(Qt.ClickFocus)
        self.addWidget(self.brush_size)
        for group in REST:
            self.addSeparator()
            self.addActions([actions[name] for name in group])
        gap = QWidget()
        gap.setSizePolicy(QSizePolicy.Expanding, QSizePolicy.Preferred)
        self.addWidget(gap)
        self._another = actions["change_reader"]
        self._reader = QToolButton()
        self._reader.setObjectName("reader")
        self._reader.setPopupMode(QToolButton.InstantPopup)
        self._reader.setToolButtonStyle(Qt.ToolButtonTextBesideIcon)
        self._reader.setIcon(icon("mdi6.account-outline", FAINT))
        self._reader.setMenu(QMenu(self._reader))
        self.addWidget(self._reader)

    def show_reader(self, name: str, known: Sequence[str]) -> None:
        """Say who reviews, and offer the others."""
        shown = self._reader.fontMetrics().elidedText(name, Qt.ElideMiddle, LONGEST_NAME)
        self._reader.setText(f"Reader: {shown}")
        self._reader.setToolTip(f"{name} reviews; corrections and verdicts are kept by reader")
        menu = self._reader.menu()
        menu.clear()
        for reader in known:
            action = menu.addAction(reader)
            action.setCheckable(True)
            action.setChecked(reader == name)
            action.triggered.connect(lambda _on, reader=reader: self.reader_chosen.emit(reader))
        menu.addSeparator()
        menu.addAction(self._another)

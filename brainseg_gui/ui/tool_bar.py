"""The tool bar: what is used with every slice."""

from __future__ import annotations

from collections.abc import Mapping

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QAction, QLabel, QSizePolicy, QSpinBox, QToolBar, QWidget

from brainseg_gui.ui.editing import LARGEST, SMALLEST

TOOLS = ("tool_pan", "tool_brush", "tool_eraser")
REST = (
    ("undo", "redo"),
    ("previous_slice", "next_slice", "fit"),
    ("predict", "export_mask"),
)


class ToolBar(QToolBar):
    """Tools and brush size, undo, walking, predict, export, and who reviews."""

    def __init__(self, actions: Mapping[str, QAction], reader: str) -> None:
        super().__init__("Tools")
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.PreventContextMenu)
        self.addActions([actions[name] for name in TOOLS])
        self.brush_size = QSpinBox(minimum=SMALLEST, maximum=LARGEST, suffix=" px")
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
        name = QLabel(f"Reader: {reader}")
        name.setObjectName("faint")
        name.setContentsMargins(0, 0, 6, 0)
        self.addWidget(name)

"""The ways to zoom, on the slice's corner: for a hand that holds only the mouse."""

from __future__ import annotations

from collections.abc import Mapping

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QAction, QFrame, QHBoxLayout

from brainseg_gui.ui.widgets.panel_parts import action_button

BUTTONS = (
    ("zoom_out", ""),
    ("zoom_in", ""),
    ("actual_size", "1:1"),
    ("fit", ""),
    ("zoom_to_mask", ""),
)
FROM_THE_EDGE = 8  # pixels


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
            button = action_button(actions[name], text)
            button.setFocusPolicy(Qt.NoFocus)
            row.addWidget(button)

"""Which view of the slice is shown, and its window."""

from __future__ import annotations

from collections.abc import Mapping

from PyQt5.QtWidgets import QAction, QHBoxLayout, QWidget

from brainseg_gui.ui.panels.histogram import WindowControl
from brainseg_gui.ui.widgets.panel_parts import action_button, section
from brainseg_gui.ui.widgets.settings import VIEWS

HISTOGRAM = 44  # all panels fit on a screen of 768 rows


class DisplayPanel(QWidget):
    """Which view of the slice, and its window."""

    def __init__(self, actions: Mapping[str, QAction]) -> None:
        super().__init__()
        row = QHBoxLayout()
        row.setSpacing(4)
        for view, text in VIEWS.items():
            row.addWidget(action_button(actions[f"view_{view.value}"], text))
        row.addStretch()
        row.addWidget(action_button(actions["auto_contrast"], "Auto"))
        self.window_control = WindowControl()
        self.window_control.histogram.setMinimumHeight(HISTOGRAM)
        layout = section(self, "Display")
        layout.addLayout(row)
        layout.addWidget(self.window_control)

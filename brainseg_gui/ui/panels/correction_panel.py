"""Where the correction starts from, and its end."""

from __future__ import annotations

from collections.abc import Mapping

from PyQt5.QtWidgets import QAction, QHBoxLayout, QWidget

from brainseg_gui.ui.widgets.panel_parts import action_button, section


class CorrectionPanel(QWidget):
    """Where the correction starts from, and its end."""

    def __init__(self, actions: Mapping[str, QAction]) -> None:
        super().__init__()
        row = QHBoxLayout()
        row.setSpacing(4)
        for name, text in (
            ("start_prediction", "Prediction"),
            ("start_reference", "Reference"),
            ("start_nothing", "Nothing"),
        ):
            row.addWidget(action_button(actions[name], text))
        row.addStretch()
        row.addWidget(action_button(actions["discard"], "Discard"))
        layout = section(self, "Correct, starting from")
        layout.addLayout(row)

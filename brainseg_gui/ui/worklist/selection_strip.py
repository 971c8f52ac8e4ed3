"""What can be done with several rows at once; only there while several are chosen."""

from __future__ import annotations

from collections.abc import Mapping

from PyQt5.QtWidgets import QAction, QFrame, QGridLayout, QLabel, QSizePolicy, QVBoxLayout

from brainseg_gui.ui.widgets.panel_parts import action_button

COLUMNS = 3  # in one row they would ask for more width than the list has in a small window
COMMANDS = {
    "accept_selected": "Accept",
    "reject_selected": "Reject",
    "flag_selected": "Flag",
    "predict_selected": "Predict",
    "export_selected": "Export",
}


class SelectionStrip(QFrame):
    """Says how many rows are chosen, over the commands for them."""

    def __init__(self, actions: Mapping[str, QAction]) -> None:
        super().__init__()
        self._count = QLabel()
        grid = QGridLayout()
        grid.setSpacing(4)
        for place, (name, text) in enumerate(COMMANDS.items()):
            button = action_button(actions[name], text)
            button.setObjectName("panel_button")
            button.setSizePolicy(QSizePolicy.Expanding, QSizePolicy.Fixed)
            grid.addWidget(button, place // COLUMNS, place % COLUMNS)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._count)
        layout.addLayout(grid)
        self.hide()

    def show_count(self, count: int) -> None:
        """Show it for so many rows; for one there is the decision beside the slice."""
        self._count.setText(f"{count} slices chosen")
        self.setVisible(count > 1)

"""Which network is asked, and the folder under way."""

from __future__ import annotations

from collections.abc import Mapping

from PyQt5.QtWidgets import QAction, QHBoxLayout, QLabel, QProgressBar, QWidget

from brainseg_gui.ui.widgets.panel_parts import OneLine, action_button, section


class ModelPanel(QWidget):
    """Which network is asked, and the folder under way."""

    def __init__(self, actions: Mapping[str, QAction]) -> None:
        super().__init__()
        self.state = OneLine("No network")
        self.state.setObjectName("faint")
        self.progress = QProgressBar()
        self.progress.hide()
        self.remaining = QLabel()
        self.remaining.setObjectName("faint")
        self.remaining.hide()
        row = QHBoxLayout()
        row.setSpacing(4)
        for name, text in (
            ("predict", "Predict"),
            ("predict_all", "Predict folder"),
            ("cancel", "Cancel"),
        ):
            row.addWidget(action_button(actions[name], text))
        row.addStretch()
        row.addWidget(action_button(actions["model_card"], "Card"))
        layout = section(self, "Network")
        layout.addWidget(self.state)
        layout.addLayout(row)
        layout.addWidget(self.progress)
        layout.addWidget(self.remaining)

    def show_progress(self, done: int, total: int, per_second: float) -> None:
        """Show how far the folder is, its rate and the time that remains."""
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        seconds = (total - done) / per_second if per_second else 0
        self.remaining.setText(
            f"{done} of {total} · {per_second:.1f} slices/s · {duration(seconds)} left"
        )
        self.progress.show()
        self.remaining.show()

    def end_progress(self) -> None:
        """Take the progress away."""
        self.progress.hide()
        self.remaining.hide()


def duration(seconds: float) -> str:
    """Return a time as people say it.

    Examples
    --------
    >>> duration(42), duration(75), duration(3700)
    ('42 s', '1 min 15 s', '1 h 1 min')
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"

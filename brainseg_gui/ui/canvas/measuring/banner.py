"""A line over the slice that says that it is not the slice, with what can be chosen of it."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout


class Banner(QFrame):
    """A sentence, and a button for each of several choices.

    Signals
    -------
    chosen(int)
    """

    chosen = pyqtSignal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("banner")
        self.text = QLabel(textFormat=Qt.PlainText)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 3, 10, 3)
        layout.setSpacing(2)
        layout.addWidget(self.text, alignment=Qt.AlignCenter)
        self._row = QHBoxLayout()  # below it: a canvas may be narrow
        self._row.setSpacing(4)
        layout.addLayout(self._row)
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self.chosen)

    @property
    def buttons(self) -> list[QToolButton]:
        """Return the buttons, in the order of the choices."""
        return list(self._group.buttons())

    def say(self, text: str, choices: Sequence[str] = (), chosen: int = 0) -> None:
        """Show a sentence and choices; of a single one there is nothing to choose."""
        self.text.setText(text)
        if [button.text() for button in self.buttons] != list(choices):
            self._offer(choices)
        if self.buttons:
            self.buttons[chosen].setChecked(True)

    def _offer(self, choices: Sequence[str]) -> None:
        for button in self.buttons:
            self._group.removeButton(button)
            self._row.removeWidget(button)
            button.deleteLater()
        for number, choice in enumerate(choices):
            button = QToolButton(text=choice, checkable=True)
            button.setFocusPolicy(Qt.NoFocus)  # the keys are the slice's
            self._group.addButton(button, number)
            self._row.addWidget(button)
            button.show()  # or it would be left out when the size is asked for

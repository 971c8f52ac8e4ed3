"""Who reviews: asked once, remembered, changeable in the tool bar."""

from __future__ import annotations

import getpass

from PyQt5.QtGui import QIcon
from PyQt5.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from brainseg_gui.ui.widgets.settings import READER, READERS, settings


def remembered_reader() -> str:
    """Return who reviewed last on this account; empty before anybody was asked."""
    return settings.get(READER)


def known_readers() -> list[str]:
    """Return everybody who reviewed on this account, in alphabetical order."""
    names = settings.get(READERS)
    return sorted(set(names), key=str.casefold)


def remember_reader(name: str) -> None:
    """Begin with this reader the next time."""
    settings.put(READER, name)
    settings.put(READERS, tuple(sorted({*known_readers(), name}, key=str.casefold)))


def login_name() -> str:
    """Return the name of the account: a sensible proposal."""
    try:
        return getpass.getuser()
    except OSError:  # a container whose user has no name
        return "reader"


class ReaderDialog(QDialog):
    """Asks for a name; those who are known can be chosen."""

    def __init__(self, parent: QWidget, proposed: str, known: list[str]) -> None:
        super().__init__(parent)
        self.setWindowTitle("Who reviews?")
        self.field = QComboBox(editable=True)
        self.field.addItems(known)
        self.field.setCurrentText(proposed)
        self.field.lineEdit().selectAll()
        self.field.setMinimumWidth(320)
        why = QLabel(
            "Every correction and every verdict is kept under its reader's name.\n"
            "Each reader has corrections of his own. You can change this in the tool bar."
        )
        why.setObjectName("faint")
        self._buttons = QDialogButtonBox(QDialogButtonBox.Ok | QDialogButtonBox.Cancel)
        for button in self._buttons.buttons():
            button.setIcon(QIcon())
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self.field.editTextChanged.connect(self._check)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.setContentsMargins(16, 16, 16, 12)
        label = QLabel("Your name")
        label.setBuddy(self.field)
        for widget in (label, self.field, why, self._buttons):
            layout.addWidget(widget)
        self.field.setFocus()
        self._check()

    @property
    def name(self) -> str:
        """Return what was typed, without blanks around it."""
        return " ".join(self.field.currentText().split())

    def _check(self) -> None:
        self._buttons.button(QDialogButtonBox.Ok).setEnabled(bool(self.name))

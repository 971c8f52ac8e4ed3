"""What a window offers while nothing is open."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import QAction, QLabel, QPushButton, QVBoxLayout, QWidget

from brainseg_gui.core.text import shown
from brainseg_gui.files.formats import openable
from brainseg_gui.ui.panels.recent import recent_folders
from brainseg_gui.ui.widgets.plain import plain

WIDTH = 320  # pixels of a button


class StartPage(QWidget):
    """Go on where one was, open a recent folder, any folder, or the demo; Return does the first.

    A folder may also be dropped on the window.

    Signals
    -------
    wanted(Path)
        A folder that was opened before.
    """

    wanted = pyqtSignal(object)

    def __init__(self, actions: Mapping[str, QAction]) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setAlignment(Qt.AlignCenter)
        layout.setSpacing(10)
        hint = _faint(f"Open a folder of slices ({openable()}), or drop one here.")
        hint.setWordWrap(True)
        hint.setAlignment(Qt.AlignCenter)
        title = QLabel("Review brain tumour masks")
        title.setObjectName("title")
        layout.addWidget(title, alignment=Qt.AlignCenter)
        layout.addWidget(hint)
        layout.addSpacing(8)
        buttons = self._buttons(actions)
        for button in buttons:
            layout.addWidget(button, alignment=Qt.AlignCenter)
        buttons[0].setObjectName("primary")
        self.setFocusProxy(buttons[0])
        layout.addSpacing(16)
        layout.addWidget(_faint("Research use. Not a medical device."), alignment=Qt.AlignCenter)

    def _buttons(self, actions: Mapping[str, QAction]) -> list[QPushButton]:
        """Return the buttons in their order; the first is what most will want."""
        buttons = [
            self._folder_button("Go on in " if number == 0 else "", folder)
            for number, folder in enumerate(recent_folders())
        ]
        for name, text in (("open_folder", "Open a folder…"), ("open_demo", "Open the demo")):
            buttons.append(_button(text))
            buttons[-1].clicked.connect(actions[name].trigger)
        return buttons

    def _folder_button(self, before: str, folder: Path) -> QPushButton:
        button = _button("")
        whole = f"{before}{shown(str(folder))}"
        room = WIDTH - 40
        cut = button.fontMetrics().elidedText(whole, Qt.ElideMiddle, room).replace("&", "&&")
        button.setText(cut)
        button.setToolTip(plain(shown(str(folder))))
        button.clicked.connect(lambda: self.wanted.emit(folder))
        return button


def _button(text: str) -> QPushButton:
    button = QPushButton(text)
    button.setFixedWidth(WIDTH)
    button.ensurePolished()  # in the size of text that it will have
    button.setAutoDefault(True)  # Return presses it, as in a dialog
    return button


def _faint(text: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName("faint")
    return label

"""What a first start offers."""

from __future__ import annotations

from collections.abc import Mapping

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QAction, QLabel, QPushButton, QVBoxLayout, QWidget

from brainseg_gui.files.formats import openable


class StartPage(QWidget):
    """Open a folder, or open the demo; a folder may also be dropped on the window."""

    def __init__(self, actions: Mapping[str, QAction]) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setAlignment(Qt.AlignCenter)
        layout.setSpacing(10)
        title = QLabel("Review brain tumour masks")
        title.setObjectName("title")
        hint = QLabel(f"Open a folder of slices ({openable()}), or drop one here.")
        hint.setObjectName("faint")
        hint.setWordWrap(True)
        hint.setAlignment(Qt.AlignCenter)
        folder = QPushButton("Open a folder…")
        folder.setObjectName("primary")
        demo = QPushButton("Open the demo")
        self.setFocusProxy(folder)
        folder.clicked.connect(actions["open_folder"].trigger)
        demo.clicked.connect(actions["open_demo"].trigger)
        use = QLabel("Research use. Not a medical device.")
        use.setObjectName("faint")
        layout.addWidget(title, alignment=Qt.AlignCenter)
        layout.addWidget(hint)
        layout.addSpacing(8)
        for button in (folder, demo):
            button.setMinimumWidth(220)
            layout.addWidget(button, alignment=Qt.AlignCenter)
        layout.addSpacing(16)
        layout.addWidget(use, alignment=Qt.AlignCenter)

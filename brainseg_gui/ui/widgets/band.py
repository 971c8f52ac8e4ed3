"""A calm strip that stays as long as what it says is so."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QAction, QFrame, QHBoxLayout, QLabel, QToolButton

from brainseg_gui.ui.widgets.theme import icon


class Band(QFrame):
    """An icon, a sentence and the actions that lead out of it; hidden while there is none."""

    def __init__(self, icon_name: str, actions: Sequence[QAction] = ()) -> None:
        super().__init__()
        self.setObjectName("band")
        self._icon = QLabel()
        self._icon.setPixmap(icon(icon_name).pixmap(18, 18))
        self.text = QLabel(wordWrap=True, textFormat=Qt.PlainText)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 5, 6, 5)
        layout.setSpacing(8)
        layout.addWidget(self._icon)
        layout.addWidget(self.text, 1)
        self._buttons = [QToolButton() for _ in actions]
        for button, action in zip(self._buttons, actions, strict=True):
            button.setDefaultAction(action)
            button.setToolButtonStyle(Qt.ToolButtonTextOnly)
            layout.addWidget(button)
        self.hide()

    def say(self, sentence: str, *, offers: bool = True) -> None:
        """Show a sentence, or nothing; without its actions where they lead nowhere."""
        for button in self._buttons:
            button.setVisible(offers)
        self.text.setText(sentence)
        self.setVisible(bool(sentence))

"""One sentence over the slice, until it is read."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import Qt, QTimer
from PyQt5.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from brainseg_gui.core.text import shown
from brainseg_gui.ui.widgets.theme import ACCENT, FIELD, WARNING, icon

PASSING_MS = 6000


class Notice(QFrame):
    """A strip at the slice's foot: warnings stay until closed or replaced, news passes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = QLabel()
        self.text = QLabel(wordWrap=True, textFormat=Qt.PlainText)
        self._offer = QToolButton()
        self._offer.setObjectName("offer")
        self._offer.clicked.connect(self._take_offer)
        self._take: Callable[[], None] | None = None
        close = QToolButton()
        close.setIcon(icon("mdi6.close"))
        close.setToolTip("Close")
        close.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 4, 4, 4)
        layout.addWidget(self._icon)
        layout.addWidget(self.text, 1)
        layout.addWidget(self._offer)
        layout.addWidget(close)
        self._timer = QTimer(self, singleShot=True, interval=PASSING_MS)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def warn(self, sentence: str, text: str = "", take: Callable[[], None] | None = None) -> None:
        """Show a sentence that must be read, with a button that leads on from it where named."""
        self._timer.stop()
        self._show(sentence, "mdi6.alert", WARNING, text, take)

    def offer(self, sentence: str, text: str, take: Callable[[], None]) -> None:
        """Show a sentence that stays, with a button that leads on from it."""
        self._timer.stop()
        self._show(sentence, "mdi6.information-outline", ACCENT, text, take)

    def tell(self, sentence: str) -> None:
        """Show a sentence that is good to know, in place of what was there."""
        self._show(sentence, "mdi6.information-outline", ACCENT)
        self._timer.start()

    def withdraw(self, beginning: str) -> None:
        """Take away a sentence that begins like this: it is no longer so."""
        if self.text.text().startswith(beginning):
            self.hide()

    def _take_offer(self) -> None:
        self.hide()
        if self._take:
            self._take()

    def _show(
        self,
        sentence: str,
        name: str,
        colour: str,
        text: str = "",
        take: Callable[[], None] | None = None,
    ) -> None:
        self.text.setText(shown(sentence))
        self._offer.setText(text)
        self._offer.setVisible(take is not None)
        self._take = take
        self._icon.setPixmap(icon(name, colour).pixmap(18, 18))
        self.setStyleSheet(f"Notice {{ background: {FIELD}; border-left: 3px solid {colour}; }}")
        self.show()

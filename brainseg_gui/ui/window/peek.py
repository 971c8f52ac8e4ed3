"""Hold a key to peek under the layers; tap it to hide or show them."""

from __future__ import annotations

from PyQt5.QtCore import QElapsedTimer, QEvent, QObject, Qt
from PyQt5.QtGui import QKeyEvent
from PyQt5.QtWidgets import QAction, QApplication, QLineEdit

TAP_MS = 300


class PeekKey(QObject):
    """Watches the hide action's keys come up again.

    A shortcut fires when a key goes down and nothing is heard of its release, so the release is
    caught here: after a hold it undoes what the press did.
    """

    def __init__(self, action: QAction) -> None:
        super().__init__(action)
        self._action = action
        self._since = QElapsedTimer()
        self._made = False
        self._keys: set[int] = {sequence[0] for sequence in action.shortcuts()}
        action.setAutoRepeat(False)
        action.triggered.connect(self._pressed)
        QApplication.instance().installEventFilter(self)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """See every key release; never swallow one."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.KeyRelease:
            self._released(event)
        return False

    def _pressed(self, on: bool) -> None:
        self._made = on
        self._since.start()

    def _released(self, event: QKeyEvent) -> None:
        if event.isAutoRepeat() or event.key() not in self._keys or not self._since.isValid():
            return
        held = self._since.elapsed() > TAP_MS
        self._since.invalidate()
        typing = isinstance(QApplication.focusWidget(), QLineEdit)
        as_pressed = self._action.isChecked() == self._made  # painting shows the layers again
        if held and as_pressed and not typing and event.modifiers() == Qt.NoModifier:
            self._action.trigger()
            self._since.invalidate()

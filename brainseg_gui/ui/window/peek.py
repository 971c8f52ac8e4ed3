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
        held_with = self._held_with(event.key())
        if event.isAutoRepeat() or held_with is None or not self._since.isValid():
            return
        held = self._since.elapsed() > TAP_MS
        self._since.invalidate()
        typing = isinstance(QApplication.focusWidget(), QLineEdit)
        as_pressed = self._action.isChecked() == self._made  # painting shows the layers again
        if held and as_pressed and not typing and not int(event.modifiers()) & ~held_with:
            self._action.trigger()
            self._since.invalidate()

    def _held_with(self, key: int) -> int | None:
        """Return the modifiers that belong to a key of the action; None for any other key."""
        modifiers = int(Qt.KeyboardModifierMask)
        keys = [sequence[0] for sequence in self._action.shortcuts()]
        return next((each & modifiers for each in keys if each & ~modifiers == key), None)

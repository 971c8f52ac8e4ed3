"""Hold a key to peek under the layers; tap it to hide or show them."""

from __future__ import annotations

from PyQt5.QtCore import QElapsedTimer, QObject, Qt
from PyQt5.QtWidgets import QAction

from brainseg_gui.ui.widgets import held_keys
from brainseg_gui.ui.widgets.held_keys import HeldKeys

TAP_MS = 300


class PeekKey(QObject):
    """Undoes what the press of the hide action's key did, if it was held.

    A shortcut fires when a key goes down and nothing is heard of its release. A peek ends when
    the key is up, when the window loses the keyboard, and when another slice is shown.
    """

    def __init__(self, action: QAction, keys: HeldKeys) -> None:
        super().__init__(action)
        self._action = action
        self._since = QElapsedTimer()
        self._hid = False
        action.setAutoRepeat(False)
        action.triggered.connect(self._pressed)
        keys.released.connect(self._released)

    def end(self) -> None:
        """Show again what is peeked under."""
        if self._since.isValid():
            self._undo()

    def _pressed(self, hides: bool) -> None:
        if self._since.isValid():  # held, and repeated: the press before still counts
            if hides is not self._hid:
                self._action.setChecked(self._hid)
                self._action.triggered.emit(self._hid)
            return
        self._hid = hides
        self._since.start()

    def _released(self, key: int) -> None:
        modifiers = int(Qt.KeyboardModifierMask)
        keys = {sequence[0] & ~modifiers for sequence in self._action.shortcuts()}
        if key in keys and self._since.isValid():
            if self._since.elapsed() > TAP_MS + held_keys.UP_MS:  # it is told that much later
                self._undo()
            self._since.invalidate()

    def _undo(self) -> None:
        self._since.invalidate()
        if self._action.isChecked() == self._hid:  # painting shows the layers again by itself
            self._action.trigger()
            self._since.invalidate()

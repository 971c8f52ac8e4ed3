"""Letter commands on keyboards of other alphabets: the key counts that lies in the same place."""

from __future__ import annotations

from collections.abc import Mapping

from PyQt5.QtCore import QEvent, QObject, Qt
from PyQt5.QtGui import QKeyEvent, QKeySequence
from PyQt5.QtWidgets import QAction, QApplication, QWidget

from brainseg_gui.ui.widgets.held_keys import HeldKeys
from brainseg_gui.ui.widgets.physical_keys import latin_key
from brainseg_gui.ui.window.typing_guard import is_text_field


class OtherLayouts(QObject):
    """Gives the command of a Latin key where a Cyrillic or Greek one lies there.

    Some systems do so by themselves, where a Latin layout is installed beside the other; then the
    shortcut has taken the key before it comes here. Only what has the keyboard is watched.
    """

    def __init__(self, actions: Mapping[str, QAction], keys: HeldKeys, window: QWidget) -> None:
        super().__init__(window)
        self._actions, self._keys, self._window = actions, keys, window
        QApplication.instance().focusChanged.connect(self._on_focus)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Take a key for the command that has it."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.KeyPress:
            return False
        key = latin_key(event)
        if key == event.key():
            return False
        wanted = QKeySequence(key | int(event.modifiers() & ~Qt.KeypadModifier))
        for action in self._actions.values():
            if wanted in action.shortcuts():
                if action.isEnabled() and (action.autoRepeat() or not self._keys.again):
                    action.trigger()
                return True
        return False

    def _on_focus(self, old: QWidget | None, new: QWidget | None) -> None:
        if old is not None:
            old.removeEventFilter(self)
        if new is not None and new.window() is self._window and not is_text_field(new):
            new.installEventFilter(self)

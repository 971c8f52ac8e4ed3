"""The keys in force, and the actions that follow when the reader chooses others."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from PyQt5.QtCore import QObject, pyqtSignal
from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import QAction

from brainseg_gui.ui.actions.keys import Keys
from brainseg_gui.ui.actions.stored_keys import read_keys, write_keys
from brainseg_gui.ui.widgets.settings import KEYS, settings


def current_keys() -> Keys:
    """Return the keys of every command as they are now."""
    return _keys_of(settings.get(KEYS))


def keep_keys(keys: Keys) -> None:
    """Store the keys; whatever shows or uses them follows at once."""
    settings.put(KEYS, write_keys(keys))


class Bindings(QObject):
    """Gives actions their new keys as soon as the reader has chosen them.

    Signals
    -------
    changed()
        The actions have other keys; what names keys is to be said anew.
    """

    changed = pyqtSignal()

    def __init__(self, actions: Mapping[str, QAction], parent: QObject) -> None:
        super().__init__(parent)
        self._actions = actions
        settings.changed.connect(self._on_setting)

    def _on_setting(self, key: str) -> None:
        if key != KEYS.key:
            return
        keys = current_keys()
        for name, action in self._actions.items():
            action.setShortcuts([QKeySequence(text) for text in keys.of(name)])
        self.changed.emit()


@lru_cache(maxsize=1)
def _keys_of(stored: str) -> Keys:
    return read_keys(stored)

"""The page of keys: a searchable list, and what is said of a key that somebody else has."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QKeyEvent
from PyQt5.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from brainseg_gui.ui.actions.bindings import current_keys, keep_keys
from brainseg_gui.ui.actions.keys import Keys, own_keys
from brainseg_gui.ui.dialogs.key_list import KeyList
from brainseg_gui.ui.widgets.settings import KEYS, Page, settings
from brainseg_gui.ui.widgets.text_field import TextField


class KeyPage(QWidget):
    """Every command can have other keys; no two can have the same."""

    def __init__(self) -> None:
        super().__init__()
        self._adds = False  # the next key comes besides those that there are
        self._pending: Callable[[], Keys] | None = None
        self.search = TextField("Find a command or a key…")
        self.list = KeyList()
        self.said = QLabel()
        self.said.setWordWrap(True)
        self.said.setAlignment(Qt.AlignTop)
        self.said.setMinimumHeight(2 * self.said.fontMetrics().lineSpacing() + 4)
        self.instead, self.leave = QPushButton(), QPushButton("Leave it as it was")
        self.add, self.none = QPushButton("Add a key"), QPushButton("No key")
        self.reset, self.reset_all = QPushButton("Reset this one"), QPushButton("Reset all keys")
        self._lay_out()
        self._connect()
        self._show()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        intro = QLabel(Page.KEYS.intro)
        intro.setObjectName("faint")
        intro.setWordWrap(True)
        for widget in (intro, self.search):
            layout.addWidget(widget)
        layout.addWidget(self.list, 1)
        answer, buttons = QHBoxLayout(), QHBoxLayout()
        answer.addWidget(self.said, 1)
        for button in (self.instead, self.leave):
            answer.addWidget(button, 0, Qt.AlignTop)
        for button in (self.add, self.none, self.reset):
            buttons.addWidget(button)
        buttons.addStretch()
        buttons.addWidget(self.reset_all)
        layout.addLayout(answer)
        layout.addLayout(buttons)

    def _connect(self) -> None:
        settings.changed.connect(self._on_setting)
        self.search.textChanged.connect(self.list.find)
        self.search.left.connect(self._to_list)
        self.list.key_pressed.connect(self._on_key)
        self.list.waiting_changed.connect(self._on_waiting)
        self.list.currentItemChanged.connect(lambda *_: self._drop())
        self.instead.clicked.connect(self._take)
        self.leave.clicked.connect(self._leave)
        self.add.clicked.connect(self._add)
        self.none.clicked.connect(lambda: self._keep(current_keys().without(self.list.chosen)))
        self.reset.clicked.connect(self._reset)
        self.reset_all.clicked.connect(lambda: self._keep(own_keys()))

    # --- what the reader does ---

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves a question before it leaves the dialog."""
        if event.key() == Qt.Key_Escape and self._pending is not None:
            self._leave()
        else:
            super().keyPressEvent(event)

    def _on_key(self, name: str, key: str) -> None:
        keys, adds = current_keys(), self._adds
        instead_of = "" if adds else keys.first(name)
        conflict = keys.conflict(name, key)
        if conflict is None:
            self._keep(keys.given(name, key, instead_of))
        elif conflict.holder:
            swapped = keys.given(name, key, instead_of).of(conflict.holder)
            text = "Swap them" if instead_of in swapped else "Take it"
            self._ask(conflict.sentence, text, lambda: current_keys().given(name, key, instead_of))
        else:
            self._say(conflict.sentence, warns=True)

    def _add(self) -> None:
        name = self.list.chosen
        self.list.setFocus()
        self.list.wait(name)
        self._adds = True

    def _reset(self) -> None:
        name = self.list.chosen
        conflict = current_keys().taken_by_reset(name)
        if conflict is None:
            self._keep(current_keys().reset(name))
        else:
            self._ask(conflict.sentence, "Take it", lambda: current_keys().reset(name))

    def _take(self) -> None:
        if self._pending is not None:
            self._keep(self._pending())
            self.list.setFocus()

    def _leave(self) -> None:
        self._drop()
        self.list.setFocus()

    def _to_list(self) -> None:
        self.list.setFocus()
        self.list.choose_first()

    # --- what is shown ---

    def _keep(self, keys: Keys) -> None:
        self._drop()
        keep_keys(keys)

    def _ask(self, sentence: str, text: str, change: Callable[[], Keys]) -> None:
        self._say(sentence, warns=True)
        self._pending = change
        self.instead.setText(text)
        self._show()
        self.instead.setFocus()

    def _drop(self) -> None:
        """Forget a question and what was said."""
        self._pending = None
        self._say("")
        self._show()

    def _say(self, sentence: str, *, warns: bool = False) -> None:
        self.said.setObjectName("warning" if warns else "faint")
        self.said.style().polish(self.said)
        self.said.setText(sentence)

    def _on_waiting(self) -> None:
        if self.list.waiting:
            self._adds = False
            self._drop()
        self._show()

    def _on_setting(self, key: str) -> None:
        if key == KEYS.key:
            self._show()

    def _show(self) -> None:
        keys, name = current_keys(), self.list.chosen
        self.list.show_keys(keys)
        for button in (self.instead, self.leave):
            button.setVisible(self._pending is not None)
        self.add.setEnabled(bool(name))
        self.none.setEnabled(bool(name) and bool(keys.of(name)))
        self.reset.setEnabled(bool(name) and keys.is_changed(name))
        self.reset_all.setEnabled(bool(keys.changes()))

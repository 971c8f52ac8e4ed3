"""Every command with its keys; a row that is clicked waits for the next key."""

from __future__ import annotations

from PyQt5.QtCore import QEvent, Qt, pyqtSignal
from PyQt5.QtGui import QColor, QFocusEvent, QFont, QKeyEvent, QKeySequence
from PyQt5.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem

from brainseg_gui.ui.actions.keys import Keys
from brainseg_gui.ui.actions.table import ACTIONS
from brainseg_gui.ui.widgets.theme import ACCENT, FAINT

COMMANDS = 300  # pixels
WAITING = "Press the new key…  (Esc: leave it)"
NAME_ROLE, FOUND_ROLE = Qt.UserRole, Qt.UserRole + 1
_HELD = {
    *(Qt.Key_Shift, Qt.Key_Control, Qt.Key_Alt, Qt.Key_Meta, Qt.Key_AltGr),
    *(Qt.Key_CapsLock, Qt.Key_NumLock, Qt.Key_ScrollLock, Qt.Key_unknown, 0),
}


class KeyList(QTreeWidget):
    """Commands under their menus.

    Signals
    -------
    key_pressed(str name, str key)
        While a row waited.
    waiting_changed()
        A row begins to wait, or no longer does.
    """

    key_pressed = pyqtSignal(str, str)
    waiting_changed = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.setHeaderLabels(["Command", "Keys"])
        self.setRootIsDecorated(False)
        self.setIndentation(12)
        self.setItemsExpandable(False)
        self.setUniformRowHeights(True)
        self.header().setSectionResizeMode(0, QHeaderView.Fixed)
        self.header().resizeSection(0, COMMANDS)
        self.waiting = ""  # name of the command whose row waits
        self._rows: dict[str, QTreeWidgetItem] = {}
        self._fill()
        self.itemClicked.connect(lambda item, _column: self.wait(item.data(0, NAME_ROLE) or ""))
        self.itemActivated.connect(lambda item, _column: self.wait(item.data(0, NAME_ROLE) or ""))
        self.currentItemChanged.connect(lambda *_: self.wait(""))

    @property
    def chosen(self) -> str:
        """Return the command of the current row, or ""."""
        item = self.currentItem()
        return (item.data(0, NAME_ROLE) or "") if item is not None else ""

    def row(self, name: str) -> QTreeWidgetItem:
        """Return the row of a command."""
        return self._rows[name]

    def choose(self, name: str) -> None:
        """Make a command's row the current one."""
        self.setCurrentItem(self._rows[name])

    def choose_first(self) -> None:
        """Make the first row that is listed the current one, unless one of them is."""
        listed = [name for name, item in self._rows.items() if not item.isHidden()]
        if listed and self.chosen not in listed:
            self.choose(listed[0])

    def wait(self, name: str) -> None:
        """Let the row of a command wait for a key; "" for none."""
        before, self.waiting = self.waiting, name
        if before != name:
            self.waiting_changed.emit()

    def show_keys(self, keys: Keys) -> None:
        """Show the keys of every command, those that were changed in another colour."""
        for name, item in self._rows.items():
            text = "   ".join(keys.of(name))
            item.setText(1, WAITING if name == self.waiting else text)
            changed = keys.is_changed(name) or name == self.waiting
            item.setData(1, Qt.ForegroundRole, QColor(ACCENT) if changed else None)
            found = (item.text(0), item.parent().text(0), item.toolTip(0), *keys.of(name))
            item.setData(0, FOUND_ROLE, " ".join(found).casefold())

    def find(self, words: str) -> None:
        """List the commands that hold every word in name, menu, tip or keys."""
        wanted = words.casefold().split()
        for item in self._rows.values():
            item.setHidden(not all(word in item.data(0, FOUND_ROLE) for word in wanted))
        for row in range(self.topLevelItemCount()):
            menu = self.topLevelItem(row)
            children = (menu.child(n) for n in range(menu.childCount()))
            menu.setHidden(all(child.isHidden() for child in children))

    def event(self, event: QEvent) -> bool:
        """While a row waits, every key is its own, Tab and the keys of commands too."""
        if self.waiting and isinstance(event, QKeyEvent):
            if event.type() == QEvent.KeyPress:
                self._take(event)
            event.accept()
            return True
        return bool(super().event(event))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Whoever goes elsewhere no longer means this row."""
        self.wait("")
        super().focusOutEvent(event)

    def _take(self, event: QKeyEvent) -> None:
        name, key = self.waiting, key_text(event)
        if key:
            self.wait("")
        if key and key != "Esc":
            self.key_pressed.emit(name, key)

    def _fill(self) -> None:
        menus: dict[str, QTreeWidgetItem] = {}
        for spec in ACTIONS:
            if spec.menu not in menus:
                menus[spec.menu] = self._menu(spec.menu.replace("&", ""))
            item = QTreeWidgetItem(menus[spec.menu], [spec.text.replace("&", "").rstrip("…"), ""])
            item.setData(0, NAME_ROLE, spec.name)
            item.setToolTip(0, spec.tip)
            self._rows[spec.name] = item
        self.expandAll()

    def _menu(self, title: str) -> QTreeWidgetItem:
        item = QTreeWidgetItem(self, [title, ""])
        item.setFlags(Qt.ItemIsEnabled)
        item.setForeground(0, QColor(FAINT))
        font = QFont(self.font())
        font.setBold(True)
        item.setFont(0, font)
        return item


def key_text(event: QKeyEvent) -> str:
    """Return a key press as keys are stored; empty for what is only held with others.

    A sign is the sign, however the keyboard makes it: `?` and not `Shift+?`.
    """
    key = event.key()
    if key in _HELD:
        return ""
    held = int(event.modifiers()) & int(
        Qt.ControlModifier | Qt.AltModifier | Qt.ShiftModifier | Qt.MetaModifier
    )
    if Qt.Key_Space < key < Qt.Key_Escape and not chr(key).isalpha():
        held &= ~int(Qt.ShiftModifier)
    return str(QKeySequence(key | held).toString(QKeySequence.PortableText))

"""Every key and what it does, in columns, and found by typing."""

from __future__ import annotations

import html
from collections.abc import Iterator

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from brainseg_gui.ui.actions.bindings import current_keys
from brainseg_gui.ui.actions.mouse import MOUSE
from brainseg_gui.ui.actions.table import ACTIONS
from brainseg_gui.ui.widgets.panel_parts import on_screen
from brainseg_gui.ui.widgets.theme import FAINT

SIZE = (980, 660)  # pixels
KEY_WIDTH = 120
Row = tuple[str, str, str]  # keys, what they do, and more of it


class KeyHelp(QDialog):
    """A list that grows shorter with every word.

    Attributes
    ----------
    search : QLineEdit
    text : QTextBrowser
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys")
        self.resize(on_screen(self, *SIZE))
        self.search = QLineEdit(placeholderText="Search a key or what it does…")
        self.search.textChanged.connect(self._show)
        self.text = QTextBrowser()
        self.text.setFocusPolicy(Qt.StrongFocus)
        buttons = QDialogButtonBox(QDialogButtonBox.Close)
        buttons.button(QDialogButtonBox.Close).setAutoDefault(False)  # Return ends no search
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for widget in (self.search, self.text, buttons):
            layout.addWidget(widget)
        self._show("")

    def _show(self, sought: str) -> None:
        words = sought.casefold().split()
        found = [(title, [row for row in rows if _matches(row, words)]) for title, rows in groups()]
        found = [(title, rows) for title, rows in found if rows]
        half, total, left = sum(len(rows) + 2 for _, rows in found) / 2, 0, []
        while found and total + (len(found[0][1]) + 2) / 2 <= half:
            total += len(found[0][1]) + 2
            left.append(found.pop(0))
        if not left and not found:
            self.text.setPlainText("No command has such a key or name.")
            return
        columns = "".join(f"<td width='50%'>{_column(part)}</td>" for part in (left, found) if part)
        self.text.setHtml(f"<table width='100%' cellspacing=8><tr>{columns}</tr></table>")


def groups() -> Iterator[tuple[str, list[Row]]]:
    """Yield the title of each menu with its commands and their keys as they are now."""
    yield "Mouse", [(gesture, does, "") for gesture, does in MOUSE]
    bound, rows = current_keys(), dict[str, list[Row]]()
    for spec in ACTIONS:
        keys = "   ".join(bound.of(spec.name))
        text = spec.text.replace("&", "").rstrip("…")
        rows.setdefault(spec.menu.replace("&", ""), []).append((keys, text, spec.tip))
    yield from rows.items()


def _matches(row: Row, words: list[str]) -> bool:
    whole = " ".join(row).casefold()
    return all(word in whole for word in words)


def _column(found: list[tuple[str, list[Row]]]) -> str:
    parts = []
    for title, rows in found:
        parts.append(f"<tr><td colspan=2><h3>{title}</h3></td></tr>")
        for keys, text, tip in rows:
            more = f"<br><span style='color:{FAINT}'>{html.escape(tip)}</span>" if tip else ""
            named = html.escape(keys).replace("   ", " &nbsp; ")
            parts.append(
                f"<tr><td width={KEY_WIDTH}><b>{named}</b></td>"
                f"<td>{html.escape(text)}{more}</td></tr>"
            )
    return f"<table cellpadding=3>{''.join(parts)}</table>"

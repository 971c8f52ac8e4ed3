"""The settings, a page for each kind of thing; the pages are made from the table of settings.

Everything counts at once, so that colours and lines are judged on the slice behind the dialog;
there is nothing to confirm or to cancel, and each page has its way back to the defaults.
"""

from __future__ import annotations

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QKeyEvent
from PyQt5.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QListWidget,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from brainseg_gui.ui.dialogs.key_page import KeyPage
from brainseg_gui.ui.dialogs.settings_page import SettingsPage
from brainseg_gui.ui.widgets.panel_parts import on_screen
from brainseg_gui.ui.widgets.settings import Page

SIZE = (760, 580)  # pixels; a screen of 768 rows has room for it
TITLES = 120


class SettingsDialog(QDialog):
    """Titles on the left, the chosen page on the right.

    Attributes
    ----------
    titles : QListWidget
    pages : dict of Page to QWidget
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Settings")
        self.setAttribute(Qt.WA_DeleteOnClose)
        self.resize(on_screen(self, *SIZE))
        self.titles = QListWidget()
        self.titles.setObjectName("pages")
        self.titles.setFixedWidth(TITLES)
        stack = QStackedWidget()
        self.pages: dict[Page, QWidget] = {}
        for page in Page:
            self.pages[page] = KeyPage() if page is Page.KEYS else SettingsPage(page)
            self.titles.addItem(page.value)
            stack.addWidget(self.pages[page])
        self.titles.currentRowChanged.connect(stack.setCurrentIndex)
        self.titles.setCurrentRow(0)
        buttons = QDialogButtonBox(QDialogButtonBox.Close)
        buttons.rejected.connect(self.reject)
        middle = QHBoxLayout()
        middle.setSpacing(16)
        middle.addWidget(self.titles)
        middle.addWidget(stack, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 14, 14, 12)
        layout.setSpacing(12)
        layout.addLayout(middle, 1)
        layout.addWidget(buttons)
        self.titles.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return at the end of a field confirms nothing and must not close the dialog."""
        if event.key() not in {Qt.Key_Return, Qt.Key_Enter}:
            super().keyPressEvent(event)

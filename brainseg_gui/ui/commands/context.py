"""What the right button opens over the slice and over a row of the worklist."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PyQt5.QtCore import QObject, QPoint, QUrl
from PyQt5.QtGui import QDesktopServices
from PyQt5.QtWidgets import QMenu

from brainseg_gui.files.members import file_of
from brainseg_gui.ui.actions.context import ALL_TOOLS, ON_ROW, ON_SLICE, add_to, menu_of
from brainseg_gui.ui.controllers.parts import Parts

UNSEEN = "Verdicts: open it first"


class ContextMenus(QObject):
    """Opens the menus where they are asked for."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts.canvas)
        self._parts = parts
        parts.canvas.menu_wanted.connect(self._over_slice)
        parts.worklist.menu_wanted.connect(self._over_row)

    def _over_slice(self, at: QPoint) -> None:
        parts = self._parts
        menu = menu_of(parts.canvas, ON_SLICE, parts.actions)
        tools = QMenu("Too&ls", menu)
        add_to(tools, ALL_TOOLS, parts.actions)
        menu.addMenu(tools)
        menu.popup(at)

    def _over_row(self, path: Path, at: QPoint) -> None:
        """Offer what may be done to a slice; nothing is decided about one that is not seen."""
        parts = self._parts
        if path == parts.screen.path:
            menu_of(parts.worklist, ON_ROW, parts.actions).popup(at)
            return
        menu = menu_of(parts.worklist, (), parts.actions)
        menu.addAction("&Open", partial(parts.worklist.choose, path))
        menu.addAction(UNSEEN).setEnabled(False)
        menu.addSeparator()
        folder = parts.actions["show_in_folder"].text()
        menu.addAction(folder, partial(show_in_folder, path))
        menu.popup(at)


def show_in_folder(path: Path) -> None:
    """Have the desktop show the folder that a file lies in."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(file_of(path).parent)))

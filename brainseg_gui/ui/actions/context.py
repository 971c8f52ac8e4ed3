"""Which commands the menus under the right button offer; they are the same actions as above."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QAction, QMenu, QWidget

from brainseg_gui.ui.tools.table import TOOLS

LINE = ""
VERDICTS = ("accept", "reject", "flag", "take_back")
ON_SLICE = (
    *VERDICTS,
    LINE,
    "zoom_to_mask",
    "fit",
    "actual_size",
    LINE,
    "hide_layers",
    "undo",
    "redo",
    LINE,
    "copy_picture",
    "copy_position",
    LINE,
    "predict",
)
ON_ROW = (*VERDICTS, LINE, "predict", LINE, "show_in_folder")
ALL_TOOLS = tuple(f"tool_{spec.name}" for spec in TOOLS)


def menu_of(parent: QWidget, names: Sequence[str], actions: Mapping[str, QAction]) -> QMenu:
    """Return a menu of commands that goes when it is closed; `LINE` parts groups."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WA_DeleteOnClose)
    add_to(menu, names, actions)
    return menu


def add_to(menu: QMenu, names: Sequence[str], actions: Mapping[str, QAction]) -> None:
    """Add commands at a menu's end."""
    for name in names:
        if name == LINE:
            menu.addSeparator()
        else:
            menu.addAction(actions[name])

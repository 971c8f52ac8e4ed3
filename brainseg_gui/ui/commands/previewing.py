"""What an operation would do, outlined while its row of the menu is under the mouse."""

from __future__ import annotations

from functools import partial

import numpy as np
from PyQt5.QtCore import QObject
from PyQt5.QtWidgets import QAction, QApplication, QMenu

from brainseg_gui.core.geometry import box_of
from brainseg_gui.core.masks.outline import contours
from brainseg_gui.ui.canvas.overlay_item import OverlayItem
from brainseg_gui.ui.controllers.editing import context_of
from brainseg_gui.ui.controllers.parts import Parts
from brainseg_gui.ui.tools.operations import OPERATIONS, Operation
from brainseg_gui.ui.tools.tool import Overlay


class Previewing(QObject):
    """Draws and says what would become of the mask; nothing is changed before a row is chosen."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts.canvas)
        self._screen, self._options = parts.screen, parts.tools.options
        self._item = OverlayItem()
        parts.canvas.view.addItem(self._item, ignoreBounds=True)
        self._menu: QMenu | None = None
        rows = {row.name: row for row in OPERATIONS}
        for name, action in parts.actions.items():
            row = rows.get(name)
            over = self._end if row is None else partial(self._over, row, action)
            action.hovered.connect(over)

    def _over(self, row: Operation, action: QAction) -> None:
        """Show it for a row of a menu; a button is hovered over on the way elsewhere."""
        self._end()
        menu = QApplication.activePopupWidget()
        if isinstance(menu, QMenu):
            self._menu = menu
            menu.aboutToHide.connect(self._end)
            said = self._show(row)
            action.setStatusTip(f"{said}. {row.tip}" if said else row.tip)  # is shown after this

    def _show(self, row: Operation) -> str:
        """Outline what would be, and return how large it is; "" where nothing can be done."""
        now = self._screen.now
        if now is None or not now.editable or row.why_not(self._options, now.spacing_mm):
            return ""
        context = context_of(now, self._options)
        if any(layer not in context.layers for layer in row.layers):
            return ""
        made = row.function(now.mask, context)
        lines = tuple(tuple(map(tuple, line.tolist())) for line in contours(made))
        changed = box_of(made != now.mask)
        self._item.show_overlay(Overlay(lines=lines if changed is not None else ()))
        before, after = int(np.count_nonzero(now.mask)), int(np.count_nonzero(made))
        becomes = f"{before} px becomes {after} px" if changed is not None else "changes nothing"
        return f"{row.step(self._options)}: {becomes}"

    def _end(self) -> None:
        if self._menu is not None:
            self._menu.aboutToHide.disconnect(self._end)
            self._menu = None
        self._item.show_overlay(Overlay())

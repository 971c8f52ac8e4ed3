"""What a command would do, outlined while its row of the menu is under the mouse."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PyQt5.QtCore import QObject
from PyQt5.QtWidgets import QAction, QApplication, QMenu

from brainseg_gui.core.types import Mask
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.ui.controllers.editing import context_of
from brainseg_gui.ui.controllers.looking.proposed import Proposed
from brainseg_gui.ui.controllers.on_screen import OnScreen
from brainseg_gui.ui.controllers.parts import Parts
from brainseg_gui.ui.tools.operations import OPERATIONS, Operation

# What the step is called and the mask that would be, or LookupError with the sentence why not.
Proposes = Callable[[OnScreen], tuple[str, Mask]]


class Previewing(QObject):
    """Draws and says what would become of the mask; nothing is changed before a row is chosen."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts.canvas)
        self._screen, self._options = parts.screen, parts.tools.options
        self._proposed = Proposed(parts.canvas)
        self._menu: QMenu | None = None
        proposes: dict[str, Proposes] = {
            row.name: partial(self._operation, row) for row in OPERATIONS
        }
        proposes["copy_previous"] = partial(parts.neighbours.proposed, by=-1)
        proposes["copy_next"] = partial(parts.neighbours.proposed, by=1)
        proposes["fill_between"] = parts.fill.proposed
        for name, action in parts.actions.items():
            mine = proposes.get(name)
            over = self._end if mine is None else partial(self._over, mine, action)
            action.hovered.connect(over)
        self._tips = {action: action.statusTip() for action in parts.actions.values()}

    def _over(self, proposes: Proposes, action: QAction) -> None:
        """Show it for a row of a menu; a button is hovered over on the way elsewhere."""
        self._end()
        menu = QApplication.activePopupWidget()
        if isinstance(menu, QMenu):
            self._menu = menu
            menu.aboutToHide.connect(self._end)
            said, tip = self._show(proposes), self._tips[action]
            action.setStatusTip(f"{said}. {tip}" if said else tip)  # is shown after this

    def _show(self, proposes: Proposes) -> str:
        """Outline what would be, and return how large it is; "" where nothing can be done."""
        now = self._screen.now
        if now is None or not now.editable:
            return ""
        try:
            step, made = proposes(now)
        except LookupError as reason:
            return str(reason.args[0]).rstrip(".")
        except StoreError:
            return ""  # choosing the row says it
        return f"{step}: {self._proposed.show(made, now.mask)}"

    def _operation(self, row: Operation, now: OnScreen) -> tuple[str, Mask]:
        context = context_of(now, self._options)
        if any(layer not in context.layers for layer in row.layers):
            raise LookupError("")
        if reason := row.why_not(self._options, now.spacing_mm):
            raise LookupError(reason)
        return row.step(self._options), row.function(now.mask, context)

    def _end(self) -> None:
        if self._menu is not None:
            self._menu.aboutToHide.disconnect(self._end)
            self._menu = None
        self._proposed.hide()

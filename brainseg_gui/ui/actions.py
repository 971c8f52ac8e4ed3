"""Turn the action table into menus, shortcuts and tool bar buttons."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import QAction, QActionGroup, QMainWindow, QMenu

from brainseg_gui.ui.action_table import ACTIONS, ActionSpec, Needs, is_enabled
from brainseg_gui.ui.theme import icon


def install(window: QMainWindow, handlers: Mapping[str, Callable[..., None]]) -> dict[str, QAction]:
    """Add every action to its menu and connect it to its handler.

    Checkable actions pass their state to the handler.

    Raises
    ------
    KeyError
        If an action has no handler; a dead menu entry is a programming error.
    """
    menus: dict[str, QMenu] = {}
    groups: dict[str, QActionGroup] = {}
    actions: dict[str, QAction] = {}
    for spec in ACTIONS:
        action = _make(spec, window, handlers[spec.name])
        if spec.menu not in menus:
            menus[spec.menu] = window.menuBar().addMenu(spec.menu)
        if spec.group not in {"", "toggle"}:
            groups.setdefault(spec.group, QActionGroup(window)).addAction(action)
        menus[spec.menu].addAction(action)
        actions[spec.name] = action
    return actions


def _make(spec: ActionSpec, window: QMainWindow, handler: Callable[..., None]) -> QAction:
    action = QAction(spec.text, window)
    action.setObjectName(spec.name)
    action.setShortcuts([QKeySequence(key) for key in spec.keys])
    action.setToolTip(tip(spec))
    action.setStatusTip(spec.tip)
    if spec.icon:
        action.setIcon(icon(spec.icon))
    if spec.group:
        action.setCheckable(True)
        action.triggered.connect(handler)
    else:
        action.triggered.connect(lambda _checked: handler())
    return action


def tip(spec: ActionSpec, text: str = "") -> str:
    """Return the tooltip: what it does, and its first key."""
    plain = text or spec.tip or spec.text.replace("&", "").rstrip("…")
    return f"{plain}  ({spec.keys[0]})" if spec.keys else plain


def refresh(actions: Mapping[str, QAction], available: Needs) -> None:
    """Enable exactly the actions whose needs are met."""
    for spec in ACTIONS:
        actions[spec.name].setEnabled(is_enabled(spec, available))


def name_step(action: QAction, name: str, step: str) -> None:
    """Say in the tooltip which step undo or redo is about."""
    spec = next(spec for spec in ACTIONS if spec.name == name)
    verb = spec.text.replace("&", "")
    action.setToolTip(tip(spec, f"{verb}: {step}" if step else verb))

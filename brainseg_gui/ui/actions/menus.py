"""Turn the action table into menus, shortcuts and tool bar buttons."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PyQt5.QtCore import QObject
from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import QAction, QActionGroup, QMenu, QMenuBar

from brainseg_gui.review.values.edit_kind import without_sum
from brainseg_gui.ui.actions.bindings import current_keys
from brainseg_gui.ui.actions.keys import fill
from brainseg_gui.ui.actions.spelling import bare_key
from brainseg_gui.ui.actions.table import (
    ACTIONS,
    BEGINS,
    COMPARE,
    REVIEW,
    WHY_NOT,
    ActionSpec,
    Needs,
)
from brainseg_gui.ui.widgets.theme import icon

_NEEDS = {spec.name: spec.needs.value for spec in ACTIONS}


def make_actions(parent: QObject) -> dict[str, QAction]:
    """Return an action for every row of the table, which does nothing yet."""
    keys = current_keys()
    groups: dict[str, QActionGroup] = {}
    actions: dict[str, QAction] = {}
    for spec in ACTIONS:
        action = actions[spec.name] = _make(spec, keys.of(spec.name), parent)
        if spec.group not in {"", "toggle"}:
            groups.setdefault(spec.group, QActionGroup(parent)).addAction(action)
    return actions


def fill_menus(bar: QMenuBar, actions: Mapping[str, QAction]) -> None:
    """Add every action to its menu, in the order of the table, with lines between groups."""
    menus: dict[str, tuple[QMenu, list[QAction]]] = {}
    for spec in ACTIONS:
        if spec.menu not in menus:
            menus[spec.menu] = bar.addMenu(spec.menu), []
        menu, entries = menus[spec.menu]
        if entries and spec.name in BEGINS:
            entries.append(QAction(menu))
            entries[-1].setSeparator(True)
        entries.append(actions[spec.name])
    for menu, entries in menus.values():
        menu.addActions(entries)


def connect(actions: Mapping[str, QAction], handlers: Mapping[str, Callable[..., None]]) -> None:
    """Have every action call its handler; checkable actions pass their state.

    Raises
    ------
    KeyError
        If an action has no handler; a dead menu entry is a programming error.
    """
    for spec in ACTIONS:
        handler = handlers[spec.name]
        if spec.group:
            actions[spec.name].triggered.connect(handler)
        else:
            actions[spec.name].triggered.connect(lambda _on, handler=handler: handler())


def _make(spec: ActionSpec, keys: Sequence[str], parent: QObject) -> QAction:
    action = QAction(spec.text, parent)
    action.setObjectName(spec.name)
    if keys:
        action.setShortcuts([QKeySequence(key) for key in keys])
    action.setToolTip(tip(spec, next(iter(keys), "")))
    action.setStatusTip(spec.tip)
    action.setCheckable(bool(spec.group))
    if spec.icon:
        action.setIcon(icon(spec.icon))
    # A key held too long must not decide about the next slice, or turn on and off what it turns.
    action.setAutoRepeat(not spec.group and spec.menu not in {REVIEW, COMPARE})
    return action


def tip(spec: ActionSpec, key: str, text: str = "") -> str:
    """Return the tooltip: what it does, and its first key."""
    plain = text or spec.tip or spec.text.replace("&", "").rstrip("…")
    return f"{plain}  ({key})" if key else plain


def field_keys() -> list[QKeySequence]:
    """Return the keys that belong to a text field while one is in use: those that decide.

    Return and Escape as well, whatever they do: a field is left by them.
    """
    deciding = {spec.name for spec in ACTIONS if spec.menu == REVIEW}
    deciding |= {"cancel", "next_unreviewed"}
    return [
        QKeySequence(key)
        for name, held in current_keys().by_command.items()
        for key in held
        if name in deciding or bare_key(key) in {"Return", "Enter", "Esc"}
    ]


def refresh(
    actions: Mapping[str, QAction],
    available: Needs,
    reasons: Mapping[Needs, str] = WHY_NOT,
    steps: Mapping[str, str] | None = None,
    changed: Needs | None = None,
) -> None:
    """Enable exactly the actions whose needs are met; say in the tooltips of others why not.

    Parameters
    ----------
    reasons : mapping
        Sentence for each need that is worth one.
    steps : mapping
        Which step undo and redo are about; they say so.
    changed : Needs, optional
        What is met since the last time, or no more: other actions are left as they are.
    """
    steps, keys = steps or {}, current_keys()
    # Numbers: a flag takes ten times as long, and every new slice asks a hundred actions.
    given, news = available.value, None if changed is None else changed.value
    why = {need.value: fill(text, keys) for need, text in reasons.items()}
    for spec in ACTIONS:
        needs = _NEEDS[spec.name]
        if news is not None and not (needs & news or spec.name in steps):
            continue
        action, missing = actions[spec.name], needs & ~given
        action.setEnabled(not missing)
        step = without_sum(steps.get(spec.name, ""))
        verb = spec.text.replace("&", "")
        said = tip(spec, keys.first(spec.name), f"{verb}: {step}" if step else "")
        reason = next((text for need, text in why.items() if need & missing), "") if missing else ""
        action.setToolTip(f"{said}\n{reason}" if reason else said)
        if spec.name in steps:
            action.setText(f"{spec.text} {step.lower()}" if step else spec.text)

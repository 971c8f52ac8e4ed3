"""Which keys give which command: those of the table, and what the reader changed. No Qt here.

A command may have several; the first is the one that tooltips name. No two commands ever share
one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from brainseg_gui.ui.actions.spelling import MODIFIERS, bare_key, normal
from brainseg_gui.ui.actions.table import ACTIONS, ActionSpec

# Keys that are spoken for, whatever is held with them, and what they do.
_HELD = "is held with the mouse or its wheel, and is no key by itself"
_ALWAYS = {
    "Space": "is held to move the slice",
    "Tab": "goes from field to field",
    "Backtab": "goes from field to field",
} | dict.fromkeys(MODIFIERS, _HELD)
_ESCAPE = "leaves fields, questions and the past"
_TEXT = dict.fromkeys(("Ctrl+A", "Ctrl+C", "Ctrl+V", "Ctrl+X"), "belongs to the text fields")


@dataclass(frozen=True)
class Conflict:
    """Why a command cannot just have a key.

    Attributes
    ----------
    sentence : str
    holder : str
        The command that has the key now; empty where no command may have it.
    """

    sentence: str
    holder: str = ""


@dataclass(frozen=True)
class Keys:
    """The keys of every command; a change gives another `Keys`.

    Attributes
    ----------
    specs : sequence of ActionSpec
    by_command : mapping
        For the name of each command its keys, in Qt's spelling.
    """

    specs: Sequence[ActionSpec]
    by_command: Mapping[str, tuple[str, ...]]

    def of(self, name: str) -> tuple[str, ...]:
        """Return the keys of a command.

        Raises
        ------
        KeyError
            If there is no such command.
        """
        return self.by_command[name]

    def first(self, name: str) -> str:
        """Return the key that a command is known by, or "".

        Raises
        ------
        KeyError
            If there is no such command.
        """
        return next(iter(self.by_command[name]), "")

    def holder(self, key: str) -> str:
        """Return the command that has a key, or ""."""
        return next((name for name, keys in self.by_command.items() if key in keys), "")

    def is_changed(self, name: str) -> bool:
        """Tell whether a command has other keys than those of the table.

        Raises
        ------
        KeyError
            If there is no such command.
        """
        return self.by_command[name] != self._spec(name).keys

    def title(self, name: str) -> str:
        """Return a command as sentences name it.

        Raises
        ------
        KeyError
            If there is no such command.
        """
        return f"“{self._spec(name).text.replace('&', '').rstrip('…')}”"

    def conflict(self, name: str, key: str) -> Conflict | None:
        """Tell why a command cannot just have a key, if so.

        Raises
        ------
        KeyError
            If there is no such command.
        """
        try:
            wanted = normal(key)
        except ValueError as error:
            return Conflict(f"{error}.")
        if reserved := self._reserved(name, wanted):
            return Conflict(f"{wanted} {reserved}: {self.title(name)} needs another key.")
        holder = self.holder(wanted)
        if holder in {"", name}:
            return None
        mine, other = self.title(name), self.title(holder)
        return Conflict(f"{wanted} is the key of {other}: {mine} cannot have it as well.", holder)

    def given(self, name: str, key: str, instead_of: str = "") -> Keys:
        """Give a command a key, in place of one it has or besides those; nobody else keeps it.

        The command that had the key gets the one that was replaced, where it may have that: the
        two are swapped.

        Raises
        ------
        KeyError
            If there is no such command.
        ValueError
            If it is no key that can be kept, or the command has not the one to be replaced.
        """
        key, keys = normal(key), list(self.of(name))
        holder = self.holder(key)
        if holder == name:
            return self
        if instead_of:
            keys[keys.index(instead_of)] = key
        else:
            keys.append(key)
        changes = {name: tuple(keys)}
        if holder:
            back = "" if self._reserved(holder, instead_of) else instead_of
            swapped = (back if other == key else other for other in self.of(holder))
            changes[holder] = tuple(other for other in swapped if other)
        return Keys(self.specs, {**self.by_command, **changes})

    def without(self, name: str) -> Keys:
        """Take all keys from a command."""
        return Keys(self.specs, {**self.by_command, name: ()})

    def taken_by_reset(self, name: str) -> Conflict | None:
        """Tell who would lose a key if a command got its own back.

        Raises
        ------
        KeyError
            If there is no such command.
        """
        for key in self._spec(name).keys:
            if self.holder(key) not in {"", name}:
                return self.conflict(name, key)
        return None

    def reset(self, name: str) -> Keys:
        """Give a command the keys of the table back; others lose what they have of them.

        Raises
        ------
        KeyError
            If there is no such command.
        """
        own = self._spec(name).keys
        others = {
            other: tuple(key for key in keys if key not in own)
            for other, keys in self.by_command.items()
        }
        return Keys(self.specs, others | {name: own})

    def changes(self) -> dict[str, tuple[str, ...]]:
        """Return the keys of the commands that have others than those of the table."""
        return {
            spec.name: self.by_command[spec.name]
            for spec in self.specs
            if self.is_changed(spec.name)
        }

    def _spec(self, name: str) -> ActionSpec:
        return {spec.name: spec for spec in self.specs}[name]

    def _reserved(self, name: str, key: str) -> str:
        """Return what a key does that no command may have; empty where one may."""
        bare = bare_key(key)
        if bare == "Esc" and key not in self._spec(name).keys:
            return _ESCAPE
        menu = _menu_keys(self.specs).get(key, "")
        return _ALWAYS.get(bare, "") or _TEXT.get(key, "") or (menu and f"opens the menu {menu}")


def own_keys(specs: Sequence[ActionSpec] = ACTIONS) -> Keys:
    """Return the keys of the table."""
    return Keys(specs, {spec.name: spec.keys for spec in specs})


def fill(sentence: str, keys: Keys) -> str:
    """Return a sentence in which ` ({command})` is the key of that command, or nothing."""

    def key_of(found: re.Match[str]) -> str:
        if found[1] not in keys.by_command:
            return found[0]
        key = keys.first(found[1])
        return f" ({key})" if key else ""

    return re.sub(r" \(\{(\w+)\}\)", key_of, sentence)


def _menu_keys(specs: Iterable[ActionSpec]) -> dict[str, str]:
    """Return which key opens which menu: Alt and the letter after the ampersand."""
    menus = dict.fromkeys(spec.menu for spec in specs)
    return {
        f"Alt+{menu[menu.index('&') + 1].upper()}": menu.replace("&", "")
        for menu in menus
        if "&" in menu
    }

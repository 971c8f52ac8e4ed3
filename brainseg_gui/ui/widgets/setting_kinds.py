"""The kinds of settings: what a stored text may be, and the value it stands for. No Qt here.

Each kind has `read`, which raises ValueError for what it cannot be, and `store`, the way back.
"""

from __future__ import annotations

import enum
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

T = TypeVar("T")
E = TypeVar("E", bound=enum.Enum)

_SWITCH = {"true": True, "1": True, "false": False, "0": False}


class Kind(Protocol[T]):
    """What a setting may be."""

    def read(self, stored: object) -> T:
        """Return the value.

        Raises
        ------
        ValueError
            If what is stored is none of this kind.
        """
        ...

    def store(self, value: T) -> object:
        """Return what stands for the value in the file of settings."""
        ...


@dataclass(frozen=True)
class Switch:
    """On or off."""

    def read(self, stored: object) -> bool:
        """Return on or off; a file of settings has it as text.

        Raises
        ------
        ValueError
            If it is neither.
        """
        found = _SWITCH.get(str(stored).lower())
        if found is None:
            raise ValueError(f"neither true nor false: {stored!r}")
        return found

    def store(self, value: bool) -> object:
        """Return the value itself."""
        return value


@dataclass(frozen=True)
class Whole:
    """A whole number from `smallest` to `largest`.

    Attributes
    ----------
    smallest, largest : int
    suffix : str
        Its unit, as it is shown.
    instead : str
        What the smallest number means, where it is not a number to the reader.
    """

    smallest: int
    largest: int
    suffix: str = ""
    instead: str = ""

    def read(self, stored: object) -> int:
        """Return the number.

        Raises
        ------
        ValueError
            If it is no whole number, or beyond the limits.
        """
        return int(_within(int(str(stored)), self.smallest, self.largest))

    def store(self, value: int) -> object:
        """Return the value itself."""
        return value


@dataclass(frozen=True)
class Real:
    """A number from `smallest` to `largest`, set in steps."""

    smallest: float
    largest: float
    step: float
    suffix: str = ""

    def read(self, stored: object) -> float:
        """Return the number.

        Raises
        ------
        ValueError
            If it is no number, or beyond the limits.
        """
        return _within(float(str(stored)), self.smallest, self.largest)

    def store(self, value: float) -> object:
        """Return the value itself."""
        return value


@dataclass(frozen=True)
class Text:
    """Any text."""

    def read(self, stored: object) -> str:
        """Return the text.

        Raises
        ------
        ValueError
            If it is no text.
        """
        if not isinstance(stored, str):
            raise ValueError(f"not a text: {stored!r}")
        return stored

    def store(self, value: str) -> object:
        """Return the value itself."""
        return value


@dataclass(frozen=True)
class Names:
    """Any number of names."""

    def read(self, stored: object) -> tuple[str, ...]:
        """Return the names; a file of settings has a single one as a text.

        Raises
        ------
        ValueError
            If it is neither a text nor several.
        """
        if isinstance(stored, str):
            return (stored,) if stored else ()
        if not isinstance(stored, Iterable):
            raise ValueError(f"no names: {stored!r}")
        return tuple(str(name) for name in stored if name)

    def store(self, value: tuple[str, ...]) -> object:
        """Return a list, which Qt can write."""
        return list(value)


@dataclass(frozen=True)
class Choice:
    """One of several; pairs of what is stored and what the reader chooses."""

    options: tuple[tuple[str, str], ...]

    def read(self, stored: object) -> str:
        """Return what is chosen.

        Raises
        ------
        ValueError
            If it is none of the choices.
        """
        chosen = str(stored)
        if chosen not in dict(self.options):
            raise ValueError(f"none of the choices: {stored!r}")
        return chosen

    def store(self, value: str) -> object:
        """Return the value itself."""
        return value


@dataclass(frozen=True)
class Member(Generic[E]):
    """A member of an enum, stored by its name."""

    members: type[E]

    def read(self, stored: object) -> E:
        """Return the member.

        Raises
        ------
        ValueError
            If the enum has no member of that name.
        """
        found = self.members.__members__.get(str(stored))
        if found is None:
            raise ValueError(f"no {self.members.__name__}: {stored!r}")
        return found

    def store(self, value: E) -> object:
        """Return the member's name."""
        return value.name


@dataclass(frozen=True)
class Colour:
    """A colour as style sheets write it, for example `#56B4E9`."""

    def read(self, stored: object) -> str:
        """Return the colour in capitals.

        Raises
        ------
        ValueError
            If it is no colour of that kind.
        """
        if not re.fullmatch(r"#[0-9A-Fa-f]{6}", str(stored)):
            raise ValueError(f"no colour: {stored!r}")
        return str(stored).upper()

    def store(self, value: str) -> object:
        """Return the value itself."""
        return value


@dataclass(frozen=True)
class Place:
    """Where a window was, in Qt's own bytes; empty where it was nowhere yet."""

    def read(self, stored: object) -> bytes:
        """Return the bytes.

        Raises
        ------
        ValueError
            If it is no bytes.
        """
        if not isinstance(stored, bytes):
            raise ValueError(f"no place of a window: {type(stored).__name__}")
        return stored

    def store(self, value: bytes) -> object:
        """Return the value itself."""
        return value


def _within(number: float, smallest: float, largest: float) -> float:
    if not math.isfinite(number) or not smallest <= number <= largest:
        raise ValueError(f"not from {smallest:g} to {largest:g}: {number:g}")
    return number

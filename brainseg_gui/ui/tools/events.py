"""What a tool hears: mouse, keys, its own options, and answers to what it asked.

Points are (row, column) in image pixels, where pixel (i, j) covers [i, i+1) x [j, j+1); `screen` is
(y, x) in pixels of the canvas.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any

from brainseg_gui.core.geometry import Point


class Button(enum.Enum):
    """The button that a gesture is made with; the middle one always moves the slice."""

    NONE = enum.auto()
    LEFT = enum.auto()
    RIGHT = enum.auto()


class Modifiers(enum.Flag):
    """Keys that are held down."""

    NONE = 0
    SHIFT = enum.auto()
    CONTROL = enum.auto()
    ALT = enum.auto()


@dataclass(frozen=True)
class Pointer:
    """Where the mouse is, with what it brings along.

    Attributes
    ----------
    point, screen : Point
    button : Button
        That went down, is held, or came up.
    modifiers : Modifiers
    pressure : float
        Of a stylus, 0 to 1; a mouse has 1.
    """

    point: Point
    screen: Point
    button: Button = Button.NONE
    modifiers: Modifiers = Modifiers.NONE
    pressure: float = 1.0

    @property
    def takes_away(self) -> bool:
        """Tell whether the gesture erases: by the right button, or with Ctrl."""
        return self.button is Button.RIGHT or Modifiers.CONTROL in self.modifiers


class Press(Pointer):
    """A button went down."""


class DoubleClick(Press):
    """It went down again at once; a tool that does not care takes it for another press."""


class Move(Pointer):
    """The mouse moved with the button down."""


class Release(Pointer):
    """The button came up."""


class Hover(Pointer):
    """The mouse moved with no button down, or a modifier changed under it."""


@dataclass(frozen=True)
class Wheel(Pointer):
    """The wheel was turned with Alt held; `steps` is one for a notch away from the hand."""

    steps: float = 0.0


@dataclass(frozen=True)
class Key:
    """One of the keys that the overlay asked for: "Escape", "Return" or "Backspace"."""

    name: str
    modifiers: Modifiers = Modifiers.NONE


@dataclass(frozen=True)
class Option:
    """The reader changed an option of the tool."""

    name: str
    value: float


@dataclass(frozen=True)
class Answer:
    """What a function given to `Port.ask` returned; the newest of a key wins."""

    key: str
    value: Any


@dataclass(frozen=True)
class Changed:
    """Something else than the tool changed the mask: undo, redo, a command; no answer comes now."""


Event = Press | Move | Hover | Release | DoubleClick | Wheel | Key | Option | Answer | Changed

"""The protocol of a tool: a generator that takes events and says what to draw over the slice."""

from __future__ import annotations

import enum
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from brainseg_gui.core.clicks.click import Click
from brainseg_gui.core.geometry import Box, Point, box_of
from brainseg_gui.core.layer import Layer
from brainseg_gui.core.types import Mask, Pixels, Probability
from brainseg_gui.ui.tools.events import Event, Key, Move, Pointer, Press, Release

Lines = tuple[tuple[Point, ...], ...]  # open or closed paths in image pixels


class Cursor(enum.Enum):
    """The pointer over the slice."""

    CROSS = enum.auto()
    OPEN_HAND = enum.auto()
    CLOSED_HAND = enum.auto()


@dataclass(frozen=True)
class Ring:
    """A circle or square under the mouse, in image pixels; crossed out where it takes away.

    Attributes
    ----------
    centre : Point
    diameter : float
        Or side.
    erases, square : bool
    label : str
        A few words beside it.
    """

    centre: Point
    diameter: float
    erases: bool = False
    square: bool = False
    label: str = ""


@dataclass(frozen=True)
class Overlay:
    """What is drawn over the slice until the next event; it changes no mask.

    Attributes
    ----------
    ring : Ring or None
        Shown while the mouse is over the slice.
    lines : Lines
    marks, crosses : tuple of Point
        Places of one size at every zoom, as squares and as crosses.
    cursor : Cursor
    keys : frozenset of str
        Keys that the tool wants now, in place of the commands they are bound to: "Escape",
        "Return", "Backspace".
    says : str
        For the status line, in place of the tool's own tip.
    """

    ring: Ring | None = None
    lines: Lines = ()
    marks: tuple[Point, ...] = ()
    crosses: tuple[Point, ...] = ()
    cursor: Cursor = Cursor.CROSS
    keys: frozenset[str] = frozenset()
    says: str = ""


class Corrector(Protocol):
    """A network that corrects a mask by clicks; both calls take time, and are for `Port.ask`."""

    def start(self) -> object:
        """Get ready."""

    def correct(
        self,
        pixels: Pixels,
        mask: Mask,
        clicks: Sequence[Click],
        probability: Probability | None,
    ) -> Mask | None:
        """Return the mask as the last click asks for it; None where it cannot, as it has said."""


@dataclass(frozen=True)
class Kept:
    """A version of the slice that the review keeps.

    Attributes
    ----------
    title : str
        Whose it is, and from when.
    read : callable
        Returns its (H, W) mask; None where it cannot be read, which is said.
    """

    title: str
    read: Callable[[], Mask | None]


class Port(Protocol):
    """What a tool may see and do. Everything is of the slice on the screen.

    Raises
    ------
    RuntimeError
        By everything that is of a slice, where none is open any more.
    """

    @property
    def pixels(self) -> Pixels:
        """Return the (H, W) signal, read-only."""

    @property
    def probability(self) -> Probability | None:
        """Return what the network said of each pixel, or None."""

    @property
    def mask(self) -> Mask:
        """Return the mask that is edited: the correction, else what it would begin from."""

    @property
    def options(self) -> Mapping[str, float]:
        """Return the tool's options as they are now, by name."""

    def set_option(self, name: str, value: int) -> None:
        """Change an option of the tool beside it, as the tool has understood it by other means.

        No `Option` comes of it.

        Raises
        ------
        KeyError
            If no tool has an option of that name.
        """

    @property
    def corrector(self) -> Corrector | None:
        """Return what corrects by clicks, or None where nothing does."""

    @property
    def spacing_mm(self) -> float | None:
        """Return the side of a pixel, where it is known."""

    @property
    def versions(self) -> Sequence[Kept]:
        """Return the versions of the slice by all readers, the last one first."""

    def layer(self, layer: Layer) -> Mask | None:
        """Return the mask of a layer, or None where there is none."""

    def paint(self, box: Box, mask: Mask) -> None:
        """Put pixels into the correction; the first that changes anything begins a step."""

    def commit(self, text: str) -> None:
        """End the step under its name, and keep it; without one, nothing happens."""

    def cancel(self) -> None:
        """Take back what was painted since the last commit."""

    def ask(self, key: str, function: Callable[[], Any]) -> None:
        """Compute in the background; `Answer(key, value)` comes as an event.

        The newest of a key wins; an answer for another slice or an older mask is dropped.
        """

    def move_view(self, held: Point, to: Point) -> None:
        """Move the slice so that what lies at `to` now shows what lay at `held`."""

    def fit_view(self) -> None:
        """Show the whole slice."""


def put(port: Port, mask: Mask, text: str) -> None:
    """Make an (H, W) mask the correction, as one step; where nothing differs, as none."""
    box = box_of(mask != port.mask)
    if box is not None:
        port.paint(box, mask[box.slices])
        port.commit(text)


class Tool(Protocol):
    """Each `yield` is what to draw over the image; what comes back is the next event.

    The generator runs from the moment the tool, or a slice, is chosen until it is left; `close()`
    ends a preview without a trace. A drag that is under way then gets its `Release` before.
    """

    def run(self, port: Port) -> Generator[Overlay, Event, None]:
        """Go on until closed."""


@dataclass(frozen=True)
class ToolOption:
    """A number that the reader chooses beside the tool; kept from one start to the next.

    Tools that name the same option share its value.

    Attributes
    ----------
    name : str
        Its value is kept under it.
    text : str
        What it is, for tooltip and screen reader.
    low, high, default : int
    suffix, prefix : str
        Behind and before the number.
    lowest : str
        Shown in place of the lowest number.
    choices : tuple of str
        What is chosen among; the value is the place of one, from 0 on.
    live : bool
        The choices are others for every slice: who shows them asks for them. The first one is
        chosen then.
    only_where : (str, set of int) or None
        Another option, and the values of it with which this one makes a difference; it is shown
        with no others, where a tool has both.
    """

    name: str
    text: str
    low: int
    high: int
    default: int
    suffix: str = ""
    prefix: str = ""
    lowest: str = ""
    choices: tuple[str, ...] = ()
    live: bool = False
    only_where: tuple[str, frozenset[int]] | None = None


@dataclass(frozen=True)
class ToolSpec:
    """One row of the table of tools; menu, tool bar, keys, help and status line come from it.

    Attributes
    ----------
    name : str
        Its command is `tool_<name>`.
    text : str
        In the menu.
    keys : tuple of str
        In Qt's spelling; the first is shown.
    icon : str
        Name in the icon font.
    tip : str
        One sentence: what it does, and what each modifier does.
    make : callable
        Returns a new tool, once for each slice.
    options : tuple of ToolOption
    edits : bool
        Needs a review that may be written to.
    asks_corrector : bool
        Needs the network that corrects by clicks.
    right_button : bool
        It does something with the right button, which otherwise opens the menu of the slice.
    """

    name: str
    text: str
    keys: tuple[str, ...]
    icon: str
    tip: str
    make: Callable[[], Tool]
    options: tuple[ToolOption, ...] = ()
    edits: bool = True
    asks_corrector: bool = False
    right_button: bool = True


STOPPABLE = frozenset({"Escape"})  # keys of a drag under way, which Esc takes back


class DragTool(ABC):
    """Press, move and release as one method, for tools that do nothing else; Esc takes back.

    Attributes
    ----------
    idle : Overlay
        Drawn until the mouse comes.
    """

    idle = Overlay()

    def run(self, port: Port) -> Generator[Overlay, Event, None]:
        """Hand every drag to `drag`, and draw `rest` in between."""
        start: Press | None = None
        last: Pointer | None = None
        overlay = self.idle
        while True:
            event = yield overlay
            last = event if isinstance(event, Pointer) else last
            if start is None and isinstance(event, Press):
                start = event
            if start is not None and isinstance(event, Key):
                port.cancel()
                overlay, start = self.rest(port, start if last is None else last), None
            elif start is not None and isinstance(event, Press | Move | Release):
                overlay = self.drag(port, start, event)
                start = None if isinstance(event, Release) else start
            elif start is None and last is not None:
                overlay = self.rest(port, last)

    @abstractmethod
    def drag(self, port: Port, start: Press, event: Pointer) -> Overlay:
        """Do what the drag does: `event` is the press itself, a move, or the release."""

    def rest(self, port: Port, event: Pointer) -> Overlay:
        """Return what to draw while no button is down."""
        return self.idle

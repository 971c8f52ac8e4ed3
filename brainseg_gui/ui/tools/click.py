"""Click what the mask lacks, or with the right button what it has too much of."""

from __future__ import annotations

import hashlib
from collections.abc import Generator

import numpy as np

from brainseg_gui.core.clicks.click import Click
from brainseg_gui.core.types import Mask
from brainseg_gui.ui.tools.events import Answer, Changed, Event, Key, Press
from brainseg_gui.ui.tools.tool import Overlay, Port, put

READY, CORRECTED = "ready", "corrected"
WAITS = "Correcting…; Esc drops the click"
LATER = "Click on: what lacks, right button or Ctrl: too much; Enter or Esc forgets the clicks seen"
FORGET = frozenset({"Return", "Escape"})


class ClickToFix:
    """A network corrects what the click is about; each click is one step of undo.

    The clicks are seen, and count for those that follow, until Enter, Esc, another slice or tool.
    One that is undone counts no more, and again once it is redone. Esc drops a click that still
    waits for its answer; so does everything else that changes the mask.
    """

    def __init__(self) -> None:
        self._clicks: list[Click] = []  # that were answered
        self._signs = [b""]  # of the mask before the first of them, and after each
        self._undone: list[tuple[Click, bytes]] = []  # clicks, with the sign after: the next first
        self._waiting: list[Click] = []  # the first of them was asked about
        self._question: tuple[Click, ...] | None = None  # asked, and not answered yet

    def run(self, port: Port) -> Generator[Overlay, Event, None]:
        """Start the network, then correct click by click."""
        corrector = port.corrector
        if corrector is not None:
            port.ask(READY, corrector.start)
        while True:
            event = yield self._overlay()
            if isinstance(event, Press):
                self._press(port, event)
            elif isinstance(event, Key):
                self._forget(dropping=event.name == "Escape")
            elif isinstance(event, Changed):
                self._follow(sign_of(port.mask))
            elif isinstance(event, Answer) and event.key == CORRECTED:
                self._answered(port, *event.value)

    def _press(self, port: Port, event: Press) -> None:
        click = Click(*event.point, inside=not event.takes_away)
        if not click.within(port.pixels.shape):
            return
        self._waiting.append(click)
        if self._question is None:
            self._ask(port)

    def _ask(self, port: Port) -> None:
        """Ask about the next click, on the mask that the one before has made."""
        corrector = port.corrector
        if corrector is None or not self._waiting:
            return
        pixels, mask, probability = port.pixels, port.mask.copy(), port.probability
        if not self._clicks:
            self._signs = [sign_of(mask)]
        clicks = self._question = (*self._clicks, self._waiting[0])
        port.ask(CORRECTED, lambda: (clicks, corrector.correct(pixels, mask, clicks, probability)))

    def _answered(self, port: Port, clicks: tuple[Click, ...], mask: Mask | None) -> None:
        if clicks is not self._question:
            return
        self._question = None
        remembered = bool(self._waiting) and self._waiting[0] is clicks[-1]
        if remembered:
            self._waiting.pop(0)
        if mask is not None:
            put(port, mask, "Click to fix")
            if remembered:
                self._clicks.append(clicks[-1])
                self._signs.append(sign_of(mask))
                self._undone.clear()
        self._ask(port)

    def _follow(self, sign: bytes) -> None:
        """Take back the clicks that were undone, and what was redone in again."""
        self._waiting.clear()
        self._question = None
        while sign in self._signs[:-1] and sign != self._signs[-1]:
            self._undone.insert(0, (self._clicks.pop(), self._signs.pop()))
        known = [it for _, it in self._undone]
        while sign in known and sign != self._signs[-1]:
            click, after = self._undone.pop(0)
            self._clicks.append(click)
            self._signs.append(after)

    def _forget(self, *, dropping: bool) -> None:
        """Let the clicks go; one that waits still comes, unless it is to be dropped."""
        self._clicks.clear()
        self._signs = [b""]
        self._undone.clear()
        self._waiting.clear()
        if dropping:
            self._question = None

    def _overlay(self) -> Overlay:
        seen = (*self._clicks, *self._waiting)
        inside = tuple((click.row, click.column) for click in seen if click.inside)
        outside = tuple((click.row, click.column) for click in seen if not click.inside)
        return Overlay(
            marks=inside,
            crosses=outside,
            keys=FORGET if seen else frozenset(),
            says=WAITS if self._question is not None else LATER if seen else "",
        )


def sign_of(mask: Mask) -> bytes:
    """Return what tells one mask from others."""
    return hashlib.blake2b(np.packbits(mask).data, digest_size=16).digest()

"""Click what the mask lacks, or with the right button what it has too much of."""

from __future__ import annotations

from collections.abc import Generator

from brainseg_gui.core.clicks.click import Click
from brainseg_gui.ui.tools.events import Answer, Event, Key, Press
from brainseg_gui.ui.tools.tool import Overlay, Port, put

READY, CORRECTED = "ready", "corrected"
RELEASED = "Enter or Esc lets the clicks go; then Enter accepts"
FORGET = frozenset({"Return", "Escape"})


class ClickToFix:
    """A network corrects what the click is about; each click is one step of undo.

    The clicks are seen, and count for those that follow, until Enter, Esc, another slice or tool.
    """

    def __init__(self) -> None:
        self._clicks: list[Click] = []
        self._asked = 0  # of the clicks
        self._waits = False

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
                self._clicks.clear()
                self._asked = 0
            elif isinstance(event, Answer) and event.key == CORRECTED:
                self._waits = False
                put(port, event.value, "Click to fix")
                self._ask(port)

    def _press(self, port: Port, event: Press) -> None:
        click = Click(*event.point, inside=not event.takes_away)
        if not click.within(port.pixels.shape):
            return
        self._clicks.append(click)
        if not self._waits:
            self._ask(port)

    def _ask(self, port: Port) -> None:
        """Ask about the next click, on the mask that the one before has made."""
        corrector = port.corrector
        if corrector is None or self._asked >= len(self._clicks):
            return
        self._asked += 1
        self._waits = True
        pixels, probability = port.pixels, port.probability
        mask, clicks = port.mask.copy(), tuple(self._clicks[: self._asked])
        port.ask(CORRECTED, lambda: corrector.correct(pixels, mask, clicks, probability))

    def _overlay(self) -> Overlay:
        inside = tuple((click.row, click.column) for click in self._clicks if click.inside)
        outside = tuple((click.row, click.column) for click in self._clicks if not click.inside)
        return Overlay(
            marks=inside,
            crosses=outside,
            keys=FORGET if self._clicks else frozenset(),
            says="Correcting…" if self._waits else RELEASED if self._clicks else "",
        )

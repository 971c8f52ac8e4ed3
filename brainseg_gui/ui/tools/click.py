"""Click what the mask lacks, or with the right button what it has too much of."""

from __future__ import annotations

from collections.abc import Generator

from brainseg_gui.core.clicks.click import Click
from brainseg_gui.ui.tools.events import Answer, Event, Key, Press
from brainseg_gui.ui.tools.tool import Overlay, Port, put

READY, CORRECTED = "ready", "corrected"
WAITS = "Correcting…; Esc drops the click"
LATER = "Click on: what lacks, right button or Ctrl: too much; Enter or Esc forgets the clicks seen"
FORGET = frozenset({"Return", "Escape"})


class ClickToFix:
    """A network corrects what the click is about; each click is one step of undo.

    The clicks are seen, and count for those that follow, until Enter, Esc, another slice or tool.
    Esc drops a click that still waits for its answer.
    """

    def __init__(self) -> None:
        self._clicks: list[Click] = []
        self._asked = 0  # of the clicks
        self._waits_for: tuple[Click, ...] | None = None  # asked, and not answered yet

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
            elif isinstance(event, Answer) and event.key == CORRECTED:
                clicks, mask = event.value
                if clicks is self._waits_for:
                    self._waits_for = None
                    put(port, mask, "Click to fix")
                    self._ask(port)

    def _press(self, port: Port, event: Press) -> None:
        click = Click(*event.point, inside=not event.takes_away)
        if not click.within(port.pixels.shape):
            return
        self._clicks.append(click)
        if self._waits_for is None:
            self._ask(port)

    def _forget(self, *, dropping: bool) -> None:
        self._clicks.clear()
        self._asked = 0
        if dropping:
            self._waits_for = None

    def _ask(self, port: Port) -> None:
        """Ask about the next click, on the mask that the one before has made."""
        corrector = port.corrector
        if corrector is None or self._asked >= len(self._clicks):
            return
        self._asked += 1
        pixels, probability = port.pixels, port.probability
        mask, clicks = port.mask.copy(), tuple(self._clicks[: self._asked])
        self._waits_for = clicks
        port.ask(CORRECTED, lambda: (clicks, corrector.correct(pixels, mask, clicks, probability)))

    def _overlay(self) -> Overlay:
        inside = tuple((click.row, click.column) for click in self._clicks if click.inside)
        outside = tuple((click.row, click.column) for click in self._clicks if not click.inside)
        return Overlay(
            marks=inside,
            crosses=outside,
            keys=FORGET if self._clicks else frozenset(),
            says=WAITS if self._waits_for is not None else LATER if self._clicks else "",
        )

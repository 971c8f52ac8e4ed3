"""Runs the tool in use: what the mouse does goes in, what is drawn comes out."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any, TypeVar

from PyQt5.QtCore import QObject, pyqtSignal

from brainseg_gui.core.geometry import Box
from brainseg_gui.core.layer import Layer
from brainseg_gui.core.types import Mask, Pixels, Probability
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.ui.canvas.canvas import Canvas
from brainseg_gui.ui.controllers.comparing.sides import Side
from brainseg_gui.ui.controllers.editing import Editing, probability_of
from brainseg_gui.ui.controllers.networks.correcting import Correcting
from brainseg_gui.ui.controllers.on_screen import OnScreen, Screen
from brainseg_gui.ui.jobs.answers import Answers
from brainseg_gui.ui.tools.events import Answer, Changed, Event, Option, Press
from brainseg_gui.ui.tools.table import FIRST_TOOL, TOOLS, options_of
from brainseg_gui.ui.tools.tool import Corrector, Kept, Overlay, ToolSpec

Read = TypeVar("Read")
BY_NAME = {spec.name: spec for spec in TOOLS}
OPTIONS = {option.name: option for option in options_of(TOOLS)}
RESTING = BY_NAME["pan"]  # what the mouse does where the tool in use may do nothing
LIVE = tuple(option for option in OPTIONS.values() if option.live)
STEP = 8  # a size grows by an eighth of itself


class ToolRunner(QObject):
    """Keeps one generator: that of the tool in use, on the slice on the screen.

    Signals
    -------
    chosen(str name)
        Another tool is in use.
    option_changed(str name, int value)
    choices_changed(str name, sequence of str)
        Of an option that has others for every slice.
    complained(str)
    refused()
        The reader wanted to edit where that is off.
    said(str)
        What the tool in use would do where the mouse is; empty for nothing.
    """

    chosen = pyqtSignal(str)
    choices_changed = pyqtSignal(str, object)
    complained = pyqtSignal(str)
    option_changed = pyqtSignal(str, int)
    refused = pyqtSignal()
    said = pyqtSignal(str)

    def __init__(
        self, canvas: Canvas, screen: Screen, editing: Editing, correcting: Correcting
    ) -> None:
        super().__init__()
        self._canvas, self._screen = canvas, screen
        self._options = {name: option.default for name, option in OPTIONS.items()}
        self.options: Mapping[str, int] = MappingProxyType(self._options)  # as they are now
        self._listed: set[str] = set()  # options whose choices were looked up on this slice
        self._answers = Answers(self)
        self._port = _Port(canvas, screen, editing, correcting, self, self._answers)
        self.tool = BY_NAME[FIRST_TOOL]
        self._running: Generator[Overlay, Event, None] | None = None
        self._runs: ToolSpec | None = None
        self._at_work = False  # whatever changes now, the tool does
        self._says = ""
        self._over = False  # the slice
        canvas.gesture.connect(self._hear)
        canvas.size_turned.connect(self.turn)
        canvas.pointed_at.connect(self._on_pointed_at)
        editing.finishing.connect(canvas.hand.finish)
        screen.changed.connect(self._on_screen)
        self._answers.answered.connect(lambda key, value: self._send(Answer(key, value)))

    def choose(self, name: str) -> None:
        """Use another tool.

        Raises
        ------
        KeyError
            If there is none of that name.
        """
        self._canvas.hand.finish()
        self.tool = BY_NAME[name]
        self._start()
        self.chosen.emit(name)

    # --- options ---

    def option(self, name: str) -> int:
        """Return an option's value.

        Raises
        ------
        KeyError
            If no tool has an option of that name.
        """
        return self._options[name]

    def set_option(self, name: str, value: int) -> None:
        """Change an option, within its range; the tool in use hears of it.

        Raises
        ------
        KeyError
            If no tool has an option of that name.
        """
        if self.note_option(name, value):
            self._send(Option(name, self._options[name]))

    def note_option(self, name: str, value: int) -> bool:
        """Change an option as the tool in use says; tell whether it is another value.

        Raises
        ------
        KeyError
            If no tool has an option of that name.
        """
        option, before = OPTIONS[name], self._options[name]
        self._options[name] = min(max(value, option.low), option.high)
        self.option_changed.emit(name, self._options[name])
        return self._options[name] != before

    def list_choices(self, name: str) -> None:
        """Say what there is to choose on this slice for an option that asks for it."""
        titles = [kept.title for kept in self._port.versions] if self._screen.now else []
        self._listed.add(name)
        self.choices_changed.emit(name, titles or OPTIONS[name].choices)

    def _forget_choices(self) -> None:
        """Choose the first again: on another slice they are others."""
        for option in LIVE:
            if self._options[option.name]:
                self.note_option(option.name, 0)
        for name in self._listed:
            self.choices_changed.emit(name, OPTIONS[name].choices)
        self._listed.clear()

    def turn(self, steps: int) -> None:
        """Make the first number of the tool in use larger or smaller; steps grow with it.

        As many steps back lead to where it was.
        """
        mine = [option for option in self.tool.options if not option.choices]
        name = (mine or [option for option in OPTIONS.values() if not option.choices])[0].name
        value = self._options[name]
        for _ in range(abs(steps)):
            value += max(1, value // STEP) if steps > 0 else -max(1, value // (STEP + 1))
        self.set_option(name, value)

    # --- the generator ---

    def close(self) -> None:
        """End the tool for good, and wait for what it asked."""
        self._stop()
        self._answers.close()

    def _on_screen(self, now: OnScreen | None, before: OnScreen | None) -> None:
        another = _work_of(now) != _work_of(before)
        if another:
            self._forget_choices()
        if another or self._allowed() is not self._runs:
            self._start()
        elif now is not None and before is not None and now.last is not before.last:
            self._answers.forget()
            if not self._at_work:
                self._send(Changed())

    def _allowed(self) -> ToolSpec | None:
        """Return the tool that may run now, None without a slice."""
        now = self._screen.now
        if now is None:
            return None
        return RESTING if self.tool.edits and not now.editable else self.tool

    def _start(self) -> None:
        self._stop()
        self._runs = self._allowed()
        self._canvas.hand.right_is_tools = self._runs is not None and self._runs.right_button
        if self._runs is not None:
            self._running = self._runs.make().run(self._port)
            self._draw(next(self._running))
            self._canvas.hand.hover()
        else:
            self._draw(Overlay())

    def _stop(self) -> None:
        self._answers.forget()
        if self._running is not None:
            self._running.close()
            self._running = None

    def _hear(self, event: Event) -> None:
        if isinstance(event, Press) and self.tool.edits and self._runs is RESTING:
            self.refused.emit()
        self._send(event)

    def _send(self, event: Event) -> None:
        if self._running is None:
            return
        self._at_work = True
        try:
            overlay = self._running.send(event)
        finally:
            self._at_work = False
        self._draw(overlay)

    def _draw(self, overlay: Overlay) -> None:
        self._canvas.overlay.show_overlay(overlay)
        self._canvas.hand.show()
        self._say()

    def _on_pointed_at(self, pixel: tuple[int, int] | None) -> None:
        over = pixel is not None
        if over is not self._over:
            self._over = over
            self._say()

    def _say(self) -> None:
        """Say what the tool does, while the mouse is over the slice or a gesture under way."""
        says = self._canvas.overlay.overlay.says
        if not says and self._over and self._runs is self.tool and self.tool.edits:
            says = self.tool.tip
        if not self._over and not self._canvas.overlay.overlay.keys:
            says = ""
        if says != self._says:
            self._says = says
            self.said.emit(says)


def _work_of(now: OnScreen | None) -> tuple[str, str]:
    """Return whose work on which slice it is; another view of the slice is the same work."""
    return ("", "") if now is None else (now.slice.digest, now.reader)


class _Port:
    """What a tool may see and do; see `tools.tool.Port`."""

    def __init__(
        self,
        canvas: Canvas,
        screen: Screen,
        editing: Editing,
        correcting: Correcting,
        runner: ToolRunner,
        answers: Answers,
    ) -> None:
        self._canvas, self._screen, self._editing = canvas, screen, editing
        self._correcting, self._answers = correcting, answers
        self.options: Mapping[str, float] = runner.options
        self._note_option, self._complain = runner.note_option, runner.complained.emit
        self.commit, self.cancel = editing.commit, editing.cancel
        self.move_view, self.fit_view = canvas.move_view, canvas.fit

    @property
    def pixels(self) -> Pixels:
        return self._now().slice.pixels

    @property
    def probability(self) -> Probability | None:
        return probability_of(self._now())

    @property
    def mask(self) -> Mask:
        return self._editing.mask

    @property
    def corrector(self) -> Corrector | None:
        return self._correcting if self._correcting.bundle is not None else None

    def set_option(self, name: str, value: int) -> None:
        self._note_option(name, value)

    @property
    def spacing_mm(self) -> float | None:
        return self._now().spacing_mm

    @property
    def versions(self) -> Sequence[Kept]:
        found = self._stored(self._screen.session.versions) or ()
        titles = {it.id: Side(Layer.NOTHING, it).title for it in reversed(found)}
        return [Kept(title, partial(self._read, id_)) for id_, title in titles.items()]

    def _read(self, version: int) -> Mask | None:
        return self._stored(partial(self._screen.session.version_mask, version))

    def _stored(self, read: Callable[[], Read]) -> Read | None:
        """Return what the review holds; None where it cannot be read, which is said."""
        try:
            return read()
        except StoreError as error:
            self._complain(str(error))
            return None

    def layer(self, layer: Layer) -> Mask | None:
        return self._now().layer(layer)

    def paint(self, box: Box, mask: Mask) -> None:
        self._editing.paint(box, mask)

    def ask(self, key: str, function: Callable[[], Any]) -> None:
        self._answers.ask(key, function)

    def _now(self) -> OnScreen:
        now = self._screen.now
        if now is None:
            raise RuntimeError("no slice is open")
        return now

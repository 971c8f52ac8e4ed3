"""The door to the ways to look at two masks; what is behind it is loaded when it is opened."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from PyQt5.QtCore import QObject, pyqtSignal
from PyQt5.QtWidgets import QAction, QWidget

from brainseg_gui.ui.canvas.canvas import Canvas
from brainseg_gui.ui.canvas.layers import Layers
from brainseg_gui.ui.controllers.editing import Editing
from brainseg_gui.ui.controllers.networks.other_networks import OtherNetworks
from brainseg_gui.ui.controllers.on_screen import OnScreen, Screen
from brainseg_gui.ui.panels.compare_panel import ComparePanel
from brainseg_gui.ui.widgets.held_keys import HeldKeys

if TYPE_CHECKING:
    from brainseg_gui.ui.controllers.comparing.comparing import Comparing
    from brainseg_gui.ui.controllers.comparing.viewing import Viewing

ONLY_ONE = "There are no two masks to compare here."


class Looks(QObject):
    """Difference, flicker, swipe and side by side, switched on and off.

    Signals
    -------
    told(str)
        In a few words, why nothing happened.
    complained(str)
    """

    told = pyqtSignal(str)
    complained = pyqtSignal(str)

    def __init__(
        self,
        screen: Screen,
        canvas: Canvas,
        layers: Layers,
        editing: Editing,
        keys: HeldKeys,
        panel: ComparePanel,
        others: OtherNetworks,
        place: QWidget,
        actions: Mapping[str, QAction],
    ) -> None:
        super().__init__()
        self._screen, self._canvas, self._layers, self._editing = screen, canvas, layers, editing
        self._keys, self._panel, self._place, self._actions = keys, panel, place, actions
        self._others = others
        self._opened = False
        screen.changed.connect(self._on_screen)

    @cached_property
    def comparing(self) -> Comparing:
        """Return what finds the two masks; there from the first slice on."""
        from brainseg_gui.ui.controllers.comparing.comparing import Comparing

        made = Comparing(self._screen, self._panel.row, self._others)
        made.setParent(self)  # Qt takes them apart together
        made.complained.connect(self.complained)
        return made

    def _on_screen(self, now: OnScreen | None, _before: OnScreen | None) -> None:
        """A window that opens with nothing in it waits for none of this."""
        if now is not None:
            self._screen.changed.disconnect(self._on_screen)
            _ = self.comparing

    def difference(self, on: bool) -> None:
        """Show where the two masks differ, or no more."""
        self._viewing.difference.show(on)
        self._viewing.name()
        self._tell_if_none(on)

    def flicker(self) -> None:
        """Show the one mask, the next time the other."""
        self._end_others("flicker")
        self._viewing.flicker.tap()
        self._tell_if_none(self._viewing.flicker.shows is None)

    def swipe(self, on: bool) -> None:
        """Show A left and B right of a line, or no more."""
        self._end_others("swipe")
        (self._viewing.swipe.start if on else self._viewing.swipe.end)()
        self._tell_if_none(on)

    def side_by_side(self, on: bool) -> None:
        """Show B in a second view, or no more."""
        self._end_others("side_by_side")
        (self._viewing.beside.start if on else self._viewing.beside.end)()
        self._viewing.name()
        self._tell_if_none(on)

    def step_back(self) -> bool:
        """End flicker or swipe; False where there is neither."""
        if not self._opened:
            return False
        ends = self._viewing.flicker.shows is not None or self._viewing.swipe.on
        if ends:
            self._end_others("side_by_side")
        return ends

    @property
    def shows_difference(self) -> bool:
        """Tell whether the difference is seen: only then its pieces are walked and kept."""
        return self._opened and self._viewing.difference.on and not self._layers.hidden

    def walk(self, by: int) -> None:
        """Go to the next (1) or the previous (-1) piece."""
        self._viewing.adjudicating.step(by)

    def say(self, word: str) -> None:
        """Keep "A" or "B" at the piece that is looked at, or leave it as it is: "LEFT"."""
        from brainseg_gui.ui.controllers.comparing.adjudicating import Word

        if self._keys.fresh:  # one that is held from before is no word on the next piece
            self._viewing.adjudicating.say(Word[word])

    def _end_others(self, but: str) -> None:
        viewing = self._viewing
        ends = {
            "flicker": viewing.flicker.end,
            "swipe": viewing.swipe.end,
            "side_by_side": viewing.beside.end,
        }
        for name, end in ends.items():
            if name != but:
                end()
                self._actions[name].setChecked(False)

    def _tell_if_none(self, wanted: bool) -> None:
        if wanted and self.comparing.now is None:
            self.told.emit(ONLY_ONE)

    @cached_property
    def _viewing(self) -> Viewing:
        from brainseg_gui.ui.controllers.comparing.viewing import Viewing
        from brainseg_gui.ui.panels.comparing.piece_line import PieceLine

        line = PieceLine(self._actions)
        self._panel.add(line)
        self._opened = True
        viewing = Viewing(
            self._screen,
            self._canvas,
            self._layers,
            self._editing,
            self.comparing,
            self._keys,
            line,
            self._place,
        )
        viewing.adjudicating.told.connect(self.told)
        viewing.swipe.ended.connect(lambda: self._actions["swipe"].setChecked(False))
        return viewing

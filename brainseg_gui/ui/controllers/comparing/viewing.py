"""All ways to look at two masks, made when the first of them is used."""

from __future__ import annotations

from PyQt5.QtCore import QObject
from PyQt5.QtWidgets import QWidget

from brainseg_gui.core.masks.pieces import Only
from brainseg_gui.ui.canvas.canvas import Canvas
from brainseg_gui.ui.canvas.compare.screen_items import Entry, Legend
from brainseg_gui.ui.canvas.layers import Layers
from brainseg_gui.ui.controllers.comparing.adjudicating import Adjudicating
from brainseg_gui.ui.controllers.comparing.beside import Beside
from brainseg_gui.ui.controllers.comparing.comparing import Comparing
from brainseg_gui.ui.controllers.comparing.comparison import Comparison
from brainseg_gui.ui.controllers.comparing.difference_look import DifferenceLook
from brainseg_gui.ui.controllers.comparing.flicker import Flicker
from brainseg_gui.ui.controllers.comparing.side_pair import SidePair
from brainseg_gui.ui.controllers.comparing.swipe import Swipe
from brainseg_gui.ui.controllers.editing import Editing
from brainseg_gui.ui.controllers.on_screen import Screen
from brainseg_gui.ui.panels.comparing.piece_line import PieceLine
from brainseg_gui.ui.widgets.held_keys import HeldKeys


class Viewing(QObject):
    """Holds them, and names in the legend what is seen."""

    def __init__(
        self,
        screen: Screen,
        canvas: Canvas,
        layers: Layers,
        editing: Editing,
        comparing: Comparing,
        keys: HeldKeys,
        line: PieceLine,
        place: QWidget,
    ) -> None:
        super().__init__(canvas)
        self._layers, self._comparing = layers, comparing
        self._pair = SidePair(canvas, layers)
        self.adjudicating = Adjudicating(screen, layers, editing, comparing)
        self.adjudicating.setParent(self)  # Qt takes them apart together
        self.difference = DifferenceLook(screen, canvas, layers, comparing, self.adjudicating, line)
        self.flicker = Flicker(comparing, self._pair, layers, keys)
        self.swipe = Swipe(canvas, layers, comparing, self._pair)
        self.beside = Beside(screen, canvas, layers, comparing, self._pair, place)
        self.legend = Legend(canvas)
        self.flicker.changed.connect(self._on_flicker)
        screen.leaving.connect(self.flicker.end)
        comparing.changed.connect(lambda _comparison: self.name())
        layers.changed.connect(self.name)

    def name(self) -> None:
        """Say in the legend what is seen."""
        comparison = self._comparing.now
        hidden = comparison is None or self._layers.hidden
        self.legend.show_entries(() if hidden else tuple(self._entries(comparison)))

    def _entries(self, comparison: Comparison | None) -> list[Entry]:
        if comparison is None:
            return []
        names = {only: f"{only.name} · {comparison.side(only).name}" for only in Only}
        styles = {only: self._pair.style(comparison, only) for only in Only}
        shows = self.flicker.shows
        if shows is not None:
            return [Entry(names[it], styles[it], faint=it is not shows) for it in Only]
        entries = [Entry(names[Only.A], styles[Only.A])] if self.beside.on else []
        if self.difference.on:
            entries += [Entry(f"only {names[only]}", only) for only in Only]
        return entries

    def _on_flicker(self) -> None:
        self.difference.put_aside(self.flicker.shows is not None)
        self.name()

"""A and B in turn: at each tap of a key, or by themselves while it is held."""

from __future__ import annotations

from PyQt5.QtCore import QObject, QTimer, pyqtSignal

from brainseg_gui.core.masks.pieces import Only
from brainseg_gui.ui.canvas.layers import Layers
from brainseg_gui.ui.controllers.comparing.comparing import Comparing
from brainseg_gui.ui.controllers.comparing.comparison import Comparison
from brainseg_gui.ui.controllers.comparing.side_pair import SidePair
from brainseg_gui.ui.widgets.held_keys import HeldKeys

# Slower than flashes that may harm (three a second), and as quick as an eye follows.
EVERY_MS = 400


class Flicker(QObject):
    """Shows one of the two masks alone, and the other at the next tap.

    Signals
    -------
    changed()
        Another one is shown, or both again.

    Attributes
    ----------
    shows : Only or None
        None while there is no flicker.
    """

    changed = pyqtSignal()

    def __init__(
        self, comparing: Comparing, pair: SidePair, layers: Layers, keys: HeldKeys
    ) -> None:
        super().__init__(pair)
        self._comparing, self._pair, self._keys = comparing, pair, keys
        self.shows: Only | None = None
        self._beat = QTimer(self, interval=EVERY_MS)
        self._beat.timeout.connect(self._turn)
        comparing.changed.connect(self._on_comparison)
        layers.changed.connect(self._on_layers)
        keys.released.connect(lambda _key: self._beat.stop())

    def tap(self) -> None:
        """Show A, at the next tap B, and so on; repeated while the key is held."""
        if self._beat.isActive():
            return  # a key that is held is pressed again and again
        if self.shows is None:
            self._comparing.use("flicker", True)
        self._turn()
        if self.shows is not None and self._keys.any_down:
            self._beat.start()

    def end(self) -> None:
        """Show the layers again."""
        if self.shows is not None:
            self.shows = None
            self._beat.stop()
            self._pair.end()
            self._comparing.use("flicker", False)
            self.changed.emit()

    def _turn(self) -> None:
        comparison = self._comparing.now
        if comparison is None:
            self._beat.stop()
            self._comparing.use("flicker", False)
            return
        self.shows = Only.A if self.shows is None else self.shows.other
        self._pair.show(comparison, {self.shows: None})
        self.changed.emit()

    def _on_comparison(self, comparison: Comparison | None) -> None:
        if self.shows is None:
            return
        if comparison is None:
            self.end()
        else:
            self._pair.show(comparison, {self.shows: None})
            self.changed.emit()

    def _on_layers(self) -> None:
        """A stroke has begun: who paints sees the correction, and is not flickered at."""
        if self.shows is not None and not self._pair.intact:
            self.end()

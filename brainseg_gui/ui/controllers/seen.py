"""Whether the reader can have seen what is about to be decided."""

from __future__ import annotations

from PyQt5.QtCore import QElapsedTimer, QObject

from brainseg_gui.core.layer import Layer
from brainseg_gui.ui.canvas.canvas import Canvas
from brainseg_gui.ui.canvas.layers import Layers
from brainseg_gui.ui.controllers.on_screen import OnScreen, Screen
from brainseg_gui.ui.widgets.held_keys import HeldKeys
from brainseg_gui.ui.worklist.panel import WorklistPanel

LEAST_MS = 150  # that a slice was painted before a verdict on it can be meant


class Seen(QObject):
    """Watches how long the slice on the screen has been painted, and what hides its masks."""

    def __init__(
        self,
        screen: Screen,
        canvas: Canvas,
        layers: Layers,
        worklist: WorklistPanel,
        keys: HeldKeys,
    ) -> None:
        super().__init__()
        self._screen, self._layers, self._worklist, self._keys = screen, layers, worklist, keys
        self._shown = ("", "")
        self._since = QElapsedTimer()
        screen.changed.connect(self._on_screen)
        canvas.painted.connect(self._on_painted)

    @property
    def painted(self) -> bool:
        """Tell whether the slice has been painted at all."""
        return self._since.isValid()

    @property
    def meant(self) -> bool:
        """Tell whether a verdict given now can be meant for this slice.

        Not while a key is still held from before, and not before an eye has had time to see.
        """
        return self._keys.fresh and self.painted and self._since.elapsed() >= LEAST_MS

    @property
    def obstacle(self) -> str:
        """Return why the reader may not see what is decided, as a sentence; "" if he does."""
        now = self._screen.now
        if now is None:
            return ""
        about = Layer.PREDICTION if now.correction is None else Layer.CORRECTION
        if self._layers.hidden:
            return "All layers are hidden."
        if now.layer(about) is not None and not self._layers.shown(about):
            return f"The {about.value} is hidden."
        if self._worklist.model.place(now.path) < 0:
            return f"{now.name} is not in the list: the search or the filter leaves it out."
        return ""

    def _on_screen(self, now: OnScreen | None, _before: OnScreen | None) -> None:
        shown = (now.slice.digest, now.reader) if now is not None else ("", "")
        if shown != self._shown:
            self._shown = shown
            self._since.invalidate()

    def _on_painted(self) -> None:
        if not self._since.isValid() and self._screen.now is not None:
            self._since.start()

"""Whether the reader can have seen what is about to be decided."""

from __future__ import annotations

from PyQt5.QtCore import QElapsedTimer, QObject, QTimer

from brainseg_gui.core.layer import Layer
from brainseg_gui.review.values.verdict import ModelUse
from brainseg_gui.ui.canvas.canvas import Canvas
from brainseg_gui.ui.canvas.layers import Layers
from brainseg_gui.ui.controllers.on_screen import OnScreen, Screen
from brainseg_gui.ui.widgets.held_keys import HeldKeys
from brainseg_gui.ui.worklist.panel import WorklistPanel

LEAST_MS = 150  # that a slice was painted before a verdict on it can be meant
Sight = tuple[str, str, ModelUse | Layer | None]  # digest, reader, what a verdict would be about


class Seen(QObject):
    """Watches how long the slice on the screen has been painted, and what hides its masks.

    What was painted for long enough is remembered: slice, reader, and the mask that a verdict would
    be about.
    """

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
        self._looked: set[Sight] = set()
        self._shapes: dict[str, tuple[int, int]] = {}
        self._looking: Sight | None = None
        self._look = QTimer(self, singleShot=True)
        self._look.timeout.connect(self._note_look)
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
        if self._layers.covered:
            return self._layers.covered
        if self._layers.hidden:
            return "All layers are hidden."
        if now.layer(about) is not None and not self._layers.is_whole(about):
            return f"The {about.value} is hidden."
        if self._worklist.model.place(now.path) < 0:
            return f"{now.name} is not in the list: the search or the filter leaves it out."
        return ""

    @property
    def awake(self) -> bool:
        """Tell whether a press is one, and no key that is still held from before."""
        return self._keys.fresh

    def has_seen(self, digest: str, reader: str, about: ModelUse | Layer | None) -> bool:
        """Tell whether a reader saw a slice since the program started, and a mask of it.

        Parameters
        ----------
        digest, reader : str
        about : ModelUse, Layer.CORRECTION or None
            The network whose prediction a verdict would be about, the correction, or no mask.
        """
        return (digest, reader, about) in self._looked

    def shape_of(self, digest: str) -> tuple[int, int]:
        """Return (H, W) of a slice that was seen; KeyError if it was not."""
        return self._shapes[digest]

    def _sight(self) -> Sight | None:
        now = self._screen.now
        if now is None or now.past is not None:
            return None
        about: ModelUse | Layer | None = None
        if now.correction is not None:
            about = Layer.CORRECTION
        elif now.prediction is not None:
            about = now.prediction.model
        return now.slice.digest, now.reader, about

    def _note_look(self) -> None:
        """Remember the slice if it is still the one, and nothing hides what a verdict is about."""
        now, sight = self._screen.now, self._sight()
        if now is not None and sight is not None and sight == self._looking and not self.obstacle:
            self._looked.add(sight)
            self._shapes[now.slice.digest] = now.slice.shape

    def _on_screen(self, now: OnScreen | None, _before: OnScreen | None) -> None:
        shown = (now.slice.digest, now.reader) if now is not None else ("", "")
        if shown != self._shown:
            self._shown = shown
            self._since.invalidate()

    def _on_painted(self) -> None:
        if not self._since.isValid() and self._screen.now is not None:
            self._since.start()
        sight = self._sight()
        if sight != self._looking or not (sight in self._looked or self._look.isActive()):
            self._looking = sight
            self._look.start(LEAST_MS)

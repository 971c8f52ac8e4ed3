"""What the network sees: its exact input, in the place of the slice."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PyQt5.QtCore import QObject, QPoint, QRect, QRectF
from PyQt5.QtWidgets import QAction

from brainseg_gui.core.image.preprocess import Preprocessing
from brainseg_gui.inference.model_card import ModelCard
from brainseg_gui.ui.canvas.canvas import Canvas
from brainseg_gui.ui.canvas.layers import Layers
from brainseg_gui.ui.canvas.picture_item import PictureItem
from brainseg_gui.ui.controllers.measuring.kinds import Kind
from brainseg_gui.ui.controllers.on_screen import OnScreen, Screen
from brainseg_gui.ui.jobs.background import Background

COVERED = "What the network sees is shown in the place of the slice."
FROM_THE_TOP = 46  # pixels: below caption and buttons
ABOVE_THE_SLICE = 4

if TYPE_CHECKING:
    from brainseg_gui.ui.canvas.measuring.banner import Banner
    from brainseg_gui.ui.canvas.measuring.pinned import Pinned


class _Shown(NamedTuple):
    picture: PictureItem
    banner: Banner
    pinned: Pinned


class NetworkInput(QObject):
    """Shows the channels of the network's input one after the other, then the slice again.

    The input is square, and as coarse as the network has it: each of its pixels is drawn as one,
    where it lies on the slice. Its light is its own; window and level do not touch it. Masks stay
    over it. While it is there a verdict asks first, for the slice itself is not seen.
    """

    def __init__(
        self,
        screen: Screen,
        background: Background,
        canvas: Canvas,
        layers: Layers,
        action: QAction,
    ) -> None:
        super().__init__(canvas)
        self._screen, self._background = screen, background
        self._canvas, self._layers, self._action = canvas, layers, action
        self.channel: int | None = None
        self._card: ModelCard | None = None  # that the input is made by
        self._input: NDArray[np.float32] | None = None  # (S, S, C) of the slice on the screen
        self._parts: _Shown | None = None
        screen.changed.connect(self._on_screen)
        background.answered.connect(self._on_answer)

    def step(self) -> None:
        """Show the first channel, then the next one, and after the last the slice."""
        after = 0 if self.channel is None else self.channel + 1
        self.choose(after if after < self._count else None)

    def choose(self, channel: int | None) -> None:
        """Show one channel, or the slice."""
        self.channel = channel if self._preprocessing is not None else None
        self._action.setChecked(self.channel is not None)
        self._layers.covered = "" if self.channel is None else COVERED
        if self.channel is not None and self._input is None:
            self._ask(self._screen.now)
        self._draw()

    def look_again(self) -> None:
        """See whether the network is another one, or gone."""
        self._on_screen(self._screen.now, self._screen.now)

    @property
    def _preprocessing(self) -> Preprocessing | None:
        return None if self._card is None else self._card.preprocessing

    @property
    def _count(self) -> int:
        return 0 if self._preprocessing is None else len(self._preprocessing.channels)

    def _on_screen(self, now: OnScreen | None, before: OnScreen | None) -> None:
        """Of another slice, or for another network, the input is another one."""
        card = self._screen.card
        if before is None or now is None or now.slice is not before.slice or card is not self._card:
            self._card, self._input = card, None
            if self.channel is not None:
                self.choose(min(self.channel, self._count - 1) if self._count else None)

    def _ask(self, now: OnScreen | None) -> None:
        preprocessing = self._preprocessing
        if now is not None and preprocessing is not None:
            about = now.slice, self._card
            self._background.ask(Kind.INPUT, about, partial(preprocessing.apply, now.slice.pixels))

    def _on_answer(self, kind: int, about: object, value: NDArray[np.float32]) -> None:
        now = self._screen.now
        if kind == Kind.INPUT and now is not None and about == (now.slice, self._card):
            self._input = value
            self._draw()

    def _draw(self) -> None:
        now, channel, input_ = self._screen.now, self.channel, self._input
        shown = now is not None and channel is not None and input_ is not None
        if shown and self._parts is None:
            self._parts = self._make()
        if self._parts is None:
            return
        picture, banner, pinned = self._parts
        picture.setVisible(shown)
        banner.setVisible(shown)
        if now is None or channel is None or input_ is None:
            return
        picture.setImage(input_[..., channel], levels=(0.0, 1.0), autoLevels=False)
        picture.setRect(square_of(now.slice.shape))
        assert self._preprocessing is not None
        names = self._preprocessing.channels
        several = len(names) > 1
        text = f"What the network sees, {input_.shape[1]} × {input_.shape[0]}"
        text += f", channel {channel + 1} of {len(names)}" if several else f": {names[channel]}"
        banner.say(text, names if several else (), channel)
        pinned.put()

    def _make(self) -> _Shown:
        # Not at the start of the window.
        from brainseg_gui.ui.canvas.measuring.banner import Banner
        from brainseg_gui.ui.canvas.measuring.pinned import Pinned

        picture, banner = PictureItem(axisOrder="row-major"), Banner()
        picture.setZValue(ABOVE_THE_SLICE)
        self._canvas.view.addItem(picture, ignoreBounds=True)
        banner.chosen.connect(self.choose)
        return _Shown(picture, banner, Pinned(banner, self._canvas.viewport(), _upper_middle))


def square_of(shape: tuple[int, int]) -> QRectF:
    """Return the square that a slice was padded to, in coordinates of the slice.

    Examples
    --------
    >>> square_of((100, 61))
    PyQt5.QtCore.QRectF(-19.0, 0.0, 100.0, 100.0)
    """
    side = max(shape)
    top, left = (side - shape[0]) // 2, (side - shape[1]) // 2
    return QRectF(-left, -top, side, side)


def _upper_middle(over: QRect, own: QRect) -> QPoint:
    return QPoint(max((over.width() - own.width()) // 2, 0), FROM_THE_TOP)

"""An earlier mask, or another reader's, over the slice; looking at it changes nothing."""

from __future__ import annotations

from PyQt5.QtCore import QObject, Qt, pyqtSignal

from brainseg_gui.core.types import Mask
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.review.values.verdict import Step, Version
from brainseg_gui.ui.canvas.canvas import Canvas
from brainseg_gui.ui.canvas.layers import Layers
from brainseg_gui.ui.canvas.mask_item import LayerStyle, MaskItem
from brainseg_gui.ui.controllers.on_screen import OnScreen, Past, Screen
from brainseg_gui.ui.widgets.moments import moment

STYLE = LayerStyle("#CC79A7", Qt.SolidLine, 2.0)  # reddish purple, the set's seventh colour
ABOVE_ALL_LAYERS = 13


class LookBack(QObject):
    """Shows the mask of a step or a version as a layer of its own, above the present ones.

    Signals
    -------
    complained(str)
    """

    complained = pyqtSignal(str)

    def __init__(self, canvas: Canvas, layers: Layers, screen: Screen) -> None:
        super().__init__()
        self._layers, self._screen = layers, screen
        self._item = MaskItem(STYLE)
        self._mask: Mask | None = None
        canvas.add_layer(self._item, ABOVE_ALL_LAYERS)
        layers.changed.connect(self._follow_layers)
        screen.changed.connect(self._on_screen)

    def show(self, what: Step | Version) -> None:
        """Show the mask as it was after a step, or that of a version."""
        session = self._screen.session
        try:
            if isinstance(what, Step):
                mask = session.mask_at(what.id)
            else:
                mask = session.version_mask(what.id)
        except StoreError as error:
            self.complained.emit(str(error))
            return
        self._screen.show_past(Past(what, mask))

    def leave(self) -> None:
        """Show the present again."""
        if self._screen.now is not None and self._screen.now.past is not None:
            self._screen.show_past(None)

    def _on_screen(self, now: OnScreen | None, _before: OnScreen | None) -> None:
        mask = now.past.mask if now is not None and now.past is not None else None
        if mask is not self._mask:
            self._mask = mask
            self._item.set_mask(mask)
            self._follow_layers()

    def _follow_layers(self) -> None:
        """Hidden and reduced to an outline with the others."""
        self._item.setVisible(self._mask is not None and not self._layers.hidden)
        self._item.set_parts(fill=not self._layers.outline_only, outline=True)


def described(what: Step | Version) -> str:
    """Return what is looked at, as a sentence without its end."""
    if isinstance(what, Version):
        return f"As {what.reader} {what.verdict.value} it, {moment(what.at)}"
    return f"As it was at {moment(what.at)}, after “{what.text}”"

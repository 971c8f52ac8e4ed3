"""An earlier mask, or another reader's, over the slice; looking at it changes nothing."""

from __future__ import annotations

import numpy as np
from PyQt5.QtCore import QObject, Qt, pyqtSignal

from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.review.values.verdict import Step, Version
from brainseg_gui.ui.canvas.canvas import Canvas
from brainseg_gui.ui.canvas.layers import Layers
from brainseg_gui.ui.canvas.mask_item import LayerStyle, MaskItem
from brainseg_gui.ui.controllers.data_set import DataSet
from brainseg_gui.ui.widgets.moments import moment

STYLE = LayerStyle("#CC79A7", Qt.SolidLine, 2.0)  # reddish purple, the set's seventh colour
ABOVE_ALL_LAYERS = 13


class Preview(QObject):
    """Shows the mask of a step or a version as a layer of its own, above the present ones.

    Signals
    -------
    changed()
        Another mask is shown, or none.
    complained(str)
    """

    changed = pyqtSignal()
    complained = pyqtSignal(str)

    def __init__(self, canvas: Canvas, layers: Layers, data_set: DataSet) -> None:
        super().__init__(canvas)
        self._layers, self._data_set = layers, data_set
        self._item = MaskItem(STYLE)
        canvas.add_layer(self._item, ABOVE_ALL_LAYERS)
        layers.changed.connect(self._follow_layers)
        self.shown: Step | Version | None = None
        self.mask: np.ndarray | None = None

    def show(self, what: Step | Version) -> None:
        """Show the mask as it was after a step, or that of a version."""
        session = self._data_set.session
        try:
            if isinstance(what, Step):
                mask = session.mask_at(what.id)
            else:
                mask = session.version_mask(what.id)
        except StoreError as error:
            self.complained.emit(str(error))
            return
        self._put(what, mask)

    def leave(self) -> None:
        """Show the present again."""
        if self.shown is not None:
            self._put(None, None)

    def _put(self, what: Step | Version | None, mask: np.ndarray | None) -> None:
        self.shown, self.mask = what, mask
        self._item.set_mask(mask)
        self._follow_layers()
        self.changed.emit()

    def _follow_layers(self) -> None:
        """Hidden and reduced to an outline with the others."""
        self._item.setVisible(self.mask is not None and not self._layers.hidden)
        self._item.set_parts(fill=not self._layers.outline_only, outline=True)


def described(what: Step | Version) -> str:
    """Return what a preview shows, as a sentence without its end."""
    if isinstance(what, Version):
        return f"As {what.reader} {what.verdict.value} it, {moment(what.at)}"
    return f"As it was at {moment(what.at)}, after “{what.text}”"

"""The mask of whichever slice of the patient the reader chooses, seen before it is taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QObject, pyqtSignal

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.types import Mask
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.ui.canvas.canvas import Canvas
from brainseg_gui.ui.controllers.data_set import DataSet
from brainseg_gui.ui.controllers.editing import Editing
from brainseg_gui.ui.controllers.looking.neighbours import Neighbours, Other, fitting, step_of
from brainseg_gui.ui.controllers.looking.proposed import Proposed
from brainseg_gui.ui.controllers.on_screen import OnScreen
from brainseg_gui.ui.controllers.strip.masks import mask_of
from brainseg_gui.ui.jobs.answers import Answers

if TYPE_CHECKING:  # the window does not wait for a dialog
    from brainseg_gui.ui.dialogs.incoming.other_slice import OtherSliceDialog

Found = tuple[Other, tuple[Layer, Mask] | str | None]  # a sentence where it cannot be read


class Copying(QObject):
    """Lists the slices whose mask can be had; that of the row in use is outlined over this slice.

    Masks are read beside the window's thread.

    Signals
    -------
    told(str)
        Why there is nothing to choose.
    """

    told = pyqtSignal(str)

    def __init__(
        self, data_set: DataSet, editing: Editing, neighbours: Neighbours, canvas: Canvas
    ) -> None:
        super().__init__()
        self._data_set, self._editing, self._canvas = data_set, editing, canvas
        self._neighbours = neighbours
        self._proposed = Proposed(canvas)
        self._answers = Answers(self)
        self._answers.answered.connect(lambda _key, found: self._on_found(*found))
        self.dialog: OtherSliceDialog | None = None
        self._seen: tuple[str, Mask] | None = None  # name of the step, and what would be
        data_set.screen.changed.connect(self._on_screen)

    def ask(self) -> None:
        """Have a slice chosen; its mask takes the place of this one's, as one step."""
        from brainseg_gui.ui.dialogs.incoming.other_slice import OtherSliceDialog

        self._editing.finish()
        now = self._data_set.screen.now
        if now is None or self.dialog is not None:
            return
        try:
            others = self._neighbours.others(now)
        except LookupError as reason:
            self.told.emit(str(reason.args[0]))
            return
        self.dialog = OtherSliceDialog(self._canvas.window(), others)
        self.dialog.looked_at.connect(self._look)
        self.dialog.finished.connect(self._end)
        self.dialog.open()
        self.dialog.begin()

    def close(self) -> None:
        """Leave the question, and wait for what is being read."""
        if self.dialog is not None:
            self.dialog.reject()
        self._answers.close()

    def _look(self, other: Other | None) -> None:
        """Have the mask of a slice read, to outline it."""
        self._seen = None
        self._proposed.hide()
        self._answers.forget()
        now = self._data_set.screen.now
        if other is None or now is None:
            return
        find, shape = mask_of(self._data_set, other.entry, None), now.slice.shape

        def read() -> Found:
            try:
                return other, find(shape)
            except StoreError as error:
                return other, str(error)

        self._answers.ask("mask", read)

    def _on_found(self, other: Other, found: tuple[Layer, Mask] | str | None) -> None:
        now = self._data_set.screen.now
        if self.dialog is None or now is None:
            return
        if isinstance(found, str):
            self.dialog.say(found, may_copy=False)
            return
        try:
            mask = fitting(other.entry, None if found is None else found[1], now)
        except LookupError as reason:
            self.dialog.say(str(reason.args[0]), may_copy=False)
            return
        self._seen = step_of(other.entry), mask
        said = self._proposed.show(mask, now.mask)
        self.dialog.say(f"{said[:1].upper()}{said[1:]}.", may_copy=True)

    def _end(self, accepted: int) -> None:
        dialog, seen = self.dialog, self._seen
        self.dialog = self._seen = None
        self._answers.forget()
        self._proposed.hide()
        if dialog is not None:
            dialog.deleteLater()
        if accepted and seen is not None:
            text, mask = seen
            self._editing.put_anew(mask, text)

    def _on_screen(self, now: OnScreen | None, before: OnScreen | None) -> None:
        """Leave the question where it is about another slice."""
        left = now is None or before is None or now.slice is not before.slice or not now.editable
        if self.dialog is not None and left:
            self.dialog.reject()

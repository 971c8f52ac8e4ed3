"""Opening, leaving and changing hands: the review as a whole."""

from __future__ import annotations

from pathlib import Path

from PyQt5.QtCore import QObject, pyqtSignal
from PyQt5.QtWidgets import QWidget

from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.ui.controllers.data_set import DataSet
from brainseg_gui.ui.controllers.deciding import Deciding
from brainseg_gui.ui.controllers.editing import Editing
from brainseg_gui.ui.dialogs import dialogs
from brainseg_gui.ui.dialogs.reader_choice import known_readers, remember_reader
from brainseg_gui.ui.panels.recent import remember_folder


class Reviewing(QObject):
    """Opens data sets, lets go of them, and goes on under another reader's name.

    Signals
    -------
    opening()
        Another data set is about to be opened: what was said of the one before is old.
    reader_changed(str name, list of str)
        Who reviews, and who else is known.
    complained(str)
    """

    opening = pyqtSignal()
    reader_changed = pyqtSignal(str, list)
    complained = pyqtSignal(str)

    def __init__(
        self, data_set: DataSet, editing: Editing, deciding: Deciding, asks: QWidget
    ) -> None:
        super().__init__()
        self._data_set, self._editing, self._deciding = data_set, editing, deciding
        self._asks = asks  # beside which questions are asked

    def open(self, paths: list[Path], review: Path | None = None) -> None:
        """Open files and folders in place of what is open, unless the reader had rather stay."""
        if self.may_leave():
            self.opening.emit()
            self._data_set.open(paths, review)
            if review is None and self._data_set.folder is not None:
                remember_folder(self._data_set.folder)

    def may_leave(self) -> bool:
        """Write everything; where that fails, ask whether to leave all the same."""
        self._editing.finish()
        self._deciding.keep_notes()
        problem = self._editing.save() if self._data_set.session.unsaved else ""
        problem = problem or self._deciding.save()
        return not problem or dialogs.ask_leave_unsaved(self._asks.window(), problem)

    def use_reader(self, name: str) -> None:
        """Go on under a name, now and at the next start, with that reader's own correction."""
        remember_reader(name)
        if name != self._data_set.session.reader:
            try:
                self._data_set.change_reader(name)
            except StoreError as error:
                self.complained.emit(str(error))
        self.tell_reader()

    def tell_reader(self) -> None:
        """Say who reviews."""
        reader = self._data_set.session.reader
        self.reader_changed.emit(reader, sorted({reader, *known_readers()}, key=str.casefold))

"""Which variables of plain MATLAB files are image, mask, patient and type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt5.QtCore import QObject, pyqtSignal
from PyQt5.QtWidgets import QWidget

from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.ui.controllers.data_set import DataSet
from brainseg_gui.ui.controllers.reviewing import Reviewing
from brainseg_gui.ui.dialogs import dialogs
from brainseg_gui.ui.worklist.model import WorklistModel

if TYPE_CHECKING:  # a start does without them
    from brainseg_gui.files.info import Variable
    from brainseg_gui.ui.jobs.incoming.variables import VariableLister

MOST = 50  # files that are looked into
NONE_FOUND = "Nothing to choose was found: variables of MATLAB files without cjdata can be."


class PlainVariables(QObject):
    """Asks for the variables, keeps them with the review, and opens the data set with them.

    Signals
    -------
    told(str)
    complained(str)
    """

    told = pyqtSignal(str)
    complained = pyqtSignal(str)

    def __init__(
        self, data_set: DataSet, reviewing: Reviewing, rows: WorklistModel, asks: QWidget
    ) -> None:
        super().__init__()
        self._data_set, self._reviewing, self._rows = data_set, reviewing, rows
        self._asks = asks
        self._job: VariableLister | None = None
        data_set.opened.connect(self.close)

    def ask(self) -> None:
        """Look into the chosen file, else into those that cannot be read, and ask."""
        from brainseg_gui.ui.jobs.incoming.variables import VariableLister

        self.close()
        here = self._data_set.slices.path
        broken = [it.path for it in self._rows.entries() if it.problem and it.path != here]
        first = [] if here is None else [here]
        self._job = VariableLister([*first, *broken[:MOST]], self)
        self._job.listed.connect(self._show)
        self._job.failed.connect(self.complained)
        self._job.start()

    def close(self) -> None:
        """Let go of a search that is under way."""
        if self._job is not None:
            self._job.close()
            self._job.deleteLater()
            self._job = None

    def _show(self, path: Path | None, found: Sequence[Variable]) -> None:
        self.close()
        if path is None:
            self.told.emit(NONE_FOUND)
            return
        session = self._data_set.session
        try:
            wishes = session.contents.wishes()
            chosen = dialogs.ask_variables(
                self._asks.window(), path.name, tuple(found), wishes.variables
            )
            if chosen is None or chosen.variables == wishes.variables:
                return
            session.wish_for(replace(wishes, variables=chosen.variables))
        except StoreError as error:
            self.complained.emit(str(error))
            return
        self._reviewing.open(self._data_set.paths, session.path)

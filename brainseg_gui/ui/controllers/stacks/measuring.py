"""The measures of a stack in three dimensions, said when they are asked for."""

from __future__ import annotations

from PyQt5.QtCore import QObject, pyqtSignal

from brainseg_gui.ui.controllers.data_set import DataSet
from brainseg_gui.ui.controllers.editing import Editing
from brainseg_gui.ui.jobs.stack_measurer import StackMeasurer, StackSource
from brainseg_gui.ui.worklist.model import WorklistModel


class StackMeasures(QObject):
    """Has the stack of the slice on the screen measured, one at a time.

    Signals
    -------
    told(str)
        The measures, or why there are none.
    complained(str)
    """

    told = pyqtSignal(str)
    complained = pyqtSignal(str)

    def __init__(self, data_set: DataSet, editing: Editing, rows: WorklistModel) -> None:
        super().__init__()
        self._data_set, self._editing, self._rows = data_set, editing, rows
        self._job: StackMeasurer | None = None
        data_set.opened.connect(self.close)

    def measure(self) -> None:
        """Begin; what is drawn is kept first."""
        self._editing.finish()
        now, session = self._data_set.screen.now, self._data_set.session
        stack = self._rows.stack_of(None if now is None else now.path)
        if len(stack) < 2:
            self.told.emit("This slice is one of no stack: there is nothing to measure in 3-D.")
            return
        self.close()
        reader = session.reader
        source = StackSource(
            stack,
            self._data_set.upright,
            session.correction_of,
            lambda digest: session.blinding.hides_from(digest, reader),
            session.spacing_mm,
        )
        self._job = StackMeasurer(source, self)
        self._job.measured.connect(self.told)
        self._job.failed.connect(self.complained)
        self._job.start()

    def close(self) -> None:
        """Let go of a measuring that is under way."""
        if self._job is not None:
            self._job.close()
            self._job.deleteLater()
            self._job = None

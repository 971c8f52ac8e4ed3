"""What a crash left, and what can be read of a damaged review."""

from __future__ import annotations

from pathlib import Path

from PyQt5.QtCore import QObject, QTimer

from brainseg_gui.review.values.access import Access
from brainseg_gui.ui.controllers.data_set import DataSet
from brainseg_gui.ui.controllers.reviewing import Reviewing
from brainseg_gui.ui.jobs.inspection import Inspection
from brainseg_gui.ui.jobs.recovery import Recovery
from brainseg_gui.ui.panels.status_bar import StatusBar
from brainseg_gui.ui.widgets.band import Band
from brainseg_gui.ui.widgets.notice import Notice
from brainseg_gui.ui.worklist.panel import WorklistPanel


class Recovering(QObject):
    """Says who has the review or why there is none, and brings back what can be."""

    def __init__(
        self,
        data_set: DataSet,
        reviewing: Reviewing,
        worklist: WorklistPanel,
        status: StatusBar,
        notice: Notice,
        band: Band,
    ) -> None:
        super().__init__()
        self._data_set, self._reviewing, self._worklist = data_set, reviewing, worklist
        self._status, self._notice, self._band = status, notice, band
        self._recovery: Recovery | None = None
        self._inspection: Inspection | None = None
        data_set.opened.connect(self._on_opened)

    def recover(self, new: Path) -> None:
        """Read what can be read of the damaged review into a new file, and go on with that."""
        damaged = self._data_set.session.access.damaged
        if damaged is None:
            return
        self._status.show_task("Reading the damaged review…")
        self._recovery = Recovery(damaged, new, self)
        self._recovery.recovered.connect(self._on_recovered)
        self._recovery.failed.connect(self._notice.warn)
        self._recovery.finished.connect(lambda: self._status.show_task(""))
        self._recovery.start()

    def close(self) -> None:
        """Leave a recovery under way: there is no new review until it is whole."""
        if self._recovery is not None:
            self._recovery.close()
        self._end_inspection()

    def _on_opened(self) -> None:
        access = self._show_access()
        self._end_inspection()
        if access.unchecked is not None:
            self._inspection = Inspection(access.unchecked, self)
            self._inspection.damaged.connect(self._on_damaged)
            self._inspection.start()
        # After what the data set says of the review: the band says who has it, and news of a
        # crash would be gone.
        QTimer.singleShot(0, self._tell_recovered)

    def _show_access(self) -> Access:
        access = self._data_set.session.access
        self._band.say(access.holder or access.trouble, offers=access.damaged is not None)
        return access

    def _on_damaged(self, sentence: str) -> None:
        """Go on without writing; what was done by then is kept as well as the file can."""
        screen = self._data_set.screen
        screen.leaving.emit()
        self._data_set.session.only_look(sentence)
        self._show_access()
        screen.refresh()

    def _end_inspection(self) -> None:
        if self._inspection is not None:
            if self._inspection.close():
                self._inspection.deleteLater()
            self._inspection = None

    def _tell_recovered(self) -> None:
        said, session = self._notice, self._data_set.session
        if session.holder:
            said.withdraw(session.holder)
        if recovered := session.recovered:
            before = f" {said.text.text()}" if said.isVisible() else ""
            said.offer(recovered + before, "Show", self._show_recovered)

    def _show_recovered(self) -> None:
        """Go to the slice that was edited last."""
        name = self._data_set.session.recovered_slice
        entries = self._worklist.model.entries()
        entry = next((entry for entry in entries if entry.name == name), None)
        if entry is not None:
            self._worklist.choose(entry.path)

    def _on_recovered(self, new: Path, report: str) -> None:
        """Go on with the new review."""
        self._reviewing.open(self._data_set.paths, new)
        self._notice.warn(
            f"Recovered into {new}: {report} The damaged file stays as it is; put the new one in "
            "its place, or open it with --review."
        )

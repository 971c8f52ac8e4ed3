"""The review as a whole: who reviews, who else has it, what a crash left, and where next."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PyQt5.QtCore import QObject, QTimer

from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.review.values.verdict import Verdict
from brainseg_gui.ui.actions.table import WHY_NOT, Needs
from brainseg_gui.ui.dialogs.reader_choice import known_readers, remember_reader
from brainseg_gui.ui.jobs.recovery import Recovery
from brainseg_gui.ui.widgets.settings import ADVANCE, settings

if TYPE_CHECKING:
    from brainseg_gui.ui.window.main_window import MainWindow


class Reviewing(QObject):
    """Goes between the review's parts and the window's."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._recovery: Recovery | None = None
        self._refused = False  # and said so, in a review that somebody else has
        self._connect(window)
        window.actions_by_name["advance"].setChecked(settings.get(ADVANCE))
        self.show_reader()

    def _connect(self, window: MainWindow) -> None:
        window.data_set.opened.connect(self._on_opened)
        for part in (window.deciding, window.preview, window.history):
            part.complained.connect(window.notice.warn)
        window.deciding.decided.connect(self._on_decided)
        window.deciding.noted.connect(window.presenter.refresh)
        window.decision_panel.comment.left.connect(window.canvas.setFocus)
        window.preview.changed.connect(window.presenter.refresh)
        window.editing.edited.connect(window.history.refresh)
        window.history.opened.connect(self._on_history)
        window.tool_bar.reader_chosen.connect(self.use_reader)
        window.canvas.refused.connect(self._on_refused)

    def use_reader(self, name: str) -> None:
        """Go on under a name, now and at the next start."""
        remember_reader(name)
        self.change_reader(name)
        self.show_reader()

    def recover(self, new: Path) -> None:
        """Read what can be read of the damaged review into a new file, and go on with that."""
        damaged = self._window.data_set.session.access.damaged
        if damaged is None:
            return
        self._window.status.show_task("Reading the damaged review…")
        self._recovery = Recovery(damaged, new, self)
        self._recovery.recovered.connect(self._on_recovered)
        self._recovery.failed.connect(self._window.notice.warn)
        self._recovery.finished.connect(lambda: self._window.status.show_task(""))
        self._recovery.start()

    def change_reader(self, name: str) -> None:
        """Go on under another name, with that reader's own correction and verdict."""
        if name == self._window.data_set.session.reader or not self._window.leave_slice():
            return
        try:
            self._window.data_set.change_reader(name)
        except StoreError as error:
            self._window.notice.warn(str(error))
            return
        self._window.editing.show()
        self._window.history.refresh()

    def show_reader(self) -> None:
        """Say who reviews."""
        reader = self._window.data_set.session.reader
        known = sorted({reader, *known_readers()}, key=str.casefold)
        self._window.tool_bar.show_reader(reader, known)

    def _tell_recovered(self) -> None:
        said, session = self._window.notice, self._window.data_set.session
        if session.holder:
            said.withdraw(session.holder)
        if recovered := session.recovered:
            before = f" {said.text.text()}" if said.isVisible() else ""
            said.offer(recovered + before, "Show", self._show_recovered)

    def _on_recovered(self, new: Path, report: str) -> None:
        """Go on with the new review."""
        self._window.open(self._window.opened_paths, new)
        self._window.notice.warn(
            f"Recovered into {new}: {report} The damaged file stays as it is; put the new one in "
            "its place, or open it with --review."
        )

    def _show_recovered(self) -> None:
        """Go to the slice that was edited last."""
        name = self._window.data_set.session.recovered_slice
        entries = self._window.worklist.model.entries()
        entry = next((entry for entry in entries if entry.name == name), None)
        if entry is not None:
            self._window.worklist.choose(entry.path)

    def _on_decided(self, verdict: Verdict) -> None:
        if not self._window.data_set.session.unsaved:
            self._window.status.show_saved("")
        self._window.canvas.setFocus()
        self._window.presenter.refresh()
        self._window.history.refresh()
        if verdict.is_decision and self._window.actions_by_name["advance"].isChecked():
            self._window.worklist.next_unreviewed()

    def _on_history(self, on: bool) -> None:
        self._window.actions_by_name["history"].setChecked(on)
        self._window.side_panel.show_history(on)

    def _on_refused(self) -> None:
        """Painting is off: say why."""
        session = self._window.data_set.session
        if self._window.preview.shown is not None:
            self._window.notice.tell(f"{WHY_NOT[Needs.PRESENT]}.")
        elif session.read_only and not self._refused:
            self._refused = True  # the band goes on saying it
            self._window.notice.tell(session.holder)

    def close(self) -> None:
        """Wait for a recovery under way: half a review is none."""
        if self._recovery is not None:
            self._recovery.close()

    def _on_opened(self) -> None:
        data_set = self._window.data_set
        self._refused = False
        access = data_set.session.access
        self._window.review_band.say(
            access.holder or access.trouble, offers=access.damaged is not None
        )
        # After what the data set says of the review: the band says who has it, and news of a
        # crash would be gone.
        QTimer.singleShot(0, self._tell_recovered)

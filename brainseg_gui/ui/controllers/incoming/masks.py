"""Load masks that were made elsewhere: chosen, shown, then taken as corrections."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt5.QtCore import QObject, QTimer, pyqtSignal
from PyQt5.QtWidgets import QWidget

from brainseg_gui.review.incoming.classes import keep_labels
from brainseg_gui.review.incoming.loading import Incoming
from brainseg_gui.review.incoming.plan import Fit, Misfit, Plan, has_work
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.ui.controllers.data_set import DataSet
from brainseg_gui.ui.controllers.editing import Editing
from brainseg_gui.ui.controllers.incoming.tally import Tally
from brainseg_gui.ui.dialogs import dialogs
from brainseg_gui.ui.worklist.model import WorklistModel

if TYPE_CHECKING:  # a start does without them
    from brainseg_gui.ui.dialogs.incoming.masks import LoadMasks
    from brainseg_gui.ui.jobs.incoming.masks import MaskLoader, MaskMatcher

UNDER_WAY = "Masks are being loaded: wait for their end, or stop it with Escape."


class LoadingMasks(QObject):
    """Asks for masks, shows which slices they fit, and makes them corrections one by one.

    Each is a step of its own, on its own slice; what was done when it is stopped stays.

    Signals
    -------
    changed()
        Loading began or ended.
    working(str)
        How far it is; empty when it ended.
    told(str)
    complained(str)
    """

    changed = pyqtSignal()
    working = pyqtSignal(str)
    told = pyqtSignal(str)
    complained = pyqtSignal(str)

    def __init__(
        self, data_set: DataSet, editing: Editing, rows: WorklistModel, asks: QWidget
    ) -> None:
        super().__init__()
        self._data_set, self._editing, self._rows = data_set, editing, rows
        self._asks = asks
        self.dialog: LoadMasks | None = None
        self._matcher: MaskMatcher | None = None
        self._loader: MaskLoader | None = None
        self._tally = Tally()
        self._source = Path()  # of the masks that are shown
        data_set.opened.connect(self.close)

    @property
    def busy(self) -> bool:
        """Tell whether masks are being loaded."""
        return self._loader is not None

    def ask(self) -> None:
        """Show the dialog in which masks are chosen, and what of them fits."""
        from brainseg_gui.ui.dialogs.incoming.masks import LoadMasks

        if self.busy:
            self.told.emit(UNDER_WAY)
            return
        self._close_dialog()
        folder = self._data_set.folder
        dialog = self.dialog = LoadMasks(self._asks.window(), str(folder or ""))
        dialog.chosen.connect(self.look_into)
        dialog.classes_asked.connect(self._ask_classes)
        dialog.accepted.connect(self._load)
        dialog.finished.connect(self._stop_matching)
        dialog.open()

    def look_into(self, source: Path) -> None:
        """Find out which slices the masks in a file or folder are for."""
        from brainseg_gui.ui.jobs.incoming.masks import MaskMatcher

        dialog = self.dialog
        if dialog is None:
            return
        self._stop_matching()
        self._source = source
        job = MaskMatcher(source, self._rows.entries(), self._data_set.screen.path, self)
        self._matcher = job
        job.progressed.connect(dialog.show_progress)
        job.matched.connect(self._show)
        job.failed.connect(dialog.show_failure)
        dialog.show_progress(0, 0)
        job.start()

    def cancel(self) -> None:
        """Stop before the next mask; those that are loaded stay."""
        if self._loader is not None:
            self._loader.cancel()

    def close(self) -> None:
        """Stop, and let go of what was found."""
        self._close_dialog()
        if self._loader is not None:
            self._loader.close()
            self._end()

    def _show(self, plan: Plan) -> None:
        if self.dialog is not None:
            corrected = self._data_set.session.corrected
            self.dialog.show_plan(plan, len(plan.worked_on(corrected)))

    def _ask_classes(self) -> None:
        """Have said which classes are tumour, keep it with the review, and look again."""
        dialog = self.dialog
        if dialog is None or dialog.plan is None:
            return
        try:
            said = dialogs.ask_loaded_classes(dialog, dialog.plan.classes)
            if said is not None:
                keep_labels(self._data_set.session, said)
                dialog.choose(self._source)
        except StoreError as error:
            dialog.show_failure(str(error))

    def _load(self) -> None:
        from brainseg_gui.ui.jobs.incoming.masks import MaskLoader

        dialog = self.dialog
        if dialog is None or dialog.plan is None:
            return
        self._data_set.screen.leaving.emit()  # what is drawn becomes a step before
        replaces, fits = dialog.replaces, self._wanted(dialog.plan, replaces=dialog.replaces)
        reader, kept = self._data_set.session.reader, len(dialog.plan.fits) - len(fits)
        self._tally = Tally(reader, len(fits), replaces, kept)
        session, upright = self._data_set.session, self._data_set.upright
        job = MaskLoader(fits, lambda entry: entry.name, upright, session.flush_loaded, self)
        self._loader = job
        job.loaded.connect(self._receive)
        job.refused.connect(self._tally.problems.append)
        job.failed.connect(self.complained)
        job.ended.connect(self._say)
        job.finished.connect(self._end)
        self.changed.emit()
        job.start()

    def _wanted(self, plan: Plan, *, replaces: bool) -> list[Fit]:
        corrected = self._data_set.session.corrected
        # The rows as they are now: while the dialog was open a prediction may have been accepted.
        now = {it.path: it for it in self._rows.entries()}
        return [
            it
            for it in plan.fits
            if replaces or not has_work(now.get(it.entry.path, it.entry), corrected)
        ]

    def _receive(self, it: Incoming) -> None:
        """Take a mask; the next one comes when the window has seen to everything else."""
        loader = self._loader
        if loader is None or loader.cancelled:
            return
        self._take(it)
        if self._tally.is_time_to_say():
            self._tell_how_far()
        QTimer.singleShot(0, loader.go_on)

    def _tell_how_far(self) -> None:
        """Say it in the status bar, and in the rows of what was loaded since."""
        self.working.emit(self._tally.progress)
        self._tally.show_in(self._rows)

    def _take(self, it: Incoming) -> None:
        """Make a mask the correction of its slice, on the screen where that is shown."""
        session, digest = self._data_set.session, it.label.digest
        if not self._tally.replaces and (
            digest in session.corrected or session.at_hand(digest) is not None
        ):
            self._tally.spared += 1
            return
        if session.reader != self._tally.reader:  # the rest would be another one's corrections
            self.cancel()
            self._tally.problems.append(Misfit(it.label.name, "another reader is at work"))
            return
        try:
            changed = self._put(it)
        except StoreError as error:
            self._tally.problems.append(Misfit(it.label.name, str(error)))
            return
        self._tally.done += changed
        self._tally.same += not changed

    def _put(self, it: Incoming) -> bool:
        """Make a mask the correction of its slice; tell whether that changed anything."""
        session, digest = self._data_set.session, it.label.digest
        opened, changed = session.current, []
        if opened is not None and opened.slice.digest == digest:
            self._editing.finish()
            self._editing.replace(lambda: changed.append(session.load(it)))
            return any(changed)
        changed.append(session.load(it))
        self._tally.noted[digest] = it.dice
        return any(changed)

    def _say(self) -> None:
        """Say what came of it, in the rows too."""
        self._tell_how_far()
        if self._tally.unlisted:  # of which it is not known yet which slices they are
            with suppress(StoreError):  # the rows say then what they said before
                self._data_set.rows.read_review(self._data_set.session)
        tell = self.complained if self._tally.problems else self.told
        tell.emit(self._tally.sentence)

    def _end(self) -> None:
        if self._loader is not None:
            self._loader.deleteLater()
            self._loader = None
            self.working.emit("")
            self.changed.emit()

    def _stop_matching(self) -> None:
        if self._matcher is not None:
            self._matcher.close()
            self._matcher.deleteLater()
            self._matcher = None

    def _close_dialog(self) -> None:
        self._stop_matching()
        if self.dialog is not None:
            dialog, self.dialog = self.dialog, None
            dialog.close()
            dialog.deleteLater()

"""What is done with several rows of the worklist at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PyQt5.QtCore import QObject, pyqtSignal

from brainseg_gui.core.layer import Layer
from brainseg_gui.review.values.record import SliceLabel
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.review.values.verdict import ModelUse, Verdict
from brainseg_gui.review.worklist.batch import Plan, plan
from brainseg_gui.review.worklist.entry import Entry
from brainseg_gui.ui.actions.bindings import current_keys
from brainseg_gui.ui.controllers.data_set import DataSet
from brainseg_gui.ui.controllers.deciding import Deciding
from brainseg_gui.ui.controllers.seen import Seen
from brainseg_gui.ui.dialogs import dialogs
from brainseg_gui.ui.worklist.panel import WorklistPanel

DOING = {Verdict.ACCEPTED: "Accept", Verdict.REJECTED: "Reject", Verdict.FLAGGED: "Flag"}


class Batch(QObject):
    """Gives the chosen slices one verdict, and takes it back from all of them.

    Signals
    -------
    told(str)
        What was decided, or why nothing was.
    complained(str)
    """

    told = pyqtSignal(str)
    complained = pyqtSignal(str)

    def __init__(
        self, data_set: DataSet, worklist: WorklistPanel, deciding: Deciding, seen: Seen
    ) -> None:
        super().__init__()
        self._data_set, self._worklist = data_set, worklist
        self._deciding, self._seen = deciding, seen
        deciding.many_wanted_back.connect(self.take_back)

    @property
    def several(self) -> bool:
        """Tell whether more than one row is chosen."""
        return len(self._worklist.selected) > 1

    @property
    def digests(self) -> frozenset[str]:
        """Return which slices are chosen."""
        return frozenset(entry.digest for entry in self._entries()) - {""}

    def decide(self, verdict: Verdict) -> None:
        """Give the chosen slices a verdict, if the reader says yes to how many they are.

        What was not seen, and what has no mask to accept, is left out and named.
        """
        if not self._seen.awake:
            return
        self._data_set.screen.leaving.emit()
        what = plan(self._entries(), verdict, self._is_seen)
        if not what.given:
            self.told.emit(f"No verdict was given. Left out: {what.left_out}.")
        elif dialogs.ask_batch(self._worklist.window(), _question(what, verdict)):
            self._give(what, verdict)

    def take_back(self, paths: Sequence[Path]) -> None:
        """Take the last verdicts on some slices back; history stays."""
        model = self._worklist.model
        entries = [entry for path in paths if (entry := model.entry(path)) is not None]
        try:
            count = self._data_set.session.withdraw_from([entry.digest for entry in entries])
        except StoreError as error:
            self.complained.emit(str(error))
            return
        self._show(entries)
        self.told.emit(f"{count} verdicts are taken back.")

    def _give(self, what: Plan, verdict: Verdict) -> None:
        session = self._data_set.session
        try:
            session.decide_all([self._label(entry) for entry in what.given], verdict)
        except StoreError as error:
            self.complained.emit(str(error))
            return
        self._deciding.note_given([entry.path for entry in what.given])
        self._show(what.given)
        key = current_keys().first("take_back")
        many = "1 slice" if len(what.given) == 1 else f"{len(what.given)} slices"
        back = f" {key} takes that back." if key else ""
        left_out = f" Left out: {what.left_out}." if what.left_out else ""
        self.told.emit(f"{many} {verdict.value}.{back}{left_out}")

    def _show(self, entries: Sequence[Entry]) -> None:
        """Say in the rows how the slices stand now, and on the screen."""
        statuses = self._data_set.session.statuses()
        for entry in entries:
            if (status := statuses.get(entry.digest)) is not None:
                self._data_set.rows.note_status(entry.digest, status)
        self._data_set.screen.refresh()

    def _entries(self) -> list[Entry]:
        model = self._worklist.model
        found = (model.entry(path) for path in self._worklist.selected)
        return [entry for entry in found if entry is not None]

    def _is_seen(self, entry: Entry) -> bool:
        reader, view = self._data_set.session.reader, self._data_set.predictions.once(entry.digest)
        about: ModelUse | Layer | None = None if view is None else view.model
        if entry.corrected:
            about = Layer.CORRECTION
        return self._seen.has_seen(entry.digest, reader, about)

    def _label(self, entry: Entry) -> SliceLabel:
        shape = self._seen.shape_of(entry.digest)
        return SliceLabel(entry.digest, entry.name, entry.patient, entry.tumour, shape)


def _question(what: Plan, verdict: Verdict) -> str:
    many = "1 slice" if len(what.given) == 1 else f"{len(what.given)} slices"
    left_out = f"\n\nLeft out: {what.left_out}." if what.left_out else ""
    return f"{DOING[verdict]} {many}?{left_out}"

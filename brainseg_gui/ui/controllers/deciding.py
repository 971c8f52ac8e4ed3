"""Verdicts: from the panel and the keys to the review."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
from PyQt5.QtCore import QObject, QTimer, pyqtSignal

from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.review.values.verdict import Verdict, Version
from brainseg_gui.ui.actions.bindings import current_keys
from brainseg_gui.ui.controllers.editing import Editing
from brainseg_gui.ui.controllers.on_screen import OnScreen, Screen
from brainseg_gui.ui.controllers.seen import Seen
from brainseg_gui.ui.controllers.slices import Slices
from brainseg_gui.ui.controllers.verdicts.notes import Notes
from brainseg_gui.ui.dialogs import dialogs
from brainseg_gui.ui.panels.decision_panel import DecisionPanel
from brainseg_gui.ui.worklist.rows import Rows


class Deciding(QObject):
    """Gives verdicts and takes them back; keeps what is said beside them however a slice is left.

    A remark on a slice that has its verdict becomes a new version of the same verdict at once.
    One on a slice without a verdict waits in the review for the verdict.

    Signals
    -------
    decided(Verdict)
        The slice on the screen has a verdict, or (UNREVIEWED) has none any more.
    wanted(Path)
        The slice whose verdict is to be taken back is to be shown.
    many_wanted_back(sequence of Path)
        The slices whose verdicts, given at once, are to be taken back.
    told(str)
        What was decided.
    complained(str)
    """

    decided = pyqtSignal(object)
    wanted = pyqtSignal(object)
    many_wanted_back = pyqtSignal(object)
    told = pyqtSignal(str)
    complained = pyqtSignal(str)

    def __init__(
        self,
        screen: Screen,
        slices: Slices,
        rows: Rows,
        editing: Editing,
        seen: Seen,
        notes: Notes,
        panel: DecisionPanel,
    ) -> None:
        super().__init__()
        self._screen, self._slices, self._rows = screen, slices, rows
        self._editing, self._seen, self._notes, self._panel = editing, seen, notes, panel
        # Where this reader gave verdicts, each time on one slice or on many, the last one last.
        self._given: list[tuple[Path, ...]] = []
        self._takes_back: Path | None = None  # once it is on the screen
        notes.edited.connect(self.keep_notes)
        screen.changed.connect(self._show)

    def _show(self, now: OnScreen | None, before: OnScreen | None) -> None:
        """Write what the review says of the slice on the screen into panel and worklist."""
        status = now.status if now is not None else None
        self._notes.show(now)
        if now is not None:
            self._rows.note_status(now.slice.digest, now.status)
        self._panel.show_status(status, self._notes.waiting(status) if status else "")
        self._panel.name_accept(now is not None and now.corrects)
        if now is not None and now.path == self._takes_back:
            self._takes_back = None
            QTimer.singleShot(0, self._withdraw)  # when everybody has heard of the slice

    def decide(self, verdict: Verdict) -> None:
        """Give the slice on the screen a verdict, with the remarks in the panel.

        One that cannot be meant is not given: another slice is on its way, this one was hardly
        painted, or the key has been down since before. Where something hides what is decided
        about, the reader is asked.
        """
        self._editing.finish()
        now = self._screen.now
        if now is None or self._slices.arriving or not self._seen.meant:
            return
        obstacle = self._seen.obstacle
        if obstacle and not dialogs.ask_unseen(self._panel.window(), obstacle, verdict.value):
            return
        if self._repeats(verdict) or self._decide(verdict):
            self.note_given([now.path])
            self._screen.refresh()
            self.decided.emit(verdict)
            self.told.emit(self._sentence(now, verdict))

    def note_given(self, paths: Sequence[Path]) -> None:
        """Verdicts were given here, which `take_back` takes back together."""
        self._given.append(tuple(paths))

    @property
    def may_take_back(self) -> bool:
        """Tell whether there is a verdict to take back, here or where the last one was given."""
        now = self._screen.now
        return bool(self._given) or (now is not None and now.status.verdict.is_decision)

    def take_back(self) -> None:
        """Take the last verdict back, wherever it was given; history stays."""
        self._editing.finish()
        last = self._given.pop() if self._given else ()
        if len(last) > 1:
            self.many_wanted_back.emit(last)
        elif last in ((), (self._screen.path,)):
            self._withdraw()
        else:
            (self._takes_back,) = last
            self.wanted.emit(self._takes_back)

    def _withdraw(self) -> None:
        try:
            withdrawn = self._screen.session.withdraw()
        except StoreError as error:
            self.complained.emit(str(error))
            return
        if withdrawn and self._screen.now is not None:
            self._screen.refresh()
            self.decided.emit(Verdict.UNREVIEWED)
            self.told.emit(f"{self._screen.now.name}: the verdict is taken back.")

    def forget(self) -> None:
        """Another data set or reader: what was given before is not taken back from here."""
        self._given.clear()
        self._takes_back = None

    def forget_at(self, paths: Collection[Path]) -> None:
        """These slices are turned otherwise: no verdict given on them is taken back from here."""
        left = (tuple(path for path in given if path not in paths) for given in self._given)
        self._given = [given for given in left if given]

    def _sentence(self, now: OnScreen, verdict: Verdict) -> str:
        corrected = verdict is Verdict.ACCEPTED and now.corrects
        given = Verdict.CORRECTED if corrected else verdict
        key = current_keys().first("take_back")
        return f"{now.name} {given.value}." + (f" {key} takes it back." if key else "")

    def keep_notes(self) -> None:
        """Write what is said beside the verdict into the review, however it came about."""
        if not self._notes.unkept:
            return
        said, version = self._notes.written, self._standing()
        kept = self._decide(version.verdict) if version else self._notes.keep_draft(said)
        if kept:
            self._notes.settle(said)
            self._screen.refresh()

    def _decide(self, verdict: Verdict) -> bool:
        said = self._notes.written
        try:
            self._screen.session.decide(_given(verdict), said)
        except StoreError as error:
            self.complained.emit(str(error))
            return False
        self._notes.keep_draft(None)
        self._notes.settle(said)
        return True

    def _repeats(self, verdict: Verdict) -> bool:
        """Tell whether this very verdict stands: a key pressed twice is no second version."""
        standing = self._standing()
        now = self._screen.now
        corrects = verdict is Verdict.ACCEPTED and now is not None and now.corrects
        given = Verdict.CORRECTED if corrects else verdict
        return standing is not None and (
            (standing.verdict, standing.remarks) == (given, self._notes.written)
        )

    def _standing(self) -> Version | None:
        """Return the verdict that a new remark belongs to: of this reader, on this very mask."""
        now = self._screen.now
        if now is None or not now.status.verdict.is_decision:
            return None
        session = self._screen.session
        own = [
            version
            for version in session.versions()
            if version.reader == session.reader and not version.withdrawn
        ]
        if not own:
            return None
        try:
            same = now.has_mask and np.array_equal(session.version_mask(own[-1].id), now.mask)
        except StoreError:
            return None
        return own[-1] if same else None

    def save(self) -> str:
        """Write every comment that could not be written; return the sentence why not, or ""."""
        try:
            self._screen.session.save_drafts()
        except StoreError as error:
            return str(error)
        return ""


def _given(verdict: Verdict) -> Verdict:
    """The review itself tells accepted from corrected, by the mask."""
    return Verdict.ACCEPTED if verdict is Verdict.CORRECTED else verdict

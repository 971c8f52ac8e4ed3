"""Verdicts: from the panel and the keys to the review."""

from __future__ import annotations

import numpy as np
from PyQt5.QtCore import QObject, pyqtSignal

from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.review.values.verdict import Difficulty, Draft, SliceStatus, Verdict, Version
from brainseg_gui.ui.controllers.data_set import DataSet
from brainseg_gui.ui.controllers.editing import Editing
from brainseg_gui.ui.panels.decision_panel import DecisionPanel

UNSAID = "Comment waits for a verdict"


class Deciding(QObject):
    """Gives verdicts and takes them back; keeps comment and difficulty however a slice is left.

    A comment on a slice that has its verdict becomes a new version of the same verdict at once.
    One on a slice without a verdict waits in the review for the verdict.

    Signals
    -------
    decided(Verdict)
        The slice on the screen has a verdict, or (UNREVIEWED) has none any more.
    noted()
        Comment or difficulty of the verdict changed.
    complained(str)
    """

    decided = pyqtSignal(object)
    noted = pyqtSignal()
    complained = pyqtSignal(str)

    def __init__(self, data_set: DataSet, editing: Editing, panel: DecisionPanel) -> None:
        super().__init__(data_set)
        self._data_set, self._editing, self._panel = data_set, editing, panel
        self.status: SliceStatus | None = None  # of the slice on the screen, as last shown
        self._digest = ""  # of the slice whose comment is in the field
        self._reader = ""
        self._said: tuple[str, Difficulty] = ("", Difficulty.NONE)
        panel.comment.editingFinished.connect(self.keep_notes)

    def show(self) -> None:
        """Write what the review says of the slice on the screen into panel and worklist."""
        session = self._data_set.session
        digest = session.current.slice.digest if session.current else ""
        try:
            status = self.status = session.status() if session.current else None
            if (digest, session.reader) != (self._digest, self._reader):
                self._said = self._notes(status)
                self._digest, self._reader = digest, session.reader
                self._panel.show_comment(*self._said)
        except StoreError as error:
            self.complained.emit(str(error))
            return
        if status is not None:
            self._data_set.rows.note_status(digest, status)
        waits = status is not None and self._said != (status.comment, status.difficulty)
        self._panel.show_status(status, UNSAID if waits and self._said[0] else "")
        self._panel.name_accept(self.corrects)

    @property
    def corrects(self) -> bool:
        """Tell whether accepting now means that the correction is right, not the prediction."""
        correction, prediction = self._editing.correction, self._prediction()
        if correction is None or not correction.exists:
            return False
        return prediction is None or not np.array_equal(correction.mask, prediction)

    @property
    def has_mask(self) -> bool:
        """Tell whether there is something to accept."""
        correction = self._editing.correction
        return (correction is not None and correction.exists) or self._prediction() is not None

    def decide(self, verdict: Verdict) -> None:
        """Give the slice on the screen a verdict, with the comment and difficulty of the panel."""
        self._editing.finish()
        if self._data_set.path != self._data_set.shown_path:
            return  # another slice is on its way: the key may have been meant for that one
        if self._repeats(verdict) or self._decide(verdict):
            self.decided.emit(verdict)

    def take_back(self) -> None:
        """Take the verdict back; history stays."""
        self._editing.finish()
        try:
            withdrawn = self._data_set.session.withdraw()
        except StoreError as error:
            self.complained.emit(str(error))
            return
        if withdrawn:
            self.decided.emit(Verdict.UNREVIEWED)

    def set_difficulty(self, difficulty: Difficulty) -> None:
        """Choose a difficulty, or none where it was that already."""
        chosen = Difficulty.NONE if difficulty is self._said[1] else difficulty
        self._panel.show_comment(self._panel.comment.text(), chosen)
        self.keep_notes()

    def keep_notes(self) -> None:
        """Write comment and difficulty into the review, however they came about."""
        session = self._data_set.session
        said = (self._panel.comment.text().strip(), self._panel.difficulty)
        shown = session.current.slice.digest if session.current else ""
        if said == self._said or not self._digest or self._digest != shown or session.read_only:
            return
        version = self._standing()
        kept = self._decide(version.verdict) if version else self._keep_draft(Draft(*said))
        if kept:
            self._said = said
            self.noted.emit()

    def _decide(self, verdict: Verdict) -> bool:
        said = (self._panel.comment.text().strip(), self._panel.difficulty)
        try:
            self._data_set.session.decide(_given(verdict), *said)
        except StoreError as error:
            self.complained.emit(str(error))
            return False
        self._keep_draft(None)
        self._said = said
        return True

    def _repeats(self, verdict: Verdict) -> bool:
        """Tell whether this very verdict stands: a key pressed twice is no second version."""
        standing = self._standing()
        given = Verdict.CORRECTED if verdict is Verdict.ACCEPTED and self.corrects else verdict
        said = (self._panel.comment.text().strip(), self._panel.difficulty)
        return standing is not None and (
            (standing.verdict, standing.comment, standing.difficulty) == (given, *said)
        )

    def _standing(self) -> Version | None:
        """Return the verdict that a new comment belongs to: of this reader, on this very mask."""
        status = self.status
        if status is None or not status.verdict.is_decision:
            return None
        session = self._data_set.session
        own = [
            version
            for version in session.versions()
            if version.reader == session.reader and not version.withdrawn
        ]
        if not own:
            return None
        correction, prediction = self._editing.correction, self._prediction()
        now = correction.mask if correction and correction.exists else prediction
        try:
            same = now is not None and np.array_equal(session.version_mask(own[-1].id), now)
        except StoreError:
            return None
        return own[-1] if same else None

    def _prediction(self) -> np.ndarray | None:
        current = self._data_set.session.current
        view = self._data_set.shelf.get(current.slice.digest) if current else None
        return view.mask if view else None

    # --- a comment without a verdict ---

    def save(self) -> str:
        """Write every comment that could not be written; return the sentence why not, or ""."""
        try:
            self._data_set.session.save_drafts()
        except StoreError as error:
            return str(error)
        return ""

    def _notes(self, status: SliceStatus | None) -> tuple[str, Difficulty]:
        """Return comment and difficulty as they were left: those that wait, else the verdict's."""
        if status is None:
            return "", Difficulty.NONE
        said = self._data_set.session.draft() or status
        return said.comment, said.difficulty

    def _keep_draft(self, draft: Draft | None) -> bool:
        """Keep what waits for a verdict; None: nothing does any more."""
        session = self._data_set.session
        if session.path is None:
            return False
        try:
            session.keep_draft(draft)
        except StoreError as error:
            self.complained.emit(str(error))
            return False
        return True


def _given(verdict: Verdict) -> Verdict:
    """The review itself tells accepted from corrected, by the mask."""
    return Verdict.ACCEPTED if verdict is Verdict.CORRECTED else verdict

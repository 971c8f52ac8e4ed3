"""What the reader says of a slice beside the verdict: written, shown, kept until there is one."""

from __future__ import annotations

from dataclasses import replace

from PyQt5.QtCore import QObject, pyqtSignal

from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.review.values.verdict import (
    NO_REMARKS,
    Difficulty,
    Grade,
    Remarks,
    SliceStatus,
)
from brainseg_gui.ui.controllers.on_screen import OnScreen, Screen
from brainseg_gui.ui.dialogs import dialogs
from brainseg_gui.ui.panels.decision_panel import DecisionPanel


class Notes(QObject):
    """Brings remarks from the review to the panel, and drafts of them back.

    Signals
    -------
    edited()
        The panel says something else than before.
    complained(str)
    """

    edited = pyqtSignal()
    complained = pyqtSignal(str)

    def __init__(self, screen: Screen, panel: DecisionPanel) -> None:
        super().__init__()
        self._screen, self._panel = screen, panel
        self._noted = ("", "")  # slice and reader whose remarks are in the panel
        self._said = NO_REMARKS
        panel.comment.editingFinished.connect(self.edited)
        panel.reasons.chosen.connect(lambda *_: self.edited.emit())
        panel.reasons.change_wanted.connect(self.change_reasons)

    @property
    def written(self) -> Remarks:
        """Return what the panel says."""
        return self._panel.remarks

    @property
    def unkept(self) -> bool:
        """Tell whether the panel says something of the slice on the screen that is not kept."""
        now = self._screen.now
        if now is None or now.read_only or self._noted != (now.slice.digest, now.reader):
            return False
        return self.written != self._said

    def show(self, now: OnScreen | None) -> None:
        """Show what the review says of the slice on the screen, unless that is there already."""
        shown = (now.slice.digest, now.reader) if now is not None else ("", "")
        if shown == self._noted:
            return
        try:
            said = self._read(now)
        except StoreError as error:
            self.complained.emit(str(error))
            return
        self._said, self._noted = said, shown
        self._panel.reasons.offer(self._screen.session.reasons)
        self._panel.show_remarks(said)

    def waiting(self, status: SliceStatus) -> str:
        """Say that something waits for a verdict; "" where nothing does."""
        if self._said == status.remarks:
            return ""
        if self._said.comment != status.comment and self._said.comment:
            return "Comment waits for a verdict"
        graded = self._said.grade.value or self._said.unusable or self._said.reasons
        return "Grade waits for a verdict" if graded else ""

    def settle(self, said: Remarks) -> None:
        """This is kept now."""
        self._said = said

    def keep_draft(self, draft: Remarks | None) -> bool:
        """Keep what waits for a verdict; None: nothing does any more."""
        session = self._screen.session
        if session.path is None:
            return False
        try:
            session.keep_draft(draft)
        except StoreError as error:
            self.complained.emit(str(error))
            return False
        return True

    # --- what the reader chooses; what is chosen already is taken back ---

    def set_difficulty(self, difficulty: Difficulty) -> None:
        """Choose how hard the slice is to read."""
        chosen = Difficulty.NONE if difficulty is self._said.difficulty else difficulty
        self._write(difficulty=chosen)

    def set_grade(self, grade: Grade) -> None:
        """Choose how much of the proposal has to be changed."""
        self._write(grade=Grade.NONE if grade is self._said.grade else grade)

    def set_unusable(self, unusable: bool) -> None:
        """Say that the image itself is of no use, or that it is of use."""
        self._write(unusable=unusable)

    def change_reasons(self) -> None:
        """Ask for the data set's own list of reasons."""
        session = self._screen.session
        reasons = dialogs.ask_reasons(self._panel.window(), session.reasons)
        if reasons is None:
            return
        try:
            session.declare_reasons(reasons)
        except StoreError as error:
            self.complained.emit(str(error))
        written = self.written
        self._panel.reasons.offer(session.reasons)
        self._panel.show_remarks(written)

    def _write(self, **chosen: object) -> None:
        self._panel.show_remarks(replace(self.written, **chosen))  # type: ignore[arg-type]
        self.edited.emit()

    def _read(self, now: OnScreen | None) -> Remarks:
        """Return the remarks as they were left: those that wait, else the verdict's."""
        return NO_REMARKS if now is None else self._screen.session.draft() or now.status.remarks

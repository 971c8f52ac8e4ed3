"""What the commands of the Review menu do."""

from __future__ import annotations

from brainseg_gui.review.values.verdict import Difficulty, Grade, Verdict
from brainseg_gui.ui.controllers.parts import Parts
from brainseg_gui.ui.dialogs.reader_choice import ReaderDialog, known_readers
from brainseg_gui.ui.widgets.settings import ADVANCE, settings


class ReviewCommands:
    """Verdicts, comment, history and reader."""

    def __init__(self, parts: Parts) -> None:
        self._parts, self._deciding, self._notes = parts, parts.deciding, parts.notes

    def accept(self) -> None:
        """The mask is right."""
        self._decide(Verdict.ACCEPTED)

    def reject(self) -> None:
        """No mask is of use."""
        self._decide(Verdict.REJECTED)

    def flag(self) -> None:
        """Somebody else should look."""
        self._decide(Verdict.FLAGGED)

    def _decide(self, verdict: Verdict) -> None:
        """Where several rows are chosen it is about all of them, after a question."""
        batch = self._parts.batch
        (batch if batch.several else self._deciding).decide(verdict)

    def accept_selected(self) -> None:
        """The masks of the chosen rows are right."""
        self._parts.batch.decide(Verdict.ACCEPTED)

    def reject_selected(self) -> None:
        """Those of the chosen rows are of no use."""
        self._parts.batch.decide(Verdict.REJECTED)

    def flag_selected(self) -> None:
        """Somebody else should look at the chosen rows."""
        self._parts.batch.decide(Verdict.FLAGGED)

    def take_back(self) -> None:
        """The verdict is none."""
        self._deciding.take_back()

    def difficulty_easy(self, _on: bool) -> None:
        """Easy to read."""
        self._notes.set_difficulty(Difficulty.EASY)

    def difficulty_medium(self, _on: bool) -> None:
        """Between easy and hard."""
        self._notes.set_difficulty(Difficulty.MEDIUM)

    def difficulty_hard(self, _on: bool) -> None:
        """Hard to read."""
        self._notes.set_difficulty(Difficulty.HARD)

    def grade_no_change(self, _on: bool) -> None:
        """The proposal is right."""
        self._notes.set_grade(Grade.NO_CHANGE)

    def grade_minor(self, _on: bool) -> None:
        """A little has to be changed."""
        self._notes.set_grade(Grade.MINOR)

    def grade_major(self, _on: bool) -> None:
        """Much has to be changed."""
        self._notes.set_grade(Grade.MAJOR)

    def grade_wrong_place(self, _on: bool) -> None:
        """The proposal lies elsewhere."""
        self._notes.set_grade(Grade.WRONG_PLACE)

    def unusable(self, on: bool) -> None:
        """The image itself is of no use."""
        self._notes.set_unusable(on)

    def reasons(self) -> None:
        """Show the reasons to tick."""
        self._parts.decision_panel.reasons.open()

    def comment(self) -> None:
        """Put the cursor into the comment."""
        self._parts.decision_panel.comment.setFocus()

    def advance(self, on: bool) -> None:
        """Go on after a verdict, or stay."""
        settings.put(ADVANCE, on)

    def hide_reference(self, on: bool) -> None:
        """Keep the reference hidden until the verdict, or show it."""
        self._parts.reference_offer.hide(on)

    def history(self, on: bool) -> None:
        """Show what was changed here, or the panels again."""
        self._parts.history.show(on)

    def restore(self) -> None:
        """Make the mask that is looked back at the correction."""
        self._parts.history.restore()

    def leave_preview(self) -> None:
        """Show the present mask again."""
        self._parts.look_back.leave()

    def cohort(self) -> None:
        """All slices in numbers and pictures, in a window of its own."""
        self._parts.reporting.show_cohort()

    def change_reader(self) -> None:
        """Ask who reviews from now on."""
        reader = self._parts.data_set.session.reader
        dialog = ReaderDialog(self._parts.canvas.window(), reader, known_readers())
        if dialog.exec_() and dialog.name:
            self._parts.reviewing.use_reader(dialog.name)

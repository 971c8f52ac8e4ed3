"""What each command of the Review menu does; one short method each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QObject

from brainseg_gui.review.values.verdict import Difficulty, Verdict
from brainseg_gui.ui.dialogs.reader_choice import ReaderDialog, known_readers
from brainseg_gui.ui.widgets.settings import ADVANCE, settings

if TYPE_CHECKING:
    from brainseg_gui.ui.window.main_window import MainWindow


class ReviewCommands(QObject):
    """Verdicts, comment, history and reader, through the window's parts."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    def accept(self) -> None:
        """The mask is right."""
        self._window.deciding.decide(Verdict.ACCEPTED)

    def reject(self) -> None:
        """No mask is of use."""
        self._window.deciding.decide(Verdict.REJECTED)

    def flag(self) -> None:
        """Somebody else should look."""
        self._window.deciding.decide(Verdict.FLAGGED)

    def take_back(self) -> None:
        """The verdict is none."""
        self._window.deciding.take_back()

    def difficulty_easy(self, _on: bool) -> None:
        """Easy to read."""
        self._window.deciding.set_difficulty(Difficulty.EASY)

    def difficulty_medium(self, _on: bool) -> None:
        """Between easy and hard."""
        self._window.deciding.set_difficulty(Difficulty.MEDIUM)

    def difficulty_hard(self, _on: bool) -> None:
        """Hard to read."""
        self._window.deciding.set_difficulty(Difficulty.HARD)

    def comment(self) -> None:
        """Put the cursor into the comment."""
        self._window.decision_panel.comment.setFocus()

    def advance(self, on: bool) -> None:
        """Go on after a verdict, or stay."""
        settings.put(ADVANCE, on)

    def history(self, on: bool) -> None:
        """Show what was changed here, or the panels again."""
        self._window.history.show(on)

    def restore(self) -> None:
        """Make the mask of the preview the correction."""
        self._window.history.restore()

    def leave_preview(self) -> None:
        """Show the present mask again."""
        self._window.preview.leave()

    def change_reader(self) -> None:
        """Ask who reviews from now on."""
        window = self._window
        dialog = ReaderDialog(window, window.data_set.session.reader, known_readers())
        if dialog.exec_() and dialog.name:
            window.reviewing.use_reader(dialog.name)

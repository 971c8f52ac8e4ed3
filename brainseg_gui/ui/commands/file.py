"""What the commands of the File menu do."""

from __future__ import annotations

from pathlib import Path

from brainseg_gui.resources import resource
from brainseg_gui.review.opening import own_review
from brainseg_gui.ui.commands.context import show_in_folder
from brainseg_gui.ui.controllers.parts import Parts
from brainseg_gui.ui.dialogs import dialogs
from brainseg_gui.ui.dialogs.export_scope import Scope

DEMO_REVIEW = "demo-review.sqlite"


class FileCommands:
    """Opens, exports, saves, recovers, quits."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def open_folder(self) -> None:
        """Ask for a folder and open it."""
        folder = dialogs.ask_folder(self._parts.canvas.window(), "Open folder", self._last_folder())
        if folder:
            self._parts.reviewing.open([folder])

    def open_files(self) -> None:
        """Ask for slices and open them."""
        if paths := dialogs.ask_slices(self._parts.canvas.window(), self._last_folder()):
            self._parts.reviewing.open(paths)

    def open_demo(self, review: Path | None = None) -> None:
        """Open the simulated slices; their review is kept in the user's own folder."""
        self._parts.reviewing.open([resource("demo")], review or own_review(DEMO_REVIEW))

    def choose_variables(self) -> None:
        """Ask which variables of plain MATLAB files are what."""
        self._parts.screen.leaving.emit()
        self._parts.plain_variables.ask()

    def load_masks(self) -> None:
        """Take masks that were made elsewhere."""
        self._parts.screen.leaving.emit()
        self._parts.loading_masks.ask()

    def export_mask(self) -> None:
        """Export the correction on the screen."""
        self._parts.screen.leaving.emit()
        self._parts.exporting.ask(Scope.SLICE)

    def export_all(self) -> None:
        """Export every mask of the review that was accepted or corrected."""
        self._export(Scope.ALL)

    def export_selected(self) -> None:
        """Export those of the rows that are chosen in the list."""
        self._export(Scope.CHOSEN)

    def _export(self, scope: Scope) -> None:
        self._parts.screen.leaving.emit()
        if not self._parts.editing.save():
            self._parts.exporting.ask(scope)

    def case_sheet(self) -> None:
        """Write what there is to say of the slice, or of the rows that are chosen."""
        self._parts.reporting.papers.save_sheets()

    def show_in_folder(self) -> None:
        """Show where the slice on the screen lies."""
        if self._parts.screen.path is not None:
            show_in_folder(self._parts.screen.path)

    def save(self) -> None:
        """Try again what could not be written."""
        self._parts.screen.leaving.emit()
        self._parts.editing.save()

    def recover(self) -> None:
        """Ask where to, and read what can be read of a damaged review into a new file."""
        damaged = self._parts.data_set.session.access.damaged
        if damaged is None:
            return
        proposed = damaged.with_name(f"{damaged.stem}-recovered.sqlite")
        if new := dialogs.ask_new_review(self._parts.canvas.window(), proposed):
            self._parts.recovering.recover(new)

    def quit(self) -> None:
        """Close the window."""
        self._parts.canvas.window().close()

    def _last_folder(self) -> str:
        folder = self._parts.data_set.folder
        return str(folder) if folder else ""

"""Ask where masks should go, have them written, and say what was written."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from PyQt5.QtCore import QObject, pyqtSignal
from PyQt5.QtWidgets import QWidget

from brainseg_gui.core.image.orientation import turned_back
from brainseg_gui.review.exports import mask_path
from brainseg_gui.ui.controllers.on_screen import Screen
from brainseg_gui.ui.dialogs import dialogs
from brainseg_gui.ui.jobs.exporter import Exported, Exporter, MaskExporter, ReviewExporter
from brainseg_gui.ui.panels.model_panel import duration
from brainseg_gui.ui.widgets.settings import EXPORT_FOLDER, settings

NOTHING_LOST = "Nothing of your work is lost; choose another place."
UNDER_WAY = "An export is under way: wait for its end, or stop it with Escape."


class Exporting(QObject):
    """Runs one export at a time; slices are painted and walked meanwhile.

    Signals
    -------
    changed()
        An export began or ended.
    working(str)
        How far it is; empty when it ended.
    told(str)
        What was written.
    complained(str)
        One sentence on what was not.
    """

    changed = pyqtSignal()
    working = pyqtSignal(str)
    told = pyqtSignal(str)
    complained = pyqtSignal(str)

    def __init__(self, screen: Screen, asks: QWidget) -> None:
        super().__init__()
        self._screen = screen
        self._asks = asks  # beside which questions are asked
        self._job: Exporter | None = None

    @property
    def busy(self) -> bool:
        """Tell whether masks are being written."""
        return self._job is not None

    def export_mask(self, folder: Path) -> None:
        """Ask for a file, first in this folder, and write the correction on the screen to it."""
        now = self._screen.now
        if now is None or now.correction is None or self._refuses():
            return
        proposed = folder / mask_path(now.name, folder).name
        path = dialogs.ask_mask_file(self._asks.window(), proposed)
        if path:
            settings.put(EXPORT_FOLDER, str(path.parent))
            mask = turned_back(now.correction, now.slice.turn).copy()
            self._start(MaskExporter(path, mask, self))

    def export_all(
        self, folder: Path, slices: Path | None, only: Collection[str] | None = None
    ) -> None:
        """Ask for a folder, first this one, and write every mask that was accepted or corrected.

        They are named by the files that have their pixels in `slices`; with `only`, it is about the
        slices with these digests alone.
        """
        review = self._screen.session.path
        if review is None or self._refuses():
            return
        chosen = dialogs.ask_folder(self._asks.window(), _title(only), str(folder))
        if chosen:
            settings.put(EXPORT_FOLDER, str(chosen))
            self._start(ReviewExporter(review, slices, chosen, self, only))

    def cancel(self) -> None:
        """Stop before the next mask; those that are written stay."""
        if self._job is not None:
            self._job.cancel()

    def close(self) -> None:
        """Stop, and wait until the mask under way is whole, though not for ever."""
        if self._job is not None:
            self._job.close()
            self._job = None

    def _refuses(self) -> bool:
        if self.busy:
            self.told.emit(UNDER_WAY)
        return self.busy

    def _start(self, job: Exporter) -> None:
        self._job = job
        job.progressed.connect(self._on_progressed)
        job.exported.connect(self._on_exported)
        job.failed.connect(self._on_failed)
        job.finished.connect(self._end)
        self.working.emit("Exporting…")
        self.changed.emit()
        job.start()

    def _end(self) -> None:
        if self._job is not None:
            self._job.deleteLater()
            self._job = None
            self.working.emit("")
            self.changed.emit()

    def _on_progressed(self, done: int, total: int, per_second: float) -> None:
        pace = ""
        if per_second:
            left = duration((total - done) / per_second)
            pace = f" · {per_second:.0f} masks/s · {left} left"
        self.working.emit(f"Exporting {done} of {total}{pace} · Escape stops")

    def _on_exported(self, what: Exported) -> None:
        (self.complained if what.problems else self.told).emit(_summary(what))

    def _on_failed(self, sentence: str) -> None:
        self.complained.emit(f"{sentence.rstrip('.')}. {NOTHING_LOST}")


def _title(only: Collection[str] | None) -> str:
    return "Export all corrected masks" if only is None else "Export the chosen masks"


def _summary(what: Exported) -> str:
    """Return what an export came to, as the reader is told."""
    masks = "1 mask" if what.written == 1 else f"{what.written} masks"
    parts = []
    if what.left:
        parts.append(f"The export was stopped, {what.left} to go")
    if what.written:
        parts.append(f"{masks} written, read back and compared: {what.place}")
    if what.problems:
        first = str(what.problems[0]).rstrip(".")
        parts.append(f"{len(what.problems)} could not be written, the first: {first}")
        parts.append(NOTHING_LOST)
    if what.left_out:
        masks = "1 mask is" if what.left_out == 1 else f"{what.left_out} masks are"
        parts.append(f"{masks} neither accepted nor called corrected, and not exported")
    if what.aside:
        masks = "1 mask is" if what.aside == 1 else f"{what.aside} masks are"
        parts.append(f"{masks} of slices that lie otherwise now, and not exported")
    return ". ".join(parts) or "There is no corrected mask to export yet."

"""Case sheets and other files: where they go is asked, and they are written in the background."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt5.QtCore import QObject, pyqtSignal
from PyQt5.QtWidgets import QWidget

from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.ui.controllers.data_set import DataSet
from brainseg_gui.ui.controllers.networks.network import Network
from brainseg_gui.ui.widgets.settings import EXPORT_FOLDER, settings
from brainseg_gui.ui.worklist.panel import WorklistPanel

if TYPE_CHECKING:
    from brainseg_gui.review.worklist.entry import Entry
    from brainseg_gui.ui.jobs.paper_writer import PaperJob

UNDER_WAY = "Another report or case sheet is being written: wait for its end."


class Papers(QObject):
    """Writes one document at a time.

    Signals
    -------
    told(str)
    complained(str)
    working(str)
        What is being written; empty when it ended.
    """

    told = pyqtSignal(str)
    complained = pyqtSignal(str)
    working = pyqtSignal(str)

    def __init__(
        self, data_set: DataSet, network: Network, worklist: WorklistPanel, asks: QWidget
    ) -> None:
        super().__init__()
        self._data_set, self._network = data_set, network
        self._worklist, self._asks = worklist, asks
        self._writer: PaperJob | None = None

    def save_sheets(self) -> None:
        """Ask where to, and write the sheet of the slice on the screen, or of the chosen rows."""
        from brainseg_gui.ui.dialogs.paper import ask_sheet_file

        entries = self._chosen()
        if not entries or self._refuses():
            return
        name = Path(entries[0].name).stem if len(entries) == 1 else "case-sheets"
        path = ask_sheet_file(self._asks.window(), self.folder / f"{name}.pdf")
        if path:
            settings.put(EXPORT_FOLDER, str(path.parent))
            self._write_sheets(path, entries)

    def _write_sheets(self, path: Path, entries: list[Entry]) -> None:
        from brainseg_gui.ui.jobs.paper_writer import SheetsAsked, SheetWriter

        self._data_set.screen.leaving.emit()  # what is under way is part of the sheet
        self.write_measures()
        session, now = self._data_set.session, self._data_set.screen.now
        shown = {now.slice.digest: now.prediction.mask} if now and now.prediction else {}
        asked = SheetsAsked(
            path,
            session.path,
            entries,
            self._data_set.networks,
            self._network.card,
            session.reader,
            session.spacing_mm,
            self._data_set.upright,
            shown,
        )
        self._run(SheetWriter(asked, self))

    def _chosen(self) -> list[Entry]:
        chosen = self._worklist.selected
        paths = chosen if len(chosen) > 1 else (self._data_set.screen.path,)
        entries = (self._worklist.model.entry(it) for it in paths if it is not None)
        return [it for it in entries if it is not None and not it.problem]

    @property
    def folder(self) -> Path:
        """Return where files went last; the first time, where the slices are."""
        stored = Path(settings.get(EXPORT_FOLDER))
        folder = self._data_set.folder or Path()
        return stored if stored.is_dir() and stored != Path() else folder

    def _refuses(self) -> bool:
        if self._writer is not None:
            self.told.emit(UNDER_WAY)
        return self._writer is not None

    def write(self, write: Callable[[], str]) -> None:
        """Have a function write something, which returns the sentence on what it wrote."""
        from brainseg_gui.ui.jobs.paper_writer import FilesWriter

        if not self._refuses():
            self.write_measures()
            self._run(FilesWriter(write, self))

    def _run(self, job: PaperJob) -> None:
        self._writer = job
        job.written.connect(self.told)
        job.failed.connect(self.complained)
        job.finished.connect(self._end)
        self.working.emit("Writing…")
        job.start()

    def _end(self) -> None:
        if self._writer is not None:
            self._writer.deleteLater()
            self._writer = None
            self.working.emit("")

    def write_measures(self) -> None:
        """Have what is only in memory on the disk, where the reader looks."""
        try:
            self._data_set.session.measured.write()
        except StoreError as error:
            self.complained.emit(str(error))

    def close(self) -> None:
        """Stop, and wait until what is being written is whole, though not for ever."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None

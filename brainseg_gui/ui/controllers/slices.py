"""From the chosen row to the slice on the screen: read, prefetched, brought."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PyQt5.QtCore import QObject, QTimer, pyqtSignal

from brainseg_gui.core.slices import Slice
from brainseg_gui.core.view import View
from brainseg_gui.review.prediction_cache import PredictionCache
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.ui.canvas.slice_view import SliceView
from brainseg_gui.ui.controllers.on_screen import OnScreen, Screen
from brainseg_gui.ui.jobs.slice_reader import SliceReader
from brainseg_gui.ui.worklist.panel import WorklistPanel
from brainseg_gui.ui.worklist.rows import Rows

PREFETCH_MS = 20  # after a slice was painted: both want the processor


class Slices(QObject):
    """Reads the slice of the chosen row; the one before stays until it is ready.

    Signals
    -------
    broken(Path, str reason)
        The chosen row cannot be read.
    complained(str)
    """

    broken = pyqtSignal(object, str)
    complained = pyqtSignal(str)

    def __init__(
        self,
        worklist: WorklistPanel,
        rows: Rows,
        predictions: PredictionCache,
        screen: Screen,
        name_of: Callable[[Path], str],
        upright: Callable[[Slice], Slice],
    ) -> None:
        super().__init__()
        self._worklist, self._rows, self._predictions = worklist, rows, predictions
        self._screen, self._name_of = screen, name_of
        self.path: Path | None = None  # of the chosen row; its slice may still be on its way
        self.view = View.EQUALISED
        self._outdated = False  # what is on the screen is no longer how the reader wants it
        levels = screen.levels.__getitem__
        self._reader = SliceReader(predictions.prepare, self, upright, levels)
        self._reader.ready.connect(self._on_ready)
        self._reader.failed.connect(self._on_failed)
        self._reader.start()
        self._prefetch_soon = QTimer(self, singleShot=True, interval=PREFETCH_MS)
        self._prefetch_soon.timeout.connect(self._prefetch)
        worklist.chosen.connect(self.show)
        screen.settled.connect(self._note_prediction)

    @property
    def arriving(self) -> bool:
        """Tell whether another slice was chosen than the one on the screen, or it is turned."""
        return self._outdated or self.path != self._screen.path

    def show(self, path: Path) -> None:
        """Bring a slice to the screen."""
        if path != self.path:
            self._screen.leaving.emit()
            self.path = path
            self._request()

    def set_view(self, view: View) -> None:
        """Show another view of the slices."""
        self.view = view
        if self.path:
            self._request()

    def read_anew(self) -> None:
        """Let go of what was read, and bring the slice to the screen as it is turned now."""
        self._reader.forget()
        if self.path:
            self._outdated = True
            self._request()

    def forget(self) -> None:
        """Show nothing, and let go of what was read: another data set is open."""
        self.path, self._outdated = None, False
        self._reader.forget()
        self._screen.clear()

    def close(self) -> None:
        """Stop reading, and wait until that has ended."""
        self._reader.close()

    def adopt_prediction(self, slice_: Slice) -> None:
        """Have what the review keeps of the prediction at hand, before any engine answers."""
        kept = self._rows.kept(slice_.digest)
        if kept is not None and slice_.digest not in self._predictions:
            mask = self._screen.session.adopt_prediction(kept, slice_.shape)
            if mask is not None:
                self._predictions.put_kept(slice_, mask, kept.risk, kept.model)

    def _request(self) -> None:
        assert self.path is not None
        view = self._reader.take(self.path, self.view)
        if view is None:
            self._reader.request([self.path, *self._worklist.neighbours()], self.view)
        else:
            self._on_ready(self.path, self.view, view)
            self._prefetch_soon.start()

    def _prefetch(self) -> None:
        if self.path is not None:
            self._reader.request([self.path, *self._worklist.neighbours()], self.view)

    def _on_ready(self, path: Path, view: View, ready: SliceView) -> None:
        """Show what was asked for; prefetched neighbours and late answers wait in the cache."""
        if path != self.path or view is not self.view:
            return
        if self.arriving and not self._bring(path, ready.slice):
            return
        self._outdated = False
        self._note_row(path, ready)
        self._screen.show(path, ready)

    def _bring(self, path: Path, slice_: Slice) -> bool:
        """Open a slice in place of the one before, which may have been painted on meanwhile."""
        self._screen.leaving.emit()
        try:
            self._screen.session.open(self._name_of(path), slice_)
        except StoreError as error:
            self.complained.emit(str(error))
            return False
        self.adopt_prediction(slice_)
        return True

    def _note_row(self, path: Path, ready: SliceView) -> None:
        """Say in the row which slice it is."""
        opened = self._screen.session.current
        assert opened is not None
        self._rows.note_slice(path, ready, corrected=opened.correction.exists)

    def _note_prediction(self, now: OnScreen | None, before: OnScreen | None) -> None:
        """Say in the row of another slice what the network said of it."""
        if now is None or (before is not None and now.slice is before.slice):
            return
        said = self._predictions.get(now.slice.digest)
        if said is not None:
            self._rows.note_prediction(now.path, now.slice.digest, said)

    def _on_failed(self, path: Path, reason: str) -> None:
        entry = self._worklist.model.entry(path)
        # What the search found says more: a link in a circle reads as a folder.
        reason = (entry.problem if entry else "") or reason
        self._rows.note(path, problem=reason)
        if path == self.path:
            self._outdated = False
            self._screen.leaving.emit()
            self._screen.session.close_slice()
            self._screen.clear()
            self.broken.emit(path, reason)

"""When the rows of the worklist are filtered and sorted, and how little is seen to move."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PyQt5.QtCore import QObject, QTimer, pyqtSignal
from PyQt5.QtWidgets import QAbstractItemView

from brainseg_gui.ui.worklist.model import WorklistModel
from brainseg_gui.ui.worklist.view import WorklistView

TIDY_MS = 200  # after a slice was left, or files were read
AGE_MS = 500  # after a value changed; the order is then looked at once


class Order(QObject):
    """Arranges the rows; whatever moves, the slice on the screen stays chosen.

    They are sorted when the reader asks, after a folder was predicted, and while files are read
    before the first step. From then on the order is held: predictions that arrive during a walk
    would lead the reader in circles. What matches the filter no more goes when it was left.

    Signals
    -------
    arranged()
        The rows are others, or it was noticed that they are in an old order.

    Attributes
    ----------
    chosen : Path or None
        The slice on the screen, or on its way there.
    walked : bool
        The reader goes by the order of the rows.
    moving : bool
        The current row changes because rows do, and not because another slice is wanted.
    """

    arranged = pyqtSignal()

    def __init__(self, model: WorklistModel, view: WorklistView) -> None:
        super().__init__(view)
        self._model, self._list = model, view
        self.chosen: Path | None = None
        self.walked = self.moving = False
        self._tidy_soon = QTimer(self, singleShot=True, interval=TIDY_MS)
        self._tidy_soon.timeout.connect(self.tidy)
        self._age_soon = QTimer(self, singleShot=True, interval=AGE_MS)
        self._age_soon.timeout.connect(self._notice_age)
        model.counted.connect(self._on_counted)

    def forget(self) -> None:
        """Another data set: nobody walks there yet."""
        self.chosen, self.walked = None, False

    def ask(self, **changes: object) -> None:
        """Arrange the rows as the reader asks, and show where the chosen one is now."""
        self._model.arrangement = replace(self._model.arrangement, **changes)  # type: ignore[arg-type]
        self.walked = False
        self._rearrange(None)
        index = self._list.currentIndex()
        if index.isValid():
            self._list.scrollTo(index, QAbstractItemView.PositionAtCenter)
        else:
            self._list.scrollToTop()
        self.arranged.emit()

    def sort_anew(self) -> None:
        """Sort by the values of now; nothing that can be seen jumps."""
        self.walked = False
        with self._list.held(self._list.anchor()):
            self._rearrange(self._kept())
        self.arranged.emit()

    def tidy_soon(self) -> None:
        """Tidy a little later, if there is anything to tidy."""
        if self._model.stale:
            start(self._tidy_soon)

    def tidy(self) -> None:
        """Give rows that changed their places; during a walk, only take away what is to go."""
        if self._model.stale:
            with self._list.held(self._list.anchor()):
                self._rearrange(self._kept(), held=self.walked)
            self.arranged.emit()

    def fold(self, patient: str) -> None:
        """Leave a patient's slices out, or show them again."""
        folded = self._model.arrangement.folded ^ {patient}
        self._model.arrangement = replace(self._model.arrangement, folded=folded)
        with self._list.held(self._model.index_of_heading(patient)):
            self._rearrange(self._kept())

    def unfold(self, path: Path) -> None:
        """Have a slice's row shown, whose patient may be folded."""
        entry = self._model.entry(path)
        if entry and self._model.is_folded(entry.patient):
            self.fold(entry.patient)

    def _on_counted(self) -> None:
        if self._model.stale and not self._model.aged:
            start(self._age_soon)

    def _notice_age(self) -> None:
        if self._model.stale:
            self._model.notice_age()
            self.arranged.emit()

    def _kept(self) -> Path | None:
        """Return the chosen slice, which stays listed as long as it is on the screen."""
        return self.chosen if self._model.place(self.chosen) >= 0 else None

    def _rearrange(self, keep: Path | None, *, held: bool = False) -> None:
        self.moving = True
        self._model.rearrange(keep, held=held)
        self._list.make_current(self._model.index_of(self.chosen))
        self.moving = False


def start(timer: QTimer) -> None:
    """Start a timer that is not running: it ends when it would have ended."""
    if not timer.isActive():
        timer.start()

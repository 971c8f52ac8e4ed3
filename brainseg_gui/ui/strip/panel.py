"""The patient strip: a row of tiles that opens slices."""

from __future__ import annotations

from pathlib import Path

from PyQt5.QtCore import QEvent, QModelIndex, Qt, pyqtSignal
from PyQt5.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PyQt5.QtWidgets import QAbstractItemView, QListView

from brainseg_gui.ui.strip.delegate import StripDelegate, tile_size
from brainseg_gui.ui.strip.model import StripModel
from brainseg_gui.ui.worklist.thumbnails import Thumbnails

STEPS = {Qt.Key_Left: -1, Qt.Key_Right: 1}


class PatientStrip(QListView):
    """Shows the slices of the patient on the screen, and says which one the reader wants.

    While it has the keyboard, the arrows go along it and nowhere else.

    Signals
    -------
    chosen(Path)
    step_wanted(int)
        Along the strip, by a key.

    Attributes
    ----------
    tiles : StripModel
    """

    chosen = pyqtSignal(object)
    step_wanted = pyqtSignal(int)

    def __init__(self, thumbnails: Thumbnails) -> None:
        super().__init__()
        self.tiles = StripModel()
        self.setModel(self.tiles)
        self.setObjectName("strip")
        self.setAccessibleName("Slices of this patient")
        self.setFlow(QListView.LeftToRight)
        self.setWrapping(False)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.NoSelection)
        self.setEditTriggers(QAbstractItemView.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarAlwaysOff)
        self.setItemDelegate(StripDelegate(self.tiles, thumbnails, self))
        self.viewport().setMouseTracking(True)
        self._ringed: Path | None = None
        self._fit()
        self.hide()

    def show_current(self, path: Path | None) -> None:
        """Ring a slice, and have it in sight with the one beside it."""
        for each in {self._ringed, path}:
            if each is not None:
                self.tiles.change(each, current=each == path)
        self._ringed = path
        index = self.tiles.index_of(path)
        self.setCurrentIndex(index)
        if index.isValid():
            for beside in (
                index.siblingAtRow(index.row() - 1),
                index.siblingAtRow(index.row() + 1),
            ):
                if beside.isValid():
                    self.scrollTo(beside, QAbstractItemView.EnsureVisible)
            self.scrollTo(index, QAbstractItemView.EnsureVisible)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open the slice under the mouse."""
        index = self.indexAt(event.pos())
        if event.button() == Qt.LeftButton and index.isValid():
            self._choose(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Choose nothing more while the button is down."""
        if not event.buttons():
            super().mouseMoveEvent(event)

    def event(self, event: QEvent) -> bool:
        """Keep the arrows from walking the worklist."""
        if (
            event.type() == QEvent.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in STEPS
            and not event.modifiers() & ~Qt.KeypadModifier
        ):
            event.accept()
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go along the strip."""
        if event.key() in STEPS:
            self.step_wanted.emit(STEPS[event.key()])
        else:
            event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll sideways, whichever way the wheel turns."""
        turned, bar = event.pixelDelta(), self.horizontalScrollBar()
        if turned.isNull():
            turned = event.angleDelta() / 2
        bar.setValue(bar.value() - (turned.x() or turned.y()))

    def changeEvent(self, event: QEvent) -> None:
        """Take the room that text of another size needs."""
        super().changeEvent(event)
        if event.type() == QEvent.StyleChange:
            self._fit()

    def _fit(self) -> None:
        bar = self.horizontalScrollBar()
        bar.ensurePolished()
        # The scroll bar has its room whether it is there or not: nothing moves when it comes.
        height = tile_size(self.fontMetrics()).height() + bar.sizeHint().height()
        self.setFixedHeight(height + self.contentsMargins().top() + 2 * self.frameWidth())

    def _choose(self, index: QModelIndex) -> None:
        self.chosen.emit(self.tiles.at(index).entry.path)

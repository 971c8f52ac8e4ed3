"""The list itself: rows of one height, headings that fold, a place that is kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PyQt5.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    pyqtSignal,
)
from PyQt5.QtGui import QColor, QContextMenuEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PyQt5.QtWidgets import QAbstractItemView, QTreeView

from brainseg_gui.ui.worklist.delegate import GROUND, WorklistDelegate
from brainseg_gui.ui.worklist.model import PATH_ROLE, WorklistModel
from brainseg_gui.ui.worklist.thumbnails import Thumbnails


class WorklistView(QTreeView):
    """Shows the model's rows.

    Signals
    -------
    heading_clicked(str patient)
    menu_wanted(Path, QPoint)
        Of a slice's row; where on the whole screen.
    """

    heading_clicked = pyqtSignal(str)
    menu_wanted = pyqtSignal(object, QPoint)

    def __init__(self, model: WorklistModel, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._model = model
        self.setModel(model)
        self.setObjectName("worklist")
        self.setAccessibleName("Worklist")
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setIndentation(0)
        self.setUniformRowHeights(True)
        self.setHeaderHidden(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.NoEditTriggers)
        self.setItemDelegate(WorklistDelegate(model, thumbnails, self))
        self.viewport().setMouseTracking(True)
        # `paintEvent` fills it: only what scrolls into sight is painted then, not all rows.
        self.viewport().setAttribute(Qt.WA_OpaquePaintEvent)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Fold or unfold at a click on a heading; it is no row that could be chosen."""
        if event.button() == Qt.RightButton:
            return  # it opens the row's menu, not the row
        index = self.indexAt(event.pos())
        if index.isValid() and isinstance(patient := self._model.at(index), str):
            self.heading_clicked.emit(patient)
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Choose nothing more while the button is down: a hand that slips would choose rows."""
        if not event.buttons():
            super().mouseMoveEvent(event)

    def make_current(self, index: QModelIndex, *, alone: bool = False) -> None:
        """Have a row be the current one; several that are chosen, it among them, stay chosen.

        With `alone` they do not. Qt's own function would look at which keys are held.
        """
        model = self.selectionModel()
        stays = not alone and index.isValid() and model.isSelected(index)
        only = QItemSelectionModel.ClearAndSelect | QItemSelectionModel.Rows
        model.setCurrentIndex(index, QItemSelectionModel.NoUpdate if stays else only)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground below the rows, then the rows."""
        QPainter(self.viewport()).fillRect(event.rect(), QColor(GROUND))
        super().paintEvent(event)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Move what is painted; Qt's own compares pixels with rows, and paints all of them anew."""
        self.viewport().scroll(dx, dy)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the row under the mouse, or by its key of the chosen row."""
        index, at = self.indexAt(event.pos()), event.globalPos()
        if event.reason() == QContextMenuEvent.Keyboard:
            index = self.currentIndex()
            at = self.viewport().mapToGlobal(self.visualRect(index).center())
        path = index.data(PATH_ROLE)
        if path is not None:
            self.menu_wanted.emit(path, at)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the chosen row whole: the counts below may take a line more."""
        super().resizeEvent(event)
        if self._sees(self.currentIndex()):
            self.scrollTo(self.currentIndex(), QAbstractItemView.EnsureVisible)

    def show_row(self, index: QModelIndex) -> None:
        """Scroll to a row, and to the heading that stands above it."""
        above = index.siblingAtRow(index.row() - 1)
        if above.isValid() and isinstance(self._model.at(above), str):
            self.scrollTo(above, QAbstractItemView.EnsureVisible)
        self.scrollTo(index, QAbstractItemView.EnsureVisible)

    def anchor(self) -> QModelIndex:
        """Return a row that can be seen: the current one, else the first."""
        current = self.currentIndex()
        return current if self._sees(current) else self.indexAt(QPoint(1, 1))

    def _sees(self, index: QModelIndex) -> bool:
        return index.isValid() and self.visualRect(index).intersects(self.viewport().rect())

    @contextmanager
    def held(self, index: QModelIndex) -> Iterator[None]:
        """Keep a row where it is on the screen while others move; a list at its top stays there."""
        row, top = QPersistentModelIndex(index), self.visualRect(index).top()
        bar = self.verticalScrollBar()
        before, seen = bar.value(), self._sees(self.currentIndex())
        yield
        self.executeDelayedItemsLayout()
        if before == 0 or not row.isValid():
            bar.setValue(before)
            if seen:
                self.scrollTo(self.currentIndex(), QAbstractItemView.EnsureVisible)
        else:
            bar.setValue(bar.value() + self.visualRect(QModelIndex(row)).top() - top)

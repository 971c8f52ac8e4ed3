"""The list itself: rows of one height, headings that fold, a place that is kept."""

from __future__ import annotations

from PyQt5.QtCore import QModelIndex, QPersistentModelIndex, QPoint, Qt, pyqtSignal
from PyQt5.QtGui import QMouseEvent
from PyQt5.QtWidgets import QAbstractItemView, QTreeView

from brainseg_gui.ui.thumbnails import Thumbnails
from brainseg_gui.ui.worklist_delegate import WorklistDelegate
from brainseg_gui.ui.worklist_model import WorklistModel


class WorklistView(QTreeView):
    """Shows the model's rows.

    Signals
    -------
    heading_clicked(str patient)
    """

    heading_clicked = pyqtSignal(str)

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
        self.setEditTriggers(QAbstractItemView.NoEditTriggers)
        self.setItemDelegate(WorklistDelegate(model, thumbnails, self))
        self.viewport().setMouseTracking(True)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Fold or unfold at a click on a heading; it is no row that could be chosen."""
        index = self.indexAt(event.pos())
        if index.isValid() and isinstance(patient := self._model.at(index), str):
            self.heading_clicked.emit(patient)
        else:
            super().mousePressEvent(event)

    def anchor(self) -> tuple[QPersistentModelIndex, int]:
        """Return a row that can be seen and how far down it is: the current one, else the top."""
        current = self.currentIndex()
        rect = self.visualRect(current)
        if not current.isValid() or not rect.intersects(self.viewport().rect()):
            current = self.indexAt(QPoint(1, 1))
            rect = self.visualRect(current)
        return QPersistentModelIndex(current), rect.top()

    def restore(self, row: QPersistentModelIndex, top: int) -> None:
        """Scroll until a row is as far down as it was."""
        if row.isValid():
            index = QModelIndex(row)
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + self.visualRect(index).top() - top)

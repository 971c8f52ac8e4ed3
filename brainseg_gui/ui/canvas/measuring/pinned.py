"""Widgets that stay at their place over the slice, whatever size the window has."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import QEvent, QObject, QPoint, QRect
from PyQt5.QtWidgets import QWidget


class Pinned(QObject):
    """Keeps a widget where a function of the slice's rectangle says, and shows it on top.

    Parameters
    ----------
    widget : QWidget
        Becomes a part of `over`, hidden at first.
    over : QWidget
    place : callable
        Takes the rectangle of `over` and the widget's own; returns its upper left corner.
    """

    def __init__(
        self, widget: QWidget, over: QWidget, place: Callable[[QRect, QRect], QPoint]
    ) -> None:
        super().__init__(widget)
        self._widget, self._over, self._place = widget, over, place
        widget.setParent(over)
        widget.hide()
        over.installEventFilter(self)

    def put(self) -> None:
        """Give the widget the size that it needs, and its place."""
        self._widget.resize(self._widget.sizeHint())
        self._widget.move(self._place(self._over.rect(), self._widget.rect()))
        self._widget.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the size of what it lies over; nothing is kept from it."""
        if event.type() == QEvent.Resize:
            self.put()
        return False

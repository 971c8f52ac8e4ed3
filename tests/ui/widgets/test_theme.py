"""Icons: drawn once for each size and state, and no one of them for another."""

from __future__ import annotations

from PyQt5.QtCore import QSize
from PyQt5.QtGui import QIcon
from PyQt5.QtWidgets import QApplication

from brainseg_gui.ui.widgets.theme import icon


def test_an_icon_differs_with_its_size_and_where_it_is_disabled(
    qapp: QApplication,
) -> None:
    it = icon("mdi6.magnify")
    small, large = (it.pixmap(QSize(side, side)) for side in (16, 32))
    assert (small.width(), large.width()) == (16, 32)
    assert it.pixmap(QSize(16, 16)).cacheKey() == small.cacheKey()
    off = it.pixmap(QSize(16, 16), QIcon.Disabled)
    assert off.toImage() != small.toImage()

"""Where the widgets lie."""

from __future__ import annotations

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QMainWindow,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from brainseg_gui.ui.controllers.parts import Widgets
from brainseg_gui.ui.widgets.theme import text_scale

WIDTHS = (330, 720, 344)
NARROW_LIST = 230


def arrange(window: QMainWindow, pages: QStackedWidget, widgets: Widgets) -> QSplitter:
    """Lay the widgets out in a window; return what parts the panels from the slice.

    `pages` gets what a first start offers, and the slice.
    """
    pages.addWidget(widgets.start_page)
    pages.addWidget(widgets.canvas)
    splitter = QSplitter(Qt.Horizontal)
    splitter.setChildrenCollapsible(False)
    for widget in (widgets.worklist, _centre(pages, widgets), widgets.side_panel):
        splitter.addWidget(widget)
    splitter.setStretchFactor(1, 1)
    splitter.setSizes(WIDTHS)
    whole = QWidget()
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(widgets.review_band)
    column.addWidget(splitter, 1)
    window.setCentralWidget(whole)
    window.addToolBar(widgets.tool_bar)
    window.setStatusBar(widgets.status)
    return splitter


def narrow_list(splitter: QSplitter, narrow: bool) -> None:
    """Give the worklist less of a small window, or its usual width; more for larger text."""
    if not splitter.widget(0).isHidden():
        width = round((NARROW_LIST if narrow else WIDTHS[0]) * text_scale())
        panels = 0 if splitter.widget(2).isHidden() else splitter.widget(2).minimumWidth()
        splitter.setSizes([width, splitter.width() - width - panels, panels])


def _centre(pages: QStackedWidget, widgets: Widgets) -> QWidget:
    """Return slice, bands, and room for a second view; a sentence over the slice moves nothing.

    Below all that lie the patient's other slices.
    """
    centre, place = QWidget(), QWidget()
    column, row = QVBoxLayout(centre), QHBoxLayout()
    for layout in (column, row):
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
    column.addLayout(row, 1)
    column.addWidget(widgets.patient_strip)
    row.addWidget(place, 1)
    row.addWidget(widgets.beside, 1)
    widgets.beside.hide()
    over = QGridLayout(place)
    over.setContentsMargins(0, 0, 0, 0)
    over.addWidget(pages, 0, 0)
    over.addWidget(widgets.zoom_buttons, 0, 0, Qt.AlignTop | Qt.AlignRight)
    buttons, canvas = widgets.zoom_buttons, widgets.canvas
    pages.currentChanged.connect(lambda _: buttons.setVisible(pages.currentWidget() is canvas))
    buttons.hide()
    over.addWidget(widgets.past_band, 0, 0, Qt.AlignTop)
    over.addWidget(widgets.notice, 0, 0, Qt.AlignBottom)
    return centre

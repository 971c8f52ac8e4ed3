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
    # From the window inwards: whenever a widget is moved, Qt dresses all that is in it anew.
    whole, centre = QWidget(), QWidget()
    window.setCentralWidget(whole)
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    splitter = QSplitter(Qt.Horizontal)
    splitter.setChildrenCollapsible(False)
    column.addWidget(widgets.review_band)
    column.addWidget(splitter, 1)
    splitter.addWidget(widgets.worklist)  # what comes first has the Tab key first
    splitter.addWidget(centre)
    _fill_centre(centre, pages, widgets)
    pages.addWidget(widgets.start_page)
    pages.addWidget(widgets.canvas)
    splitter.addWidget(widgets.side_panel)
    splitter.setStretchFactor(1, 1)
    splitter.setSizes(WIDTHS)
    window.addToolBar(widgets.tool_bar)
    window.setStatusBar(widgets.status)
    return splitter


def narrow_list(splitter: QSplitter, narrow: bool) -> None:
    """Give the worklist less of a small window, or its usual width; more for larger text."""
    if not splitter.widget(0).isHidden():
        width = round((NARROW_LIST if narrow else WIDTHS[0]) * text_scale())
        panels = 0 if splitter.widget(2).isHidden() else splitter.widget(2).minimumWidth()
        splitter.setSizes([width, splitter.width() - width - panels, panels])


def _fill_centre(centre: QWidget, pages: QStackedWidget, widgets: Widgets) -> None:
    """Put slice, bands and a second view into their place; a sentence over the slice moves nothing.

    Below all that lie the patient's other slices.
    """
    place = QWidget()
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

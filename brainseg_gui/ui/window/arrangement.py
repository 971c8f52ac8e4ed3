"""Where the parts of the window lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QGridLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from brainseg_gui.ui.panels.correction_panel import CorrectionPanel
from brainseg_gui.ui.panels.side_panel import SidePanel
from brainseg_gui.ui.window.start_page import StartPage
from brainseg_gui.ui.window.tool_bar import ToolBar

if TYPE_CHECKING:
    from brainseg_gui.ui.window.main_window import MainWindow

WIDTHS = (330, 720, 344)


def arrange(window: MainWindow) -> None:
    """Lay the parts out; gives the window its `pages`, `side_panel` and `tool_bar`."""
    window.pages = QStackedWidget()
    window.pages.addWidget(StartPage(window.commands.open_folder, window.commands.open_demo))
    window.pages.addWidget(window.canvas)
    actions = window.actions_by_name
    panels = [
        window.display_panel,
        window.compare,
        CorrectionPanel(actions),
        window.model_panel,
    ]
    window.side_panel = SidePanel(panels, window.timeline, window.decision_panel)
    splitter = QSplitter(Qt.Horizontal)
    splitter.setChildrenCollapsible(False)
    for part in (window.worklist, _centre(window), window.side_panel):
        splitter.addWidget(part)
    splitter.setStretchFactor(1, 1)
    splitter.setSizes(WIDTHS)
    whole = QWidget()
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(window.review_band)
    column.addWidget(splitter, 1)
    window.setCentralWidget(whole)
    window.tool_bar = ToolBar(actions)
    window.addToolBar(window.tool_bar)
    window.setStatusBar(window.status)


def _centre(window: MainWindow) -> QWidget:
    """Return slice and bands; a sentence lies over the slice and must not move it."""
    centre = QWidget()
    over = QGridLayout(centre)
    over.setContentsMargins(0, 0, 0, 0)
    over.addWidget(window.pages, 0, 0)
    over.addWidget(window.preview_band, 0, 0, Qt.AlignTop)
    over.addWidget(window.notice, 0, 0, Qt.AlignBottom)
    return centre

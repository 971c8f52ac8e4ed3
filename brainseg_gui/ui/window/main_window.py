"""The window: it places the parts, and decides only whether it may close."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QResizeEvent
from PyQt5.QtWidgets import QMainWindow, QStackedWidget

from brainseg_gui.core.text import shown
from brainseg_gui.files import reading
from brainseg_gui.ui.actions import menus
from brainseg_gui.ui.controllers.parts import Parts
from brainseg_gui.ui.jobs.job import closing_together
from brainseg_gui.ui.widgets.focus_ring import FocusRing
from brainseg_gui.ui.widgets.mnemonics import Mnemonics
from brainseg_gui.ui.window import window_settings
from brainseg_gui.ui.window.arrangement import arrange, narrow_list
from brainseg_gui.ui.window.folding import SMALLEST, Folding
from brainseg_gui.ui.window.other_layouts import OtherLayouts
from brainseg_gui.ui.window.peek import PeekKey
from brainseg_gui.ui.window.typing_guard import TypingGuard


class MainWindow(QMainWindow):
    """Worklist, slice, panels.

    Attributes
    ----------
    parts : Parts
    pages : QStackedWidget
        What a first start offers, or the slice.
    """

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self.parts = parts
        self.setWindowTitle("brainseg")
        self.setAcceptDrops(True)
        self.addActions(list(parts.actions.values()))
        menus.fill_menus(self.menuBar(), parts.actions)
        self.pages = QStackedWidget()
        splitter = arrange(self, self.pages, parts)
        self._peek = PeekKey(parts.actions["hide_layers"], parts.keys)
        parts.screen.leaving.connect(self._peek.end)
        self._ring = FocusRing(self)
        self._mnemonics = Mnemonics(self)
        self._layouts = OtherLayouts(parts.actions, parts.keys, self)
        self._guard = TypingGuard(menus.field_keys, self)
        parts.data_set.opened.connect(self._on_opened)
        self.setMinimumSize(*SMALLEST)
        self._folding = Folding(
            parts.actions["list_panel"],
            parts.actions["side_panel"],
            parts.actions["strip_panel"],
            partial(narrow_list, splitter),
        )
        window_settings.apply(self, parts)
        parts.reviewing.tell_reader()
        self.pages.currentWidget().setFocus()

    def show_at_start(self) -> None:
        """Show the window where it was; the first time, or on a small screen, over all of it."""
        window_settings.show(self)

    def _on_opened(self) -> None:
        folder = self.parts.data_set.folder
        self.setWindowTitle(f"{shown(folder.name)} – brainseg" if folder else "brainseg")
        self.pages.setCurrentWidget(self.parts.canvas)
        self.parts.canvas.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold what has no room."""
        super().resizeEvent(event)
        self._folding.fit(event.size())

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop every thread and process, unless the reader had rather stay."""
        parts = self.parts
        if not parts.reviewing.may_leave():
            event.ignore()
            return
        window_settings.store(self, parts)
        parts.status.show_task("Closing; what is under way has two seconds to end…")
        parts.status.repaint()
        with closing_together():
            for part in (
                parts.correcting,
                parts.tools,
                parts.copying,
                parts.background,
                parts.strip,
                parts.exporting,
                parts.reporting,
                parts.recovering,
                parts.stack_measures,
                parts.loading_masks,
                parts.plain_variables,
                parts.network,
                parts.other_networks,
                parts.data_set,
            ):
                part.close()
        reading.close()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves flicker, swipe or the past, where no command wanted it."""
        parts, escapes = self.parts, event.key() == Qt.Key_Escape
        if not escapes or not (parts.looks.step_back() or parts.history.step_back()):
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept files and folders."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            self.parts.reviewing.open(paths)

"""The window: it assembles the parts and decides nothing."""

from __future__ import annotations

from pathlib import Path

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent
from PyQt5.QtWidgets import QMainWindow, QStackedWidget

from brainseg_gui.ui.actions import menus as action_maker
from brainseg_gui.ui.actions.table import WHY_NOT, Needs
from brainseg_gui.ui.canvas.canvas import Canvas
from brainseg_gui.ui.canvas.layers import Layers
from brainseg_gui.ui.commands.conditions import conditions
from brainseg_gui.ui.commands.handlers import Commands
from brainseg_gui.ui.controllers.data_set import DataSet
from brainseg_gui.ui.controllers.deciding import Deciding
from brainseg_gui.ui.controllers.display import Display
from brainseg_gui.ui.controllers.editing import Editing
from brainseg_gui.ui.controllers.exporting import Exporting
from brainseg_gui.ui.controllers.looking_back import LookingBack
from brainseg_gui.ui.controllers.network import Network
from brainseg_gui.ui.controllers.presenter import Presenter
from brainseg_gui.ui.controllers.preview import Preview
from brainseg_gui.ui.controllers.reviewing import Reviewing
from brainseg_gui.ui.dialogs import dialogs
from brainseg_gui.ui.panels.compare_panel import ComparePanel
from brainseg_gui.ui.panels.decision_panel import DecisionPanel
from brainseg_gui.ui.panels.display_panel import DisplayPanel
from brainseg_gui.ui.panels.model_panel import ModelPanel
from brainseg_gui.ui.panels.side_panel import SidePanel
from brainseg_gui.ui.panels.status_bar import StatusBar
from brainseg_gui.ui.panels.timeline import TimelinePanel
from brainseg_gui.ui.widgets.band import Band
from brainseg_gui.ui.widgets.notice import Notice
from brainseg_gui.ui.window import memory
from brainseg_gui.ui.window.arrangement import arrange
from brainseg_gui.ui.window.peek import PeekKey
from brainseg_gui.ui.window.tool_bar import ToolBar
from brainseg_gui.ui.window.typing_guard import TypingGuard
from brainseg_gui.ui.worklist.panel import WorklistPanel

NOT_SAVED = "Not saved:"


class MainWindow(QMainWindow):
    """Worklist, slice, panels; every part is a public attribute.

    Parameters
    ----------
    reader : str
        Who reviews; kept with every correction.
    """

    pages: QStackedWidget
    side_panel: SidePanel
    tool_bar: ToolBar

    def __init__(self, reader: str) -> None:
        super().__init__()
        self.setWindowTitle("brainseg")
        self.setAcceptDrops(True)
        self.opened_paths: list[Path] = []
        self.commands = Commands(self)
        self.actions_by_name = action_maker.install(self, self.commands.handlers())
        self._make_parts(reader)
        arrange(self)
        self._connect()
        self.reviewing = Reviewing(self)
        memory.recall(self)
        self.refresh_actions()
        self.pages.currentWidget().setFocus()

    # --- assembly ---

    def _make_parts(self, reader: str) -> None:
        self.canvas = Canvas()
        self.layers = Layers(self.canvas)
        self.worklist = WorklistPanel()
        self.notice = Notice()
        self.status = StatusBar()
        self.data_set = DataSet(self.worklist, reader, self.leave_slice, self)
        self.editing = Editing(self.canvas, self.layers, self.data_set)
        self.display_panel = DisplayPanel(self.actions_by_name)
        self.display = Display(self.canvas, self.display_panel.window_control)
        self.compare = ComparePanel(self.layers, self.actions_by_name)
        self.model_panel = ModelPanel(self.actions_by_name)
        self.network = Network(self.data_set, self.model_panel)
        self.exporting = Exporting(self, self.data_set)
        self._peek = PeekKey(self.actions_by_name["hide_layers"])
        self._guard = TypingGuard(action_maker.field_keys(self.actions_by_name), self)
        self._make_review_parts()
        self.presenter = Presenter(self)

    def _make_review_parts(self) -> None:
        actions = self.actions_by_name
        self.decision_panel = DecisionPanel(actions)
        self.deciding = Deciding(self.data_set, self.editing, self.decision_panel)
        self.preview = Preview(self.canvas, self.layers, self.data_set)
        self.timeline = TimelinePanel(actions)
        self.preview_band = Band("mdi6.history", [actions["restore"], actions["leave_preview"]])
        self.review_band = Band("mdi6.lock-outline", [actions["recover"]])
        self.history = LookingBack(
            self.data_set, self.editing, self.preview, self.timeline, self.preview_band
        )

    def _connect(self) -> None:
        self.commands.view_chosen.connect(self.use_view)
        self.data_set.opened.connect(self._on_opened)
        self.data_set.shown.connect(self.presenter.show_slice)
        self.data_set.broken.connect(self.presenter.show_broken)
        self.data_set.rows_changed.connect(self.refresh_actions)
        self.editing.edited.connect(self.presenter.refresh)
        self.editing.saved.connect(self._on_saved)
        self.editing.brush_changed.connect(self.tool_bar.brush_size.setValue)
        self.tool_bar.brush_size.valueChanged.connect(self.editing.set_diameter)
        self.network.predicted.connect(self.presenter.show_prediction)
        self.network.changed.connect(self.presenter.refresh)
        self.network.engine_ready.connect(self.status.show_device)
        self.canvas.pointed_at.connect(self.presenter.show_pixel)
        self.canvas.zoomed.connect(self.status.show_zoom)
        hide = self.actions_by_name["hide_layers"]
        self.layers.changed.connect(lambda: hide.setChecked(self.layers.hidden))
        self.canvas.opacity_turned.connect(self.layers.turn_opacity)
        for part in (self.data_set, self.network, self.exporting):
            part.complained.connect(self.notice.warn)
        for part in (self.network, self.exporting):
            part.told.connect(self.notice.tell)
        self.exporting.working.connect(self.status.show_task)
        self.exporting.changed.connect(self.refresh_actions)
        self.worklist.left.connect(self.canvas.setFocus)
        self.worklist.ended.connect(self._on_ended)
        self.worklist.told.connect(self.notice.tell)
        self.tool_bar.brush_size.editingFinished.connect(self.canvas.setFocus)

    def show_at_start(self) -> None:
        """Show the window where it was; the first time, or on a small screen, over all of it."""
        memory.show(self)

    # --- what the commands use ---

    def open(self, paths: list[Path], review: Path | None = None) -> None:
        """Open files and folders in place of what is open."""
        if self._may_leave_review():
            self.notice.hide()
            self.opened_paths = paths
            self.data_set.open(paths, review)

    def use_model(self, bundle: Path) -> None:
        """Use a network; the slice on the screen is predicted anew."""
        if self.network.complaint:
            self.notice.withdraw(self.network.complaint)
        self.network.use(bundle)
        self.presenter.show_prediction()

    def use_view(self, view: str) -> None:
        """Show raw, equalised or CLAHE, now and at the next start."""
        self.display.choose(view)
        self.data_set.set_view(view)
        memory.keep_view(view)

    def leave_slice(self) -> bool:
        """The one gate before another slice, another data set or the end: False keeps it open."""
        self.editing.finish()
        self.preview.leave()
        self.deciding.keep_notes()
        if self.data_set.session.unsaved:
            self.editing.save()
        return True

    def refresh_actions(self) -> None:
        """Enable what makes sense now, and say of the rest why it does not."""
        session, correction = self.data_set.session, self.editing.correction
        available = conditions(
            self.data_set,
            self.editing,
            self.network,
            self.deciding,
            self.preview,
            self.exporting,
        )
        action_maker.refresh(
            self.actions_by_name,
            available,
            {Needs.WRITABLE: session.holder} | WHY_NOT,
            {
                "undo": getattr(correction, "undo_text", ""),
                "redo": getattr(correction, "redo_text", ""),
            },
        )

    # --- what the parts announce ---

    def _on_opened(self) -> None:
        assert self.data_set.folder is not None
        self.setWindowTitle(f"{self.data_set.folder.name} – brainseg")
        self.network.cancel()
        self.pages.setCurrentWidget(self.canvas)
        self.canvas.setFocus()
        self.canvas.forget_view()
        self.presenter.show_nothing()

    def _on_ended(self, last: bool) -> None:
        self.notice.tell(f"This is the {'last' if last else 'first'} slice of the list.")

    def _on_saved(self, problem: str) -> None:
        self.status.show_saved(problem)
        if problem:
            self.notice.warn(f"{NOT_SAVED} {problem} It is kept in memory and tried again.")
        else:
            self.notice.withdraw(NOT_SAVED)

    # --- the end ---

    def _may_leave_review(self) -> bool:
        """Let nothing unsaved go unasked."""
        self.editing.finish()
        self.deciding.keep_notes()
        problem = self.editing.save() if self.data_set.session.unsaved else ""
        problem = problem or self.deciding.save()
        return not problem or dialogs.ask_leave_unsaved(self, problem)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop every thread and process."""
        if not self._may_leave_review():
            event.ignore()
            return
        memory.keep(self)
        self.reviewing.close()
        self.exporting.close()
        self.network.close()
        self.data_set.close()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves the past, where no command wanted it."""
        if event.key() != Qt.Key_Escape or not self.history.step_back():
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept files and folders."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            self.open(paths)

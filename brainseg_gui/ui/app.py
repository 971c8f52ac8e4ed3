"""Start the program: options in, window up, exit status out."""

from __future__ import annotations

import gc
import logging
import signal
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import pyqtgraph as pg
from PyQt5 import sip
from PyQt5.QtCore import QCoreApplication, Qt, QTimer
from PyQt5.QtGui import QIcon
from PyQt5.QtWidgets import QApplication, QWidget

from brainseg_gui.about import error_place, error_report
from brainseg_gui.inference.bundles import default_bundle
from brainseg_gui.inference.model_card import BundleError
from brainseg_gui.resources import resource
from brainseg_gui.ui.assembly import build_parts
from brainseg_gui.ui.commands.file import FileCommands
from brainseg_gui.ui.controllers.parts import Parts
from brainseg_gui.ui.dialogs.reader_choice import (
    ReaderDialog,
    known_readers,
    login_name,
    remembered_reader,
)
from brainseg_gui.ui.jobs.imports import Imports, ToolImports
from brainseg_gui.ui.widgets import theme
from brainseg_gui.ui.widgets.notice import Notice
from brainseg_gui.ui.window.main_window import MainWindow
from brainseg_gui.ui.window.screenshot import Screenshot

TOOLS_MS = 1000  # first what is seen, then what a hand can reach
NO_SCREEN = {"offscreen", "minimal"}

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Options:
    """What the command line asked for."""

    paths: tuple[Path, ...]
    demo: bool
    model: Path | None
    use_model: bool
    review: Path | None
    reader: str | None
    screenshot: Path | None


def run(options: Options) -> int:
    """Show the window until it is closed; 1 if a screenshot was asked for and failed."""
    app = make_application()
    window = MainWindow(build_parts(options.reader or remembered_reader() or login_name()))
    try:
        return _until_closed(app, window, options)
    finally:
        # Here and not at the end of Python, which takes application and widgets apart in any order.
        sys.excepthook = sys.__excepthook__
        sip.delete(window)


def _until_closed(app: QApplication, window: MainWindow, options: Options) -> int:
    sys.excepthook = _ExceptionHook(window.parts.notice)
    # Qt never returns to Python to hear Ctrl+C; every edit is on disk, so the end may be abrupt.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if options.screenshot:
        window.resize(1366, 768)
        window.parts.data_set.returns = False  # the first slice is what was asked for
        window.show()
    else:
        window.show_at_start()
    gc.freeze()  # and from now on nobody looks through it: pauses get shorter too
    gc.enable()
    # The engine starts and files are read when the window stands; it must not wait for them.
    QTimer.singleShot(0, lambda: _begin(window.parts, options))
    if _asks_reader(app, options):
        QTimer.singleShot(0, lambda: ask_reader_once(window, window.parts))
    if options.screenshot is None:
        return int(app.exec_())
    opens = options.demo or bool(options.paths)
    screenshot = Screenshot(window, options.screenshot, opens=opens)
    app.exec_()
    return screenshot.status


def make_application() -> QApplication:
    """Return the application, set up once for a process."""
    QCoreApplication.setAttribute(Qt.AA_EnableHighDpiScaling)
    QCoreApplication.setAttribute(Qt.AA_UseHighDpiPixmaps)
    # Qt would drop mouse moves that come in a bunch, and straighten a fast stroke.
    QCoreApplication.setAttribute(Qt.AA_CompressHighFrequencyEvents, False)
    app = QApplication.instance() or QApplication(sys.argv[:1])
    app.setOrganizationName("brainseg")
    app.setApplicationName("brainseg")
    app.setWindowIcon(QIcon(str(resource("icons", "brainseg.svg"))))
    pg.setConfigOptions(imageAxisOrder="row-major", antialias=False)
    theme.apply(app)
    return app


def _asks_reader(app: QApplication, options: Options) -> bool:
    """Tell whether to ask: not who said it, not for the demo, not where nobody sees it."""
    unattended = options.screenshot is not None or app.platformName() in NO_SCREEN
    return not (options.reader or options.demo or unattended or remembered_reader())


def ask_reader_once(window: QWidget, parts: Parts) -> None:
    """Ask who reviews while the slices are opened behind the question; nothing waits for it."""
    dialog = ReaderDialog(window, parts.data_set.session.reader, known_readers())
    dialog.setAttribute(Qt.WA_DeleteOnClose)
    dialog.accepted.connect(lambda: parts.reviewing.use_reader(dialog.name))
    dialog.open()


def _begin(parts: Parts, options: Options) -> None:
    problem = ""
    if options.use_model:
        try:
            parts.network.use(options.model or default_bundle())
        except BundleError as error:
            problem = str(error)
    imports = Imports(parts.canvas)
    imports.finished.connect(lambda: _open(parts, options, problem))
    imports.start()
    for_tools = ToolImports(parts.canvas)
    for_tools.finished.connect(lambda: gc.freeze())  # what came since the window stood, too
    QTimer.singleShot(TOOLS_MS, for_tools.start)


def _open(parts: Parts, options: Options, problem: str) -> None:
    if options.demo:
        FileCommands(parts).open_demo(options.review)
    elif options.paths:
        parts.reviewing.open(list(options.paths), options.review)
    # Opening took away what was said before, but the network's trouble is still there. A review
    # that cannot be written to is the worse one, and stays.
    problem = problem or parts.network.complaint
    if problem and parts.notice.isHidden():
        parts.notice.warn(problem)


class _ExceptionHook:
    """PyQt5 aborts the process when a slot raises; a reader would lose more than the slot did."""

    def __init__(self, notice: Notice) -> None:
        self._notice = notice

    def __call__(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        log.error("%s", "".join(traceback.format_exception(kind, error, trace)))
        place = error_place(kind, trace)
        self._notice.warn(
            f"Something went wrong ({kind.__name__}: {error}). Your corrections are kept; "
            "if it happens again, report it: what you copy names no file and nobody.",
            "Copy the report",
            lambda: QApplication.clipboard().setText(error_report(place)),
        )

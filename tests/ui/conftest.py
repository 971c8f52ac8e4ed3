"""A real window for every test, and the proof that nothing of it is left afterwards."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
import scipy.ndimage  # noqa: F401  its threads bear the name of the one that imports it first
from PyQt5.QtCore import QEvent, QPointF, QSettings, Qt
from PyQt5.QtGui import QEnterEvent, QWindow
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from brainseg_gui.children import child
from brainseg_gui.ui.app import make_application
from brainseg_gui.ui.assembly import build_parts
from brainseg_gui.ui.controllers import seen
from brainseg_gui.ui.dialogs import dialogs
from brainseg_gui.ui.widgets import held_keys
from brainseg_gui.ui.window.main_window import MainWindow
from tests.ui.hands import Hands, NewHands
from tests.ui.slice_factory import write_slices


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    """Return the application as the program makes it."""
    return make_application()


@pytest.fixture(autouse=True)
def own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep settings and reviews in a place of the test's own; return the user's data folder."""
    home = tmp_path / "home"
    for name, folder in {
        "HOME": home,
        "XDG_CONFIG_HOME": home / "config",
        "XDG_DATA_HOME": home / "data",
        "XDG_CACHE_HOME": home / "cache",
    }.items():
        folder.mkdir(parents=True, exist_ok=True)
        monkeypatch.setenv(name, str(folder))
    for form in (QSettings.NativeFormat, QSettings.IniFormat):
        QSettings.setPath(form, QSettings.UserScope, str(home / "config"))
    # A test that fails with something unsaved must not wait for an answer when it closes.
    monkeypatch.setattr(dialogs, "ask_leave_unsaved", lambda *_: True)
    return home / "data"


@pytest.fixture(autouse=True)
def quick_hands(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let hands be quicker than people's; `test_meant_verdicts` has them as they are.

    Networks do not step back either: tests side by side leave them no processor.
    """
    monkeypatch.setattr(child, "POLITE", 0)
    monkeypatch.setattr(held_keys, "UP_MS", 0)
    monkeypatch.setattr(seen, "LEAST_MS", 0)


@pytest.fixture(autouse=True)
def nothing_left(own_places: Path) -> Iterator[None]:
    """Insist that a test leaves no thread, no process and no button that is down behind."""
    before, children = _threads(), _children()
    yield
    deadline = time.monotonic() + 2  # a thread that was waited for may be listed a moment longer
    while _threads() - before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert _threads() - before == Counter()
    assert _children() - children == set()
    assert QApplication.mouseButtons() == Qt.NoButton


@pytest.fixture
def new_hands(qapp: QApplication, qtbot: QtBot) -> Iterator[NewHands]:
    """Open windows; each is closed at the end of the test."""
    windows: list[MainWindow] = []

    def new() -> Hands:
        window = MainWindow(build_parts("Ada"))
        windows.append(window)
        window.resize(1200, 800)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        window.parts.actions["tool_brush"].trigger()  # most hands come to paint
        # What the platform reports when the mouse comes in; `QTest` only moves it.
        QApplication.sendEvent(window.windowHandle(), QEnterEvent(QPointF(), QPointF(), QPointF()))
        return Hands(window, qtbot)

    yield new
    for window in windows:
        end(window)
    let_go()


@pytest.fixture
def hands(new_hands: NewHands) -> Hands:
    """Return a window with nothing open."""
    return new_hands()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of three small slices."""
    return write_slices(tmp_path / "slices", "1.mat", "2.mat", "3.mat")


@pytest.fixture
def at_first(hands: Hands, folder: Path) -> Hands:
    """Return a window that shows the first of the three slices."""
    hands.open(folder)
    return hands


def end(window: MainWindow) -> None:
    """Close a window, and let Qt take it apart now and not in the middle of another test."""
    assert window.close()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.DeferredDelete)
    QApplication.processEvents()


def let_go() -> None:
    """Let every button come up: `QTest` takes one that is down along into the next test.

    There the next button would be a second one, and its release would reach nobody.
    """
    nowhere = QWindow()
    for button in (Qt.LeftButton, Qt.RightButton, Qt.MiddleButton):
        if QApplication.mouseButtons() & button:
            QTest.mouseRelease(nowhere, button)


def _threads() -> Counter[str]:
    """Count threads by name: Qt names a thread after its class, Python knows its own."""
    own = [t.name for t in threading.enumerate() if not isinstance(t, threading._DummyThread)]
    system = []
    for path in Path("/proc/self/task").glob("*/comm"):
        with suppress(OSError):  # it ended a moment ago
            system.append(path.read_text().strip())
    usual = {"QDBusConnection"}  # Qt's own, on a desktop
    if system:
        usual.add(Path("/proc/self/comm").read_text().strip())
    return Counter(own) + Counter(name for name in system if name not in usual)


def _children() -> set[int]:
    """Return the processes that this one started and that still run."""
    lists = Path("/proc/self/task").glob("*/children")
    children, running = set(), set()
    for path in lists:
        with suppress(OSError):
            children |= {int(pid) for pid in path.read_text().split()}
    for pid in children:
        with suppress(OSError):
            if ") Z " not in Path(f"/proc/{pid}/stat").read_text():
                running.add(pid)
    return running

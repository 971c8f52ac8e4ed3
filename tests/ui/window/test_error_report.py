"""An unexpected error can be reported without a word about whose slices were open."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PyQt5.QtWidgets import QApplication, QToolButton

from brainseg_gui import __version__, about
from brainseg_gui.ui.app import _ExceptionHook
from tests.ui.hands import Hands


def fail_over(patient: str) -> None:
    raise RuntimeError(f"no such mask: /ward/{patient}.mat")


def test_what_is_copied_tells_the_place_and_the_versions_and_names_nobody(hands: Hands) -> None:
    notice = hands.parts.notice
    try:
        fail_over("Miller")
    except RuntimeError:
        kind, error, trace = sys.exc_info()
    assert kind is not None
    assert error is not None
    _ExceptionHook(notice)(kind, error, trace)
    assert "Your corrections are kept" in notice.text.text()
    notice.findChild(QToolButton, "offer").click()
    copied = QApplication.clipboard().text()
    assert "RuntimeError\n" in copied
    assert "test_error_report.py:" in copied
    assert "in fail_over" in copied
    assert f"brainseg             {__version__}" in copied
    for secret in ("Miller", "ward", str(Path.home()), str(Path(__file__).parent)):
        assert secret not in copied
    assert notice.isHidden()


def test_gathering_the_report_starts_and_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[str] = []
    watched = {"subprocess.Popen", "os.mkdir", "socket.connect", "shutil.copyfile"}

    def note(event: str, arguments: tuple[object, ...]) -> None:
        if event in watched or (event == "open" and str(arguments[1])[0] in "wax"):
            events.append(event)

    sys.addaudithook(note)
    about.error_report("")
    watched.clear()
    assert events == []

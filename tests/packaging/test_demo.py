"""When `make demo` shows the window, and what it says when it cannot."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

PATH = Path(__file__).parents[2] / ".ci" / "demo.py"
spec = importlib.util.spec_from_file_location("demo", PATH)
assert spec is not None
assert spec.loader is not None
demo = importlib.util.module_from_spec(spec)
spec.loader.exec_module(demo)


@pytest.fixture(autouse=True)
def linux_without_display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)


def test_without_a_display_there_is_no_window() -> None:
    assert demo.why_no_window() == "there is no display"


def test_a_display_that_cannot_be_opened_counts_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":64321")
    assert demo.why_no_window() == "Qt cannot open the display DISPLAY=:64321"


def test_a_display_that_opens_gets_the_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    monkeypatch.setattr(demo, "can_open_a_display", lambda: True)
    assert demo.why_no_window() is None


@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_elsewhere_than_on_linux_there_is_always_a_display(
    monkeypatch: pytest.MonkeyPatch, system: str
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    assert demo.why_no_window() is None


def test_without_a_window_it_opens_predicts_and_says_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    calls: list[tuple[str, ...]] = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QT_QPA_PLATFORM", "")

    def noted(*command: str) -> int:
        calls.append(command)
        return 0

    monkeypatch.setattr(demo, "run", noted)
    assert demo.main() == 0
    gui, predict = calls
    assert gui[:3] == ("brainseg-gui", "--demo", "--screenshot")
    assert predict[0] == "brainseg-predict"
    assert Path(predict[1]).name == "demo"
    said = capsys.readouterr().out
    assert "No window, because there is no display" in said
    assert gui[3] in said
    assert predict[3] in said


def test_the_first_command_that_fails_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "why_no_window", lambda: None)
    monkeypatch.setattr(demo, "run", lambda *command: 2)
    assert demo.main() == 2

"""Does Qt start here? Asked in a process of its own, because Qt aborts where it cannot."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

PROGRAM = """
from PyQt5.QtCore import QT_VERSION_STR
from PyQt5.QtGui import QGuiApplication
application = QGuiApplication([])
screen = application.primaryScreen()
size = screen.size()
print(f"{application.platformName()}, Qt {QT_VERSION_STR}, screen {size.width()} x {size.height()}"
      f" at {screen.devicePixelRatio():g}")
"""
SECONDS = 30


def check_qt() -> Iterator[tuple[str, str, bool]]:
    """Yield what was asked, Qt's answer, and whether a window could open.

    Without a display no window is expected; then Qt must start offscreen.
    """
    if _has_display():
        yield "Qt platform", *_start({})
        return
    state, is_well = _start({"QT_QPA_PLATFORM": "offscreen"})
    yield "Qt platform", f"no display here; without one: {state}", is_well


def _has_display() -> bool:
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(k) for k in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def _start(changes: dict[str, str]) -> tuple[str, bool]:
    command = [sys.executable, "-P", "-c", PROGRAM]
    try:
        done = subprocess.run(
            command,
            env=os.environ | changes,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=SECONDS,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except subprocess.TimeoutExpired:
        return f"Qt does not start within {SECONDS} s", False
    if done.returncode == 0:
        return done.stdout.strip(), True
    words = [line.strip() for line in done.stderr.splitlines() if line.strip()]
    return f"Qt does not start: {words[0] if words else f'exit code {done.returncode}'}", False

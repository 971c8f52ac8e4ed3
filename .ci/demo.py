"""What `make demo` does in .venv: show the window, or do its work where there is no display."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from importlib.resources import as_file, files
from pathlib import Path

OUTPUT = Path("demo-output")
OPEN_A_DISPLAY = "from PyQt5.QtGui import QGuiApplication; QGuiApplication([])"


def main() -> int:
    reason = why_no_window()
    if reason is None:
        return run("brainseg-gui", "--demo")
    print(f"No window, because {reason}: doing the demo's work without one.", flush=True)
    return without_window()


def why_no_window() -> str | None:
    """Why Qt could not show a window here; None where it can."""
    if not sys.platform.startswith("linux"):
        return None
    if os.environ.get("QT_QPA_PLATFORM", "") in ("offscreen", "minimal"):
        return f"QT_QPA_PLATFORM is {os.environ['QT_QPA_PLATFORM']}"
    displays = [name for name in ("DISPLAY", "WAYLAND_DISPLAY") if os.environ.get(name)]
    if not displays:
        return "there is no display"
    if can_open_a_display():
        return None
    named = " and ".join(f"{name}={os.environ[name]}" for name in displays)
    return f"Qt cannot open the display {named}"


def can_open_a_display() -> bool:
    """Qt aborts where it cannot, so a process of its own tries."""
    attempt = [sys.executable, "-c", OPEN_A_DISPLAY]
    try:
        return subprocess.run(attempt, capture_output=True, timeout=30).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def without_window() -> int:
    """Open, predict and export offscreen; what came of it lies in demo-output/."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    screenshot, masks = OUTPUT / "window.png", OUTPUT / "masks"
    OUTPUT.mkdir(exist_ok=True)
    failed = run("brainseg-gui", "--demo", "--screenshot", str(screenshot))
    if failed:
        return failed
    with as_file(files("brainseg_gui.resources") / "demo") as slices:
        failed = run("brainseg-predict", str(slices), "--output", str(masks), "--overlay")
    if failed:
        return failed
    print(f"The screenshot is {screenshot} and the masks are in {masks}{os.sep}.")
    return 0


def run(command: str, *arguments: str) -> int:
    """Run one of the commands that are installed beside this interpreter."""
    path = shutil.which(command, path=sysconfig.get_path("scripts"))
    if path is None:
        print(f"{command} is not installed in this environment.", file=sys.stderr)
        return 1
    return subprocess.run([path, *arguments]).returncode


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:  # the window was told to go, and so is this
        sys.exit(130)

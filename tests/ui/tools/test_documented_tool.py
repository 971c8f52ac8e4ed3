"""The tool that CONTRIBUTING.md shows: one file and one row make it a tool of the program."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ui.slice_factory import write_slices

ROOT = Path(__file__).parents[3]
TRY = """
import json, sys
from pathlib import Path
from PyQt5 import sip
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from brainseg_gui.ui.actions.table import ACTIONS
from brainseg_gui.ui.app import make_application
from brainseg_gui.ui.assembly import build_parts
from brainseg_gui.ui.dialogs import dialogs
from brainseg_gui.ui.dialogs.key_help import KeyHelp
from brainseg_gui.ui.window.main_window import MainWindow
from tests.ui.hands import Hands

app = make_application()
window = MainWindow(build_parts("Ada"))
window.show()
hands = Hands(window, None)
window.parts.reviewing.open([Path(sys.argv[1])], None)
while window.parts.screen.now is None:
    app.processEvents()
action = window.parts.actions["tool_stamp"]
said = {"menu": any(action in m.menu().actions() for m in window.menuBar().actions())}
said["bar"] = action in window.parts.tool_bar.actions()
pages = []
KeyHelp.exec_ = lambda dialog: pages.append(dialog.text.toPlainText())
dialogs.show_keys(window)
said["help"] = "Press to add a square" in pages[0] and "Shift+U" in pages[0]
hands.key("U", Qt.ShiftModifier)
said["key"] = action.isChecked()
said["option"] = window.parts.tool_bar.field("stamp_side").value()
hands.mouse.stroke((64, 64))
said["area"] = int(hands.mask.sum())
said["step"] = window.parts.screen.now.undo_text
said["kept"] = hands.has_on_disk(hands.mask)
hands.key("z", Qt.ControlModifier)
said["undone"] = window.parts.screen.now.correction is None
print(json.dumps(said))
window.close()
sip.delete(window)  # as the program does: Python would take it apart in any order
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """Return a copy of the program with the documented tool in it."""
    shutil.copytree(
        ROOT / "brainseg_gui",
        tmp_path / "brainseg_gui",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = guide.split("\n## A tool\n")[1].split("\n## ")[0]
    tool, row = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    assert len(tool.splitlines()) <= 40
    tools = tmp_path / "brainseg_gui" / "ui" / "tools"
    (tools / "stamp.py").write_text(tool, encoding="utf-8")
    table = (tools / "table.py").read_text(encoding="utf-8")
    (imported,) = re.findall(r"^from .*$", row, re.MULTILINE)
    (added,) = re.findall(r"^    ToolSpec\(.*\n(?:        .*\n|    \).*\n)*", row, re.MULTILINE)
    before, after = table.split("\n)\nFIRST_TOOL")
    before = before.replace("\n\nTOOLS", f"\n{imported}\n\nTOOLS", 1)
    (tools / "table.py").write_text(f"{before}\n{added})\nFIRST_TOOL{after}", encoding="utf-8")
    return tmp_path


def test_it_is_in_menu_bar_help_and_keys_paints_and_can_be_undone(
    program: Path, tmp_path: Path
) -> None:
    folder = write_slices(tmp_path / "slices", "1.mat")
    done = subprocess.run(
        [sys.executable, "-c", TRY, str(folder)],
        env=os.environ | {"PYTHONPATH": f"{program}{os.pathsep}{ROOT}"},
        cwd=program,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "menu": True,
        "bar": True,
        "help": True,
        "key": True,
        "option": 15,
        "area": 225,
        "step": "Stamp",
        "kept": True,
        "undone": True,
    }

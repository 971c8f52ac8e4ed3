"""The format that CONTRIBUTING.md shows, taken word by word and put into the registry."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from brainseg_gui.core.slices import Slice
from brainseg_gui.files import formats, readers
from brainseg_gui.files.formats import Format

GUIDE = Path(__file__).parents[1] / "CONTRIBUTING.md"


def documented_code() -> tuple[str, str]:
    """Return the reader's file and its row, as CONTRIBUTING.md shows them."""
    section = GUIDE.read_text(encoding="utf-8").split("\n## A format\n")[1].split("\n## ")[0]
    reader, row = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    return reader, row


def add_documented_format(monkeypatch: pytest.MonkeyPatch) -> None:
    """Add the format to the program for one test, as its row would."""
    reader, row = documented_code()
    grid = ModuleType("brainseg_gui.files.readers.grid")
    exec(compile(reader, "grid.py", "exec"), grid.__dict__)
    monkeypatch.setitem(sys.modules, grid.__name__, grid)
    monkeypatch.setattr(readers, "grid", grid, raising=False)
    table: dict[str, Any] = {"Format": Format}
    exec(compile(row, "formats.py", "exec"), table)
    *_, added = table["FORMATS"]
    monkeypatch.setattr(formats, "FORMATS", (*formats.FORMATS, added))


def write_grid(path: Path, slice_: Slice) -> Path:
    """Write a slice as the documented format reads it."""
    assert slice_.reference is not None
    assert slice_.tumour is not None
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"brainseg grid {slice_.patient} {slice_.tumour.text}\n")
        for rows in (slice_.pixels, slice_.reference):
            file.write("\n")
            np.savetxt(file, rows, fmt="%d")
    return path

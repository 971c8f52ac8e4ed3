"""A reading process with one more format: files whose first word says what they do to their reader.

The tests start it in place of the program's own, as `-m tests.hostile_reading`.
"""

from __future__ import annotations

import ctypes
import importlib
import itertools
import os
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from brainseg_gui.children.libraries import library
from brainseg_gui.children.limits import Limits
from brainseg_gui.core.slices import Slice
from brainseg_gui.files import formats, reading, reading_process
from brainseg_gui.files.formats import Format
from brainseg_gui.files.info import SliceInfo
from brainseg_gui.files.wishes import NONE, Wishes

ROOT = Path(__file__).parents[1]
MIB = 1 << 20
SLICE = Slice(np.arange(12, dtype=np.float32).reshape(3, 4), patient="7")

# What such a file does, and the reason that it is given.
REASONS = {
    "crash": "the process that read it crashed (SIGABRT)",
    "segfault": "the process that read it crashed (SIGSEGV)",
    "leave": "the process that read it ended",
    "hang": "the process that read it gave no answer for 1 s",
    "deaf": "the process that read it gave no answer for 1 s",
    "grow": "the process that read it took more than 0.062 GB of memory",
    "fork": "the process that read it ended",
    "recurse": "the file is damaged or cut off (RecursionError: maximum recursion depth exceeded",
    "import for ever": "the process that read it answered nonsense",
    "too large": "the image is 9000 x 1; at most 8192 a side is read",
}

seen: list[Path] = []


def read(path: Path, wishes: Wishes = NONE) -> Slice:
    """Do what the file says; the others are slices."""
    seen.append(path)
    what = path.read_text().strip()
    if what == "crash" or (what == "crash unless first" and len(seen) > 1):
        os.abort()
    elif what == "segfault":
        ctypes.string_at(0)
    elif what == "leave":
        os._exit(3)
    elif what == "hang":
        time.sleep(100)
    elif what == "deaf":
        ctypes.PyDLL(None).usleep(100_000_000)  # no other thread runs meanwhile
    elif what == "grow":
        np.ones(3000 * MIB, np.uint8)
    elif what == "fork":
        if os.fork() == 0:
            time.sleep(100)
        os._exit(3)
    elif what == "recurse":
        return read(path)
    elif what == "too large":
        return Slice(np.ones((1, 9000), np.float32))
    elif what == "print":
        print('{"error": "none", "path": "none"}')
        os.write(1, b"{}\n")
    elif what == "import":
        sys.path.insert(0, str(path.parent))
        library(module(path.parent, "slow_library", "import time; time.sleep(1.2)"))
    elif what == "import for ever":
        sys.path.insert(0, str(path.parent))
        for number in itertools.count():
            library(module(path.parent, f"library_{number}", ""))
    elif what == "write to itself":
        path.write_text(what + " " * len(seen))
    elif what == "vanish":
        path.unlink()
    return SLICE


def module(folder: Path, name: str, code: str) -> str:
    """Write a module, and return its name."""
    folder.joinpath(f"{name}.py").write_text(code)
    importlib.invalidate_caches()
    return name


def index(path: Path, wishes: Wishes = NONE) -> SliceInfo:
    """Say what there is to say of a file, which has been read for it."""
    return SliceInfo.of(read(path))


ROW = Format("Hostile", (".bad",), lambda head: False, read, index)


def start_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the format in this process's table, and children that know it, with smaller limits."""
    monkeypatch.setattr(formats, "FORMATS", (*formats.FORMATS, ROW))
    monkeypatch.setattr(reading, "MODULE", __name__)
    monkeypatch.setattr(reading, "LIMITS", Limits(1.0, 64 * MIB))
    places = reading.ENVIRONMENT | {"PYTHONPATH": str(ROOT)}
    monkeypatch.setattr(reading, "ENVIRONMENT", places)


if __name__ == "__main__":
    formats.FORMATS = (*formats.FORMATS, ROW)
    sys.exit(reading_process.main())

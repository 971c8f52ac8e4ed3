"""SciPy comes whole, whoever needs it at the same time."""

from __future__ import annotations

import subprocess
import sys

IMPORT_AT_ONCE = """
import importlib, threading
bar, wrong = threading.Barrier(2), []

def take_by_name():
    importlib.import_module("scipy.ndimage")

def take_from():
    from scipy import ndimage

def guarded(take):
    bar.wait()
    try:
        take()
    except Exception as error:
        wrong.append(repr(error))

threads = [threading.Thread(target=guarded, args=(it,)) for it in (take_by_name, take_from)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(wrong)
"""
OF_WINDOW = """
import sys
from PyQt5.QtCore import QCoreApplication
app = QCoreApplication([])
from brainseg_gui.files import reading
from brainseg_gui.ui.jobs.imports import Imports
assert "scipy" not in sys.modules
next(Imports().work())
reading.close()
print("scipy" in sys.modules)
"""


def said(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_threads_that_need_parts_of_it_at_once_get_them() -> None:
    first = "from brainseg_gui.core.scipy_first import import_scipy\nimport_scipy()\n"
    for _ in range(2):  # without, it goes wrong in two of three times
        assert said(first + IMPORT_AT_ONCE) == "[]"


def test_the_window_has_it_before_the_first_slice_is_opened() -> None:
    assert said(OF_WINDOW) == "True"

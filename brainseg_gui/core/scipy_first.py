"""SciPy is imported where it is needed, so that a window opens without it: in many threads."""

from __future__ import annotations

import importlib


def import_scipy() -> None:
    """Import SciPy itself; its parts can then be imported by several threads at once.

    Two threads that begin with different parts of it each get half a package, and an error. It
    takes a hundredth of a second, its parts a fifth.
    """
    importlib.import_module("scipy")

"""Import in a child what only some questions need, while the clock of whoever waits stands still.

What a file costs is the file's; what a library costs that is imported for the first of its kind,
seconds on a machine that is busy, is not.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from types import ModuleType

_pause: Callable[[], AbstractContextManager[None]] = nullcontext


def pause_with(pause: Callable[[], AbstractContextManager[None]]) -> None:
    """Have this around every import from now on."""
    global _pause
    _pause = pause


def library(name: str) -> ModuleType:
    """Return a module, imported if it is not yet.

    Raises
    ------
    ImportError
    """
    if name in sys.modules:
        return sys.modules[name]
    with _pause():
        return importlib.import_module(name)

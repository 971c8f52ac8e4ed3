"""Import what will be needed while the window answers."""

from __future__ import annotations

import importlib

from PyQt5.QtCore import QObject

from brainseg_gui.ui.jobs.job import Job, Work


class Imports(Job):
    """Imports modules, a fifth of a second; the import system keeps the result."""

    task = "Starting"

    def __init__(self, names: tuple[str, ...], parent: QObject) -> None:
        super().__init__(parent)
        self._names = names

    def work(self) -> Work:
        """Import one after the other."""
        for name in self._names:
            importlib.import_module(name)
            yield None

"""Look for a MATLAB file of plain variables, while the window answers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PyQt5.QtCore import QObject, pyqtSignal

from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.formats import read_variables
from brainseg_gui.ui.jobs.job import Job, Work


class VariableLister(Job):
    """Finds out what is in the first of some files that holds something like an image.

    Signals
    -------
    listed(Path, tuple of Variable)
        Nothing is in it where no file holds any.
    """

    listed = pyqtSignal(object, object)

    task = "Looking for variables"

    def __init__(self, paths: Sequence[Path], parent: QObject) -> None:
        super().__init__(parent)
        self._paths = paths

    def work(self) -> Work:
        """Look into one after the other."""
        for path in self._paths:
            yield None
            try:
                found = read_variables(path)
            except SliceError:
                continue
            if any(it.is_picture for it in found):
                yield self.listed, path, found
                return
        yield self.listed, None, ()

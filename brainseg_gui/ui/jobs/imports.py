"""Import what will be needed while the window answers."""

from __future__ import annotations

import importlib

from brainseg_gui.core.scipy_first import import_scipy
from brainseg_gui.files import reading
from brainseg_gui.review.opening import prepare
from brainseg_gui.ui.jobs.job import Job, Work

FOR_TOOLS = ("scipy.ndimage", "skimage.morphology", "scipy.sparse.csgraph", "scipy.spatial")


class Imports(Job):
    """Imports what the first folder needs, and starts what will read it: a fifth of a second."""

    task = "Starting"

    def work(self) -> Work:
        """Import; the import system keeps the result."""
        import_scipy()  # now, because measures, networks and tools will at once
        reading.door().start()  # which goes on by itself
        prepare()
        yield None


class ToolImports(Job):
    """Imports what the first stroke of a tool, or the first operation, would wait for."""

    task = "Starting"

    def work(self) -> Work:
        """Import, one after the other."""
        for name in FOR_TOOLS:
            importlib.import_module(name)
            yield None

"""Import what will be needed while the window answers."""

from __future__ import annotations

from brainseg_gui.review.opening import prepare
from brainseg_gui.ui.jobs.job import Job, Work


class Imports(Job):
    """Imports what the first folder needs, a fifth of a second."""

    task = "Starting"

    def work(self) -> Work:
        """Import; the import system keeps the result."""
        prepare()
        yield None

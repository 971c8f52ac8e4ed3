"""The mark at slices of patients that the network in use was trained on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

from PyQt5.QtCore import QTimer

from brainseg_gui.review.worklist.entry import Entry
from brainseg_gui.ui.worklist.model import WorklistModel

AT_ONCE = 400  # rows that are marked between two events: thousands would be noticed


class SeenRows:
    """Knows which patients a network was trained on, and marks the rows of their slices."""

    def __init__(self, model: WorklistModel) -> None:
        self._model = model
        self._trained_on: Callable[[str], bool] = lambda _patient: False
        self._left: list[Path] = []
        self._timer = QTimer(model, interval=0)
        self._timer.timeout.connect(self._mark_some)

    def use(self, trained_on: Callable[[str], bool]) -> None:
        """Mark by another network, which a function tells of; rows that are there in their turn."""
        self._trained_on = cache(trained_on)
        self._left = [entry.path for entry in self._model.entries()]
        self._timer.start()

    def marked(self, entry: Entry) -> Entry:
        """Return a row with its mark, or without."""
        seen = bool(entry.patient) and self._trained_on(entry.patient)
        return entry if entry.trained_on == seen else replace(entry, trained_on=seen)

    def _mark_some(self) -> None:
        some, self._left = self._left[:AT_ONCE], self._left[AT_ONCE:]
        found = (self._model.entry(path) for path in some)
        self._model.replace(*(self.marked(entry) for entry in found if entry is not None))
        if not self._left:
            self._timer.stop()

"""Measures are kept as predictions and verdicts come, so that a report need not wait for them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt5.QtCore import QObject

from brainseg_gui.core.layer import Layer
from brainseg_gui.review.values.record import SliceLabel
from brainseg_gui.review.values.verdict import Verdict
from brainseg_gui.ui.controllers.data_set import DataSet
from brainseg_gui.ui.jobs.answers import Answers

if TYPE_CHECKING:
    from brainseg_gui.review.values.measured import KeptLevels, Measured


class Keeping(QObject):
    """Keeps what the engine's thread measured, and has masks that get a verdict measured."""

    def __init__(self, data_set: DataSet) -> None:
        super().__init__()
        self._data_set = data_set
        self._answers = Answers(self)
        self._answers.answered.connect(self._on_measured)
        data_set.opened.connect(self._answers.forget)

    def keep(self, path: Path, measured: tuple[Measured, ...], levels: KeptLevels) -> None:
        """Keep what was measured of a prediction, under the name of its file."""
        if levels.label.digest not in self._data_set.predictions:
            return  # it was asked for before another data set was opened
        name = self._data_set.name_of(path)
        label = replace(levels.label, name=name)
        named = (replace(it, label=label) for it in measured)
        self._data_set.session.measured.keep(*named, levels=replace(levels, label=label))

    def measure(self, verdict: Verdict) -> None:
        """Measure, beside the window's thread, what was just decided on."""
        now = self._data_set.screen.now
        if now is None or verdict not in {Verdict.ACCEPTED, Verdict.CORRECTED}:
            return
        label, mask = SliceLabel.of(now.name, now.slice), now.mask.copy()
        predicted = now.layer(Layer.PREDICTION)
        work = partial(_measure, label, mask, now.slice.reference, predicted)
        self._answers.ask(f"{label.digest} {now.reader}", work)

    def close(self) -> None:
        """Wait for the slice under way."""
        self._answers.close()

    def _on_measured(self, _key: str, measured: tuple[Measured, ...]) -> None:
        self._data_set.session.measured.keep(*measured)


def _measure(*what: object) -> tuple[Measured, ...]:
    from brainseg_gui.reports.reading.taking import of_decision  # not at the start

    return of_decision(*what)  # type: ignore[arg-type]

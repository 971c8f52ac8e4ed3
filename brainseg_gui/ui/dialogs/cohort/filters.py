"""Which slices of the cohort are looked at: those that the worklist lists, and of these."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PyQt5.QtCore import QSignalBlocker, pyqtSignal
from PyQt5.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from brainseg_gui.reports.figures import Figure
from brainseg_gui.reports.sizes import Bands
from brainseg_gui.ui.widgets.panel_parts import check_box

ANY = "any"


class CohortFilters(QWidget):
    """Type, size, reader and state, and whether slices seen in training count.

    Signals
    -------
    changed()
    """

    changed = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.fields = {name: QComboBox() for name in ("Type", "Size", "Reader", "State")}
        self.seen = check_box("seen in training too")
        self.seen.setToolTip(
            "Also slices of patients that the network was trained on, or of whom nobody can say: "
            "their numbers are no measure of accuracy"
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for name, field in self.fields.items():
            label = QLabel(name)
            label.setObjectName("faint")
            label.setBuddy(field)
            row.addWidget(label)
            row.addWidget(field)
            field.setAccessibleName(name)
            field.setSizeAdjustPolicy(QComboBox.AdjustToContents)
            field.currentIndexChanged.connect(lambda *_: self.changed.emit())
        row.addWidget(self.seen)
        row.addStretch(1)
        self.seen.toggled.connect(lambda *_: self.changed.emit())

    def offer(self, figures: Iterable[Figure], bands: Bands) -> None:
        """Offer what there is to choose from; what is chosen stays, where it is there."""
        its = list(figures)
        sizes = {bands.name(it.size_px) for it in its}
        states = dict.fromkeys(it.state.value for it in its)
        self._fill("Type", {it: it for it in sorted({it.tumour for it in its} - {""})})
        self._fill("Size", {it: bands.text(it) for it in bands.order if it in sizes})
        readers = sorted({reading.reader for it in its for reading in it.readings})
        self._fill("Reader", {it: it for it in readers})
        self._fill("State", {it: it for it in states if it})

    def chosen(self, figures: tuple[Figure, ...], bands: Bands) -> NDArray[np.bool_]:
        """Return as (N,) bool which figures match."""
        type_, size, reader, state = (field.currentData() for field in self.fields.values())
        return np.array(
            [
                (not type_ or it.tumour == type_)
                and (not size or bands.name(it.size_px) == size)
                and (not reader or any(own.reader == reader for own in it.readings))
                and (not state or it.state.value == state)
                for it in figures
            ],
            dtype=bool,
        )

    def _fill(self, name: str, choices: dict[str, str]) -> None:
        field = self.fields[name]
        with QSignalBlocker(field):
            before = field.currentData()
            field.clear()
            field.addItem(ANY, "")
            for value, text in choices.items():
                field.addItem(text, value)
            field.setCurrentIndex(max(field.findData(before), 0))

"""The pictures of the cohort; every point is a slice that can be opened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from brainseg_gui.core.palette import CORRECTION, PREDICTION, REFERENCE
from brainseg_gui.core.text import shown
from brainseg_gui.reports.figures import Figure
from brainseg_gui.reports.pages.pictures import limits_of_agreement
from brainseg_gui.ui.widgets.theme import FAINT, PANEL

TYPES = {  # colour and shape: colour is never the only sign
    "meningioma": (REFERENCE.hex, "o"),
    "glioma": (PREDICTION.hex, "s"),
    "pituitary": (CORRECTION.hex, "t1"),
}
OTHER = ("#bbbbbb", "d")
POINT = 7  # pixels
SIGNS = {"o": "●", "s": "■", "t1": "▲"}
SMALL = {"color": FAINT, "font-size": "9pt"}
DISTRIBUTIONS = {
    "Dice": "dice",
    "IoU": "iou",
    "HD95, px": "hd95_px",
    "Boundary shift, px": "shift_px",
    "Area, px": "area_px",
    "Seconds": "seconds",
}


class Points(pg.PlotWidget):
    """A plot in which every point stands for a slice.

    Signals
    -------
    clicked(int)
        The number of a slice.
    """

    clicked = pyqtSignal(int)

    def __init__(self, name: str, across: str, up: str, *, legend: bool = True) -> None:
        super().__init__(background=PANEL, enableMenu=False)
        self.setAccessibleName(name)
        self._legend = legend
        self.setTitle(name, color=FAINT, size="9pt")
        for side, text in (("bottom", across), ("left", up)):
            self.setLabel(side, text, **SMALL)
        _tidy(self)
        self.showGrid(x=True, y=True, alpha=0.15)
        self._names: Sequence[str] = ()
        self.points = pg.ScatterPlotItem(
            size=POINT, pen=None, hoverable=True, hoverPen=pg.mkPen("w"), tip=self._tip
        )
        self.points.sigClicked.connect(self._on_clicked)
        self.addItem(self.points)
        self._lines: list[Any] = []

    def show_points(
        self,
        across: NDArray[np.float64],
        up: NDArray[np.float64],
        numbers: NDArray[np.int_],
        figures: Sequence[Figure],
    ) -> None:
        """Show a point for each slice of these numbers."""
        looks = [TYPES.get(figures[it].tumour, OTHER) for it in numbers]
        brushes = {look: pg.mkBrush(look[0] + "b0") for look in set(looks)}
        if self._legend:
            shapes = {figures[it].tumour for it in numbers} & TYPES.keys()
            self.setTitle(_legend(self.accessibleName(), sorted(shapes)), color=FAINT, size="9pt")
        self._names = [f"{shown(it.name)} {shown(it.patient)}" for it in figures]
        self.points.setData(
            x=across,
            y=up,
            data=numbers,
            brush=[brushes[it] for it in looks],
            symbol=[it[1] for it in looks],
        )

    def show_lines(self, *lines: tuple[str, float, bool]) -> None:
        """Show lines in place of those before: "diagonal" or "level", where, whether dashed."""
        for line in self._lines:
            self.removeItem(line)
        self._lines = []
        for kind, at, dashed in lines:
            pen = pg.mkPen(FAINT, style=Qt.DashLine if dashed else Qt.SolidLine)
            angle = 45 if kind == "diagonal" else 0
            line = pg.InfiniteLine((0, at), angle, pen)
            line.setZValue(-1)
            self.addItem(line)
            self._lines.append(line)

    def _tip(self, x: float, y: float, data: int) -> str:
        return f"{self._names[int(data)]}\n{x:.4g}, {y:.4g}\nclick opens it"

    def _on_clicked(self, _item: object, points: Sequence[Any], *_: object) -> None:
        if len(points):
            self.clicked.emit(int(points[0].data()))


class Distribution(QWidget):
    """How one number is spread over the slices."""

    def __init__(self) -> None:
        super().__init__()
        self.measure = QComboBox()
        self.measure.setAccessibleName("Distribution of")
        label = QLabel("Distribution of")
        label.setObjectName("faint")
        label.setBuddy(self.measure)
        for text, name in DISTRIBUTIONS.items():
            self.measure.addItem(text, name)
        self.plot = pg.PlotWidget(background=PANEL, enableMenu=False)
        self.plot.setLabel("left", "slices", **SMALL)
        self.plot.showGrid(y=True, alpha=0.15)
        _tidy(self.plot)
        self.plot.setMouseEnabled(x=False, y=False)
        self._bars = pg.BarGraphItem(x=[0], height=[0], width=1, brush=REFERENCE.hex, pen=PANEL)
        self.plot.addItem(self._bars)
        self._figures: Sequence[Figure] = ()
        head = QHBoxLayout()
        head.addWidget(label)
        head.addWidget(self.measure)
        head.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(head)
        layout.addWidget(self.plot, 1)
        self.measure.currentIndexChanged.connect(lambda *_: self.show_figures(self._figures))

    def show_figures(self, figures: Sequence[Figure]) -> None:
        """Show how the chosen number is spread."""
        self._figures = figures
        values = values_of(figures, self.measure.currentData())
        self.plot.setLabel("bottom", self.measure.currentText(), **SMALL)
        if not len(values):
            self._bars.setOpts(x=[0], height=[0], width=1)
            self.plot.setXRange(0, 1)
            self.plot.setYRange(0, 1)
            return
        share = self.measure.currentData() in {"dice", "iou"}
        counts, edges = np.histogram(values, 20, (0, 1) if share else None)
        middle = (edges[1:] + edges[:-1]) / 2
        self._bars.setOpts(x=middle, height=counts, width=edges[1] - edges[0])
        self.plot.setXRange(edges[0], edges[-1], padding=0.02)
        self.plot.setYRange(0, max(int(counts.max()), 1), padding=0.05)


def _legend(name: str, types: Sequence[str]) -> str:
    """Return a title that says which sign is which type."""
    signs = (
        f'<span style="color: {TYPES[it][0]}">{SIGNS[TYPES[it][1]]}</span> {it}' for it in types
    )
    return "&nbsp;&nbsp;".join((name, *signs))


def _tidy(plot: pg.PlotWidget) -> None:
    """Leave out what only a plot that is worked on needs; numbers are written as they are."""
    plot.getPlotItem().hideButtons()
    for side in ("bottom", "left"):
        axis = plot.getAxis(side)
        axis.enableAutoSIPrefix(False)
        font = plot.font()
        font.setPointSize(9)
        axis.setStyle(tickFont=font)


def values_of(figures: Sequence[Figure], name: str) -> NDArray[np.float64]:
    """Return the numbers of that name that there are; the seconds are those of every verdict."""
    if name == "seconds":
        its = [r.seconds for it in figures for r in it.readings if r.verdict.is_decision]
        return np.array(its, float)
    found = (getattr(it, name) for it in figures)
    return np.array([it for it in found if it is not None], float)


def show_areas(
    scatter: Points, bland_altman: Points, figures: Sequence[Figure], chosen: NDArray[np.bool_]
) -> None:
    """Show the areas of prediction and reference in both ways."""
    numbers = np.array(
        [
            number
            for number in np.flatnonzero(chosen).tolist()
            if figures[number].area_px is not None and figures[number].reference_px is not None
        ],
        dtype=np.intp,
    )
    predicted = np.array([figures[it].area_px for it in numbers], float)
    reference = np.array([figures[it].reference_px for it in numbers], float)
    scatter.show_points(reference, predicted, numbers, figures)
    scatter.show_lines(("diagonal", 0.0, True))
    bland_altman.show_points((predicted + reference) / 2, predicted - reference, numbers, figures)
    lines: list[tuple[str, float, bool]] = []
    if len(numbers):
        mean, low, high = limits_of_agreement(predicted - reference)
        lines = [("level", mean, False), ("level", low, True), ("level", high, True)]
    bland_altman.show_lines(*lines)

"""The criteria of the worklist's filter, in a window that closes when the reader clicks beside."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

from PyQt5.QtCore import QPoint, QSignalBlocker, QSize, Qt, pyqtSignal
from PyQt5.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from brainseg_gui.files.find import natural_key
from brainseg_gui.review.values.verdict import Difficulty, Grade
from brainseg_gui.review.worklist.entry import Entry, State
from brainseg_gui.review.worklist.filters import Filters, Span
from brainseg_gui.ui.widgets.number_box import NumberBox
from brainseg_gui.ui.widgets.panel_parts import check_box, scrolled

T = TypeVar("T", bound=Hashable)
ANY = "any"
FRAME = QSize(4, 4)
APART = 14  # pixels between a box's text and the next box
AREA_LIMIT = 8192**2  # pixels; no slice is larger
STATES = tuple(state for state in State if state.value)


class FilterPopup(QFrame):
    """Shows filters and takes what the reader changes of them.

    Signals
    -------
    changed(Filters)
        Without the words of the search, which are not asked for here.
    """

    changed = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.Popup)
        self.setObjectName("popup")
        self.setAccessibleName("Filter")
        self.states = {state: check_box(state.value) for state in STATES}
        self.first = self.states[STATES[0]]
        self.tumours: dict[str, QCheckBox] = {}
        self.patient, self.reader, self.reason = QComboBox(), QComboBox(), QComboBox()
        self.difficulties = {it: check_box(it.value) for it in Difficulty if it.value}
        self.grades = {it: check_box(it.value) for it in Grade if it.value}
        self.unusable = check_box("is unusable")
        self.lies = check_box("lies unlike its border")
        self.risk = SpanField("Risk", 1.0, decimals=2, step=0.05)
        self.dice = SpanField("Dice", 1.0, decimals=2, step=0.05)
        self.area = SpanField("Area in pixels", AREA_LIMIT, decimals=0, step=100)
        self.commented = check_box("has a comment")
        self.unseen = check_box("patient not trained on")
        self._types = QHBoxLayout()
        self._types.setSpacing(APART)
        self._types.addStretch(1)
        self._labels: dict[str, QLabel] = {}
        self._arrange()
        remarks = (*self.difficulties.values(), *self.grades.values(), self.unusable, self.unseen)
        for box in (*self.states.values(), *remarks, self.commented, self.lies):
            box.toggled.connect(self._emit)
        for combo in (self.patient, self.reader, self.reason):
            combo.currentIndexChanged.connect(self._emit)
        for span in (self.risk, self.dice, self.area):
            span.changed.connect(self._emit)

    def _arrange(self) -> None:
        grid = QGridLayout(self._inside())
        grid.setContentsMargins(14, 12, 14, 14)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(6)
        parts: tuple[tuple[str, QGridLayout | QHBoxLayout | QWidget], ...] = (
            ("State", _boxes(self.states.values(), 3)),
            ("Type", self._types),
            ("Patient", self.patient),
            ("Risk", self.risk),
            ("Dice", self.dice),
            ("Area", self.area),
            ("Difficulty", _boxes(self.difficulties.values(), 3)),
            ("Proposal", _boxes(self.grades.values(), 2)),
            ("Reason", self.reason),
            ("Image", _boxes((self.unusable, self.lies), 2)),
            ("Reader", self.reader),
            ("Comment", self.commented),
            ("Network", self.unseen),
        )
        for row, (name, part) in enumerate(parts):
            label = QLabel(name)
            label.setObjectName("faint")
            high = isinstance(part, QGridLayout)
            grid.addWidget(label, row, 0, Qt.AlignTop if high else Qt.AlignVCenter)
            label.setBuddy(_first_field(part))
            self._labels[name] = label
            if isinstance(part, QWidget):
                grid.addWidget(part, row, 1)
                part.setAccessibleName(part.accessibleName() or name)
            else:
                grid.addLayout(part, row, 1)
        grid.setColumnStretch(1, 1)

    def _inside(self) -> QWidget:
        self._scrolling = scrolled(QWidget())
        whole = QVBoxLayout(self)
        whole.setContentsMargins(1, 1, 1, 1)
        whole.addWidget(self._scrolling)
        return self._scrolling.widget()

    def move_to(self, point: QPoint) -> None:
        """Lie below a point of the screen, as far up as has room; what has none is scrolled."""
        for part in self.findChildren(QWidget):  # before that they do not know their sizes
            part.ensurePolished()
        wanted = self._scrolling.widget().sizeHint() + FRAME
        screen = QApplication.screenAt(point) or QApplication.primaryScreen()
        room = screen.availableGeometry()
        height = min(wanted.height(), room.height())
        bar = self._scrolling.verticalScrollBar().sizeHint().width()
        self.resize(wanted.width() + bar * (height < wanted.height()), height)
        self.move(point.x(), max(room.top(), min(point.y(), room.bottom() + 1 - height)))

    def offer(self, entries: Iterable[Entry], filters: Filters) -> None:
        """Offer what there is to choose from, and show what is chosen."""
        entries = list(entries)
        with QSignalBlocker(self):
            _fill(self.patient, {entry.patient for entry in entries}, filters.patient)
            readers = {name for entry in entries for name in (entry.reader, *entry.readers)}
            _fill(self.reader, readers, filters.reader)
            reasons = {reason for entry in entries for reason in entry.reasons}
            _fill(self.reason, reasons, filters.reason)
            for tumour in sorted({entry.tumour for entry in entries} - {"", *self.tumours}):
                box = self.tumours[tumour] = check_box(tumour.replace("&", "&&"))
                box.toggled.connect(self._emit)
                self._types.insertWidget(self._types.count() - 1, box)
            for tumour, box in self.tumours.items():
                box.setChecked(tumour in filters.tumours)
            self._labels["Type"].setBuddy(_first_field(self._types))
            for state, box in self.states.items():
                box.setChecked(state in filters.states)
            for level, box in self.difficulties.items():
                box.setChecked(level in filters.difficulties)
            for grade, box in self.grades.items():
                box.setChecked(grade in filters.grades)
            self.unusable.setChecked(filters.unusable)
            self.lies.setChecked(filters.lies_otherwise)
            self.risk.show_span(filters.risk)
            self.dice.show_span(filters.dice)
            self.area.show_span(filters.area_px)
            self.commented.setChecked(filters.commented)
            self.unseen.setChecked(filters.unseen)

    def filters(self) -> Filters:
        """Return what is chosen."""
        return Filters(
            states=_ticked(self.states),
            tumours=_ticked(self.tumours),
            patient=_chosen(self.patient),
            reader=_chosen(self.reader),
            dice=self.dice.span(),
            area_px=self.area.span(),
            commented=self.commented.isChecked(),
            risk=self.risk.span(),
            difficulties=_ticked(self.difficulties),
            grades=_ticked(self.grades),
            unusable=self.unusable.isChecked(),
            reason=_chosen(self.reason),
            unseen=self.unseen.isChecked(),
            lies_otherwise=self.lies.isChecked(),
        )

    def _emit(self) -> None:
        self.changed.emit(self.filters())


class SpanField(QWidget):
    """Two numbers, from and to; the outermost values are open ends.

    Signals
    -------
    changed()
    """

    changed = pyqtSignal()

    def __init__(self, name: str, limit: float, decimals: int, step: float) -> None:
        super().__init__()
        self._limit = limit
        self.low, self.high = NumberBox(), NumberBox()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for box, word in ((self.low, "at least"), (self.high, "at most")):
            # One step outside the range stands for "any": it is what the field begins with.
            box.setDecimals(decimals)
            box.setRange(-step, limit)
            box.setSingleStep(step)
            box.setSpecialValueText(ANY)
            box.setValue(-step)
            box.setButtonSymbols(QAbstractSpinBox.NoButtons)
            box.setKeyboardTracking(False)
            box.setAccessibleName(f"{name} {word}")
            box.valueChanged.connect(self.changed)
            row.addWidget(QLabel(word))
            row.addWidget(box, 1)

    def span(self) -> Span:
        """Return the range that is asked for."""
        low, high = (
            None if box.value() < 0 else round(box.value(), box.decimals())
            for box in (self.low, self.high)
        )
        return Span(low, high)

    def show_span(self, span: Span) -> None:
        """Show a range."""
        for box, value in ((self.low, span.low), (self.high, span.high)):
            box.setValue(box.minimum() if value is None else value)


def _first_field(part: QGridLayout | QHBoxLayout | QWidget) -> QWidget | None:
    """Return what a label's letter leads to."""
    if isinstance(part, SpanField):
        return part.low
    return part if isinstance(part, QWidget) else part.itemAt(0).widget()


def _boxes(boxes: Iterable[QCheckBox], columns: int) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(APART)
    for number, box in enumerate(boxes):
        grid.addWidget(box, number // columns, number % columns)
    return grid


def _ticked(boxes: Mapping[T, QCheckBox]) -> frozenset[T]:
    return frozenset(it for it, box in boxes.items() if box.isChecked())


def _fill(combo: QComboBox, names: set[str], chosen: str) -> None:
    with QSignalBlocker(combo):
        combo.clear()
        combo.addItem(ANY, "")
        for name in sorted(names - {""}, key=natural_key):
            combo.addItem(name, name)
        combo.setCurrentIndex(max(combo.findData(chosen), 0))


def _chosen(combo: QComboBox) -> str:
    return str(combo.currentData() or "")

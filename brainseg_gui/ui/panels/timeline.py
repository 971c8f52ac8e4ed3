"""What was changed here: every step of a slice, and every version of every reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtGui import QBrush, QColor
from PyQt5.QtWidgets import (
    QAction,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from brainseg_gui.review.values.edit_kind import without_sum
from brainseg_gui.review.values.verdict import Step, Version
from brainseg_gui.ui.widgets.moments import moment
from brainseg_gui.ui.widgets.panel_parts import action_button, heading
from brainseg_gui.ui.widgets.plain import plain
from brainseg_gui.ui.widgets.state_icons import verdict_icon
from brainseg_gui.ui.widgets.theme import FAINT

WHICH = Qt.UserRole
UNUSABLE = "image unusable"


class TimelinePanel(QWidget):
    """Two lists; choosing a row asks for its mask, and changes nothing.

    Signals
    -------
    chosen(Step or Version)
    """

    chosen = pyqtSignal(object)

    def __init__(self, actions: Mapping[str, QAction]) -> None:
        super().__init__()
        self._steps = _list("Step")
        self._versions = _list("Verdict")
        self._none = QLabel("Choose a row to see the mask as it was. Nothing is changed by that.")
        self._none.setObjectName("faint")
        self._none.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 4, 6, 4)
        layout.setSpacing(5)
        head = QHBoxLayout()
        head.addWidget(heading("What was changed here"))
        head.addStretch()
        close = QToolButton(text="Close", objectName="panel_button")
        close.setToolTip(actions["history"].toolTip())
        close.clicked.connect(actions["history"].trigger)
        head.addWidget(close)
        layout.addLayout(head)
        layout.addWidget(self._none)
        layout.addWidget(self._steps, 3)
        layout.addWidget(heading("Versions, of all readers"))
        layout.addWidget(self._versions, 2)
        row = QHBoxLayout()
        row.setSpacing(4)
        for name, text in (("restore", "Restore"), ("leave_preview", "Back to now")):
            button = action_button(actions[name], text)
            button.setObjectName("panel_button")
            row.addWidget(button)
        row.addStretch()
        layout.addLayout(row)
        for list_, other in (
            (self._steps, self._versions),
            (self._versions, self._steps),
        ):
            list_.itemSelectionChanged.connect(
                lambda list_=list_, other=other: self._on_selection(list_, other)
            )

    def show_history(self, steps: Sequence[Step], versions: Sequence[Version]) -> None:
        """Show the rows of a slice; none is chosen."""
        _fill(self._steps, [_step_row(step) for step in steps])
        _fill(self._versions, [_version_row(version) for version in versions])

    def clear_choice(self) -> None:
        """Choose no row."""
        for list_ in (self._steps, self._versions):
            list_.blockSignals(True)
            list_.setCurrentItem(None)
            list_.clearSelection()
            list_.blockSignals(False)

    def _on_selection(self, list_: QTreeWidget, other: QTreeWidget) -> None:
        items = list_.selectedItems()
        if not items:
            return
        other.blockSignals(True)
        other.clearSelection()
        other.blockSignals(False)
        self.chosen.emit(items[0].data(0, WHICH))


def step_text(step: Step) -> str:
    """Return a step as its row says it: an undone one says so in words, not in grey alone."""
    return step.text if step.in_effect or step.kind.moves else f"{step.text} (undone)"


def version_text(version: Version) -> str:
    """Return a version as its row says it."""
    parts = [version.verdict.value]
    parts += filter(None, (version.difficulty.value, version.grade.value))
    if version.unusable:
        parts.append(UNUSABLE)
    if version.comment:
        parts.append(f"“{version.comment}”")
    text = " · ".join(parts)
    return f"{text} (taken back)" if version.withdrawn else text


def provenance(version: Version) -> str:
    """Return where a version came from, for a tooltip."""
    lines = [f"{version.verdict.value.capitalize()} by {version.reader}, {moment(version.at)}"]
    if version.comment:
        lines.append(f"“{version.comment}”")
    lines += _remarked(version)
    lines.append(f"Started from {version.start.as_start}; {version.edited_pixels} pixels edited")
    if version.model:
        threshold = "" if version.threshold is None else f", threshold {version.threshold:g}"
        lines.append(f"Network {version.model}{threshold}")
        lines.append(f"Sum {version.model_sum[:16]}…")
    lines.append(f"{version.seconds:.0f} s on the slice")
    return "\n".join(lines)


def _remarked(version: Version) -> list[str]:
    """Return what was said of the proposal and of the image, and what was not seen."""
    graded = f"Proposal: {version.grade.value}" if version.grade.value else ""
    hidden = "The reference was hidden until then" if version.reference_hidden else ""
    unusable = UNUSABLE.capitalize() if version.unusable else ""
    reasons = f"Reasons: {', '.join(version.reasons)}" if version.reasons else ""
    return [line for line in (graded, unusable, reasons, hidden) if line]


def _step_row(step: Step) -> QTreeWidgetItem:
    row = QTreeWidgetItem([moment(step.at), step.reader, without_sum(step_text(step))])
    if not step.in_effect:
        _grey(row)
    row.setData(0, WHICH, step)
    row.setToolTip(2, plain(f"{step_text(step)}, {step.reader}, {moment(step.at)}"))
    return row


def _version_row(version: Version) -> QTreeWidgetItem:
    row = QTreeWidgetItem([moment(version.at), version.reader, version_text(version)])
    row.setIcon(2, verdict_icon(version.verdict))
    if version.withdrawn:
        _grey(row)
    row.setData(0, WHICH, version)
    for column in range(3):
        row.setToolTip(column, plain(provenance(version)))
    return row


def _grey(row: QTreeWidgetItem) -> None:
    for column in range(row.columnCount()):
        row.setForeground(column, QBrush(QColor(FAINT)))


def _fill(list_: QTreeWidget, rows: Iterable[QTreeWidgetItem]) -> None:
    list_.blockSignals(True)
    list_.clear()
    list_.addTopLevelItems(list(rows))
    for column in (0, 1):
        list_.resizeColumnToContents(column)
    list_.scrollToBottom()
    list_.blockSignals(False)


def _list(last: str) -> QTreeWidget:
    list_ = QTreeWidget()
    list_.setHeaderLabels(["Time", "Reader", last])
    list_.setRootIsDecorated(False)
    list_.setUniformRowHeights(True)
    list_.setAllColumnsShowFocus(True)
    list_.header().setStretchLastSection(True)
    list_.header().setSectionResizeMode(QHeaderView.Interactive)
    list_.setHorizontalScrollBarPolicy(Qt.ScrollBarAlwaysOff)
    return list_

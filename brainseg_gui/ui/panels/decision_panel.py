"""The verdict on the slice: what it is, who gave it when, and how to give another."""

from __future__ import annotations

from collections.abc import Mapping

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import (
    QAction,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from brainseg_gui.review.values.verdict import Difficulty, Grade, Remarks, SliceStatus, Verdict
from brainseg_gui.ui.panels.reasons_button import ReasonsButton
from brainseg_gui.ui.widgets.moments import moment
from brainseg_gui.ui.widgets.panel_parts import (
    OneLine,
    Wrapped,
    action_button,
    check_box,
    heading,
)
from brainseg_gui.ui.widgets.state_icons import verdict_icon
from brainseg_gui.ui.widgets.text_field import TextField

LONGEST_COMMENT = 2000
_LEVELS = tuple(level for level in Difficulty if level.value)
_GRADES = {
    Grade.NO_CHANGE: "None",
    Grade.MINOR: "Minor",
    Grade.MAJOR: "Major",
    Grade.WRONG_PLACE: "Wrong place",
}


class DecisionPanel(QWidget):
    """Verdict buttons, difficulty, grade, comment, and the verdict that stands.

    Attributes
    ----------
    comment : TextField
    reasons : ReasonsButton
    risk : Wrapped
        What is said of the prediction's risk; its text is written by `RiskLine`.
    alarms : Wrapped
        What else about the prediction wants a look; hidden where it is nothing.
    """

    def __init__(self, actions: Mapping[str, QAction]) -> None:
        super().__init__()
        self.setObjectName("decision")
        self.setAttribute(Qt.WA_StyledBackground)  # for the line above it
        self._actions = actions
        self.comment = TextField("Comment…")
        self.comment.setMaxLength(LONGEST_COMMENT)
        self.reasons = ReasonsButton(actions["reasons"])
        self.reasons.setObjectName("panel_button")
        actions["comment"].changed.connect(self._follow_comment)
        self._follow_comment()
        self.risk = Wrapped()
        self.risk.setObjectName("risk")
        self.alarms = Wrapped()
        self.alarms.setObjectName("warning")
        self.alarms.hide()
        self._icon = QLabel()
        self._shown: Verdict | None = None  # by the icon
        self._standing = OneLine()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 4, 6, 8)
        layout.setSpacing(5)
        layout.addLayout(_first_row(actions))
        grades = [_small(actions[grade_action(grade)], text) for grade, text in _GRADES.items()]
        layout.addWidget(self.risk)
        layout.addWidget(self.alarms)
        change = QLabel("Change")
        change.setObjectName("faint")
        layout.addLayout(_row(change, None, *grades))
        layout.addLayout(_row(*(_verdict(actions[name]) for name in ("accept", "reject", "flag"))))
        unusable = _plain(actions["unusable"], "Unusable")
        layout.addLayout(_row(self.comment, self.reasons, unusable))
        layout.addLayout(
            _row(self._icon, self._standing, _plain(actions["take_back"], "Take back"))
        )
        self._hides = check_box("Hide the reference until the verdict")
        self._hides.hide()
        actions["hide_reference"].changed.connect(self._follow_hiding)
        self._hides.clicked.connect(actions["hide_reference"].trigger)
        layout.addWidget(self._hides)

    def show_status(self, status: SliceStatus | None, note: str = "") -> None:
        """Show the verdict that stands, or a note; None where no slice is open."""
        verdict = status.verdict if status else Verdict.UNREVIEWED
        if verdict is not self._shown:
            self._shown = verdict
            self._icon.setPixmap(verdict_icon(verdict).pixmap(16, 16))
        self._standing.setText(note or (standing(status) if status else "No slice"))

    def name_accept(self, corrected: bool) -> None:
        """Say on the button what accepting means for this slice."""
        self._actions["accept"].setIconText("Accept corrected" if corrected else "Accept")

    def show_remarks(self, remarks: Remarks) -> None:
        """Show what was said of this slice."""
        if self.comment.text() != remarks.comment:
            self.comment.setText(remarks.comment)
        for level in _LEVELS:
            self._actions[f"difficulty_{level.value}"].setChecked(level is remarks.difficulty)
        for grade in _GRADES:
            self._actions[grade_action(grade)].setChecked(grade is remarks.grade)
        self._actions["unusable"].setChecked(remarks.unusable)
        self.reasons.show_reasons(remarks.reasons)

    @property
    def remarks(self) -> Remarks:
        """Return what is said of this slice."""
        levels = (it for it in _LEVELS if self._actions[f"difficulty_{it.value}"].isChecked())
        grades = (it for it in _GRADES if self._actions[grade_action(it)].isChecked())
        return Remarks(
            self.comment.text().strip(),
            next(levels, Difficulty.NONE),
            next(grades, Grade.NONE),
            self._actions["unusable"].isChecked(),
            self.reasons.reasons,
        )

    def offer_hiding(self, on: bool) -> None:
        """Offer to keep the reference hidden, where there are references."""
        self._hides.setVisible(on)

    def _follow_hiding(self) -> None:
        action = self._actions["hide_reference"]
        self._hides.setChecked(action.isChecked())
        self._hides.setEnabled(action.isEnabled())
        self._hides.setToolTip(action.toolTip())

    def _follow_comment(self) -> None:
        """Show of the comment's command whether it can be given, and its key."""
        action = self._actions["comment"]
        self.comment.setEnabled(action.isEnabled())
        key = action.shortcut().toString()
        self.comment.setToolTip("Why; kept with the verdict" + (f"  ({key})" if key else ""))


def grade_action(grade: Grade) -> str:
    """Return the name of the command that gives a grade."""
    return f"grade_{grade.name.lower()}"


def standing(status: SliceStatus) -> str:
    """Return the verdict with its reader and time, as one line.

    Examples
    --------
    >>> standing(SliceStatus(Verdict.UNREVIEWED, "Ada", "", Difficulty.NONE, False, ""))
    'Not reviewed yet'
    """
    if status.verdict is Verdict.UNREVIEWED:
        return "Not reviewed yet"
    when = f" · {moment(status.at)}" if status.at else ""
    if status.verdict is Verdict.IN_PROGRESS:
        return f"In progress{when}"
    return f"{status.verdict.value.capitalize()} by {status.reader}{when}"


def _first_row(actions: Mapping[str, QAction]) -> QHBoxLayout:
    levels = [
        _small(actions[f"difficulty_{level.value}"], level.value.capitalize()) for level in _LEVELS
    ]
    history = _small(actions["history"], "History")
    return _row(heading("Decision"), None, *levels, None, history)


def _row(*parts: QWidget | None) -> QHBoxLayout:
    """Return widgets in a row; None is a stretch."""
    row = QHBoxLayout()
    row.setSpacing(4)
    for part in parts:
        if part is None:
            row.addStretch()
        else:
            stretches = isinstance(part, QLineEdit | OneLine)
            row.addWidget(part, 1 if stretches else 0)
    return row


def _plain(action: QAction, text: str) -> QToolButton:
    button = action_button(action, text)
    button.setObjectName("panel_button")
    return button


def _small(action: QAction, text: str) -> QToolButton:
    """Return a button no higher than the heading beside it."""
    button = action_button(action, text)
    button.setObjectName("small")
    return button


def _verdict(action: QAction) -> QToolButton:
    button = action_button(action, action.text().replace("&", ""))
    button.setToolButtonStyle(Qt.ToolButtonTextBesideIcon)
    button.setSizePolicy(QSizePolicy.Expanding, QSizePolicy.Fixed)
    button.setObjectName("verdict")
    return button

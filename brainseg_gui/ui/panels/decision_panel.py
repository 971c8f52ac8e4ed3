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

from brainseg_gui.review.values.verdict import Difficulty, SliceStatus, Verdict
from brainseg_gui.ui.widgets.moments import moment
from brainseg_gui.ui.widgets.panel_parts import OneLine, action_button, heading
from brainseg_gui.ui.widgets.state_icons import verdict_icon
from brainseg_gui.ui.widgets.text_field import TextField

LONGEST_COMMENT = 2000


class DecisionPanel(QWidget):
    """Verdict buttons, difficulty, comment, and the verdict that stands.

    Attributes
    ----------
    comment : TextField
    """

    def __init__(self, actions: Mapping[str, QAction]) -> None:
        super().__init__()
        self._actions = actions
        self.comment = TextField("Comment…")
        self.comment.setMaxLength(LONGEST_COMMENT)
        actions["comment"].changed.connect(self._follow_comment)
        self._follow_comment()
        self._icon = QLabel()
        self._shown: Verdict | None = None  # by the icon
        self._standing = OneLine()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 4, 6, 8)
        layout.setSpacing(5)
        levels = [
            _small(actions[f"difficulty_{level.value}"], level.value.capitalize())
            for level in Difficulty
            if level.value
        ]
        history = _small(actions["history"], "History")
        layout.addLayout(_row(heading("Decision"), None, *levels, None, history))
        layout.addLayout(_row(*(_verdict(actions[name]) for name in ("accept", "reject", "flag"))))
        layout.addLayout(_row(self.comment))
        layout.addLayout(
            _row(self._icon, self._standing, _plain(actions["take_back"], "Take back"))
        )

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

    def show_comment(self, comment: str, difficulty: Difficulty) -> None:
        """Show what was said of this slice."""
        if self.comment.text() != comment:
            self.comment.setText(comment)
        for level in Difficulty:
            if level.value:
                self._actions[f"difficulty_{level.value}"].setChecked(level is difficulty)

    def _follow_comment(self) -> None:
        """Show of the comment's command whether it can be given, and its key."""
        action = self._actions["comment"]
        self.comment.setEnabled(action.isEnabled())
        key = action.shortcut().toString()
        self.comment.setToolTip("Why; kept with the verdict" + (f"  ({key})" if key else ""))

    @property
    def difficulty(self) -> Difficulty:
        """Return which difficulty is chosen."""
        chosen = (
            level
            for level in Difficulty
            if level.value and self._actions[f"difficulty_{level.value}"].isChecked()
        )
        return next(chosen, Difficulty.NONE)


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

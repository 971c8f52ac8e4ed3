"""What each state of a slice looks like, in the list and where the verdict is given."""

from __future__ import annotations

from PyQt5.QtGui import QIcon

from brainseg_gui.review.values.verdict import Verdict
from brainseg_gui.review.worklist.entry import State
from brainseg_gui.ui.widgets.theme import FAINT, WARNING, icon

STATE_ICONS = {
    State.UNREAD: ("mdi6.circle-outline", "#4a4d53"),
    State.READY: ("mdi6.circle-outline", FAINT),
    State.PREDICTED: ("mdi6.circle-slice-4", "#E69F00"),
    State.IN_PROGRESS: ("mdi6.pencil", "#56B4E9"),
    State.FLAGGED: ("mdi6.flag", "#F0E442"),
    State.ACCEPTED: ("mdi6.check", "#009E73"),
    State.CORRECTED: ("mdi6.check-circle", "#009E73"),
    State.REJECTED: ("mdi6.close-circle", WARNING),
    State.BROKEN: ("mdi6.alert", WARNING),
}


def verdict_icon(verdict: Verdict) -> QIcon:
    """Return the icon of the state that a verdict leads to."""
    state = State.READY if verdict is Verdict.UNREVIEWED else State[verdict.name]
    return icon(*STATE_ICONS[state])

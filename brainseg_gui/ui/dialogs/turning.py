"""Ask whether one slice is turned or all that lie like it, and say what that means."""

from __future__ import annotations

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QIcon
from PyQt5.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from brainseg_gui.core.text import shown
from brainseg_gui.review.worklist.turning import Proposal, worked_on

WIDTH = 460
OTHERS_STAY = "Slices whose border fits, and those without a border, stay as they are."


class TurnDialog(QDialog):
    """Shows what is proposed; `every` says for which slices it is wanted.

    Nothing but this slice is chosen at first: of the others none was seen.
    """

    def __init__(self, parent: QWidget | None, proposal: Proposal) -> None:
        super().__init__(parent)
        self._proposal = proposal
        self.setWindowTitle("Turn back" if proposal.turns_back else "Turn upright")
        self.here = QRadioButton("Only this slice")
        self.all = QRadioButton(_all_text(proposal))
        self.here.setChecked(True)
        self.work = _label()
        buttons = QDialogButtonBox(QDialogButtonBox.Ok | QDialogButtonBox.Cancel)
        buttons.button(QDialogButtonBox.Ok).setText("Turn back" if proposal.turns_back else "Turn")
        for button in buttons.buttons():
            button.setIcon(QIcon())
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.setContentsMargins(16, 16, 16, 12)
        said, rest = _label(_what(proposal)), _label(_limits(proposal))
        rest.setObjectName("faint")
        for widget in (said, self.here, self.all, self.work, rest, buttons):
            layout.addWidget(widget)
        self.setFixedWidth(WIDTH)
        for choice in (self.here, self.all):
            choice.setVisible(len(proposal.alike) > 1)
        self.all.toggled.connect(self._say_work)
        self._say_work()

    @property
    def every(self) -> bool:
        """Tell whether all slices that lie alike are meant."""
        return self.all.isChecked()

    def _say_work(self) -> None:
        self.work.setText(work_text(self._proposal, every=self.every))
        self.work.setVisible(bool(self.work.text()))
        # A layout does not grow by itself for a text that wraps.
        self.setFixedHeight(self.layout().totalHeightForWidth(WIDTH))


def work_text(proposal: Proposal, *, every: bool) -> str:
    """Return what becomes of the work on the slices that are turned; empty where there is none."""
    chosen = proposal.slices(every=every)
    count = worked_on(chosen)
    if not count:
        return ""
    whose = "This slice has" if len(chosen) == 1 else f"{count} of these {len(chosen)} slices have"
    stays, again = (
        ("as it is turned now", "turned again")
        if proposal.turns_back
        else ("as it lies now", "turned back")
    )
    return (
        f"{whose} corrections, verdicts or comments. This work stays with the slice {stays}: it is "
        f"kept, it is shown on no other pixels, and it is there again when the slice is {again}. "
        "Until then it is not exported."
    )


def _label(text: str = "") -> QLabel:
    label = QLabel(text, textFormat=Qt.PlainText)
    label.setWordWrap(True)
    return label


def _what(proposal: Proposal) -> str:
    name, turn = shown(proposal.here.name), proposal.turn.value
    if proposal.turns_back:
        return f"Image and mask of {name} were {turn}. Show them as they are stored again?"
    return (
        f"The border of {name} fits if image and mask are {turn}. Turn image and mask together? "
        "The border stays where it is."
    )


def _all_text(proposal: Proposal) -> str:
    said = "that were turned in the same way" if proposal.turns_back else "whose border says so too"
    return f"All {len(proposal.alike)} slices of this data set {said}"


def _limits(proposal: Proposal) -> str:
    """Say what is not touched."""
    said = [] if proposal.turns_back else [OTHERS_STAY]
    if proposal.unread:
        said.append(f"{proposal.unread} slices are not read yet and stay as they are.")
    said.append("The files are not changed, and exported masks always fit them.")
    return " ".join(said)

"""Choose masks that were made elsewhere, and see which slices they fit before they are loaded."""

from __future__ import annotations

from itertools import chain, islice
from pathlib import Path

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtGui import QIcon
from PyQt5.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from brainseg_gui.files.masks.table import kinds_text, mask_filters
from brainseg_gui.review.incoming.plan import Plan
from brainseg_gui.review.values.edit_kind import LOADED, without_sum

WIDTH, LIST_HEIGHT = 560, 130
MOST_LINES = 1000
ABOUT = (
    f"A file or a folder of masks ({kinds_text()}). A mask belongs to the slice of the same name, "
    "or of the same place in a volume. Each becomes your correction, as one step."
)


class LoadMasks(QDialog):
    """Says what would be loaded; nothing is until it is agreed to.

    Signals
    -------
    chosen(Path)
        A file or folder to look into.
    classes_asked()
        Which classes of the masks are tumour shall be said.

    Attributes
    ----------
    plan : Plan or None
        What is shown.
    """

    chosen = pyqtSignal(object)
    classes_asked = pyqtSignal()

    def __init__(self, parent: QWidget | None, folder: str) -> None:
        super().__init__(parent)
        self.setWindowTitle("Load masks")
        self.setAttribute(Qt.WA_DeleteOnClose, False)
        self._folder = folder
        self.plan: Plan | None = None
        self.file, self.directory = QPushButton("Choose &file…"), QPushButton("Choose f&older…")
        self.file.clicked.connect(self._ask_file)
        self.directory.clicked.connect(self._ask_folder)
        self.source, self.said = _label(), _label()
        self.details = QPlainTextEdit(readOnly=True)
        self.details.setFixedHeight(LIST_HEIGHT)
        self.details.setTabChangesFocus(True)
        self.classes = QPushButton("C&lasses…")
        self.classes.clicked.connect(self.classes_asked)
        self.work = _label()
        self.keep, self.replace = QRadioButton("&Keep mine"), QRadioButton("&Replace them")
        self.keep.setChecked(True)
        self.keep.toggled.connect(self._refresh)
        self.buttons = QDialogButtonBox(QDialogButtonBox.Ok | QDialogButtonBox.Cancel)
        for button in self.buttons.buttons():
            button.setIcon(QIcon())
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._lay_out()
        self._worked_on = 0
        self._refresh()

    @property
    def replaces(self) -> bool:
        """Tell whether corrections that are there are to be replaced."""
        return self.replace.isChecked()

    def choose(self, source: Path) -> None:
        """Have a file or folder looked into."""
        self.plan = None
        self.source.setText(str(source))
        self._refresh()
        self.chosen.emit(source)

    def show_progress(self, done: int, total: int) -> None:
        """Say how many files were looked into."""
        self.said.setText(f"Looking for masks… {done} of {total} files" if total else "Looking…")

    def show_failure(self, sentence: str) -> None:
        """Say why nothing was found out."""
        self.plan = None
        self.said.setText(sentence)
        self._refresh()

    def show_plan(self, plan: Plan, worked_on: int) -> None:
        """Say what would be loaded; on so many of the slices the reader has worked."""
        self.plan, self._worked_on = plan, worked_on
        self.said.setText(plan.sentence)
        misfits = (it.text for it in plan.misfits)
        fits = (
            f"{it.entry.name} ← {without_sum(it.origin).removeprefix(LOADED)}" for it in plan.fits
        )
        lines = list(islice(chain(plan.notes, misfits, fits), MOST_LINES))
        left = len(plan.notes) + len(plan.misfits) + len(plan.fits) - len(lines)
        self.details.setPlainText("\n".join([*lines, *[f"… and {left} more"] * bool(left)]))
        self._refresh()
        if plan.classes.unsaid:
            self.classes.setFocus()
        elif self._count:
            self.buttons.button(QDialogButtonBox.Ok).setFocus()

    @property
    def _count(self) -> int:
        """Return how many masks would be loaded."""
        fits = len(self.plan.fits) if self.plan is not None else 0
        return fits if self.replaces else fits - min(self._worked_on, fits)

    def _refresh(self) -> None:
        has_plan = self.plan is not None
        asks = has_plan and self._worked_on > 0
        number = self._worked_on
        whose = "1 of these slices has" if number == 1 else f"{number} of these slices have"
        self.work.setText(f"{whose} a correction or a verdict of yours:" if asks else "")
        for widget in (self.work, self.keep, self.replace):
            widget.setVisible(asks)
        self.details.setVisible(has_plan)
        self.classes.setVisible(self.plan is not None and self.plan.classes.several)
        load = self.buttons.button(QDialogButtonBox.Ok)
        masks = "1 mask" if self._count == 1 else f"{self._count} masks"
        load.setText(f"Load {masks}" if self._count else "Load")
        load.setEnabled(self._count > 0)
        # A layout does not grow by itself for a text that wraps.
        self.setFixedHeight(self.layout().totalHeightForWidth(WIDTH))
        self._stay_on_the_screen()

    def _stay_on_the_screen(self) -> None:
        """Grow upwards where there is no room below."""
        screen = self.screen()
        if self.isVisible() and screen is not None:
            beyond = self.frameGeometry().bottom() - screen.availableGeometry().bottom()
            if beyond > 0:
                self.move(self.x(), max(self.y() - beyond, screen.availableGeometry().top()))

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        for button in (self.file, self.directory):
            row.addWidget(button)
        row.addStretch()
        row.addWidget(self.classes)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.setContentsMargins(16, 16, 16, 12)
        about = _label(ABOUT)
        self.source.setObjectName("faint")
        layout.addWidget(about)
        layout.addLayout(row)
        for widget in (self.source, self.said, self.details, self.work):
            layout.addWidget(widget)
        choice = QHBoxLayout()
        for radio in (self.keep, self.replace):
            choice.addWidget(radio)
        choice.addStretch()
        layout.addLayout(choice)
        layout.addWidget(self.buttons)
        self.setFixedWidth(WIDTH)

    def _ask_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Load masks", self._folder, mask_filters())
        if name:
            self.choose(Path(name))

    def _ask_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, "Load masks", self._folder)
        if name:
            self.choose(Path(name))


def _label(text: str = "") -> QLabel:
    label = QLabel(text, textFormat=Qt.PlainText)
    label.setWordWrap(True)
    return label

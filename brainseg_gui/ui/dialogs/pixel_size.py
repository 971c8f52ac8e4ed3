"""Ask how large a pixel is, and say what was understood."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from brainseg_gui.core.numbers import number_in

QUESTION = (
    "Side of a pixel in mm, for every slice of this data set (0: unknown).\n"
    "The files do not hold it; the figshare set's own README says 0.49."
)
LARGEST_MM = 10.0
SMALLEST_HEAD_MM, LARGEST_HEAD_MM = 50.0, 400.0
Ask = Callable[[str], bool]


class PixelSize(QDialog):
    """A field for the pixel size; below it, what it means for the slice on the screen.

    Parameters
    ----------
    current : float or None
        As it is declared now.
    mask_px : int
        Pixels of the mask on the screen, 0 where there is none.
    head_px : int
        Longer side of the head on the screen, 0 where no slice is shown.
    ask : callable, optional
        Asks whether something unlikely is meant; for tests.
    """

    def __init__(
        self,
        parent: QWidget | None,
        current: float | None,
        mask_px: int = 0,
        head_px: int = 0,
        ask: Ask | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Pixel size")
        self._mask_px, self._head_px = mask_px, head_px
        self._ask = ask or self._ask_back
        self.field = QLineEdit(f"{current:g}" if current else "0")
        self.understood = QLabel()
        self._buttons = QDialogButtonBox(QDialogButtonBox.Ok | QDialogButtonBox.Cancel)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        question = QLabel(QUESTION)
        question.setBuddy(self.field)
        for widget in (question, self.field, self.understood, self._buttons):
            layout.addWidget(widget)
        self.field.textChanged.connect(self._say)
        self.field.selectAll()
        self._say()

    @property
    def value(self) -> float | None:
        """Return the size in mm, 0 for unknown; None where the text is no size."""
        try:
            value = number_in(self.field.text())
        except ValueError:
            return None
        return value if 0 <= value <= LARGEST_MM else None

    def accept(self) -> None:
        """Take what was typed; what makes no head of it is asked about first."""
        value = self.value
        if value is None:
            return
        head = value * self._head_px
        unlikely = head > 0 and not SMALLEST_HEAD_MM <= head <= LARGEST_HEAD_MM
        sentence = f"{value:g} mm makes this head {head / 10:.0f} cm large. Keep it?"
        if not unlikely or self._ask(sentence):
            super().accept()

    def _say(self) -> None:
        value = self.value
        self._buttons.button(QDialogButtonBox.Ok).setEnabled(value is not None)
        if value is None:
            said = f"Not a size between 0 and {LARGEST_MM:g} mm."
        elif not value:
            said = "The size is unknown."
        else:
            said = f"{value:g} mm"
            if self._mask_px:
                said += f": this mask is {self._mask_px * value**2:.0f} mm²"
        self.understood.setText(said)

    def _ask_back(self, sentence: str) -> bool:
        answer = QMessageBox.question(self, "Pixel size", sentence)
        return bool(answer == QMessageBox.Yes)

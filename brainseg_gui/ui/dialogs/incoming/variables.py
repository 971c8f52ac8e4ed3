"""Choose which variables of plain MATLAB files are image, mask, patient and type."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QIcon
from PyQt5.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from brainseg_gui.core.text import shown
from brainseg_gui.files.info import Variable
from brainseg_gui.files.wishes import Variables

WIDTH = 460
NONE = "none"
NOT_CHOSEN = "not chosen"
MASK_TYPES = ("logical", "uint8", "int8")
ABOUT = (
    "{} has no cjdata. What is chosen here holds for every such file of this data set, and is kept "
    "with the review; the files are read anew."
)


@dataclass(frozen=True)
class Chosen:
    """What the reader said; no variables where nothing is to be chosen any more."""

    variables: Variables | None


class VariablesDialog(QDialog):
    """A list of variables for each part of a slice; all but the image may be none."""

    def __init__(
        self,
        parent: QWidget | None,
        file: str,
        found: Sequence[Variable],
        now: Variables | None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Choose variables")
        pictures = [it for it in found if it.is_picture]
        others = [it for it in found if not it.is_picture]
        now = now or guessed(pictures, others)
        self.image = _list(NOT_CHOSEN, pictures, now.image)
        self.mask = _list(NONE, pictures, now.mask)
        self.patient = _list(NONE, others, now.patient)
        self.tumour = _list(NONE, others, now.tumour)
        self.said = _label("")
        self._sizes = {it.name: it.shape for it in pictures}
        self.buttons = QDialogButtonBox(QDialogButtonBox.Ok | QDialogButtonBox.Cancel)
        for button in self.buttons.buttons():
            button.setIcon(QIcon())
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._lay_out(file)
        for combo in (self.image, self.mask):
            combo.currentIndexChanged.connect(self._say)
        self._say()

    @property
    def chosen(self) -> Chosen:
        """Return what is chosen."""
        image, *rest = (
            combo.currentData() for combo in (self.image, self.mask, self.patient, self.tumour)
        )
        return Chosen(Variables(image, *rest) if image else None)

    def _say(self) -> None:
        """Say what would be read, or why it could not be."""
        image, mask = self.image.currentData(), self.mask.currentData()
        if not image:
            said = "Without an image these files cannot be read."
        elif mask and self._sizes.get(mask) != self._sizes.get(image):
            said = "Image and mask have different sizes."
        elif mask == image:
            said = "Image and mask are the same variable."
        else:
            said = ""
        self.said.setText(said)

    def _lay_out(self, file: str) -> None:
        form = QFormLayout()
        form.setSpacing(8)
        for text, combo in (
            ("&Image", self.image),
            ("&Mask", self.mask),
            ("&Patient", self.patient),
            ("&Type of tumour", self.tumour),
        ):
            form.addRow(text, combo)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.setContentsMargins(16, 16, 16, 12)
        layout.addWidget(_label(ABOUT.format(shown(file))))
        layout.addLayout(form)
        layout.addWidget(self.said)
        layout.addWidget(self.buttons)
        self.setFixedWidth(WIDTH)


def guessed(pictures: Sequence[Variable], others: Sequence[Variable]) -> Variables:
    """Return what is proposed: the mask by its class, the rest by their names.

    Examples
    --------
    >>> guessed([Variable("V", (8, 9), "double"), Variable("W", (8, 9), "logical")], [])
    Variables(image='V', mask='W', patient='', tumour='')
    """
    masks = [it for it in pictures if it.type in MASK_TYPES and len(pictures) > 1]
    mask = masks[0].name if masks else ""
    image = next((it.name for it in pictures if it.name != mask), "")
    patient = _named(others, ("pid", "patient", "patientid", "subject", "id"))
    return Variables(image, mask, patient, _named(others, ("label", "type", "tumour", "tumor")))


def _named(found: Iterable[Variable], names: Sequence[str]) -> str:
    return next((it.name for it in found if it.name.lower().replace("_", "") in names), "")


def _list(nothing: str, found: Sequence[Variable], now: str) -> QComboBox:
    combo = QComboBox()
    combo.addItem(nothing, "")
    for it in found:
        combo.addItem(shown(it.text), it.name)
    if now and combo.findData(now) < 0:  # of other files of the data set
        combo.addItem(f"{shown(now)}  (not in this file)", now)
    combo.setCurrentIndex(max(combo.findData(now), 0))
    return combo


def _label(text: str) -> QLabel:
    label = QLabel(text, textFormat=Qt.PlainText)
    label.setWordWrap(True)
    return label

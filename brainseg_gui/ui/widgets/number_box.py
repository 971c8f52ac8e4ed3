"""A field for a number that is read as it is typed, with a point or a comma, in every locale."""

from __future__ import annotations

from PyQt5.QtGui import QValidator
from PyQt5.QtWidgets import QDoubleSpinBox

from brainseg_gui.core.numbers import POINTS, number_in


class NumberBox(QDoubleSpinBox):
    """Qt's own takes the point of `0.49` for a separator of thousands where commas are used."""

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Tell whether a text is a number, or may become one."""
        if text == self.specialValueText() != "":
            return QValidator.Acceptable, text, position
        typed = self._typed(text)
        try:
            value = number_in(typed)
        except ValueError:
            unfinished = not typed or typed in {"-", "+"} or typed[-1] in POINTS
            return QValidator.Intermediate if unfinished else QValidator.Invalid, text, position
        within = self.minimum() <= value <= self.maximum()
        return QValidator.Acceptable if within else QValidator.Intermediate, text, position

    def valueFromText(self, text: str) -> float:
        """Return the number in a text."""
        if text == self.specialValueText() != "":
            return self.minimum()
        try:
            return round(number_in(self._typed(text)), self.decimals())
        except ValueError:
            return self.value()

    def textFromValue(self, value: float) -> str:
        """Return a number with a point, as everywhere in the program."""
        return f"{value:.{self.decimals()}f}"

    def _typed(self, text: str) -> str:
        return text.removeprefix(self.prefix()).removesuffix(self.suffix()).strip()

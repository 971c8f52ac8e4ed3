"""Fields for the options of tools: a number, or one of a few choices."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import QSignalBlocker, Qt, pyqtSignal
from PyQt5.QtWidgets import QComboBox, QSpinBox

from brainseg_gui.ui.tools.tool import ToolOption


class NumberField(QSpinBox):
    """A number; the lowest may have a word in its place.

    Signals
    -------
    turned(int)
        It has another value.
    left()
        The reader is done with it.
    """

    turned = pyqtSignal(int)
    left = pyqtSignal()

    def __init__(self, option: ToolOption) -> None:
        super().__init__(minimum=option.low, maximum=option.high, suffix=option.suffix)
        self.setPrefix(option.prefix)
        self.setSpecialValueText(option.lowest)
        self.setValue(option.default)
        self.setButtonSymbols(QSpinBox.NoButtons)
        self.valueChanged.connect(self.turned)
        self.editingFinished.connect(self.left)


class ChoiceField(QComboBox):
    """One of the option's choices; its value is their number.

    Signals
    -------
    turned(int)
        It has another value.
    left()
        The reader is done with it.
    """

    turned = pyqtSignal(int)
    left = pyqtSignal()

    def __init__(self, option: ToolOption) -> None:
        super().__init__()
        self.addItems(option.choices)
        self.setValue(option.default)
        self.currentIndexChanged.connect(self.turned)
        self.activated.connect(lambda _index: self.left.emit())

    def value(self) -> int:
        """Return the number of the choice."""
        return self.currentIndex()

    def setValue(self, value: int) -> None:
        """Choose by number."""
        self.setCurrentIndex(value)


class LiveField(ChoiceField):
    """Asks what there is to choose just before it is used.

    Signals
    -------
    opening()
    """

    opening = pyqtSignal()

    def showPopup(self) -> None:
        """Ask, and open."""
        self.opening.emit()
        super().showPopup()

    def offer(self, choices: Sequence[str]) -> None:
        """Offer these; what was chosen is the one in its place."""
        at = max(self.currentIndex(), 0)
        with QSignalBlocker(self):
            self.clear()
            self.addItems(choices)
            self.setCurrentIndex(min(at, self.count() - 1))
        metrics = self.fontMetrics()
        widest = max(map(metrics.horizontalAdvance, choices), default=0)
        self.view().setMinimumWidth(widest + 24)


OptionField = NumberField | ChoiceField


def field_of(option: ToolOption) -> OptionField:
    """Return a field that shows the option's default."""
    kind = LiveField if option.live else ChoiceField if option.choices else NumberField
    field: OptionField = kind(option)
    field.setAccessibleName(option.text)
    field.setFocusPolicy(Qt.ClickFocus)
    return field

"""Fields for the options of tools: a number, or one of a few choices; and the row of them."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import QEvent, QSignalBlocker, Qt, QTimer, pyqtSignal
from PyQt5.QtWidgets import QComboBox, QHBoxLayout, QSpinBox, QWidget

from brainseg_gui.ui.tools.table import options_of
from brainseg_gui.ui.tools.tool import ToolOption, ToolSpec
from brainseg_gui.ui.widgets.panel_parts import OneLine

GAP = 3  # pixels between two options


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


class ToolOptions(QWidget):
    """The options of the tool in use, or in their place what a tool does that has none.

    It is as wide as the longest row of options: what stands beside it does not move when another
    tool is chosen.

    Signals
    -------
    turned(str name, int value)
    opening(str name)
        The list of an option is about to be used.
    left()
        The reader is done with a field.

    Attributes
    ----------
    fields : dict of str to OptionField
    """

    turned = pyqtSignal(str, int)
    opening = pyqtSignal(str)
    left = pyqtSignal()

    def __init__(self, tools: Sequence[ToolSpec]) -> None:
        super().__init__()
        self._tools = {spec.name: spec for spec in tools}
        self._mine: tuple[ToolOption, ...] = ()  # of the tool in use
        self._says = OneLine()
        self._says.setObjectName("faint")
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(self._says, 1)
        self.fields = {option.name: self._add(option) for option in options_of(tuple(tools))}
        row.addStretch()
        self._take_room()
        self.show_tool(next(iter(self._tools)))

    def show_tool(self, name: str) -> None:
        """Show the options of a tool.

        Raises
        ------
        KeyError
            If there is no such tool.
        """
        spec = self._tools[name]
        self._mine = spec.options
        self._says.setText(spec.tip)
        self._says.setVisible(not spec.options)
        self._show_mine()

    def show_option(self, name: str, value: int) -> None:
        """Show an option's value, and the options that make a difference with it.

        Raises
        ------
        KeyError
            If no tool has an option of that name.
        """
        self.fields[name].setValue(value)
        self._show_mine()

    def _show_mine(self) -> None:
        mine = {option.name: option for option in self._mine}
        for name, field in self.fields.items():
            other, values = (name in mine and mine[name].only_where) or ("", frozenset())
            apart = other in mine and self.fields[other].value() not in values
            field.setVisible(name in mine and not apart)

    def changeEvent(self, event: QEvent) -> None:
        """Take the room that text of another size needs."""
        super().changeEvent(event)
        if event.type() == QEvent.StyleChange:
            QTimer.singleShot(0, self._take_room)  # when the fields have the other size, too

    def _add(self, option: ToolOption) -> OptionField:
        field = field_of(option)
        field.turned.connect(lambda value: self.turned.emit(option.name, value))
        field.left.connect(self.left)
        if isinstance(field, LiveField):
            field.opening.connect(lambda: self.opening.emit(option.name))
        self.layout().addWidget(field)
        return field

    def _take_room(self) -> None:
        rows = (self._width(spec.options) for spec in self._tools.values())
        self.setFixedWidth(max(rows) + self.layout().contentsMargins().left())

    def _width(self, options: Sequence[ToolOption]) -> int:
        """Return what a tool's options take; of those that depend on another one is seen."""
        wide = {it: self.fields[it.name].sizeHint().width() + GAP for it in options}
        depends = [width for it, width in wide.items() if it.only_where]
        return sum(wide.values()) - sum(depends) + max(depends, default=0)

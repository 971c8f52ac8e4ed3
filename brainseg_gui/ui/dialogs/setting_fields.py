"""For each kind of setting the field that sets it: it counts at once, and follows a reset."""

from __future__ import annotations

from typing import Any

from PyQt5.QtCore import QSize
from PyQt5.QtGui import QColor, QIcon, QPixmap
from PyQt5.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QSpinBox, QWidget

from brainseg_gui.ui.dialogs.dialogs import ask_colour
from brainseg_gui.ui.widgets.number_box import NumberBox
from brainseg_gui.ui.widgets.panel_parts import check_box
from brainseg_gui.ui.widgets.setting_kinds import Choice, Colour, Real, Switch, Whole
from brainseg_gui.ui.widgets.settings import Setting, settings

WIDTH = 150  # pixels
SWATCH = QSize(36, 14)


def field_of(setting: Setting[Any]) -> QWidget:
    """Return the field of a setting that has a page.

    Raises
    ------
    KeyError
        For a kind that has no field; a programming error.
    """
    field: QWidget = _FIELDS[type(setting.kind)](setting)
    field.setAccessibleName(f"{setting.group} {setting.label}".strip())
    field.setMinimumWidth(WIDTH)
    return field


class SwitchField(QWidget):
    """On or off, with its label beside it."""

    def __init__(self, setting: Setting[bool]) -> None:
        super().__init__()
        self._setting = setting
        self.box = check_box(setting.label)
        self.setFocusProxy(self.box)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.box)
        self.read()
        self.box.toggled.connect(lambda on: settings.put(setting, on))
        settings.changed.connect(self.read)

    def read(self) -> None:
        """Show what is stored."""
        self.box.setChecked(settings.get(self._setting))


class WholeField(QSpinBox):
    """A whole number; arrow keys and the wheel turn it too."""

    def __init__(self, setting: Setting[int], kind: Whole) -> None:
        super().__init__(minimum=kind.smallest, maximum=kind.largest, suffix=kind.suffix)
        self._setting = setting
        self.setSpecialValueText(kind.instead)
        self.setKeyboardTracking(False)
        self.setButtonSymbols(QSpinBox.NoButtons)
        self.read()
        self.valueChanged.connect(lambda value: settings.put(setting, value))
        settings.changed.connect(self.read)

    def read(self) -> None:
        """Show what is stored."""
        self.setValue(settings.get(self._setting))


class RealField(NumberBox):
    """A number in steps; arrow keys and the wheel turn it too."""

    def __init__(self, setting: Setting[float], kind: Real) -> None:
        super().__init__(decimals=1, singleStep=kind.step, suffix=kind.suffix)
        self._setting = setting
        self.setRange(kind.smallest, kind.largest)
        self.setKeyboardTracking(False)
        self.setButtonSymbols(NumberBox.NoButtons)
        self.read()
        self.valueChanged.connect(lambda value: settings.put(setting, round(value, 1)))
        settings.changed.connect(self.read)

    def read(self) -> None:
        """Show what is stored."""
        self.setValue(settings.get(self._setting))


class ChoiceField(QComboBox):
    """One of several."""

    def __init__(self, setting: Setting[str], kind: Choice) -> None:
        super().__init__()
        self._setting = setting
        for value, text in kind.options:
            self.addItem(text, value)
        self.read()
        self.currentIndexChanged.connect(lambda _: settings.put(setting, self.currentData()))
        settings.changed.connect(self.read)

    def read(self) -> None:
        """Show what is stored."""
        self.setCurrentIndex(self.findData(settings.get(self._setting)))


class ColourField(QPushButton):
    """A swatch; pressed, it asks for another colour."""

    def __init__(self, setting: Setting[str]) -> None:
        super().__init__()
        self._setting = setting
        self.setIconSize(SWATCH)
        self.read()
        self.clicked.connect(self._ask)
        settings.changed.connect(self.read)

    def read(self) -> None:
        """Show what is stored."""
        colour = settings.get(self._setting)
        swatch = QPixmap(SWATCH)
        swatch.fill(QColor(colour))
        self.setIcon(QIcon(swatch))
        self.setText(f"  {colour}")

    def _ask(self) -> None:
        title = f"{self._setting.group}: {self._setting.label.lower()}"
        colour = ask_colour(self, title, settings.get(self._setting))
        if colour:
            settings.put(self._setting, colour)


_FIELDS: dict[type, Any] = {
    Switch: SwitchField,
    Whole: lambda setting: WholeField(setting, setting.kind),
    Real: lambda setting: RealField(setting, setting.kind),
    Choice: lambda setting: ChoiceField(setting, setting.kind),
    Colour: ColourField,
}

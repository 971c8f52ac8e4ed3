"""The tool bar: what is used with every slice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import (
    QAction,
    QMenu,
    QSizePolicy,
    QToolBar,
    QToolButton,
    QWidget,
)

from brainseg_gui.ui.panels.option_field import LiveField, NumberField, OptionField, ToolOptions
from brainseg_gui.ui.tools.table import TOOLS
from brainseg_gui.ui.widgets.mnemonics import give_letters
from brainseg_gui.ui.widgets.plain import plain
from brainseg_gui.ui.widgets.theme import FAINT, icon

REST = (
    ("undo", "redo"),
    ("previous_slice", "next_slice", "next_unreviewed", "fit"),
    ("predict", "export_mask"),
)
LONGEST_NAME = 160  # pixels; a longer one is cut, or the tools had no room


class ToolBar(QToolBar):
    """Tools and their options, undo, walking, predict, export, and who reviews.

    Signals
    -------
    reader_chosen(str)
    option_set(str name, int value)
    opening(str name)
        The list of an option is about to be used: `offer` may say what there is.
    left()
        The reader is done with a field.
    """

    opening = pyqtSignal(str)
    reader_chosen = pyqtSignal(str)
    option_set = pyqtSignal(str, int)
    left = pyqtSignal()

    def __init__(self, actions: Mapping[str, QAction]) -> None:
        super().__init__("Tools")
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.PreventContextMenu)
        rest = self.findChild(QToolButton, "qt_toolbar_ext_button")
        rest.setIcon(icon("mdi6.dots-vertical"))  # Qt's own is black
        rest.setToolTip("What has no room here")
        self.addActions([actions[f"tool_{spec.name}"] for spec in TOOLS])
        self._turning = [actions["brush_smaller"], actions["brush_larger"]]
        self._options = ToolOptions(TOOLS)
        self._options.turned.connect(self.option_set)
        self._options.opening.connect(self.opening)
        self._options.left.connect(self.left)
        self.addWidget(self._options)
        for action in self._turning:
            action.changed.connect(self._name_keys)
        self._name_keys()
        for group in REST:
            self.addSeparator()
            self.addActions([actions[name] for name in group])
        gap = QWidget()
        gap.setSizePolicy(QSizePolicy.Expanding, QSizePolicy.Preferred)
        self.addWidget(gap)
        self._another = actions["change_reader"]
        self._reader = QToolButton()
        self._reader.setObjectName("reader")
        self._reader.setPopupMode(QToolButton.InstantPopup)
        self._reader.setToolButtonStyle(Qt.ToolButtonTextBesideIcon)
        self._reader.setIcon(icon("mdi6.account-outline", FAINT))
        self._reader.setMenu(QMenu(self._reader))
        self.addWidget(self._reader)

    def show_tool(self, name: str) -> None:
        """Show the options of the tool in use.

        Raises
        ------
        KeyError
            If there is no such tool.
        """
        self._options.show_tool(name)

    def show_option(self, name: str, value: int) -> None:
        """Show an option's value.

        Raises
        ------
        KeyError
            If no tool has an option of that name.
        """
        self._options.show_option(name, value)

    def offer(self, name: str, choices: Sequence[str]) -> None:
        """Offer other choices for an option whose choices are others for every slice."""
        field = self.field(name)
        if isinstance(field, LiveField):
            field.offer(choices)

    def field(self, option: str) -> OptionField:
        """Return the field of an option.

        Raises
        ------
        KeyError
            If no tool has an option of that name.
        """
        return self._options.fields[option]

    def show_reader(self, name: str, known: Sequence[str]) -> None:
        """Say who reviews, and offer the others."""
        shown = self._reader.fontMetrics().elidedText(name, Qt.ElideMiddle, LONGEST_NAME)
        self._reader.setText(f"Reader: {shown}")
        self._reader.setToolTip(
            plain(f"{name} reviews; corrections and verdicts are kept by reader")
        )
        menu = self._reader.menu()
        menu.clear()
        for reader in known:
            action = menu.addAction(reader.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(reader == name)
            action.triggered.connect(lambda _on, reader=reader: self.reader_chosen.emit(reader))
        menu.addSeparator()
        menu.addAction(self._another)
        give_letters(menu)

    def _name_keys(self) -> None:
        keys = [action.shortcut().toString() for action in self._turning]
        named = " and ".join(key for key in keys if key)
        for field in self._options.fields.values():
            turning = f"  ({named + ', ' if named else ''}Shift+wheel)"
            turns = isinstance(field, NumberField)
            field.setToolTip(field.accessibleName() + (turning if turns else ""))

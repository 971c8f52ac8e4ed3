"""A page of the settings dialog, made from the table of settings."""

from __future__ import annotations

from itertools import groupby

from PyQt5.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from brainseg_gui.ui.dialogs.setting_fields import SwitchField, field_of
from brainseg_gui.ui.widgets.panel_parts import heading
from brainseg_gui.ui.widgets.settings import SETTINGS, Page, Setting, settings

LABELS = 110  # pixels; the fields of all groups stand under each other


class SettingsPage(QWidget):
    """The settings of a page in their groups, and a button that brings their defaults back."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._settings = [setting for setting in SETTINGS if setting.page is page]
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        intro = QLabel(page.intro)
        intro.setObjectName("faint")
        intro.setWordWrap(True)
        layout.addWidget(intro)
        for group, members in groupby(self._settings, lambda setting: setting.group):
            if group:
                layout.addWidget(heading(group))
            layout.addLayout(_grid(list(members)))
        layout.addStretch()
        self.reset = QPushButton("Reset this page")
        self.reset.setToolTip("Bring the defaults of this page back")
        self.reset.clicked.connect(self._reset)
        row = QHBoxLayout()
        row.addWidget(self.reset)
        row.addStretch()
        layout.addLayout(row)

    def _reset(self) -> None:
        for setting in self._settings:
            settings.reset(setting)


def _grid(members: list[Setting[object]]) -> QGridLayout:
    """Return labels, fields and notes, one row a setting."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(10)
    grid.setVerticalSpacing(6)
    grid.setColumnMinimumWidth(0, LABELS)
    grid.setColumnStretch(2, 1)
    for row, setting in enumerate(members):
        field = field_of(setting)
        if isinstance(field, SwitchField):
            grid.addWidget(field, row, 0, 1, 2)
        else:
            label = QLabel(setting.label)
            label.setBuddy(field)
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1)
        note = QLabel(setting.note)
        note.setObjectName("faint")
        note.setWordWrap(True)
        grid.addWidget(note, row, 2)
    return grid

"""Alt and a letter leads to everything in menus and dialogs, and no letter to two things."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import numpy as np
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QTabBar,
    QToolButton,
    QWidget,
)

from brainseg_gui.core.image.orientation import Turn
from brainseg_gui.core.layer import Layer
from brainseg_gui.files.info import Variable
from brainseg_gui.review.worklist.entry import Entry
from brainseg_gui.review.worklist.turning import Proposal
from brainseg_gui.ui import dialogs
from brainseg_gui.ui.actions.context import ON_ROW, ON_SLICE, menu_of
from brainseg_gui.ui.controllers.looking.neighbours import Other
from brainseg_gui.ui.dialogs.cohort.window import CohortWindow
from brainseg_gui.ui.dialogs.export import ExportDialog
from brainseg_gui.ui.dialogs.export_choice import ExportChoice, Offer
from brainseg_gui.ui.dialogs.export_scope import Scope
from brainseg_gui.ui.dialogs.incoming.masks import LoadMasks
from brainseg_gui.ui.dialogs.incoming.other_slice import OtherSliceDialog
from brainseg_gui.ui.dialogs.incoming.variables import VariablesDialog
from brainseg_gui.ui.dialogs.key_help import KeyHelp
from brainseg_gui.ui.dialogs.pixel_size import PixelSize
from brainseg_gui.ui.dialogs.reader_choice import ReaderDialog
from brainseg_gui.ui.dialogs.settings_dialog import SettingsDialog
from brainseg_gui.ui.dialogs.turning import TurnDialog
from brainseg_gui.ui.dialogs.wishes.mask_classes import ClassesDialog, MaskClassesDialog
from brainseg_gui.ui.panels.layer_menu import layer_menu
from brainseg_gui.ui.widgets.mnemonics import letter_of
from tests.ui.hands import Hands

LYING = Entry(Path("1.mat"), "1.mat", digest="a", fits_if=Turn.LEFT)
DIALOGS: dict[type[QWidget], Callable[[QWidget], QWidget]] = {
    ClassesDialog: lambda parent: ClassesDialog(parent, "", "", ["Part"], {1: ["a"], 2: ["b"]}, {}),
    CohortWindow: lambda parent: CohortWindow(parent, lambda: np.ones(0, bool)),
    ExportDialog: lambda parent: ExportDialog(
        parent, Offer(Scope.ALL, {Scope.ALL: None}, None, Path()), ExportChoice(Scope.ALL, Path())
    ),
    KeyHelp: KeyHelp,
    LoadMasks: lambda parent: LoadMasks(parent, ""),
    MaskClassesDialog: lambda parent: MaskClassesDialog(parent, {1: 9, 2: 9}, {1: 1, 2: 1}, {}),
    OtherSliceDialog: lambda parent: OtherSliceDialog(parent, [Other(LYING, 1)]),
    PixelSize: lambda parent: PixelSize(parent, 0.49),
    ReaderDialog: lambda parent: ReaderDialog(parent, "Ada", ["Ada"]),
    SettingsDialog: SettingsDialog,
    TurnDialog: lambda parent: TurnDialog(parent, Proposal(LYING, (LYING, LYING), 0)),
    VariablesDialog: lambda parent: VariablesDialog(
        parent, "1.mat", [Variable("V", (8, 9), "double"), Variable("p", (1, 3), "char")], None
    ),
}


def insist(texts: Iterable[str]) -> None:
    """Insist that each text has a letter, and no two the same."""
    named = [(text, letter_of(text)) for text in texts]
    letters = [letter for _, letter in named]
    assert all(letters), named
    assert len(letters) == len(set(letters)), named


def menus(menu: QMenu) -> None:
    """Insist on the letters of a menu and of those in it."""
    insist(action.text() for action in menu.actions() if action.isEnabled() and action.text())
    for action in menu.actions():
        if action.menu() is not None:
            menus(action.menu())


def test_every_entry_of_every_menu_has_a_letter_of_its_own(at_first: Hands) -> None:
    parts, bar = at_first.parts, at_first.window.menuBar()
    for action in parts.actions.values():
        action.setEnabled(True)
    insist(action.text() for action in bar.actions())
    for action in bar.actions():
        menus(action.menu())
    for names in (ON_SLICE, ON_ROW):
        menus(menu_of(at_first.window, names, parts.actions))
    for layer in (Layer.REFERENCE, Layer.PREDICTION, Layer.CORRECTION):
        toggle = parts.actions[f"toggle_{layer.value}"]
        menus(layer_menu(at_first.window, layer, parts.layers, toggle))
    menus(parts.tool_bar.findChild(QToolButton, "reader").menu())


def test_every_dialog_of_the_program_is_looked_at_below() -> None:
    for module in pkgutil.walk_packages(dialogs.__path__, f"{dialogs.__name__}."):
        importlib.import_module(module.name)
    own = [it for it in QDialog.__subclasses__() if it.__module__.startswith("brainseg_gui")]
    assert set(own) <= DIALOGS.keys()


def shown_texts(dialog: QWidget) -> list[str]:
    """Return what names fields and buttons that can be seen."""
    labels = [it for it in dialog.findChildren(QLabel) if it.buddy() is not None]
    values = {it.buddy() for it in labels if isinstance(it.buddy(), QPushButton)}
    buttons = [
        it
        for it in dialog.findChildren(QAbstractButton)
        if not isinstance(it, QToolButton) and it not in values
    ]
    tabs = [bar.tabText(at) for bar in dialog.findChildren(QTabBar) for at in range(bar.count())]
    return [it.text() for it in (*labels, *buttons) if it.isVisible() and it.text()] + tabs


def nameless(dialog: QWidget) -> list[str]:
    """Return the fields without a label, but for those that say themselves what they are for."""
    buddies = {it.buddy() for it in dialog.findChildren(QLabel)}
    return [
        field.accessibleName() or str(field)
        for field in dialog.findChildren((QLineEdit, QComboBox, QAbstractSpinBox))
        if field.isVisible()
        and field not in buddies
        and not isinstance(field.parent(), QComboBox | QAbstractSpinBox)
        and not (isinstance(field, QLineEdit) and field.placeholderText())
    ]


def test_every_field_of_every_dialog_has_a_letter_of_its_own(hands: Hands) -> None:
    for make in DIALOGS.values():
        dialog = opened(make, hands)
        for row in range(len(dialog.pages) if isinstance(dialog, SettingsDialog) else 1):
            if isinstance(dialog, SettingsDialog):
                dialog.titles.setCurrentRow(row)
            hands.wait(partial(is_lettered, dialog))
            insist(shown_texts(dialog))
            assert not nameless(dialog)
        close(dialog)


def is_lettered(dialog: QWidget) -> bool:
    """Tell whether all that names something has its letter."""
    return all(map(letter_of, shown_texts(dialog)))


def opened(make: Callable[[QWidget], QWidget], hands: Hands) -> QWidget:
    """Return a dialog that has the keyboard."""
    dialog = make(hands.window)
    dialog.show()
    dialog.activateWindow()
    hands.wait(dialog.isActiveWindow)
    return dialog


def close(dialog: QWidget) -> None:
    """Close a dialog for good."""
    dialog.close()
    dialog.deleteLater()


def test_the_filter_has_a_letter_for_each_of_its_lines(at_first: Hands) -> None:
    bar = at_first.parts.worklist.bar
    bar.filter.click()
    insist(it.text() for it in bar.popup.findChildren(QLabel) if it.buddy() is not None)
    bar.popup.close()


def test_a_text_that_changes_gets_a_letter_again(hands: Hands) -> None:
    dialog = opened(DIALOGS[LoadMasks], hands)
    dialog.keep.setText("Something else")
    dialog.keep.show()
    hands.wait(lambda: letter_of(dialog.keep.text()))
    insist(shown_texts(dialog))
    QTest.keyClick(dialog, letter_of(dialog.keep.text()), Qt.AltModifier)
    assert dialog.keep.hasFocus()
    close(dialog)

"""Small screens: the panels fold, the list grows narrow, and the window fits."""

from __future__ import annotations

from pathlib import Path

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QScrollArea

from brainseg_gui.ui.dialogs.export import ExportDialog
from brainseg_gui.ui.dialogs.export_choice import ExportChoice, Offer
from brainseg_gui.ui.dialogs.export_scope import Scope
from brainseg_gui.ui.widgets.panel_parts import FRAME
from brainseg_gui.ui.widgets.settings import FONT_SIZE, settings
from tests.ui.hands import Hands

HALF_OF_1366 = (683, 384)  # what 200 % leaves of 1366 x 768


def widths(hands: Hands, width: int, height: int = 700) -> tuple[int, int, int]:
    """Return how wide list, slice and panels are in a window of that size; 0 for folded."""
    hands.window.resize(width, height)
    hands.rest(20)
    parts = hands.parts
    assert (hands.window.width(), hands.window.height()) == (width, height)
    assert parts.canvas.isVisible()
    return tuple(  # type: ignore[return-value]
        part.width() if part.isVisible() else 0
        for part in (parts.worklist, parts.canvas, parts.side_panel)
    )


def test_the_panels_fold_where_nothing_else_would_be_left(at_first: Hands) -> None:
    listed, slice_, panels = widths(at_first, *HALF_OF_1366)
    assert (listed, panels) == (0, 0)
    assert slice_ > 670
    listed, slice_, panels = widths(at_first, 1366)
    assert listed > 300
    assert panels > 340


def test_two_thirds_of_a_laptop_have_room_for_all_three(at_first: Hands) -> None:
    listed, slice_, panels = widths(at_first, 910, 512)
    assert listed > 180
    assert panels > 340
    assert slice_ > 300


def test_1024_pixels_have_room_for_all_three(at_first: Hands) -> None:
    listed, slice_, panels = widths(at_first, 1024, 768)
    assert 200 < listed < 260
    assert slice_ > 400
    assert panels > 340


def test_larger_text_folds_what_has_no_room_beside_it(at_first: Hands) -> None:
    assert widths(at_first, 1024)[0] > 0
    settings.put(FONT_SIZE, 18)
    at_first.rest(20)
    listed, slice_, panels = widths(at_first, 1024)
    assert (listed, panels > 380) == (0, True)
    assert slice_ + panels <= 1024
    listed, _, _ = widths(at_first, 1900)
    assert listed > 400
    settings.reset(FONT_SIZE)  # the style is the program's, not the window's


def test_a_key_brings_a_folded_panel_back_and_it_stays(at_first: Hands) -> None:
    widths(at_first, *HALF_OF_1366)
    at_first.key("2", Qt.ControlModifier)
    assert widths(at_first, 690, 384)[2] > 340
    at_first.key("2", Qt.ControlModifier)
    assert widths(at_first, *HALF_OF_1366)[2] == 0


def test_what_the_reader_folded_does_not_come_back_by_itself(at_first: Hands) -> None:
    at_first.key("1", Qt.ControlModifier)
    widths(at_first, *HALF_OF_1366)
    listed, _, panels = widths(at_first, 1366)
    assert listed == 0
    assert panels > 340


def test_the_export_dialog_is_whole_on_half_a_laptop_its_form_scrolls(at_first: Hands) -> None:
    dialog = ExportDialog(
        at_first.window,
        Offer(Scope.ALL, {Scope.ALL: None}, None, Path()),
        ExportChoice(Scope.ALL, Path()),
    )
    dialog.show()
    dialog.resize(dialog.width(), HALF_OF_1366[1] - FRAME)
    at_first.rest(20)
    assert dialog.height() == HALF_OF_1366[1] - FRAME
    bottom = dialog.export.mapTo(dialog, dialog.export.rect().bottomLeft()).y()
    assert bottom < dialog.height()
    assert dialog.findChild(QScrollArea).verticalScrollBar().maximum() > 0
    dialog.close()

"""The mask of the patient's slice before or after, put in place of the one on the screen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest

from brainseg_gui.files.writers.mat_writer import write_mat
from brainseg_gui.review.worklist.entry import Entry
from brainseg_gui.review.worklist.sorting import SortKey
from brainseg_gui.ui.controllers.looking.neighbours import Other
from brainseg_gui.ui.dialogs.incoming.other_slice import OtherSliceDialog
from tests.ui.hands import Hands
from tests.ui.predicted_slice import predict_square
from tests.ui.slice_factory import make_slice


@pytest.fixture
def in_middle(hands: Hands, tmp_path: Path) -> Hands:
    """A window at the second of three slices of one patient, between which another's lie."""
    folder = tmp_path / "slices"
    folder.mkdir()
    for seed, (name, patient) in enumerate(
        (("2.mat", "7"), ("3.mat", "8"), ("9.mat", "7"), ("9a.mat", "8"), ("10.mat", "7"))
    ):
        shape = (96, 128) if name == "10.mat" else (128, 128)
        write_mat(folder / name, make_slice(shape, seed=seed, patient=patient))
    hands.open(folder, first="2.mat")
    hands.wait_indexed(5)
    return hands


def show(hands: Hands, name: str) -> None:
    path = next(entry.path for entry in hands.rows if entry.name == name)
    hands.parts.worklist.choose(path)
    hands.wait_shown(name)


def test_a_correction_is_copied_as_one_step_however_the_list_is_sorted(in_middle: Hands) -> None:
    in_middle.mouse.stroke((60, 60), (70, 80))
    drawn = in_middle.mask.copy()
    in_middle.parts.worklist.sort(SortKey.NAME, True)
    show(in_middle, "9.mat")
    in_middle.key(Qt.Key_PageUp, Qt.ShiftModifier)
    assert np.array_equal(in_middle.mask, drawn)
    assert in_middle.has_on_disk(drawn)
    assert in_middle.now.undo_text == "Copy from 2.mat"
    in_middle.do("undo")
    assert in_middle.now.correction is None


def test_where_nothing_is_corrected_the_prediction_is_copied(in_middle: Hands) -> None:
    predicted = predict_square(in_middle)
    show(in_middle, "9.mat")
    in_middle.do("copy_previous")
    assert np.array_equal(in_middle.mask, predicted)


def test_what_cannot_be_copied_is_said_and_changes_nothing(in_middle: Hands) -> None:
    in_middle.do("copy_previous")
    assert in_middle.notice == "2.mat is the first slice of patient 7."
    show(in_middle, "9.mat")
    in_middle.do("copy_previous")
    assert "2.mat has no mask yet" in in_middle.notice
    show(in_middle, "10.mat")
    in_middle.mouse.stroke((60, 60))
    show(in_middle, "9.mat")
    in_middle.do("copy_next")
    assert "10.mat does not fit: it has 128 x 96, this one 128 x 128" in in_middle.notice
    assert in_middle.now.correction is None


@pytest.fixture
def choosing(in_middle: Hands) -> Hands:
    """The dialog is open at the third slice of four; two of the others are corrected."""
    for name in ("2.mat", "10.mat"):
        show(in_middle, name)
        in_middle.mouse.stroke((60, 60), (70, 80))
    show(in_middle, "9.mat")
    in_middle.key(Qt.Key_Home, Qt.ShiftModifier)
    in_middle.wait(lambda: listed(in_middle).said.text())
    return in_middle


def listed(hands: Hands) -> OtherSliceDialog:
    dialog = hands.parts.copying.dialog
    assert dialog is not None
    return dialog


def test_a_chosen_slice_is_outlined_before_it_is_copied_as_one_step(choosing: Hands) -> None:
    dialog = listed(choosing)
    texts = [dialog.rows.item(row).text() for row in range(dialog.rows.count())]
    assert texts == ["2.mat  ·  1 before  ·  corrected", "10.mat  ·  1 after  ·  corrected"]
    assert dialog.said.text().startswith("0 px becomes ")
    assert choosing.now.correction is None
    QTest.keyClick(dialog.rows, Qt.Key_Return)
    assert choosing.now.undo_text == "Copy from 2.mat"
    assert choosing.has_on_disk(choosing.mask)
    assert choosing.parts.copying.dialog is None
    choosing.do("undo")
    assert choosing.now.correction is None


def test_what_does_not_fit_is_said_and_not_copied(choosing: Hands) -> None:
    dialog = listed(choosing)
    QTest.keyClick(dialog.rows, Qt.Key_Down)
    choosing.wait(lambda: "does not fit" in dialog.said.text())
    QTest.keyClick(dialog.rows, Qt.Key_Return)
    assert dialog.isVisible()
    QTest.keyClick(dialog, Qt.Key_Escape)
    assert choosing.now.correction is None
    assert choosing.parts.copying.dialog is None


def test_among_many_slices_a_word_finds_one(choosing: Hands) -> None:
    many = [
        Other(Entry(Path(f"{at}.mat"), f"brain.nii.gz/z{at:04}", corrected=at % 2 == 0), at)
        for at in range(1, 200)
    ]
    dialog = OtherSliceDialog(choosing.window, many)
    dialog.begin()
    for word, found in (("z0042", 1), ("corrected", 99), ("nowhere", 0)):
        dialog.search.setText(word)
        rows = [dialog.rows.item(row) for row in range(dialog.rows.count())]
        assert sum(not row.isHidden() for row in rows) == found
        assert (dialog.rows.currentItem() is None) is (found == 0)

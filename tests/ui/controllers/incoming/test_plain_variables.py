"""Variables of plain MATLAB files are chosen once in a dialog, and kept with the review."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import scipy.io
from PyQt5.QtCore import QTimer
from PyQt5.QtWidgets import QApplication

from brainseg_gui.files import reading
from brainseg_gui.files.info import Variable
from brainseg_gui.files.wishes import NONE, Variables
from brainseg_gui.ui.dialogs.incoming.variables import VariablesDialog
from tests.ui.hands import Hands, NewHands
from tests.ui.slice_factory import make_slice, write_slices


@pytest.fixture(autouse=True)
def wish_for_nothing() -> Iterator[None]:
    """Leave no wishes to the next test."""
    yield
    reading.wish_for(NONE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of two plain files."""
    (tmp_path / "in").mkdir()
    for number in (1, 2):
        slice_ = make_slice(seed=number)
        assert slice_.reference is not None
        variables = {"V": slice_.pixels, "W": slice_.reference, "pid": f"P{number}"}
        scipy.io.savemat(tmp_path / "in" / f"{number}.mat", variables)
    return tmp_path / "in"


def answer(agree: bool, shown: list[str]) -> None:
    """Wait for the dialog, note what it proposes, and agree or leave it."""

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, VariablesDialog):
            QTimer.singleShot(5, look)
            return
        lists = (dialog.image, dialog.mask, dialog.patient, dialog.tumour)
        shown.extend(combo.currentText() for combo in lists)
        dialog.accept() if agree else dialog.reject()

    QTimer.singleShot(0, look)


def test_what_is_chosen_once_is_read_now_and_the_next_time(
    new_hands: NewHands, folder: Path
) -> None:
    hands = new_hands()
    hands.parts.reviewing.open([folder])
    hands.wait_indexed(2)
    assert "its variables are V, W: choose which is the image" in hands.rows[0].problem
    shown: list[str] = []
    answer(True, shown)
    hands.do("choose_variables")
    hands.wait_shown("1.mat")
    hands.wait_indexed(2)
    assert shown == ["V  (128 x 128 single)", "W  (128 x 128 logical)", "pid  (1 x 2 char)", "none"]
    assert [row.patient for row in hands.rows] == ["P1", "P2"]
    reference = make_slice().reference
    assert reference is not None
    assert np.array_equal(hands.reference, reference)
    wishes = hands.parts.data_set.session.contents.wishes()
    assert wishes.variables == Variables("V", "W", "pid")
    reading.wish_for(NONE)
    again = new_hands()
    again.open(folder)
    assert again.current.slice.patient == "P1"


def test_leaving_the_dialog_changes_nothing(hands: Hands, folder: Path) -> None:
    hands.parts.reviewing.open([folder])
    hands.wait_indexed(2)
    answer(False, [])
    hands.do("choose_variables")
    hands.rest(100)
    assert hands.parts.data_set.session.contents.wishes() == NONE
    assert all(row.problem for row in hands.rows)


def test_where_there_is_nothing_to_choose_it_is_said(hands: Hands, tmp_path: Path) -> None:
    write_slices(tmp_path / "slices", "1.mat")
    hands.open(tmp_path / "slices")
    hands.do("choose_variables")
    hands.wait(lambda: "variables of MATLAB files without cjdata" in hands.notice)


def test_the_dialog_says_what_cannot_go_together(hands: Hands) -> None:
    found = [Variable("V", (8, 9), "double"), Variable("W", (9, 8), "logical")]
    dialog = VariablesDialog(hands.window, "1.mat", found, Variables("V", "W", "gone"))
    assert dialog.said.text() == "Image and mask have different sizes."
    assert dialog.patient.currentText() == "gone  (not in this file)"
    assert dialog.chosen.variables == Variables("V", "W", "gone")
    dialog.image.setCurrentIndex(0)
    assert dialog.said.text() == "Without an image these files cannot be read."
    assert dialog.chosen.variables is None
    dialog.deleteLater()

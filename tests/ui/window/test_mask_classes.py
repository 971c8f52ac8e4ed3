"""Masks of several classes in the window: not used, offered, asked once, and remembered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QDialogButtonBox, QLabel, QToolButton

from brainseg_gui.files import reading
from brainseg_gui.files.wishes import NONE
from brainseg_gui.ui.controllers.stacks import mask_classes
from brainseg_gui.ui.controllers.stacks.mask_classes import FoundClasses
from brainseg_gui.ui.dialogs.wishes.mask_classes import MaskClassesDialog
from tests.ui.hands import Hands, NewHands
from tests.ui.slice_factory import make_slice

LABELS = np.zeros((128, 128), np.uint8)
LABELS[40:50, 60:90], LABELS[50:60, 60:90], LABELS[60:64, 60:70] = 1, 2, 4


@pytest.fixture(autouse=True)
def wish_for_nothing() -> Iterator[None]:
    """Leave no wishes to the next test."""
    yield
    reading.wish_for(NONE)


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    """Return a folder of two pictures, of which the second has a mask of three classes."""
    folder = tmp_path / "in"
    folder.mkdir()
    for number in (1, 2):
        pixels = make_slice(seed=number).pixels.astype(np.uint16)
        Image.fromarray(pixels).save(folder / f"{number}.png")
    Image.fromarray(LABELS).save(folder / "2_mask.png")
    return folder


def offer(hands: Hands) -> QToolButton:
    button = hands.parts.notice.findChild(QToolButton, "offer")
    assert button is not None
    return button


def test_it_is_offered_once_and_such_a_mask_is_not_used_before(
    hands: Hands, labelled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands.open(labelled, first="1.png")
    hands.wait_indexed(2)
    assert "classes 1, 2 and 4" in hands.parts.notice.text.text()
    hands.go(Qt.Key_D, "2.png")
    assert hands.current.slice.reference is None
    warning = hands.parts.compare.findChild(QLabel, "warning")
    assert "it is not shown until it is said" in warning.text()
    seen: list[FoundClasses] = []
    monkeypatch.setattr(mask_classes, "choose", lambda _, found, __: seen.append(found))
    offer(hands).click()
    assert (seen[0].areas, seen[0].slices) == ({1: 300, 2: 300, 4: 40}, {1: 1, 2: 1, 4: 1})
    assert hands.parts.notice.isHidden()
    hands.go(Qt.Key_A, "1.png")
    assert hands.parts.notice.isHidden()


def test_what_is_said_is_used_and_kept_with_the_review(
    new_hands: NewHands, labelled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands = new_hands()
    hands.open(labelled, first="1.png")
    hands.wait_indexed(2)
    said = {1: True, 2: False, 4: True}
    monkeypatch.setattr(mask_classes, "choose", lambda *_: said)
    hands.do("mask_classes")
    hands.wait_indexed(2)
    hands.parts.worklist.choose(labelled / "2.png")
    hands.wait_shown("2.png")
    assert np.array_equal(hands.reference, np.isin(LABELS, (1, 4)))
    assert [row.reference_px for row in hands.rows] == [None, 340]
    assert not hands.parts.notice.isVisible()
    assert hands.window.close()
    reading.wish_for(NONE)
    again = new_hands()
    again.open(labelled, first="2.png")
    assert np.array_equal(again.reference, np.isin(LABELS, (1, 4)))
    known: list[dict[int, bool]] = []
    monkeypatch.setattr(mask_classes, "choose", lambda _, __, said: known.append(said))
    again.wait_indexed(2)
    again.do("mask_classes")
    assert known == [said]


def test_where_masks_have_two_values_nothing_is_offered_or_asked(at_first: Hands) -> None:
    at_first.wait_indexed(3)
    assert at_first.parts.notice.isHidden()
    at_first.do("mask_classes")
    assert at_first.parts.notice.text.text() == mask_classes.NOT_SEVERAL


def test_what_is_read_without_the_mask_takes_nothing_from_a_row(at_first: Hands) -> None:
    at_first.wait_indexed(3)
    before = at_first.parts.worklist.model.entry(at_first.path)
    assert before is not None
    assert before.reference_px
    assert before.classes
    read = replace(before, digest="", reference_px=None, classes=())
    at_first.parts.data_set.rows.describe([read])
    after = at_first.parts.worklist.model.entry(at_first.path)
    assert after is not None
    assert (after.reference_px, after.classes) == (before.reference_px, before.classes)
    assert at_first.parts.notice.isHidden()


def test_the_dialog_shows_each_class_and_wants_one_to_be_tumour(hands: Hands) -> None:
    dialog = MaskClassesDialog(hands.window, {1: 300, 2: 7, 4: 40}, {1: 3, 2: 1, 4: 2}, {2: True})
    texts = [it.text() for it in dialog.findChildren(QLabel)]
    assert {"300 px²", "7 px²", "40 px²", "3", "1", "2"} < set(texts)
    assert dialog.chosen == {1: False, 2: True, 4: False}
    ok = dialog.buttons.button(QDialogButtonBox.Ok)
    assert ok.isEnabled()
    dialog.show()
    QTest.keyClick(dialog.boxes[2], Qt.Key_Space)
    assert dialog.chosen == {1: False, 2: False, 4: False}
    assert not ok.isEnabled()
    assert "at least one" in dialog.remark.text()
    dialog.say_how_far(3, 9)
    assert "3 of 9 slices" in dialog.remark.text()
    dialog.boxes[4].setChecked(True)
    assert dialog.chosen[4]
    assert ok.isEnabled()
    dialog.close()

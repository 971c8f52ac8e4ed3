"""A volume in the window: walked, corrected, filled, cut in another plane."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PyQt5.QtCore import Qt

from brainseg_gui.files import reading
from brainseg_gui.files.wishes import NONE, Plane
from brainseg_gui.ui.controllers.stacks import planes
from tests.ui.hands import Hands, NewHands
from tests.ui.slice_factory import write_slices
from tests.volume_files.dicom import write_series
from tests.volume_files.nifti import as_seen, label, volume, write_nifti

SHAPE = (60, 72, 7)


@pytest.fixture(autouse=True)
def wish_for_nothing() -> object:
    """Leave no wishes to the next test."""
    yield
    reading.wish_for(NONE)


@pytest.fixture
def stack(hands: Hands, tmp_path: Path) -> Hands:
    """Return a window that shows the first slice of a volume with a mask."""
    write_nifti(tmp_path / "in" / "p_t1ce.nii.gz", volume(SHAPE))
    write_nifti(tmp_path / "in" / "p_seg.nii.gz", label(SHAPE))
    hands.open(tmp_path / "in", first="p_t1ce.nii.gz/z0001")
    hands.wait_indexed(7)
    return hands


def square(hands: Hands, side: int) -> None:
    """Paint a block from pixel to pixel on the slice on the screen."""
    mask = np.zeros(hands.current.slice.shape, bool)
    mask[30 - side : 30 + side, 28 - side : 28 + side] = True
    hands.parts.editing.put(mask, "Square")


def test_a_volume_is_one_patients_stack_in_its_order(stack: Hands) -> None:
    assert [row.name for row in stack.rows] == [f"p_t1ce.nii.gz/z000{n}" for n in range(1, 8)]
    assert {row.patient for row in stack.rows} == {"p"}
    assert "slice 1 of 7 · 60 x 72 · 0.5 mm" in stack.status
    for number in (2, 3, 4):
        stack.go(Qt.Key_D, f"p_t1ce.nii.gz/z000{number}")
    assert "slice 4 of 7" in stack.status
    assert np.array_equal(stack.current.slice.pixels, as_seen(volume(SHAPE)[:, :, 3]))
    assert np.array_equal(stack.reference, as_seen(label(SHAPE)[:, :, 3]) > 0)
    assert "slice 4 of 7" in stack.slice_rows()[3].data(Qt.ToolTipRole)


def test_a_series_is_listed_and_walked_by_place_not_by_name(hands: Hands, tmp_path: Path) -> None:
    write_series(tmp_path / "in", [3, 1, 2])
    hands.open(tmp_path / "in", first="IM0001.dcm")
    hands.wait_indexed(3)
    hands.parts.worklist.sort_anew()
    assert [row.data() for row in hands.slice_rows()] == ["IM0002.dcm", "IM0003.dcm", "IM0001.dcm"]
    assert "slice 3 of 3" in hands.status
    hands.go(Qt.Key_A, "IM0003.dcm")
    assert "slice 2 of 3" in hands.status


def test_fill_between_takes_the_shape_between_the_nearest_corrections(stack: Hands) -> None:
    stack.go(Qt.Key_D, "p_t1ce.nii.gz/z0002")
    square(stack, 4)
    stack.go(Qt.Key_D, "p_t1ce.nii.gz/z0003")
    stack.key(Qt.Key_F, Qt.ShiftModifier)
    assert "No slice after this one was corrected" in stack.notice
    assert not stack.mask.any()
    stack.go(Qt.Key_D, "p_t1ce.nii.gz/z0004")
    stack.go(Qt.Key_D, "p_t1ce.nii.gz/z0005")
    stack.go(Qt.Key_D, "p_t1ce.nii.gz/z0006")
    square(stack, 12)
    stack.go(Qt.Key_A, "p_t1ce.nii.gz/z0005")
    stack.go(Qt.Key_A, "p_t1ce.nii.gz/z0004")
    stack.key(Qt.Key_F, Qt.ShiftModifier)
    assert abs(np.sqrt(stack.mask.sum()) - 16) < 1.5
    stack.wait(lambda: stack.has_on_disk(stack.mask))
    assert stack.now.undo_text == "Fill between z0002 and z0006"
    stack.do("undo")
    assert not stack.mask.any()


def test_a_stack_is_measured_in_three_dimensions(stack: Hands) -> None:
    for number in (4, 5, 6):
        while not stack.path.name.endswith(str(number)):
            stack.go(Qt.Key_D, f"p_t1ce.nii.gz/z000{int(stack.path.name[-1]) + 1}")
        stack.parts.editing.put(stack.reference.copy(), "Copy")
    stack.do("measure_stack")
    stack.wait(lambda: "Stack of 7" in stack.notice)
    voxels = int(label(SHAPE).sum())
    volume_ml = f"{voxels * 0.25 * 6 / 1000:.2f} ml"
    assert f"correction {volume_ml} in 1 focus" in stack.notice
    assert f"reference {volume_ml} in 1 focus" in stack.notice
    assert "Dice in 3-D 1.000 over the 3 slices" in stack.notice


def test_slices_of_no_stack_are_not_filled(at_first: Hands) -> None:
    at_first.key(Qt.Key_F, Qt.ShiftModifier)
    assert "is no slice of a stack" in at_first.notice
    at_first.do("measure_stack")
    assert "one of no stack" in at_first.notice


def test_a_mask_is_copied_from_the_slice_before_in_the_stack(hands: Hands, tmp_path: Path) -> None:
    write_series(tmp_path / "in", [3, 1, 2])
    hands.open(tmp_path / "in", first="IM0001.dcm")
    hands.wait_indexed(3)
    hands.parts.worklist.sort_anew()
    hands.go(Qt.Key_A, "IM0003.dcm")
    mask = np.zeros(hands.current.slice.shape, bool)
    mask[5:9, 6:12] = True
    hands.parts.editing.put(mask, "Square")
    hands.go(Qt.Key_D, "IM0001.dcm")
    hands.do("copy_previous")
    assert np.array_equal(hands.mask, mask)


def test_another_plane_is_kept_with_the_review(
    new_hands: NewHands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_nifti(tmp_path / "in" / "p.nii", volume(SHAPE))
    hands = new_hands()
    hands.open(tmp_path / "in", first="p.nii/z0001")
    monkeypatch.setattr(planes, "ask_plane", lambda *_: Plane.SAGITTAL)
    hands.do("plane")
    hands.wait_shown("p.nii/s0001")
    assert hands.current.slice.shape == (SHAPE[2], SHAPE[1])
    hands.wait_indexed(SHAPE[0])
    again = new_hands()
    assert hands.window.close()
    reading.wish_for(NONE)
    again.open(tmp_path / "in", first="p.nii/s0001")
    write_slices(tmp_path / "other", "1.mat")
    again.open(tmp_path / "other")
    assert reading.wishes() == NONE

"""Masks made elsewhere, loaded in a real window: shown first, then one step on each slice."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QDialogButtonBox, QLabel

from brainseg_gui.core.image.orientation import Turn, turned
from brainseg_gui.core.layer import Layer
from brainseg_gui.core.types import Mask
from brainseg_gui.files import reading
from brainseg_gui.files.wishes import NONE
from brainseg_gui.review.values.edit_kind import without_sum
from brainseg_gui.review.values.verdict import Verdict
from brainseg_gui.ui.dialogs.incoming.masks import LoadMasks
from brainseg_gui.ui.dialogs.wishes.mask_classes import LoadedClassesDialog
from tests.mat_factory import fields_of, lying, write_v73
from tests.ui.hands import Hands
from tests.ui.slice_factory import SIDE
from tests.volume_files.masks import lopsided, write_coco, write_png

MASK: Mask = lopsided((SIDE, SIDE))


def dialog_of(hands: Hands) -> LoadMasks:
    """Return the dialog that is open."""
    dialog = hands.parts.loading_masks.dialog
    assert dialog is not None
    return dialog


def look_into(hands: Hands, source: Path) -> LoadMasks:
    """Choose the command and a file or folder, and wait for what is said of it."""
    hands.key(Qt.Key_L, Qt.ControlModifier)
    dialog = dialog_of(hands)
    dialog.choose(source)
    hands.wait(lambda: dialog.plan is not None)
    return dialog


def load(hands: Hands) -> None:
    """Agree, and wait for the end."""
    dialog_of(hands).buttons.button(QDialogButtonBox.Ok).click()
    hands.wait(lambda: not hands.parts.loading_masks.busy)
    hands.window.activateWindow()  # as a desktop does when a dialog closes
    hands.wait(hands.window.isActiveWindow)


def texts(hands: Hands) -> str:
    """Return everything that is said of the layers."""
    return " | ".join(label.text() for label in hands.parts.compare.findChildren(QLabel))


@pytest.fixture
def masks(tmp_path: Path) -> Path:
    """Return a folder of masks for two of three slices, and one for none."""
    for name in ("1_mask.png", "2_mask.png", "8_mask.png"):
        write_png(tmp_path / "masks" / name, MASK if name < "2" else MASK[::-1])
    return tmp_path / "masks"


def test_a_folder_is_shown_then_loaded_on_open_and_other_slices(
    at_first: Hands, masks: Path
) -> None:
    hands = at_first
    hands.wait_indexed(3)
    dialog = look_into(hands, masks)
    assert dialog.said.text() == (
        "2 of 3 masks fit slices here; 1 does not: 8_mask.png: no slice here has this name."
    )
    assert "1.mat ← 1_mask.png (PNG)" in dialog.details.toPlainText()
    assert not hands.current.correction.exists  # nothing yet
    assert dialog.keep.isHidden()
    load(hands)
    assert hands.notice == "2 masks loaded, each as one step on its slice."
    assert np.array_equal(hands.mask, MASK)
    assert np.array_equal(hands.stored.mask, MASK)
    assert hands.now.correction is not None
    assert np.array_equal(hands.now.correction, MASK)
    assert [row.corrected for row in hands.rows] == [True, True, False]
    assert [row.corrected_dice for row in hands.rows] == [0.0, 0.0, None]  # drawn elsewhere
    hands.go(Qt.Key_D, "2.mat")
    assert np.array_equal(hands.mask, MASK[::-1])
    hands.do("undo")
    assert not hands.current.correction.exists


def test_which_classes_are_tumour_is_chosen_once_and_kept_with_the_review(
    at_first: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands = at_first
    hands.wait_indexed(3)
    file = write_coco(tmp_path / "all.json", {"1.mat": MASK}, categories=(1, 2))
    dialog = look_into(hands, file)
    assert "the classes core and oedema" in dialog.said.text()
    assert not dialog.buttons.button(QDialogButtonBox.Ok).isEnabled()

    def tick(box: LoadedClassesDialog) -> int:
        assert [it.text() for it in box.boxes.values()] == ["core", "oedema"]
        assert not box.buttons.button(QDialogButtonBox.Ok).isEnabled()
        box.boxes["core"].setChecked(True)
        return int(box.buttons.button(QDialogButtonBox.Ok).isEnabled())

    monkeypatch.setattr(LoadedClassesDialog, "exec_", tick)
    dialog.classes.click()
    hands.wait(lambda: dialog.plan is not None and bool(dialog.plan.fits))
    assert "Taken as tumour: core; passed over: oedema." in dialog.details.toPlainText()
    load(hands)
    assert np.array_equal(hands.mask, MASK)
    kept = hands.parts.data_set.session.contents.wishes()
    assert kept.labels == (("core", True), ("oedema", False))
    assert kept.key == ""  # no slice is another one by it
    reading.wish_for(NONE)


def test_what_is_mine_is_kept_unless_i_say_otherwise(at_first: Hands, masks: Path) -> None:
    hands = at_first
    hands.wait_indexed(3)
    drawn = np.zeros_like(MASK)
    drawn[50:60, 50:60] = True
    hands.parts.editing.put(drawn, "Square")
    dialog = look_into(hands, masks)
    assert dialog.work.text() == "1 of these slices has a correction or a verdict of yours:"
    assert dialog.buttons.button(QDialogButtonBox.Ok).text().replace("&", "") == "Load 1 mask"
    load(hands)
    assert np.array_equal(hands.mask, drawn)
    assert hands.notice.endswith("1 slice kept what was there.")
    assert [row.corrected for row in hands.rows] == [True, True, False]
    dialog = look_into(hands, masks)
    dialog.replace.setChecked(True)
    assert dialog.buttons.button(QDialogButtonBox.Ok).text().replace("&", "") == "Load 2 masks"
    load(hands)
    assert np.array_equal(hands.mask, MASK)
    assert hands.notice.startswith("1 mask loaded, each as one step on its slice. 1 slice had the")
    hands.do("undo")
    assert np.array_equal(hands.mask, drawn)


def test_a_verdict_is_work_too(at_first: Hands, masks: Path) -> None:
    hands = at_first
    hands.wait_indexed(3)
    hands.parts.deciding.decide(Verdict.REJECTED)
    hands.wait(lambda: hands.rows[0].verdict is Verdict.REJECTED)
    dialog = look_into(hands, masks)
    assert not dialog.work.isHidden()
    load(hands)
    assert hands.rows[0].verdict is Verdict.REJECTED
    assert not hands.rows[0].corrected


def test_leaving_the_dialog_loads_nothing(at_first: Hands, masks: Path) -> None:
    dialog = look_into(at_first, masks)
    dialog.reject()
    at_first.rest(20)
    assert not at_first.current.correction.exists
    assert not at_first.parts.loading_masks.busy


def test_where_nothing_fits_nothing_can_be_loaded(at_first: Hands, tmp_path: Path) -> None:
    dialog = look_into(at_first, write_png(tmp_path / "1_mask.png", lopsided((20, 24))))
    assert "it is 24 x 20, the slice 1.mat is 128 x 128" in dialog.said.text()
    assert not dialog.buttons.button(QDialogButtonBox.Ok).isEnabled()
    dialog.reject()


def test_the_history_says_where_a_mask_came_from(at_first: Hands, masks: Path) -> None:
    hands = at_first
    look_into(hands, masks / "1_mask.png")
    load(hands)
    (step,) = hands.parts.data_set.session.timeline()
    assert without_sum(step.text) == "Load 1_mask.png (PNG)" != step.text
    assert hands.current.correction.start is Layer.CORRECTION
    assert "from a mask made elsewhere" in texts(hands)


def test_a_mask_turns_with_its_slice(hands: Hands, tmp_path: Path) -> None:
    fields = lying(fields_of((96, 128)), Turn.LEFT)
    write_v73(tmp_path / "in" / "1.mat", fields)
    hands.open(tmp_path / "in")
    hands.wait_indexed(1)
    stored = hands.current.slice.stored_digest
    hands.parts.data_set.turn([stored], Turn.LEFT, made=True)
    hands.wait(lambda: hands.current.slice.turn is Turn.LEFT and not hands.parts.slices.arriving)
    mask = lopsided(fields["image"].shape)
    look_into(hands, write_png(tmp_path / "1_mask.png", mask))
    load(hands)
    assert np.array_equal(hands.mask, turned(mask, Turn.LEFT))


def test_another_reader_gets_none_of_them(at_first: Hands, masks: Path) -> None:
    hands = at_first
    hands.wait_indexed(3)
    look_into(hands, masks)
    loading = hands.parts.loading_masks
    dialog_of(hands).accept()
    hands.parts.data_set.change_reader("Cy")
    hands.wait(lambda: not loading.busy)
    assert not hands.parts.data_set.session.corrected
    assert "another reader is at work" in hands.notice


def test_escape_stops_and_what_is_loaded_stays(at_first: Hands, masks: Path) -> None:
    hands = at_first
    hands.wait_indexed(3)
    look_into(hands, masks)
    loading = hands.parts.loading_masks

    def stop(text: str) -> None:
        if text:  # after the first; "" is said at the end
            hands.do("cancel")

    loading.working.connect(stop)
    dialog_of(hands).accept()
    hands.wait(lambda: not loading.busy)
    assert hands.notice == (
        "1 mask loaded, each as one step on its slice. 1 mask not tried, because it was stopped."
    )
    assert [row.corrected for row in hands.rows] == [True, False, False]

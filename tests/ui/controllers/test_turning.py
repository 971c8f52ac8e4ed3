"""Turn upright, by the menu of a real window: image and masks together, recorded, taken back."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PyQt5.QtCore import Qt, QTimer
from PyQt5.QtWidgets import QApplication, QPushButton

from brainseg_gui.core.image.orientation import Turn, turned
from brainseg_gui.core.layer import Layer
from brainseg_gui.core.slices import MISMATCH
from brainseg_gui.files.formats import read_slice
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.review.values.verdict import Verdict
from brainseg_gui.review.worklist.entry import Entry
from brainseg_gui.ui.dialogs.turning import TurnDialog
from tests.mat_factory import fields_of, lying, write_v73
from tests.ui.exports import choose_export
from tests.ui.hands import Hands, NewHands
from tests.ui.predicted_slice import predict_square

UPRIGHT = (96, 128)


def write(folder: Path, **turns: Turn) -> Path:
    """Write slices, each with its own patient, that must be turned so to be upright."""
    for number, (name, turn) in enumerate(turns.items()):
        fields = fields_of(UPRIGHT, patient=str(100 + number))
        fields["image"] = fields["image"] + np.int16(number)
        write_v73(folder / f"{name.removeprefix('s')}.mat", lying(fields, turn))
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of slices: three lie in one way, one in another, one is upright."""
    turns = dict.fromkeys(("s1", "s2", "s3"), Turn.LEFT) | {"s4": Turn.HALF, "s5": Turn.NONE}
    return write(tmp_path / "slices", **turns)


@pytest.fixture
def at_first(hands: Hands, folder: Path) -> Hands:
    """Return a window that shows the first slice and knows how all lie."""
    hands.open(folder)
    hands.wait_indexed(5)
    return hands


def turn(hands: Hands, *, every: bool = False, agree: bool = True) -> str:
    """Choose the command, answer its question, and return what it said of the work there is."""
    said: list[str] = []

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, TurnDialog):
            QTimer.singleShot(5, answer)
            return
        if every:
            dialog.all.click()
        said.append(dialog.work.text())
        agreed = "Turn back" if dialog.windowTitle() == "Turn back" else "Turn"
        word = agreed if agree else "Cancel"
        button = next(
            it for it in dialog.findChildren(QPushButton) if it.text().replace("&", "") == word
        )
        button.click()

    QTimer.singleShot(0, answer)
    hands.do("turn_upright")
    hands.window.activateWindow()  # as a desktop does when a question is closed
    hands.wait(hands.window.isActiveWindow)
    return said[0]


def turn_and_wait(hands: Hands, *, every: bool = False) -> str:
    """Turn, and wait until the slice on the screen is shown as it is turned now."""
    before = hands.now.slice
    said = turn(hands, every=every)
    hands.wait(lambda: hands.now.slice.turn is not before.turn)
    hands.wait(lambda: not hands.parts.screen.settling)
    return said


def ways(hands: Hands) -> list[Turn]:
    return [row.turn for row in hands.rows]


def side_panel(hands: Hands) -> str:
    return str(hands.parts.compare._warning.text())


def test_rows_say_where_border_and_mask_disagree_and_the_next_start_knows(
    at_first: Hands, folder: Path, new_hands: NewHands
) -> None:
    lies = {row.name: row.lies for row in at_first.rows}
    assert Turn.LEFT.value in lies["1.mat"]
    assert Turn.HALF.value in lies["4.mat"]
    assert lies["5.mat"] == ""
    turn(at_first)
    at_first.wait(lambda: not at_first.rows[0].lies)
    elsewhere = {"tumorBorder": np.array([[1.0, 1.0, 1.0, 4.0, 4.0, 4.0, 4.0, 1.0]]).T}
    path = write_v73(folder / "6.mat", fields_of(UPRIGHT) | elsewhere)
    os.utime(path, (1e9, 1e9))  # long ago, or no index would keep it
    for window in (at_first, new_hands()):
        window.open(folder)
        window.wait_indexed(6)
        assert window.rows[-1].lies == MISMATCH


def test_the_command_is_there_only_where_a_border_asks_for_it(at_first: Hands) -> None:
    assert "Turn upright, in the View menu, turns them." in side_panel(at_first)
    assert at_first.parts.actions["turn_upright"].isEnabled()
    at_first.parts.worklist.choose(at_first.rows[4].path)
    at_first.wait_shown("5.mat")
    assert not at_first.parts.actions["turn_upright"].isEnabled()
    assert "asks for no turn" in at_first.parts.actions["turn_upright"].toolTip()


def test_the_list_says_and_filters_which_lie_unlike_their_border(at_first: Hands) -> None:
    popup, list_ = at_first.parts.worklist.bar.popup, at_first.parts.worklist
    popup.offer(at_first.rows, list_.model.arrangement.filters)
    popup.lies.click()
    assert len(list_.model.order) == 4
    tip = at_first.slice_rows()[1].data(Qt.ToolTipRole)
    assert "fits only if image and mask are turned by 90 degrees to the left" in tip
    turn_and_wait(at_first, every=True)
    list_.sort_anew()
    assert [row.name for row in at_first.rows if row.lies] == ["4.mat"]


def test_one_slice_is_turned_with_its_mask_and_no_other(at_first: Hands) -> None:
    stored = at_first.now.slice
    turn_and_wait(at_first)
    assert np.array_equal(at_first.now.slice.pixels, turned(stored.pixels, Turn.LEFT))
    assert at_first.now.slice.shape == UPRIGHT
    assert np.array_equal(at_first.reference, fields_of(UPRIGHT)["tumorMask"] > 0)
    assert at_first.now.layer(Layer.REFERENCE) is at_first.current.slice.reference
    assert at_first.canvas.image.image.shape == UPRIGHT
    assert ways(at_first) == [Turn.LEFT, *[Turn.NONE] * 4]
    assert at_first.rows[0].digest == at_first.now.slice.digest != stored.digest
    assert "Ada had image and mask turned by 90 degrees to the left" in side_panel(at_first)
    assert "fits only if" not in side_panel(at_first)
    assert at_first.notice.startswith("Turned by 90 degrees to the left: 1 slice; take back with")


def test_every_slice_that_lies_alike_is_turned_and_the_next_start_shows_it(
    at_first: Hands, new_hands: NewHands, folder: Path
) -> None:
    turn_and_wait(at_first, every=True)
    assert ways(at_first) == [Turn.LEFT] * 3 + [Turn.NONE] * 2
    assert ": 3 slices;" in at_first.notice
    at_first.go(Qt.Key_D, "2.mat")
    assert at_first.now.slice.shape == UPRIGHT
    assert at_first.window.close()
    again = new_hands()
    again.open(folder, first="2.mat")
    assert again.now.slice.turn is Turn.LEFT
    again.wait_indexed(5)
    assert ways(again) == [Turn.LEFT] * 3 + [Turn.NONE] * 2
    turn_and_wait(again, every=True)
    assert again.notice.startswith("Shown as stored again: 3 slices; turn again with")
    assert ways(again) == [Turn.NONE] * 5
    assert again.now.slice.shape == UPRIGHT[::-1]


def test_the_notice_takes_back_what_was_just_turned(at_first: Hands) -> None:
    stored = at_first.now.slice.digest
    turn_and_wait(at_first, every=True)
    at_first.parts.notice._offer.click()
    at_first.wait(lambda: at_first.now.slice.digest == stored)
    assert ways(at_first) == [Turn.NONE] * 5


def test_a_question_that_is_refused_turns_nothing(at_first: Hands) -> None:
    turn(at_first, agree=False)
    assert ways(at_first) == [Turn.NONE] * 5
    assert at_first.notice == ""


def test_a_correction_waits_for_the_slice_as_it_lay_and_the_question_says_so(
    at_first: Hands,
) -> None:
    at_first.mouse.stroke((30, 30), (50, 60))
    drawn = at_first.mask.copy()
    at_first.key(Qt.Key_F)
    at_first.wait(lambda: at_first.rows[0].verdict is Verdict.FLAGGED)
    at_first.parts.worklist.choose(at_first.rows[0].path)
    at_first.wait_shown("1.mat")
    said = turn_and_wait(at_first)
    assert said.startswith("This slice has corrections, verdicts or comments.")
    assert at_first.now.correction is None
    assert at_first.rows[0].is_untouched
    assert at_first.now.status.verdict is Verdict.UNREVIEWED
    assert not at_first.parts.deciding.may_take_back
    at_first.mouse.stroke((20, 30), (40, 60))
    upright = at_first.mask.copy()
    turn_and_wait(at_first)
    assert np.array_equal(at_first.mask, drawn)
    assert at_first.rows[0].verdict is Verdict.FLAGGED
    turn_and_wait(at_first)
    assert np.array_equal(at_first.mask, upright)
    assert at_first.has_on_disk(upright)


def test_of_many_slices_the_question_counts_those_with_work_on_them(at_first: Hands) -> None:
    at_first.mouse.stroke((30, 30), (50, 60))
    said = turn(at_first, every=True, agree=False)
    assert said.startswith("1 of these 3 slices have corrections")
    at_first.go(Qt.Key_D, "2.mat")
    assert turn(at_first, agree=False) == ""


def test_the_network_is_asked_about_the_slice_as_it_is_turned(
    at_first: Hands, bundle: Path
) -> None:
    at_first.parts.network.use(bundle)
    at_first.wait(lambda: at_first.rows[0].predicted)
    turn_and_wait(at_first, every=True)
    assert not at_first.rows[1].predicted
    at_first.wait(lambda: at_first.now.prediction is not None)
    assert at_first.prediction.mask.shape == UPRIGHT
    at_first.do("predict_all")
    at_first.wait(lambda: all(row.predicted for row in at_first.rows))
    found = at_first.parts.data_set.predictions.get(at_first.rows[1].digest)
    assert found is not None
    assert found.mask.shape == UPRIGHT
    assert at_first.rows[1].dice == found.dice
    assert found.dice is not None
    assert found.dice > 0.5


@pytest.mark.parametrize("action", ["export_mask", "export_all"])
def test_what_is_exported_of_a_turned_slice_fits_its_file(
    at_first: Hands, tmp_path: Path, action: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn_and_wait(at_first)
    at_first.do("start_reference")
    at_first.parts.screen.session.decide(Verdict.CORRECTED)
    choose_export(monkeypatch, tmp_path / "out")
    (tmp_path / "out").mkdir()
    at_first.do(action)
    at_first.wait(lambda: not at_first.parts.exporting.busy)
    reference = read_slice(at_first.path).reference
    assert reference is not None
    with Image.open(tmp_path / "out" / "1_mask.png") as picture:
        assert np.array_equal(np.asarray(picture) > 0, reference)


def test_the_thumbnail_is_turned_too(at_first: Hands) -> None:
    thumbnails, path = at_first.parts.worklist.thumbnails, at_first.path
    stored, upright = thumbnails._pixels[path], thumbnails.pixmap(path, Turn.LEFT)
    assert upright is not None
    grey = upright.toImage().convertToFormat(upright.toImage().Format_Grayscale8)
    shown = np.array([[grey.pixelColor(x, y).red() for x in range(48)] for y in range(48)])
    assert np.array_equal(shown, turned(stored, Turn.LEFT))


def test_what_is_learned_late_of_a_file_turns_no_row_back(at_first: Hands) -> None:
    stored, path = at_first.now.slice, at_first.path
    turn_and_wait(at_first)
    late = Entry(path, "1.mat", digest=stored.digest, fits_if=Turn.LEFT)
    at_first.parts.data_set.rows.describe([late])
    assert at_first.rows[0].digest == at_first.now.slice.digest
    assert at_first.rows[0].turn is Turn.LEFT


def test_a_prediction_that_comes_late_is_not_said_of_the_slice_as_it_is_turned(
    at_first: Hands,
) -> None:
    predict_square(at_first)
    stored, path, late = at_first.now.slice, at_first.path, at_first.prediction
    turn_and_wait(at_first)
    at_first.parts.data_set.rows.note_prediction(path, stored.digest, late)
    assert at_first.rows[0].digest == at_first.now.slice.digest
    assert not at_first.rows[0].predicted


def test_a_review_that_somebody_else_has_is_not_turned(
    at_first: Hands, new_hands: NewHands, folder: Path
) -> None:
    second = new_hands()
    second.open(folder)
    assert second.now.read_only
    assert not second.parts.actions["turn_upright"].isEnabled()


def test_a_disk_that_takes_nothing_turns_nothing_and_says_so(
    at_first: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, stored = at_first.parts.data_set.session, at_first.now.slice

    def fail(*_: object, **_also: object) -> None:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(session, "turn", fail)
    turn(at_first)
    assert at_first.notice == "Nothing was turned. The disk is full."
    assert at_first.now.slice is stored

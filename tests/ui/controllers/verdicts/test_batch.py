"""Several rows at once: one verdict after a question, taken back together; and their export."""

from __future__ import annotations

from pathlib import Path

import pytest
from PyQt5.QtCore import QPoint, Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QWidget

from brainseg_gui.review.values.verdict import ModelUse, Verdict
from brainseg_gui.ui.controllers import seen
from brainseg_gui.ui.dialogs import dialogs
from brainseg_gui.ui.worklist.selection_strip import SelectionStrip
from tests.ui.exports import choose_export
from tests.ui.hands import Hands
from tests.ui.predicted_slice import predict_square

LEAST_MS = 60
ANOTHER = ModelUse("another", "f00d", 0.5)


@pytest.fixture
def walked(at_first: Hands, monkeypatch: pytest.MonkeyPatch) -> Hands:
    """Return a window whose first two slices were seen with a prediction, the third never."""
    at_first.wait_indexed(3)
    monkeypatch.setattr(seen, "LEAST_MS", LEAST_MS)
    for row in at_first.rows[:2]:
        at_first.parts.worklist.choose(row.path)
        at_first.wait_shown(row.name)
        predict_square(at_first)
        at_first.parts.data_set.rows.note_prediction(
            row.path, at_first.current.slice.digest, at_first.prediction
        )
        at_first.rest(LEAST_MS * 3)
    return at_first


def click(hands: Hands, number: int, modifiers: int = Qt.NoModifier) -> None:
    """Click on a row, as a reader does."""
    view, index = hands.parts.worklist._list, hands.slice_rows()[number]
    QTest.mouseClick(view.viewport(), Qt.LeftButton, modifiers, view.visualRect(index).center())
    hands.wait_shown(f"{number + 1}.mat")


def choose_all(hands: Hands) -> None:
    """Choose the three rows; the third flashes by, too shortly to be seen."""
    click(hands, 2)
    click(hands, 0, Qt.ShiftModifier)


def verdicts(hands: Hands) -> list[Verdict]:
    return [row.verdict for row in hands.rows]


def answer(monkeypatch: pytest.MonkeyPatch, agrees: bool) -> list[str]:
    asked: list[str] = []

    def ask(_parent: QWidget, question: str) -> bool:
        asked.append(question)
        return agrees

    monkeypatch.setattr(dialogs, "ask_batch", ask)
    return asked


def test_enter_on_several_rows_asks_and_says_how_many_and_what_is_left_out(
    walked: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answer(monkeypatch, agrees=False)
    choose_all(walked)
    walked.key(Qt.Key_Return)
    assert asked == [
        "Accept 2 slices?\n\nLeft out: 1 without a mask (3.mat).",
    ]
    assert verdicts(walked) == [Verdict.UNREVIEWED] * 3


def test_what_was_not_seen_is_not_decided_about(
    walked: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answer(monkeypatch, agrees=True)
    choose_all(walked)
    walked.key("f")
    assert "1 not seen since the program started (3.mat)" in asked[0]
    assert verdicts(walked) == [Verdict.FLAGGED, Verdict.FLAGGED, Verdict.UNREVIEWED]
    assert walked.now.status.verdict is Verdict.FLAGGED
    assert walked.notice.startswith("2 slices flagged. U takes that back.")


def test_a_slice_seen_without_the_mask_was_not_seen_with_it(
    walked: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answer(monkeypatch, agrees=True)
    click(walked, 2)
    walked.rest(LEAST_MS * 3)
    slice_ = walked.current.slice
    click(walked, 0)
    walked.rest(LEAST_MS * 3)
    data_set = walked.parts.data_set
    view = data_set.predictions.get(walked.current.slice.digest)
    assert view is not None
    data_set.predictions.put_kept(slice_, view.mask, 0.1, ANOTHER)
    walked.wait(lambda: walked.rows[2].digest == slice_.digest)
    kept = data_set.predictions.get(slice_.digest)
    assert kept is not None
    data_set.rows.note_prediction(walked.rows[2].path, slice_.digest, kept)
    click(walked, 1, Qt.ControlModifier)
    click(walked, 2, Qt.ControlModifier)
    walked.key(Qt.Key_Return)
    assert "1 not seen" in asked[0]


def test_one_key_takes_all_of_them_back(walked: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, agrees=True)
    choose_all(walked)
    walked.key(Qt.Key_Return)
    assert verdicts(walked)[:2] == [Verdict.ACCEPTED] * 2
    walked.key("u")
    assert verdicts(walked) == [Verdict.UNREVIEWED] * 3
    assert walked.notice == "2 verdicts are taken back."


def test_the_strip_is_there_while_several_rows_are_chosen(walked: Hands) -> None:
    (strip,) = walked.parts.worklist.findChildren(SelectionStrip)
    assert not strip.isVisible()
    assert not walked.parts.actions["accept_selected"].isEnabled()
    click(walked, 0)
    click(walked, 2, Qt.ControlModifier)
    assert strip.isVisible()
    assert walked.parts.actions["accept_selected"].isEnabled()
    walked.parts.worklist.order.sort_anew()
    assert [path.name for path in walked.parts.worklist.selected] == ["1.mat", "3.mat"]
    walked.key(Qt.Key_D, Qt.ControlModifier | Qt.ShiftModifier)
    assert len(walked.parts.worklist.selected) == 1, "a key that walks chooses one row"
    assert not strip.isVisible()


def test_a_hand_that_slips_chooses_no_second_row(walked: Hands) -> None:
    view, rows = walked.parts.worklist._list, walked.slice_rows()
    start, end = (view.visualRect(rows[number]).center() for number in (0, 2))
    QTest.mousePress(view.viewport(), Qt.LeftButton, Qt.NoModifier, start)
    QTest.mouseMove(view.viewport(), end + QPoint(0, 1))
    QTest.mouseRelease(view.viewport(), Qt.LeftButton, Qt.NoModifier, end)
    assert [path.name for path in walked.parts.worklist.selected] == ["1.mat"]


def test_the_chosen_masks_alone_are_exported(
    walked: Hands, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    answer(monkeypatch, agrees=True)
    choose_all(walked)
    walked.key(Qt.Key_Return)
    click(walked, 1)
    click(walked, 2, Qt.ControlModifier)
    choose_export(monkeypatch, tmp_path / "out")
    walked.do("export_selected")
    walked.wait(lambda: not walked.parts.exporting.busy)
    out = tmp_path / "out"
    assert [path.name for path in out.glob("*.png")] == ["2_mask.png"]
    assert len((out / "provenance.csv").read_text().splitlines()) == 2

"""Walking the pieces of a difference and keeping A or B at each, by keys alone."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt5.QtCore import Qt
from scipy import ndimage
from skimage import measure

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.masks.pieces import Only, Piece
from brainseg_gui.core.types import Mask
from brainseg_gui.ui.controllers.comparing.adjudicating import Adjudicating, Word
from tests.ui.controllers.comparing.compared import (
    comparison,
    line,
    names,
    predict,
    predict_beside,
    step,
)
from tests.ui.hands import Hands

CTRL, SHIFT = Qt.ControlModifier, Qt.ShiftModifier
NEXT, PREVIOUS, KEEP_A, KEEP_B, LEAVE = ".", ",", "2", "3", "4"


@pytest.fixture
def differing(at_first: Hands) -> Hands:
    """Return a window that shows the difference of prediction and reference, in three pieces."""
    at_first.wait_indexed(3)
    predict_beside(at_first)
    at_first.key("j")
    assert len(comparison(at_first).difference) == 3
    return at_first


def walk(hands: Hands) -> Adjudicating:
    return hands.parts.looks._viewing.adjudicating


def piece(hands: Hands) -> Piece:
    found = walk(hands).piece
    assert found is not None
    return found


def message(hands: Hands) -> str:
    return hands.parts.status.currentMessage()


def rings(hands: Hands) -> bool:
    return hands.parts.looks._viewing.difference._ring.isVisible()


def test_the_walk_goes_from_the_largest_piece_to_the_smallest_and_back(differing: Hands) -> None:
    a, b = differing.prediction.mask, differing.reference
    regions = []
    for only, part, other in (("prediction", a & ~b, b), ("reference", b & ~a, a)):
        away = ndimage.distance_transform_edt(~other)
        for it in measure.regionprops(measure.label(part, connectivity=2)):
            regions.append((-it.area, tuple(it.coords[0]), only, away[tuple(it.coords.T)].max()))
    assert line(differing) == "3 differences | "
    for number, (area, _, only, distance) in enumerate(sorted(regions), 1):
        differing.key(NEXT)
        said = f"{number} of 3 · only {only} | {-area:.0f} px · up to {distance:.1f} px apart"
        assert line(differing) == said
        assert rings(differing)
    differing.key(NEXT)
    assert message(differing) == "This is the last of 3 differences."
    assert piece(differing).number == 3
    differing.key(PREVIOUS)
    assert piece(differing).number == 2


def test_millimetres_are_said_where_the_pixel_size_is_known(differing: Hands) -> None:
    differing.parts.data_set.declare_spacing(0.5)
    differing.key(NEXT)
    area = piece(differing).area
    distance = comparison(differing).distance(piece(differing))
    assert distance is not None
    said = f"{area} px, {area / 4:.0f} mm² · up to {distance:.1f} px, {distance / 2:.1f} mm apart"
    assert line(differing).endswith(said)


def test_a_piece_outside_of_the_window_is_brought_into_it_at_the_same_zoom(
    differing: Hands,
) -> None:
    differing.canvas.zoom(8)
    scale = differing.canvas.scale_factor
    for _ in range(3):
        differing.key(NEXT)
        box, seen = piece(differing).box, differing.canvas.view.viewRect()
        middle = (box.left + box.right) / 2, (box.top + box.bottom) / 2
        assert seen.contains(*middle)
        assert differing.canvas.scale_factor == pytest.approx(scale)
    before = differing.canvas.view.viewRect()
    differing.key(KEEP_A)
    assert differing.canvas.view.viewRect() == before, "what is seen is not moved"


@pytest.mark.parametrize("keys", ["222", "333", "243"])
def test_each_word_is_a_step_of_undo_and_the_end_is_a_or_b_pixel_by_pixel(
    differing: Hands, keys: str
) -> None:
    a, b = differing.prediction.mask, differing.reference
    difference = comparison(differing).difference
    pieces = [difference.piece(number) for number in (1, 2, 3)]
    differing.key(NEXT)
    expected, states = a.copy(), [(False, np.zeros_like(a))]
    for number, (key, it) in enumerate(zip(keys, pieces, strict=True), 1):
        assert piece(differing).number == number
        exists = differing.now.correction is not None
        differing.key(key)
        keep = {KEEP_A: Only.A, KEEP_B: Only.B}.get(key)
        if keep is not None:
            expected[it.box.slices][it.pixels] = keep is it.only
            name = {Only.A: "prediction", Only.B: "reference"}[keep]
            if not exists or keep is Only.B:
                assert step(differing) == f"Keep {name} in difference {number}"
                states.append((True, expected.copy()))
        if differing.now.correction is not None:
            assert np.array_equal(differing.mask, expected)
            assert differing.has_on_disk(expected)
    if len(set(keys)) == 1:
        assert np.array_equal(differing.mask, a if keys == "222" else b)
    for exists, mask in states[-2::-1]:
        differing.key("z", CTRL)
        assert (differing.now.correction is not None) is exists
        assert np.array_equal(differing.mask, mask)
    assert names(differing) == ("Prediction", "Reference")


def test_the_correction_begins_from_a_and_says_so(differing: Hands) -> None:
    differing.key(NEXT)
    differing.key(KEEP_B)
    assert differing.stored.start is Layer.PREDICTION
    assert names(differing) == ("Prediction", "Reference"), "the two stay while they are judged"
    differing.key("z", CTRL)
    differing.do("exchange_sides")
    differing.key(NEXT)
    differing.key(KEEP_A)
    assert differing.stored.start is Layer.REFERENCE
    assert differing.has_on_disk(differing.reference)


def test_where_the_correction_is_one_of_the_two_what_is_settled_is_gone(differing: Hands) -> None:
    differing.key("p", SHIFT)
    assert names(differing) == ("Correction", "Reference")
    differing.key(NEXT)
    first = piece(differing).mark
    differing.key(KEEP_B)
    assert len(comparison(differing).difference) == 2
    assert piece(differing).number == 1, "the next one has its number now"
    assert step(differing) == "Keep reference in difference 1"
    differing.key("z", CTRL)
    differing.wait(lambda: comparison(differing).difference.find(first) is not None)
    differing.key(PREVIOUS)
    for _ in range(3):
        differing.key(KEEP_B)
    assert differing.has_on_disk(differing.reference)
    assert message(differing) == "The two masks are the same now."
    assert not rings(differing)


def test_what_was_kept_or_left_is_said_and_what_was_undone_is_not(differing: Hands) -> None:
    differing.key(NEXT)
    differing.key(KEEP_B)
    differing.key(LEAVE)
    assert [it.number for it in walk(differing).done] == [1, 2]
    differing.key(PREVIOUS)
    assert line(differing).split(" | ")[0].endswith("· left")
    differing.key(PREVIOUS)
    assert line(differing).split(" | ")[0].endswith("· reference kept")
    differing.key("z", CTRL)
    differing.wait(lambda: "kept" not in line(differing))
    assert walk(differing).said_of(piece(differing)) is Word.NONE


def test_the_first_key_shows_the_first_piece_and_changes_nothing(differing: Hands) -> None:
    differing.key(KEEP_B)
    assert piece(differing).number == 1
    assert differing.now.correction is None


def test_after_the_last_piece_the_walk_stays_there(differing: Hands) -> None:
    differing.key(PREVIOUS)
    assert piece(differing).number == 3
    differing.key(LEAVE)
    assert piece(differing).number == 3
    assert message(differing) == "That was the last difference."


def test_without_the_layer_the_keys_do_nothing_and_say_so(differing: Hands) -> None:
    for hide, show, begins, ends in (
        ("j", "j", "", "Show it first (J)."),
        ("x", "", "All layers are hidden", ""),
    ):
        differing.key(hide)
        for key in (NEXT, PREVIOUS, KEEP_A, KEEP_B, LEAVE):
            differing.parts.status.clearMessage()
            differing.key(key)
            assert message(differing).startswith(begins)
            assert message(differing).endswith(ends)
            assert message(differing)
            assert differing.now.correction is None
            assert walk(differing).piece is None
        if show:
            differing.key(show)


def test_a_key_that_is_held_keeps_one_piece(differing: Hands) -> None:
    differing.key(NEXT)
    for _ in range(4):  # a window system repeats a key by presses, and by releases and presses
        differing.key_down(KEEP_B)
    differing.key_up(KEEP_B)
    assert piece(differing).number == 2
    assert step(differing) == "Keep reference in difference 1"


def test_digits_that_are_typed_are_only_digits(differing: Hands) -> None:
    differing.key(NEXT)
    size = differing.parts.tool_bar.field("brush")
    size.setFocus()
    size.selectAll()
    differing.key(KEEP_B)
    assert size.value() == 3
    assert differing.now.correction is None


def test_versions_are_adjudicated_into_a_correction_of_the_readers_own(at_first: Hands) -> None:
    at_first.parts.actions["advance"].setChecked(False)
    masks: dict[str, Mask] = {}
    for reader, place in (("Bo", (100, 30)), ("Cy", (100, 90))):
        at_first.parts.reviewing.use_reader(reader)
        at_first.mouse.stroke(place)
        at_first.key(Qt.Key_Return)
        masks[reader] = at_first.mask.copy()
    at_first.parts.reviewing.use_reader("Ada")
    lists = at_first.parts.compare.row.lists
    for which, reader in (("a", "Bo"), ("b", "Cy")):
        list_ = lists[which]
        list_.opening.emit()
        at = next(row for row in range(9) if list_.itemText(row).startswith(reader))
        list_.setCurrentIndex(at)
        list_.activated.emit(at)
    at_first.canvas.setFocus()
    at_first.key("j")
    at_first.key(NEXT)
    at_first.key(KEEP_A)
    assert step(at_first) == "Keep Bo's version in difference 1"
    assert at_first.has_on_disk(masks["Bo"])
    at_first.key(KEEP_B)
    assert at_first.has_on_disk(masks["Bo"] | masks["Cy"])
    at_first.key(PREVIOUS)
    at_first.key(KEEP_B)
    assert at_first.has_on_disk(masks["Cy"])


def test_another_slice_begins_its_own_walk(differing: Hands) -> None:
    differing.key(NEXT)
    differing.go(Qt.Key_D, "2.mat")
    assert not rings(differing)
    predict(differing, differing.reference | np.roll(differing.reference, 30, 0))
    assert line(differing) == "1 difference | "
    differing.go(Qt.Key_A, "1.mat")
    assert walk(differing).piece is None

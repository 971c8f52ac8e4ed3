"""A click is obeyed, and nothing changes but what it was made for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from brainseg_gui.core.clicks.click import Click, obey
from brainseg_gui.core.clicks.crop import LEAST, MARGIN, Crop, crop_around, square
from brainseg_gui.core.clicks.dab import ideal_dab
from brainseg_gui.core.clicks.errors import largest_error
from brainseg_gui.core.clicks.looks import proposal, runs_out
from brainseg_gui.core.clicks.maps import disks
from brainseg_gui.core.clicks.merge import merge
from brainseg_gui.core.clicks.robot import ROBOTS, centre_click
from brainseg_gui.core.types import Mask
from tests.strategies import mask_pairs


@st.composite
def scenes(draw: st.DrawFn) -> tuple[Mask, Mask, list[Click]]:
    """A mask, what a network would have, and some clicks."""
    mask, proposed = draw(mask_pairs())
    height, width = mask.shape
    places = st.builds(
        Click,
        st.floats(0, height, exclude_max=True),
        st.floats(0, width, exclude_max=True),
        st.booleans(),
    )
    return mask, proposed, draw(st.lists(places, min_size=1, max_size=6))


@given(scenes())
def test_every_clicked_pixel_has_the_side_of_its_latest_click(
    scene: tuple[Mask, Mask, list[Click]],
) -> None:
    mask, proposed, clicks = scene
    merged = merge(mask, proposed, clicks)
    for pixel, inside in {click.pixel: click.inside for click in clicks}.items():
        assert merged[pixel] == inside


@given(scenes())
def test_apart_from_clicked_pixels_only_the_piece_at_the_last_click_differs(
    scene: tuple[Mask, Mask, list[Click]],
) -> None:
    mask, proposed, clicks = scene
    before = mask.copy()
    merged = merge(mask, proposed, clicks)
    np.testing.assert_array_equal(mask, before)
    labels, _ = ndimage.label(obey(proposed, clicks) ^ mask)
    at_click = labels[clicks[-1].pixel]
    allowed = (labels == at_click) & (at_click > 0)
    for click in clicks:
        allowed[click.pixel] = True
    assert not ((merged ^ mask) & ~allowed).any()


def test_a_piece_that_touches_at_a_corner_alone_is_another_piece() -> None:
    mask, proposed = np.zeros((2, 4, 4), bool)
    proposed[0, 0] = proposed[1, 1] = True
    assert np.argwhere(merge(mask, proposed, [Click(0.5, 0.5, True)])).tolist() == [[0, 0]]


@pytest.mark.parametrize("robot", sorted(ROBOTS))
@given(pair=mask_pairs(), seed=st.integers(0, 99))
def test_a_robot_clicks_on_the_largest_error_and_says_what_belongs_there(
    robot: str, pair: tuple[Mask, Mask], seed: int
) -> None:
    mask, reference = pair
    click = ROBOTS[robot](mask, reference, np.random.default_rng(seed))
    again = ROBOTS[robot](mask, reference, np.random.default_rng(seed))
    assert click == again
    piece = largest_error(mask, reference)
    if click is None or piece is None:
        assert click is piece is None
        assert (mask == reference).all()
        return
    assert click.within(mask.shape)
    assert click.inside == reference[click.pixel] != mask[click.pixel]
    assert piece.whole(mask.shape)[click.pixel]  # type: ignore[arg-type]


def test_of_two_errors_the_larger_is_clicked_in_its_middle() -> None:
    mask, reference = np.zeros((2, 40, 40), bool)
    reference[2:5, 2:5] = True
    mask[20:31, 10:21] = True
    click = centre_click(mask, reference, np.random.default_rng(0))
    assert click == Click(25.5, 15.5, False)


def test_the_ideal_dab_is_a_disk_of_the_size_of_the_error() -> None:
    mask, reference = np.zeros((2, 41, 41), bool)
    rows, columns = np.ogrid[:41, :41]
    reference[(rows - 20) ** 2 + (columns - 20) ** 2 <= 100] = True
    dabbed = ideal_dab(mask, reference, Click(20.5, 20.5, True))
    assert dabbed[reference].all()
    assert 2 * np.count_nonzero(reference) > np.count_nonzero(dabbed)


@given(
    shape=st.tuples(st.integers(1, 90), st.integers(1, 90)),
    top=st.integers(-40, 60),
    left=st.integers(-40, 60),
    side=st.integers(1, 25),
)
def test_what_lies_in_a_crop_comes_back_to_where_it_was(
    shape: tuple[int, int], top: int, left: int, side: int
) -> None:
    crop = Crop(top, left, 4 * side)
    image = np.zeros((*shape, 2), np.float32)
    image[..., 0] = 1
    view = crop.take(image, 32)
    assert view.shape == (32, 32, 2)
    assert view.min() >= 0
    assert view.max() <= 1 + 1e-5
    (rows, columns), values = crop.put_back(np.ones((32, 32), np.float32), shape)
    assert values.shape == image[rows, columns, 0].shape
    np.testing.assert_allclose(values, 1, atol=1e-5)
    covered = np.zeros(shape, bool)
    covered[rows, columns] = True
    inside = np.zeros((90 + 200, 90 + 200), bool)
    inside[top + 100 : top + 100 + 4 * side, left + 100 : left + 100 + 4 * side] = True
    np.testing.assert_array_equal(covered, inside[100 : 100 + shape[0], 100 : 100 + shape[1]])


def test_a_smooth_image_survives_the_way_through_a_crop() -> None:
    rows, columns = np.mgrid[:128, :128] / 20
    image = (np.sin(rows) * np.cos(columns) / 2 + 0.5).astype(np.float32)
    crop = Crop(16, 24, 96)
    (down, along), values = crop.put_back(crop.take(image[..., None], 128)[..., 0], image.shape)
    np.testing.assert_allclose(values[3:-3, 3:-3], image[down, along][3:-3, 3:-3], atol=0.01)


@given(scenes())
def test_a_crop_holds_mask_and_clicks(scene: tuple[Mask, Mask, list[Click]]) -> None:
    mask, _, clicks = scene
    crop = crop_around(mask, clicks)
    wanted = [click.pixel for click in clicks] + [tuple(one) for one in np.argwhere(mask)]
    for row, column in wanted:
        assert crop.top <= row < crop.top + crop.side
        assert crop.left <= column < crop.left + crop.side


def test_the_crop_has_its_margin_and_its_least_size() -> None:
    mask = np.zeros((512, 512), bool)
    assert crop_around(mask, [Click(10, 500, True)]) == Crop(0, 256, 256)
    mask[200:300, 200:220] = True
    assert crop_around(mask, []).side == pytest.approx(MARGIN * 100)
    mask[:] = False
    mask[200:210, 200:210] = True
    assert crop_around(mask, []).side == LEAST * 512


def test_a_crop_stays_within_the_image_where_it_fits() -> None:
    assert square(0, 511, 100, (512, 512)) == Crop(0, 412, 100)
    assert square(20, 20, 100, (40, 512)).top == -30


def test_of_looks_that_overlap_the_mean_counts_and_where_none_went_the_mask_stays() -> None:
    mask = np.array([[True, True, False, False, True, True]])
    whole, left, right = (slice(0, 1), slice(0, 4)), (slice(0, 1), slice(0, 2)), slice(2, 4)
    answers = [
        (whole, np.array([[0.2, 0.4, 0.4, 0.7]], np.float32)),
        (left, np.array([[0.7, 0.7]], np.float32)),
        ((slice(0, 1), right), np.array([[0.7, 0.1]], np.float32)),
    ]
    np.testing.assert_array_equal(
        proposal(mask, answers, 0.5), [[False, True, True, False, True, True]]
    )


@pytest.mark.parametrize(
    ("row", "column", "out"),
    [(12, 12, False), (11, 12, True), (12, 27, False), (12, 28, True), (40, 12, True)],
)
def test_a_change_runs_out_of_a_crop_at_its_edges(row: int, column: int, out: bool) -> None:
    changed = np.zeros((64, 48), bool)
    changed[15, 15] = changed[row, column] = True
    assert runs_out(changed, Crop(10, 10, 20)) is out
    assert runs_out(changed, Crop(0, 0, 64)) is False  # beyond it there is no image


def test_a_click_is_a_disk_of_its_side_and_the_later_one_counts() -> None:
    maps = disks([(8.5, 8.5, True), (8.5, 10.5, False)], 20, radius=3)
    assert maps.max(axis=-1).sum() == maps.sum()
    assert maps[8, 6, 0] == 1
    assert maps[8, 9].tolist() == [0, 1]
    assert disks([(19.99, 0.0, True)], 20, radius=0.1)[19, 0, 0] == 1

"""Operations on a whole mask, against masks drawn by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage
from skimage.morphology import convex_hull_image

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.masks import operations
from brainseg_gui.core.masks.operations import Context
from brainseg_gui.core.types import Mask
from brainseg_gui.ui.tools.operations import OPERATIONS

CASES = {
    "fill_holes": (
        ["....... ", ".#####. ", ".#...#. ", ".#####. ", "......."],
        ["....... ", ".#####. ", ".#####. ", ".#####. ", "......."],
    ),
    "keep_largest": (
        ["##.....", "##..###", "...##..", ".......", "#......"],
        [".......", "....###", "...##..", ".......", "......."],
    ),
    "grow": (
        [".......", "...#...", ".......", ".......", "#......"],
        ["...#...", "..###..", "...#...", "#......", "##....."],
    ),
    "shrink": (
        ["..###..", "..###..", "..###..", ".......", "......."],
        ["...#...", "...#...", ".......", ".......", "......."],
    ),
    "hull": (
        [".......", ".#...#.", ".......", "...#...", "......."],
        [".......", ".#####.", "..###..", "...#...", "......."],
    ),
    "drop_small": (
        ["##.....", "##..###", "...##..", ".......", "#......"],
        ["##.....", "##..###", "...##..", ".......", "......."],
    ),
    "nothing": (["#......"] * 5, ["......."] * 5),
}
masks = arrays(bool, (9, 11))


def drawn(rows: list[str]) -> Mask:
    return np.array([[sign == "#" for sign in row.strip()] for row in rows])


def done(name: str, mask: Mask, margin: int = 0) -> Mask:
    before = mask.copy()
    context = Context(spacing_mm=0.5, options={"small_island": 4, "margin": margin})
    result: Mask = getattr(operations, name)(mask, context)
    assert np.array_equal(mask, before)  # what it was given stays as it is
    assert (result.shape, result.dtype) == (mask.shape, np.dtype(bool))
    assert not np.shares_memory(result, mask)
    return result


@pytest.mark.parametrize("name", CASES)
def test_it_does_what_its_name_says(name: str) -> None:
    before, after = map(drawn, CASES[name])
    assert np.array_equal(done(name, before), after)


@given(masks)
def test_on_any_mask(mask: Mask) -> None:
    assert (done("fill_holes", mask) | mask == done("fill_holes", mask)).all()
    assert (done("keep_largest", mask) <= mask).all()
    assert (done("shrink", mask) <= mask).all()
    assert (mask <= done("grow", mask)).all()
    assert (mask <= done("hull", mask)).all()
    done("smooth", mask)


@given(masks)
def test_each_does_to_the_part_around_the_mask_what_others_do_to_all_of_it(mask: Mask) -> None:
    assert np.array_equal(done("fill_holes", mask), ndimage.binary_fill_holes(mask))
    assert np.array_equal(done("grow", mask), ndimage.binary_dilation(mask))
    assert np.array_equal(done("shrink", mask), ndimage.binary_erosion(mask, border_value=1))
    rows, columns = np.mgrid[-2:3, -2:3]
    disk = rows**2 + columns**2 <= 4
    near = ndimage.generic_filter(mask.astype(float), np.sum, footprint=disk, mode="nearest")
    assert np.array_equal(done("smooth", mask), near > disk.sum() / 2)
    labels, count = ndimage.label(mask, np.ones((3, 3)))
    if count:
        assert np.array_equal(done("hull", mask), convex_hull_image(mask))
        largest = 1 + int(np.argmax(ndimage.sum_labels(mask, labels, range(1, count + 1))))
        assert np.array_equal(done("keep_largest", mask), labels == largest)


@given(masks, st.integers(0, len(operations.MARGINS) - 1))
def test_growing_and_shrinking_go_as_far_as_the_margin_says(mask: Mask, at: int) -> None:
    margin = operations.MARGINS[at]
    by = margin.size / 0.5 if margin.in_mm else margin.size
    places = np.indices(mask.shape).reshape(2, -1).T
    for name, near_to in (("grow", mask), ("shrink", ~mask)):
        far = np.hypot(*(places[:, None] - np.argwhere(near_to)).transpose(2, 0, 1)) > by
        near = ~far.all(axis=1).reshape(mask.shape)
        assert np.array_equal(done(name, mask, at), near if name == "grow" else ~near)


@pytest.mark.parametrize("layer", [Layer.PREDICTION, Layer.REFERENCE])
def test_two_layers_are_put_together_pixel_by_pixel(layer: Layer) -> None:
    mask, other = drawn(["##.."]), drawn([".##."])
    context = Context(layers={layer: other})
    rows = {row.name: row for row in OPERATIONS}
    for name, expected in (
        ("union", "###."),
        ("intersection", ".#.."),
        ("difference", "#..."),
    ):
        row = rows[f"{name}_{layer.value}"]
        assert np.array_equal(row.function(mask, context), drawn([expected]))
        assert row.step({}) == f"{name.capitalize()} with {layer.value}"


def test_smoothing_takes_a_spike_and_a_notch_and_leaves_a_disc() -> None:
    rows, columns = np.mgrid[:40, :40]
    disc = (rows - 20) ** 2 + (columns - 20) ** 2 <= 144
    rough = disc.copy()
    rough[20, 30:39], rough[8:12, 20] = True, False
    smooth = done("smooth", rough)
    assert not smooth[20, 34:].any()
    assert np.count_nonzero(smooth != disc) < np.count_nonzero(rough != disc) * 2
    assert np.count_nonzero(done("smooth", disc) != disc) <= 12

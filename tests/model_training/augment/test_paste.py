"""Tumours that come in from another slice of the batch."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_training.augment import AugmentSettings, augment
from model_training.augment.paste import paste_tumours, seam

SIDE = 64
ALWAYS = dataclasses.replace(
    AugmentSettings.none(), paste_chance=1.0, paste_shift=0.2, paste_opacity=(1.0, 1.0)
)


def boxes(*corners: tuple[int, int], height: int = 8, width: int = 5) -> np.ndarray:
    """One slice each, whose tumour is a box with this upper left corner."""
    masks = np.zeros((len(corners), SIDE, SIDE, 1), np.float32)
    for mask, (row, column) in zip(masks, corners, strict=True):
        mask[row : row + height, column : column + width] = 1
    return masks


def heads(masks: np.ndarray) -> np.ndarray:
    """Grey heads that fill the image, with bright tumours."""
    return np.concatenate([0.5 + 0.5 * masks, 0.5 + 0.25 * masks], axis=-1)


def paste(
    images: np.ndarray, masks: np.ndarray, seed: int = 0, **changes: Any
) -> tuple[np.ndarray, np.ndarray]:
    settings = dataclasses.replace(ALWAYS, **changes)
    return paste_tumours(images, masks, np.random.default_rng(seed), settings)


@given(
    st.integers(0, 2**32),
    st.lists(st.tuples(st.integers(0, SIDE - 1), st.integers(0, SIDE - 1)), min_size=2, max_size=4),
    st.floats(0, 0.5),
)
def test_what_is_marked_is_tumour_and_what_is_tumour_is_marked(
    seed: int, corners: list[tuple[int, int]], shift: float
) -> None:
    masks = boxes(*corners)
    images, pasted = paste(heads(masks), masks, seed, paste_shift=shift)
    assert ((pasted >= 0) & (pasted <= 1)).all()
    np.testing.assert_allclose(images, heads(pasted), atol=1e-5)
    for mask in pasted[..., 0]:
        assert mask.max() == 1  # nobody is left without a tumour


def test_the_tumour_comes_whole_shifted_by_no_more_than_it_may_and_mirrored_half_the_time() -> None:
    corner, mirrored = (28, 20), (28, SIDE - 20 - 5)
    masks = boxes((0, 0), corner)
    masks[0] = 0
    shapes, sides = [], []
    for seed in range(60):
        _, pasted = paste(heads(masks), masks, seed, paste_shift=0.1)
        rows, columns = np.nonzero(pasted[0, ..., 0])
        assert pasted[0].sum() == masks[1].sum()
        shapes.append((np.ptp(rows) + 1, np.ptp(columns) + 1))
        found = rows.min(), columns.min()
        near = [np.abs(np.subtract(found, place)).max() <= 6 for place in (corner, mirrored)]
        assert any(near)
        sides.append(near[1])
    assert set(shapes) == {(8, 5)}
    assert 15 < sum(sides) < 45


def test_its_surroundings_come_along_and_fade() -> None:
    masks = boxes((0, 0), (28, 28))
    masks[0] = 0
    images = np.stack([np.full((SIDE, SIDE, 1), grey, np.float32) for grey in (0.2, 0.8)])
    pasted = paste(images, masks, paste_shift=0.0)[0][0, ..., 0]
    line = pasted[32]
    falling = line[np.flatnonzero(line == line.max())[-1] :]  # to the right of the box
    assert (np.diff(falling) <= 1e-6).all()
    assert 0.2 < falling[1] < 0.8
    assert falling[-1] == pytest.approx(0.2)


def test_a_seam_is_1_on_the_tumour_and_0_far_from_it() -> None:
    mask = boxes((28, 28))[0]
    cover = seam(mask, 1.0)
    assert (cover[mask > 0] == 1).all()
    assert cover[:20].max() == cover[45:].max() == 0


def test_a_faint_tumour_is_marked_like_any_other() -> None:
    masks = boxes((0, 0), (28, 28))
    masks[0] = 0
    images, pasted = paste(heads(masks), masks, paste_opacity=(0.6, 0.6))
    np.testing.assert_allclose(images[0][pasted[0, ..., 0] == 1], [[0.8, 0.65]] * 40, atol=1e-5)


def test_no_tumour_comes_to_lie_in_air() -> None:
    masks = boxes((28, 28), (28, 28))
    images = heads(masks)
    images[0] = 0.01
    same, unmarked = paste(images, masks, paste_shift=0.1)
    np.testing.assert_array_equal(same[0], images[0])
    np.testing.assert_array_equal(unmarked[0], masks[0])


def test_pastes_happen_by_their_chance() -> None:
    masks = boxes(*[(8, 8), (40, 40)] * 200)
    _, pasted = paste(heads(masks), masks, paste_chance=0.3)
    changed = (pasted != masks).any(axis=(1, 2, 3))
    assert 0.15 < changed.mean() < 0.35  # some come to lie where there is one already


def test_a_slice_without_a_tumour_gives_none_and_a_slice_alone_has_nobody_to_give() -> None:
    empty = np.zeros((3, SIDE, SIDE, 1), np.float32)
    assert not paste(heads(empty), empty)[1].any()
    alone = boxes((28, 28))
    np.testing.assert_array_equal(paste(heads(alone), alone)[1], alone)


def test_the_given_batch_stays_and_the_same_chance_gives_the_same_one() -> None:
    masks = boxes((10, 10), (30, 40), (50, 5))
    images = heads(masks)
    copies = images.copy(), masks.copy()
    first, again = (augment(images, masks, np.random.default_rng(3), ALWAYS) for _ in range(2))
    for before, copy, one, other in zip((images, masks), copies, first, again, strict=True):
        np.testing.assert_array_equal(before, copy)
        np.testing.assert_array_equal(one, other)
        assert one.dtype == np.float32
    assert (first[1] != masks).any()

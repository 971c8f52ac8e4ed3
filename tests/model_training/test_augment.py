"""Augmentation: other heads, with the mask where the tumour is."""

from __future__ import annotations

import numpy as np
import pytest

from model_training.augment import (
    MAX_ROTATION,
    MAX_SHEAR,
    MAX_SHIFT,
    ZOOM,
    affine_parameters,
    augment,
    vary_contrast,
)

COUNT, SIDE = 24, 64


@pytest.fixture(scope="module")
def masks():
    """An L off the middle: no mirror, turn or shift maps it onto itself."""
    mask = np.zeros((COUNT, SIDE, SIDE, 1), np.float32)
    mask[:, 20:44, 24:32] = 1
    mask[:, 36:44, 24:48] = 1
    return mask


@pytest.fixture(scope="module")
def varied(masks):
    images = np.concatenate([masks, 1 - masks], axis=-1)
    return augment(images, masks, np.random.default_rng(0))


def overlap(one, other):
    common = (one & other).sum(axis=(1, 2))
    return 2 * common / (one.sum(axis=(1, 2)) + other.sum(axis=(1, 2)))


def test_the_mask_goes_where_the_image_goes(varied) -> None:
    images, masks = varied
    seen, marked = images[..., 0] > 0.5, masks[..., 0] > 0.5
    assert overlap(seen, marked).min() > 0.9


def test_every_channel_goes_the_same_way(varied) -> None:
    images, masks = varied
    marked = masks[..., 0] > 0.5
    dark = images[..., 1] < 0.5
    inside = (dark & marked).sum(axis=(1, 2)) / marked.sum(axis=(1, 2))
    assert inside.min() > 0.9


def test_shapes_and_ranges_stay(varied) -> None:
    images, masks = varied
    assert (images.shape, masks.shape) == ((COUNT, SIDE, SIDE, 2), (COUNT, SIDE, SIDE, 1))
    for array in (images, masks):
        assert array.dtype == np.float32
        assert ((array >= 0) & (array <= 1)).all()


def test_no_tumour_is_lost_on_the_way(varied, masks) -> None:
    area = varied[1].sum(axis=(1, 2, 3)) / masks.sum(axis=(1, 2, 3))
    assert area.min() > 0.5
    assert area.max() < 2


def test_slices_of_one_batch_are_varied_each_in_its_own_way(varied) -> None:
    masks = varied[1]
    assert all(not np.array_equal(masks[0], other) for other in masks[1:])


def test_the_same_chance_gives_the_same_batch(masks, varied) -> None:
    images = np.concatenate([masks, 1 - masks], axis=-1)
    again = augment(images, masks, np.random.default_rng(0))
    for one, other in zip(varied, again, strict=True):
        np.testing.assert_array_equal(one, other)


def test_other_chance_gives_another_batch(masks, varied) -> None:
    images = np.concatenate([masks, 1 - masks], axis=-1)
    assert not np.array_equal(varied[0], augment(images, masks, np.random.default_rng(1))[0])


def test_the_batch_that_was_given_is_left_alone(masks) -> None:
    images = np.concatenate([masks, masks], axis=-1)
    copies = images.copy(), masks.copy()
    augment(images, masks, np.random.default_rng(0))
    np.testing.assert_array_equal(images, copies[0])
    np.testing.assert_array_equal(masks, copies[1])


@pytest.fixture(scope="module")
def transforms():
    return affine_parameters(2000, SIDE, np.random.default_rng(0))


def test_shifts_stay_within_their_share_of_the_side(transforms) -> None:
    centre = (SIDE - 1) / 2
    a, b, c, d, e, f = transforms.T[:6]
    across = a * centre + b * centre + c - centre
    down = d * centre + e * centre + f - centre
    for shift in (across, down):
        assert np.abs(shift).max() <= MAX_SHIFT * SIDE * 1.001
        assert np.abs(shift).max() > MAX_SHIFT * SIDE * 0.9


def test_sizes_stay_within_the_zoom_and_the_shear(transforms) -> None:
    a, b, _, d, e, _ = transforms.T[:6]
    scale = np.sqrt(np.abs(a * e - b * d))
    slack = 1 + MAX_SHEAR
    assert 1 / (ZOOM[1] * slack) <= scale.min() < 0.85
    assert 1.2 < scale.max() <= slack / ZOOM[0]


def test_turns_stay_within_the_largest_angle(transforms) -> None:
    a, _, _, d = transforms.T[:4]
    turn = np.arctan2(np.abs(d), np.abs(a))
    assert 0.9 * MAX_ROTATION < turn.max() <= MAX_ROTATION * 1.001


def test_right_angles_are_bent_no_more_than_the_shear(transforms) -> None:
    a, b, _, d, e, _ = transforms.T[:6]
    bend = np.abs(a * b + d * e) / (a * a + d * d)
    assert 0.9 * MAX_SHEAR < bend.max() <= MAX_SHEAR * 1.001


def test_heads_are_mirrored_left_to_right_half_the_time_and_seldom_stand_on_their_heads(
    transforms,
) -> None:
    assert 0.45 < (transforms[:, 0] < 0).mean() < 0.55
    assert 0.1 < (transforms[:, 4] < 0).mean() < 0.2


def test_nothing_is_projected(transforms) -> None:
    assert not transforms[:, 6:].any()


def test_contrast_changes_and_stays_in_range() -> None:
    images = np.random.default_rng(0).random((COUNT, 16, 16, 2), np.float32)
    varied = vary_contrast(images, np.random.default_rng(1))
    assert ((varied >= 0) & (varied <= 1)).all()
    assert (np.abs(varied - images).mean(axis=(1, 2, 3)) > 0.01).all()


def test_contrast_leaves_what_is_lighter_lighter() -> None:
    steps = np.linspace(0, 1, 32, dtype=np.float32)
    images = np.broadcast_to(steps[:, None, None], (COUNT, 32, 32, 1)).copy()
    varied = vary_contrast(images, np.random.default_rng(0))
    rows = varied.mean(axis=2)[..., 0]
    assert (rows[:, 24:28].mean(axis=1) > rows[:, 4:8].mean(axis=1)).all()

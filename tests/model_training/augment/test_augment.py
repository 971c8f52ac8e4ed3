"""Augmentation: other heads, with the mask where the tumour is."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from model_training.augment import PRESETS, AugmentSettings, augment
from model_training.augment.fields import smooth_field
from model_training.augment.geometry import affine_parameters, sample, source_of
from model_training.augment.intensity import bias_field, coarsen, draw_gains, vary_intensity

COUNT, SIDE = 24, 64
LIGHT, NONE = PRESETS["light"], AugmentSettings.none()


def only(**values: Any) -> AugmentSettings:
    """One change at every slice, and no other."""
    return dataclasses.replace(NONE, **values)


@pytest.fixture(scope="module")
def masks() -> np.ndarray:
    """An L off the middle: no mirror, turn or shift maps it onto itself."""
    mask = np.zeros((COUNT, SIDE, SIDE, 1), np.float32)
    mask[:, 20:44, 24:32] = 1
    mask[:, 36:44, 24:48] = 1
    return mask


@pytest.fixture(scope="module", params=["light", "strong"])
def varied(masks: np.ndarray, request: pytest.FixtureRequest) -> tuple[np.ndarray, np.ndarray]:
    images = np.concatenate([masks, 1 - masks], axis=-1)
    return augment(images, masks, np.random.default_rng(0), PRESETS[request.param])


def overlap(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    common = (one & other).sum(axis=(1, 2))
    return 2 * common / (one.sum(axis=(1, 2)) + other.sum(axis=(1, 2)))


def test_the_mask_goes_where_the_image_goes(varied: tuple[np.ndarray, np.ndarray]) -> None:
    images, masks = varied
    middle = (images[..., 0].max(axis=(1, 2)) + images[..., 0].min(axis=(1, 2))) / 2
    seen, marked = images[..., 0] > middle[:, None, None], masks[..., 0] > 0.5
    assert np.median(overlap(seen, marked)) > 0.95


def test_shapes_and_ranges_stay(varied: tuple[np.ndarray, np.ndarray]) -> None:
    images, masks = varied
    assert (images.shape, masks.shape) == ((COUNT, SIDE, SIDE, 2), (COUNT, SIDE, SIDE, 1))
    for array in (images, masks):
        assert array.dtype == np.float32
        assert ((array >= 0) & (array <= 1)).all()


def test_no_tumour_is_lost_on_the_way(
    varied: tuple[np.ndarray, np.ndarray], masks: np.ndarray
) -> None:
    area = varied[1].sum(axis=(1, 2, 3)) / masks.sum(axis=(1, 2, 3))
    assert area.min() > 0.4
    assert area.max() < 2.2


def test_slices_of_one_batch_are_varied_each_in_its_own_way(
    varied: tuple[np.ndarray, np.ndarray],
) -> None:
    masks = varied[1]
    assert all(not np.array_equal(masks[0], other) for other in masks[1:])


@given(
    st.integers(0, 2**32),
    st.builds(
        only,
        mirror_chance=st.just(0.5),
        flip_chance=st.just(0.5),
        affine_chance=st.sampled_from([0.0, 1.0]),
        rotation=st.floats(0, 180),
        zoom=st.tuples(st.floats(0.5, 1), st.floats(1, 2)),
        shear=st.floats(0, 0.5),
        shift=st.floats(0, 0.5),
        elastic_chance=st.sampled_from([0.0, 1.0]),
        elastic=st.floats(0, 0.08),
    ),
)
def test_under_geometry_alone_an_image_of_the_mask_stays_the_mask(
    seed: int, geometry: AugmentSettings
) -> None:
    mask = np.random.default_rng(seed).random((2, 32, 32, 1), np.float32)
    images, masks = augment(
        np.concatenate([mask, mask], axis=-1), mask, np.random.default_rng(seed), geometry
    )
    assert ((masks >= 0) & (masks <= 1)).all()
    for channel in (0, 1):
        np.testing.assert_allclose(images[..., channel], masks[..., 0], atol=1e-6)


def test_the_same_chance_gives_the_same_batch_and_another_another(masks: np.ndarray) -> None:
    images = np.concatenate([masks, 1 - masks], axis=-1)
    one, again, other = (
        augment(images, masks, np.random.default_rng(seed), PRESETS["strong"]) for seed in (0, 0, 1)
    )
    for first, second in zip(one, again, strict=True):
        np.testing.assert_array_equal(first, second)
    assert not np.array_equal(one[0], other[0])
    assert not np.array_equal(one[1], other[1])


def test_the_batch_that_was_given_is_left_alone(masks: np.ndarray) -> None:
    images = np.concatenate([masks, masks], axis=-1)
    copies = images.copy(), masks.copy()
    for preset in PRESETS.values():
        augment(images, masks, np.random.default_rng(0), preset)
    np.testing.assert_array_equal(images, copies[0])
    np.testing.assert_array_equal(masks, copies[1])


def test_no_augmentation_leaves_every_pixel_as_it_is() -> None:
    images = np.random.default_rng(0).random((3, 32, 32, 2), np.float32)
    masks = np.random.default_rng(1).random((3, 32, 32, 1), np.float32)
    same_images, same_masks = augment(images, masks, np.random.default_rng(2), NONE)
    np.testing.assert_array_equal(same_images, images)
    np.testing.assert_array_equal(same_masks, masks)


def test_without_settings_it_is_the_light_preset(masks: np.ndarray) -> None:
    one = augment(masks, masks, np.random.default_rng(0))
    other = augment(masks, masks, np.random.default_rng(0), LIGHT)
    np.testing.assert_array_equal(one[0], other[0])


def test_no_keras_is_loaded_so_that_any_backend_and_any_worker_process_can_use_it() -> None:
    code = (
        "import sys, model_training.augment\n"
        "print(sorted({'keras', 'tensorflow', 'jax', 'torch'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# Geometry


@pytest.fixture(scope="module")
def transforms() -> np.ndarray:
    return affine_parameters(2000, SIDE, np.random.default_rng(0), LIGHT).reshape(-1, 6)


def test_shifts_stay_within_their_share_of_the_side(transforms: np.ndarray) -> None:
    centre = (SIDE - 1) / 2
    a, b, c, d, e, f = transforms.T
    across = a * centre + b * centre + c - centre
    down = d * centre + e * centre + f - centre
    for shift in (across, down):
        assert np.abs(shift).max() <= LIGHT.shift * SIDE * 1.001
        assert np.abs(shift).max() > LIGHT.shift * SIDE * 0.9


def test_sizes_stay_within_the_zoom_and_the_shear(transforms: np.ndarray) -> None:
    a, b, _, d, e, _ = transforms.T
    scale = np.sqrt(np.abs(a * e - b * d))
    slack = 1 + LIGHT.shear
    assert 1 / (LIGHT.zoom[1] * slack) <= scale.min() < 0.85
    assert 1.2 < scale.max() <= slack / LIGHT.zoom[0]


def test_turns_stay_within_the_largest_angle(transforms: np.ndarray) -> None:
    a, _, _, d = transforms.T[:4]
    turn = np.rad2deg(np.arctan2(np.abs(d), np.abs(a)))
    assert 0.9 * LIGHT.rotation < turn.max() <= LIGHT.rotation * 1.001


def test_right_angles_are_bent_no_more_than_the_shear(transforms: np.ndarray) -> None:
    a, b, _, d, e, _ = transforms.T
    bend = np.abs(a * b + d * e) / (a * a + d * d)
    assert 0.9 * LIGHT.shear < bend.max() <= LIGHT.shear * 1.001


def test_heads_are_mirrored_left_to_right_half_the_time_and_seldom_stand_on_their_heads(
    transforms: np.ndarray,
) -> None:
    assert 0.45 < (transforms[:, 0] < 0).mean() < 0.55
    assert 0.1 < (transforms[:, 4] < 0).mean() < 0.2


def test_a_mirror_alone_is_the_picture_from_right_to_left() -> None:
    image = np.random.default_rng(0).random((1, 33, 33, 1), np.float32)
    seen, _ = augment(image, image, np.random.default_rng(0), only(mirror_chance=1.0))
    np.testing.assert_array_equal(seen, image[:, :, ::-1])


def test_a_flip_alone_is_the_picture_upside_down() -> None:
    image = np.random.default_rng(0).random((1, 32, 32, 1), np.float32)
    seen, _ = augment(image, image, np.random.default_rng(0), only(flip_chance=1.0))
    np.testing.assert_array_equal(seen, image[:, ::-1])


def test_pixels_are_interpolated_as_scipy_does_it_with_air_outside() -> None:
    rng = np.random.default_rng(0)
    image = rng.random((24, 24, 3), np.float32)
    x, y = rng.uniform(-4, 28, (2, 24, 24)).astype(np.float32)
    framed = np.pad(image, ((6, 6), (6, 6), (0, 0)))
    expected = [
        ndimage.map_coordinates(framed[..., channel], [y + 6, x + 6], order=1)
        for channel in range(3)
    ]
    np.testing.assert_allclose(sample(image, x, y), np.stack(expected, axis=-1), atol=1e-5)


def test_the_largest_bend_that_settings_admit_never_folds_the_image() -> None:
    nodes = AugmentSettings().elastic_nodes
    largest = 0.48 / nodes
    AugmentSettings(elastic=largest)
    rng = np.random.default_rng(0)
    still = np.array([[1.0, 0, 0], [0, 1.0, 0]])
    for _ in range(20):
        bend = rng.choice([-largest, largest], (2, nodes + 3, nodes + 3)).astype(np.float32)
        x, y = source_of(still, bend, SIDE)
        area = np.gradient(x, axis=1) * np.gradient(y, axis=0)
        area -= np.gradient(x, axis=0) * np.gradient(y, axis=1)
        assert area.min() > 0


def test_elastic_moves_pixels_but_no_further_than_its_nodes(masks: np.ndarray) -> None:
    settings = only(elastic_chance=1.0)
    seen, _ = augment(masks, masks, np.random.default_rng(0), settings)
    assert (np.abs(seen - masks).sum(axis=(1, 2, 3)) > 1).mean() > 0.9
    reach = int(np.ceil(settings.elastic * SIDE)) + 1
    marked = masks[0, ..., 0] > 0
    around = ndimage.binary_dilation(marked, np.ones((2 * reach + 1,) * 2, bool))
    assert not seen[:, ~around].any()


# Smooth fields


def test_a_smooth_field_of_equal_nodes_is_flat_and_of_a_ramp_a_ramp() -> None:
    flat = smooth_field(np.full((7, 7), 0.3, np.float32), 32)
    np.testing.assert_allclose(flat, 0.3, atol=1e-6)
    ramp = np.broadcast_to(np.arange(-1, 6, dtype=np.float32), (7, 7))
    np.testing.assert_allclose(smooth_field(ramp, 32)[5], np.arange(32) / 8, atol=1e-5)


def test_a_bias_field_is_smooth_and_within_its_gain() -> None:
    settings = only(bias_chance=1.0, bias=0.5)
    rng = np.random.default_rng(0)
    fields = np.stack([bias_field(draw_gains(rng, settings), SIDE) for _ in range(200)])
    assert np.exp(-0.5) <= fields.min() < fields.max() <= np.exp(0.5)
    assert np.abs(np.diff(fields, axis=1)).max() < 0.05
    assert fields.std(axis=(1, 2)).max() > 0.05


# Intensity


def vary(images: np.ndarray, *, seed: int = 1, **values: Any) -> np.ndarray:
    return vary_intensity(images, np.random.default_rng(seed), only(**values))


@pytest.fixture(scope="module")
def pictures() -> np.ndarray:
    """Smooth pictures with all greys, two channels alike."""
    noise = np.random.default_rng(0).random((COUNT, 32, 32, 1), np.float32)
    smooth = ndimage.gaussian_filter(noise, (0, 3, 3, 0))
    low, high = smooth.min(axis=(1, 2, 3), keepdims=True), smooth.max(axis=(1, 2, 3), keepdims=True)
    return np.repeat((smooth - low) / (high - low), 2, axis=-1)


CHANGES = ["bias", "blur", "resolution", "noise", "gamma", "inverted_gamma", "contrast"]


def settings_of(change: str, chance: float) -> dict[str, Any]:
    return {f"{change}_chance": chance}


@pytest.mark.parametrize("change", CHANGES)
def test_each_change_happens_by_its_chance_and_stays_in_range(
    pictures: np.ndarray, change: str
) -> None:
    always = vary(pictures, **settings_of(change, 1.0))
    assert ((always >= 0) & (always <= 1)).all()
    assert always.dtype == np.float32
    assert (np.abs(always - pictures).max(axis=(1, 2, 3)) > 1e-3).mean() > 0.9
    many = np.concatenate([pictures] * 10)
    changed = np.abs(vary(many, **settings_of(change, 0.3)) - many).max(axis=(1, 2, 3)) > 1e-3
    assert 0.2 < changed.mean() < 0.4


@pytest.mark.parametrize("change", CHANGES)
def test_channels_that_share_all_amounts_are_changed_alike(
    pictures: np.ndarray, change: str
) -> None:
    seen = vary(pictures, **settings_of(change, 1.0), channel_share=0.0)
    np.testing.assert_array_equal(seen[..., 0], seen[..., 1])


@pytest.mark.parametrize("change", ["gamma", "inverted_gamma", "contrast", "noise"])
def test_channels_that_share_nothing_are_changed_each_in_its_own_way(
    pictures: np.ndarray, change: str
) -> None:
    seen = vary(pictures, **settings_of(change, 1.0), channel_share=1.0)
    assert (np.abs(seen[..., 0] - seen[..., 1]).max(axis=(1, 2)) > 1e-3).mean() > 0.8


def test_gamma_bends_the_dark_end_and_its_inverse_the_bright_one() -> None:
    steps = np.linspace(0, 1, 16, dtype=np.float32)
    image = np.broadcast_to(steps[:, None, None], (1, 16, 16, 1)).copy()
    bright: dict[str, Any] = {"gamma": (2.0, 2.0)}
    plain = vary(image, gamma_chance=1.0, **bright)[0, :, 0, 0]
    inverted = vary(image, inverted_gamma_chance=1.0, **bright)[0, :, 0, 0]
    np.testing.assert_allclose(plain, steps**2, atol=1e-6)
    np.testing.assert_allclose(inverted, 1 - (1 - steps) ** 2, atol=1e-6)


def test_gamma_lies_on_both_sides_of_1_and_within_its_range() -> None:
    half = np.full((400, 2, 2, 1), 0.5, np.float32)
    gamma = -np.log2(vary(half, gamma_chance=1.0)[:, 0, 0, 0])
    assert 0.67 <= gamma.min() < 0.75
    assert 1.35 < gamma.max() <= 1.5 + 1e-5
    assert 0.4 < (gamma < 1).mean() < 0.6


def test_noise_is_normal_and_up_to_its_standard_deviation() -> None:
    grey = np.full((60, 64, 64, 1), 0.5, np.float32)
    noise = vary(grey, noise_chance=1.0, noise=0.1) - 0.5
    spread = noise.std(axis=(1, 2, 3))
    assert 0.09 < spread.max() <= 0.104
    assert spread.min() < 0.01
    loudest = noise[spread.argmax()] / spread.max()
    assert abs((np.abs(loudest) < 1).mean() - 0.6827) < 0.02
    assert abs(loudest.mean()) < 0.05


def test_blur_leaves_a_flat_picture_flat_up_to_its_edge() -> None:
    grey = np.full((2, 16, 16, 1), 0.7, np.float32)
    np.testing.assert_allclose(vary(grey, blur_chance=1.0), grey, atol=1e-6)


def test_twice_the_pixel_size_is_the_mean_of_the_pixels_that_fall_together() -> None:
    image = np.random.default_rng(0).random((8, 8, 2), np.float32)
    means = image.reshape(4, 2, 4, 2, 2).mean(axis=(1, 3))
    coarse = coarsen(image, 2.0)
    quarter = 0.75 * means[:-1] + 0.25 * means[1:]
    middle = 0.75 * quarter[:, :-1] + 0.25 * quarter[:, 1:]
    np.testing.assert_allclose(coarse[1:-1:2, 1:-1:2], middle, atol=1e-6)


def test_contrast_leaves_what_is_lighter_lighter() -> None:
    steps = np.linspace(0, 1, 32, dtype=np.float32)
    images = np.broadcast_to(steps[:, None, None], (COUNT, 32, 32, 1)).copy()
    varied = vary_intensity(images, np.random.default_rng(0), LIGHT)
    rows = varied.mean(axis=2)[..., 0]
    assert (rows[:, 24:28].mean(axis=1) > rows[:, 4:8].mean(axis=1)).all()

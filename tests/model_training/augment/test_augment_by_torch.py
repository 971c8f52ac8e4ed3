"""The augmentation of a GPU makes the batch that NumPy makes; run where PyTorch is installed."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from model_training.augment import PRESETS, AugmentSettings, augment
from model_training.augment.geometry import affine_parameters

pytest.importorskip("torch")

from model_training.augment.by_torch import augment_by_torch, blur_taps, coarse_taps

SIDE, COUNT = 48, 6
NONE = AugmentSettings.none()
CHANGES = [
    field.name for field in dataclasses.fields(AugmentSettings) if field.name.endswith("_chance")
]


def only(change: str) -> AugmentSettings:
    """One change at every slice, and no other."""
    always: dict[str, Any] = {change: 1.0}
    return dataclasses.replace(NONE, **always)


def batch(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Smooth pictures of all greys, each with a tumour somewhere, some at the border."""
    rng = np.random.default_rng(seed)
    noise = ndimage.gaussian_filter(rng.random((COUNT, SIDE, SIDE, 2), np.float32), (0, 2, 2, 0))
    images = np.interp(noise, (noise.min(), noise.max()), (0, 255)).astype(np.uint8)
    masks = np.zeros((COUNT, SIDE, SIDE, 1), np.uint8)
    for mask in masks:
        row, column = rng.integers(0, SIDE - 8, 2)
        mask[row : row + 9, column : column + 6] = 255
    return images, masks


def both_ways(
    seed: int, settings: AugmentSettings, pictures: tuple[np.ndarray, np.ndarray] | None = None
) -> tuple[tuple[np.ndarray, np.ndarray], list[np.ndarray]]:
    images, masks = pictures or batch(seed)
    by_numpy = augment(images, masks, np.random.default_rng(seed), settings)
    by_torch = augment_by_torch(images, masks, np.random.default_rng(seed), settings, "cpu")
    return by_numpy, [one.numpy() for one in by_torch]


@pytest.mark.parametrize("change", CHANGES)
def test_each_change_is_that_of_numpy(change: str) -> None:
    for expected, found in zip(*both_ways(1, only(change)), strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-4)


@given(st.integers(0, 2**32))
def test_all_changes_together_are_those_of_numpy(seed: int) -> None:
    settings = dataclasses.replace(PRESETS["strong"], elastic_chance=0.7, noise_chance=0.7)
    for expected, found in zip(*both_ways(seed, settings), strict=True):
        np.testing.assert_allclose(found, expected, atol=2e-3)


@given(st.integers(0, 2**32), st.floats(0, 0.3))
def test_pasted_tumours_lie_where_numpy_puts_them(seed: int, shift: float) -> None:
    """Away from the border, where NumPy goes on with the edge pixel of what it cut out."""
    images, masks = batch(seed)
    masks[:, :12] = masks[:, -12:] = masks[:, :, :12] = masks[:, :, -12:] = 0
    masks[:, 20:28, 14:22] = 255
    settings = dataclasses.replace(only("paste_chance"), paste_shift=shift)
    for expected, found in zip(*both_ways(seed, settings, (images, masks)), strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-4)


def test_a_tumour_is_not_pasted_into_air() -> None:
    images, masks = batch(0)
    images[:, :, : SIDE // 2] = 0
    masks[:] = 0
    masks[:, 20:28, 14:34] = 255
    for seed in range(5):
        both = both_ways(seed, only("paste_chance"), (images, masks))
        for expected, found in zip(*both, strict=True):
            np.testing.assert_allclose(found, expected, atol=1e-4)
        np.testing.assert_allclose(both[1][1], masks / 255, atol=1e-4)


def test_what_lay_beyond_the_giver_covers_nothing() -> None:
    images, masks = batch(0)
    images = np.maximum(images, 128)
    masks[:] = 0
    masks[:, 20:28, :9] = 255
    before = images.astype(np.float32) / 255
    for seed in range(5):
        (expected, _), (found, _) = both_ways(seed, only("paste_chance"), (images, masks))
        untouched = np.abs(expected - before) < 1e-6
        np.testing.assert_allclose(found[untouched], before[untouched], atol=1e-4)


def test_what_it_returns_is_laid_out_as_keras_takes_it() -> None:
    images, masks = augment_by_torch(*batch(0), np.random.default_rng(0), NONE, "cpu")
    assert (images.shape, masks.shape) == ((COUNT, SIDE, SIDE, 2), (COUNT, SIDE, SIDE, 1))
    assert all(one.is_contiguous() and str(one.dtype) == "torch.float32" for one in (images, masks))


def test_a_batch_in_which_chance_chose_nothing_is_left_as_it_is() -> None:
    images, masks = batch(0)
    for given_, found in zip((images, masks), both_ways(0, NONE)[1], strict=True):
        np.testing.assert_allclose(found, given_.astype(np.float32) / 255, atol=1e-5)


@pytest.mark.parametrize("taps", [blur_taps(32, 1.1), coarse_taps(32, 1.7), coarse_taps(32, 16.0)])
def test_a_line_is_made_of_its_own_pixels_and_a_flat_one_stays_flat(taps: np.ndarray) -> None:
    pixels, weights = taps
    assert ((pixels >= 0) & (pixels < 32)).all()
    np.testing.assert_allclose(weights.sum(axis=1), 1, atol=1e-6)


def test_chance_goes_on_from_the_same_place() -> None:
    """Else the next batch of the same generator would differ."""
    settings = dataclasses.replace(PRESETS["strong"], paste_chance=0.5)
    one, other = np.random.default_rng(3), np.random.default_rng(3)
    augment(*batch(0), one, settings)
    augment_by_torch(*batch(0), other, settings, "cpu")
    assert affine_parameters(2, SIDE, one, settings) == pytest.approx(
        affine_parameters(2, SIDE, other, settings)
    )

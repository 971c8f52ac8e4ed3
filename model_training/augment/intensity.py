"""Change what a slice's values are, in the order in which a scanner and a viewer would."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy import ndimage, special

from model_training.augment.fields import smooth_field
from model_training.augment.settings import AugmentSettings


def vary_intensity(
    images: np.ndarray, rng: np.random.Generator, settings: AugmentSettings
) -> np.ndarray:
    """Return (N, S, S, C) images in [0, 1] as another coil, scanner and window would give them.

    Coil, sharpness and noise come first, since they belong to the acquisition; gamma, contrast
    and brightness are a way of showing it.
    """
    varied = np.empty_like(images)
    for i, image in enumerate(images):
        image = _acquire(image, rng, settings)
        varied[i] = _show(np.clip(image, 0, 1), rng, settings)
    return np.clip(varied, 0, 1, out=varied)


def _acquire(image: np.ndarray, rng: np.random.Generator, settings: AugmentSettings) -> np.ndarray:
    if rng.random() < settings.bias_chance:
        image = image * bias_field(len(image), rng, settings)[..., None]
    if rng.random() < settings.blur_chance:
        width = rng.uniform(*settings.blur)
        image = ndimage.gaussian_filter(image, width, axes=(0, 1), mode="nearest")
    if rng.random() < settings.resolution_chance:
        image = coarsen(image, rng.uniform(*settings.resolution))
    if rng.random() < settings.noise_chance:
        sigma = settings.noise * (1 + _amounts(image, rng, settings)) / 2
        image = image + sigma * _normal(image.shape[:2], rng)[..., None]
    return image


def _show(image: np.ndarray, rng: np.random.Generator, settings: AugmentSettings) -> np.ndarray:
    if rng.random() < settings.gamma_chance:
        image = image ** _between(settings.gamma, _amounts(image, rng, settings))
    if rng.random() < settings.inverted_gamma_chance:
        image = 1 - (1 - image) ** _between(settings.gamma, _amounts(image, rng, settings))
    if rng.random() < settings.contrast_chance:
        contrast = _between(settings.contrast, _amounts(image, rng, settings))
        brightness = settings.brightness * _amounts(image, rng, settings)
        image = image * contrast + (0.5 - 0.5 * contrast + brightness)
    return image


def bias_field(side: int, rng: np.random.Generator, settings: AugmentSettings) -> np.ndarray:
    """Return the smooth (S, S) gain of a receive coil, between e^-bias and e^bias."""
    strength = rng.uniform(0, settings.bias)
    nodes = settings.bias_nodes + 3
    gains = rng.uniform(-strength, strength, (nodes, nodes)).astype(np.float32)
    field: np.ndarray = np.exp(smooth_field(gains, side))
    return field


def coarsen(image: np.ndarray, factor: float) -> np.ndarray:
    """Return an (S, S, C) image as if it had been acquired with pixels `factor` times larger.

    Linear interpolation down, which at a factor of two is the mean of the pixels that fall
    together, and up again.
    """
    side = len(image)
    coarse = max(2, round(side / factor))
    for axis in (0, 1):
        image = _resize_line(_resize_line(image, coarse, axis), side, axis)
    return image


def _resize_line(image: np.ndarray, length: int, axis: int) -> np.ndarray:
    """Interpolate an (H, W, C) image linearly to `length` pixels along one axis."""
    before = image.shape[axis]
    place = np.clip((np.arange(length) + 0.5) * before / length - 0.5, 0, before - 1)
    low = np.minimum(place.astype(int), before - 2)
    part = (place - low).astype(np.float32).reshape(-1, *[1] * (2 - axis))
    lower, upper = image.take(low, axis), image.take(low + 1, axis)
    resized: np.ndarray = lower + part * (upper - lower)
    return resized


def _amounts(image: np.ndarray, rng: np.random.Generator, settings: AugmentSettings) -> np.ndarray:
    """Return (S, C) float32 numbers in [-1, 1], one a channel, as alike as `channel_share` wants.

    They are repeated along a row, since NumPy is 5 times as slow over rows of C numbers.
    """
    share = settings.channel_share
    alike = (1 - share) * rng.uniform(-1, 1)
    amounts = alike + share * rng.uniform(-1, 1, image.shape[-1:])
    return np.tile(amounts.astype(np.float32), (image.shape[1], 1))


def _between(limits: tuple[float, float], amounts: np.ndarray) -> np.ndarray:
    """Return what lies at `amounts` of [-1, 1] between two limits, on a logarithmic scale."""
    low, high = np.log(limits).astype(np.float32)
    values: np.ndarray = np.exp((low + high) / 2 + (high - low) / 2 * amounts)
    return values


def _normal(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Return float32 normal noise of 65536 levels: 4 times as fast as drawing it exactly."""
    return _quantiles().take(rng.integers(0, 65536, shape, dtype=np.uint16))


@lru_cache(maxsize=1)
def _quantiles() -> np.ndarray:
    return special.ndtri((np.arange(65536) + 0.5) / 65536).astype(np.float32)

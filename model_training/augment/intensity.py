"""Change what a slice's values are, in the order in which a scanner and a viewer would."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from scipy import ndimage, special

from model_training.augment.fields import smooth_field
from model_training.augment.settings import AugmentSettings


@dataclass(frozen=True)
class IntensityChange:
    """What happens to the values of one slice; None where nothing does.

    Attributes
    ----------
    gains : (K + 3, K + 3) float32 or None
        Nodes of the natural logarithm of a receive coil's gain.
    blur : float or None
        Standard deviation of a Gaussian in pixels.
    coarseness : float or None
        How many times larger the pixels are.
    noise : (C,) float32 or None
        Standard deviation in each channel.
    levels : (S, S) uint16 or None
        Which quantile of the normal distribution the noise has at each pixel.
    gamma, inverted_gamma : (C,) float32 or None
        Exponents of x^γ, and of 1 - (1 - x)^γ.
    contrast, brightness : (C,) float32 or None
        Factor about mid-grey, and what is then added.
    """

    gains: np.ndarray | None = None
    blur: float | None = None
    coarseness: float | None = None
    noise: np.ndarray | None = None
    levels: np.ndarray | None = None
    gamma: np.ndarray | None = None
    inverted_gamma: np.ndarray | None = None
    contrast: np.ndarray | None = None
    brightness: np.ndarray | None = None


def vary_intensity(
    images: np.ndarray, rng: np.random.Generator, settings: AugmentSettings
) -> np.ndarray:
    """Return (N, S, S, C) images in [0, 1] as another coil, scanner and window would give them.

    Coil, sharpness and noise come first, since they belong to the acquisition; gamma, contrast
    and brightness are a way of showing it.
    """
    side, channels = images.shape[2:]
    varied = np.empty_like(images)
    for i, image in enumerate(images):
        change = draw_intensity(side, channels, rng, settings)
        varied[i] = _show(np.clip(_acquire(image, change), 0, 1), change)
    return np.clip(varied, 0, 1, out=varied)


def draw_intensity(
    side: int, channels: int, rng: np.random.Generator, settings: AugmentSettings
) -> IntensityChange:
    """Draw what happens to one slice of S pixels a side and C channels."""
    drawn: dict[str, Any] = {}

    def happens(chance: float) -> bool:
        return bool(rng.random() < chance)

    def amounts() -> np.ndarray:
        return _amounts(channels, rng, settings.channel_share)

    if happens(settings.bias_chance):
        drawn["gains"] = draw_gains(rng, settings)
    if happens(settings.blur_chance):
        drawn["blur"] = rng.uniform(*settings.blur)
    if happens(settings.resolution_chance):
        drawn["coarseness"] = rng.uniform(*settings.resolution)
    if happens(settings.noise_chance):
        drawn["noise"] = np.float32(settings.noise) * (1 + amounts()) / 2
        drawn["levels"] = rng.integers(0, 65536, (side, side), dtype=np.uint16)
    if happens(settings.gamma_chance):
        drawn["gamma"] = _between(settings.gamma, amounts())
    if happens(settings.inverted_gamma_chance):
        drawn["inverted_gamma"] = _between(settings.gamma, amounts())
    if happens(settings.contrast_chance):
        drawn["contrast"] = _between(settings.contrast, amounts())
        drawn["brightness"] = np.float32(settings.brightness) * amounts()
    return IntensityChange(**drawn)


def draw_gains(rng: np.random.Generator, settings: AugmentSettings) -> np.ndarray:
    """Return the (K + 3, K + 3) float32 nodes of a coil's log gain, between -bias and bias."""
    strength = rng.uniform(0, settings.bias)
    nodes = settings.bias_nodes + 3
    return rng.uniform(-strength, strength, (nodes, nodes)).astype(np.float32)


def _acquire(image: np.ndarray, change: IntensityChange) -> np.ndarray:
    if change.gains is not None:
        image = image * bias_field(change.gains, len(image))[..., None]
    if change.blur is not None:
        image = ndimage.gaussian_filter(image, change.blur, axes=(0, 1), mode="nearest")
    if change.coarseness is not None:
        image = coarsen(image, change.coarseness)
    if change.noise is not None and change.levels is not None:
        noise = normal_quantiles().take(change.levels)[..., None]
        image = image + _along_rows(change.noise, image) * noise
    return image


def _show(image: np.ndarray, change: IntensityChange) -> np.ndarray:
    if change.gamma is not None:
        image = image ** _along_rows(change.gamma, image)
    if change.inverted_gamma is not None:
        image = 1 - (1 - image) ** _along_rows(change.inverted_gamma, image)
    if change.contrast is not None and change.brightness is not None:
        offset = 0.5 - 0.5 * change.contrast + change.brightness
        image = image * _along_rows(change.contrast, image) + _along_rows(offset, image)
    return image


def bias_field(gains: np.ndarray, side: int) -> np.ndarray:
    """Return the smooth (S, S) gain of a receive coil from the nodes of its logarithm."""
    field: np.ndarray = np.exp(smooth_field(gains, side))
    return field


def coarsen(image: np.ndarray, factor: float) -> np.ndarray:
    """Return an (S, S, C) image as if it had been acquired with pixels `factor` times larger.

    Linear interpolation down, which at a factor of two is the mean of the pixels that fall
    together, and up again.
    """
    side = len(image)
    coarse = coarse_side(side, factor)
    for axis in (0, 1):
        image = _resize_line(_resize_line(image, coarse, axis), side, axis)
    return image


def coarse_side(side: int, factor: float) -> int:
    """Return how many pixels a line has when each is `factor` times larger."""
    return max(2, round(side / factor))


def line_places(before: int, length: int) -> tuple[np.ndarray, np.ndarray]:
    """Return where `length` pixels lie on a line of `before`: the pixel below, and the way on."""
    place = np.clip((np.arange(length) + 0.5) * before / length - 0.5, 0, before - 1)
    low = np.minimum(place.astype(int), before - 2)
    return low, (place - low).astype(np.float32)


def _resize_line(image: np.ndarray, length: int, axis: int) -> np.ndarray:
    """Interpolate an (H, W, C) image linearly to `length` pixels along one axis."""
    low, part = line_places(image.shape[axis], length)
    lower, upper = image.take(low, axis), image.take(low + 1, axis)
    resized: np.ndarray = lower + part.reshape(-1, *[1] * (2 - axis)) * (upper - lower)
    return resized


def _amounts(channels: int, rng: np.random.Generator, share: float) -> np.ndarray:
    """Return (C,) float32 numbers in [-1, 1], as alike as `share` of their own leaves them."""
    alike = (1 - share) * rng.uniform(-1, 1)
    amounts: np.ndarray = (alike + share * rng.uniform(-1, 1, channels)).astype(np.float32)
    return amounts


def _along_rows(values: np.ndarray, image: np.ndarray) -> np.ndarray:
    """Repeat (C,) values along a row: NumPy is 5 times as slow over rows of C numbers."""
    return np.tile(values, (image.shape[1], 1))


def _between(limits: tuple[float, float], amounts: np.ndarray) -> np.ndarray:
    """Return what lies at `amounts` of [-1, 1] between two limits, on a logarithmic scale."""
    low, high = np.log(limits).astype(np.float32)
    values: np.ndarray = np.exp((low + high) / 2 + (high - low) / 2 * amounts)
    return values


@lru_cache(maxsize=1)
def normal_quantiles() -> np.ndarray:
    """Return 65536 float32 levels of normal noise: 4 times as fast as drawing it exactly."""
    levels = special.ndtri((np.arange(65536) + 0.5) / 65536).astype(np.float32)
    levels.setflags(write=False)
    return levels

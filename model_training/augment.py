"""Make every epoch see other heads: geometry and contrast of a whole batch at once."""

from __future__ import annotations

import numpy as np
from keras import ops

MAX_ROTATION = np.deg2rad(25)
MAX_SHIFT = 0.08  # share of the side
MAX_SHEAR = 0.08
ZOOM = (0.75, 1.3)


def augment(
    images: np.ndarray, masks: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return a varied copy of a batch.

    Parameters
    ----------
    images : (N, S, S, C) float32 in [0, 1]
    masks : (N, S, S, 1) float32 in [0, 1]

    Returns
    -------
    Two arrays of the same shapes and ranges.
    """
    both = np.concatenate([images, masks], axis=-1)
    transforms = affine_parameters(len(both), both.shape[1], rng)
    # Keras' own operation runs in the backend's compiled code: 20 times faster than scipy's.
    warped = ops.convert_to_numpy(
        ops.image.affine_transform(both, transforms, interpolation="bilinear")
    )
    return vary_contrast(warped[..., :-1], rng), warped[..., -1:]


def affine_parameters(count: int, side: int, rng: np.random.Generator) -> np.ndarray:
    """Return (count, 8) projective parameters: mirror, turn, zoom, shear, shift about the centre.

    Output pixel (x, y) takes its value from (a x + b y + c, d x + e y + f), the order
    of `keras.ops.image.affine_transform`.
    """
    angle = rng.uniform(-MAX_ROTATION, MAX_ROTATION, count)
    zoom = np.exp(rng.uniform(np.log(ZOOM[0]), np.log(ZOOM[1]), count))
    shear = rng.uniform(-MAX_SHEAR, MAX_SHEAR, count)
    mirror = rng.choice([-1.0, 1.0], count)
    flip = rng.choice([-1.0, 1.0], count, p=[0.15, 0.85])
    a, b = mirror * np.cos(angle) / zoom, flip * (shear - np.sin(angle)) / zoom
    d, e = mirror * np.sin(angle) / zoom, flip * np.cos(angle) / zoom
    centre = (side - 1) / 2
    shift_x, shift_y = rng.uniform(-MAX_SHIFT, MAX_SHIFT, (2, count)) * side
    c = centre - (a + b) * centre + shift_x
    f = centre - (d + e) * centre + shift_y
    zeros = np.zeros(count)
    return np.stack([a, b, c, d, e, f, zeros, zeros], axis=1).astype(np.float32)


def vary_contrast(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return (N, S, S, C) images with another gamma, contrast, brightness, noise and blur."""
    shape = (len(images), 1, 1, images.shape[-1])
    gamma = np.exp(rng.uniform(-0.4, 0.4, shape)).astype(np.float32)
    contrast = rng.uniform(0.75, 1.25, shape).astype(np.float32)
    brightness = rng.uniform(-0.1, 0.1, shape).astype(np.float32)
    sigma = (rng.uniform(0, 0.06, shape) * (rng.random(shape) < 0.5)).astype(np.float32)
    varied = np.clip(images, 1e-4, 1) ** gamma
    varied = (varied - 0.5) * contrast + 0.5 + brightness
    varied += sigma * rng.standard_normal(images.shape, dtype=np.float32)
    blurred = rng.random(len(images)) < 0.2
    varied[blurred] = _blur(varied[blurred])
    return np.clip(varied, 0, 1, out=varied)


def _blur(images: np.ndarray) -> np.ndarray:
    """Average each pixel with its neighbours, weights 1 2 1 in both directions."""
    for axis in (1, 2):
        images = (np.roll(images, 1, axis) + 2 * images + np.roll(images, -1, axis)) / 4
    return images

"""Move pixels: mirror, rotation, zoom, shear, shift and elastic bends in one interpolation."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from model_training.augment.fields import smooth_field
from model_training.augment.settings import AugmentSettings


def vary_geometry(
    images: np.ndarray, masks: np.ndarray, rng: np.random.Generator, settings: AugmentSettings
) -> tuple[np.ndarray, np.ndarray]:
    """Return images (N, S, S, C) and masks (N, S, S, 1) of a batch, moved alike.

    Air (0) comes in from outside. Values stay in the range of their neighbours, so a mask of
    coverages stays one.
    """
    count, side = images.shape[:2]
    transforms = affine_parameters(count, side, rng, settings)
    bends = elastic_parameters(count, rng, settings)
    moved_images, moved_masks = np.empty_like(images), np.empty_like(masks)
    for i in range(count):
        x, y = source_of(transforms[i], bends[i], side)
        moved = sample(np.concatenate([images[i], masks[i]], axis=-1), x, y)
        moved_images[i], moved_masks[i] = moved[..., :-1], moved[..., -1:]
    return moved_images, np.clip(moved_masks, 0, 1, out=moved_masks)


def affine_parameters(
    count: int, side: int, rng: np.random.Generator, settings: AugmentSettings
) -> np.ndarray:
    """Return (count, 2, 3) matrices: mirror, turn, zoom, shear and shift about the centre.

    Output pixel (x, y) takes its value from the matrix times (x, y, 1), in pixels.
    """
    angle = np.deg2rad(rng.uniform(-settings.rotation, settings.rotation, count))
    smallest, largest = np.log(settings.zoom)
    zoom = np.exp(rng.uniform(smallest, largest, count))
    shear = rng.uniform(-settings.shear, settings.shear, count)
    shift = rng.uniform(-settings.shift, settings.shift, (2, count)) * side
    still = rng.random(count) >= settings.affine_chance
    angle[still], zoom[still], shear[still], shift[:, still] = 0, 1, 0, 0
    mirror = np.where(rng.random(count) < settings.mirror_chance, -1.0, 1.0)
    flip = np.where(rng.random(count) < settings.flip_chance, -1.0, 1.0)
    a, b = mirror * np.cos(angle) / zoom, flip * (shear - np.sin(angle)) / zoom
    d, e = mirror * np.sin(angle) / zoom, flip * np.cos(angle) / zoom
    centre = (side - 1) / 2
    c = centre - (a + b) * centre + shift[0]
    f = centre - (d + e) * centre + shift[1]
    return np.stack([a, b, c, d, e, f], axis=1).reshape(count, 2, 3)


def elastic_parameters(
    count: int, rng: np.random.Generator, settings: AugmentSettings
) -> list[np.ndarray | None]:
    """Return for each slice (2, K + 3, K + 3) node displacements in sides, or None."""
    nodes = settings.elastic_nodes + 3
    bends: list[np.ndarray | None] = []
    for _ in range(count):
        bent = rng.random() < settings.elastic_chance
        strength = rng.uniform(0, settings.elastic)
        moves = rng.uniform(-strength, strength, (2, nodes, nodes)).astype(np.float32)
        bends.append(moves if bent else None)
    return bends


def source_of(
    transform: np.ndarray, bend: np.ndarray | None, side: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the (S, S) float32 columns and rows from which each output pixel is taken.

    Pixels are bent where they end up, then sent through the affine transform.
    """
    line = np.arange(side, dtype=np.float32)
    x, y = line[None, :], line[:, None]
    if bend is not None:
        x = x + smooth_field(bend[0] * np.float32(side), side)
        y = y + smooth_field(bend[1] * np.float32(side), side)
    (a, b, c), (d, e, f) = transform.astype(np.float32)
    return a * x + b * y + c, d * x + e * y + f


def sample(image: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Interpolate an (S, S, C) image bilinearly at (S, S) columns and rows; 0 lies outside.

    Notes
    -----
    Each output pixel is a weighted sum of four rows of an (S², C) table: a product with a
    sparse matrix, which runs outside Python's lock, 4 times as fast as
    `scipy.ndimage.map_coordinates` and 1.5 times as fast as Keras' own transform.
    """
    side, _, channels = image.shape
    width = side + 2  # a frame of air, so that no corner needs a case of its own
    framed = np.zeros((width, width, channels), np.float32)
    framed[1:-1, 1:-1] = image
    x, y = np.clip(x, -1, side) + np.float32(1), np.clip(y, -1, side) + np.float32(1)
    column = np.minimum(x.astype(np.int32), width - 2)
    row = np.minimum(y.astype(np.int32), width - 2)
    across, down = (x - column.astype(np.float32)).ravel(), (y - row.astype(np.float32)).ravel()
    first = (row * width + column).ravel()
    corners = np.stack([first, first + 1, first + width, first + width + 1], axis=1)
    both = across * down
    weights = np.stack([1 - across - down + both, across - both, down - both, both], axis=1)
    starts = np.arange(0, corners.size + 1, 4, dtype=np.int32)
    matrix = sparse.csr_array(
        (weights.ravel(), corners.ravel(), starts), shape=(first.size, width * width)
    )
    sampled: np.ndarray = matrix @ framed.reshape(-1, channels)
    return sampled.reshape(image.shape)

"""Spoil a reference as predictions do: shifted, swollen, bitten, with a false island."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from brainseg_gui.core.types import Mask
from model_training.augment.fields import smooth_field

NODES = 6  # of the smooth field that bends an outline
LARGEST_BEND, LARGEST_SHIFT = 0.5, 0.5  # in radii of a circle of the tumour's area
BITE_CHANCE, ISLAND_CHANCE, SHIFT_CHANCE = 0.4, 0.2, 0.3


def spoil(reference: Mask, rng: np.random.Generator) -> Mask:
    """Return an (S, S) mask that is wrong in the ways of a prediction; the reference is not empty.

    Every outline is bent, and moved in or out as a whole; by chance it is shifted too, a disk is
    bitten out of its edge or set onto it, and an island is put where there is nothing.
    """
    radius = max(2.0, float(np.sqrt(reference.sum() / np.pi)))
    height = _height(reference)
    nodes = rng.uniform(-1, 1, (NODES + 3, NODES + 3)).astype(np.float32)
    bend = smooth_field(nodes, len(reference)) * rng.uniform(0, LARGEST_BEND) * radius
    mask = height + bend > rng.normal(0, 0.12) * radius
    if rng.random() < SHIFT_CHANCE:
        mask = _shifted(mask, rng.uniform(-1, 1, 2) * LARGEST_SHIFT * radius)
    if rng.random() < BITE_CHANCE:
        edge = np.argwhere(np.abs(height) <= 1)
        bite = _disk(edge[rng.integers(len(edge))], rng.uniform(0.3, 1.0) * radius, len(mask))
        mask = mask & ~bite if rng.random() < 0.6 else mask | bite
    if rng.random() < ISLAND_CHANCE:
        place = np.argwhere(reference).mean(axis=0) + rng.normal(0, 2.5, 2) * radius
        mask = mask | _disk(place, rng.uniform(0.15, 0.8) * radius, len(mask))
    return np.asarray(mask, bool)


def soften(mask: Mask, rng: np.random.Generator) -> np.ndarray:
    """Return an (S, S) float32 probability that a mask is the half of; sure to a varied degree."""
    slope = rng.uniform(1.0, 4.0)
    return (1 / (1 + np.exp(-np.clip(_height(mask) / slope, -30, 30)))).astype(np.float32)


def _height(mask: Mask) -> np.ndarray:
    """Return how far each pixel lies within the mask; negative outside."""
    if not mask.any():
        return np.full(mask.shape, -30.0)
    inside = ndimage.distance_transform_edt(mask)
    outside = ndimage.distance_transform_edt(~mask)
    return np.asarray(inside - outside)


def _shifted(mask: Mask, by: np.ndarray) -> Mask:
    down, along = (round(float(step)) for step in by)
    padded = np.pad(mask, [(abs(down), abs(down)), (abs(along), abs(along))])
    rolled = np.roll(padded, (down, along), (0, 1))
    size = len(mask)
    return rolled[abs(down) : abs(down) + size, abs(along) : abs(along) + size]


def _disk(place: np.ndarray, radius: float, size: int) -> Mask:
    lines = np.arange(size)
    disk: Mask = (lines[:, None] - place[0]) ** 2 + (lines - place[1]) ** 2 <= radius**2
    return disk

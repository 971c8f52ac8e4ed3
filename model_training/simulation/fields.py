"""The geometry of simulated heads: signed depths of simple bodies, smooth random fields, paint.

Points are (3, N) float32 arrays in millimetres: x to the patient's left, y forward, z up, the
origin in the middle of the brain. A depth is positive inside a body and negative outside.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

TINY = np.float32(1e-3)


@dataclass(frozen=True, eq=False)
class Waves:
    """A smooth random field of unit variance: a sum of plane waves of nearly one wavelength.

    Its zero set in a plane is a labyrinth much like the folds of a cortex; a sum of cosines
    needs no volume in memory and can be asked at any point of any oblique plane.
    """

    vectors: np.ndarray
    phases: np.ndarray

    @classmethod
    def draw(
        cls, rng: np.random.Generator, wavelength: float, count: int = 14, spread: float = 0.18
    ) -> Waves:
        """Draw `count` waves of about `wavelength` mm in directions of equal probability.

        `spread` is the standard deviation of the wavelength's logarithm: near 0 gives even
        folds, 0.5 and more the mottle of real tissue.
        """
        directions = rng.normal(size=(count, 3))
        directions /= np.linalg.norm(directions, axis=1, keepdims=True)
        numbers = 2 * np.pi / (wavelength * rng.lognormal(0, spread, (count, 1)))
        phases = rng.uniform(0, 2 * np.pi, count)
        return cls((directions * numbers).astype(np.float32), phases.astype(np.float32))

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """Return the field at (3, N) points; (N,) float32."""
        # Wave by wave: no large temporary, and no threaded matrix product for three columns.
        x, y, z = points
        total = np.zeros(points.shape[1], np.float32)
        for (a, b, c), phase in zip(self.vectors, self.phases, strict=True):
            wave = a * x
            wave += b * y
            wave += c * z
            wave += phase
            total += np.cos(wave, out=wave)
        return total * np.float32(np.sqrt(2 / len(self.phases)))


def ellipsoid(
    points: np.ndarray,
    centre: tuple[float, float, float] | np.ndarray,
    radii: tuple[float, float, float] | np.ndarray,
    power: float = 2.0,
) -> np.ndarray:
    """Return the depth in a superellipsoid along the ray from its centre; (N,) float32, mm."""
    offset = points - np.asarray(centre, np.float32)[:, None]
    scaled = np.abs(offset / np.asarray(radii, np.float32)[:, None])
    if power == 2.0:
        share = np.sqrt(np.einsum("ij,ij->j", scaled, scaled))
    else:
        share = np.power(np.power(scaled, power).sum(axis=0), 1 / power)
    share += TINY
    depth: np.ndarray = np.sqrt(np.einsum("ij,ij->j", offset, offset)) * (1 / share - 1)
    return depth


def tube(points: np.ndarray, path: np.ndarray) -> np.ndarray:
    """Return the depth in a tube; `path` is (K, 4): corners x, y, z and the radius there."""
    depth = np.full(points.shape[1], -np.inf, np.float32)
    for start, stop in itertools.pairwise(path):
        axis = (stop[:3] - start[:3]).astype(np.float32)
        offset = points - start[:3].astype(np.float32)[:, None]
        along = np.clip(np.einsum("i,ij->j", axis, offset) / (axis**2).sum(), 0, 1)
        offset -= axis[:, None] * along
        radius = np.float32(start[3]) + np.float32(stop[3] - start[3]) * along
        np.maximum(depth, radius - np.sqrt(np.einsum("ij,ij->j", offset, offset)), out=depth)
    return depth


def join(one: np.ndarray, other: np.ndarray, blend: float) -> np.ndarray:
    """Return the depth in two bodies joined without a crease; `blend` is its width in mm."""
    share = np.clip(0.5 + (one - other) / np.float32(2 * blend), 0, 1)
    result: np.ndarray = other + (one - other) * share + np.float32(blend) * share * (1 - share)
    return result


def cover(depth: np.ndarray, softness: float = 0.6) -> np.ndarray:
    """Return the share of a pixel that a body covers: 0 outside, 1 inside, a ramp between."""
    return np.clip(depth / np.float32(softness) + np.float32(0.5), 0, 1)


def paint(
    signal: np.ndarray, share: np.ndarray, value: float | np.ndarray, strength: float = 1.0
) -> None:
    """Blend `value` into `signal` in place where `share` says, as partial volume does."""
    signal += (value - signal) * (share * np.float32(strength))

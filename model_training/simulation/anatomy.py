"""What one simulated head consists of, and the coordinates it is described in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model_training.simulation.fields import Waves

SULCI = 20.0  # mm, twice the distance between neighbouring sulci


@dataclass(frozen=True)
class Tissues:
    """Signal of each tissue relative to white matter; varies with scanner and patient."""

    grey: float
    csf: float
    fat: float
    muscle: float
    marrow: float
    cortex: float
    vessel: float
    mucosa: float


@dataclass(frozen=True, eq=False)
class Anatomy:
    """Everything about one simulated head that its slices share."""

    scale: np.ndarray  # (3,), stretch of the head
    tissues: Tissues
    skull: float  # mm
    scalp: float  # mm
    sulcus: float  # mm, half-width of a sulcus: small in the young, wide in the old
    ventricle: float  # factor on the ventricles' radii
    bend: tuple[Waves, Waves, Waves]
    folds: Waves
    medial_folds: Waves
    detail: Waves
    texture: Waves
    vessels: tuple[Waves, Waves]
    bulk: Waves


def draw_anatomy(rng: np.random.Generator) -> Anatomy:
    """Draw a head; every choice comes from `rng`."""
    tissues = Tissues(
        grey=rng.uniform(0.8, 0.93),
        csf=rng.uniform(0.22, 0.42),
        fat=rng.uniform(1.7, 2.7),
        muscle=rng.uniform(0.8, 1.1),
        marrow=rng.uniform(0.6, 1.7),
        cortex=rng.uniform(0.08, 0.2),
        vessel=rng.uniform(1.5, 2.6),
        mucosa=rng.uniform(1.5, 2.3),
    )
    return Anatomy(
        scale=rng.uniform(0.95, 1.06) * rng.uniform(0.96, 1.04, 3),
        tissues=tissues,
        skull=rng.uniform(4.2, 7.5),
        scalp=rng.uniform(4.0, 8.0),
        sulcus=float(np.clip(rng.lognormal(-0.5, 0.45), 0.25, 1.5)),
        ventricle=float(np.clip(rng.lognormal(0.12, 0.25), 0.6, 1.9)),
        bend=(Waves.draw(rng, 70.0, 8), Waves.draw(rng, 70.0, 8), Waves.draw(rng, 70.0, 8)),
        folds=Waves.draw(rng, SULCI, 24, 0.25),
        medial_folds=Waves.draw(rng, SULCI * 1.1),
        detail=Waves.draw(rng, 13.0, 14, 0.35),
        texture=Waves.draw(rng, 6.0, 24, 0.6),
        vessels=(Waves.draw(rng, 15.0), Waves.draw(rng, 15.0)),
        bulk=Waves.draw(rng, 34.0, 12, 0.3),
    )


def egg(points: np.ndarray) -> np.ndarray:
    """Return points widened in front, for bodies that are narrow at the forehead."""
    result = points.copy()
    result[0] *= 1 + np.float32(0.0022) * np.maximum(points[1] + 10, 0)
    return result


def mirrored(points: np.ndarray) -> np.ndarray:
    """Return points with both halves of the head folded onto the left."""
    result = points.copy()
    np.abs(points[0], out=result[0])
    return result


def bent(points: np.ndarray, anatomy: Anatomy) -> np.ndarray:
    """Return the points moved by a smooth field of 2 mm: no head is an ellipsoid."""
    return points + np.float32(1.6) * np.stack([field(points) for field in anatomy.bend])

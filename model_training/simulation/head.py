"""A simulated head: an anatomy in three dimensions that any oblique plane can be cut from.

The anatomy is a handful of superellipsoids, tubes and planes, bent by smooth random fields; see
`simulate_fields` for points and depths. Signals are relative to white matter, which is 1.
"""

from __future__ import annotations

import numpy as np

from brainseg_gui.core.slices import Tumour
from model_training.simulation.anatomy import Anatomy, bent, egg
from model_training.simulation.brain import brain_signal
from model_training.simulation.face import head_depth, paint_face, soft_tissue
from model_training.simulation.fields import cover, ellipsoid, paint, tube
from model_training.simulation.tumour import Lesion, paint_lesion


def tumour_depth(points: np.ndarray, anatomy: Anatomy, lesion: Lesion) -> np.ndarray:
    """Return how deep points lie in the tumour, mm; (N,) float32, negative outside."""
    return _room_left(lesion, lesion.depth(points), _cavity(bent(points, anatomy)))


def _room_left(lesion: Lesion, depth: np.ndarray, cavity: np.ndarray) -> np.ndarray:
    """Return the depth cut off at the dura; only what grows in the sella wears bone away."""
    if lesion.tumour is Tumour.PITUITARY:
        return depth
    return np.minimum(depth, cavity - np.float32(0.5 if lesion.tumour is Tumour.MENINGIOMA else 2))


def render(points: np.ndarray, anatomy: Anatomy, lesion: Lesion) -> np.ndarray:
    """Return the signal at points inside the head.

    Parameters
    ----------
    points : (3, N) float32
        In mm, head coordinates.
    anatomy : Anatomy
    lesion : Lesion

    Returns
    -------
    (N,) float32, relative to white matter
    """
    skin = head_depth(points, anatomy)
    inner = bent(points, anatomy)
    cavity = _cavity(inner)
    signal = soft_tissue(points, skin, anatomy)
    paint_face(signal, points, anatomy)
    _paint_skull(signal, points, cavity, anatomy)

    depth = _room_left(lesion, lesion.depth(points), cavity)
    inside = np.flatnonzero(cavity > -1)
    brain = brain_signal(inner[:, inside], cavity[inside], depth[inside], anatomy, lesion)
    share = cover(cavity[inside], 1.0)
    signal[inside] += (brain - signal[inside]) * share
    paint_lesion(signal, points, lesion, depth)
    return signal


def _cavity(points: np.ndarray) -> np.ndarray:
    """Return the depth in the space inside the skull and the spinal canal."""
    x, y, z = points
    wide = egg(points)
    lateral = np.abs(x)
    front = cover(y - 24 - 0.12 * lateral, 12.0)
    middle = -47 + 9 * np.exp(-((lateral / 13) ** 2))
    roof = -27 + 9 * np.exp(-(((lateral - 30) / 14) ** 2))
    floor = middle + (roof - middle) * front
    upper = np.minimum(ellipsoid(wide, (0, 0, 0), (66, 84, 68), 2.2), z - floor)
    depth = np.maximum(upper, ellipsoid(points, (0, -46, -42), (52, 35, 34), 2.2))
    canal = np.array([[0, -18, -30, 17], [0, -22, -62, 14], [0, -28, -90, 8], [0, -36, -170, 8]])
    return np.maximum(depth, tube(points, canal))


def _paint_skull(
    signal: np.ndarray, points: np.ndarray, cavity: np.ndarray, anatomy: Anatomy
) -> None:
    """Paint two dark tables with marrow between, around the brain."""
    outward = -cavity
    thick = anatomy.skull * (1 + 0.2 * anatomy.bend[2](points) + 0.06 * anatomy.bulk(points))
    # Below the base the bone thins out into what the face has painted.
    thick *= 0.4 + 0.6 * cover(points[2] + 22, 14.0)
    table = np.minimum(1.6 + 0.3 * anatomy.detail(points), 0.45 * thick)
    bone = cover(thick - outward, 1.0) * cover(outward, 0.8)
    paint(signal, bone, anatomy.tissues.cortex)
    diploe = np.minimum(outward - table, thick - table - outward)
    speckle = 0.75 + 0.2 * anatomy.texture(points)
    paint(signal, cover(diploe, 1.2) * bone, anatomy.tissues.marrow * speckle)

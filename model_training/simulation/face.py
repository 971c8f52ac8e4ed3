"""The simulated head outside the skull: its surface, soft tissue, face, airways, eyes, spine."""

from __future__ import annotations

import numpy as np

from model_training.simulation.anatomy import Anatomy, egg, mirrored
from model_training.simulation.fields import TINY, cover, ellipsoid, join, paint, tube

VERTEBRAE = 19.0  # mm from disc to disc

# Front, back and half-width of face and neck in mm, over the depth below the brain's middle.
PROFILE = (
    ((0, 20, 34, 60, 72, 86, 100, 122, 132, 150), (93, 96, 90, 90, 93, 94, 88, 90, 62, 34)),
    ((0, 30, 60, 85, 125, 170), (-92, -90, -80, -74, -76, -92)),
    ((0, 30, 60, 90, 115, 130, 170), (70, 72, 68, 65, 61, 58, 66)),
)


def head_depth(points: np.ndarray, anatomy: Anatomy) -> np.ndarray:
    """Return the depth below the skin in mm; (N,) float32, negative in air."""
    shell = anatomy.skull + anatomy.scalp
    depth = ellipsoid(egg(points), (0, 0, 0), np.array([66, 84, 68]) + shell, 2.2)
    np.minimum(depth, points[2] + 40, out=depth)
    depth = join(depth, _face_depth(points), 9.0)
    folded = mirrored(points)
    ear = ellipsoid(folded, (79, -12, -34), (7, 13, 26)) + 1.2 * anatomy.detail(points)
    nose = tube(points, np.array([[0, 86, -16, 7], [0, 100, -48, 11], [0, 90, -56, 14]]))
    depth = join(np.maximum(depth, ear), nose, 5.0)
    return depth - 1.5 + np.float32(0.8) * anatomy.bend[0](points)


def _face_depth(points: np.ndarray) -> np.ndarray:
    """Return the depth in face and neck: a stack of rounded sections under the cranium."""
    x, y, z = points
    front, back, half_width = (np.interp(-z, *table).astype(np.float32) for table in PROFILE)
    middle, half_depth = (front + back) / 2, (front - back) / 2
    across, along = np.abs(x) / half_width, np.abs(y - middle) / half_depth
    # The face narrows forward, so its sections are rounder than a rectangle but not round.
    share = np.power(np.power(across, 2.3) + np.power(along, 2.3), 1 / 2.3) + TINY
    depth = np.hypot(x, y - middle) * (1 / share - 1)
    return np.minimum(depth, 4 - z)


def soft_tissue(points: np.ndarray, skin: np.ndarray, anatomy: Anatomy) -> np.ndarray:
    """Return muscles with fat between them, under fat, under skin."""
    tissues, mottle = anatomy.tissues, anatomy.texture(points)
    # Muscles of neck and face run mostly up and down.
    stretched = points * np.array([[1.0], [1.0], [0.35]], np.float32)
    bundles, groups = anatomy.detail(stretched), anatomy.bulk(stretched[[1, 0, 2]])
    signal = tissues.muscle * (1 + 0.08 * mottle + 0.1 * anatomy.detail(points[[1, 0, 2]]))
    fat = tissues.fat * (0.92 + 0.06 * mottle)
    paint(signal, cover(0.16 - np.abs(bundles), 0.35) * cover(groups, 1.5), 0.6 * fat)
    paint(signal, cover(groups + 0.25 * bundles - 1.15, 0.5), 0.6 * fat)
    buccal = ellipsoid(mirrored(points), (40, 52, -74), (17, 20, 26)) + 4 * bundles
    paint(signal, cover(buccal, 3.0), 0.75 * fat)
    under = anatomy.scalp * (1 + 0.3 * anatomy.bend[1](points)) + 4 * cover(-points[2] - 60, 50.0)
    paint(signal, cover(under - skin, 1.2), fat)
    paint(signal, cover(1.4 - skin, 0.8), 0.5 * tissues.fat)
    return signal


def paint_face(signal: np.ndarray, points: np.ndarray, anatomy: Anatomy) -> None:
    """Paint what lies under the brain: airways, sinuses, eyes, bones, tongue, spine."""
    low = np.flatnonzero(points[2] < 4)
    if not low.size:
        return
    part, here = signal[low], points[:, low]
    folded = mirrored(here)
    _paint_bones(part, here, folded, anatomy)
    _paint_airways(part, here, folded, anatomy)
    _paint_eyes(part, folded, anatomy)
    signal[low] = part


def _paint_bones(
    signal: np.ndarray, points: np.ndarray, folded: np.ndarray, anatomy: Anatomy
) -> None:
    tissues, noise = anatomy.tissues, anatomy.texture(points)
    clivus = tube(points, np.array([[0, 6, -42, 8], [0, -8, -68, 5]]))
    petrous = tube(folded, np.array([[16, -4, -44, 8], [46, -26, -48, 11], [56, -30, -62, 10]]))
    spine = tube(points, np.array([[0, -8, -74, 9], [0, -14, -170, 10]]))
    jaw = tube(folded, np.array([[50, 8, -62, 6], [46, 20, -100, 6], [18, 70, -118, 8]]))
    palate = tube(folded, np.array([[6, 78, -78, 5], [24, 50, -78, 5]]))
    for body in (clivus, spine, jaw, palate):
        paint(signal, cover(body + 1.5, 1.0), tissues.cortex)
        paint(signal, cover(body), tissues.marrow * (1 + 0.15 * noise))
    disc = np.cos(points[2] * (2 * np.pi / VERTEBRAE)) - 0.8
    paint(signal, cover(spine) * cover(disc, 0.2), 0.5)
    air_cells = cover(noise + 0.5 * anatomy.detail(points) - 0.7, 0.6)
    paint(signal, cover(petrous + 2 * noise, 2.0), tissues.cortex + 0.9 * air_cells)


def _paint_airways(
    signal: np.ndarray, points: np.ndarray, folded: np.ndarray, anatomy: Anatomy
) -> None:
    tissues, noise = anatomy.tissues, anatomy.detail(points * 1.3)
    wander = np.float32(1.5) * noise
    sinuses = (
        ellipsoid(folded, (5, 30, -49), (9, 13, 10)),  # sphenoid
        ellipsoid(folded, (26, 54, -62), (14, 16, 17), 2.6),  # maxillary
        ellipsoid(folded, (10, 81, -16), (14, 5, 12)),  # frontal
        ellipsoid(points, (0, 56, -36), (14, 25, 12), 3.0),  # ethmoid
        ellipsoid(points, (0, 60, -58), (14, 30, 18), 3.0),  # nose
        tube(points, np.array([[0, 16, -66, 9], [0, 12, -90, 7], [0, 4, -170, 8]])),  # pharynx
    )
    tongue = ellipsoid(points, (0, 46, -98), (24, 30, 19))
    paint(signal, cover(tongue), tissues.muscle * (1 + 0.15 * anatomy.texture(points * 0.7)))
    for number, sinus in enumerate(sinuses):
        air = sinus + wander
        paint(signal, cover(air + 1.8, 1.0), tissues.mucosa * (0.75 + 0.2 * noise))
        paint(signal, cover(air, 0.8), 0.06)
        if number in (3, 4):  # septa and turbinates
            walls = 1.1 - 3.2 * np.abs(anatomy.folds(points * np.float32(1.5)))
            septum = 1.0 - np.abs(points[0] + 0.6 * noise)
            paint(signal, cover(np.maximum(walls, septum), 1.0) * cover(air), tissues.mucosa * 0.75)


def _paint_eyes(signal: np.ndarray, folded: np.ndarray, anatomy: Anatomy) -> None:
    tissues = anatomy.tissues
    orbit = np.maximum(
        tube(folded, np.array([[31, 68, -34, 18], [20, 34, -34, 5]])),
        ellipsoid(folded, (31, 70, -34), (19, 17, 18)),
    )
    fat = tissues.fat * 0.85
    paint(signal, cover(orbit + 1.2, 2.0), tissues.cortex, 0.6)
    paint(signal, cover(orbit), fat)
    for wall in ((27, 0), (-3, 0), (12, 13), (12, -13)):  # muscles run along four walls of the cone
        start = [31 + (wall[0] - 12) * 0.9, 68, -34 + wall[1] * 1.1, 2.4]
        paint(signal, cover(tube(folded, np.array([start, [20, 36, -34, 2]]))), tissues.mucosa)
    paint(signal, cover(tube(folded, np.array([[29, 62, -34, 2], [14, 26, -32, 2.2]]))), 0.9)
    globe = ellipsoid(folded, (32, 74, -34), (12.3, 12.3, 12.3))
    paint(signal, cover(globe + 0.9), tissues.mucosa, 0.8)
    paint(signal, cover(globe), 0.32)
    lens = ellipsoid(folded, (32.5, 83, -34), (4.8, 2.2, 4.8))
    paint(signal, cover(lens), 0.85)

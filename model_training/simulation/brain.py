"""What lies inside the skull of a simulated head: brain, water, vessels, dura."""

from __future__ import annotations

import numpy as np

from model_training.simulation.anatomy import SULCI, Anatomy, mirrored
from model_training.simulation.fields import cover, ellipsoid, paint, tube
from model_training.simulation.tumour import Lesion, paint_oedema


def brain_signal(
    points: np.ndarray,
    cavity: np.ndarray,
    tumour_depth: np.ndarray,
    anatomy: Anatomy,
    lesion: Lesion,
) -> np.ndarray:
    """Return the signal of what lies inside the skull, without the tumour itself.

    Parameters
    ----------
    points : (3, N) float32
        Bent head coordinates, mm.
    cavity, tumour_depth : (N,) float32
        Depth below the skull and in the tumour, mm.
    anatomy : Anatomy
    lesion : Lesion
        What pushes the brain aside and makes it swell.

    Returns
    -------
    (N,) float32, relative to white matter
    """
    tissues = anatomy.tissues
    here = lesion.pushed_from(points)
    signal = 1 + np.float32(0.012) * anatomy.texture(points)
    midline = np.abs(here[0]) - 0.7
    tent = _above_tentorium(here)
    sulci, ribbon = _cortex(here, cavity, midline, anatomy)
    hind = ellipsoid(here, (0, -46, -42), (56, 37, 38), 2.2)
    posterior = cover(np.minimum(-tent, hind), 1.0) * cover(-here[2] - 8, 3.0)

    paint(signal, ribbon * (1 - posterior), tissues.grey)
    _paint_deep_grey(signal, here, anatomy)
    paint(signal, posterior, _cerebellum(here, cavity, anatomy))
    _paint_stem(signal, here, cavity, anatomy)
    paint_oedema(signal, points, lesion, tumour_depth)
    paint(signal, sulci * (1 - posterior), tissues.csf)
    edge = 1.2 + 1.1 * anatomy.sulcus * (1 + 0.5 * anatomy.detail(points))
    paint(signal, cover(edge - cavity, 1.2), tissues.csf)
    _paint_ventricles(signal, here, anatomy)
    _paint_dura(signal, points, here, cavity, tent, anatomy)
    _paint_vessels(signal, here, cavity, sulci, anatomy)
    return signal


def _above_tentorium(points: np.ndarray) -> np.ndarray:
    """Return the height above the tent between cerebrum and cerebellum, mm."""
    x, y, z = points
    tent = 14 * np.exp(-((x / 26) ** 2)) - 24 + 0.28 * (np.minimum(y, -20) + 45)
    return z - tent


def _cortex(
    points: np.ndarray, cavity: np.ndarray, midline: np.ndarray, anatomy: Anatomy
) -> tuple[np.ndarray, np.ndarray]:
    """Return the shares of sulci and of grey matter.

    The zero set of a field on the brain's surface, carried inwards and bent on the way, gives
    sulci; the grey matter lines them, and lines the outer and inner face of each hemisphere.
    """
    warp = np.stack([anatomy.bulk(points[order]) for order in ([0, 1, 2], [1, 2, 0], [2, 0, 1])])
    depth = ellipsoid(points, (0, 0, -6), (66, 84, 68), 2.2)
    length = np.sqrt(np.einsum("ij,ij->j", points, points)) + 1
    surface = points * (1 + 0.85 * np.maximum(depth, 0) / length) + np.float32(3.5) * warp
    to_sulcus = np.abs(anatomy.folds(surface)) * np.float32(SULCI / 7)
    medial = points * np.array([[0.35], [1], [1]], np.float32) + 3 * warp
    to_medial = np.abs(anatomy.medial_folds(medial)) * np.float32(SULCI / 7)

    rough = anatomy.detail(points)
    open_ = anatomy.sulcus * np.clip(0.75 + 0.45 * warp[0] + 0.3 * rough, 0.1, 2)
    outer = 13 + 5 * warp[1] - cavity
    body = ellipsoid(points, (0, 0, -2), (60, 48, 27))  # no fissure through the callosum
    inner = np.minimum(9 + 5 * warp[2] - midline, -body + 4)
    gap = np.maximum(
        np.minimum(open_ * (0.4 + 0.6 * outer / 13) - to_sulcus, outer),
        np.minimum(0.7 * open_ - to_medial, inner),
    )
    fissure = np.minimum(0.1 + 0.45 * anatomy.sulcus * (1 + 0.4 * rough) - midline, -body)
    sylvian = _sylvian(points, rough, anatomy)
    sulci = np.maximum(np.maximum(gap, fissure), sylvian)
    coat = np.maximum(
        np.minimum(2.9 + 0.5 * rough - to_sulcus, outer + 3),
        np.minimum(2.6 - to_medial, inner + 2.5),
    )
    ribbon = np.maximum(coat, 5.0 - cavity)
    ribbon = np.maximum(ribbon, np.minimum(3.2 - midline, -body - 2))
    ribbon = np.maximum(ribbon, sylvian + 3)
    return cover(sulci, 1.1), cover(ribbon, 1.8)


def _sylvian(points: np.ndarray, warp: np.ndarray, anatomy: Anatomy) -> np.ndarray:
    """Return the depth in the fissure between frontal and temporal lobe and over the insula."""
    x, y, z = points
    lateral = np.abs(x)
    sheet = np.abs(z + 8 + 0.42 * y + 2.5 * warp) / 1.1
    width = 0.8 + 1.1 * anatomy.sulcus
    cleft = np.minimum(width - sheet, np.minimum(lateral - 34, 34 - np.abs(y + 2)))
    insula = np.abs(lateral - 37 - 2 * warp)
    island = np.minimum(width - insula, 14 - np.hypot(y - 2, z + 2))
    return np.maximum(cleft, island)


def _paint_deep_grey(signal: np.ndarray, points: np.ndarray, anatomy: Anatomy) -> None:
    folded = mirrored(points)
    bodies = (
        ellipsoid(folded, (10, -9, 2), (9, 15, 9)),  # thalamus
        ellipsoid(folded, (25, 6, 2), (6, 17, 11)),  # putamen and pallidum
        ellipsoid(folded, (14, 22, 6), (6, 9, 11)),  # head of the caudate
    )
    grey = 0.3 + 0.7 * anatomy.tissues.grey
    for body in bodies:
        paint(signal, cover(body, 2.5), grey, 0.9)


def _cerebellum(points: np.ndarray, cavity: np.ndarray, anatomy: Anatomy) -> np.ndarray:
    """Return the signal of the cerebellum: fine leaves around white matter."""
    x, y, z = points
    radius = np.sqrt((0.75 * x) ** 2 + (y + 26) ** 2 + (1.15 * (z + 40)) ** 2)
    leaves = np.cos(radius * 1.45 + 1.6 * anatomy.detail(points) + 1.5 * anatomy.bulk(points))
    near = cover(24 + 4 * anatomy.detail(points) - cavity, 14.0)
    signal = 1 + (0.5 * anatomy.tissues.grey - 0.5) * near
    fissures = cover(leaves - 0.82, 0.3) * near * min(0.9, 0.35 + 0.4 * anatomy.sulcus)
    paint(signal, fissures, 0.5 * (anatomy.tissues.csf + 0.9))
    return signal


def _paint_stem(
    signal: np.ndarray, points: np.ndarray, cavity: np.ndarray, anatomy: Anatomy
) -> None:
    """Paint the brain stem and the cisterns around it."""
    stem = tube(
        points,
        np.array([[0, -13, -8, 14], [0, -12, -24, 14], [0, -14, -36, 15], [0, -22, -60, 8],
                  [0, -28, -80, 5.5], [0, -36, -170, 5]]),
    )  # fmt: skip
    wander = anatomy.detail(points)
    cistern = np.minimum(stem + 4.5 + 1.5 * wander, -12 - points[2])
    front = ellipsoid(points, (0, 10, -28), (15, 11, 9)) + wander
    behind = ellipsoid(points, (0, -34, -8), (10, 8, 8)) + wander
    for water in (cistern, front, behind):
        paint(signal, cover(water, 1.2), anatomy.tissues.csf)
    below = cover(-points[2] - 10, 4.0)
    paint(signal, cover(stem, 1.0) * below, 0.97 + 0.02 * anatomy.texture(points))
    fourth = ellipsoid(points, (0, -31, -40), (7, 5, 11))
    paint(signal, cover(fourth, 1.0), anatomy.tissues.csf)
    # Chiasm and stalk cross the cistern in front.
    stalk = tube(points, np.array([[0, 8, -20, 1.6], [0, 12, -38, 1.2]]))
    paint(signal, cover(stalk), anatomy.tissues.vessel * 0.8)


def _paint_ventricles(signal: np.ndarray, points: np.ndarray, anatomy: Anatomy) -> None:
    """Paint the ventricles and the plexus, which takes up contrast, in them."""
    size = anatomy.ventricle
    folded = mirrored(points)
    folded += np.float32(0.8) * anatomy.detail(points)
    horns = np.array(
        [[10, 36, 8, 2.5], [8, 20, 15, 5], [9, -8, 21, 4.5], [16, -28, 17, 5.5], [25, -38, 4, 6.5],
         [31, -24, -12, 3.5], [33, -4, -22, 2.5]]
    )  # fmt: skip
    tails = np.array([[25, -38, 4, 5.5], [23, -58, 2, 2]])
    horns[:, 3] *= size
    tails[:, 3] *= size
    lateral = np.maximum(tube(folded, horns), tube(folded, tails))
    lateral = np.minimum(lateral, folded[0] - 1.2)
    third = ellipsoid(points, (0, -6, -3), np.array([1.6 + size, 15, 11]))
    csf = anatomy.tissues.csf * 0.95
    paint(signal, cover(np.maximum(lateral, third), 0.9), csf)
    plexus = ellipsoid(folded, (23, -34, 6), (4, 9, 4)) + 1.2 * anatomy.texture(points)
    strand = tube(folded, np.array([[5, 2, 10, 1.4], [12, -22, 12, 1.8], [22, -34, 5, 2.2]]))
    paint(signal, cover(np.maximum(plexus, strand), 1.0), anatomy.tissues.vessel * 0.85)


def _paint_dura(
    signal: np.ndarray,
    points: np.ndarray,
    pushed: np.ndarray,
    cavity: np.ndarray,
    tent: np.ndarray,
    anatomy: Anatomy,
) -> None:
    """Paint falx, tentorium and the sinuses along them, bright with contrast."""
    x, y, z = points
    bright = anatomy.tissues.vessel
    body = ellipsoid(points, (0, -4, -2), (60, 58, 34))
    falx = np.minimum(0.45 - np.abs(pushed[0]), np.minimum(-body, z - 4))
    paint(signal, cover(falx, 0.9), 0.4 + 0.3 * bright, 0.55)
    behind = cover(-y - 24, 4.0) * cover(-z - 2, 3.0)
    paint(signal, cover(1.9 - np.abs(tent), 1.2) * behind, anatomy.tissues.csf, 0.8)
    paint(signal, cover(0.6 - np.abs(tent), 0.9) * behind, 0.5 + 0.4 * bright, 0.8)
    roof = cover(z - 5, 6.0) + cover(-y - 60, 5.0)
    width = 1.6 + 2.6 * cover(30 - y, 90.0)
    sagittal = np.minimum(width - np.abs(x) - 0.45 * cavity, 0.5 + 1.3 * width - cavity)
    paint(signal, cover(sagittal, 1.0) * np.minimum(roof, 1), bright)
    transverse = np.minimum(3.8 - np.hypot(tent + 1, cavity - 2), -y - 15)
    paint(signal, cover(transverse, 1.2) * cover(-z + 2, 3.0), bright)
    straight = tube(points, np.array([[0, -36, 2, 1.8], [0, -46, -2, 2], [0, -76, -8, 2.4]]))
    paint(signal, cover(straight), bright)
    carotid = np.abs(np.abs(x) - 15) + np.abs(y - 9) * 0.3
    paint(signal, cover(3.2 - carotid) * cover(-z - 28, 2.0) * cover(z + 47, 2.0), bright, 0.6)


def _paint_vessels(
    signal: np.ndarray,
    points: np.ndarray,
    cavity: np.ndarray,
    sulci: np.ndarray,
    anatomy: Anatomy,
) -> None:
    """Paint small vessels: two random surfaces meet in curves, a slice cuts those in dots."""
    first, second = anatomy.vessels
    near = 0.75 - 2.4 * np.hypot(first(points), second(points))
    outer = cover(16 - cavity, 8.0)
    room = np.clip(0.8 * sulci + 0.45 * outer, 0, 1)
    paint(signal, cover(near, 0.8) * room, anatomy.tissues.vessel)

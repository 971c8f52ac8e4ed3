"""A simulated head: an anatomy in three dimensions that any oblique plane can be cut from.

The anatomy is a handful of superellipsoids, tubes and planes, bent by smooth random fields; see
`simulate_fields` for points and depths. Signals are relative to white matter, which is 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brainseg_gui.core.slices import Tumour
from model_training.simulate_fields import TINY, Waves, cover, ellipsoid, join, paint, tube
from model_training.simulate_tumour import Lesion, paint_lesion, paint_oedema

VERTEBRAE = 19.0  # mm from disc to disc
SULCI = 20.0  # mm, twice the distance between neighbouring sulci

# Front, back and half-width of face and neck in mm, over the depth below the brain's middle.
PROFILE = (
    ((0, 20, 34, 60, 72, 86, 100, 122, 132, 150), (93, 96, 90, 90, 93, 94, 88, 90, 62, 34)),
    ((0, 30, 60, 85, 125, 170), (-92, -90, -80, -74, -76, -92)),
    ((0, 30, 60, 90, 115, 130, 170), (70, 72, 68, 65, 61, 58, 66)),
)


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


def head_depth(points: np.ndarray, anatomy: Anatomy) -> np.ndarray:
    """Return the depth below the skin in mm; (N,) float32, negative in air."""
    shell = anatomy.skull + anatomy.scalp
    depth = ellipsoid(_egg(points), (0, 0, 0), np.array([66, 84, 68]) + shell, 2.2)
    np.minimum(depth, points[2] + 40, out=depth)
    depth = join(depth, _face_depth(points), 9.0)
    mirrored = _mirrored(points)
    ear = ellipsoid(mirrored, (79, -12, -34), (7, 13, 26)) + 1.2 * anatomy.detail(points)
    nose = tube(points, np.array([[0, 92, -20, 6], [0, 102, -48, 10], [0, 92, -56, 13]]))
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


def _egg(points: np.ndarray) -> np.ndarray:
    """Return points widened in front: a head is narrow at the forehead, which makes room for
    the muscle at the temple."""
    result = points.copy()
    result[0] *= 1 + np.float32(0.0022) * np.maximum(points[1] + 10, 0)
    return result


def _mirrored(points: np.ndarray) -> np.ndarray:
    """Return points with both halves of the head folded onto the left."""
    result = points.copy()
    np.abs(points[0], out=result[0])
    return result


def tumour_depth(points: np.ndarray, anatomy: Anatomy, lesion: Lesion) -> np.ndarray:
    """Return how deep points lie in the tumour, mm; (N,) float32, negative outside."""
    return _room_left(lesion, lesion.depth(points), _cavity(_bent(points, anatomy)))


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
    inner = _bent(points, anatomy)
    cavity = _cavity(inner)
    signal = _soft_tissue(points, skin, anatomy)
    _paint_face(signal, points, anatomy)
    _paint_skull(signal, points, cavity, anatomy)

    depth = _room_left(lesion, lesion.depth(points), cavity)
    inside = np.flatnonzero(cavity > -1)
    brain = _brain(inner[:, inside], cavity[inside], depth[inside], anatomy, lesion)
    share = cover(cavity[inside], 1.0)
    signal[inside] += (brain - signal[inside]) * share
    paint_lesion(signal, points, lesion, depth, 1.0)
    return signal


def _bent(points: np.ndarray, anatomy: Anatomy) -> np.ndarray:
    """Return the points moved by a smooth field of 2 mm: no head is an ellipsoid."""
    return points + np.float32(1.6) * np.stack([field(points) for field in anatomy.bend])


def _cavity(points: np.ndarray) -> np.ndarray:
    """Return the depth in the space inside the skull and the spinal canal."""
    x, y, z = points
    egg = _egg(points)
    lateral = np.abs(x)
    front = cover(y - 24 - 0.12 * lateral, 12.0)
    middle = -47 + 9 * np.exp(-((lateral / 13) ** 2))
    roof = -27 + 9 * np.exp(-(((lateral - 30) / 14) ** 2))
    floor = middle + (roof - middle) * front
    upper = np.minimum(ellipsoid(egg, (0, 0, 0), (66, 84, 68), 2.2), z - floor)
    depth = np.maximum(upper, ellipsoid(points, (0, -46, -42), (52, 35, 34), 2.2))
    canal = np.array([[0, -18, -30, 17], [0, -22, -62, 14], [0, -28, -90, 8], [0, -36, -170, 8]])
    return np.maximum(depth, tube(points, canal))


def _soft_tissue(points: np.ndarray, skin: np.ndarray, anatomy: Anatomy) -> np.ndarray:
    """Return muscles with fat between them, under fat, under skin."""
    tissues, mottle = anatomy.tissues, anatomy.texture(points)
    # Muscles of neck and face run mostly up and down.
    stretched = points * np.array([[1.0], [1.0], [0.35]], np.float32)
    bundles, groups = anatomy.detail(stretched), anatomy.bulk(stretched[[1, 0, 2]])
    signal = tissues.muscle * (1 + 0.08 * mottle + 0.1 * anatomy.detail(points[[1, 0, 2]]))
    fat = tissues.fat * (0.92 + 0.06 * mottle)
    paint(signal, cover(0.16 - np.abs(bundles), 0.35) * cover(groups, 1.5), 0.6 * fat)
    paint(signal, cover(groups + 0.25 * bundles - 1.15, 0.5), 0.6 * fat)
    buccal = ellipsoid(_mirrored(points), (40, 52, -74), (17, 20, 26)) + 4 * bundles
    paint(signal, cover(buccal, 3.0), 0.75 * fat)
    under = anatomy.scalp * (1 + 0.3 * anatomy.bend[1](points)) + 4 * cover(-points[2] - 60, 50.0)
    paint(signal, cover(under - skin, 1.2), fat)
    paint(signal, cover(1.4 - skin, 0.8), 0.5 * tissues.fat)
    return signal


def _paint_face(signal: np.ndarray, points: np.ndarray, anatomy: Anatomy) -> None:
    """Paint what lies under the brain: airways, sinuses, eyes, bones, tongue, spine."""
    low = np.flatnonzero(points[2] < 4)
    if not low.size:
        return
    part, here = signal[low], points[:, low]
    mirrored = _mirrored(here)
    _paint_bones(part, here, mirrored, anatomy)
    _paint_airways(part, here, mirrored, anatomy)
    _paint_eyes(part, mirrored, anatomy)
    signal[low] = part


def _paint_bones(
    signal: np.ndarray, points: np.ndarray, mirrored: np.ndarray, anatomy: Anatomy
) -> None:
    tissues, noise = anatomy.tissues, anatomy.texture(points)
    clivus = tube(points, np.array([[0, 6, -42, 8], [0, -8, -68, 5]]))
    petrous = tube(mirrored, np.array([[16, -4, -44, 8], [46, -26, -48, 11], [56, -30, -62, 10]]))
    spine = tube(points, np.array([[0, -8, -74, 9], [0, -14, -170, 10]]))
    jaw = tube(mirrored, np.array([[50, 8, -62, 6], [46, 20, -100, 6], [18, 70, -118, 8]]))
    palate = tube(mirrored, np.array([[6, 78, -78, 5], [24, 50, -78, 5]]))
    for body in (clivus, spine, jaw, palate):
        paint(signal, cover(body + 1.5, 1.0), tissues.cortex)
        paint(signal, cover(body), tissues.marrow * (1 + 0.15 * noise))
    disc = np.cos(points[2] * (2 * np.pi / VERTEBRAE)) - 0.8
    paint(signal, cover(spine) * cover(disc, 0.2), 0.5)
    air_cells = cover(noise + 0.5 * anatomy.detail(points) - 0.7, 0.6)
    paint(signal, cover(petrous + 2 * noise, 2.0), tissues.cortex + 0.9 * air_cells)


def _paint_airways(
    signal: np.ndarray, points: np.ndarray, mirrored: np.ndarray, anatomy: Anatomy
) -> None:
    tissues, noise = anatomy.tissues, anatomy.detail(points * 1.3)
    wander = np.float32(1.5) * noise
    sinuses = (
        ellipsoid(mirrored, (5, 30, -49), (9, 13, 10)),  # sphenoid
        ellipsoid(mirrored, (26, 54, -62), (14, 16, 17), 2.6),  # maxillary
        ellipsoid(mirrored, (10, 81, -16), (14, 5, 12)),  # frontal
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


def _paint_eyes(signal: np.ndarray, mirrored: np.ndarray, anatomy: Anatomy) -> None:
    tissues = anatomy.tissues
    orbit = np.maximum(
        tube(mirrored, np.array([[31, 68, -34, 18], [20, 34, -34, 5]])),
        ellipsoid(mirrored, (31, 70, -34), (19, 17, 18)),
    )
    fat = tissues.fat * 0.85
    paint(signal, cover(orbit + 1.5), tissues.cortex)
    paint(signal, cover(orbit), fat)
    for wall in ((27, 0), (-3, 0), (12, 13), (12, -13)):  # muscles run along four walls of the cone
        start = [31 + (wall[0] - 12) * 0.9, 68, -34 + wall[1] * 1.1, 2.4]
        paint(signal, cover(tube(mirrored, np.array([start, [20, 36, -34, 2]]))), tissues.mucosa)
    paint(signal, cover(tube(mirrored, np.array([[29, 62, -34, 2], [14, 26, -32, 2.2]]))), 0.9)
    globe = ellipsoid(mirrored, (32, 74, -34), (12.3, 12.3, 12.3))
    paint(signal, cover(globe + 1.2), tissues.mucosa)
    paint(signal, cover(globe), 0.32)
    lens = ellipsoid(mirrored, (32.5, 83, -34), (4.8, 2.2, 4.8))
    paint(signal, cover(lens), 0.85)


def _paint_skull(
    signal: np.ndarray, points: np.ndarray, cavity: np.ndarray, anatomy: Anatomy
) -> None:
    """Paint two dark tables with marrow between around the brain, and enhancing dura."""
    outward = -cavity
    # Below the base the bone thins out into what the face has painted.
    thick = anatomy.skull * (1 + 0.2 * anatomy.bend[2](points) + 0.06 * anatomy.bulk(points))
    thick *= 0.4 + 0.6 * cover(points[2] + 22, 14.0)
    table = np.minimum(1.6 + 0.3 * anatomy.detail(points), 0.45 * thick)
    bone = cover(thick - outward, 1.0) * cover(outward, 0.8)
    paint(signal, bone, anatomy.tissues.cortex)
    diploe = np.minimum(outward - table, thick - table - outward)
    speckle = 0.75 + 0.2 * anatomy.texture(points)
    paint(signal, cover(diploe, 1.2) * bone, anatomy.tissues.marrow * speckle)


def _brain(
    points: np.ndarray,
    cavity: np.ndarray,
    tumour_depth: np.ndarray,
    anatomy: Anatomy,
    lesion: Lesion,
) -> np.ndarray:
    """Return the signal of what lies inside the skull, without the tumour itself."""
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
    paint_oedema(signal, points, lesion, tumour_depth, 1.0)
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
    return z + 24 - 14 * np.exp(-((x / 26) ** 2)) + 0.28 * (y + 45) * -1 * (y < -20)


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
    fissure = np.minimum(0.5 + 0.6 * anatomy.sulcus - midline, -body)
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
    mirrored = _mirrored(points)
    bodies = (
        ellipsoid(mirrored, (10, -9, 2), (9, 15, 9)),  # thalamus
        ellipsoid(mirrored, (25, 6, 2), (6, 17, 11)),  # putamen and pallidum
        ellipsoid(mirrored, (14, 22, 6), (6, 9, 11)),  # head of the caudate
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
    mirrored = _mirrored(points)
    mirrored += np.float32(0.8) * anatomy.detail(points)
    horns = np.array(
        [[10, 36, 8, 2.5], [8, 20, 15, 5], [9, -8, 21, 4.5], [16, -28, 17, 5.5], [25, -38, 4, 6.5],
         [31, -24, -12, 3.5], [33, -4, -22, 2.5]]
    )  # fmt: skip
    tails = np.array([[25, -38, 4, 5.5], [23, -58, 2, 2]])
    horns[:, 3] *= size
    tails[:, 3] *= size
    lateral = np.maximum(tube(mirrored, horns), tube(mirrored, tails))
    lateral = np.minimum(lateral, mirrored[0] - 1.2)
    third = ellipsoid(points, (0, -6, -3), np.array([1.6 + size, 15, 11]))
    csf = anatomy.tissues.csf * 0.95
    paint(signal, cover(np.maximum(lateral, third), 0.9), csf)
    plexus = ellipsoid(mirrored, (23, -34, 6), (4, 9, 4)) + 1.2 * anatomy.texture(points)
    strand = tube(mirrored, np.array([[5, 2, 10, 1.4], [12, -22, 12, 1.8], [22, -34, 5, 2.2]]))
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
    sagittal = np.minimum(width - np.abs(x) - 0.45 * cavity, 1 + 1.5 * width - cavity)
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

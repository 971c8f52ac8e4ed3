"""Simulated slices: heads with a tumour as a contrast-enhanced T1 scanner would show them.

No real image goes into them. They are for demonstrations, for tests, and for teaching a network
to recognise such slices; what can be learnt about tumours is in real ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import ndimage
from scipy.spatial.transform import Rotation
from skimage import draw, measure

from brainseg_gui.core.slices import Slice, Tumour
from model_training.simulation.anatomy import Anatomy, draw_anatomy
from model_training.simulation.face import head_depth
from model_training.simulation.fields import Waves, cover
from model_training.simulation.head import render, tumour_depth
from model_training.simulation.tumour import Lesion, draw_lesion

FIELD_OF_VIEW = 250.0  # mm along one side
SCANNED = 352  # rows and columns that the scanner measures; the rest is interpolated
LEAST_AREA, MOST_AREA = 0.003, 0.06  # share of the slice that a tumour may take
LEAST_SIZE = 64
PLANES = ("axial", "coronal", "sagittal")
PLANE_SHARES = {
    Tumour.MENINGIOMA: (0.45, 0.3, 0.25),
    Tumour.GLIOMA: (0.45, 0.3, 0.25),
    Tumour.PITUITARY: (0.2, 0.5, 0.3),
}
TRIES = 12
THICKNESS = ((-1.6, 0.25), (0.0, 0.5), (1.6, 0.25))  # mm from the middle, share of the signal

# Head coordinates of one step right and one step down in the image, by plane.
STEPS = {
    "axial": ((1, 0, 0), (0, -1, 0)),
    "coronal": ((1, 0, 0), (0, 0, -1)),
    "sagittal": ((0, -1, 0), (0, 0, -1)),
}
# What lies in the middle of the image, mm: the neck comes along in coronal and sagittal slices.
MIDDLE = {"axial": (0, 4, 0), "coronal": (0, 0, -32), "sagittal": (0, 6, -30)}


@dataclass(frozen=True, eq=False)
class PatientAnatomy:
    """What all slices of one simulated patient share: head, tumour, scanner settings."""

    patient: str
    anatomy: Anatomy
    lesion: Lesion
    gain: float
    noise: float
    shading: Waves
    coil: Waves


def draw_patient(rng: np.random.Generator, tumour: Tumour, patient: str = "") -> PatientAnatomy:
    """Draw a patient with a tumour of one kind; every choice comes from `rng`."""
    while True:
        anatomy, lesion = draw_anatomy(rng), draw_lesion(rng, tumour)
        if _has_room(anatomy, lesion):
            break
    return PatientAnatomy(
        patient=patient,
        anatomy=anatomy,
        lesion=lesion,
        gain=float(np.exp(rng.uniform(np.log(60), np.log(600)))),
        noise=rng.uniform(0.012, 0.042),
        shading=Waves.draw(rng, 220.0, 6),
        coil=Waves.draw(rng, 110.0, 8),
    )


def simulate_slice(
    rng: np.random.Generator,
    tumour: Tumour,
    *,
    size: int = 512,
    patient: PatientAnatomy | None = None,
) -> Slice:
    """Return one slice through a simulated tumour.

    Parameters
    ----------
    rng : numpy Generator
        Where all chance comes from: the same state gives the same slice.
    tumour : Tumour
        Kind; must be that of `patient` where one is given.
    size : int
        Rows and columns of the slice, 64 or more.
    patient : PatientAnatomy or None
        Whose slice; a new patient where None.

    Returns
    -------
    Slice
        With whole-numbered pixels that fit int16, mask, border, patient, tumour and spacing.

    Raises
    ------
    ValueError
        If the size is under 64 or the patient has another tumour.
    """
    if size < LEAST_SIZE:
        raise ValueError(f"a slice needs {LEAST_SIZE} rows or more, not {size}")
    patient = patient or draw_patient(rng, tumour)
    if patient.lesion.tumour is not tumour:
        raise ValueError(f"the patient has a {patient.lesion.tumour.text}, not a {tumour.text}")
    plane = PLANES[rng.choice(len(PLANES), p=PLANE_SHARES[tumour])]
    for attempt in range(TRIES):
        # Each attempt stays closer to the middle of the tumour, where it is largest.
        points = _cut(rng, patient, plane, 1 - attempt / (TRIES - 1))
        border, mask = _outline(patient, points, size)
        if LEAST_AREA <= mask.mean() <= MOST_AREA:
            break
    return Slice(
        pixels=_expose(rng, patient, points, size),
        reference=mask,
        border=border,
        patient=patient.patient,
        tumour=tumour,
        spacing_mm=FIELD_OF_VIEW / size,
    )


def simulate_patients(
    count: int, slices_per_patient: int, seed: int, *, size: int = 512
) -> Iterator[tuple[str, Slice]]:
    """Yield (name, slice) for `count` patients, the three kinds of tumour in turn.

    Parameters
    ----------
    count, slices_per_patient : int
    seed : int
        The same seed gives the same slices.
    size : int
        Rows and columns of each slice.

    Yields
    ------
    (str, Slice)
        Names count from "1"; the patients of seed 5 are "SIM5-001", "SIM5-002", ..., so that
        heads of two seeds, one trained on and one shown, are never taken for each other.

    Raises
    ------
    ValueError
        If the size is under 64.
    """
    kinds = list(Tumour)
    for number, seeds in enumerate(np.random.SeedSequence(seed).spawn(count)):
        rng = np.random.default_rng(seeds)
        tumour = kinds[number % len(kinds)]
        patient = draw_patient(rng, tumour, f"SIM{seed}-{number + 1:03d}")
        for index in range(slices_per_patient):
            name = str(number * slices_per_patient + index + 1)
            yield name, simulate_slice(rng, tumour, size=size, patient=patient)


def _has_room(anatomy: Anatomy, lesion: Lesion) -> bool:
    """Return whether the tumour is neither cut away by the skull nor too large for a slice."""
    side = 96
    for plane in PLANES:
        points = _plane(lesion.centre * anatomy.scale, plane, side) / anatomy.scale[:, None]
        area = (tumour_depth(points.astype(np.float32), anatomy, lesion) > 0).mean()
        if not 2 * LEAST_AREA <= area <= MOST_AREA:
            return False
    return True


def _plane(through: np.ndarray, plane: str, side: int) -> np.ndarray:
    """Return the (3, side * side) points of an upright plane through a point, mm."""
    right, down = (np.array(step, np.float64) for step in STEPS[plane])
    steps = (np.arange(side) + 0.5) / side * FIELD_OF_VIEW - FIELD_OF_VIEW / 2
    middle = np.array(MIDDLE[plane], np.float64)
    normal = 1 - np.abs(right) - np.abs(down)
    start = middle + normal * (through - middle)
    grid = start[:, None, None] + down[:, None, None] * steps[:, None]
    return (grid + right[:, None, None] * steps).reshape(3, -1)


def _cut(
    rng: np.random.Generator, patient: PatientAnatomy, plane: str, spread: float
) -> np.ndarray:
    """Return the head coordinates that a slightly tilted plane through the tumour samples."""
    lesion, scale = patient.lesion, patient.anatomy.scale
    offset = rng.uniform(-0.75, 0.75) * spread * lesion.radius
    through = lesion.centre * scale
    points = _plane(through + offset, plane, SCANNED)
    turn = Rotation.from_euler("xyz", rng.normal(0, 3.5, 3) * spread, degrees=True)
    shift = rng.normal(0, 4, 3) * (1 - _normal(plane))
    pivot = (through * _normal(plane))[:, None]
    points = np.einsum("ij,jk->ik", turn.as_matrix(), points - pivot) + pivot + shift[:, None]
    return (points / scale[:, None]).astype(np.float32)


def _normal(plane: str) -> np.ndarray:
    right, down = STEPS[plane]
    return 1.0 - np.abs(right) - np.abs(down)


def _outline(
    patient: PatientAnatomy, points: np.ndarray, size: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the outline as a careful person would click it, and the mask that it encloses."""
    depth = tumour_depth(points, patient.anatomy, patient.lesion).reshape(SCANNED, SCANNED)
    depth = _resized(ndimage.gaussian_filter(depth, 1.0), size)
    empty = np.zeros((0, 2)), np.zeros((size, size), bool)
    outlines = measure.find_contours(depth, 0.0)
    if not outlines:
        return empty
    outline = max(outlines, key=len)[:: max(1, size // 128)]
    mask = draw.polygon2mask((size, size), outline)
    return outline, mask


def _resized(image: np.ndarray, size: int) -> np.ndarray:
    """Return a scanned image interpolated to (size, size), as scanners do on reconstruction."""
    result: np.ndarray = ndimage.zoom(
        image, size / SCANNED, order=3, mode="nearest", grid_mode=True
    )
    return result


def _expose(
    rng: np.random.Generator, patient: PatientAnatomy, points: np.ndarray, size: int
) -> np.ndarray:
    """Return the (size, size) float32 image: tissue, shading, blur, noise, scanner units."""
    image = np.zeros((SCANNED, SCANNED), np.float32)
    for offset, weight in THICKNESS:
        image += weight * _signal(patient, points + offset * _normal_of(points))
    image = ndimage.gaussian_filter(image, rng.uniform(0.3, 0.6))
    real, imaginary = rng.normal(0, patient.noise, (2, SCANNED, SCANNED)).astype(np.float32)
    measured = np.hypot(image + real, imaginary)  # Rician, as magnitude images are
    measured *= _window(rng)
    pixels = np.clip(_resized(measured, size), 0, None) * patient.gain
    return np.rint(pixels).astype(np.float32)


def _signal(patient: PatientAnatomy, points: np.ndarray) -> np.ndarray:
    """Return the (SCANNED, SCANNED) signal in an infinitely thin plane, shading included."""
    skin = head_depth(points, patient.anatomy)
    inside = np.flatnonzero(skin > -0.6)
    head, skin = points[:, inside], skin[inside]
    signal = render(head, patient.anatomy, patient.lesion) * cover(skin, 1.2)
    # The coil sees best what is near one of its elements, and least of the neck.
    signal *= 1 + np.float32(0.1) * patient.shading(head)
    signal *= 1 + np.exp(-skin / 14) * np.clip(0.25 + 0.25 * patient.coil(head), 0, None)
    signal *= 0.4 + 0.6 * cover(head[2] + 95, 90.0)
    image = np.zeros(points.shape[1], np.float32)
    image[inside] = signal
    return image.reshape(SCANNED, SCANNED)


def _normal_of(points: np.ndarray) -> np.ndarray:
    """Return the unit normal (3, 1) of a plane of points."""
    right, down = points[:, 1] - points[:, 0], points[:, SCANNED] - points[:, 0]
    normal = np.cross(right, down)
    return (normal / np.linalg.norm(normal)).astype(np.float32)[:, None]


def _window(rng: np.random.Generator) -> np.ndarray:
    """Return where the scanner delivers anything: correcting its gradients bends the edges."""
    side = np.linspace(-1, 1, SCANNED, dtype=np.float32)
    reach = rng.uniform(0.9, 1.0) - rng.uniform(0.0, 0.06) * (1 - side**2)
    return (np.abs(side) < reach[:, None]).astype(np.float32)

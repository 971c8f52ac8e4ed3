"""NIfTI volumes whose every axis and direction can be told from the others, made in tests."""

from __future__ import annotations

import itertools
from pathlib import Path

import nibabel as nib
import numpy as np

from brainseg_gui.core.types import Mask

SHAPE = (20, 24, 7)  # right, front, head
OPPOSITE = {"R": "L", "A": "P", "S": "I"}
# All 48 orders and directions of the axes, as nibabel spells them.
WAYS = [
    "".join(letter if keep else OPPOSITE[letter] for letter, keep in zip(order, kept, strict=True))
    for order in itertools.permutations("RAS")
    for kept in itertools.product((False, True), repeat=3)
]


def volume(shape: tuple[int, int, int] = SHAPE) -> np.ndarray:
    """Return a RAS+ volume: brighter to the right, the front and the head, in different steps."""
    right, front, head = np.mgrid[: shape[0], : shape[1], : shape[2]]
    return (right + 100 * front + 3000 * head).astype(np.int16)


def label(shape: tuple[int, int, int] = SHAPE) -> np.ndarray:
    """Return a mask of it: a box on the right, in front and near the head."""
    found = np.zeros(shape, np.uint8)
    found[12:18, 14:22, 3:6] = 1
    return found


def as_seen(plane: np.ndarray) -> np.ndarray:
    """Return an axial plane of a RAS+ array, [right, front], as radiologists see it."""
    return plane.T[::-1, ::-1]


def write_nifti(
    path: Path,
    data: np.ndarray,
    axes: str = "RAS",
    zooms: tuple[float, float, float] = (0.5, 0.5, 6.0),
    unit: str = "mm",
    shift: float = 0.0,
) -> Path:
    """Write a RAS+ array with its axes in another order and direction; the place stays the same."""
    affine = np.diag([*zooms, 1.0])
    affine[:3, 3] = (-10 + shift, -20, 30)
    image = nib.Nifti1Image(data, affine)
    ornt = nib.orientations.ornt_transform(
        nib.io_orientation(affine), nib.orientations.axcodes2ornt(axes)
    )
    turned = image.as_reoriented(ornt)
    made = nib.Nifti1Image(np.asarray(turned.dataobj), turned.affine)
    made.header.set_xyzt_units(unit)
    made.set_qform(turned.affine, 1)
    path.parent.mkdir(parents=True, exist_ok=True)
    nib.save(made, path)
    return path


def tumour_of(plane: np.ndarray) -> Mask:
    """Return a mask's plane as it is seen."""
    return as_seen(plane) > 0

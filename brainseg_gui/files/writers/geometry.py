"""Where the pixels of a slice lie in the patient, as the file says that it came from.

Packages that only an extra brings are imported when a file of their kind is met.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.files.errors import guarded

NIFTI = (".nii", ".nii.gz")
IDENTITY = ("PatientName", "PatientID", "OtherPatientNames", "PatientBirthName")
SHORTEST = 3  # letters of a word that can be told from any other
PREAMBLE, MARK = 128, b"DICM"
TO_RAS = np.diag([-1.0, -1.0, 1.0])  # DICOM counts to the left and the back
MORE = 1.05  # times as large a step between voxels is larger beyond doubt
NORMALS = {"s": 0, "c": 1, "a": 2}  # by the letter of a slice of a volume: right, front, head


def file_of(path: Path) -> tuple[Path, str]:
    """Return the file that a slice lies in, and its name in there: "" where the file is the slice.

    Examples
    --------
    >>> file_of(Path("nowhere/1.x"))[1]
    ''
    """
    for above in (path, *path.parents):
        if os.path.isfile(above):
            return above, path.relative_to(above).as_posix().strip(".")
    return path, ""


def is_dicom(path: Path | None) -> bool:
    """Tell whether a slice came from a DICOM file."""
    if path is not None:
        with suppress(OSError), open(file_of(path)[0], "rb") as file:
            file.seek(PREAMBLE)
            return file.read(len(MARK)) == MARK
    return False


def geometry_of(path: Path | None) -> NDArray[np.float64] | None:
    """Return where the pixels of a slice lie; None where its file does not say it.

    Returns
    -------
    (4, 4) float64
        From (column, row, 0) to millimetres to the patient's right, front and head.

    Raises
    ------
    SliceError
        If the file cannot be read.
    """
    if path is None:
        return None
    file, member = file_of(path)
    if file.name.lower().endswith(NIFTI):
        return guarded(file, lambda: _of_volume(file, member))
    return guarded(file, lambda: _of_dicom(file, member)) if is_dicom(file) else None


def identity_of(path: Path | None) -> frozenset[str]:
    """Return the names and ids of a patient that a DICOM file holds; nothing of other files."""
    if path is None or not is_dicom(path):
        return frozenset()
    from pydicom import dcmread

    with suppress(Exception):  # pydicom raises a dozen kinds: what it cannot read, nobody can
        found = dcmread(file_of(path)[0], stop_before_pixels=True, specific_tags=[*IDENTITY])
        said = " ".join(str(found.get(name) or "") for name in IDENTITY)
        whole = {str(found.get(name) or "").strip() for name in IDENTITY}
        words = {*re.split(r"[\^=\s]+", said), *whole}
        return frozenset(word for word in words if len(word) >= SHORTEST)
    return frozenset()


def dicom_of(path: Path, *, pixels: bool) -> Any:
    """Return a DICOM file as pydicom has it; SliceError where it is none that is read."""
    from pydicom import dcmread

    return guarded(path, lambda: dcmread(path, stop_before_pixels=not pixels))


def _of_dicom(file: Path, member: str) -> NDArray[np.float64] | None:
    found = dicom_of(file, pixels=False)
    six, place = found.get("ImageOrientationPatient"), found.get("ImagePositionPatient")
    sides = found.get("PixelSpacing")
    if member or not (six and place and sides):
        return None
    across, down = np.array(six[:3], float), np.array(six[3:], float)
    height, width = map(float, sides)
    apart = float(found.get("SpacingBetweenSlices") or found.get("SliceThickness") or 1)
    affine = np.eye(4)
    steps = np.column_stack([across * width, down * height, np.cross(across, down) * apart])
    affine[:3, :3], affine[:3, 3] = TO_RAS @ steps, TO_RAS @ np.array(place, float)
    return affine


def _of_volume(file: Path, member: str) -> NDArray[np.float64] | None:
    """Return the place of a slice that is seen as radiologists do: the patient's right on the left.

    Slices are called by the axis that they lie across, `z` for the one of the file, and a number
    from 1.
    """
    import nibabel

    volume: Any = nibabel.load(file)
    letter, number = member[:1], int(member[1:])
    matrix, shape = np.array(volume.affine, float), volume.shape[:3]
    order = nibabel.io_orientation(matrix)
    world, rises = order[:, 0].astype(int).tolist(), (order[:, 1] > 0).tolist()
    steps = np.linalg.norm(matrix[:3, :3], axis=0)
    normal = _stored_normal(steps) if letter == "z" else world.index(NORMALS[letter])
    one, other = (axis for axis in range(3) if axis != normal)
    rows, columns = (one, other) if world[one] > world[other] else (other, one)
    first = np.zeros(4)
    first[[normal, 3]] = number - 1, 1
    affine = np.eye(4)
    for place, axis in enumerate((columns, rows, normal)):
        flips = axis != normal and rises[axis]
        first[axis] += shape[axis] - 1 if flips else 0
        affine[:3, place] = matrix[:3, axis] * (-1 if flips else 1)
    affine[:3, 3] = (matrix @ first)[:3]
    return affine


def _stored_normal(steps: np.ndarray) -> int:
    largest = int(np.argmax(steps))
    return largest if steps[largest] > MORE * max(np.delete(steps, largest)) else 2

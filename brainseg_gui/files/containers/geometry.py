"""Where a slice lies in the array of its source, for masks that go back beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from brainseg_gui.files.containers.nifti.cuts import Cut

NEAR = 0.02  # of the distance between two slices, that one of them may be off its place
MOST_SLICES = 4096
IN_ITS_FILE = Cut(normal=2, rows=1, columns=0, flip_rows=False, flip_columns=False)


@dataclass(frozen=True, eq=False)
class Geometry:
    """A volume, and which of its slices is meant.

    Attributes
    ----------
    shape : (int, int, int)
        Of the volume's array, as its file has the axes.
    affine : (4, 4) float64
        From indices of that array to the patient's right, front and head, in the file's unit.
    cut : Cut
        How slices lie in the array: `cut.stored(mask)` is the plane of a mask as it is seen.
    number : int
        Of the slice along `cut.normal`, from 1.
    """

    shape: tuple[int, int, int]
    affine: np.ndarray
    cut: Cut
    number: int

    @property
    def plane_affine(self) -> np.ndarray:
        """Return the (4, 4) affine from (column, row, 0) of the slice, as it is seen."""
        cut = self.cut
        first = np.zeros(4)
        first[[cut.normal, 3]] = self.number - 1, 1
        affine = np.eye(4)
        seen = ((cut.columns, cut.flip_columns), (cut.rows, cut.flip_rows), (cut.normal, False))
        for place, (axis, flips) in enumerate(seen):
            first[axis] += self.shape[axis] - 1 if flips else 0
            affine[:3, place] = self.affine[:3, axis] * (-1 if flips else 1)
        affine[:3, 3] = (self.affine @ first)[:3]
        return affine

    def put(self, array: np.ndarray, mask: np.ndarray) -> None:
        """Put a mask, as it is seen, into an array of the volume's shape."""
        np.moveaxis(array, self.cut.normal, 0)[self.number - 1] = self.cut.stored(mask)


def stacked(singles: Sequence[Geometry]) -> tuple[Geometry, ...] | None:
    """Return slices that lie in files of their own as those of one volume.

    Parameters
    ----------
    singles : sequence of Geometry
        Each of a single slice, in their order along the normal.

    Returns
    -------
    tuple of Geometry or None
        None where they make no volume: of other sizes or directions, two in one place, or not at
        multiples of one distance. A place at which none lies is one of the volume.
    """
    first = singles[0]
    alike = all(
        it.shape == first.shape
        and it.cut == first.cut == IN_ITS_FILE
        and np.allclose(it.affine[:3, :3], first.affine[:3, :3], atol=1e-4)
        for it in singles
    )
    if len(singles) < 2 or not alike or first.shape[2] != 1:
        return None
    origins = np.array([it.affine[:3, 3] for it in singles])
    steps = np.linalg.norm(np.diff(origins, axis=0), axis=1)
    if min(steps) <= 0:
        return None
    numbers = np.concatenate([[0], np.cumsum(np.rint(steps / min(steps)))]).astype(int)
    if numbers[-1] >= MOST_SLICES:
        return None
    along = (origins[-1] - origins[0]) / numbers[-1]
    off = np.abs(origins - (origins[0] + numbers[:, np.newaxis] * along)).max()
    affine = first.affine.copy()
    affine[:3, 2] = along
    if off > NEAR * min(steps) or abs(np.linalg.det(affine)) < 1e-9:
        return None
    width, height, _ = first.shape
    shape = width, height, int(numbers[-1]) + 1
    return tuple(Geometry(shape, affine, IN_ITS_FILE, int(it) + 1) for it in numbers)

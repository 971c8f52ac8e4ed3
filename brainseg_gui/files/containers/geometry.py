"""Where a slice lies in the array of its source, for masks that go back beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brainseg_gui.files.containers.nifti.cuts import Cut

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

    def put(self, array: np.ndarray, mask: np.ndarray) -> None:
        """Put a mask, as it is seen, into an array of the volume's shape."""
        np.moveaxis(array, self.cut.normal, 0)[self.number - 1] = self.cut.stored(mask)

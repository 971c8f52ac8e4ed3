"""Where in a volume of masks the plane of a slice lies, by what both files say of the patient."""

from __future__ import annotations

import numpy as np

from brainseg_gui.files.containers.geometry import Geometry
from brainseg_gui.files.containers.nifti.cuts import Cut
from brainseg_gui.files.masks.found import Block

NEAR = 0.25  # of a voxel: within it two places are one


def plane_at(block: Block, where: Geometry) -> tuple[Cut, int] | None:
    """Return how the mask of a slice is taken out of a block; None where it lies in none of it.

    The plane has to be one of the block's own: nothing is resampled.
    """
    if block.affine is None or not np.isfinite(block.affine).all():
        return None
    if not np.isfinite(where.affine).all() or abs(np.linalg.det(block.affine[:3, :3])) < 1e-12:
        return None
    height, width = where.cut.shape(where.shape)
    corner, down, across = _pixels_of(where)
    inverse = np.linalg.inv(block.affine)
    corner = inverse[:3, :3] @ corner + inverse[:3, 3]
    down, across = inverse[:3, :3] @ down, inverse[:3, :3] @ across
    rows, columns = int(np.abs(down).argmax()), int(np.abs(across).argmax())
    if rows == columns or (block.shape[rows], block.shape[columns]) != (height, width):
        return None
    normal = 3 - rows - columns
    # All corners of the slice have to be corners of the plane, or it is scaled or leans.
    flips = bool(down[rows] < 0), bool(across[columns] < 0)
    number = int(np.rint(corner[normal]))
    first = np.zeros(3)
    first[normal], first[rows], first[columns] = (
        number,
        height - 1 if flips[0] else 0,
        width - 1 if flips[1] else 0,
    )
    steps = np.zeros((2, 3))
    steps[0, rows], steps[1, columns] = (-1 if flip else 1 for flip in flips)
    off = [
        corner + row * down + column * across - (first + row * steps[0] + column * steps[1])
        for row in (0, height - 1)
        for column in (0, width - 1)
    ]
    if np.abs(off).max() > NEAR or not 0 <= number < block.shape[normal]:
        return None
    return Cut(normal, rows, columns, *flips), number + 1


def _pixels_of(where: Geometry) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return where the first pixel of a slice lies, and the steps down and across it."""
    cut, index = where.cut, np.zeros(3)
    index[cut.normal] = where.number - 1
    index[cut.rows] = where.shape[cut.rows] - 1 if cut.flip_rows else 0
    index[cut.columns] = where.shape[cut.columns] - 1 if cut.flip_columns else 0
    matrix, place = where.affine[:3, :3], where.affine[:3, 3]
    down = matrix[:, cut.rows] * (-1 if cut.flip_rows else 1)
    across = matrix[:, cut.columns] * (-1 if cut.flip_columns else 1)
    return matrix @ index + place, down, across

"""How a plane of a volume lies in the array of its file, and on the screen.

On the screen a plane is seen as radiologists see it, and as DICOM stores it: the patient's right on
the left, the front or the head on top. A file may store its axes in any order and direction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from brainseg_gui.files.wishes import Plane

MORE = 1.05  # times as large a step is larger beyond doubt
LETTERS = {Plane.AS_STORED: "z", Plane.AXIAL: "a", Plane.CORONAL: "c", Plane.SAGITTAL: "s"}
NORMALS = {Plane.SAGITTAL: 0, Plane.CORONAL: 1, Plane.AXIAL: 2}  # axes of right, front, head


@dataclass(frozen=True)
class Axes:
    """How the three axes of an array lie in the patient.

    Attributes
    ----------
    world : tuple of int
        For each axis 0 (left and right), 1 (back and front) or 2 (feet and head).
    rises : tuple of bool
        Whether the axis runs to the right, the front or the head.
    """

    world: tuple[int, int, int]
    rises: tuple[bool, bool, bool]


@dataclass(frozen=True)
class Cut:
    """Which plane is taken out of an array, and how it is turned for the screen.

    Attributes
    ----------
    normal : int
        The axis of the array along which slices are numbered.
    rows, columns : int
        The axes of the array that run down and across the screen.
    flip_rows, flip_columns : bool
        Whether they run the other way than in the array.
    """

    normal: int
    rows: int
    columns: int
    flip_rows: bool
    flip_columns: bool

    def shown(self, plane: np.ndarray) -> np.ndarray:
        """Return a plane as it is seen, (H, W); given as the array has it.

        Parameters
        ----------
        plane : (h, w) array
            The other two axes in their order.
        """
        upright = plane if self.rows < self.columns else plane.T
        steps = (-1 if flip else 1 for flip in (self.flip_rows, self.flip_columns))
        rows, columns = (slice(None, None, step) for step in steps)
        return upright[rows, columns]

    def stored(self, picture: np.ndarray) -> np.ndarray:
        """Return a plane as the array has it; given as it is seen. The inverse of `shown`."""
        steps = (-1 if flip else 1 for flip in (self.flip_rows, self.flip_columns))
        rows, columns = (slice(None, None, step) for step in steps)
        turned = picture[rows, columns]
        return turned if self.rows < self.columns else turned.T

    def shape(self, shape: Sequence[int]) -> tuple[int, int]:
        """Return (H, W) of a plane of an array of this shape."""
        return shape[self.rows], shape[self.columns]


def cut_of(plane: Plane, axes: Axes, steps: Sequence[float]) -> Cut:
    """Return how a volume is cut.

    Parameters
    ----------
    plane : Plane
    axes : Axes
    steps : sequence of three float
        Distances between voxels along the axes of the array. As stored is across the largest of
        them; where none is the largest, across the last axis.
    """
    normal = stored_normal(steps) if plane is Plane.AS_STORED else axes.world.index(NORMALS[plane])
    one, other = (axis for axis in range(3) if axis != normal)
    # Head and feet run down the screen, else front and back do.
    rows, columns = (one, other) if axes.world[one] > axes.world[other] else (other, one)
    return Cut(normal, rows, columns, axes.rises[rows], axes.rises[columns])


def stored_normal(steps: Sequence[float]) -> int:
    """Return the axis across which a volume was taken.

    Examples
    --------
    >>> stored_normal((0.9, 6.0, 0.9)), stored_normal((1, 1, 1))
    (1, 2)
    """
    largest = max(range(3), key=lambda axis: steps[axis])
    others = [step for axis, step in enumerate(steps) if axis != largest]
    return largest if steps[largest] > MORE * max(others) else 2


def member_name(plane: Plane, number: int) -> str:
    """Return what a slice of a volume is called, by its number from 1.

    Examples
    --------
    >>> member_name(Plane.AS_STORED, 42)
    'z0042'
    """
    return f"{LETTERS[plane]}{number:04}"


def plane_and_number(member: str) -> tuple[Plane, int]:
    """Return which slice a name is of; ValueError with a sentence where it is of none."""
    for plane, letter in LETTERS.items():
        if member.startswith(letter) and member[1:].isdecimal() and len(member) <= 9:
            number = int(member[1:])
            if member_name(plane, number) == member:
                return plane, number
    raise ValueError("there is no such slice in it: its slices are called z0001, z0002, …")

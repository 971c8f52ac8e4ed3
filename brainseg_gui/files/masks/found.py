"""What a file of masks holds, before one of them is read."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from brainseg_gui.files.containers.nifti.cuts import Cut

FLAT = Cut(normal=2, rows=0, columns=1, flip_rows=False, flip_columns=False)
MEMBER = re.compile("([0-9]{1,7})_([012])([012])([012])([rk])([rk])_([0-9]{1,7})")


@dataclass(frozen=True, eq=False)
class Block:
    """Masks that lie in one array.

    Attributes
    ----------
    shape : (int, int, int)
        Of the array; of a single mask (height, width, 1).
    cut : Cut
        How its slices lie in it where nothing else says it.
    name : str
        What the slice is called that it is for, "" where that goes by the name of the file.
    affine : (4, 4) float64 or None
        From indices of the array to the patient's right, front and head, where that is known.
    problem : str
        Why it cannot be a correction.
    classes : tuple of str
        What is told apart in it; nothing where it is a plain mask.
    source : str
        The `SourceHeader.mark` of the picture that it was drawn on, where that is known.
    """

    shape: tuple[int, int, int]
    cut: Cut = FLAT
    name: str = ""
    affine: np.ndarray | None = None
    problem: str = ""
    classes: tuple[str, ...] = ()
    source: str = ""

    @property
    def count(self) -> int:
        """Return how many slices it has."""
        return self.shape[self.cut.normal]

    @property
    def plane(self) -> tuple[int, int]:
        """Return (H, W) of a mask."""
        return self.cut.shape(self.shape)


@dataclass(frozen=True)
class MaskFile:
    """What is in a file.

    Attributes
    ----------
    blocks : tuple of Block
        None where the file is something else than masks.
    made : str
        Where it was made, as the file says it, "" where it does not.
    predicted : bool
        It says that a network drew it.
    sum : str
        Its SHA-256.
    """

    blocks: tuple[Block, ...] = ()
    made: str = ""
    predicted: bool = False
    sum: str = ""


@dataclass(frozen=True)
class Member:
    """One mask of a file.

    Attributes
    ----------
    block : int
        Its place among the blocks.
    cut : Cut
        How it is taken out.
    number : int
        Of the slice along `cut.normal`, from 1.
    """

    block: int = 0
    cut: Cut = FLAT
    number: int = 1

    @property
    def name(self) -> str:
        """Return what stands behind the path of the file."""
        it = self.cut
        flips = "".join("r" if flip else "k" for flip in (it.flip_rows, it.flip_columns))
        return f"{self.block}_{it.normal}{it.rows}{it.columns}{flips}_{self.number}"

    @classmethod
    def of(cls, name: str) -> Member:
        """Return the mask of a name; ValueError if it is none."""
        found = MEMBER.fullmatch(name)
        if found is None or set(found.group(2, 3, 4)) != set("012"):
            raise ValueError("there is no such mask in it")
        block, normal, rows, columns, down, across, number = found.groups()
        cut = Cut(int(normal), int(rows), int(columns), down == "r", across == "r")
        return cls(int(block), cut, int(number))

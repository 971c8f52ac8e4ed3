"""What every reader says of a file before its pixels are read, and how large a slice may be."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from brainseg_gui.core.place import Place
from brainseg_gui.core.slices import Slice, Tumour

MAX_SIDE = 8192  # a larger one would take gigabytes on its way to the screen


@dataclass(frozen=True)
class SliceInfo:
    """What a worklist and a training show of a slice before its pixels are read.

    Attributes
    ----------
    shape : (int, int)
        Height and width in pixels.
    patient : str
        Patient id, empty where the file has none.
    tumour : Tumour or None
    has_reference : bool
    author_fold : int or None
        Fold, from 1, in which the authors of the data set put the slice, where its file says so.
    further : tuple of Path
        Other files that hold a part of the slice, such as its mask.
    place : Place or None
        As of a `Slice`.
    """

    shape: tuple[int, int]
    patient: str = ""
    tumour: Tumour | None = None
    has_reference: bool = False
    author_fold: int | None = None
    further: tuple[Path, ...] = ()
    place: Place | None = None

    @classmethod
    def of(cls, slice_: Slice) -> SliceInfo:
        """Return what there is to say of a slice that had to be read for it."""
        return cls(
            slice_.shape,
            slice_.patient,
            slice_.tumour,
            slice_.reference is not None,
            place=slice_.place,
        )


@dataclass(frozen=True)
class Variable:
    """A variable of a MATLAB file without the data set's own struct.

    Attributes
    ----------
    name : str
    shape : tuple of int
        As MATLAB shows it.
    type : str
        What MATLAB calls its class.
    """

    name: str
    shape: tuple[int, ...]
    type: str

    @property
    def is_picture(self) -> bool:
        """Tell whether it may be an image, or a mask: numbers in rows and columns."""
        right = len(self.shape) == 2 and min(self.shape) > 1 and max(self.shape) <= MAX_SIDE
        return right and self.type not in {"char", "cell"}

    @property
    def text(self) -> str:
        """Return its name, size and class."""
        return f"{self.name}  ({' x '.join(map(str, self.shape))} {self.type})"

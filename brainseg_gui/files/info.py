"""What every reader says of a file before its pixels are read, and how large a slice may be."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from brainseg_gui.core.slices import Tumour

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
    """

    shape: tuple[int, int]
    patient: str = ""
    tumour: Tumour | None = None
    has_reference: bool = False
    author_fold: int | None = None
    further: tuple[Path, ...] = ()

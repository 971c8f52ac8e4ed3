"""The value that the whole program passes around: one slice."""

from __future__ import annotations

import enum
import hashlib
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.image.orientation import Turn, turned, turned_back, turned_digest
from brainseg_gui.core.measures.compare import Against
from brainseg_gui.core.place import Place
from brainseg_gui.core.types import Mask, Pixels


class Tumour(enum.Enum):
    """Tumour type; the value is the data set's own `label`."""

    MENINGIOMA = 1
    GLIOMA = 2
    PITUITARY = 3

    @property
    def text(self) -> str:
        """Return the name in lower case, as files and tables spell it."""
        return self.name.lower()


@dataclass(frozen=True, eq=False)
class Slice:
    """One MR image with what came with it; checked on construction, read-only after.

    Attributes
    ----------
    pixels : (H, W) float32
        Signal in arbitrary units, upright as MATLAB shows it; finite.
    reference : (H, W) bool or None
        True inside the tumour, as the file's author outlined it.
    border : (N, 2) float64 or None
        The manual outline as (row, column), counted from 0.
    patient : str
        Patient id, empty where the file has none.
    tumour : Tumour or None
    spacing_mm : float or None
        Side of a square pixel; None where neither file nor user says it.
    notes : tuple of str
        What a reader of the slice should know about the file, one sentence each.
    fits_if : Turn
        What must be done to image and reference of the file for the border to fit; NONE where it
        fits, or nothing is known.
    turn : Turn
        What was done to image and reference since the file was read, because the reader wanted it;
        never to the border.
    place : Place or None
        Where in a stack it lies; None where it is one of none, or nobody says.
    classes : tuple of (int, int)
        The values other than 0 that the mask in the file holds, each with how many pixels have it;
        none where there is no mask, or no map of classes. Where they are several, and nobody said
        which of them are tumour, there is no reference.

    Raises
    ------
    ValueError
        If pixels are not (H, W), not finite, or the reference has another size.
    """

    pixels: Pixels
    reference: Mask | None = None
    border: NDArray[np.float64] | None = None
    patient: str = ""
    tumour: Tumour | None = None
    spacing_mm: float | None = None
    notes: tuple[str, ...] = field(default=())
    fits_if: Turn = Turn.NONE
    turn: Turn = Turn.NONE
    place: Place | None = None
    classes: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        if self.pixels.ndim != 2 or 0 in self.pixels.shape:
            raise ValueError(f"the image must be two-dimensional, found shape {self.pixels.shape}")
        if not np.isfinite(self.pixels).all():
            raise ValueError("the image holds NaN or infinite values")
        if self.reference is not None and self.reference.shape != self.pixels.shape:
            raise ValueError(
                f"the mask is {size_text(self.reference.shape)}, "
                f"the image {size_text(self.pixels.shape)}"
            )
        for array in (self.pixels, self.reference, self.border):
            if array is not None:
                array.setflags(write=False)

    @property
    def shape(self) -> tuple[int, int]:
        """Return (H, W)."""
        return self.pixels.shape  # type: ignore[return-value]

    @cached_property
    def against_reference(self) -> Against | None:
        """Return what scores masks against the reference, where there is one."""
        return None if self.reference is None else Against(self.reference)

    @cached_property
    def digest(self) -> str:
        """Return what the slice is known by: its content and how it is turned, not its path."""
        return turned_digest(self.stored_digest, self.turn)

    @cached_property
    def stored_digest(self) -> str:
        """Return the SHA-256 of size and pixels as the file has them, however it is turned."""
        pixels = turned_back(self.pixels, self.turn)
        digest = hashlib.sha256(repr(pixels.shape).encode())
        digest.update(np.ascontiguousarray(pixels, "<f4").tobytes())
        return digest.hexdigest()

    def turned(self, turn: Turn, reader: str = "") -> Slice:
        """Return the slice with image and reference turned; the border stays where it is.

        Parameters
        ----------
        turn : Turn
        reader : str
            Who wanted it; the notes say so, in place of what they said of the border.

        Raises
        ------
        ValueError
            If it is turned already.
        """
        if self.turn is not Turn.NONE:
            raise ValueError("the slice is turned already")
        said = f"{reader or 'The reader'} had image and mask {turn.value}; exported masks are"
        return replace(
            self,
            pixels=turned(self.pixels, turn),
            reference=None if self.reference is None else turned(self.reference, turn),
            notes=(
                *(note for note in self.notes if note != lying_note(self.fits_if)),
                f"{said} turned back to fit the file.",
            ),
            turn=turn,
        )


def lying_note(fits_if: Turn) -> str:
    """Return the note on a slice whose image and mask lie otherwise than its border."""
    return (
        f"The border of this file fits only if image and mask are {fits_if.value}; they are shown "
        "as they are stored."
    )


def size_text(shape: tuple[int, ...]) -> str:
    """Return (H, W) the way readers say it: width x height."""
    return " x ".join(str(side) for side in reversed(shape))


def patient_group(patient: str) -> str:
    """Return the id without its letter suffix: `MR049453B` is another scan of `MR049453`.

    Examples
    --------
    >>> patient_group("MR049453B"), patient_group("100360")
    ('MR049453', '100360')
    """
    return patient.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") or patient

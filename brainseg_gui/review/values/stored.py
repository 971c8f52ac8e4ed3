"""What a review holds and how it fails; without SQLAlchemy, for which a window need not wait."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from brainseg_gui.core.image.orientation import Turn, turned_back
from brainseg_gui.core.layer import Layer
from brainseg_gui.core.masks.packing import unpack_mask
from brainseg_gui.core.types import Mask
from brainseg_gui.review.values.verdict import Verdict, Version


class StoreError(Exception):
    """The review file cannot be used; the message is one sentence for the reader."""


class DamagedError(StoreError):
    """The review file is damaged; something of it may still be read into a new one."""


class UnfitError(StoreError):
    """One record that the file takes no more than before, whatever becomes of the others."""


class StoreConflictError(UnfitError):
    """The file holds other edits of a slice than those that this program made its own on."""


@dataclass(frozen=True, eq=False)
class StoredCorrection:
    """A correction as it lies in the review.

    Attributes
    ----------
    digest : str
        `Slice.digest`: the slice is known by content, so a moved folder keeps its corrections.
    name : str
        Path of the slice when it was corrected, relative to its data set where possible.
    patient : str
    mask : (H, W) bool
        As it was drawn.
    start : Layer
        That the correction started from.
    reader : str
    turn : Turn
        How its slice was turned when it was made.
    """

    digest: str
    name: str
    patient: str
    mask: Mask
    start: Layer
    reader: str
    turn: Turn = Turn.NONE

    @property
    def file_mask(self) -> Mask:
        """Return the mask turned back: it fits the pixels as the file has them."""
        return turned_back(self.mask, self.turn)


def _unpacked(packed: bytes, shape: tuple[int, int], review: str, name: str) -> Mask:
    try:
        return unpack_mask(packed, shape)
    except (ValueError, zlib.error) as error:
        sentence = f"{review}: the mask of {name} is damaged ({error})."
        raise StoreError(sentence) from error


@dataclass(frozen=True)
class DecidedMask:
    """A version with its mask, unpacked when it is asked for, and what is known of its slice.

    Attributes
    ----------
    version : Version
    packed : bytes
    shape : (int, int)
    name, patient, tumour : str
        As the slice was last known.
    stands : bool
        It is its reader's last word on the slice, which was not edited since.
    review : str
        Name of the file that it was read from.
    origin : str
        Which file the mask was loaded from, and as what; empty for one that was made here.
    """

    version: Version
    packed: bytes
    shape: tuple[int, int]
    name: str
    patient: str
    tumour: str
    stands: bool
    review: str
    origin: str = ""

    @property
    def mask(self) -> Mask:
        """Return the (H, W) bool mask; StoreError if it is damaged."""
        return _unpacked(self.packed, self.shape, self.review, self.name)


@dataclass(frozen=True)
class PackedCorrection:
    """A correction whose mask is unpacked when it is asked for: thousands are a few megabytes.

    Attributes
    ----------
    packed : bytes
    shape : (int, int)
        (H, W) of the mask.
    review : str
        Name of the file that it was read from.
    verdict : Verdict
        That stands on it; IN_PROGRESS where none does.
    digest, name, patient, start, reader, turn
        As of a `StoredCorrection`.
    origin : str
        As of a `DecidedMask`.
    """

    digest: str
    name: str
    patient: str
    packed: bytes
    shape: tuple[int, int]
    start: Layer
    reader: str
    review: str
    verdict: Verdict = Verdict.IN_PROGRESS
    turn: Turn = Turn.NONE
    origin: str = ""

    @property
    def mask(self) -> Mask:
        """Return the (H, W) bool mask, unpacked anew.

        Raises
        ------
        StoreError
            If it is damaged.
        """
        return _unpacked(self.packed, self.shape, self.review, self.name)

    @property
    def file_mask(self) -> Mask:
        """Return the mask turned back: it fits the pixels as the file has them.

        Raises
        ------
        StoreError
            If it is damaged.
        """
        return turned_back(self.mask, self.turn)

    def unpacked(self) -> StoredCorrection:
        """Return it with its mask.

        Raises
        ------
        StoreError
            If the mask is damaged.
        """
        return StoredCorrection(
            self.digest, self.name, self.patient, self.mask, self.start, self.reader, self.turn
        )

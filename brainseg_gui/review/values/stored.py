"""What a review holds and how it fails; without SQLAlchemy, for which a window need not wait."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.masks.packing import unpack_mask
from brainseg_gui.core.types import Mask


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
    start : Layer
        That the correction started from.
    reader : str
    """

    digest: str
    name: str
    patient: str
    mask: Mask
    start: Layer
    reader: str


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
    digest, name, patient, start, reader
        As of a `StoredCorrection`.
    """

    digest: str
    name: str
    patient: str
    packed: bytes
    shape: tuple[int, int]
    start: Layer
    reader: str
    review: str

    @property
    def mask(self) -> Mask:
        """Return the (H, W) bool mask, unpacked anew.

        Raises
        ------
        StoreError
            If it is damaged.
        """
        try:
            return unpack_mask(self.packed, self.shape)
        except (ValueError, zlib.error) as error:
            sentence = f"{self.review}: the mask of {self.name} is damaged ({error})."
            raise StoreError(sentence) from error

    def unpacked(self) -> StoredCorrection:
        """Return it with its mask.

        Raises
        ------
        StoreError
            If the mask is damaged.
        """
        return StoredCorrection(
            self.digest, self.name, self.patient, self.mask, self.start, self.reader
        )

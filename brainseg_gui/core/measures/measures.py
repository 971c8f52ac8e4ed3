"""Everything that is measured of a mask, alone and against a reference."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brainseg_gui.core.geometry import box_of
from brainseg_gui.core.measures.compare import dice, distances, hd95, iou, precision, sensitivity
from brainseg_gui.core.measures.diameters import Diameters, diameters
from brainseg_gui.core.measures.lesions import LesionCounts, counts, lesions
from brainseg_gui.core.types import Mask


@dataclass(frozen=True)
class Agreement:
    """How far a mask agrees with a reference; what cannot be said is None.

    Attributes
    ----------
    dice, iou, sensitivity, precision : float or None
    hd95_px : float or None
        95th percentile of the distances between the boundaries.
    shift_px : float or None
        Mean signed distance, positive where the mask is the larger one; see `BoundaryDistances`.
    """

    dice: float | None
    iou: float | None
    sensitivity: float | None
    precision: float | None
    hd95_px: float | None
    shift_px: float | None


@dataclass(frozen=True)
class Measures:
    """What was measured of a mask, in pixels, and in millimetres where their size is known.

    Attributes
    ----------
    area_px : int
    pieces : int
        Where pixels that touch at a corner are one piece.
    diameters : Diameters or None
        Of the largest piece; None of an empty mask.
    agreement : Agreement or None
        With the reference; None where there is none.
    lesions : LesionCounts or None
        Pieces that are lesions of the reference, or none of them; None where there is none.
    spacing_mm : float or None
        Side of a pixel; None where it is not known, and then so are all millimetres.
    """

    area_px: int
    pieces: int
    diameters: Diameters | None
    agreement: Agreement | None
    lesions: LesionCounts | None
    spacing_mm: float | None = None

    @property
    def area_mm2(self) -> float | None:
        """Return the area in square millimetres."""
        return None if self.spacing_mm is None else self.area_px * self.spacing_mm**2

    def mm(self, pixels: float | None) -> float | None:
        """Return a length in millimetres; None where it or the pixel size is not known."""
        return None if pixels is None or self.spacing_mm is None else pixels * self.spacing_mm


def measure(mask: Mask, reference: Mask | None = None, spacing_mm: float | None = None) -> Measures:
    """Return what can be measured of an (H, W) bool mask, against a reference where there is one.

    Takes some milliseconds at 512 x 512: not for where somebody waits.
    """
    return Measures(
        int(np.count_nonzero(mask)),
        piece_count(mask),
        diameters(mask),
        None if reference is None else agreement(mask, reference),
        None if reference is None else counts(lesions(mask, reference)),
        spacing_mm,
    )


def agreement(mask: Mask, reference: Mask) -> Agreement:
    """Return how far two (H, W) bool masks agree."""
    between = distances(mask, reference)
    return Agreement(
        dice(mask, reference),
        iou(mask, reference),
        sensitivity(mask, reference),
        precision(mask, reference),
        hd95(mask, reference) if between is None else between.hd95,
        None if between is None else between.shift,
    )


def piece_count(mask: Mask) -> int:
    """Return how many pieces an (H, W) bool mask has; pixels that touch at a corner are one."""
    from scipy import ndimage  # here, for the window to open without it

    box = box_of(mask)
    return 0 if box is None else int(ndimage.label(mask[box.slices], np.ones((3, 3)))[1])

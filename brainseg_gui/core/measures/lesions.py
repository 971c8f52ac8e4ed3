"""Agreement by lesion: which pieces of a mask are pieces of the reference."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brainseg_gui.core.geometry import Box, box_of
from brainseg_gui.core.types import Mask

LEAST_IOU = 0.1  # above which two pieces are the same lesion
BANDS_PX = (0, 100, 400, 1600)  # from where each range of sizes begins, in pixels of area


@dataclass(frozen=True)
class Lesion:
    """A piece of one mask, or a piece of each that are the same lesion.

    Attributes
    ----------
    area_px : int or None
        Of the piece of the mask; None where it was missed.
    reference_px : int or None
        Of the piece of the reference; None where there is none.
    iou : float
        Of the two; 0 where there is only one.
    """

    area_px: int | None
    reference_px: int | None
    iou: float = 0.0

    @property
    def size_px(self) -> int:
        """Return its area by the reference, or by the mask where there is nothing else."""
        size = self.area_px if self.reference_px is None else self.reference_px
        assert size is not None, "a lesion is in one of the masks at least"
        return size


@dataclass(frozen=True)
class LesionCounts:
    """How many lesions were found, missed and invented; of many slices added up by `+`.

    Attributes
    ----------
    found : int
        Lesions of the reference with a piece of the mask.
    missed : int
        Lesions of the reference without.
    false : int
        Pieces of the mask that are none.
    """

    found: int = 0
    missed: int = 0
    false: int = 0

    def __add__(self, other: LesionCounts) -> LesionCounts:
        return LesionCounts(
            self.found + other.found, self.missed + other.missed, self.false + other.false
        )

    @property
    def recall(self) -> float | None:
        """Return which share of the lesions was found; None if there is none."""
        return _share(self.found, self.found + self.missed)

    @property
    def precision(self) -> float | None:
        """Return which share of the mask's pieces are lesions; None if it has no piece."""
        return _share(self.found, self.found + self.false)

    @property
    def f1(self) -> float | None:
        """Return the harmonic mean of both: 2 found / (2 found + missed + false).

        None if there is nothing in either mask.
        """
        return _share(2 * self.found, 2 * self.found + self.missed + self.false)


def lesions(mask: Mask, reference: Mask, least_iou: float = LEAST_IOU) -> tuple[Lesion, ...]:
    """Return the lesions of two (H, W) bool masks, each piece in exactly one of them.

    Pieces are 8-connected. The pair with the largest IoU is matched first, then the next of those
    that are left, as long as their IoU is above `least_iou`: a piece is matched once at most, so
    that one blot over two lesions finds one of them. A tenth is asked for and not any overlap,
    by which a blot over half the brain would find everything in it.

    Returns
    -------
    tuple of Lesion
        Matched ones, the best first; then those of the reference that were missed, then those of
        the mask alone, each as they lie from top to bottom.

    References
    ----------
    Maier-Hein et al., "Metrics reloaded", Nature Methods 21, 2024: greedy matching by IoU, with a
    low threshold for small structures.
    """
    shared, areas, there = _overlaps(mask, reference)
    union = areas[:, None] + there[None, :] - shared
    iou = shared / np.maximum(union, 1)
    matched: list[Lesion] = []
    own, others = set(range(len(areas))), set(range(len(there)))
    for place in np.argsort(-iou, axis=None, kind="stable"):
        i, j = (int(each) for each in np.unravel_index(place, iou.shape))
        if iou[i, j] <= least_iou:
            break
        if i in own and j in others:
            own.remove(i)
            others.remove(j)
            matched.append(Lesion(int(areas[i]), int(there[j]), float(iou[i, j])))
    missed = (Lesion(None, int(there[j])) for j in sorted(others))
    false = (Lesion(int(areas[i]), None) for i in sorted(own))
    return (*matched, *missed, *false)


def counts(found: Iterable[Lesion]) -> LesionCounts:
    """Return how many of some lesions were found, missed and invented."""
    total = LesionCounts()
    for lesion in found:
        total += LesionCounts(
            int(None not in (lesion.area_px, lesion.reference_px)),
            int(lesion.area_px is None),
            int(lesion.reference_px is None),
        )
    return total


def lesions_text(found: Iterable[Lesion]) -> str:
    """Return the areas of lesions as a word each: of the mask, then of the reference.

    A spreadsheet takes it for no date, as it would `12/5`.

    Examples
    --------
    >>> lesions_text([Lesion(398, 412, 0.8), Lesion(None, 55), Lesion(12, None)])
    '398|412 0|55 12|0'
    """
    return " ".join(f"{it.area_px or 0}|{it.reference_px or 0}" for it in found)


def lesions_in(text: str) -> tuple[Lesion, ...]:
    """Return the lesions that `lesions_text` wrote, without their IoU.

    Raises
    ------
    ValueError
        If it is no such text.
    """
    found = []
    for word in text.split():
        own, there = map(int, word.split("|"))
        if min(own, there) < 0 or own == there == 0:
            raise ValueError(f"a lesion of no area: {word}")
        found.append(Lesion(own or None, there or None))
    return tuple(found)


def _overlaps(
    mask: Mask, reference: Mask
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Return (N, M) pixels that each piece shares with each, and their (N,) and (M,) areas."""
    from skimage.measure import label  # not at the start: it brings SciPy

    box = box_of(mask | reference) or Box(0, 0, 0, 0)
    own, own_count = label(mask[box.slices], connectivity=2, return_num=True)
    there, there_count = label(reference[box.slices], connectivity=2, return_num=True)
    pairs = np.bincount(
        (own.ravel() * (there_count + 1) + there.ravel()),
        minlength=(own_count + 1) * (there_count + 1),
    ).reshape(own_count + 1, there_count + 1)
    return pairs[1:, 1:], pairs[1:].sum(axis=1), pairs[:, 1:].sum(axis=0)


def _share(part: int, whole: int) -> float | None:
    return None if whole == 0 else part / whole

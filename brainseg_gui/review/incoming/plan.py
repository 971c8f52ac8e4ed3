"""Which masks made elsewhere are for which slices, before one of them is taken."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from brainseg_gui.core.masks.packing import unpack_mask
from brainseg_gui.core.types import Mask
from brainseg_gui.review.incoming.classes import NO_CLASSES, FoundClasses
from brainseg_gui.review.values.edit_kind import LOADED
from brainseg_gui.review.worklist.entry import Entry

SHOWN = 3  # reasons in a sentence
LONGEST = 200  # of a name in a step's text


@dataclass(frozen=True)
class Fit:
    """A mask and the slice that it is for.

    Attributes
    ----------
    entry : Entry
        Of the slice.
    origin : str
        Which file it came from, as what, and where that was made.
    predicted : bool
        The file says that a network drew it.
    shape : (int, int)
        Of mask and slice, as their files have them.
    packed : bytes
    """

    entry: Entry
    origin: str
    predicted: bool
    shape: tuple[int, int]
    packed: bytes

    @property
    def mask(self) -> Mask:
        """Return the (H, W) mask, as the file of the slice lies."""
        return unpack_mask(self.packed, self.shape)


@dataclass(frozen=True)
class Misfit:
    """A mask, or a file of masks, that is for no slice here.

    Attributes
    ----------
    name : str
    reason : str
        As the end of a sentence.
    """

    name: str
    reason: str

    @property
    def text(self) -> str:
        """Return both as one."""
        return f"{self.name}: {self.reason}"


@dataclass(frozen=True)
class Plan:
    """What would be loaded.

    Attributes
    ----------
    fits : tuple of Fit
    misfits : tuple of Misfit
    notes : tuple of str
        What must be known of how they were matched, one sentence each.
    classes : FoundClasses
        What is told apart in them.
    """

    fits: tuple[Fit, ...] = ()
    misfits: tuple[Misfit, ...] = ()
    notes: tuple[str, ...] = ()
    classes: FoundClasses = NO_CLASSES

    @property
    def sentence(self) -> str:
        """Say how many fit, and why the first of the others do not."""
        count, left = len(self.fits), len(self.misfits)
        if not count + left:
            return "There are no masks in it."
        total = count + left
        said = (
            f"{count} of {total} {'mask fits a slice' if total == 1 else 'masks fit slices'} here"
        )
        if not left:
            return f"{said}."
        more = f"; and {left - SHOWN} more" if left > SHOWN else ""
        reasons = "; ".join(it.text for it in self.misfits[:SHOWN])
        verb = "does" if left == 1 else "do"
        return f"{said}; {left} {verb} not: {reasons}{more}."

    def worked_on(self, corrected: Collection[str]) -> tuple[Fit, ...]:
        """Return those whose slices have a correction or a verdict already."""
        return tuple(it for it in self.fits if has_work(it.entry, corrected))


def has_work(entry: Entry, corrected: Collection[str]) -> bool:
    """Tell whether a reader drew on a slice or decided on it."""
    return entry.corrected or entry.digest in corrected or entry.verdict.is_decision


def origin_of(name: str, kind: str, made: str, sum_: str = "") -> str:
    """Return what a step is called that takes a mask from a file.

    Examples
    --------
    >>> origin_of("a/1_mask.png", "PNG", "Fiji")
    'Load a/1_mask.png (PNG, made by Fiji)'
    """
    maker = f", made by {made}" if made else ""
    its = f", SHA-256 {sum_}" if sum_ else ""
    short = name if len(name) <= LONGEST else f"…{name[1 - LONGEST :]}"
    return f"{LOADED}{short} ({kind}{maker[:LONGEST]}{its})"

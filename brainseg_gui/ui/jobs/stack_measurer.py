"""Measure a stack in three dimensions, slice by slice, while the window answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from PyQt5.QtCore import QObject, pyqtSignal

from brainseg_gui.core.measures.stack import Overlap, foci, millilitres, step_mm
from brainseg_gui.core.slices import Slice
from brainseg_gui.core.types import Mask
from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.formats import read_slice
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.review.worklist.entry import Entry
from brainseg_gui.ui.jobs.job import Job, Work


@dataclass(frozen=True, eq=False)
class Measured:
    """The masks of a stack's slices, in their order.

    Attributes
    ----------
    corrections, references : list of (H, W) bool or None
    spacing_mm : float or None
        Side of a pixel, where it is the same in all slices.
    step_mm : float or None
        Between slices.
    """

    corrections: list[Mask | None]
    references: list[Mask | None]
    spacing_mm: float | None
    step_mm: float | None

    @property
    def text(self) -> str:
        """Return the measures as one sentence."""
        pairs = zip(self.corrections, self.references, strict=True)
        both = [(one, other) for one, other in pairs if one is not None and other is not None]
        corrected = sum(mask is not None for mask in self.corrections)
        parts = [self._of("correction", self.corrections), self._of("reference", self.references)]
        score = sum((Overlap.of(*pair) for pair in both), Overlap()).dice
        if score is not None:
            those = "slice that has" if len(both) == 1 else f"{len(both)} slices that have"
            parts.append(f"Dice in 3-D {score:.3f} over the {those} both")
        said = "; ".join(filter(None, parts))
        count = len(self.corrections)
        return f"Stack of {count} slices, {corrected} of them corrected: {said or 'no masks'}."

    def _of(self, name: str, masks: Sequence[Mask | None]) -> str:
        pixels = sum(int(np.count_nonzero(mask)) for mask in masks if mask is not None)
        if not pixels:
            return ""
        volume = f"{pixels} voxels"
        if self.spacing_mm and self.step_mm:
            volume = f"{millilitres(pixels, self.spacing_mm, self.step_mm):.2f} ml"
        count = foci(masks)
        return f"{name} {volume} in {count} {'focus' if count == 1 else 'foci'}"


@dataclass
class StackSource:
    """Where the masks of a stack come from; its functions are called in the job's thread.

    Attributes
    ----------
    entries : sequence of Entry
        In the order of the stack.
    upright : callable
        Takes a slice as it was read; returns it as the reader wants it.
    correction : callable
        Takes a digest; returns the reader's mask, or None.
    hidden : callable
        Takes a digest; tells whether the reader must not see its reference yet.
    spacing_mm : float or None
        As declared, for slices that do not say it.
    """

    entries: Sequence[Entry]
    upright: Callable[[Slice], Slice]
    correction: Callable[[str], Mask | None]
    hidden: Callable[[str], bool]
    spacing_mm: float | None = None
    spacings: set[float | None] = field(default_factory=set)


class StackMeasurer(Job):
    """Reads every slice of a stack once.

    Signals
    -------
    measured(str)
        One sentence.
    """

    measured = pyqtSignal(str)

    task = "Measuring the stack"
    expected = (SliceError, StoreError, ValueError)

    def __init__(self, source: StackSource, parent: QObject) -> None:
        super().__init__(parent)
        self._source = source

    def work(self) -> Work:
        """Read, and say what was measured."""
        it = self._source
        corrections: list[Mask | None] = []
        references: list[Mask | None] = []
        hidden = False
        for entry in it.entries:
            yield None
            slice_ = it.upright(read_slice(entry.path))
            it.spacings.add(slice_.spacing_mm or it.spacing_mm)
            hidden = hidden or it.hidden(slice_.digest)
            corrections.append(it.correction(slice_.digest))
            references.append(slice_.reference)
        if hidden:  # a Dice would tell what must not be seen
            references = [None] * len(references)
        spacing = it.spacings.pop() if len(it.spacings) == 1 else None
        places = [entry.place.at for entry in it.entries if entry.place and entry.place.in_mm]
        step = step_mm(places) if len(places) == len(it.entries) else None
        yield self.measured, Measured(corrections, references, spacing, step).text

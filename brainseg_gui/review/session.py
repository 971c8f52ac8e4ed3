"""What the reader is doing: the open slice, its correction, and what of it is on disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from brainseg_gui.core.patch import MaskPatch
from brainseg_gui.core.slices import Slice
from brainseg_gui.core.stroke import Box
from brainseg_gui.review.history import Correction, Edit
from brainseg_gui.review.stored import StoredCorrection, StoreError
from brainseg_gui.review.verdict import (
    Difficulty,
    KeptPrediction,
    SliceStatus,
    Step,
    Verdict,
    Version,
)

if TYPE_CHECKING:
    from brainseg_gui.review.store import ReviewStore

START_LAYERS = ("prediction", "reference", "nothing")


@dataclass(frozen=True, eq=False)
class OpenSlice:
    """The slice on the screen.

    Attributes
    ----------
    name : str
        Path relative to the data set.
    slice : Slice
    correction : Correction
    """

    name: str
    slice: Slice
    correction: Correction


@dataclass(frozen=True, eq=False)
class _Stroke:
    """A stroke under way: its slice, mask and start layer before it, the mask it is drawn on."""

    opened: OpenSlice
    before: np.ndarray
    start_before: str | None
    begun: np.ndarray


class ReviewSession:
    """Corrections of the slices of one data set; every change is in the store when a call returns.

    `corrected` holds the digests of all slices that have a correction.

    Where the store fails, the change stays in memory, `unsaved` counts it, and every later
    change and `save_all` try again: an edit is never given up because a disk was full.
    """

    def __init__(self, store: ReviewStore | None, reader: str) -> None:
        self.store = store
        self.reader = reader
        self.current: OpenSlice | None = None
        self.corrected: set[str] = store.digests() if store else set()
        self._touched: dict[str, OpenSlice] = {}
        self._unsaved: set[str] = set()
        self._stroke: _Stroke | None = None

    @property
    def unsaved(self) -> int:
        """Return how many slices have changes that are not on disk."""
        return len(self._unsaved)

    @property
    def stroke_under_way(self) -> bool:
        """Tell whether the mouse button is down on a stroke."""
        return self._stroke is not None

    def open(self, name: str, slice_: Slice) -> OpenSlice:
        """Make a slice the current one, with its correction as it was left.

        Raises
        ------
        StoreError
            If its correction cannot be read; what was open stays open.
        """
        known = self._touched.get(slice_.digest)
        correction = known.correction if known else self._stored_correction(slice_)
        # The pixels are known, name and reference may be another file's.
        self.current = OpenSlice(name, slice_, correction)
        return self.current

    def close_slice(self) -> None:
        """Leave no slice open."""
        self.current = None

    def start(self, layer: str, mask: np.ndarray | None) -> bool:
        """Begin the correction from a layer's mask, as one step that can be undone.

        Raises
        ------
        StoreError
            If it could not be written; the correction is begun all the same.
        """
        correction = self._current().correction
        begun = np.zeros_like(correction.mask) if mask is None else mask
        changed = correction.replace(f"Start from {layer}", begun, layer)
        return changed and self._keep()

    def discard(self) -> bool:
        """Take the whole correction away, as one step that can be undone."""
        correction = self._current().correction
        empty = np.zeros_like(correction.mask)
        return correction.replace("Discard correction", empty, None) and self._keep()

    def begin_stroke(self, layer: str = "nothing", mask: np.ndarray | None = None) -> None:
        """Remember the mask as it is; the caller now draws on `correction.mask`.

        Where there is no correction yet, it begins from `layer`, as a part of this stroke:
        one undo takes back both, and no row says "corrected" for an untouched prediction.
        """
        opened = self._current()
        correction = opened.correction
        before, start_before = correction.mask.copy(), correction.start
        if not correction.exists:
            correction.mask[:] = False if mask is None else mask
            correction.start = layer
        self._stroke = _Stroke(opened, before, start_before, correction.mask.copy())

    def end_stroke(self, text: str, touched: Box | None) -> bool:
        """Turn what was drawn since `begin_stroke` into one step; False if nothing changed.

        Parameters
        ----------
        text : str
            Name of the step.
        touched : Box or None
            Everything that was drawn on lies inside.
        """
        stroke, self._stroke = self._stroke, None
        if stroke is None:
            return False
        correction = stroke.opened.correction  # whichever slice was opened meanwhile
        patch = _patch_within(touched, stroke.begun, correction.mask) if touched else None
        if patch is None:
            correction.mask[:] = stroke.before
            correction.start = stroke.start_before
            return False
        if stroke.start_before != correction.start:
            patch = MaskPatch.between(stroke.before, correction.mask)
        correction.note_stroke(text, patch, stroke.start_before)
        return self._keep(stroke.opened)

    def undo(self) -> Edit | None:
        """Take back the last step on the current slice."""
        edit = self._current().correction.undo()
        if edit is not None:
            self._keep()
        return edit

    def redo(self) -> Edit | None:
        """Repeat the last step taken back on the current slice."""
        edit = self._current().correction.redo()
        if edit is not None:
            self._keep()
        return edit

    def save_all(self) -> None:
        """Write everything that is not on disk yet.

        Raises
        ------
        StoreError
            At the first that cannot be written; nothing is dropped.
        """
        for digest in sorted(self._unsaved):
            self._write(self._touched[digest])
            self._unsaved.discard(digest)

    # --- what the ledger of schema 2 answers; until then there is no history to tell ---

    read_only = False  # somebody else has the review; every edit is refused with `holder`
    holder = ""  # the sentence that says who
    recovered = ""  # one line on what a crash left, "" where nothing was to recover

    def decide(
        self, verdict: Verdict, comment: str = "", difficulty: Difficulty = Difficulty.NONE
    ) -> Version:
        """Give the current slice a verdict, as a new version.

        ACCEPTED with a correction that differs from the prediction becomes CORRECTED.

        Raises
        ------
        StoreError
            If it cannot be written, or there is no mask to decide about.
        """
        raise StoreError("This review keeps no verdicts.")

    def withdraw(self) -> bool:
        """Take the reader's last verdict on the current slice back; history stays."""
        return False

    def versions(self) -> tuple[Version, ...]:
        """Return the versions of the current slice by all readers, oldest first."""
        return ()

    def version_mask(self, version: int) -> np.ndarray:
        """Return the (H, W) bool mask of a version."""
        raise StoreError("This review keeps no versions.")

    def timeline(self) -> tuple[Step, ...]:
        """Return what this reader did to the current slice, oldest first."""
        return ()

    def mask_at(self, step: int) -> np.ndarray:
        """Return the (H, W) bool mask as it was after a step; changes nothing."""
        raise StoreError("This review keeps no time line.")

    def restore(self, step: int) -> bool:
        """Make the mask what it was after a step, as one new step that can be undone."""
        return False

    def change_reader(self, name: str) -> None:
        """Go on as another reader; the current slice is reopened with that reader's correction."""
        self.reader = name

    def statuses(self) -> dict[str, SliceStatus]:
        """Return what this reader made of each slice it touched, by digest."""
        return {}

    def keep_prediction(
        self,
        digest: str,
        mask: np.ndarray,
        model: str,
        model_sum: str,
        threshold: float,
        risk: float,
        dice: float | None,
        area: int,
    ) -> None:
        """Keep what a network said; never replaced for the same slice, weights and threshold."""

    def predictions(self) -> tuple[KeptPrediction, ...]:
        """Return what networks said about the slices of this review."""
        return ()

    def _keep(self, opened: OpenSlice | None = None) -> bool:
        opened = opened or self._current()
        self._touched[opened.slice.digest] = opened
        self._unsaved.add(opened.slice.digest)
        self.save_all()
        return True

    def _write(self, opened: OpenSlice) -> None:
        if self.store is None:
            raise StoreError("There is no review file to write to.")
        correction = opened.correction
        if correction.start is None:
            self.store.remove(opened.slice.digest)
            self.corrected.discard(opened.slice.digest)
            return
        self.store.save(
            StoredCorrection(
                digest=opened.slice.digest,
                name=opened.name,
                patient=opened.slice.patient,
                mask=correction.mask,
                start=correction.start,
                reader=self.reader,
            )
        )
        self.corrected.add(opened.slice.digest)

    def _stored_correction(self, slice_: Slice) -> Correction:
        stored = self.store.load(slice_.digest) if self.store else None
        if stored is None:
            return Correction(np.zeros(slice_.shape, bool))
        return Correction(stored.mask, stored.start)

    def _current(self) -> OpenSlice:
        if self.current is None:
            raise RuntimeError("no slice is open")
        return self.current


def _patch_within(box: Box, before: np.ndarray, after: np.ndarray) -> MaskPatch | None:
    """Return the difference of two masks that agree outside `box`; looks only inside."""
    patch = MaskPatch.between(before[box.slices], after[box.slices])
    if patch is None:
        return None
    rows = slice(patch.rows.start + box.top, patch.rows.stop + box.top)
    columns = slice(patch.columns.start + box.left, patch.columns.stop + box.left)
    return MaskPatch(rows, columns, patch.before, patch.after)

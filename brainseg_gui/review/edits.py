"""Edits of the open slice, each in the ledger when a call returns."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from brainseg_gui.core.geometry import Box
from brainseg_gui.core.masks.packing import pack_mask
from brainseg_gui.core.masks.patch import MaskPatch
from brainseg_gui.core.slices import Slice
from brainseg_gui.review.values.access import Access
from brainseg_gui.review.values.history import Correction, Edit
from brainseg_gui.review.values.record import Record, SliceLabel, now
from brainseg_gui.review.values.stored import StoreConflictError, StoreError
from brainseg_gui.review.values.verdict import ModelUse, Step

if TYPE_CHECKING:
    from brainseg_gui.review.storage.store import ReviewStore

LONGEST_PAUSE = 120.0  # seconds; who looks longer without doing anything has gone for coffee


@dataclass(frozen=True, eq=False)
class OpenSlice:
    """The slice on the screen.

    Attributes
    ----------
    name : str
        Path relative to the data set.
    slice : Slice
    correction : Correction
    reader : str
        Whose correction it is.
    """

    name: str
    slice: Slice
    correction: Correction
    reader: str


@dataclass(frozen=True, eq=False)
class _Stroke:
    """A stroke under way: its slice, mask and start layer before it, the mask it is drawn on."""

    opened: OpenSlice
    before: np.ndarray
    start_before: str | None
    model_before: ModelUse | None
    begun: np.ndarray


class EditSession:
    """Opens slices and edits them.

    `corrected` holds the digests of all slices that have a correction by this reader.

    Where the store fails, the edit stays in memory, `unsaved` counts its slice, and every later
    edit and `save_all` try again in the same order: none is given up because a disk was full.
    Where somebody else has the review (`holder` says who), every edit is refused.

    Attributes
    ----------
    access : Access
        How the review was come by.
    reader : str
    current : OpenSlice or None
    corrected : set of str
    """

    def __init__(
        self,
        store: ReviewStore | None,
        reader: str,
        access: Access = Access(),  # noqa: B008
    ) -> None:
        self._store = store
        self.access = access
        self.reader = reader
        self.current: OpenSlice | None = None
        self.corrected: set[str] = store.digests(reader) if store else set()
        self._touched: dict[tuple[str, str], Correction] = {}
        self._pending: list[Record] = []
        self._stroke: _Stroke | None = None
        self._since = time.monotonic()

    @property
    def holder(self) -> str:
        """Return why the review can only be looked at, mostly who has it, or ""."""
        return self.access.holder

    @property
    def path(self) -> Path | None:
        """Return where the review lies, or None where there is none."""
        return self._store.path if self._store else None

    @property
    def read_only(self) -> bool:
        """Tell whether somebody else has the review, so that it can only be looked at."""
        return bool(self.holder)

    @property
    def unsaved(self) -> int:
        """Return how many slices have changes that are not on disk."""
        return len({record.label.digest for record in self._pending})

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
        return self._open(name, slice_, self.reader)

    def close_slice(self) -> None:
        """Leave no slice open."""
        self.current = None

    def change_reader(self, name: str) -> None:
        """Go on as another reader; the current slice is reopened with that reader's correction.

        Raises
        ------
        StoreError
            If that reader's corrections cannot be read; the reader is then still the old one.
        """
        corrected = self._store.digests(name) if self._store else set()
        if self.current is not None:
            self._open(self.current.name, self.current.slice, name)
        self.reader, self.corrected = name, corrected

    def start(self, layer: str, mask: np.ndarray | None) -> bool:
        """Begin the correction from a layer's mask, as one step that can be undone.

        Raises
        ------
        StoreError
            If it could not be written; the correction is begun all the same.
        """
        opened = self._editable()
        begun = np.zeros(opened.slice.shape, bool) if mask is None else mask
        model = self._model_of(layer, opened.slice.digest)
        return self._replace(opened, f"Start from {layer}", begun, layer, "start", model)

    def discard(self) -> bool:
        """Take the whole correction away, as one step that can be undone."""
        opened = self._editable()
        return self._replace(
            opened, "Discard correction", np.zeros(opened.slice.shape, bool), None, "discard"
        )

    def begin_stroke(self, layer: str = "nothing", mask: np.ndarray | None = None) -> None:
        """Remember the mask as it is; the caller now draws on `correction.mask`.

        Where there is no correction yet, it begins from `layer`, as a part of this stroke:
        one undo takes back both, and no row says "corrected" for an untouched prediction.
        """
        opened = self._editable()
        correction = opened.correction
        before, start, model = correction.mask.copy(), correction.start, correction.model
        if not correction.exists:
            correction.mask[:] = False if mask is None else mask
            correction.start = layer
            correction.model = self._model_of(layer, opened.slice.digest)
        self._stroke = _Stroke(opened, before, start, model, correction.mask.copy())

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
            correction.start, correction.model = stroke.start_before, stroke.model_before
            return False
        changed = int(np.count_nonzero(patch.before != patch.after))
        if stroke.start_before != correction.start:
            patch = MaskPatch.between(stroke.before, correction.mask)
        edit = Edit(
            text,
            stroke.start_before,
            correction.start,
            model_before=stroke.model_before,
            model_after=correction.model,
            changed=changed,
            patch=patch,
        )
        before = correction.history.head
        correction.history.note(edit)
        return self._keep(stroke.opened, edit.kind, edit, before)

    def undo(self) -> Edit | None:
        """Take back the last step on the current slice."""
        return self._move("undo")

    def redo(self) -> Edit | None:
        """Repeat the last step taken back."""
        return self._move("redo")

    def timeline(self) -> tuple[Step, ...]:
        """Return what this reader did to the current slice, oldest first."""
        opened = self._current()
        return self._store.steps(opened.slice.digest, opened.reader) if self._store else ()

    def mask_at(self, step: int) -> np.ndarray:
        """Return the (H, W) bool mask as it was after a step; changes nothing.

        Raises
        ------
        StoreError
            If it cannot be read.
        """
        opened = self._current()
        return self._writable().replay(opened.slice.digest, opened.reader, step)[0]

    def restore(self, step: int) -> bool:
        """Make the mask what it was after a step, as one new step that can be undone."""
        opened = self._editable()
        self.save_all()
        mask, start, model = self._writable().replay(opened.slice.digest, opened.reader, step)
        return self._replace(opened, "Restore", mask, start, "restore", model)

    def save_all(self) -> None:
        """Write everything that is not on disk yet.

        Raises
        ------
        StoreError
            If something cannot be written; nothing is dropped.
        """
        conflicts: dict[tuple[str, str], StoreError] = {}
        for record in tuple(self._pending):
            key = record.label.digest, record.reader
            if key in conflicts:
                continue
            try:
                self._writable().append(record)
            except StoreConflictError as error:
                conflicts[key] = error  # of this slice; the others can be written
                continue
            self._pending.remove(record)
            self._note_corrected(record)
        if conflicts:
            raise next(iter(conflicts.values()))

    def _note_corrected(self, record: Record) -> None:
        if record.reader == self.reader:
            change = self.corrected.discard if record.start is None else self.corrected.add
            change(record.label.digest)

    def _open(self, name: str, slice_: Slice, reader: str) -> OpenSlice:
        correction = self._touched.get((slice_.digest, reader))
        if correction is None and self._store is not None:
            correction = self._store.correction(slice_.digest, reader)
        correction = correction or Correction(np.zeros(slice_.shape, bool))
        # The pixels are known, name and reference may be another file's.
        self.current = OpenSlice(name, slice_, correction, reader)
        self._since = time.monotonic()
        return self.current

    def _replace(
        self,
        opened: OpenSlice,
        text: str,
        mask: np.ndarray,
        start: str | None,
        kind: str,
        model: ModelUse | None = None,
    ) -> bool:
        before = opened.correction.history.head
        edit = opened.correction.replace(text, mask, start, kind, model)
        return edit is not None and self._keep(opened, kind, edit, before)

    def _move(self, kind: str) -> Edit | None:
        opened = self._editable()
        before = opened.correction.history.head
        edit = opened.correction.undo() if kind == "undo" else opened.correction.redo()
        if edit is not None:
            self._keep(opened, kind, edit, before)
        return edit

    def _keep(self, opened: OpenSlice, kind: str, edit: Edit, before: Edit | None) -> bool:
        """Put what was just done into the ledger, after whatever still waits to be."""
        correction = opened.correction
        self._touched[opened.slice.digest, opened.reader] = correction
        self._pending.append(
            Record(
                SliceLabel.of(opened.name, opened.slice),
                opened.reader,
                now(),
                kind,
                edit,
                before,
                correction.history.head,
                pack_mask(correction.mask),
                self._spent(),
            )
        )
        self.save_all()
        return True

    def _spent(self) -> float:
        """Return the seconds since the last time this was asked, or the slice was opened."""
        since, self._since = self._since, time.monotonic()
        return min(self._since - since, LONGEST_PAUSE)

    def _model_of(self, layer: str, digest: str) -> ModelUse | None:
        """Return the network behind a layer of a slice, where there is one."""
        return None

    def _writable(self) -> ReviewStore:
        if self._store is None:
            raise StoreError("There is no review file to write to.")
        return self._store

    def _editable(self) -> OpenSlice:
        if self.read_only:
            raise StoreError(self.holder)
        return self._current()

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

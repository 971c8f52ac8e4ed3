"""A review with one of its slices open: whose it is, and what is on its way to the file."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from brainseg_gui.core.masks.packing import pack_mask
from brainseg_gui.core.slices import Slice
from brainseg_gui.core.types import Mask
from brainseg_gui.review.blinding import Blinding
from brainseg_gui.review.kept_predictions import KeptPredictions
from brainseg_gui.review.open_slice import OpenSlice, dice_of
from brainseg_gui.review.outbox import Outbox
from brainseg_gui.review.values.access import OURS, Access
from brainseg_gui.review.values.edit_kind import EditKind
from brainseg_gui.review.values.history import Correction, Edit
from brainseg_gui.review.values.record import Record, SliceLabel, now
from brainseg_gui.review.values.stored import StoreError

if TYPE_CHECKING:
    from brainseg_gui.review.storage.store import ReviewStore

LONGEST_PAUSE = 120.0  # seconds; who looks longer without doing anything has gone for coffee


class OpenReview:
    """Opens slices for a reader, and brings what is done to them to the file.

    Where the store fails, an edit stays in memory, `unsaved` counts its slice, and every later
    edit and `save_all` try again in the same order: none is given up because a disk was full.

    Attributes
    ----------
    access : Access
        How the review was come by.
    reader : str
    current : OpenSlice or None
    corrected : set of str
        Digests of all slices that have a correction by this reader on the disk.
    news : str
        What the reader is to be told: that another program harmed the file, and where the work
        goes on. Empty where there is nothing; who tells it empties it.
    blinding : Blinding
        What of the references the reader may see.

    Raises
    ------
    StoreError
        If the review cannot be read.
    """

    def __init__(self, store: ReviewStore | None, reader: str, access: Access = OURS) -> None:
        self._store = store
        self.access = access
        self.reader = reader
        self.current: OpenSlice | None = None
        self.corrected: set[str] = store.digests(reader) if store else set()
        self._touched: dict[tuple[str, str], Correction] = {}
        # Most slices were never worked on, and nobody else writes: the file is not asked for them.
        self._worked_on = store.worked_on() if store and not self.read_only else None
        self._predicted = KeptPredictions(store, read_only=self.read_only)
        self._outbox = Outbox(self._note_corrected)
        self.news = ""
        self._moved: set[tuple[str, str]] = set()  # whose steps may have other numbers now
        if store is not None and not self.read_only:
            store.database.on_touched = self._see_to_the_file
        self._since = time.monotonic()
        self.blinding = Blinding(store)

    @property
    def path(self) -> Path | None:
        """Return where the review lies, or None where there is none."""
        return self._store.path if self._store else None

    @property
    def holder(self) -> str:
        """Return why the review can only be looked at, mostly who has it, or ""."""
        return self.access.holder

    @property
    def read_only(self) -> bool:
        """Tell whether the review can only be looked at."""
        return bool(self.holder)

    @property
    def unsaved(self) -> int:
        """Return how many slices have changes that are not on disk."""
        return self._outbox.slices

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

    def correction_of(self, digest: str) -> Mask | None:
        """Return the reader's correction of any slice as it was left, None where there is none.

        Raises
        ------
        StoreError
            If it cannot be read.
        """
        found = self._found(digest, self.reader)
        return None if found is None or not found.exists else found.mask.copy()

    def at_hand(self, digest: str) -> Mask | None:
        """Return the reader's correction of a slice that was open in this session, else None.

        The disk is not asked; `Contents.correction` does that.
        """
        found = self._touched.get((digest, self.reader))
        return None if found is None or not found.exists else found.mask.copy()

    def save_all(self) -> None:
        """Write everything that is not on disk yet.

        Raises
        ------
        StoreError
            If something cannot be written; nothing is dropped.
        """
        if self._outbox.names_a_network:
            self._predicted.write()  # before an edit that starts from one
        self._outbox.send(self._store)
        self._read_moved()

    def _see_to_the_file(self) -> None:
        """Go on in a new file where another program harmed the one that is open."""
        from brainseg_gui.review.storage.rescue.rescue import rescued

        store = self._writable()
        if told := rescued(store, self._outbox.records):
            self.news, self._moved = told, set(self._touched)
            self._read_moved()

    def _read_moved(self) -> None:
        """Take the steps of slices as they are in a new file, but for those still to be written."""
        waiting = {(it.label.digest, it.reader) for it in self._outbox.records}
        for key in self._moved - waiting:
            found = self._writable().correction(*key)
            if found is not None:
                self._touched[key].history = found.history
        self._moved &= waiting

    def _open(self, name: str, slice_: Slice, reader: str) -> OpenSlice:
        correction = self.correction_at(slice_.digest, slice_.shape, reader)
        # The pixels are known, name and reference may be another file's.
        self.current = OpenSlice(name, slice_, correction, reader)
        self.blinding.note_open(slice_, reader)
        self._since = time.monotonic()
        return self.current

    def correction_at(self, digest: str, shape: tuple[int, int], reader: str) -> Correction:
        """Return a reader's correction of a slice, which need not be open; an empty one if none.

        Raises
        ------
        StoreError
            If it cannot be read.
        """
        return self._found(digest, reader) or Correction(np.zeros(shape, bool))

    def _found(self, digest: str, reader: str) -> Correction | None:
        """Return what a reader made of a slice in this session, else what the file holds."""
        correction = self._touched.get((digest, reader))
        if correction is None and self._store and self._may_hold(digest, reader):
            correction = self._store.correction(digest, reader)
        return correction

    def _may_hold(self, digest: str, reader: str) -> bool:
        """Tell whether the file may hold work of a reader on a slice."""
        return self._worked_on is None or (digest, reader) in self._worked_on

    def _note_work(self, digest: str) -> None:
        """The file may hold this reader's work on a slice from now on."""
        if self._worked_on is not None:
            self._worked_on.add((digest, self.reader))

    def _keep(self, opened: OpenSlice, kind: EditKind, edit: Edit, before: Edit | None) -> None:
        """Put what was just done into the ledger, after whatever still waits to be."""
        correction = opened.correction
        self._touched[opened.slice.digest, opened.reader] = correction
        self._note_work(opened.slice.digest)
        self._outbox.put(
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
                dice_of(opened),
            )
        )
        self.save_all()

    def _note_corrected(self, record: Record) -> None:
        if record.reader == self.reader:
            change = self.corrected.discard if record.start is None else self.corrected.add
            change(record.label.digest)

    def _spent(self) -> float:
        """Return the seconds since the last time this was asked, or the slice was opened."""
        since, self._since = self._since, time.monotonic()
        return min(self._since - since, LONGEST_PAUSE)

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

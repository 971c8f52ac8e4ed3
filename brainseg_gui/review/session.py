"""What the reader is doing: the one object that a window or a command talks to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from brainseg_gui.core.image.orientation import Turn
from brainseg_gui.files.wishes import Wishes
from brainseg_gui.review.adjudicating.takes import Takes
from brainseg_gui.review.contents import Contents
from brainseg_gui.review.drafts import Drafts
from brainseg_gui.review.incoming.loading import Loading
from brainseg_gui.review.measured.kept import KeptMeasures
from brainseg_gui.review.open_slice import OpenSlice
from brainseg_gui.review.predictions import Predictions
from brainseg_gui.review.values.access import OURS, Access
from brainseg_gui.review.values.kept_wishes import WISHES, setting_of
from brainseg_gui.review.values.reasons import DEFAULT_REASONS, joined, split
from brainseg_gui.review.values.record import LAST_SLICE, REASONS, SPACING, SliceLabel, now
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.review.values.turns import Turns, Word
from brainseg_gui.review.values.verdict import (
    NO_REMARKS,
    Remarks,
    Verdict,
    Version,
)
from brainseg_gui.review.verdicts import Verdicts

if TYPE_CHECKING:
    from brainseg_gui.review.storage.lock import ReviewLock
    from brainseg_gui.review.storage.store import ReviewStore

__all__ = ["OpenSlice", "ReviewSession"]


class ReviewSession(Takes, Verdicts, Loading, Predictions):
    """Edits, verdicts and predictions of the slices of one data set.

    Attributes
    ----------
    recovered : str
        One line on what a program that ended unexpectedly left; empty where there is nothing.
    recovered_slice : str
        Name of the slice that it edited last.
    last_slice : str
        Name of the slice where the reader was; after a crash, of the one edited last, else of the
        one decided last.
    spacing_mm : float or None
        Side of a pixel as it was declared for the data set; None where it was not.
    turns : Turns
        How the slices are turned; another value when that changes, for other threads to take.
    reasons : tuple of str
        What a grade may be given for in this data set.
    contents : Contents
        All that the review holds, by all readers.
    measured : KeptMeasures
        What was measured of the slices, for reports.

    Raises
    ------
    StoreError
        If the review cannot be read.
    """

    def __init__(
        self,
        store: ReviewStore | None,
        reader: str,
        access: Access = OURS,
        lock: ReviewLock | None = None,
    ) -> None:
        super().__init__(store, reader, access)
        self._lock, self.contents = lock, Contents(store)
        self._drafts = Drafts(store, read_only=self.read_only)
        self.measured = KeptMeasures(store, self._predicted, read_only=self.read_only)
        self.recovered = self.recovered_slice = self.last_slice = ""
        self.spacing_mm: float | None = None
        self.turns: Turns = self.contents.turns()
        self.reasons: tuple[str, ...] = DEFAULT_REASONS
        if store is None:
            return
        self.last_slice = store.setting(LAST_SLICE) or ""
        self.spacing_mm = float(store.setting(SPACING) or 0) or None
        self.reasons = split(store.setting(REASONS) or "") or DEFAULT_REASONS
        if not self.read_only:
            with suppress(StoreError):  # a disk that is full today is told at the first edit
                found = store.begin()
                self.recovered, self.recovered_slice = found.sentence, found.slice_name
                self.last_slice = found.slice_name or self.last_slice

    def close(self) -> None:
        """Remember where the reader was, and let go of the review."""
        if self._store is not None:
            if not self.read_only:
                with suppress(StoreError):  # conveniences, no reason to keep anybody
                    self.measured.write()
                    if self.current is not None:
                        self._store.set_setting(LAST_SLICE, self.current.name)
                    self._store.end()
            self._store.close()
        if self._lock is not None:
            self._lock.release()

    def _see_to_the_file(self) -> None:
        """Hold the new file where there is one: nobody else writes it."""
        before = self.path
        super()._see_to_the_file()
        if self._lock is not None and self.path is not None and self.path != before:
            self._lock.take(self.path, self.reader)

    def only_look(self, damage: str) -> None:
        """Write nothing into the review any more, which is damaged; a sentence says how."""
        if self._store is not None:
            self._store.database.read_only = True
            holder = f"{damage} It can be looked at here, not changed."
            self.access = replace(self.access, holder=holder, damaged=self.path)

    def declare_spacing(self, millimetres: float) -> None:
        """Remember the side of a pixel with the review; 0 is unknown.

        Raises
        ------
        StoreError
            If it cannot be written.
        """
        if self._store is None:
            raise StoreError("There is no review file to keep the pixel size in.")
        self._store.set_setting(SPACING, str(millimetres))
        self.spacing_mm = millimetres or None

    def turn(self, stored: Collection[str], turn: Turn, *, made: bool) -> None:
        """Have slices turned, by their `stored_digest`, or take it back; the review remembers.

        Raises
        ------
        StoreError
            If it cannot be written; then nothing is turned.
        """
        if self.read_only or self._store is None:
            raise StoreError(self.holder or "There is no review file to keep it in.")
        turns = self.turns.with_word(stored, turn, Word(made, self.reader, now()))
        self._store.set_settings(turns.settings(stored, turn))
        self.turns = turns

    def wish_for(self, wishes: Wishes) -> None:
        """Keep with the review what is wanted of its files; StoreError if it cannot be written."""
        self._writable().set_setting(WISHES, setting_of(wishes))

    def declare_reasons(self, reasons: Iterable[str]) -> None:
        """Keep another list of reasons with the review; an empty one brings the first one back.

        What was said with the list before stays said.

        Raises
        ------
        StoreError
            If it cannot be written.
        """
        kept = split(joined(reasons))
        self._writable().set_setting(REASONS, joined(kept))
        self.reasons = kept or DEFAULT_REASONS

    # --- remarks without a verdict ---

    def draft(self) -> Remarks | None:
        """Return what the reader noted about the current slice and did not decide, or None.

        Raises
        ------
        StoreError
            If the review cannot be read.
        RuntimeError
            If no slice is open.
        """
        opened = self._current()
        return self._drafts.of(opened.slice.digest, opened.reader)

    def keep_draft(self, draft: Remarks | None) -> None:
        """Keep what waits for a verdict on the current slice; None: nothing does any more.

        Raises
        ------
        StoreError
            If it cannot be written; it is kept in memory, and tried again with the next and by
            `save_drafts`.
        RuntimeError
            If no slice is open.
        """
        opened = self._current()
        self._drafts.keep(opened.slice.digest, opened.reader, draft)

    def save_drafts(self) -> None:
        """Write every draft that could not be written.

        Raises
        ------
        StoreError
            If one cannot be written; nothing is dropped.
        """
        self._drafts.save()

    def decide_all(self, labels: Sequence[SliceLabel], verdict: Verdict) -> tuple[Version, ...]:
        """Give slices the same verdict; each with what waits for it, else what was said last.

        Raises
        ------
        StoreError, ValueError
            As `decide_on`.
        """
        statuses, said = self.statuses(), []
        for label in labels:
            status = statuses.get(label.digest)
            before = status.remarks if status is not None else NO_REMARKS
            said.append((label, self._drafts.of(label.digest, self.reader) or before))
        versions = self.decide_on(said, verdict)
        for label in labels:
            self._drafts.keep(label.digest, self.reader, None)
        return versions

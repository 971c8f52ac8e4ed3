"""Reviews with something in them, made through the ledger like everything else."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import numpy as np

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.masks.packing import pack_mask
from brainseg_gui.core.slices import Slice
from brainseg_gui.core.types import Mask
from brainseg_gui.review.contents import Contents
from brainseg_gui.review.exports import Export, read_export
from brainseg_gui.review.handover.run import write_export
from brainseg_gui.review.handover.whereabouts import Whereabouts
from brainseg_gui.review.session import OpenSlice, ReviewSession
from brainseg_gui.review.storage.store import ReviewStore
from brainseg_gui.review.values.edit_kind import EditKind
from brainseg_gui.review.values.history import Correction, Edit
from brainseg_gui.review.values.record import Decision, Record, SliceLabel, now
from brainseg_gui.review.values.stored import PackedCorrection, StoredCorrection
from brainseg_gui.review.values.turns import Turns
from brainseg_gui.review.values.verdict import Difficulty, Remarks, Verdict

FullDisk = Callable[[], AbstractContextManager[None]]
"""A context in which no file of this process can grow."""

Share = tuple[Path, Callable[[], object]]
"""A folder, and what makes it read-only."""


class NewSlice(Protocol):
    """Makes a slice; another seed makes another one."""

    def __call__(
        self, seed: int = 0, shape: tuple[int, int] = (12, 17), reference: Mask | None = None
    ) -> Slice: ...


class NewCorrection(Protocol):
    """Makes a stored correction with a small square in it."""

    def __call__(
        self,
        digest: str = "d",
        name: str = "1.mat",
        corner: tuple[int, int] = (2, 3),
        start: Layer = Layer.NOTHING,
        shape: tuple[int, int] = (12, 17),
    ) -> StoredCorrection: ...


def make_empty(path: Path) -> Path:
    """Make an empty file, and the folders it lies in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def on_screen(session: ReviewSession) -> OpenSlice:
    """Return the slice that is open."""
    assert session.current is not None
    return session.current


def store_of(session: ReviewSession) -> ReviewStore:
    """Return the file behind a session, as nobody but a test can look at it."""
    assert session._store is not None
    return session._store


def loaded(store: ReviewStore, digest: str, reader: str | None = None) -> StoredCorrection:
    """Return a correction that is there."""
    found = store.load(digest, reader)
    assert found is not None
    return found


def packed(correction: StoredCorrection, verdict: Verdict = Verdict.CORRECTED) -> PackedCorrection:
    """Return a correction as a review that is exported holds it."""
    it = correction
    about = (it.start, it.reader, "review.sqlite", verdict, it.turn)
    return PackedCorrection(
        it.digest, it.name, it.patient, pack_mask(it.mask), it.mask.shape, *about
    )


def export_of(*corrections: StoredCorrection, slices: Path | None = None) -> Export:
    """Return an export of some corrections, of which nothing else is known."""
    where = Whereabouts.of(slices, Turns())
    return Export(tuple(map(packed, corrections)), (), (), False, (), where)


def exported(contents: Contents, folder: Path, slices: Path | None = None) -> list[Path]:
    """Export what a review hands over; return the masks."""
    return write_export(read_export(contents, slices=slices), folder).files


def save(store: ReviewStore, wanted: StoredCorrection) -> None:
    """Make a correction what is wanted, as one step of its reader."""
    label = SliceLabel(wanted.digest, wanted.name, wanted.patient, "", wanted.mask.shape)
    correction = store.correction(wanted.digest, wanted.reader)
    correction = correction or Correction(np.zeros_like(wanted.mask))
    before = correction.history.head
    edit = correction.replace("Start", wanted.mask, wanted.start)
    if edit is None:  # only its name is another one
        edit = Edit("Start", wanted.start, wanted.start, EditKind.START)
        correction.history.note(edit)
    append(store, label, wanted.reader, correction, edit.kind, edit, before)


def decide(
    store: ReviewStore,
    correction: StoredCorrection,
    verdict: Verdict = Verdict.CORRECTED,
    comment: str = "",
) -> None:
    """Give a verdict to a correction that is in the review."""
    it = correction
    label = SliceLabel(it.digest, it.name, it.patient, "glioma", it.mask.shape)
    said = (verdict, Remarks(comment, Difficulty.HARD), Layer.NOTHING, None, 12)
    store.decisions.add(Decision(label, it.reader, now(), *said, pack_mask(it.mask), 3.0))


def discard(store: ReviewStore, digest: str, reader: str = "Reader") -> None:
    """Take a correction away, as one step of its reader."""
    found, correction = store.load(digest, reader), store.correction(digest, reader)
    assert found is not None
    assert correction is not None
    label = SliceLabel(digest, found.name, found.patient, "", found.mask.shape)
    before = correction.history.head
    edit = correction.replace("Discard", np.zeros_like(found.mask), None, EditKind.DISCARD)
    assert edit is not None
    append(store, label, reader, correction, edit.kind, edit, before)


def append(
    store: ReviewStore,
    label: SliceLabel,
    reader: str,
    correction: Correction,
    kind: EditKind,
    edit: Edit,
    before: Edit | None,
) -> None:
    """Put what was just done to a correction into the ledger."""
    mask, head = pack_mask(correction.mask), correction.history.head
    store.append(Record(label, reader, now(), kind, edit, before, head, mask, 1.0))

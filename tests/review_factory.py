"""Reviews with something in them, made through the ledger like everything else."""

from __future__ import annotations

import numpy as np

from brainseg_gui.core.masks.packing import pack_mask
from brainseg_gui.review.storage.store import ReviewStore
from brainseg_gui.review.values.edit_kind import EditKind
from brainseg_gui.review.values.history import Correction, Edit
from brainseg_gui.review.values.record import Record, SliceLabel, now
from brainseg_gui.review.values.stored import StoredCorrection


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

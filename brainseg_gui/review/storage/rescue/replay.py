"""Bring a review up to what a program wrote into another file, which is gone or harmed.

Errors of the connection become a StoreError where it was opened: see `Database`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import sqlalchemy as sa

from brainseg_gui.core.layer import Layer
from brainseg_gui.core.masks.packing import pack_mask, unpack_mask
from brainseg_gui.core.types import Mask
from brainseg_gui.review.storage import ledger, versions
from brainseg_gui.review.storage.database import set_value
from brainseg_gui.review.storage.measured.rows import add_vote, keep_levels, keep_measured
from brainseg_gui.review.storage.rescue.journal import Decided, Edited, Journal, Withdrawn
from brainseg_gui.review.storage.rescue.proof import counts, rows, votes, withdrawals
from brainseg_gui.review.storage.tables import CORRECTION, EDIT, VERSION
from brainseg_gui.review.values.edit_kind import EditKind
from brainseg_gui.review.values.history import Correction, Edit, History
from brainseg_gui.review.values.record import Decision, Record, now
from brainseg_gui.review.values.verdict import ModelUse

Key = tuple[str, str]  # digest and reader


class Replay:
    """Adds what is missing, in the order in which it was done; numbers may become others.

    Steps that do not follow from those that are there, because some before them are lost, are
    led to by a row of the kind "recovered": the mask is the one that was on the screen.
    """

    def __init__(self, connection: sa.Connection, journal: Journal) -> None:
        self._connection, self._old = connection, journal
        self._new = replace(journal, before=counts(connection), entries=[])
        self._there = {table: rows(connection, table) for table in (EDIT, VERSION)}
        self._withdrawn = withdrawals(connection)
        self._histories: dict[Key, History] = {}
        self._last: dict[Key, Record] = {}
        self._standing: dict[Key, Decision] = {}

    def run(self, waiting: Sequence[Record]) -> Journal:
        """Add everything, and what those edits are made on that are still to be written.

        Returns
        -------
        Journal
            As it is of this file.
        """
        for it in self._old.entries:
            if isinstance(it, Edited):
                self._edit(it)
            elif isinstance(it, Decided):
                self._decide(it)
            else:
                self._withdraw(it)
        for name, value in self._old.settings.items():
            set_value(self._connection, name, value)
        for prediction, mask in self._old.predictions:
            versions.keep_prediction(self._connection, prediction, mask, now())
        self._add_for_reports()
        for key, record in self._last.items():
            self._check(key, record)
        for key, record in {_key(it): it for it in reversed(waiting)}.items():
            if not _follows(self._history(key), record):
                self._bridge(record)
        return self._new

    def _add_for_reports(self) -> None:
        for measured in self._old.measured:
            keep_measured(self._connection, measured)
        for levels in self._old.levels:
            keep_levels(self._connection, levels)
        there = votes(self._connection)
        for vote in self._old.votes:
            if (vote.reader, vote.at) not in there:
                add_vote(self._connection, vote)

    def _edit(self, it: Edited) -> None:
        record, key = it.record, _key(it.record)
        self._last[key] = record
        self._standing.pop(key, None)
        if (it.number, record.reader, record.at) in self._there[EDIT]:
            self._new.entries.append(it)
            return
        found = self._history(key)
        if not _follows(found, record):
            if record.moves:
                mask = unpack_mask(record.mask, record.label.shape)
                self._lead_to(record, mask, record.start, record.model)
                if record.after is not None and found.head is not None:
                    record.after.id = found.head.id
                return
            record = self._bridge(record)
        self._append(record)
        if not record.moves:
            found.note(record.edit)
        elif record.kind is EditKind.UNDO:
            found.back()
        else:
            found.forth()

    def _bridge(self, record: Record) -> Record:
        """Lead to the mask that a step was made on; return the step as one that follows."""
        mask, edit = unpack_mask(record.mask, record.label.shape), record.edit
        undo = record.kind is EditKind.UNDO
        if (patch := edit.load()) is not None:
            (patch.redo if undo else patch.undo)(mask)
        start, model = (
            (edit.start_after, edit.model_after) if undo else (edit.start_before, edit.model_before)
        )
        self._lead_to(record, mask, start, model)
        head = self._history(_key(record)).head
        if record.before is not None and head is not None:
            record.before.id = head.id
        return replace(record, before=head)

    def _lead_to(
        self, record: Record, mask: Mask, start: Layer | None, model: ModelUse | None
    ) -> None:
        """Add a row that leads to a mask, unless the ledger does so already."""
        key = _key(record)
        found = self._history(key)
        before = found.head
        correction = Correction(*self._saved(key, record.label.shape), found)
        edit = correction.replace("Recovered", mask, start, EditKind.RECOVERED, model)
        if edit is not None:
            said = record.label, record.reader, now(), edit.kind, edit, before, edit
            self._append(Record(*said, pack_mask(mask), 0.0))

    def _append(self, record: Record) -> None:
        self._new.entries.append(Edited(record, ledger.append(self._connection, record)))

    def _decide(self, it: Decided) -> None:
        decision = it.decision
        self._standing[decision.label.digest, decision.reader] = decision
        if (it.number, decision.reader, decision.at) in self._there[VERSION]:
            self._new.entries.append(it)
        else:
            self._add(decision)

    def _withdraw(self, it: Withdrawn) -> None:
        self._standing.pop((it.digest, it.reader), None)
        if (it.reader, it.at) not in self._withdrawn:
            versions.withdraw(self._connection, it.digest, it.reader, it.at)
        self._new.entries.append(it)

    def _add(self, decision: Decision) -> None:
        number = versions.add_version(self._connection, decision).id
        self._new.entries.append(Decided(decision, number))

    def _check(self, key: Key, record: Record) -> None:
        """See that the mask is the one that was last on the disk, and that its verdict stands."""
        mask = unpack_mask(record.mask, record.label.shape)
        saved, start, _ = self._saved(key, record.label.shape)
        if start == record.start and np.array_equal(saved, mask):
            return
        self._lead_to(record, mask, record.start, record.model)
        if key in self._standing:
            self._add(self._standing[key])

    def _history(self, key: Key) -> History:
        if key not in self._histories:
            its = ledger.rows_of(self._connection, *key)
            self._histories[key] = ledger.history(
                its, lambda number: ledger.patch_of(self._connection, number)
            )
        return self._histories[key]

    def _saved(
        self, key: Key, shape: tuple[int, int]
    ) -> tuple[Mask, Layer | None, ModelUse | None]:
        """Return the mask of a correction as it is, with where it came from."""
        query = sa.select(CORRECTION).where(
            CORRECTION.c.digest == key[0], CORRECTION.c.reader == key[1]
        )
        row = self._connection.execute(query).one_or_none()
        if row is None:
            return np.zeros(shape, bool), None, None
        return unpack_mask(row.mask, shape), ledger.layer_in(row.start), ledger.model_in(row)


def _key(record: Record) -> Key:
    return record.label.digest, record.reader


def _follows(found: History, record: Record) -> bool:
    """Tell whether a row can be added to a ledger as it is."""
    if not record.moves:
        return _number(found.head) == _number(record.before)
    stack = found.done if record.kind is EditKind.UNDO else found.undone
    return bool(stack) and stack[-1].id == record.edit.id


def _number(edit: Edit | None) -> int | None:
    return None if edit is None else edit.id

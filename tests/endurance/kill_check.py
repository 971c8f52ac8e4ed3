"""Does a review hold what it must? Asked of the file alone, as the next program finds it."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from brainseg_gui.core.masks.packing import unpack_mask
from brainseg_gui.review.session import ReviewSession
from brainseg_gui.review.storage.ledger import layer_text
from brainseg_gui.review.storage.lock import ReviewLock
from brainseg_gui.review.storage.store import ReviewStore
from tests.endurance.kill_model import READERS, Model, State


class Lost(Exception):  # noqa: N818
    """The review does not hold what it must; the message says what."""


def must(condition: bool, sentence: str) -> None:
    """Raise `Lost` unless something holds."""
    if not condition:
        raise Lost(sentence)


@dataclass(frozen=True)
class Content:
    """What a review holds, without the pixels of its ledger.

    Attributes
    ----------
    ledger : list of (slice, reader, kind)
    versions : list of (slice, reader, verdict, comment, bits, stands)
    marked : int or None
        Rows of the ledger when the program began that did not end as it should.
    """

    ledger: list[tuple[int, str, str]]
    versions: list[tuple[int, str, str, str, bytes, bool]]
    marked: int | None

    @classmethod
    def of(cls, model: Model) -> Content:
        """Return what a model says that a review holds."""
        ledger = [(row.sheet, row.reader, row.kind) for row in model.ledger]
        versions = [
            (it.sheet, it.reader, it.verdict, it.comment, it.bits, it.stands)
            for it in model.versions
        ]
        return cls(ledger, versions, model.marked)

    def __str__(self) -> str:
        return (
            f"{len(self.ledger)} rows, the last {self.ledger[-1:]}, {len(self.versions)} versions, "
            f"marked at {self.marked}"
        )


def fitting(review: Path, models: Sequence[Model]) -> Model:
    """Return the one of several models that a review holds, row for row.

    Works on a copy of the file and its log, with nothing but SQLite.

    Raises
    ------
    Lost
        If it is damaged, or holds none of them.
    """
    found = Content([], [], None)
    with copied(review) as copy:
        if copy.exists():
            with closing(sqlite3.connect(copy)) as connection:
                state = connection.execute("PRAGMA integrity_check").fetchall()
                must(state == [("ok",)], f"the file is damaged: {state}")
                found = _content(connection, models[0])
    for model in models:
        if found == Content.of(model):
            return model
    wanted = "; or ".join(str(Content.of(model)) for model in models)
    raise Lost(f"the file holds {found}; it must hold {wanted}")


def check(review: Path, model: Model, rng: random.Random) -> None:
    """Open the review as the next program does, and compare everything with the model.

    Raises
    ------
    Lost
        If anything is not as it must be.
    """
    lock = ReviewLock()
    must(lock.take(review, READERS[0]) == "", "the lock of the dead program is not taken over")
    try:
        with closing(ReviewStore(review)) as store:
            session = ReviewSession(store, READERS[0])
            _check_told(session.recovered, model)
            wrong = [line for line in store.replayed() if line[2]]
            must(not wrong, f"the ledger leads elsewhere: {wrong}")
            for number, reader in model.tracks:
                _check_saved(store, model, number, reader)
            _check_rows(store, model, rng)
            session.close()
    finally:
        lock.release()


def check_undo(review: Path, model: Model, tracks: Sequence[tuple[int, str]]) -> int:
    """Undo to the very beginning and redo to the end, in a copy; return the number of steps.

    Raises
    ------
    Lost
        If a step is missing, or leads elsewhere.
    """
    with copied(review) as copy, closing(ReviewStore(copy)) as store:
        with closing(store.database.engine.raw_connection()) as connection:
            connection.execute("PRAGMA synchronous=OFF")  # a copy need not survive anything
        session = ReviewSession(store, READERS[0])
        return sum(_check_track(session, model, *track) for track in tracks)


def _check_track(session: ReviewSession, model: Model, number: int, reader: str) -> int:
    sheet, track = model.sheets[number], model.tracks[number, reader]
    session.change_reader(reader)
    correction = session.open(sheet.path.name, sheet.slice).correction
    states = [*track.done, *reversed(track.undone)]
    now, last = len(track.done) - 1, len(states) - 1
    moves = [(session.redo, place) for place in range(now + 1, last + 1)]
    moves += [(session.undo, place) for place in range(last - 1, -1, -1)]
    moves += [(session.redo, place) for place in range(1, last + 1)]
    for move, place in moves:
        what = f"{move.__name__} to step {place} of {last} of {sheet.path.name}"
        must(move() is not None, f"there is no {what}")
        found = State.of(correction.mask, layer_text(correction.start))
        must(found == states[place], f"{what} leads elsewhere")
    must(session.redo() is None, "there is a step after the last")
    return len(moves)


def _content(connection: sqlite3.Connection, model: Model) -> Content:
    """Return what a file holds; nothing, of one that was not begun."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    if "edit" not in tables:
        return Content([], [], None)
    known = {sheet.slice.digest: number for number, sheet in enumerate(model.sheets)}
    rows = connection.execute("SELECT digest, reader, kind FROM edit ORDER BY id")
    ledger = [(known[digest], reader, kind) for digest, reader, kind in rows]
    rows = connection.execute(
        "SELECT digest, v.reader, verdict, comment, mask, w.id IS NULL FROM version v "
        "LEFT JOIN withdrawal w ON w.version = v.id ORDER BY v.id"
    )
    versions = [
        (known[digest], reader, verdict, comment, _bits(model, known[digest], mask), bool(stands))
        for digest, reader, verdict, comment, mask, stands in rows
    ]
    _check_predictions(connection)
    marks = connection.execute(
        "SELECT (SELECT count(*) FROM edit WHERE id <= json_extract(value, '$.last')) "
        "FROM setting WHERE name = 'open_since'"
    )
    return Content(ledger, versions, next((marked for (marked,) in marks), None))


def _check_predictions(connection: sqlite3.Connection) -> None:
    """What follows from a prediction names its network, and that prediction is there."""
    for table, start in (("edit", "start_after"), ("version", "start")):
        (orphans,) = connection.execute(
            f"SELECT count(*) FROM {table} t LEFT JOIN prediction p ON p.digest = t.digest "
            f"WHERE t.{start} = 'prediction' AND (t.model IS NULL OR p.id IS NULL)"
        ).fetchone()
        must(orphans == 0, f"{orphans} rows of {table} follow from a prediction that is not there")


def _bits(model: Model, number: int, packed: bytes) -> bytes:
    return np.packbits(unpack_mask(packed, model.sheets[number].slice.shape)).tobytes()


def _check_told(recovered: str, model: Model) -> None:
    """The sentence counts the edits of the program that died; without any it tells of verdicts."""
    edits = 0 if model.marked is None else len(model.ledger) - model.marked
    if edits == 0:
        must(recovered == "" or "verdict" in recovered, f"told without an edit: {recovered}")
        return
    what = "the edit" if edits == 1 else f"all {edits} edits"
    must(
        recovered.startswith("brainseg ended unexpectedly after ") and what in recovered,
        f"{edits} edits were recovered, told is: {recovered!r}",
    )
    must(
        model.sheets[model.ledger[-1].sheet].path.name in recovered,
        f"the slice edited last is not named: {recovered}",
    )


def _check_saved(store: ReviewStore, model: Model, number: int, reader: str) -> None:
    """What is saved is what is on the screen when the slice is opened: the last state."""
    sheet, track = model.sheets[number], model.tracks[number, reader]
    saved = store.correction(sheet.slice.digest, reader)
    state = track.done[-1]
    if saved is None:
        must(len(track.done) == 1, f"{reader}'s correction of {sheet.path.name} is gone")
        return
    same = np.packbits(saved.mask).tobytes() == state.bits
    must(
        same and layer_text(saved.start) == state.start,
        f"{sheet.path.name} by {reader} is another mask",
    )
    lengths = len(saved.history.done) + 1, len(saved.history.undone)
    must(lengths == (len(track.done), len(track.undone)), f"{sheet.path.name}: history {lengths}")


def _check_rows(store: ReviewStore, model: Model, rng: random.Random, count: int = 3) -> None:
    """Rows taken at random lead to what was there after them, and the last one too."""
    if not model.ledger:
        return
    places = {len(model.ledger) - 1} | {rng.randrange(len(model.ledger)) for _ in range(count)}
    for place in places:
        row = model.ledger[place]
        digest = model.sheets[row.sheet].slice.digest
        own = [
            it
            for it in model.ledger[: place + 1]
            if (it.sheet, it.reader) == (row.sheet, row.reader)
        ]
        step = store.steps(digest, row.reader)[len(own) - 1]
        mask, start, _ = store.replay(digest, row.reader, step.id)
        same = (
            np.packbits(mask).tobytes() == row.state.bits and layer_text(start) == row.state.start
        )
        must(same, f"row {place + 1} of the ledger leads elsewhere")


@contextmanager
def copied(review: Path) -> Iterator[Path]:
    """Copy a review with its log, as a crash left them."""
    place = review.with_name("copy")
    place.mkdir()
    try:
        for suffix in ("", "-wal"):
            source = review.with_name(review.name + suffix)
            if source.exists():
                shutil.copyfile(source, place / source.name)
        yield place / review.name
    finally:
        shutil.rmtree(place)

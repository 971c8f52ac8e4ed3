"""Go on in a new file where the one of a review was cut off or replaced under the program."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

from brainseg_gui.review.storage.location import rescue_path
from brainseg_gui.review.storage.recovery import recover
from brainseg_gui.review.storage.rescue.proof import holds
from brainseg_gui.review.storage.rescue.replay import Replay
from brainseg_gui.review.storage.salvage import copy_with_log
from brainseg_gui.review.storage.store import ReviewStore
from brainseg_gui.review.values.record import Record
from brainseg_gui.review.values.stored import StoreError


def rescued(store: ReviewStore, waiting: Sequence[Record] = ()) -> str:
    """See whether a review that somebody else touched still holds what was said to be in it.

    Where it does not, all that it held and all that was written goes into a new file beside it,
    which the store uses from then on; the old one stays as it is.

    Parameters
    ----------
    store : ReviewStore
    waiting : sequence of Record
        What is to be written next.

    Returns
    -------
    str
        A sentence that names the new file; empty where all is there.

    Raises
    ------
    StoreError
        If no new file can be written.
    """
    old = store.path
    with tempfile.TemporaryDirectory(prefix="brainseg-") as folder:
        try:
            copy = copy_with_log(old, Path(folder))
        except OSError as error:
            raise StoreError(f"{old.name} cannot be read: {error.strerror}.") from error
        if _holds(copy, store):
            return ""
        # What was looked at has no log any more where it was an empty file.
        new = rescue_path(old)
        half = new.with_name(f".{new.name}.half")
        try:
            _write(store, waiting, copy_with_log(old, Path(folder)), half)
            half.rename(new)
        except (OSError, sqlite3.Error, StoreError) as error:
            raise StoreError(
                f"{old.name} was cut off or replaced by another program, and no new review can be "
                f"written beside it: {error}"
            ) from error
        finally:
            for part in half.parent.glob(f"{half.name}*"):
                with suppress(OSError):
                    part.unlink()
    store.go_on_with(new)
    return (
        f"{old.name} was cut off or replaced by another program: all of this work is kept in "
        f"{new.name} beside it from now on; put that one in its place, or open it with --review."
    )


def _write(store: ReviewStore, waiting: Sequence[Record], copy: Path, half: Path) -> None:
    """Fill a new file from what is open, else from what is left, and from what is known."""
    with suppress(sqlite3.Error, StoreError):
        store.database.copy_open_file(half)
    if not _holds(half, store):
        half.unlink(missing_ok=True)
        try:
            recover(copy, half)
        except StoreError:  # nothing is left
            half.unlink(missing_ok=True)
    with closing(ReviewStore(half)) as new:
        with new.database.writing() as connection:
            journal = Replay(connection, store.database.journal).run(waiting)
        new.begin()
    store.database.journal = journal


def _holds(path: Path, store: ReviewStore) -> bool:
    """Tell whether a file holds what was said to be in the review of a store."""
    if not path.exists():
        return False
    try:
        with (
            closing(ReviewStore(path, read_only=True)) as found,
            found.database.reading() as connection,
        ):
            return holds(connection, store.database.journal)
    except (StoreError, OSError):
        return False

"""The review that goes with a data set: found, locked and opened, or a sentence why not.

SQLAlchemy takes a fifth of a second to import: it is loaded when a review is opened, so that the
window stands before that.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from brainseg_gui.files.members import file_of
from brainseg_gui.review.session import ReviewSession
from brainseg_gui.review.storage.location import (
    elsewhere,
    nearby_review,
    rescued_beside,
    review_path,
    user_folder,
)
from brainseg_gui.review.storage.lock import ReviewLock
from brainseg_gui.review.values.access import Access
from brainseg_gui.review.values.stored import DamagedError, StoreError

if TYPE_CHECKING:
    from brainseg_gui.review.storage.store import ReviewStore


def open_review(folder: Path, reader: str, asked: Path | None = None) -> ReviewSession:
    """Open the review of a data set folder, or the one that was asked for.

    Where there is none to be had, the session has none: slices can be looked at, every edit stays
    in memory and says so, and `ReviewSession.access` says why. Where another program writes the
    review, it can be looked at.
    """
    from brainseg_gui.review.storage.store import ReviewStore

    lock = ReviewLock()
    path = asked
    try:
        path = asked or nearby_review(folder) or review_path(folder)
        holder = lock.take(path, reader)
        place = elsewhere(folder, path, asked), rescued_beside(path)
        warnings = (holder, *place, lock.unprotected)
        store = ReviewStore(path, read_only=bool(holder), check_later=True)
        unchecked = path if store.unchecked else None
        access = Access(holder, warning=" ".join(filter(None, warnings)), unchecked=unchecked)
        return _session(store, reader, access, lock)
    except (StoreError, OSError) as error:
        lock.release()
        damaged = path if isinstance(error, DamagedError) else None
        trouble = f"{error} Corrections cannot be saved until this is mended."
        return ReviewSession(None, reader, Access("", trouble, damaged, trouble))


def look_at(review: Path) -> ReviewSession:
    """Open a review for reading only, whoever writes it; nothing is written beside it either.

    Raises
    ------
    StoreError
        If it cannot be read.
    """
    from brainseg_gui.review.storage.store import ReviewStore

    store = ReviewStore(review, read_only=True)
    return _session(store, "", Access(f"{review.name} was opened for reading only."))


def recover(damaged: Path, new: Path) -> str:
    """Read what can be read of a damaged review into a new file; return what came back.

    The file is there under its name when it is whole.

    Raises
    ------
    StoreError
        If there is no such review, `new` exists or cannot be written, or nothing could be read.
    """
    from brainseg_gui.review.storage import recovery

    if new.exists():
        raise StoreError(f"{new.name} exists already: choose a name for a new file.")
    half = new.with_name(f".{new.name}.half")
    try:
        half.unlink(missing_ok=True)
        report = str(recovery.recover(damaged, half))
        half.rename(new)
    except OSError as error:
        raise StoreError(f"{new.name} cannot be written: {error.strerror}.") from error
    finally:
        with suppress(OSError):
            half.unlink(missing_ok=True)
    return report


def damage_in(review: Path, wanted: Callable[[], bool]) -> str:
    """Look through a whole review while it is open; return a sentence where it is damaged, else "".

    For a large one this takes seconds; it ends early once `wanted` says False.
    """
    from brainseg_gui.review.storage import inspection

    return inspection.damage_in(review, wanted)


def prepare() -> None:
    """Import what the first review needs, while there is time."""
    importlib.import_module("brainseg_gui.review.storage.store")


def data_set_folder(paths: Sequence[Path]) -> Path:
    """Return the folder that holds everything that was opened.

    Raises
    ------
    ValueError
        If nothing was opened, or what was lies on drives with nothing in common.
    """
    folders = [path if path.is_dir() else file_of(path).parent for path in paths]
    return Path(os.path.commonpath([folder.resolve() for folder in folders]))


def own_review(name: str) -> Path:
    """Return where a review of this name lies that belongs to no folder of slices."""
    return user_folder() / name


def _session(
    store: ReviewStore, reader: str, access: Access, lock: ReviewLock | None = None
) -> ReviewSession:
    """Return a session on a review, which is let go of where it cannot be read."""
    try:
        return ReviewSession(store, reader, access, lock)
    except StoreError:
        store.close()
        raise

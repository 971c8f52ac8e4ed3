"""The review that goes with a data set: found, locked and opened, or a sentence why not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from brainseg_gui.review.storage.location import elsewhere, review_path
from brainseg_gui.review.storage.lock import ReviewLock
from brainseg_gui.review.values.stored import DamagedError, StoreError

if TYPE_CHECKING:
    from brainseg_gui.review.storage.store import ReviewStore


class ReviewDoor:
    """Holds the lock of the one review that is open.

    Attributes
    ----------
    holder : str
        Who has the review, as a sentence; empty where this program writes.
    trouble : str
        Why there is no review; empty where there is one.
    damaged : Path or None
        The review that belongs here, where it cannot be read.
    warning : str
        What the reader should know at once: one of these, or where the review lies.
    """

    def __init__(self) -> None:
        self._lock = ReviewLock()
        self._forget()

    def _forget(self) -> None:
        self.holder = self.trouble = self.warning = ""
        self.damaged: Path | None = None

    def open(self, folder: Path, reader: str, asked: Path | None) -> ReviewStore | None:
        """Open the review of a folder, or the one that was asked for; None leaves `trouble`."""
        # SQLAlchemy takes a fifth of a second to import: the window stands before that.
        from brainseg_gui.review.storage.store import ReviewStore

        self._forget()
        try:
            path = asked or review_path(folder)
            self.holder = self._lock.take(path, reader)
            store = ReviewStore(path, read_only=bool(self.holder))
        except (StoreError, OSError) as error:
            self._lock.release()
            self.holder = ""
            self.damaged = path if isinstance(error, DamagedError) else None
            self.trouble = f"{error} Corrections cannot be saved until this is mended."
            self.warning = self.trouble
            return None
        self.warning = self.holder or elsewhere(folder, path, asked)
        return store

    def close(self) -> None:
        """Let another program write."""
        self._lock.release()

"""What to know of a review before correcting: who else has it open, and where it lies."""

from __future__ import annotations

from pathlib import Path

from PyQt5.QtCore import QLockFile

from brainseg_gui.review.location import user_review


class ReviewLock:
    """Tells a second window on one review that it is the second.

    The lock of a program that crashed is recognised and taken over.
    """

    def __init__(self) -> None:
        self._file: QLockFile | None = None

    def take(self, review: Path) -> str:
        """Take the lock of a review; return a sentence where somebody else has it, else ""."""
        self.release()
        lock = QLockFile(f"{review}.lock")
        lock.setStaleLockTime(0)  # stale only when its process is gone, however old
        if lock.tryLock(0):
            self._file = lock
            return ""
        if lock.error() != QLockFile.LockFailedError:
            return ""  # a place where no lock can be written; the review itself says more
        _, process, host, _ = lock.getLockInfo()
        return (
            f"This review is open in another window (process {process} on {host}); what is "
            "corrected there and here would overwrite each other: close one of them."
        )

    def release(self) -> None:
        """Let go of the lock."""
        if self._file is not None:
            self._file.unlock()
            self._file = None


def elsewhere(folder: Path, review: Path, asked: Path | None) -> str:
    """Return a sentence where corrections do not lie beside the slices, or did not once."""
    if asked is not None:
        return ""
    own = user_review(folder)
    if review == own:
        return f"Corrections are not kept beside the slices but in {own}."
    if own.exists():
        return f"Corrections made while {folder.name} was read-only lie in {own}; see --review."
    return ""

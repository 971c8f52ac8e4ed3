"""Who has a review open: one program writes, the others look on."""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from brainseg_gui.files.errors import WriteError
from brainseg_gui.files.held import HeldFile, NoLocksError
from brainseg_gui.review.storage.location import user_folder
from brainseg_gui.review.values.record import now

UNPROTECTED = (
    "The disk of this review knows no file locks: a window of another user or on another machine "
    "is not noticed. Let only one write at a time."
)


class ReviewLock:
    """The lock of one review, beside it; held by the system, so that a crash lets go of it.

    Where nothing can be written beside the review, or its disk knows no locks, the lock lies in
    the user's own folder.

    Attributes
    ----------
    unprotected : str
        Against whom the lock is no protection, as a sentence; empty where it is one.
    """

    def __init__(self) -> None:
        self._held = HeldFile()
        self.unprotected = ""

    def take(self, review: Path, reader: str) -> str:
        """Take the lock of a review; return a sentence where somebody else has it, else ""."""
        text = {"reader": reader, "process": os.getpid(), "host": platform.node(), "since": now()}
        for path in _places(review):
            try:
                holder = self._held.take(path, text)
            except NoLocksError:
                self.unprotected = UNPROTECTED
                continue
            except (OSError, WriteError):
                continue
            return "" if holder is None else _sentence(holder)
        return ""  # nowhere to put it; the review itself will say more

    def release(self) -> None:
        """Let go of the lock, and take it away."""
        self._held.release()


def _places(review: Path) -> tuple[Path, Path]:
    name = hashlib.sha256(os.fsencode(review.resolve())).hexdigest()[:16]
    return review.with_name(f"{review.name}.lock"), user_folder() / "locks" / f"{name}.lock"


def _sentence(holder: Mapping[str, Any]) -> str:
    """Return the sentence that says who has the lock."""
    who = "another window"
    with suppress(ValueError, KeyError, TypeError):
        since = datetime.fromisoformat(holder["since"]).astimezone().strftime("%H:%M")
        who = (
            f"another window, by {holder['reader'] or 'a reader without a name'} "
            f"(process {holder['process']} on {holder['host']}, since {since})"
        )
    return f"This review is open in {who}: it can be looked at here, not changed."

"""Who has a review open: one program writes, the others look on."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from brainseg_gui.files.atomic import make_folder
from brainseg_gui.files.errors import WriteError
from brainseg_gui.review.location import user_folder
from brainseg_gui.review.record import now

if os.name == "nt":
    import msvcrt

    def _lock(file: BinaryIO) -> None:
        file.seek(1 << 30)  # far behind the text, which others are to read
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
else:
    import fcntl

    def _lock(file: BinaryIO) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


class ReviewLock:
    """The lock of one review, beside it; held by the system, so that a crash lets go of it.

    Where nothing can be written beside the review, the lock lies in the user's own folder.
    """

    def __init__(self) -> None:
        self._file: BinaryIO | None = None
        self._path: Path | None = None

    def take(self, review: Path, reader: str) -> str:
        """Take the lock of a review; return a sentence where somebody else has it, else ""."""
        self.release()
        for path in _places(review):
            try:
                return self._take(path, reader)
            except (OSError, WriteError):
                continue
        return ""  # nowhere to put it; the review itself will say more

    def release(self) -> None:
        """Let go of the lock, and take it away."""
        if self._file is None or self._path is None:
            return
        with suppress(OSError):
            self._file.truncate(0)
        if os.name == "nt":  # which removes no file that is open
            self._file.close()
        with suppress(OSError):
            self._path.unlink()
        self._file.close()
        self._file = self._path = None

    def _take(self, path: Path, reader: str) -> str:
        make_folder(path.parent)
        while True:
            file = path.open("a+b")
            try:
                _lock(file)
            except OSError:
                with file:
                    return _holder(file)
            if _is_at(path, file):
                break
            file.close()  # the one before removed it between opening and locking
        self._file, self._path = file, path
        text = {"reader": reader, "process": os.getpid(), "host": platform.node(), "since": now()}
        with suppress(OSError):  # a full disk: the lock holds without its text
            file.truncate(0)
            file.write(json.dumps(text).encode())
            file.flush()
        return ""


def _places(review: Path) -> tuple[Path, Path]:
    name = hashlib.sha256(str(review.resolve()).encode()).hexdigest()[:16]
    return review.with_name(f"{review.name}.lock"), user_folder() / "locks" / f"{name}.lock"


def _is_at(path: Path, file: BinaryIO) -> bool:
    try:
        return os.path.samestat(os.stat(path), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False


def _holder(file: BinaryIO) -> str:
    """Return the sentence that says who has the lock."""
    who = "another window"
    with suppress(OSError, ValueError, KeyError, TypeError):
        file.seek(0)
        told = json.loads(file.read())
        since = datetime.fromisoformat(told["since"]).astimezone().strftime("%H:%M")
        who = (
            f"another window, by {told['reader'] or 'a reader without a name'} "
            f"(process {told['process']} on {told['host']}, since {since})"
        )
    return f"This review is open in {who}: it can be looked at here, not changed."

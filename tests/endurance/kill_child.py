"""The program that is killed: a real session on a real file, which says what it does."""

from __future__ import annotations

import hashlib
import os
import random
import traceback
from collections.abc import Callable
from pathlib import Path

import numpy as np
import sqlalchemy as sa

from brainseg_gui.files.formats import read_slice
from brainseg_gui.review.session import ReviewSession
from brainseg_gui.review.storage.lock import ReviewLock
from brainseg_gui.review.storage.store import ReviewStore
from tests.endurance.kill_model import Model, Sheet
from tests.endurance.kill_script import Begin, next_operation

MOST = 3000  # operations, of a program that nobody kills
Log = Callable[[str], None]


def fingerprint(bits: bytes) -> str:
    """Return a text that tells masks apart."""
    return hashlib.sha256(bits).hexdigest()[:16]


class Program:
    """What a window does with a review, without the window."""

    session: ReviewSession

    def __init__(self, review: Path, sheets: tuple[Sheet, ...], log: Log) -> None:
        self._review, self._sheets, self._log = review, sheets, log
        self.lock = ReviewLock()

    def begin(self, reader: str) -> None:
        """Open the review, and the first slice."""
        holder = self.lock.take(self._review, reader)
        assert holder == "", holder
        store = ReviewStore(self._review)
        self._listen(store.database.engine)
        self.session = ReviewSession(store, reader)
        self.walk(0)

    def end(self) -> None:
        """Let go of the review as a window does that is closed."""
        self.session.close()
        self.lock.release()

    def walk(self, to: int) -> None:
        """Open another slice."""
        self._at = self._sheets[to]
        self.session.open(self._at.path.name, read_slice(self._at.path))

    def layer(self, name: str) -> np.ndarray | None:
        """Return the mask of a layer of the open slice."""
        return {"reference": self._at.slice.reference, "prediction": self._at.predicted}.get(name)

    def predict(self) -> None:
        """Keep what a network says about the open slice."""
        mask = self._at.predicted
        digest = self._at.slice.digest
        self.session.keep_prediction(digest, mask, "net", "sum", 0.5, 0.1, None, int(mask.sum()))

    @property
    def seen(self) -> str:
        """Return the fingerprint of what is on the screen."""
        assert self.session.current is not None
        return fingerprint(np.packbits(self.session.current.correction.mask).tobytes())

    def _listen(self, engine: sa.Engine) -> None:
        """Say when a commit begins, and when it has ended."""
        committing = False

        def begins(_: object) -> None:
            nonlocal committing
            committing = True
            self._log("commit")

        def ended(*_: object) -> None:
            nonlocal committing
            if committing:
                committing = False
                self._log("committed")

        sa.event.listen(engine, "commit", begins)
        sa.event.listen(engine, "checkin", ended)


def work(out: int, review: Path, model: Model, rng: random.Random) -> None:
    """Do one thing after the other until killed; say to `out`, unbuffered, before and after."""

    def log(line: str) -> None:
        os.write(out, f"{line}\n".encode())

    try:
        program = Program(review, model.sheets, log)
        for number in range(MOST):
            operation = next_operation(rng, model) if number else Begin()
            log(f"begin {number} {operation}")
            operation.do(program)
            operation.expect(model)
            log(f"done {number} {program.seen}")
    except BrokenPipeError:
        pass  # whoever wanted to know is gone
    except BaseException:
        log("error " + traceback.format_exc().replace("\n", " | "))

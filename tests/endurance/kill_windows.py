"""Kill real windows while they are worked on, and look at the review that each leaves."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import numpy as np

from brainseg_gui.review.session import ReviewSession
from brainseg_gui.review.storage.location import REVIEW_FILE
from brainseg_gui.review.storage.store import ReviewStore
from tests.endurance.kill_check import copied, must
from tests.endurance.kill_child import fingerprint
from tests.endurance.kill_model import Sheet

WINDOW = "tests.endurance.kill_window"
READER = "Ada"
PATIENCE_S = 60
MOMENTS = ("begin", "drawing", "drawing", "done")


class Left:
    """What windows left on a review so far.

    Attributes
    ----------
    masks : dict of str to list of str
        Fingerprints of everything that was on the screen, by slice, the last one as it must be.
    rows, versions : int
        In the ledger, and verdicts.
    untold : int
        Of these rows, those that the next window is to say it recovered.
    """

    def __init__(self, sheets: tuple[Sheet, ...]) -> None:
        self.sheets = sheets
        self.masks = {it.path.name: [_mark(np.zeros(it.slice.shape, bool))] for it in sheets}
        self.rows = self.versions = self.untold = 0

    def take(self, said: list[str]) -> None:
        """Take in what a window said that it had finished."""
        for line in said:
            word, *rest = line.split(maxsplit=1 if line.startswith("told ") else -1)
            if word == "told":
                crashed = "brainseg ended unexpectedly" in rest[0]
                must(crashed == (self.untold > 0), f"{self.untold} edits were recovered: {line}")
                self.untold = 0
            elif word == "done":
                self.masks[rest[0]].append(rest[1])
        done = [line.split() for line in said if line.startswith("done ")]
        rows, versions = map(int, done[-1][3:]) if done else (0, 0)
        self.rows, self.versions = self.rows + rows, self.versions + versions
        self.untold += rows

    def compare(self, review: Path, under_way: str, drawn: str) -> None:
        """Look at the review; only the slice of an operation under way may be ahead."""
        with copied(review) as copy, closing(ReviewStore(copy)) as store:
            wrong = [line for line in store.replayed() if line[2]]
            must(not wrong, f"the ledger leads elsewhere: {wrong}")
            session, rows = ReviewSession(store, READER), 0
            for sheet in self.sheets:
                name = sheet.path.name
                opened = session.open(name, sheet.slice)
                rows += len(session.timeline())
                mask, known = _mark(opened.correction.mask), self.masks[name]
                may = {*known, drawn} if name == under_way else {known[-1]}
                must(mask in may, f"{name} is not as it was left")
                known.append(mask)
                while session.undo():
                    pass
                empty = not opened.correction.mask.any() and not opened.correction.exists
                must(empty, f"undo does not reach the beginning of {name}")
            self._count(rows, len(store.decisions.versions()), bool(under_way))

    def _count(self, rows: int, versions: int, under_way: bool) -> None:
        for what, found, said in (
            ("rows", rows, self.rows),
            ("versions", versions, self.versions),
        ):
            must(said <= found <= said + under_way, f"{found} {what}, {said} were finished")
        self.untold += rows - self.rows
        self.rows, self.versions = rows, versions


def kill_window(folder: Path, left: Left, rng: random.Random) -> str:
    """Let a window work, kill it, and look; return what it was about.

    Raises
    ------
    Lost
        If the review does not hold what the window had finished.
    """
    said = _work_and_die(folder, rng)
    left.take(said)
    # The last thing said of a stroke is how it looks before the button comes up.
    word, name, drawn, *_ = [*(said[-1] if said else "").split(), "", "", ""]
    if (folder / REVIEW_FILE).exists():
        under_way = name if word in {"begin", "drawing"} else ""
        left.compare(folder / REVIEW_FILE, under_way, drawn)
    return {"begin": "between two events", "drawing": "within a stroke"}.get(word, "at rest")


def _mark(mask: np.ndarray) -> str:
    return fingerprint(np.packbits(mask).tobytes())


def _work_and_die(folder: Path, rng: random.Random) -> list[str]:
    """Start a window, kill it when it has said something often enough; return what it said."""
    options = ["--no-model", "--reader", READER]
    window = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.endurance.kill_window",
            str(rng.random()),
            str(folder),
            *options,
        ],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "QT_LOGGING_RULES": "*.warning=false"},
    )
    deadline = threading.Timer(PATIENCE_S, window.kill)
    deadline.start()
    assert window.stdout is not None
    word, count, said = rng.choice(MOMENTS), rng.randint(3, 40), []
    with window.stdout as pipe:
        for line in pipe:
            said.append(line.strip())
            count -= line.startswith(f"{word} ")
            if count == 0:
                break
        time.sleep(rng.uniform(0, 0.02))
        window.kill()
        window.wait()
        deadline.cancel()
        said += pipe.read().splitlines()
    must(count == 0, f"the window ended by itself: {said[-3:]}")
    return said

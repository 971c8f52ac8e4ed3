"""Open thousands of damaged files in the real window, and draw meanwhile: nothing may be lost.

usage: python -m tests.endurance.mutate_window [COUNT [SEED [good]]]

The window runs offscreen, its reading children for real. In each folder of damaged files lies one
good slice; strokes are drawn on it while the others are read, and after some of them were opened.
The exit status is 1 if a stroke is not on the disk, or a file is not one row. A gap of the event
loop that is much longer than what the window computed in it was spent waiting for a processor;
COUNT good slices instead (a third word `good`) tell what such gaps are here without damage.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
from PyQt5.QtCore import Qt

from brainseg_gui.review.storage.store import ReviewStore
from brainseg_gui.ui.window.main_window import MainWindow
from tests.benchmarks.instruments.samples import fill
from tests.benchmarks.instruments.window import all_read, open_window, settle, wait_until
from tests.benchmarks.responsiveness import GapWatch
from tests.endurance.mutate_files import mutated, sources
from tests.ui.mouse import Mouse

BATCH = 500
OPENED = 25  # of a folder
LONG_MS = 100.0


def main(count: int = 2000, seed: int = 0, *, damage: bool = True) -> int:
    """Make the files, open them, and print what became of them."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    chance, found, wrong = random.Random(seed), Counter[str](), 0
    gaps: list[float] = []
    own: list[float] = []
    with tempfile.TemporaryDirectory() as name, open_window(Path(name)) as window:
        scratch = Path(name)
        originals = [content for files in sources(scratch).values() for content in files]
        for start in range(0, count, BATCH):
            folder = scratch / f"folder {start}"
            folder.mkdir()
            (good,) = fill(folder, 1)
            for number in range(start, min(start + BATCH, count)):
                content = chance.choice(originals)
                content = mutated(content, chance) if damage else content
                (folder / f"damaged {number:06}.mat").write_bytes(content)
            watch = GapWatch()
            wrong += not _survives(window, folder, good, chance)
            all_of_it, computed = watch.stop()
            gaps, own = gaps + all_of_it, own + computed
            entries = window.parts.worklist.model.entries()
            wrong += len(entries) != len(list(folder.iterdir()))
            found.update("a reason" if entry.problem else "a slice" for entry in entries)
    print(f"{count} files: {dict(found)}, {wrong} folders with a stroke or a row missing")
    for name, times in (("gap of the event loop", gaps), ("computed in one", own)):
        long = sum(it > LONG_MS for it in times)
        print(f"longest {name} {max(times):.0f} ms, {long} of {len(times)} above {LONG_MS:.0f} ms")
    return 1 if wrong else 0


def _survives(window: MainWindow, folder: Path, good: Path, chance: random.Random) -> bool:
    """Open a folder, draw while it is read and between damaged slices; tell whether all is kept."""
    parts, review = window.parts, folder.with_suffix(".sqlite")
    parts.reviewing.open([folder], review)
    wait_until(lambda: bool(parts.worklist.model.entries()))
    _show(window, good)
    settle()
    parts.actions["start_reference"].trigger()
    parts.actions["tool_brush"].trigger()
    parts.tools.set_option("brush", 21)
    while not all_read(window):
        _draw(window, chance)
        settle(0.02)
    for path in chance.sample(sorted(folder.glob("damaged*")), OPENED):
        parts.worklist.choose(path)
        settle(0.1)
    _show(window, good)
    _draw(window, chance)
    current = parts.data_set.session.current
    assert current is not None
    store = ReviewStore(review, read_only=True)
    mask, _, _ = store.replay(current.slice.digest, "benchmark")
    store.close()
    return bool(np.array_equal(mask, current.correction.mask))


def _draw(window: MainWindow, chance: random.Random) -> None:
    button = chance.choice([Qt.LeftButton, Qt.RightButton])
    points = [(chance.randrange(512), chance.randrange(512)) for _ in range(4)]
    Mouse(window).stroke(*points, button=button)


def _show(window: MainWindow, path: Path) -> None:
    window.parts.worklist.choose(path)
    wait_until(
        lambda: (now := window.parts.data_set.session.current) is not None and now.name == path.name
    )


if __name__ == "__main__":
    words = sys.argv[1:]
    sys.exit(main(*map(int, words[:2]), damage="good" not in words[2:]))

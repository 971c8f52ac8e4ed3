"""How long a folder as large as the data set takes to be listed with patient and tumour type."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

from brainseg_gui.core.image.thumbnail import thumbnail
from brainseg_gui.files import reading
from brainseg_gui.files.formats import read_slice
from brainseg_gui.files.index_cache import IndexCache, Known, Stamp
from brainseg_gui.review.worklist.entry import Entry
from brainseg_gui.ui.app import make_application
from brainseg_gui.ui.jobs.indexer import Indexer
from tests.benchmarks.instruments.rows import Row, Setup
from tests.benchmarks.instruments.samples import fill
from tests.benchmarks.instruments.window import wait_until

SLICES = 3064
FIRST_S, AGAIN_S = 2.0, 0.3


def measure(setup: Setup) -> list[Row]:
    """Index the same folder twice, as two starts of the program would."""
    _app = make_application()  # whose loop hears what the indexer found
    reading.door().start()  # as the program does before it opens anything
    count = 300 if setup.quick else SLICES
    folder = setup.folder("index")
    fill(folder, count, different=1)
    rows = []
    for when, budget in (("first", FIRST_S), ("again", AGAIN_S)):
        listed, described = _index(folder, count)
        note = f"names after {listed:.2f} s; the disk's cache is warm both times"
        rows.append(Row(f"index of {count} slices, {when}", described, "s", budget, note=note))
        _remember(folder)
    return rows


def _remember(folder: Path) -> None:
    """Put every slice into the index, as the pass over all pixels does in its own time."""
    cache = IndexCache(folder)
    known: Known | None = None
    for path in folder.iterdir():
        os.utime(path, (1, 1))  # what was only just written is not trusted
        stamp = Stamp.of(path)
        assert stamp is not None
        if known is None:
            slice_ = read_slice(path)
            known = Known(stamp, slice_.patient, "glioma", slice_.digest, *slice_.shape, 900,
                          thumbnail(slice_.pixels))  # fmt: skip
        cache.put(path.name, replace(known, stamp=stamp))
    cache.save()


def _index(folder: Path, count: int) -> tuple[float, float]:
    """Return after how many seconds all names, and all headers, were known."""
    found: list[float] = []
    described: list[float] = []
    indexer = Indexer([folder], folder, lambda *_: None)

    def note(rows: list[Entry]) -> None:
        described.extend([time.perf_counter()] * sum(bool(row.patient) for row in rows))

    indexer.found.connect(lambda rows: found.extend([time.perf_counter()] * len(rows)))
    indexer.found.connect(note)
    indexer.described.connect(note)
    start = time.perf_counter()
    indexer.start()
    wait_until(lambda: len(described) >= count)
    indexer.close()
    return found[count - 1] - start, described[count - 1] - start

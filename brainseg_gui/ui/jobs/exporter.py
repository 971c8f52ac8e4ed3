"""Write masks beside the window's thread, each read back and compared."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from PyQt5.QtCore import QObject, pyqtSignal

from brainseg_gui.core.types import Mask
from brainseg_gui.files.errors import WriteError
from brainseg_gui.files.writers.table import PNG, writer_for
from brainseg_gui.review.exports import Export, Problem, read_export, write_masks
from brainseg_gui.review.handover.provenance import write_provenance
from brainseg_gui.review.opening import look_at
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.ui.jobs.job import Job, Work

SAY_EVERY_S = 0.1  # how far it is: often enough for an eye, seldom enough for the window


@dataclass(frozen=True)
class Exported:
    """What an export came to.

    Attributes
    ----------
    place : Path
        Folder of many masks, or the file of the only one.
    written : int
        How many masks, each read back and compared.
    left : int
        How many were not tried, because the rest was not wanted.
    problems : tuple of WriteError or StoreError
        Of each file that could not be written.
    left_out : int
        Masks that nobody accepted or called corrected.
    aside : int
        Masks of slices that are turned otherwise now than when they were made.
    """

    place: Path
    written: int
    left: int = 0
    problems: tuple[Problem, ...] = ()
    left_out: int = 0
    aside: int = 0


class Exporter(Job):
    """Base of the jobs that write masks; what is written when one is closed is whole.

    Signals
    -------
    progressed(int done, int total, float per_second)
    exported(Exported)
        At the end, of a cancelled export too.
    failed(str)
        In place of `exported`; nothing could be begun.
    """

    progressed = pyqtSignal(int, int, float)
    exported = pyqtSignal(object)

    task = "The export"
    expected = (WriteError, StoreError)


class MaskExporter(Exporter):
    """Writes one mask."""

    def __init__(self, path: Path, mask: Mask, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path, self._mask = path, mask

    def work(self) -> Work:
        """Write it."""
        (writer_for(self._path) or PNG).write(self._path, self._mask)
        yield self.exported, Exported(self._path, written=1)


class ReviewExporter(Exporter):
    """Writes every corrected mask of a review, and `provenance.csv` beside them.

    The review is read on a connection of its own, for reading only, so that no thread shares one
    with the window's; all at once, and let go of before the first mask is written: packed masks
    are a few megabytes for thousands, what is exported is the review of one moment, and neither
    the edits that follow nor another data set meet a file that is still being read.
    """

    def __init__(
        self,
        review: Path,
        slices: Path | None,
        folder: Path,
        parent: QObject | None = None,
        only: Collection[str] | None = None,
    ) -> None:
        super().__init__(parent)
        self._review, self._slices, self._folder = review, slices, folder
        self._only = only  # digests of the slices that are wanted

    def work(self) -> Work:
        """Write one mask after the other until all are or the rest is not wanted."""
        with closing(look_at(self._review)) as session:
            export = read_export(session.contents, slices=self._slices, only=self._only)
        written: list[Path] = []
        masks: defaultdict[tuple[str, str], list[Path]] = defaultdict(list)
        problems: list[Problem] = []
        left = len(export.corrections)
        for it, outcome in zip(export.corrections, self._paced(export), strict=True):
            if isinstance(outcome, Path):
                written.append(outcome)
                masks[it.digest, it.reader].append(outcome)
            else:
                problems.append(outcome)
            left -= 1
            yield None
            if self.cancelled:
                break
        try:
            write_provenance(export.decided, export.where, masks, self._folder)
        except WriteError as error:
            problems.append(error)
        place = written[0] if len(written) == 1 else self._folder
        counts = export.left_out, export.aside
        yield self.exported, Exported(place, len(written), left, tuple(problems), *counts)

    def _paced(self, export: Export) -> Iterator[Path | Problem]:
        """Write the masks, and say now and then how far that is."""
        began = said = time.monotonic()
        total = len(export.corrections)
        self.say(self.progressed, 0, total, 0.0)
        outcomes = write_masks(export.corrections, self._folder, by_reader=export.by_reader)
        for done, outcome in enumerate(outcomes, 1):
            now = time.monotonic()
            if now - said > SAY_EVERY_S:
                said = now
                self.say(self.progressed, done, total, done / (now - began))
            yield outcome

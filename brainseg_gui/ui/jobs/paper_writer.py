"""Make case sheets and reports beside the window's thread."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from PyQt5.QtCore import QObject, pyqtSignal

from brainseg_gui.core.slices import Slice
from brainseg_gui.core.types import Mask
from brainseg_gui.files.atomic import write_atomically
from brainseg_gui.files.errors import SliceError, WriteError
from brainseg_gui.files.formats import read_slice
from brainseg_gui.inference.bundles import cards_of, list_bundles, seen_by
from brainseg_gui.inference.model_card import ModelCard
from brainseg_gui.reports.pages.html import MissingExtraError
from brainseg_gui.reports.reading.holdings import Holdings
from brainseg_gui.reports.reading.review import Choice
from brainseg_gui.reports.sheets.sheet import Sheet, sheet_of
from brainseg_gui.reports.sheets.write import WRITERS
from brainseg_gui.review.contents import Contents
from brainseg_gui.review.opening import look_at
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.review.values.verdict import ModelUse
from brainseg_gui.review.worklist.entry import Entry
from brainseg_gui.ui.jobs.cohort_reader import known_of
from brainseg_gui.ui.jobs.job import Job, Work


class PaperJob(Job):
    """Base of what makes a file.

    Signals
    -------
    written(str)
        A sentence on what was.
    """

    written = pyqtSignal(str)
    expected = (WriteError, StoreError, MissingExtraError)


@dataclass(frozen=True, eq=False)
class SheetsAsked:
    """Which case sheets are wanted.

    Attributes
    ----------
    path : Path
        Of the document; its suffix says which kind.
    review : Path or None
    entries : sequence of Entry
    networks : sequence of ModelUse
        In use.
    card : ModelCard or None
    reader : str
    spacing_mm : float or None
        As declared.
    upright : callable
        Takes a slice as it was read; returns it as the reader has it turned.
    predicted : mapping of str to (H, W) bool
        Predictions by digest that the review may not hold.
    """

    path: Path
    review: Path | None
    entries: Sequence[Entry]
    networks: Sequence[ModelUse]
    card: ModelCard | None
    reader: str
    spacing_mm: float | None
    upright: Callable[[Slice], Slice]
    predicted: dict[str, Mask]


class SheetWriter(PaperJob):
    """Writes the case sheets of some slices as one document."""

    task = "The case sheet"

    def __init__(self, asked: SheetsAsked, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asked = asked

    def work(self) -> Work:
        """Read review and slices, and write."""
        asked, problems = self._asked, 0
        holdings = _holdings(asked.review)
        cards = (*([asked.card] if asked.card else []), *cards_of(list_bundles()))
        seen = seen_by(cards)
        choice = Choice(tuple(dict.fromkeys((it.name, it.threshold) for it in asked.networks)))
        sheets: list[Sheet] = []
        for entry in asked.entries:
            yield None
            try:
                slice_ = asked.upright(read_slice(entry.path))
                said = asked.reader, asked.spacing_mm, asked.predicted.get(slice_.digest)
                sheet = sheet_of(known_of(entry), slice_, holdings, choice, seen, *said)
            except (SliceError, ValueError, zlib.error):
                problems += 1
                continue
            sheets.append(sheet)
        if not sheets:
            raise StoreError("None of these slices can be read: there is no case sheet.")
        write_atomically(asked.path, WRITERS[asked.path.suffix.lower()](sheets))
        what = "Case sheet" if len(sheets) == 1 else f"{len(sheets)} case sheets"
        rest = f"; {problems} slices could not be read" if problems else ""
        yield self.written, f"{what} written: {asked.path}{rest}."


class FilesWriter(PaperJob):
    """Has a function write something; it returns the sentence on what it wrote."""

    task = "The report"

    def __init__(self, write: Callable[[], str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._write = write

    def work(self) -> Work:
        """Write it."""
        yield self.written, self._write()


def _holdings(review: Path | None) -> Holdings:
    if review is None:
        return Holdings.of(Contents(None))
    with closing(look_at(review)) as session:
        return Holdings.of(session.contents)

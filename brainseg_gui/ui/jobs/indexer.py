"""Find the slices of a data set in a thread, thousands of them, without the window waiting."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from functools import lru_cache
from itertools import tee
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PyQt5.QtCore import QObject, pyqtSignal

from brainseg_gui.core.image.thumbnail import thumbnail
from brainseg_gui.core.slices import MISMATCH
from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.find import find_slices
from brainseg_gui.files.formats import files_of, read_infos, read_slice
from brainseg_gui.files.index_cache import IndexCache, Known, Stamp
from brainseg_gui.review.worklist.entry import Entry, relative_name
from brainseg_gui.ui.jobs.job import Job, News, Work

BATCH = 64
GROWTH = 4  # of the batches of names: the first is soon there, and few are left to be put in
SAVE_EVERY_S = 10.0  # a program that is killed has most of what it learned the next time
REST_S = 0.004  # between full reads, so that the reader's own requests always get through

KeepThumbnail = Callable[[Path, NDArray[np.uint8]], None]
Describe = Callable[[Iterable[Entry]], Iterator[Entry]]  # one for one, in order
Part = Generator[News | None, None, list[Entry]]  # of the work; what it returns is found so far


class Indexer(Job):
    """Goes over the files three times: names, then headers, then every pixel.

    The first pass fills the list, the second says patient and type, the third finds what is
    broken inside and recognises slices that were reviewed before, by their content. What the
    third learned is kept: slices that did not change since are whole in the first pass. Slices
    are described as their files have them, however the reader had them turned.

    Signals
    -------
    found(list of Entry)
        New rows, in natural order.
    described(list of Entry)
        Rows that now know more; recognised by their path.
    completed(int slices, int broken)
    failed(str)
        One sentence; nothing more is found.

    Parameters
    ----------
    paths : list of Path
    folder : Path
        That holds them all.
    keep_thumbnail : callable
        Takes the picture of each slice, in this thread, before its row is announced.
    """

    found = pyqtSignal(object)
    described = pyqtSignal(object)
    completed = pyqtSignal(int, int)

    task = "Reading the folder"

    def __init__(
        self,
        paths: list[Path],
        folder: Path,
        keep_thumbnail: KeepThumbnail,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._paths = paths
        self._folder = folder
        self._keep_thumbnail = keep_thumbnail
        self._saved_at = time.monotonic()

    def work(self) -> Work:
        """Index until done or closed."""
        cache = IndexCache(self._folder)
        entries = yield from self._find(cache)
        try:
            entries = yield from self._pass(entries, _with_headers)
            entries = yield from self._pass(
                entries, lambda some: (self._with_pixels(it, cache) for it in some), REST_S
            )
        finally:
            cache.save()
        broken = sum(1 for entry in entries if entry.problem)
        yield self.completed, len(entries) - broken, broken

    def _find(self, cache: IndexCache) -> Part:
        entries: list[Entry] = []
        reported, batch = 0, BATCH
        for entry in self._found(cache):
            entries.append(entry)
            if len(entries) - reported >= batch:
                yield self.found, entries[reported:]
                reported, batch = len(entries), batch * GROWTH
            else:
                yield None
        yield self.found, entries[reported:]
        return entries

    def _found(self, cache: IndexCache) -> Iterator[Entry]:
        """Yield every slice with what is known of it, then every path that is none."""
        problems: list[SliceError] = []
        # Following the folders of each path costs more than finding it; many share theirs.
        folder_name = lru_cache(lambda parent: relative_name(parent / "x", self._folder)[:-1])
        for path in find_slices(self._paths, problems.append):
            entry = Entry(path, folder_name(path.parent) + path.name)
            known = cache.get(entry.name, Stamp.of(*files_of(path)))
            if known is not None:
                self._keep_thumbnail(path, known.thumbnail)
                entry = _with_known(entry, known)
            yield entry
        for problem in problems:
            name = relative_name(problem.path, self._folder)
            yield Entry(problem.path, name, problem=problem.reason)

    def _pass(self, entries: list[Entry], describe: Describe, rest_s: float = 0.0) -> Part:
        """Describe every good entry that is not known yet, and report in batches."""
        result: list[Entry] = []
        news: list[Entry] = []
        described = describe(it for it in entries if not (it.problem or it.digest))
        for entry in entries:
            if entry.problem or entry.digest:
                result.append(entry)
                continue
            if rest_s:
                self.rest(rest_s)
            yield None
            news.append(next(described))
            result.append(news[-1])
            if len(news) >= BATCH // (4 if rest_s else 1):
                yield self.described, news
                news = []
        yield self.described, news
        return result

    def _with_pixels(self, entry: Entry, cache: IndexCache) -> Entry:
        # Before it is read: what changes then is read again.
        stamp = Stamp.of(*files_of(entry.path))
        try:
            slice_ = read_slice(entry.path)
        except SliceError as error:
            return dataclasses.replace(entry, problem=error.reason)
        known = Known(
            stamp or Stamp(0, 0),
            slice_.patient,
            slice_.tumour.text if slice_.tumour else "",
            slice_.digest,
            *slice_.shape,
            None if slice_.reference is None else int(np.count_nonzero(slice_.reference)),
            thumbnail(slice_.pixels),
            slice_.fits_if,
            slice_.place,
            slice_.classes,
            MISMATCH in slice_.notes,
        )
        if stamp is not None:
            cache.put(entry.name, known)
            if time.monotonic() - self._saved_at > SAVE_EVERY_S:
                cache.save()
                self._saved_at = time.monotonic()
        self._keep_thumbnail(entry.path, known.thumbnail)
        return _with_known(entry, known)


def _with_headers(entries: Iterable[Entry]) -> Iterator[Entry]:
    entries, same = tee(entries)
    infos = read_infos(entry.path for entry in same)
    for entry, info in zip(entries, infos, strict=True):
        if isinstance(info, SliceError):
            yield dataclasses.replace(entry, problem=info.reason)
            continue
        tumour = info.tumour.text if info.tumour else ""
        yield dataclasses.replace(entry, patient=info.patient, tumour=tumour, place=info.place)


def _with_known(entry: Entry, known: Known) -> Entry:
    return dataclasses.replace(
        entry,
        patient=known.patient,
        tumour=known.tumour,
        digest=known.digest,
        reference_px=known.reference_px,
        fits_if=known.fits_if,
        place=known.place,
        classes=known.classes,
        mismatch=known.mismatch,
    )

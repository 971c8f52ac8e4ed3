"""Find the slices of a data set in a thread, thousands of them, without the window waiting."""

from __future__ import annotations

import dataclasses
import logging
import threading
from collections.abc import Callable
from pathlib import Path

from PyQt5.QtCore import QObject, QThread, pyqtSignal

from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.find import find_slices
from brainseg_gui.files.mat import read_info, read_slice
from brainseg_gui.review.worklist import Entry, relative_name

log = logging.getLogger(__name__)

BATCH = 64
REST_S = 0.004  # between full reads, so that the reader's own requests always get through


class Indexer(QThread):
    """Goes over the files three times: names, then headers, then every pixel.

    The first pass fills the list, the second says patient and type, the third finds what is
    broken inside and recognises slices that were corrected before, by their content.

    Signals
    -------
    found(list of Entry)
        New rows, in natural order.
    described(list of Entry)
        Rows that now know more; recognised by their path.
    completed(int slices, int broken)
    """

    found = pyqtSignal(object)
    described = pyqtSignal(object)
    completed = pyqtSignal(int, int)

    def __init__(self, paths: list[Path], folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._paths = paths
        self._folder = folder
        self._stop = threading.Event()

    def close(self) -> None:
        """Stop and wait."""
        self._stop.set()
        self.wait()

    def run(self) -> None:
        """Index until done or closed."""
        try:
            entries = self._find()
            entries = self._pass(entries, _with_header)
            entries = self._pass(entries, _with_pixels, REST_S)
        except Exception:  # thread boundary: PyQt5 aborts on a raise here
            log.exception("indexing %s", self._folder)
            return
        if not self._stop.is_set():
            broken = sum(1 for entry in entries if entry.problem)
            self.completed.emit(len(entries) - broken, broken)

    def _find(self) -> list[Entry]:
        entries: list[Entry] = []
        problems: list[SliceError] = []
        pending = 0
        for path in find_slices(self._paths, problems.append):
            if self._stop.is_set():
                return entries
            entries.append(Entry(path, relative_name(path, self._folder)))
            if len(entries) - pending >= BATCH:
                self.found.emit(entries[pending:])
                pending = len(entries)
        for problem in problems:
            name = relative_name(problem.path, self._folder)
            entries.append(Entry(problem.path, name, problem=problem.reason))
        self.found.emit(entries[pending:])
        return entries

    def _pass(
        self, entries: list[Entry], describe: Callable[[Entry], Entry], rest_s: float = 0.0
    ) -> list[Entry]:
        """Describe every good entry, and report in batches."""
        result: list[Entry] = []
        reported = 0
        for entry in entries:
            if self._stop.wait(rest_s) if rest_s else self._stop.is_set():
                return result
            result.append(entry if entry.problem else describe(entry))
            if len(result) - reported >= BATCH // (4 if rest_s else 1):
                self.described.emit(result[reported:])
                reported = len(result)
        self.described.emit(result[reported:])
        return result


def _with_header(entry: Entry) -> Entry:
    try:
        info = read_info(entry.path)
    except SliceError as error:
        return dataclasses.replace(entry, problem=error.reason)
    tumour = info.tumour.text if info.tumour else ""
    return dataclasses.replace(entry, patient=info.patient, tumour=tumour)


def _with_pixels(entry: Entry) -> Entry:
    try:
        return dataclasses.replace(entry, digest=read_slice(entry.path).digest)
    except SliceError as error:
        return dataclasses.replace(entry, problem=error.reason)

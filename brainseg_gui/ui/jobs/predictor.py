"""Ask the engine process from a worker thread: one slice at once, or a folder in its own time."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from PyQt5.QtCore import QObject, QThread, pyqtSignal

from brainseg_gui.core.prediction import Prediction
from brainseg_gui.core.slices import Slice
from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.formats import read_slice
from brainseg_gui.inference.engine_client import EngineClient
from brainseg_gui.inference.model_card import BundleError, ModelCard, read_card
from brainseg_gui.inference.segmenter import EngineError, EngineStopped

log = logging.getLogger(__name__)

READ_AHEAD = 3


@dataclass
class _Batch:
    """A folder under way."""

    paths: list[Path]
    total: int
    done: int = 0
    failed: int = 0
    began: float = 0.0


class Predictor(QThread):
    """Owns the `EngineClient`; a single slice is answered before the next one of a folder.

    Signals
    -------
    card_read(ModelCard)
    engine_ready(str)
        Device and engine, as the status bar says it.
    predicted(Path, str digest)
        After `keep` was called.
    skipped(Path, str reason)
        A slice of the folder that cannot be read or predicted.
    failed(str)
        One sentence; the network cannot answer.
    restarted(str)
        One sentence; the engine's process died and was replaced.
    progressed(int done, int total, float per_second)
    batch_finished(int done, int failed, bool cancelled)

    Parameters
    ----------
    bundle : Path
    keep : callable
        Takes each slice and its prediction, in the worker thread, before the signal.
    """

    card_read = pyqtSignal(object)
    engine_ready = pyqtSignal(str)
    predicted = pyqtSignal(object, str)
    skipped = pyqtSignal(object, str)
    failed = pyqtSignal(str)
    restarted = pyqtSignal(str)
    progressed = pyqtSignal(int, int, float)
    batch_finished = pyqtSignal(int, int, bool)

    def __init__(
        self,
        bundle: Path,
        keep: Callable[[Slice, Prediction], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.bundle = bundle
        self._keep = keep
        self._client = EngineClient(bundle, on_restart=self.restarted.emit)
        self._card: ModelCard | None = None
        self._now: tuple[Path, Slice] | None = None
        self._batch: _Batch | None = None
        self._cancel = threading.Event()
        self._condition = threading.Condition()
        self._stopping = False

    @property
    def client(self) -> EngineClient:
        """Return the connection to the engine's process."""
        return self._client

    def ask(self, path: Path, slice_: Slice) -> None:
        """Predict one slice next; an earlier single request that still waits is dropped."""
        with self._condition:
            self._now = (path, slice_)
            self._condition.notify()

    def ask_folder(self, paths: list[Path]) -> None:
        """Predict many slices, from their files."""
        with self._condition:
            self._cancel.clear()
            self._batch = _Batch(list(paths), len(paths))
            self._condition.notify()

    def cancel(self) -> None:
        """Stop the folder before its next slice; what is done is kept."""
        self._cancel.set()

    def close(self) -> None:
        """Stop thread and engine process, and wait for both."""
        with self._condition:
            self._stopping = True
            self._cancel.set()
            self._condition.notify()
        self._client.close()
        self.wait()

    def run(self) -> None:
        """Load the network, then serve requests until `close`."""
        self._guarded(self._load)
        while self._wait():
            if self._now is not None:
                self._guarded(self._answer_now)
            else:
                self._guarded(self._run_batch)
                self._batch = None

    def _wait(self) -> bool:
        with self._condition:
            while not self._stopping and self._now is None and self._batch is None:
                self._condition.wait()
            return not self._stopping

    def _guarded(self, work: Callable[[], None]) -> None:
        """Turn whatever goes wrong into one sentence; the window goes on."""
        try:
            work()
        except EngineStopped:
            log.debug("the engine was stopped while it was asked")
        except (BundleError, EngineError) as error:
            self.failed.emit(str(error))
        except Exception as error:  # thread boundary: PyQt5 aborts on a raise here
            log.exception("predicting")
            self.failed.emit(f"The prediction failed ({type(error).__name__}: {error}).")

    def _load(self) -> None:
        if self._card is None:
            self._card = read_card(self.bundle)
            self.card_read.emit(self._card)
        info = self._client.start()
        self.engine_ready.emit(f"{info.device} · {info.engine} · {self._card.name}")

    def _answer_now(self) -> None:
        with self._condition:
            request, self._now = self._now, None
        if request is not None:
            self._predict(*request)

    def _predict(self, path: Path, slice_: Slice) -> None:
        if self._card is None:
            self._load()
        assert self._card is not None
        probability = self._client.probability(slice_.pixels)
        self._keep(slice_, Prediction(probability, self._card.threshold))
        self.predicted.emit(path, slice_.digest)

    def _run_batch(self) -> None:
        batch = self._batch
        assert batch is not None
        batch.began = time.monotonic()
        try:
            for path, reading in _read_ahead(batch.paths):
                if self._cancel.is_set():
                    break
                if self._now is not None:
                    self._answer_now()
                try:
                    self._predict(path, reading.result())
                except SliceError as error:
                    batch.failed += 1
                    self.skipped.emit(path, error.reason)
                batch.done += 1
                rate = batch.done / max(time.monotonic() - batch.began, 1e-6)
                self.progressed.emit(batch.done, batch.total, rate)
        finally:
            stopped = batch.done < batch.total
            self.batch_finished.emit(batch.done - batch.failed, batch.failed, stopped)


def _read_ahead(paths: list[Path]) -> Iterator[tuple[Path, Future[Slice]]]:
    """Yield paths with their slices being read, a few ahead: the engine never waits for a disk."""
    waiting: deque[tuple[Path, Future[Slice]]] = deque()
    with ThreadPoolExecutor(1, "read-ahead") as pool:
        try:
            for path in paths:
                waiting.append((path, pool.submit(read_slice, path)))
                if len(waiting) > READ_AHEAD:
                    yield waiting.popleft()
            while waiting:
                yield waiting.popleft()
        finally:
            for _, reading in waiting:
                reading.cancel()

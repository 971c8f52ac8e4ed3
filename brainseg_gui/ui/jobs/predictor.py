"""Ask the engine process from a worker thread: one slice at once, or a folder in its own time."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PyQt5.QtCore import QObject, pyqtSignal

from brainseg_gui.core.image.moved import Move, moved, moved_back
from brainseg_gui.core.prediction import Prediction
from brainseg_gui.core.slices import Slice
from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.formats import read_slice
from brainseg_gui.files.reading import ask_with
from brainseg_gui.inference.engine_client import EngineClient
from brainseg_gui.inference.model_card import BundleError, ModelCard, read_card
from brainseg_gui.inference.second.opinion import SecondOpinion
from brainseg_gui.inference.segmenter import EngineError
from brainseg_gui.review.values.verdict import ModelUse
from brainseg_gui.ui.jobs.job import News, Work
from brainseg_gui.ui.jobs.service import Service

READ_AHEAD = 3
LOOK_S = 0.05  # between two looks whether something else is wanted, while a file is read
ONE, FOLDER, AGAIN = range(3)  # kinds of request, the more urgent first

Ahead = Generator[tuple[Path, Future[Slice]], None, None]


@dataclass
class _Batch:
    """A folder under way."""

    paths: list[Path]
    began: float
    done: int = 0
    failed: int = 0


class Predictor(Service):
    """Owns the `EngineClient`; a single slice is answered before the next one of a folder.

    Signals
    -------
    card_read(ModelCard)
    engine_ready(str)
        Device and engine, as the status bar says it.
    predicted(Path, str digest)
        After `keep` was called.
    measured(Path, tuple of Measured, KeptLevels)
        After that, without the name of the slice.
    skipped(Path, str reason)
        A slice of the folder that cannot be read or predicted.
    failed(str)
        One sentence; the network cannot answer.
    restarted(str)
        One sentence; the engine's process died and was replaced.
    progressed(int done, int total, float per_second)
    batch_finished(int done, int failed, bool cancelled)
    answered_again(str digest, dict of Move to mask)
        Masks of a slice that was moved, moved back.

    Parameters
    ----------
    bundle : Path
    keep : callable
        Takes each slice, its prediction, and the network with the sum of the file that ran; in the
        worker thread, before the signal.
    upright : callable, optional
        Takes each slice of a folder as it was read, in a thread; returns it as the reader wants it.
    free : threading.Event, optional
        A folder goes on only while it is set: what a reader waits for has the processors then.
    judged : bool
        Have a second network judge the masks, where the card names one that is at hand: such a
        prediction comes twice, the second time with what its risk is then.
    """

    card_read = pyqtSignal(object)
    engine_ready = pyqtSignal(str)
    predicted = pyqtSignal(object, str)
    measured = pyqtSignal(object, object, object)
    skipped = pyqtSignal(object, str)
    restarted = pyqtSignal(str)
    progressed = pyqtSignal(int, int, float)
    batch_finished = pyqtSignal(int, int, bool)
    answered_again = pyqtSignal(str, object)

    task = "The prediction"
    expected = (BundleError, EngineError)

    def __init__(
        self,
        bundle: Path,
        keep: Callable[[Slice, Prediction, ModelUse], None],
        parent: QObject | None = None,
        upright: Callable[[Slice], Slice] | None = None,
        free: threading.Event | None = None,
        *,
        judged: bool = False,
    ) -> None:
        super().__init__(parent)
        self._judged = judged
        self._second: SecondOpinion | None = None
        self._free = free
        self.bundle = bundle
        self._keep, self._upright = keep, upright or (lambda slice_: slice_)
        self._client = EngineClient(
            bundle, on_restart=partial(self.say, self.restarted), polite=True
        )
        self._card: ModelCard | None = None

    @property
    def client(self) -> EngineClient:
        """Return the connection to the engine's process."""
        return self._client

    @property
    def judges(self) -> int:
        """Return how many other networks have a say in the risks."""
        return self._second.judges if self._second is not None else 0

    def ask(self, path: Path, slice_: Slice) -> None:
        """Predict one slice next; an earlier single request that still waits is dropped."""
        self.submit((path, slice_), ONE)

    def ask_folder(self, paths: list[Path]) -> None:
        """Predict many slices, from their files; a folder under way is left."""
        self._cancelled.clear()
        self.submit(list(paths), FOLDER)

    def ask_again(self, slice_: Slice | None) -> None:
        """Predict a slice moved a little, when nothing else is asked for; None: no more of it."""
        self.submit(slice_, AGAIN)

    def interrupt(self) -> None:
        """Stop the engine's process: what it is asked comes back at once."""
        super().interrupt()
        self._client.close()
        if self._second is not None:
            self._second.close()

    def work(self) -> Work:
        """Load the network, then serve requests until closed."""
        yield from self.guarded(self._load())
        yield from super().work()

    def serve(self, kind: int, request: Any) -> Work:
        """Answer a request of either kind."""
        if kind == AGAIN:
            return self._again(request)
        return self._predict(*request) if kind == ONE else self._folder(request)

    def _load(self) -> Work:
        if self._card is None:
            self._card = read_card(self.bundle)
            yield self.card_read, self._card
            if self._judged:
                trouble = partial(self.say, self.restarted)
                self._second = SecondOpinion.at_hand(
                    self._card, self.bundle, on_trouble=trouble, polite=True
                )
        info = self._client.start()
        yield self.engine_ready, f"{info.device} · {info.engine} · {self._card.name}"

    def _predict(self, path: Path, slice_: Slice, *, polite: bool = False) -> Work:
        if self._card is None:
            yield from self._load()
        assert self._card is not None
        card, probability = self._card, self._client.probability(slice_.pixels)
        network = ModelUse(card.name, card.sum_of(self._client.info.engine), card.threshold)
        prediction = Prediction(probability, card.threshold)
        yield from self._give_way(polite)
        self._keep(slice_, prediction, network)
        yield self.predicted, path, slice_.digest
        from brainseg_gui.reports.reading.taking import of_prediction  # nobody waits for it now

        yield from self._give_way(polite)
        yield self.measured, path, *of_prediction(slice_, prediction, network.sum)
        if self._second is not None:
            while not self._second.ready(LOOK_S):
                yield None  # another slice that is asked for goes before
            yield from self._give_way(polite)
            self._keep(slice_, self._second.judge(slice_.pixels, prediction), network)
            yield self.predicted, path, slice_.digest

    def _again(self, slice_: Slice | None) -> Work:
        if slice_ is None or self._card is None:  # it has one, once it predicted the slice as it is
            return
        masks = {}
        for move in Move:
            probability = self._client.probability(moved(slice_.pixels, move))
            masks[move] = moved_back(probability >= self._card.threshold, move)
            yield None  # whatever else is asked for goes before the next one
        yield self.answered_again, slice_.digest, masks

    def _folder(self, paths: list[Path]) -> Work:
        batch = _Batch(paths, time.monotonic())
        try:
            with closing(self._read_ahead(paths)) as slices:
                for path, reading in slices:
                    yield None  # a single slice that was asked for goes before
                    while not (self.cancelled or (_is_done(reading) and self._is_free())):
                        yield None  # and also before a file that takes its time
                    if self.cancelled:
                        break
                    yield from self._one_of(batch, path, reading)
        except Exception:
            self.say(*self._ended(batch))  # before what went wrong, which is to stay
            raise
        yield self._ended(batch)

    def _give_way(self, polite: bool) -> Work:
        """Let a reader go first who waits for something, unless the reader asked for this."""
        while polite and not (self.cancelled or self._is_free()):
            yield None

    def _is_free(self) -> bool:
        """Wait for a moment while a reader waits for something; tell whether none does."""
        return self._free is None or self._free.wait(LOOK_S)

    def _one_of(self, batch: _Batch, path: Path, reading: Future[Slice]) -> Work:
        try:
            yield from self._predict(path, reading.result(), polite=True)
        except SliceError as error:
            batch.failed += 1
            yield self.skipped, path, error.reason
        batch.done += 1
        rate = batch.done / max(time.monotonic() - batch.began, 1e-6)
        yield self.progressed, batch.done, len(batch.paths), rate

    def _read_ahead(self, paths: list[Path]) -> Ahead:
        """Yield paths with their slices being read, a few ahead: the engine waits for no disk."""
        waiting: deque[tuple[Path, Future[Slice]]] = deque()
        left = threading.Event()

        def ask() -> None:
            ask_with(lambda: 0.0 if left.is_set() else self.file_worth_s())

        with ThreadPoolExecutor(1, "read-ahead", ask) as pool:
            try:
                for path in paths:
                    waiting.append((path, pool.submit(self._read, path)))
                    if len(waiting) > READ_AHEAD:
                        yield waiting.popleft()
                while waiting:
                    yield waiting.popleft()
            finally:
                left.set()
                for _, reading in waiting:
                    reading.cancel()

    def _read(self, path: Path) -> Slice:
        return self._upright(read_slice(path))

    def _ended(self, batch: _Batch) -> News:
        stopped = batch.done < len(batch.paths)
        return self.batch_finished, batch.done - batch.failed, batch.failed, stopped


def _is_done(reading: Future[Slice]) -> bool:
    """Wait for a moment; tell whether a slice is read."""
    return bool(wait([reading], LOOK_S).done)

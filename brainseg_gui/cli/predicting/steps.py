"""The three steps from a slice's file to its results, each with the time that it took."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from brainseg_gui.cli.naming import Naming
from brainseg_gui.cli.results import Output, table_row
from brainseg_gui.core.prediction import Prediction
from brainseg_gui.core.slices import Slice
from brainseg_gui.files.formats import read_slice
from brainseg_gui.files.originals import spare_originals
from brainseg_gui.files.writers.png import Kind
from brainseg_gui.inference.engine_client import EngineClient
from brainseg_gui.inference.model_card import ModelCard
from brainseg_gui.inference.second.opinion import SecondOpinion

Read = tuple[Path, Slice]
PREDICTED = (Kind.PREDICTION, Kind.PROBABILITY, Kind.OVERLAY)  # what a run may replace


@dataclass(frozen=True)
class Steps:
    """What is done to each slice; `read` and `save` in threads.

    Attributes
    ----------
    output : Output
    naming : Naming
    card : ModelCard
    threshold : float
    with_risk : bool
        Say how much each prediction deserves a look.
    second : SecondOpinion, optional
        Knows more of that.
    """

    output: Output
    naming: Naming
    card: ModelCard
    threshold: float
    with_risk: bool = True
    second: SecondOpinion | None = None
    _seconds: defaultdict[Path, float] = field(default_factory=lambda: defaultdict(float))
    _of_networks: dict[Path, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def read(self, path: Path) -> Read:
        """Read a slice; SliceError."""
        with self._timed(path):
            return path, read_slice(path)

    def predict(self, engine: EngineClient, read: Read) -> Prediction:
        """Ask an engine about a slice; what the engine raises."""
        path, slice_ = read
        before = self._busy_s(engine)
        with self._timed(path):
            prediction = Prediction(engine.probability(slice_.pixels), self.threshold)
            if self.second:
                prediction = self.second.judge(slice_.pixels, prediction)
        self._of_networks[path] = max(self._busy_s(engine) - before, 0.0)
        return prediction

    def save(self, path: Path, read: Read, prediction: Prediction) -> dict[str, str]:
        """Write the pictures and return the line of the table; WriteError."""
        _, slice_ = read
        with self._timed(path):
            stem = self.naming.stem(path)
            spare_originals(self.output.files(stem), path, PREDICTED)
            self.output.save(stem, slice_, prediction)
            return table_row(path, slice_, prediction, self.card, with_risk=self.with_risk)

    def seconds(self, path: Path) -> tuple[float, float]:
        """Return how long the steps of a slice took, and its networks of that; and forget it."""
        with self._lock:
            found = self._seconds.pop(path, 0.0), self._of_networks.pop(path, 0.0)
        return round(found[0], 4), round(found[1], 4)

    def _busy_s(self, engine: EngineClient) -> float:
        return engine.busy_s + (self.second.busy_s if self.second else 0.0)

    @contextmanager
    def _timed(self, path: Path) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            with self._lock:
                self._seconds[path] += time.perf_counter() - start

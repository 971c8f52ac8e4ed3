"""The default engine against TensorFlow and against the machine, in one process, in turn."""

from __future__ import annotations

import dataclasses
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from brainseg_gui.core.image.preprocess import Preprocessing
from brainseg_gui.core.types import Probability
from brainseg_gui.files.formats import read_slice
from brainseg_gui.inference.keras_segmenter import KerasSegmenter
from brainseg_gui.inference.model_card import ONNX_FILE, ModelCard, read_card
from brainseg_gui.inference.onnx_segmenter import OnnxSegmenter
from tests.benchmarks.instruments.calibration import ConvolutionRate, network_gflop
from tests.benchmarks.instruments.rows import Row, Setup, median, spread, undisturbed
from tests.benchmarks.instruments.samples import demo_slices

RATIO, SHARE = 0.9, 0.75
PAUSE_S = 0.05  # for threads that still spin after a run


def measure(setup: Setup) -> list[Row]:
    """Time the network alone, then a whole slice with its preprocessing."""
    bundle = setup.network()
    card = read_card(bundle)
    times, machine = _round_robin(bundle, card, rounds=5 if setup.quick else 80)
    onnx, tensorflow, slice_ = times["onnx"], times["tensorflow"], times["slice"]
    gflop = network_gflop(bundle / ONNX_FILE)
    rate = gflop / undisturbed(onnx)
    return [
        Row(
            "default engine / warmed tf.function",
            *(undisturbed(onnx) / undisturbed(tensorflow), "", RATIO),
            is_ratio=True,
            note=f"the network alone: {spread(onnx, 1e3)} ms, {spread(tensorflow, 1e3)} ms",
        ),
        Row(
            "default engine, share of the machine's convolution rate",
            *(rate * undisturbed(machine), "", SHARE),
            is_ratio=True,
            at_least=True,
            note=f"{gflop:.2f} GFLOP at {rate:.0f} of {1 / undisturbed(machine):.0f} GFLOP/s",
        ),
        Row(
            "default engine per slice of 512 x 512, with preprocessing",
            *(median(slice_) * 1e3, "ms"),
            note=f"{spread(slice_, 1e3)}; undisturbed {undisturbed(slice_) * 1e3:.2f}, "
            f"of which the network {undisturbed(onnx) * 1e3:.2f}",
        ),
    ]


def _round_robin(
    bundle: Path, card: ModelCard, rounds: int
) -> tuple[dict[str, list[float]], list[float]]:
    """Return seconds of each engine, and of the machine for 1 GFLOP; two rounds warm up."""
    pixels = read_slice(demo_slices()[0]).pixels
    prepared = card.preprocessing.apply(pixels)
    bare = dataclasses.replace(card, preprocessing=Prepared(*_fields(card.preprocessing)))
    onnx = OnnxSegmenter(bundle, bare, "cpu")
    with _no_native_stderr():
        tensorflow = KerasSegmenter(bundle, bare, "cpu")
    whole = OnnxSegmenter(bundle, card, "cpu")
    work: dict[str, Callable[[], object]] = {
        "onnx": lambda: onnx.probability(prepared),
        "tensorflow": lambda: tensorflow.probability(prepared),
        "slice": lambda: whole.probability(pixels),
    }
    times: dict[str, list[float]] = {name: [] for name in work}
    machine = ConvolutionRate()
    for _ in range(rounds + 2):
        for name, run in work.items():
            times[name].append(_seconds(run))
        time.sleep(PAUSE_S)
        machine.run()
    return {name: seconds[2:] for name, seconds in times.items()}, machine.seconds_per_gflop[2:]


@contextmanager
def _no_native_stderr() -> Iterator[None]:
    """Keep TensorFlow's notes on its build out of the figures; Python's errors come through."""
    kept = os.dup(2)
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _seconds(run: Callable[[], object]) -> float:
    time.sleep(PAUSE_S)
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def _fields(preprocessing: Preprocessing) -> tuple[tuple[str, ...], int]:
    return preprocessing.channels, preprocessing.size


class Prepared(Preprocessing):
    """Lets through what is prepared already, so that an engine's time is its network's."""

    def apply(self, pixels: np.ndarray) -> np.ndarray:
        """Return the (S, S, C) input as it is."""
        return pixels

    def restore(self, probability: np.ndarray, shape: tuple[int, int]) -> Probability:
        """Return the (S, S) answer as it is."""
        return Probability(probability)

"""How much longer a folder takes than the engine alone: reading and writing hide behind it."""

from __future__ import annotations

import io
import time
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from brainseg_gui.cli import predict
from brainseg_gui.files.formats import read_slice
from brainseg_gui.inference.engine_client import EngineClient
from tests.benchmarks.instruments.rows import Row, Setup, spread, undisturbed
from tests.benchmarks.instruments.samples import demo_slices, fill

SLICES, FEW = 100, 20
RATIO = 1.15


def measure(setup: Setup) -> list[Row]:
    """Run `brainseg-predict` on many and on few slices: the difference holds no start of it."""
    bundle = setup.network()
    count, few = (24, 4) if setup.quick else (SLICES, FEW)
    large, small = setup.folder("batch-large"), setup.folder("batch-small")
    fill(large, count)
    fill(small, few)
    output = setup.scratch / "batch-masks"
    engine, whole = [], []
    for _ in range(1 if setup.quick else 3):
        # Before and after: on a machine that is also used for something else, seconds differ.
        engine.append(_engine_seconds(bundle, repeats=1 if setup.quick else 2))
        seconds = [_predict_seconds(folder, output, bundle) for folder in (small, large)]
        engine.append(_engine_seconds(bundle, repeats=1 if setup.quick else 2))
        whole.append((seconds[1] - seconds[0]) / (count - few))
    return [
        Row(
            f"batch over a folder of {count} slices / engine time x slices",
            *(undisturbed(whole) / undisturbed(engine), "", RATIO),
            is_ratio=True,
            note=f"per slice {spread(whole, 1e3, 1)} ms, engine {spread(engine, 1e3, 1)} ms",
        )
    ]


def _engine_seconds(bundle: Path, repeats: int) -> float:
    """Return how long the engine process takes for a slice when nothing else works."""
    slices = [read_slice(path) for path in demo_slices()]
    with EngineClient(bundle, device="cpu") as engine:
        engine.probability(slices[0].pixels)
        start = time.perf_counter()
        for _ in range(repeats):
            for slice_ in slices:
                engine.probability(slice_.pixels)
        return (time.perf_counter() - start) / (repeats * len(slices))


def _predict_seconds(folder: Path, output: Path, bundle: Path) -> float:
    said = io.StringIO()
    command = [str(folder), "--output", str(output), "--model", str(bundle), "--device", "cpu"]
    start = time.perf_counter()
    with redirect_stdout(said), redirect_stderr(said):
        status = predict.main(command)
    seconds = time.perf_counter() - start
    if status != 0:
        raise RuntimeError(f"brainseg-predict ended with {status}: {said.getvalue()[-300:]}")
    return seconds

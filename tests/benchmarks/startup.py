"""How long fresh processes take until there is a window, or a mask."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from tests.benchmarks.instruments.processes import child, seconds_to_end, seconds_to_word
from tests.benchmarks.instruments.rows import Row, Setup, median, spread, undisturbed
from tests.benchmarks.instruments.samples import demo_slices

WINDOW_RATIO, MASK_RATIO = 2.0, 0.3


def measure(setup: Setup) -> list[Row]:
    """Start what is compared in turn, a warm-up first."""
    rows = _windows(setup)
    if setup.bundle is not None:
        rows += _masks(setup, setup.bundle)
    return rows


def _windows(setup: Setup) -> list[Row]:
    network = ["--model", setup.bundle] if setup.bundle else ["--no-model"]
    ours, bare = child("our_window", *network), child("bare_window")
    our_times, bare_times = [], []
    for number in range(2 if setup.quick else 8):
        times = [seconds_to_word(command, setup.scratch) for command in (ours, bare)]
        if number:
            our_times.append(times[0])
            bare_times.append(times[1])
    ratio = undisturbed(our_times) / undisturbed(bare_times)
    note = f"ours {spread(our_times)} s, bare {spread(bare_times)} s, {len(our_times)} starts each"
    return [
        Row(
            "window from process start / bare PyQt5 + pyqtgraph window",
            *(ratio, "", WINDOW_RATIO),
            is_ratio=True,
            note=note,
        ),
        Row("window from process start", median(our_times), "s"),
    ]


def _masks(setup: Setup, bundle: Path) -> list[Row]:
    folder = setup.folder("startup")
    slice_ = Path(shutil.copy(demo_slices()[0], folder))
    times: dict[str, list[float]] = {"onnxruntime": [], "tensorflow": []}
    for number in range(2 if setup.quick else 4):
        for engine, seconds in times.items():
            command = [sys.executable, "-m", "brainseg_gui.cli.predict", str(slice_)]
            command += ["--output", str(folder / engine), "--model", str(bundle)]
            command += ["--engine", engine, "--device", "cpu"]
            taken = seconds_to_end(command, setup.scratch)
            if number:
                seconds.append(taken)
    onnx, tensorflow = times["onnxruntime"], times["tensorflow"]
    return [
        Row(
            "first mask from process start, ONNX Runtime / TensorFlow",
            *(undisturbed(onnx) / undisturbed(tensorflow), "", MASK_RATIO),
            is_ratio=True,
            note=f"brainseg-predict of one slice: {spread(onnx)} s, {spread(tensorflow)} s",
        ),
        Row("first mask from process start, ONNX Runtime", median(onnx), "s"),
    ]

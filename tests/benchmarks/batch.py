"""How much longer a folder takes than its networks: reading and writing hide behind them."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from brainseg_gui.cli import predict
from brainseg_gui.files.formats import read_slice
from brainseg_gui.inference.engine_client import EngineClient
from tests.benchmarks.instruments.rows import NotMeasured, Row, Setup, spread, undisturbed
from tests.benchmarks.instruments.samples import demo_slices, fill

SLICES, WARM = 120, 20  # slices of which the first say nothing: processes start meanwhile
RATIO = 1.15
KINDS = {"one network": ["--no-risk"], "with the second network": []}


def measure(setup: Setup) -> list[Row]:
    """Run `brainseg-predict`, and compare its seconds with those of its networks in the same run.

    What the networks took, their processes say themselves, in the log.
    """
    count, warm = (16, 4) if setup.quick else (SLICES, WARM)
    folder = setup.folder("batch")
    fill(folder, count)
    found: dict[str, list[tuple[float, float]]] = {kind: [] for kind in KINDS}
    alone = []
    for _ in range(1 if setup.quick else 3):
        for kind, words in KINDS.items():
            found[kind].append(_seconds(setup, folder, words, warm))
            alone.append(_alone(setup))
    rows = [_row(kind, count, its) for kind, its in found.items()]
    note = f"{rows[0].note}; with nothing beside it {spread(alone, 1e3, 1)} ms"
    return [replace(rows[0], note=note), rows[1]]


def _row(kind: str, count: int, found: list[tuple[float, float]]) -> Row:
    whole, networks = zip(*found, strict=True)
    return Row(
        f"batch over a folder of {count} slices / its networks' own time, {kind}",
        undisturbed([every / its for every, its in found]),
        *("", RATIO),
        is_ratio=True,
        note=f"per slice {spread(whole, 1e3, 1)} ms, networks {spread(networks, 1e3, 1)} ms",
    )


def _alone(setup: Setup) -> float:
    """Return what the first network takes for a slice when nothing is read or written meanwhile."""
    slices = [read_slice(path) for path in demo_slices()]
    with EngineClient(setup.network(), device="cpu") as engine:
        engine.probability(slices[0].pixels)
        before = engine.busy_s
        for slice_ in slices:
            engine.probability(slice_.pixels)
        return (engine.busy_s - before) / len(slices)


def _seconds(setup: Setup, folder: Path, words: list[str], warm: int) -> tuple[float, float]:
    """Return what a slice took of the clock, and of its networks, once everything runs."""
    said, log, output = io.StringIO(), setup.scratch / "batch.jsonl", setup.scratch / "batch-masks"
    log.unlink(missing_ok=True)
    command = [str(folder), "--output", str(output), "--model", str(setup.network())]
    with redirect_stdout(said), redirect_stderr(said):
        status = predict.main([*command, "--device", "cpu", "--log", str(log), *words])
    if status != 0:
        raise NotMeasured(f"brainseg-predict ended with {status}: {said.getvalue()[-300:]}")
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    slices = [it for it in lines if it["event"] == "slice"]
    first, *rest = slices[warm - 1 :]
    clock = datetime.fromisoformat(rest[-1]["at"]) - datetime.fromisoformat(first["at"])
    networks = sum(it["network_seconds"] for it in rest)
    return clock.total_seconds() / len(rest), networks / len(rest)

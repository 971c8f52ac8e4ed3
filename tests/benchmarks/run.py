"""Time what has a budget, and say how it stands: `make bench`, or this file with Python.

    run.py [--only NAME ...] [--quick] [--model DIR] [--json PATH]
           [--slices DIR] [--predictions DIR]

| name | what is timed |
| --- | --- |
| brush | brush move until painted; stroke until committed on disk |
| tools | what a tool or an operation does until painted |
| busy | brush, tools and operations while a folder is predicted |
| cases | actions and time of a reader's three cases; slices of real patients by `--slices` |
| measures | measures of the mask after a stroke, beside it |
| difference | the difference layer after a stroke, and the stroke with it |
| navigation | the next slice until painted, with its neighbours read ahead and without |
| responsiveness | the longest time the event loop stands still while something else works |
| memory | of the window and the engine's process together |
| startup | window, and first mask, from the start of a process |
| index | listing 3064 slices |
| worklist | opening, sorting, filtering, walking and scrolling a list of 10,000 slices |
| batch | `brainseg-predict` over a folder against what its networks take |
| engines | ONNX Runtime against TensorFlow, and against what the processor can do |
| robot | actions that a robot needs with each tool; slices of real patients by `--slices` |

Every module named so has one function `measure(setup)` that returns rows; a new benchmark is a
new module and a line in `GROUPS`. The window is the real one, offscreen, its canvas 1024 x 1024;
slices are the demo's. What needs a network is left out where there is none.

Absolute times depend on the machine and on what else it does: they are printed beside their
budget as `ok` or `over` and fail nothing. Ratios (marked *) compare the shortest times of two
things measured in turn, and make the exit status 1 when they miss their budget by more than 30 %;
so does a benchmark that cannot run, which would otherwise stay unnoticed. The figures, with
versions, processor and load, are written as JSON to `bench-output/bench.json`. Figures of
`--quick` only prove that all runs.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib
import json
import os
import sys
import tempfile
import time
import traceback
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from brainseg_gui.files import index_cache
from brainseg_gui.inference.bundles import default_bundle
from brainseg_gui.inference.model_card import BundleError
from tests.benchmarks.instruments.machine import describe_machine, load_average
from tests.benchmarks.instruments.rows import NotMeasured, Row, Setup

HANDS = ("brush", "tools", "busy", "cases", "clicks", "robot")  # modules in `hands/`
# What needs a quiet process comes first; the engines leave TensorFlow's threads behind.
GROUPS = (
    *("brush", "tools", "measures", "difference", "navigation", "responsiveness", "memory"),
    *("startup", "busy", "cases"),
    *("index", "worklist", "clicks", "robot", "batch", "engines"),
)
OUT_OF_FOLD = Path(__file__).parents[2] / "resources" / "out_of_fold"
OUTPUT = Path(__file__).parents[2] / "bench-output" / "bench.json"


def main() -> int:
    """Measure, print, write; 1 if a ratio misses its budget or a benchmark does not run."""
    arguments = _parse()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("QT_LOGGING_RULES", "*.warning=false")  # offscreen has no window manager
    target: Path = arguments.json
    target.parent.mkdir(parents=True, exist_ok=True)
    bundle = arguments.model or _shipped_bundle()
    report = Report(target, arguments.quick, bundle)
    for name in arguments.only or GROUPS:
        # On the disk that the results go to: memory would make every commit look free.
        with tempfile.TemporaryDirectory(prefix="scratch-", dir=target.parent) as scratch:
            # What is learned of scratch folders has no business in the user's own cache.
            index_cache.cache_folder = partial(Path, scratch, "cache")
            folders = arguments.slices, arguments.predictions
            report.add(name, Setup(Path(scratch), bundle, arguments.quick, *folders))
    report.write()
    print(f"\nWritten to {target}; load now {load_average()}.")
    return 1 if report.failures else 0


class Report:
    """Prints rows as they come, and keeps them for the JSON file."""

    def __init__(self, target: Path, quick: bool, bundle: Path | None) -> None:
        self._target = target
        self._groups: dict[str, dict[str, Any]] = {}
        machine = describe_machine()
        self._head = {
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "quick": quick,
            "network": bundle.name if bundle else None,
            "machine": machine,
        }
        self.failures: list[str] = []
        print(f"{machine['processor']}, {machine['physical_cores']} cores, load {load_average()}")

    def add(self, name: str, setup: Setup) -> None:
        """Run one benchmark and print its rows; whatever goes wrong, the others go on."""
        start, load = time.perf_counter(), load_average()
        rows: list[Row] = []
        problem = ""
        try:
            place = f"hands.{name}" if name in HANDS else name
            rows = importlib.import_module(f"tests.benchmarks.{place}").measure(setup)
        except NotMeasured as reason:
            problem = str(reason)
        except Exception as error:
            traceback.print_exc()
            problem = f"{type(error).__name__}: {error}"
            self.failures.append(name)
        print(f"\n{name}" + (f": not measured: {problem}" if problem else ""))
        for row in rows:
            print(_line(row), flush=True)
        self.failures += [row.name for row in rows if row.fails_build]
        self._groups[name] = {
            "rows": [_with_verdict(row) for row in rows],
            "problem": problem,
            "load_before": load,
            "load_after": load_average(),
            "seconds": round(time.perf_counter() - start, 1),
        }

    def write(self) -> None:
        """Write everything as JSON, and say which ratios fail."""
        content = self._head | {"failures": self.failures, "groups": self._groups}
        self._target.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")
        for name in self.failures:
            print(f"FAILED: {name}", file=sys.stderr)


def _line(row: Row) -> str:
    measured = f"{row.measured:.3g}" if row.measured < 100 else f"{row.measured:.0f}"
    budget = ""
    if row.budget is not None:
        budget = f"{'>=' if row.at_least else '<='} {row.budget:g}"
    ratio = "*" if row.is_ratio else " "
    return f"  {row.verdict:<5}{ratio} {measured:>6} {row.unit:<2}  {budget:<8} {row.name}" + (
        f"\n{'':28}({row.note})" if row.note else ""
    )


def _with_verdict(row: Row) -> dict[str, Any]:
    return dataclasses.asdict(row) | {"verdict": row.verdict}


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Time what has a budget.")
    parser.add_argument(
        "--only", action="append", choices=GROUPS, metavar="NAME", help=", ".join(GROUPS)
    )
    parser.add_argument("--quick", action="store_true", help="only see that everything runs")
    parser.add_argument("--model", type=Path, metavar="DIR", help="another network's bundle")
    parser.add_argument("--slices", type=Path, metavar="DIR", help="slices for the robot, N.EXT")
    parser.add_argument(
        "--predictions", type=Path, default=OUT_OF_FOLD, metavar="DIR", help="probability_K.npz"
    )
    parser.add_argument("--json", type=Path, default=OUTPUT, metavar="PATH")
    return parser.parse_args()


def _shipped_bundle() -> Path | None:
    try:
        return default_bundle()
    except BundleError:
        return None


if __name__ == "__main__":
    sys.exit(main())

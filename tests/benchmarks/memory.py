"""How much memory the window, what reads its files and its engine hold together."""

from __future__ import annotations

from tests.benchmarks.instruments.processes import child, hear, proportional_memory, started
from tests.benchmarks.instruments.rows import Row, Setup
from tests.benchmarks.instruments.samples import fill

BUDGET_MB = 500.0


def measure(setup: Setup) -> list[Row]:
    """Start the program, wait until a prediction is on the screen, and ask the system."""
    bundle = setup.network()
    folder = setup.folder("memory")
    fill(folder, 20)
    review = setup.scratch / "memory.sqlite"
    command = child("predicted_slice", folder, "--model", bundle, "--review", review)
    with started(command, setup.scratch) as process:
        engine_pid, *reading_pids = map(int, hear(process).split())
        window = proportional_memory(process.pid)
        engine = proportional_memory(engine_pid)
        reading = sum(proportional_memory(pid) for pid in reading_pids)
    return [
        Row(
            "memory of GUI, reading and engine, a prediction of 512 x 512 on the screen",
            *(window + reading + engine, "MB", BUDGET_MB),
            note=f"GUI {window:.0f} MB, reading {reading:.0f} MB in {len(reading_pids)}, engine "
            f"{engine:.0f} MB, proportional set size",
        )
    ]

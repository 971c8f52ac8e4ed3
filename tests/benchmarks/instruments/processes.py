"""Fresh processes: how long until they say something, and how much memory they hold."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.benchmarks.instruments.rows import NotMeasured

CHILDREN = "tests.benchmarks.children"
PATIENCE_S = 120


def child(name: str, *arguments: object) -> list[str]:
    """Return the command line of a script in `children/`."""
    return [sys.executable, "-m", f"{CHILDREN}.{name}", *map(str, arguments)]


def seconds_to_end(command: Sequence[str], scratch: Path) -> float:
    """Return how long a command takes from its start to its end.

    Raises
    ------
    RuntimeError
        If it fails.
    """
    start = time.perf_counter()
    done = subprocess.run(
        command, env=_environment(scratch), capture_output=True, text=True, timeout=PATIENCE_S
    )
    seconds = time.perf_counter() - start
    if done.returncode != 0:
        raise RuntimeError(f"{command[1:3]} ended with {done.returncode}: {done.stderr[-300:]}")
    return seconds


def seconds_to_word(command: Sequence[str], scratch: Path) -> float:
    """Return how long a command takes from its start to its first line; it must then end."""
    start = time.perf_counter()
    with started(command, scratch) as process:
        hear(process)
        seconds = time.perf_counter() - start
        process.wait(timeout=PATIENCE_S)
    return seconds


@contextmanager
def started(command: Sequence[str], scratch: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a command beside the block, and end it with the block; at the latest after a while."""
    process = subprocess.Popen(
        command, env=_environment(scratch), stdout=subprocess.PIPE, text=True
    )
    deadline = threading.Timer(PATIENCE_S, process.kill)
    deadline.start()
    try:
        yield process
    finally:
        deadline.cancel()
        process.terminate()
        process.communicate()


def hear(process: subprocess.Popen[str]) -> str:
    """Return the next line that a process prints."""
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    if not line:
        raise RuntimeError(f"{process.args!r} ended, or hung, without a word")
    return line


def proportional_memory(pid: int) -> float:
    """Return the megabytes that a process holds; what two processes share counts half in each.

    Raises
    ------
    NotMeasured
        Where the system does not tell.
    """
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError as error:
        raise NotMeasured("only Linux tells how much memory is shared") from error
    pss = next(line for line in lines if line.startswith("Pss:"))
    return int(pss.split()[1]) * 1024 / 1e6


def _environment(scratch: Path) -> dict[str, Any]:
    """Return an environment in which no settings of the user are found, or changed.

    What Python compiled is kept, as where the program is installed: `PYTHONDONTWRITEBYTECODE` would
    have each start of a checkout compile all of it.
    """
    places = {name: str(scratch / name.lower()) for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME")}
    others = {"QT_QPA_PLATFORM": "offscreen", "PYTHONDONTWRITEBYTECODE": ""}
    return dict(os.environ) | places | others

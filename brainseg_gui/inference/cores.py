"""How many physical cores this process may use."""

from __future__ import annotations

import os
from pathlib import Path

TOPOLOGY = "/sys/devices/system/cpu/cpu{}/topology/core_cpus_list"


def physical_cores() -> int:
    """Return the number of physical cores, or 0 (let the engine decide) where it is not told.

    Two threads on one core compete for its one multiplier, so logical processors are counted
    once per core; and only those that this process is allowed to run on.
    """
    if not hasattr(os, "sched_getaffinity"):
        return 0
    try:
        return len({Path(TOPOLOGY.format(cpu)).read_text() for cpu in os.sched_getaffinity(0)})
    except OSError:
        return 0

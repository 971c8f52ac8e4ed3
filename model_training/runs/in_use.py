"""One process trains a run at a time: two would write over each other's checkpoints."""

from __future__ import annotations

import contextlib
import os
import platform
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from brainseg_gui.files.errors import WriteError
from brainseg_gui.files.held import HeldFile

IN_USE = "in-use.lock"


@contextlib.contextmanager
def in_use(run: Path) -> Iterator[None]:
    """Hold a run folder within.

    Raises
    ------
    ValueError
        If another process holds it; the sentence says which.
    """
    held = HeldFile()
    text = {"process": os.getpid(), "host": platform.node(), "since": datetime.now(UTC).isoformat()}
    holder = None
    with contextlib.suppress(OSError, WriteError):  # a full disk: whoever writes next will say so
        holder = held.take(run / IN_USE, text)
    if holder is not None:
        raise ValueError(
            f"{run} is being trained by {_who(holder)}; wait for it, or choose another folder"
        )
    try:
        yield
    finally:
        held.release()


def _who(holder: Mapping[str, Any]) -> str:
    with contextlib.suppress(ValueError, KeyError, TypeError):
        since = datetime.fromisoformat(holder["since"]).astimezone().strftime("%H:%M")
        return f"process {holder['process']} on {holder['host']}, since {since}"
    return "another process"

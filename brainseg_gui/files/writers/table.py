"""The formats that masks are written in: one row each, beside one file each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from brainseg_gui.files.writers.png import write_mask


@dataclass(frozen=True)
class Writer:
    """What a mask can be written as.

    Attributes
    ----------
    name : str
        By which a command is told.
    text : str
        As a file dialog shows it.
    suffix : str
        In lower case, with the dot.
    about : str
        What is in the file, as a help text says it.
    write : callable
        Takes a path and an (H, W) bool mask. Raises WriteError if the mask cannot be written, or
        does not read back as the same.
    """

    name: str
    text: str
    suffix: str
    about: str
    write: Callable[[Path, np.ndarray], None]


PNG = Writer("png", "PNG", ".png", "8-bit grey, 0 or 255", write_mask)
WRITERS: tuple[Writer, ...] = (PNG,)


def writer_named(name: str) -> Writer:
    """Return the writer of this name.

    Raises
    ------
    KeyError
        If there is none.
    """
    return {it.name: it for it in WRITERS}[name]


def writer_for(path: Path) -> Writer | None:
    """Return the writer of a file with this suffix, None where there is none."""
    name = path.name.lower()
    return next((it for it in WRITERS if name.endswith(it.suffix)), None)


def save_filters() -> str:
    """Return the filters of a file dialog, as Qt wants them."""
    return ";;".join(f"{it.text} (*{it.suffix})" for it in WRITERS)


def completed(path: Path, chosen_filter: str) -> Path:
    """Return where a mask goes: what has no writer's suffix gets that of the chosen filter."""
    if writer_for(path) is not None:
        return path
    filters = save_filters().split(";;")
    chosen = filters.index(chosen_filter) if chosen_filter in filters else 0
    return path.with_name(path.name + WRITERS[chosen].suffix)

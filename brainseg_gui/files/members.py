"""Slices that lie in a file with others: `brain.nii.gz/z0042` is a path like any other.

The whole program knows a slice by its path. One inside of a file has that file for its parent, or
for the parent of folders that are in the file as well. Whoever asks the disk, asks for the file.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path


def source_of(path: Path) -> tuple[Path, str]:
    """Return the file that a slice lies in, and its name in there: "" where the file is the slice.

    What is not there at all is taken for a file.
    """
    if os.path.lexists(path):
        return path, ""
    inside: list[str] = []
    at = path
    while (above := at.parent) != at:
        inside.insert(0, at.name)
        try:
            is_file = stat.S_ISREG(os.stat(above).st_mode)
        except OSError:
            at = above
            continue
        return (above, "/".join(inside)) if is_file else (path, "")
    return path, ""


def file_of(path: Path) -> Path:
    """Return the file that a slice lies in, which may be its own."""
    return source_of(path)[0]

"""Where a review lies: beside the slices, else in the user's data folder."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import platformdirs

REVIEW_FILE = "brainseg-review.sqlite"


def data_set_folder(paths: Sequence[Path]) -> Path:
    """Return the folder that holds everything that was opened."""
    folders = [path if path.is_dir() else path.parent for path in paths]
    return Path(os.path.commonpath([folder.resolve() for folder in folders]))


def review_path(folder: Path) -> Path:
    """Return where the review of a data set folder belongs.

    A folder that already holds a review keeps it. One that cannot be written to, such as a
    read-only share, gets its review in the user's data folder, under a name of its own, and keeps
    that one when it can be written to some day.
    """
    beside = folder / REVIEW_FILE
    name = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    elsewhere = user_folder() / f"{folder.name or 'slices'}-{name}.sqlite"
    if beside.exists():
        return beside if _writable(folder) and os.access(beside, os.W_OK) else elsewhere
    return beside if _writable(folder) and not elsewhere.exists() else elsewhere


def user_folder() -> Path:
    """Return the user's own folder for reviews."""
    return Path(platformdirs.user_data_dir("brainseg", appauthor=False))


def _writable(folder: Path) -> bool:
    """Try it: permission bits say nothing on network shares, and root may do what they forbid."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False

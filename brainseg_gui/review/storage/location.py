"""Where a review lies: beside the slices, else in the user's data folder."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

import platformdirs

REVIEW_FILE = "brainseg-review.sqlite"


def review_path(folder: Path) -> Path:
    """Return where the review of a data set folder belongs.

    A folder that cannot be written to, such as a read-only share, gets its review in the user's
    data folder, under a name of its own, and keeps that one when it can be written to some day.
    Corrections that already lie beside the slices are copied there the first time, so that
    nothing that was done is out of sight.

    Raises
    ------
    OSError
        If they cannot be copied.
    """
    beside, own = folder / REVIEW_FILE, user_review(folder)
    if _writable(folder) and (os.access(beside, os.W_OK) if beside.exists() else not own.exists()):
        return beside
    if beside.exists() and not own.exists():
        own.parent.mkdir(parents=True, exist_ok=True)
        for suffix in ("-wal", ""):  # the main file last: without it there is no review yet
            if (source := beside.with_name(beside.name + suffix)).exists():
                _copy_whole(source, own.with_name(own.name + suffix))
    return own


def user_review(folder: Path) -> Path:
    """Return the review of a folder in the user's own data folder, be it there or not."""
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    return user_folder() / f"{folder.name or 'slices'}-{name}.sqlite"


def elsewhere(folder: Path, review: Path, asked: Path | None) -> str:
    """Return a sentence where corrections do not lie beside the slices, or did not once."""
    if asked is not None:
        return ""
    own = user_review(folder)
    if review == own:
        return f"Corrections are not kept beside the slices but in {own}."
    if own.exists():
        return f"Corrections made while {folder.name} was read-only lie in {own}; see --review."
    return ""


def user_folder() -> Path:
    """Return the user's own folder for reviews."""
    return Path(platformdirs.user_data_dir("brainseg", appauthor=False))


def _copy_whole(source: Path, target: Path) -> None:
    """Copy under another name first: a copy that was cut off must not pass for the review."""
    part = target.with_name(f"{target.name}.part")
    shutil.copyfile(source, part)
    os.replace(part, target)


def _writable(folder: Path) -> bool:
    """Try it: permission bits say nothing on network shares, and root may do what they forbid."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False

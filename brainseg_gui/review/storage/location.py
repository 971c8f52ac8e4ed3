"""Where a review lies: beside the slices, else in the user's data folder."""

from __future__ import annotations

import glob
import hashlib
import os
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from itertools import count, islice
from pathlib import Path

import platformdirs

REVIEW_FILE = "brainseg-review.sqlite"
RESCUED = re.compile("-rescued[0-9]+$")  # how the names end of files in which work went on
DEEPEST, MOST_FOLDERS = 4, 2000  # in which a review is looked for below a folder


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


def nearby_review(folder: Path) -> Path | None:
    """Return the review of a folder above or below in which work on these slices lies already.

    None where the folder has its own, there is none, or there are several below.
    """
    if (folder / REVIEW_FILE).exists() or user_review(folder).exists():
        return None
    for above in folder.parents:
        for review in (above / REVIEW_FILE, user_review(above)):
            if review.is_file() and _knows(review, folder.relative_to(above).as_posix()):
                return review
    below = list(islice(_reviews_below(folder), 2))
    return below[0] if len(below) == 1 else None


def _knows(review: Path, folder: str) -> bool:
    """Tell whether a review holds something of slices in a sub-folder."""
    from brainseg_gui.review.storage.database import untouching_uri  # here: it takes a while

    try:
        with closing(sqlite3.connect(untouching_uri(review), uri=True)) as found:
            found.text_factory = os.fsdecode
            names = found.execute("SELECT name FROM slice")
            return any(os.fsdecode(name).startswith(f"{folder}/") for (name,) in names)
    except (sqlite3.Error, ValueError):
        return False


def _reviews_below(folder: Path) -> Iterator[Path]:
    """Yield the reviews in sub-folders, a few floors down and in so many folders at the most."""
    floors = len(folder.parts) + DEEPEST
    for place, names, files in islice(os.walk(folder), MOST_FOLDERS):
        names[:] = [] if len(Path(place).parts) >= floors else sorted(names)
        if REVIEW_FILE in files:
            yield Path(place) / REVIEW_FILE


def elsewhere(folder: Path, review: Path, asked: Path | None) -> str:
    """Return a sentence where corrections do not lie beside the slices, or did not once."""
    if asked is not None:
        return ""
    own = user_review(folder)
    if review not in {own, folder / REVIEW_FILE}:
        return (
            f"Work on these slices lies in {review}, which is used; to begin another review, start "
            f"with --review {folder / REVIEW_FILE}."
        )
    if review == own:
        return f"Corrections are not kept beside the slices but in {own}."
    if own.exists():
        return f"Corrections made while {folder.name} was read-only lie in {own}; see --review."
    return ""


def rescue_path(review: Path) -> Path:
    """Return where the work of a review goes on that was harmed: a name beside it, not taken."""
    beginning = re.sub(RESCUED, "", review.stem)
    names = (review.with_name(f"{beginning}-rescued{n}{review.suffix}") for n in count(1))
    return next(path for path in names if not path.exists())


def rescued_beside(review: Path) -> str:
    """Return a sentence where work on a review went on in a file that still lies beside it."""
    try:
        names = sorted(
            path.name
            for path in review.parent.glob(f"{glob.escape(review.stem)}-rescued*")
            if path.suffix == review.suffix and re.search(RESCUED, path.stem)
        )
    except OSError:
        return ""
    if not names:
        return ""
    return (
        f"Work on these slices went on in {names[-1]} when {review.name} was harmed: put it in its "
        "place, or start with --review; move it elsewhere to be told no more."
    )


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

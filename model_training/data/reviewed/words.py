"""What readers decided: their last words on the slices of one review."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from brainseg_gui.core.image.orientation import Turn, turned_digest
from brainseg_gui.review.contents import Contents
from brainseg_gui.review.opening import look_at
from brainseg_gui.review.values.stored import DecidedMask, StoreError
from brainseg_gui.review.values.turns import Turns


@dataclass(frozen=True)
class Words:
    """What one review says, as it was at one moment; the file is let go of.

    Attributes
    ----------
    file : Path
    of : mapping of str to DecidedMask
        The newest verdict that stands on each slice, by `Slice.digest`.
    unfinished : frozenset of str
        `Slice.stored_digest` of slices that were worked on, and have no verdict that stands.
    names : tuple of str
        What the slices were last known by, below the folder of their data set.
    readers : tuple of str
        Who decided or corrected anything.
    turns : Turns
    """

    file: Path
    of: Mapping[str, DecidedMask]
    unfinished: frozenset[str]
    names: tuple[str, ...]
    readers: tuple[str, ...]
    turns: Turns

    def digest(self, stored: str, fits_if: Turn) -> str:
        """Return what a slice is known by now: by its file's pixels, and as it is turned."""
        return turned_digest(stored, self.turns.turn(stored, fits_if))

    def lie_in(self, folder: Path) -> bool:
        """Tell whether a folder holds slices of the review by the names that they had.

        A review may lie anywhere: a home folder is not to be searched for slices.
        """
        paths = (folder / name for name in self.names)
        return any(path.is_file() or path.parent.is_file() for path in paths)


def read_words(file: Path, reader: str | None = None) -> Words:
    """Read a review, of one reader or of all; it may be in use.

    Raises
    ------
    ValueError
        If it cannot be read.
    """
    if not file.is_file():
        raise ValueError(f"there is no review {file}")
    try:
        with closing(look_at(file)) as session:
            return _words(file, session.contents, reader)
    except StoreError as error:
        raise ValueError(str(error)) from error


def _words(file: Path, contents: Contents, reader: str | None) -> Words:
    # Oldest first: of several readers the one who decided last has the word.
    of = {it.version.digest: it for it in contents.decided(reader) if it.stands}
    names, turns = contents.names(), contents.turns()
    decided = {turns.stored(digest) for digest in of}
    unfinished = frozenset(map(turns.stored, names)) - decided
    return Words(file, of, unfinished, tuple(names.values()), contents.readers(), turns)

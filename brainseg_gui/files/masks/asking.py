"""Ask for masks that were made elsewhere: they are read in a process of its own, as slices are."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from brainseg_gui.core.types import Mask
from brainseg_gui.files import reading
from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.find import natural_key
from brainseg_gui.files.masks.found import MaskFile, Member
from brainseg_gui.files.masks.table import mask_format_named

MOST_FILES = 100_000


def read_mask_files(paths: Iterable[Path]) -> Iterator[MaskFile | SliceError]:
    """Yield for each of many files which masks are in it, or why that cannot be said.

    Raises
    ------
    GivenUpError
        As `formats.read_slice`.
    """
    return reading.door().read_mask_files(paths)


def read_mask(file: Path, member: Member) -> Mask:
    """Return one of the masks in a file.

    Raises
    ------
    SliceError
        If it cannot be read, or is of several classes.
    GivenUpError
        As `formats.read_slice`.
    """
    return reading.door().read_mask(file / member.name)


def mask_files_in(folder: Path) -> list[Path]:
    """Return the files in a folder, and in those inside of it, that are named as masks are.

    Raises
    ------
    OSError
        If the folder cannot be looked into.
    ValueError
        With a sentence, if there are too many.
    """
    os.listdir(folder)  # which says why it cannot be looked into; a walk says nothing
    found: list[Path] = []
    for above, folders, names in os.walk(folder):
        folders[:] = sorted(it for it in folders if not it.startswith("."))
        for name in sorted(names, key=natural_key):
            if not name.startswith(".") and mask_format_named(name) is not None:
                found.append(Path(above, name))
        if len(found) > MOST_FILES:
            raise ValueError(f"there are more than {MOST_FILES} files in {folder.name}")
    return found

"""What there is to train on: one list of slices, whatever their format."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path

import numpy as np

from brainseg_gui.core.slices import Slice
from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.find import find_slices
from brainseg_gui.files.formats import (
    layout_of,
    openable,
    read_author_folds,
    read_infos,
    read_slice,
)
from brainseg_gui.files.info import SliceInfo
from brainseg_gui.files.members import file_of
from brainseg_gui.files.readers import author_folds
from brainseg_gui.files.reading import wishes
from model_training.data.revised import Revised


@dataclass(frozen=True)
class Entry:
    """A slice that is known, but not read yet.

    Attributes
    ----------
    name : str
        Path below the source's folder, with `/`: the same wherever the folder is moved to.
    patient, kind : str
        Patient id and tumour type, empty where unknown.
    has_reference : bool
    author_fold : int or None
        The data set's own fold, from 1.
    files : tuple of Path
        What the slice is read from.
    read : callable
        Returns the slice; raises SliceError.
    revised : Revised or None
        The reader's mask that it is read with; None where the file's own counts.
    """

    name: str
    patient: str
    kind: str
    has_reference: bool
    author_fold: int | None
    files: tuple[Path, ...]
    read: Callable[[], Slice]
    revised: Revised | None = None


@dataclass(frozen=True)
class Source:
    """The slices of a data set, in a fixed order."""

    entries: tuple[Entry, ...]

    def __len__(self) -> int:
        return len(self.entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def slices(self) -> Iterator[tuple[str, Slice]]:
        """Read one slice after the other, each with its name; never all in memory."""
        return ((entry.name, entry.read()) for entry in self)

    @property
    def names(self) -> list[str]:
        """Return the name of each slice."""
        return [entry.name for entry in self.entries]

    @property
    def patients(self) -> list[str]:
        """Return the patient id of each slice."""
        return [entry.patient for entry in self.entries]

    @property
    def kinds(self) -> list[str]:
        """Return the tumour type of each slice."""
        return [entry.kind for entry in self.entries]

    @property
    def files(self) -> list[Path]:
        """Return every file that the slices are read from."""
        return [file for entry in self.entries for file in entry.files]

    @property
    def revised(self) -> list[Revised]:
        """Return what stands in place of the masks of slices that readers made others of."""
        return [entry.revised for entry in self.entries if entry.revised is not None]

    @property
    def flatters(self) -> str:
        """Return what to say where slices are measured against what a network began; else ""."""
        began = sum(it.from_prediction for it in self.revised)
        if not began:
            return ""
        return (
            f"{began} of {len(self)} slices are measured against readers' masks that began as a "
            "network's prediction, which flatters"
        )

    def take(self, which: np.ndarray) -> Source:
        """Return the slices at an index or bool array."""
        chosen = np.arange(len(self))[which]
        return Source(tuple(self.entries[index] for index in chosen))

    def fingerprint(self) -> str:
        """Return a SHA-256 that changes when the data do.

        It is over names, sizes and times of the files, over the masks of readers, and over what
        was said of the classes of masks.
        """
        digest = hashlib.sha256(wishes().key.encode())
        for entry in self.entries:
            if entry.revised is not None:
                digest.update(entry.revised.sum.encode())
            for file in entry.files:
                status = file.stat()
                line = f"{entry.name}:{file.name}:{status.st_size}:{status.st_mtime_ns}\n"
                digest.update(os.fsencode(line))
        return digest.hexdigest()


def find_examples(folder: Path) -> Source:
    """List the slices of a folder without reading their pixels.

    Parameters
    ----------
    folder : Path
        Searched at any depth, for every format; one file does too. Where an index describes the
        folder, what that lists is all there is. Beside MATLAB slices the authors' folds may lie.

    Raises
    ------
    ValueError
        If there is no slice, or an index does not fit what it describes.
    SliceError
        If a file cannot be read.
    """
    base = folder if folder.is_dir() else folder.parent
    paths = _listed(folder, list(find_slices([folder], on_problem=_refuse)))
    folds = _author_folds(sorted(folder.rglob(author_folds.NAME)))
    names = [path.relative_to(base).as_posix() for path in paths]
    entries = _entries(names, paths, folds)
    if not entries:
        raise ValueError(f"no slices in {folder}: expected {openable()}")
    return Source(entries)


def source_of_files(paths: list[Path]) -> Source:
    """List given files, under their full names."""
    return Source(entries_of([str(path) for path in paths], paths))


def entries_of(names: list[str], paths: list[Path]) -> tuple[Entry, ...]:
    """List given files under given names; SliceError if one cannot be read."""
    return _entries(names, paths, None)


def _refuse(problem: SliceError) -> None:
    raise problem


def _listed(folder: Path, found: list[Path]) -> list[Path]:
    """Return the slices that were found, without those that an index beside them does not list."""
    paths: list[Path] = []
    for home, those in groupby(found, key=lambda path: path.parent):
        here = list(those)
        if (layout := layout_of(home)) is not None:
            wanted = set(here)
            here = [path for path in layout.listed(home) if path in wanted]
            if folder in {home, home.parent}:
                return here
        paths += here
    return paths


def _author_folds(files: list[Path]) -> np.ndarray | None:
    if len(files) > 1:
        raise ValueError(f"{files[0]} and {files[1]}: only one {author_folds.NAME} can hold")
    return read_author_folds(files[0]) if files else None


def _entries(names: list[str], paths: list[Path], folds: np.ndarray | None) -> tuple[Entry, ...]:
    rows = zip(names, paths, read_infos(paths), strict=True)
    return tuple(_entry(name, path, info, folds) for name, path, info in rows)


def _entry(name: str, path: Path, info: SliceInfo | SliceError, folds: np.ndarray | None) -> Entry:
    if isinstance(info, SliceError):
        raise info
    fold = info.author_fold
    number = int(path.stem) if path.stem.isdecimal() else 0
    if fold is None and folds is not None and 1 <= number <= len(folds):
        fold = int(folds[number - 1])
    return Entry(
        name=name,
        patient=info.patient,
        kind=info.tumour.text if info.tumour else "",
        has_reference=info.has_reference,
        author_fold=fold,
        files=(file_of(path), *info.further),
        read=partial(read_slice, path),
    )

"""Names of results, so that equal stems from different folders never overwrite each other."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from brainseg_gui.core.pseudonyms import Pseudonyms
from brainseg_gui.files.formats import stem_of


@dataclass(frozen=True)
class Naming:
    """What the slices of one run are called in everything that is written and said of them.

    Attributes
    ----------
    stems : mapping of Path to Path
        As `output_stems` returns.
    pseudonyms : Pseudonyms or None
        None where slices and patients keep their names.
    """

    stems: Mapping[Path, Path]
    pseudonyms: Pseudonyms | None = None

    def stem(self, path: Path) -> Path:
        """Return what the results of a slice begin with, relative to their folder."""
        stem = self.stems[path]
        return stem if self.pseudonyms is None else Path(self.pseudonyms.path(stem))

    def file(self, path: Path) -> str:
        """Return what the file of a slice is called."""
        if self.pseudonyms is None:
            return str(path)
        # What was asked for and is no slice has no results, and so no stem.
        return (
            self.stem(path) if path in self.stems else self.pseudonyms.path(Path(path.stem))
        ).as_posix()

    def row(self, path: Path, row: dict[str, str]) -> dict[str, str]:
        """Return a line of the table as it may be written."""
        if self.pseudonyms is None:
            return row
        patient = row["patient"]
        return row | {
            "file": self.file(path),
            "patient": self.pseudonyms.patient(patient),
            "notes": self.sentence(path, row["notes"], patient),
        }

    def sentence(self, path: Path, text: str, patient: str = "") -> str:
        """Return what may be written that is said of a slice and of its patient."""
        if self.pseudonyms is None:
            return text
        names = {path.name, path.stem, *stem_of(path).parts, *path.parent.parts}
        return self.pseudonyms.sentence(text, {patient} - {""}, names)


def output_stems(paths: Sequence[Path]) -> dict[Path, Path]:
    """Return for each file the relative path, without suffix, that its results begin with.

    A stem that occurs once stays as it is. Files that share one go into sub-folders named like
    those they come from, below the deepest folder that holds them all. Upper and lower case
    count as equal, as they are on many disks.

    Examples
    --------
    >>> stems = output_stems([Path("s/a/1.jpg"), Path("s/b/1.jpg"), Path("s/b/2.jpg")])
    >>> [stem.as_posix() for stem in stems.values()]
    ['a/1', 'b/1', '2']
    """
    groups: dict[str, list[Path]] = defaultdict(list)
    for path in paths:
        groups[stem_of(path).name.casefold()].append(path)
    stems: dict[Path, Path] = {}
    taken: set[str] = set()
    for path in paths:
        stem = _in_sub_folder(path, groups[stem_of(path).name.casefold()])
        stems[path] = _untaken(stem, taken)
    return stems


def _in_sub_folder(path: Path, namesakes: list[Path]) -> Path:
    if len(namesakes) == 1:
        return Path(stem_of(path).name)
    folders = [os.path.abspath(stem_of(namesake).parent) for namesake in namesakes]
    try:
        common = os.path.commonpath(folders)
    except ValueError:  # different drives have nothing in common
        return Path(stem_of(path).name)
    own = stem_of(path)
    return Path(os.path.relpath(os.path.abspath(own.parent), common)) / own.name


def _untaken(stem: Path, taken: set[str]) -> Path:
    """Number what is still equal, for example `1.jpg` beside `1.JPG`."""
    candidate, number = stem, 1
    while candidate.as_posix().casefold() in taken:
        number += 1
        candidate = stem.with_name(f"{stem.name}_{number}")
    taken.add(candidate.as_posix().casefold())
    return candidate

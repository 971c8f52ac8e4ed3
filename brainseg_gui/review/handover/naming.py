"""What the files of one export are called, before the first is written."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

from brainseg_gui.core.slices import Tumour
from brainseg_gui.files.writers.table import Writer
from brainseg_gui.review.handover.existing import Existing
from brainseg_gui.review.handover.names import Names
from brainseg_gui.review.handover.options import Options
from brainseg_gui.review.handover.pattern import BY_READER, DEFAULT, Pattern
from brainseg_gui.review.handover.units import Unit
from brainseg_gui.review.values.stored import PackedCorrection

PLACE = re.compile(r"[a-z]\d{4,}")  # what a slice of a volume is called
Meant = Mapping[str, str]  # files by format, as an earlier run of the same export meant them


class Naming:
    """Names files so that none of an export overwrites another of it.

    Upper and lower case count as equal, as they are on many disks.

    Parameters
    ----------
    folder : Path
    options : Options
    names : Names
        What slices and patients are called.
    by_reader : bool
        Whether names must say whose mask it is.
    """

    def __init__(self, folder: Path, options: Options, names: Names, by_reader: bool) -> None:
        self._folder, self._options, self._names = folder, options, names
        self._pattern = options.pattern or (BY_READER if by_reader else DEFAULT)
        self._taken: set[str] = set()

    def claim(self, files: Meant) -> None:
        """Give these names to nobody else."""
        self._taken |= {name.casefold() for name in files.values()}

    def files(
        self, mask: PackedCorrection, tumour: Tumour | None, meant: Meant, writers: Iterable[Writer]
    ) -> dict[str, Path | None]:
        """Return the files of a mask by format; None where one is there and is to stay.

        Parameters
        ----------
        mask : PackedCorrection
        tumour : Tumour or None
        meant : mapping of str to str
            What this export has begun to write already is neither skipped nor written beside.
        writers : iterable of Writer
        """
        values = self._values([mask], tumour)
        name = named(self._pattern, mask.name, values, self._names)
        return self._files(name, mask, meant, writers)

    def files_of_stack(
        self, unit: Unit, tumour: Tumour | None, meant: Meant, writers: Iterable[Writer]
    ) -> dict[str, Path | None]:
        """Return the files of a stack, likewise.

        A volume gives its name; slices in files of their own those of the first and the last.
        """
        first, last = unit.ends
        volume, place = _in_volume(first)
        stem = self._names.stem(volume)
        if place:
            stem = stem.with_name(stem.name.removesuffix(".nii"))
        else:
            stem = stem.with_name(f"{stem.name}-{self._names.stem(last).name}")
        values = self._values(unit.masks, tumour)
        return self._files(self._pattern.name(stem, values), unit.masks[0], meant, writers)

    def _values(self, masks: Sequence[PackedCorrection], tumour: Tumour | None) -> dict[str, str]:
        verdicts = {it.verdict.value.replace(" ", "-") for it in masks}
        return {
            "patient": self._names.patient(masks[0].patient),
            "tumour": "" if tumour is None else tumour.text,
            "verdict": "-".join(sorted(verdicts)),
            "reader": masks[0].reader,
        }

    def _files(
        self, name: PurePosixPath, mask: PackedCorrection, meant: Meant, writers: Iterable[Writer]
    ) -> dict[str, Path | None]:
        mark = self._names.mark(mask.digest)
        return {it.name: self._file(it, name, mark, meant.get(it.name, "")) for it in writers}

    def _file(self, writer: Writer, name: PurePosixPath, mark: str, meant: str) -> Path | None:
        path = self._untaken(writer, name, mark)
        self._taken.add(path.as_posix().casefold())
        if path.as_posix() == meant or not self._is_there(writer, path):
            return self._folder / path
        if self._options.existing is Existing.SKIP:
            return None
        if self._options.existing is Existing.REPLACE:
            return self._folder / path
        number = 2
        while self._is_in_use(writer, path := numbered(writer, name, number), meant):
            number += 1
        self._taken.add(path.as_posix().casefold())
        return self._folder / path

    def _untaken(self, writer: Writer, name: PurePosixPath, mark: str) -> PurePosixPath:
        path = writer.placed(name)
        number = 0
        while path.as_posix().casefold() in self._taken:
            number += 1
            path = writer.placed(_marked(name, f"-{mark}" if number == 1 else f"-{mark}-{number}"))
        return path

    def _is_in_use(self, writer: Writer, path: PurePosixPath, meant: str) -> bool:
        taken = path.as_posix().casefold() in self._taken
        return taken or (path.as_posix() != meant and self._is_there(writer, path))

    def _is_there(self, writer: Writer, path: PurePosixPath) -> bool:
        return any(os.path.lexists(it) for it in writer.files(self._folder / path))


def named(pattern: Pattern, name: str, values: Mapping[str, str], names: Names) -> PurePosixPath:
    """Return the file of a slice without its suffix, below the folder of the export.

    Examples
    --------
    >>> named(DEFAULT, "a/7.jpg", {}, Names()).as_posix()
    'a/7_mask'
    """
    volume, place = _in_volume(name)
    stem = names.stem(volume)
    if place:
        stem = stem.with_name(stem.name.removesuffix(".nii"))
        if not pattern.has("z"):
            stem = stem.with_name(f"{stem.name}_{place}")
    return pattern.name(stem, {**values, "z": place})


def _in_volume(name: str) -> tuple[str, str]:
    """Return the file of a slice, and its place where that is a volume: `z0001`.

    Examples
    --------
    >>> _in_volume("a/brain.nii.gz/z0042"), _in_volume("a/7.jpg")
    (('a/brain.nii.gz', 'z0042'), ('a/7.jpg', ''))
    """
    path = PurePosixPath(name)
    if PLACE.fullmatch(path.name) and path.parent.suffix:
        return path.parent.as_posix(), path.name
    return name, ""


def numbered(writer: Writer, name: PurePosixPath, number: int) -> PurePosixPath:
    """Return the file of a further version."""
    path = writer.placed(name)
    suffix = writer.suffix
    return path.with_name(f"{path.name.removesuffix(suffix)}-{number}{suffix}")


def _marked(name: PurePosixPath, mark: str) -> PurePosixPath:
    """Put a mark before the word that says what the file is."""
    stem = name.name.removesuffix("_mask")
    return name.with_name(f"{stem}{mark}{name.name[len(stem) :]}")

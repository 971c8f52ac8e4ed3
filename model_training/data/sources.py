"""What there is to train on: one list of slices for `.mat` folders and for folders of pictures."""

from __future__ import annotations

import csv
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from brainseg_gui.core.slices import Slice, Tumour, patient_group, size_text
from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.find import find_slices
from brainseg_gui.files.formats import openable, read_info, read_slice
from brainseg_gui.files.readers import author_folds
from brainseg_gui.files.readers.pictures import read_pictures

INDEX, IMAGES, MASKS, BORDERS = "index.csv", "images", "masks", "borders.json"
PICTURES = {".jpg", ".jpeg", ".png"}


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
    """

    name: str
    patient: str
    kind: str
    has_reference: bool
    author_fold: int | None
    files: tuple[Path, ...]
    read: Callable[[], Slice]


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

    def take(self, which: np.ndarray) -> Source:
        """Return the slices at an index or bool array."""
        chosen = np.arange(len(self))[which]
        return Source(tuple(self.entries[index] for index in chosen))

    def fingerprint(self) -> str:
        """Return a SHA-256 over names, sizes and times of the files: changes when the data do."""
        digest = hashlib.sha256()
        for entry in self.entries:
            for file in entry.files:
                status = file.stat()
                line = f"{entry.name}:{file.name}:{status.st_size}:{status.st_mtime_ns}\n"
                digest.update(line.encode())
        return digest.hexdigest()


def find_examples(folder: Path) -> Source:
    """List the slices of a folder without reading their pixels.

    Parameters
    ----------
    folder : Path
        Either `images/`, `masks/` and `index.csv` (columns n, pid, label or tumour; author_fold,
        height and width where known), with `borders.json` or without; or `.mat` files, at any
        depth, with the authors' `cvind.mat` or without. One `.mat` file does too.

    Raises
    ------
    ValueError
        If there is no slice, or the index names one that is not there.
    SliceError
        If a file cannot be read.
    """
    if (folder / INDEX).is_file() and (folder / IMAGES).is_dir():
        entries = _picture_entries(folder)
    else:
        entries = _mat_entries(folder)
    if not entries:
        raise ValueError(
            f"no slices in {folder}: expected {openable()}, or {IMAGES}/, {MASKS}/ and {INDEX}"
        )
    return Source(tuple(entries))


def source_of_files(paths: list[Path]) -> Source:
    """List given `.mat` files, under their full names."""
    return Source(tuple(_mat_entry(str(path), path, None) for path in paths))


def _mat_entries(folder: Path) -> list[Entry]:
    base = folder if folder.is_dir() else folder.parent
    slices = list(find_slices([folder], on_problem=_refuse))
    folds = _author_folds(sorted(folder.rglob(author_folds.NAME)))
    return [_mat_entry(path.relative_to(base).as_posix(), path, folds) for path in slices]


def _refuse(problem: SliceError) -> None:
    raise problem


def _author_folds(files: list[Path]) -> np.ndarray | None:
    if len(files) > 1:
        raise ValueError(f"{files[0]} and {files[1]}: only one {author_folds.NAME} can hold")
    return author_folds.read_author_folds(files[0]) if files else None


def _mat_entry(name: str, path: Path, folds: np.ndarray | None) -> Entry:
    info = read_info(path)
    fold = None
    if folds is not None and path.stem.isdecimal() and 1 <= int(path.stem) <= len(folds):
        fold = int(folds[int(path.stem) - 1])
    kind = info.tumour.text if info.tumour else ""
    read = partial(read_slice, path)
    return Entry(name, info.patient, kind, info.has_reference, fold, (path,), read)


def _picture_entries(folder: Path) -> list[Entry]:
    images, masks = _pictures_of(folder / IMAGES), _pictures_of(folder / MASKS)
    borders = _borders(folder / BORDERS)
    with open(folder / INDEX, newline="", encoding="utf-8-sig") as file:
        rows = csv.DictReader(file)
        if missing := {"n", "pid"} - set(rows.fieldnames or ()):
            raise ValueError(f"{folder / INDEX}: no column {', '.join(sorted(missing))}")
        entries = [
            _picture_entry(f"{INDEX}, line {rows.line_num}", row, images, masks, borders)
            for row in rows
        ]
    names = Counter(entry.name for entry in entries)
    if twice := [name for name, count in names.items() if count > 1]:
        raise ValueError(f"{folder / INDEX}: {twice[0]} is listed twice")
    return entries


def _pictures_of(folder: Path) -> dict[str, Path]:
    """Return the pictures of a folder by name without suffix."""
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.suffix.lower() in PICTURES and not path.name.startswith("."):
            if path.stem in found:
                raise ValueError(f"{found[path.stem]} and {path.name} are the same slice")
            found[path.stem] = path
    return found


def _borders(path: Path) -> dict[str, np.ndarray]:
    """Return the outlines as (N, 2) row, column from 0; the file interleaves x and y from 1."""
    if not path.exists():
        return {}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return {n: np.reshape(xy, (-1, 2))[:, ::-1] - 1.0 for n, xy in content.items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise ValueError(f"{path}: not a list of x, y, x, y, … for each slice") from error


def _picture_entry(
    where: str,
    row: dict[str, str],
    images: dict[str, Path],
    masks: dict[str, Path],
    borders: dict[str, np.ndarray],
) -> Entry:
    number, patient = row["n"], row["pid"]
    if number is None or patient is None:
        raise ValueError(f"{where}: the line is cut off before n and pid")
    if number not in images:
        raise ValueError(f"{where}: there is no picture of slice {number} in {IMAGES}/")
    if (group := row.get("patient_group") or patient_group(patient)) != patient_group(patient):
        raise ValueError(
            f"{where}: patient {patient} is given the group {group}, by its id it is of "
            f"{patient_group(patient)}"
        )
    image, mask = images[number], masks.get(number)
    tumour = _tumour(where, row)
    fold = row.get("author_fold") or ""
    height, width = row.get("height") or "", row.get("width") or ""
    return Entry(
        name=f"{IMAGES}/{image.name}",
        patient=patient,
        kind=tumour.text if tumour else "",
        has_reference=mask is not None,
        author_fold=_whole(where, fold) if fold else None,
        files=(image,) if mask is None else (image, mask),
        read=partial(
            _read_pictures,
            image,
            mask,
            (_whole(where, height), _whole(where, width)) if height and width else None,
            border=borders.get(number),
            patient=patient,
            tumour=tumour,
        ),
    )


def _tumour(where: str, row: dict[str, str]) -> Tumour | None:
    """Return the tumour type by the data set's number or by its name."""
    label, name = row.get("label") or "", row.get("tumour") or ""
    try:
        if label:
            return Tumour(int(label))
        return Tumour[name.upper()] if name else None
    except (ValueError, KeyError) as error:
        known = ", ".join(f"{tumour.value} {tumour.text}" for tumour in Tumour)
        raise ValueError(f"{where}: unknown tumour {label or name}; known are {known}") from error


def _whole(where: str, text: str) -> int:
    if not text.isdecimal():
        raise ValueError(f"{where}: expected a whole number, found {text}")
    return int(text)


def _read_pictures(
    image: Path,
    mask: Path | None,
    shape: tuple[int, int] | None,
    *,
    border: np.ndarray | None,
    patient: str,
    tumour: Tumour | None,
) -> Slice:
    slice_ = read_pictures(image, mask, border=border, patient=patient, tumour=tumour)
    if shape is not None and slice_.shape != shape:
        found, said = size_text(slice_.shape), size_text(shape)
        raise SliceError(image, f"the image is {found}, {INDEX} says {said}")
    return slice_

"""Read folders of pictures: `images/` and `masks/`, which `index.csv` describes.

`index.csv` has the columns n and pid; label or tumour, author_fold, height and width where they
are known. `borders.json` may hold the outlines. A picture that stands in no line is no slice.
"""

from __future__ import annotations

import csv
import json
import os
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from brainseg_gui.core.slices import Slice, Tumour, patient_group, size_text
from brainseg_gui.core.text import in_one_line
from brainseg_gui.files.containers.opening import (
    State,
    content_of,
    is_file,
    is_there,
    opened,
    state_of,
)
from brainseg_gui.files.info import MAX_SIDE, SliceInfo
from brainseg_gui.files.readers.picture_file import SUFFIXES
from brainseg_gui.files.readers.pictures import read_pictures, read_shape
from brainseg_gui.files.wishes import NONE, Wishes

INDEX, IMAGES, MASKS, BORDERS = "index.csv", "images", "masks", "borders.json"
MAX_DIGITS = 18  # of a number in the index
TEXT = f"{IMAGES}/, {MASKS}/ and {INDEX}"
NO_BORDERS = "not a list of x, y, x, y, … for each slice"
NO_OUTLINE = "The border of this slice is no outline and is not read."
Known = TypeVar("Known")


def holds(folder: Path) -> bool:
    """Tell whether the pictures in a folder are slices: an `images/` beside an index."""
    return os.path.basename(os.path.abspath(folder)) == IMAGES and (_root(folder) / INDEX).is_file()


def read(path: Path, wishes: Wishes = NONE) -> Slice:
    """Return the slice of a picture, with its mask, and what the index says of it.

    Raises
    ------
    SliceError, ValueError, OSError
        If a picture cannot be read, is not in the index, or is of another size than that says.
    """
    line, mask = _line_of(path), _mask_of(path)
    borders = _known(_read_borders, _root(path.parent) / BORDERS)
    border = borders.get(path.stem)
    slice_ = read_pictures(
        path,
        mask,
        border=border,
        patient=in_one_line(line.text("pid")),
        tumour=_unless_wrong(_tumour, line),
        wishes=wishes,
    )
    said = _shape(line)
    if said is not None and slice_.shape != said:
        found = size_text(slice_.shape)
        raise ValueError(f"the image is {found}, {INDEX} says {size_text(said)}")
    if border is None and path.stem in borders:
        return replace(slice_, notes=(*slice_.notes, NO_OUTLINE))
    return slice_


def index(path: Path, wishes: Wishes = NONE) -> SliceInfo:
    """Return what the index says of a picture, and whether it has a mask.

    Raises
    ------
    SliceError, ValueError, OSError
        If the picture is not in the index, or the index cannot be read.
    """
    line, mask = _line_of(path), _mask_of(path)
    return SliceInfo(
        _shape(line) or read_shape(path),
        in_one_line(line.text("pid")),
        _unless_wrong(_tumour, line),
        has_reference=mask is not None,
        author_fold=_unless_wrong(_author_fold, line),
        further=() if mask is None else (mask,),
    )


def beside(path: Path) -> tuple[Path, ...]:
    """Return the other files on which a slice depends; those of the folder may be missing."""
    mask, root = _mask_of(path), _root(path.parent)
    return (*(() if mask is None else (mask,)), root / INDEX, root / BORDERS)


def listed(folder: Path) -> list[Path]:
    """Return the pictures of an `images/` in the order of the index, everything checked.

    Raises
    ------
    ValueError
        At the first thing that does not fit, with the line of the index: what a reader of slices
        gets along with would spoil a training.
    """
    root = _root(folder)
    images = _pictures_of(folder)
    _pictures_of(root / MASKS)
    if any(it is None for it in _known(_read_borders, root / BORDERS).values()):
        raise ValueError(f"{root / BORDERS}: {NO_BORDERS}")
    lines = _known(_read_index, root / INDEX).lines
    paths = [_checked(line, images) for line in lines]
    seen: set[Path] = set()
    for path in paths:
        if path in seen:
            raise ValueError(f"{root / INDEX}: {IMAGES}/{path.name} is listed twice")
        seen.add(path)
    return paths


@dataclass(frozen=True)
class _Line:
    """One line of the index, and how a message says where it stands."""

    where: str
    values: Mapping[str, str | None]

    def text(self, column: str) -> str:
        return self.values.get(column) or ""

    def whole(self, column: str) -> int | None:
        text = self.text(column)
        if text and not (text.isdecimal() and len(text) <= MAX_DIGITS):
            raise ValueError(f"{self.where}: expected a whole number, found {text[:MAX_DIGITS]}")
        return int(text) if text else None


@dataclass(frozen=True)
class _Index:
    lines: tuple[_Line, ...]
    of: Mapping[str, Sequence[_Line]]  # by n


def _root(images: Path) -> Path:
    return Path(os.path.abspath(images)).parent


def _line_of(path: Path) -> _Line:
    lines = _known(_read_index, _root(path.parent) / INDEX).of.get(path.stem, ())
    if len(lines) != 1:
        times = "lists it twice" if lines else "has no line for it"
        raise ValueError(f"{INDEX} {times}")
    return _complete(lines[0])


def _complete(line: _Line) -> _Line:
    if line.values.get("n") is None or line.values.get("pid") is None:
        raise ValueError(f"{line.where}: the line is cut off before n and pid")
    return line


def _mask_of(path: Path) -> Path | None:
    masks = _root(path.parent) / MASKS
    for suffix in SUFFIXES:
        for name in (path.stem + suffix, path.stem + suffix.upper()):
            if is_there(mask := masks / name):
                return mask
    return None


def _checked(line: _Line, images: Mapping[str, Path]) -> Path:
    """Return the picture of a line in which everything is right."""
    number, patient = _complete(line).text("n"), line.text("pid")
    if number not in images:
        raise ValueError(f"{line.where}: there is no picture of slice {number} in {IMAGES}/")
    if (group := line.text("patient_group") or patient_group(patient)) != patient_group(patient):
        raise ValueError(
            f"{line.where}: patient {patient} is given the group {group}, by its id it is of "
            f"{patient_group(patient)}"
        )
    _tumour(line), _author_fold(line), _shape(line)
    return images[number]


def _tumour(line: _Line) -> Tumour | None:
    """Return the tumour type by the data set's number or by its name."""
    label, name = line.text("label"), line.text("tumour")
    try:
        if label:
            return Tumour(int(label))
        return Tumour[name.upper()] if name else None
    except (ValueError, KeyError) as error:
        known = ", ".join(f"{tumour.value} {tumour.text}" for tumour in Tumour)
        sentence = f"{line.where}: unknown tumour {label or name}; known are {known}"
        raise ValueError(sentence) from error


def _author_fold(line: _Line) -> int | None:
    return line.whole("author_fold")


def _shape(line: _Line) -> tuple[int, int] | None:
    height, width = line.whole("height"), line.whole("width")
    if height is None or width is None:
        return None
    if not (0 < height <= MAX_SIDE and 0 < width <= MAX_SIDE):
        size = size_text((height, width))
        raise ValueError(f"{line.where}: no picture is {size}; at most {MAX_SIDE} a side is read")
    return height, width


def _unless_wrong(take: Callable[[_Line], Known | None], line: _Line) -> Known | None:
    """Return what a line says, None where that is unknown: the picture can be read all the same."""
    with suppress(ValueError):
        return take(line)
    return None


def _pictures_of(folder: Path) -> dict[str, Path]:
    """Return the pictures of a folder by name without suffix."""
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.suffix.lower() in SUFFIXES and not path.name.startswith("."):
            if path.stem in found:
                raise ValueError(f"{found[path.stem]} and {path.name} are the same slice")
            found[path.stem] = path
    return found


def _read_index(path: Path) -> _Index:
    with TextIOWrapper(opened(path), encoding="utf-8-sig", newline="") as file:
        # Strictly: a quote that is not closed would make all lines that follow one patient id.
        rows = csv.DictReader(file, strict=True)
        try:
            if missing := {"n", "pid"} - set(rows.fieldnames or ()):
                raise ValueError(f"{path}: no column {', '.join(sorted(missing))}")
            lines = tuple(_Line(f"{INDEX}, line {rows.line_num}", row) for row in rows)
        except csv.Error as error:
            raise ValueError(f"{path}, line {rows.reader.line_num}: {error}") from error
        except UnicodeDecodeError as error:
            raise ValueError(f"{path}: not a table in UTF-8") from error
    of: defaultdict[str, list[_Line]] = defaultdict(list)
    for line in lines:
        of[line.text("n")].append(line)
    return _Index(lines, of)


def _read_borders(path: Path) -> dict[str, np.ndarray | None]:
    """Return the outline of each slice, None where it is none."""
    if not is_file(path):
        return {}
    try:
        content = json.loads(content_of(path).decode())
        return {n: _outline(xy) for n, xy in content.items() if xy != []}
    except (ValueError, AttributeError, RecursionError) as error:
        raise ValueError(f"{path}: {NO_BORDERS}") from error


def _outline(xy: object) -> np.ndarray | None:
    """Return (N, 2) row, column from 0 of x, y, x, y, … from 1; None if it is no outline."""
    try:
        border = np.reshape(np.asarray(xy, np.float64), (-1, 2))[:, ::-1] - 1.0
    except (ValueError, TypeError, OverflowError):
        return None
    return border if len(border) >= 3 and (np.abs(border) <= 2 * MAX_SIDE).all() else None


def _known(parse: Callable[[Path], Known], path: Path) -> Known:
    """Return what a file says that describes thousands of slices; it is parsed when it changes."""
    try:
        if is_there(path) and not is_file(path):
            raise ValueError(f"{path}: not a regular file")
        stamp = state_of(path)
    except FileNotFoundError:
        stamp = ()
    found = _kept(parse, path, stamp)
    if isinstance(found, ValueError):
        raise ValueError(str(found))
    return found  # type: ignore[no-any-return]


@lru_cache(maxsize=32)
def _kept(parse: Callable[[Path], Any], path: Path, stamp: State) -> Any:
    try:
        return parse(path)
    except ValueError as error:  # known as well, or each of thousands would look anew
        return error

"""The formats that masks are written in: one row each, beside one file each.

`WRITERS` make a file of each mask, `GATHERERS` one of all masks of an export. Every file is read
back, by other code than wrote it, and compared before it counts as written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from brainseg_gui.core.types import Mask
from brainseg_gui.files.errors import SliceError, WriteError
from brainseg_gui.files.readers import mat
from brainseg_gui.files.writers import (
    cjdata,
    coco,
    contours,
    dicom_seg,
    nifti,
    overlay,
    png,
    training,
    workbook,
)
from brainseg_gui.files.writers.given import Gathered, Given, Placed

FORMATS_EXTRA = "formats"  # as in setup.cfg
DIFFERS = "what is on the disk differs from what was written"


def _the_mask(mask: Mask, given: Given) -> np.ndarray:
    return mask


@dataclass(frozen=True)
class StackWriter:
    """How the masks of a stack are written as one file.

    Attributes
    ----------
    content : callable
        Takes the masks with their places; returns what must come back as an array.
    write : callable
        Takes a path, the content and the masks; raises as `Writer.write`.
    read_back : callable
        Takes the path and the masks; shares no code with `write`.
    zero_elsewhere : bool
        Whether the file has the slices of which no mask is exported, too.
    """

    content: Callable[[Sequence[Placed]], np.ndarray]
    write: Callable[[Path, Any, Sequence[Placed]], None]
    read_back: Callable[[Path, Sequence[Placed]], np.ndarray]
    zero_elsewhere: bool


@dataclass(frozen=True)
class Writer:
    """What a mask can be written as.

    Attributes
    ----------
    name : str
        By which a command is told.
    text : str
        As a dialog shows it.
    suffix : str
        In lower case, with the dot.
    about : str
        What is in the file, as a help text says it.
    write : callable
        Takes a path in a folder that is there, the content and what else is known of it. Raises
        WriteError, or ValueError with a sentence where this mask cannot be written so.
    read_back : callable
        Takes a path and the (height, width) of the mask; returns the content as an array. It
        shares no code with `write`. Raises WriteError or SliceError.
    content : callable
        Takes the mask and what else is known; returns what must come back: the mask itself.
    needs : tuple of str
        Packages that it imports when it is used.
    extra : str
        That brings them; empty where everybody has them.
    from_slice : bool
        Whether it wants the slice as well.
    identifies : bool
        Whether the file says whose it is, whatever is asked for.
    place : callable, optional
        Takes a name without suffix; returns that of the file. By default the suffix is added.
    files : callable
        Takes the path; returns all files that are written.
    stack : StackWriter or None
        For formats that can hold a whole stack.
    """

    name: str
    text: str
    suffix: str
    about: str
    write: Callable[[Path, Any, Given], None]
    read_back: Callable[[Path, tuple[int, int]], np.ndarray]
    content: Callable[[Mask, Given], np.ndarray] = _the_mask
    needs: tuple[str, ...] = ()
    extra: str = ""
    from_slice: bool = False
    identifies: bool = False
    place: Callable[[PurePosixPath], PurePosixPath] | None = None
    files: Callable[[Path], tuple[Path, ...]] = lambda path: (path,)
    stack: StackWriter | None = None

    def placed(self, name: PurePosixPath) -> PurePosixPath:
        """Return the file of a mask, relative to the folder of the export."""
        if self.place is not None:
            return self.place(name)
        return name.with_name(name.name + self.suffix)


@dataclass(frozen=True)
class Gatherer:
    """What all masks of an export can be written as together.

    Attributes
    ----------
    name, text, about, needs, extra
        As of a `Writer`.
    file : str
        Name of the file in the folder of the export.
    write : callable
        Takes the path and what was exported; writes, reads back and compares. Raises WriteError.
    joins : bool
        Whether it goes on with a file that is there, in place of replacing it.
    """

    name: str
    text: str
    file: str
    about: str
    write: Callable[[Path, Gathered], None]
    needs: tuple[str, ...] = ()
    extra: str = ""
    joins: bool = False


def _pixels(path: Path, shape: tuple[int, int]) -> np.ndarray:
    return png.read_back(path)


def _png_mask(path: Path, shape: tuple[int, int]) -> np.ndarray:
    return png.read_back(path) == 255


PNG = Writer(
    *("png", "Mask, PNG", ".png", "8-bit grey, 0 or 255"),
    lambda path, mask, given: png.write_mask(path, mask),
    _png_mask,
)
WRITERS: tuple[Writer, ...] = (
    PNG,
    Writer(
        *("palette", "Mask, PNG with a palette", ".palette.png", "0 or 1, shown black or green"),
        lambda path, mask, given: png.write_indexed(path, mask),
        _pixels,
    ),
    Writer(
        *("overlay", "Picture with outlines, PNG", "_overlay.png"),
        "the slice as the window shows it, mask green, reference blue",
        overlay.write,
        _pixels,
        overlay.content,
        from_slice=True,
        place=overlay.place,
    ),
    Writer(
        *("mat", "MATLAB slice", mat.SUFFIX),
        "as the data set has it: the image, this mask, its border, label and patient",
        cjdata.write,
        cjdata.read_back,
        cjdata.content,
        from_slice=True,
    ),
    Writer(
        *("geojson", "Outlines, GeoJSON", ".geojson", "a polygon for each piece, in pixels"),
        contours.write_geojson,
        contours.read_geojson,
    ),
    Writer(
        *("points", "Outlines, table of points", ".points.csv"),
        "piece, ring, x, y in pixels from the corner of the image",
        contours.write_points,
        contours.read_points,
    ),
    Writer(
        *("nifti", "NIfTI", ".nii.gz", "where the slice lies in the patient, if its file says it"),
        nifti.write,
        nifti.read_back,
        needs=("nibabel",),
        extra=FORMATS_EXTRA,
        stack=StackWriter(
            *(nifti.content_of_stack, nifti.write_stack, nifti.read_back_stack),
            zero_elsewhere=True,
        ),
    ),
    Writer(
        *("dicom-seg", "DICOM segmentation", ".seg.dcm"),
        "of slices that came as DICOM; keeps their names and ids, as it must",
        dicom_seg.write,
        dicom_seg.read_back,
        needs=("pydicom", "highdicom"),
        extra=FORMATS_EXTRA,
        identifies=True,
        stack=StackWriter(
            *(dicom_seg.content_of_stack, dicom_seg.write_stack, dicom_seg.read_back_stack),
            zero_elsewhere=False,
        ),
    ),
    Writer(
        *(training.NAME, "Pictures for training", ".png"),
        f"{training.IMAGES}/, {training.MASKS}/ and {training.INDEX}, which a training reads",
        training.write,
        training.read_back,
        training.content,
        from_slice=True,
        place=training.place,
        files=training.files_of,
    ),
)
GATHERERS: tuple[Gatherer, ...] = (
    Gatherer(
        *("coco", "COCO, run lengths", coco.RUNS_FILE, "one file for all masks"),
        coco.write_runs,
    ),
    Gatherer(
        *("coco-polygons", "COCO, polygons", coco.POLYGONS_FILE, "one file for all masks"),
        coco.write_polygons,
    ),
    Gatherer(
        *("excel", "Table, Excel", workbook.FILE, "the rows of provenance.csv"),
        workbook.write,
        ("openpyxl",),
        FORMATS_EXTRA,
    ),
)
# Which file goes with those of a writer, without being asked for.
COMPANIONS = {
    training.NAME: Gatherer(
        *(training.NAME, "", training.INDEX, ""), training.write_index, joins=True
    ),
}
Row = Writer | Gatherer


def rows() -> tuple[Row, ...]:
    """Return all formats, in the order in which they are offered."""
    return (*WRITERS, *GATHERERS)


def row_named(name: str) -> Row:
    """Return the format of this name.

    Raises
    ------
    KeyError
        If there is none.
    """
    return {it.name: it for it in rows()}[name]


def writers_in(formats: Iterable[Row]) -> tuple[Writer, ...]:
    """Return those that make a file of each mask."""
    return tuple(it for it in formats if isinstance(it, Writer))


def gatherers_in(formats: Sequence[Row]) -> tuple[Gatherer, ...]:
    """Return those that make one file of all masks, and those that go with the others."""
    asked = tuple(it for it in formats if isinstance(it, Gatherer))
    return (*asked, *(COMPANIONS[it.name] for it in formats if it.name in COMPANIONS))


def why_not_hidden(formats: Iterable[Row]) -> str:
    """Return why formats cannot be written under pseudonyms; empty where they can."""
    names = [it.text for it in writers_in(formats) if it.identifies]
    if not names:
        return ""
    return f"{' and '.join(names)} keeps the names and ids of its source: not under pseudonyms."


def write_proved(writer: Writer, path: Path, mask: Mask, given: Given) -> dict[Path, str]:
    """Write a mask, read it back and compare; return the SHA-256 of each file.

    Raises
    ------
    WriteError
        If it cannot be written, cannot be written in this format, or does not come back the same.
    """
    with _proof_of(path):
        content = writer.content(mask, given)
        writer.write(path, content, given)
        _compare(path, content, writer.read_back(path, mask.shape))
    return {file: sum_of(file) for file in writer.files(path)}


def write_stack_proved(writer: StackWriter, path: Path, slices: Sequence[Placed]) -> str:
    """Write the masks of a stack as one file, read it back and compare; return its SHA-256.

    Raises
    ------
    WriteError
        As `write_proved`.
    """
    with _proof_of(path):
        content = writer.content(slices)
        writer.write(path, content, slices)
        _compare(path, content, writer.read_back(path, slices))
    return sum_of(path)


def _compare(path: Path, content: np.ndarray, found: np.ndarray) -> None:
    if found.shape != content.shape or not np.array_equal(found, content):
        raise WriteError(path, DIFFERS)


@contextmanager
def _proof_of(path: Path) -> Iterator[None]:
    """Let whatever goes wrong with a file be a `WriteError`."""
    try:
        yield
    except SliceError as error:
        raise WriteError(path, error.reason) from error
    except ValueError as error:
        raise WriteError(path, str(error)) from error


def sum_of(path: Path) -> str:
    """Return the SHA-256 of a file.

    Raises
    ------
    WriteError
        If it cannot be read.
    """
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise WriteError(path, "it cannot be read back") from error

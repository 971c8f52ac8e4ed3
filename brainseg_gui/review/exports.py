"""Hand corrected masks over as PNG, each read back and compared."""

from __future__ import annotations

import csv
import dataclasses
import enum
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from brainseg_gui.core.text import cell, encoded
from brainseg_gui.files.atomic import make_folder, write_atomically
from brainseg_gui.files.errors import WriteError
from brainseg_gui.files.writers.table import PNG, Writer
from brainseg_gui.review.contents import Contents
from brainseg_gui.review.values.stored import PackedCorrection, StoredCorrection, StoreError
from brainseg_gui.review.values.verdict import Version

Problem = WriteError | StoreError  # of one mask


def export_review(
    contents: Contents,
    folder: Path,
    on_problem: Callable[[WriteError], None] | None = None,
    *,
    reader: str | None = None,
    writer: Writer = PNG,
) -> list[Path]:
    """Write every corrected mask of a review, and `provenance.csv` beside them.

    Where several readers corrected, the names say whose mask it is.

    Parameters
    ----------
    contents : Contents
    folder : Path
    on_problem : callable, optional
        Told of each file that cannot be written; the others still are.
    reader : str, optional
        Only what this reader made.
    writer : Writer
        Which kind of file each mask becomes.

    Returns
    -------
    list of Path
        Of the masks, each read back and compared.

    Raises
    ------
    WriteError
        Without `on_problem`, at the first file that cannot be written whole.
    StoreError
        If the review cannot be read.
    """
    export = read_export(contents, reader)
    written = export_all(
        export.corrections, folder, on_problem, by_reader=export.by_reader, writer=writer
    )
    try:
        write_provenance(export.versions, export.names, folder)
    except WriteError as error:
        if on_problem is None:
            raise
        on_problem(error)
    return written


@dataclass(frozen=True)
class Export:
    """What a review hands over, as it was at one moment; the review itself is let go of.

    Attributes
    ----------
    corrections : tuple of PackedCorrection
    by_reader : bool
        Whether names must say whose mask it is.
    versions : tuple of Version
    names : mapping of str to str
        Name of each slice by its digest.
    """

    corrections: tuple[PackedCorrection, ...]
    by_reader: bool
    versions: tuple[Version, ...]
    names: Mapping[str, str]


def read_export(contents: Contents, reader: str | None = None) -> Export:
    """Read all that `export_review` writes; a few megabytes for thousands of masks.

    Raises
    ------
    StoreError
        If the review cannot be read.
    """
    by_reader = reader is None and len(contents.readers()) > 1
    corrections = contents.packed_masks(reader)
    return Export(corrections, by_reader, contents.versions(reader), contents.names())


def export_all(
    corrections: Iterable[StoredCorrection | PackedCorrection],
    folder: Path,
    on_problem: Callable[[WriteError], None] | None = None,
    *,
    by_reader: bool = False,
    writer: Writer = PNG,
) -> list[Path]:
    """Write every correction; see `write_masks`.

    Parameters
    ----------
    corrections : iterable of StoredCorrection or PackedCorrection
    folder : Path
    on_problem : callable, optional
        Told of each mask that cannot be written; the others still are.
    by_reader : bool
        Say in each name whose mask it is.
    writer : Writer
        Of the format; it has its suffix.

    Raises
    ------
    WriteError
        Without `on_problem`, at the first mask that cannot be written whole; those before it are.
    StoreError
        At the first mask that is damaged in the review.
    """
    written: list[Path] = []
    for outcome in write_masks(corrections, folder, by_reader=by_reader, writer=writer):
        if isinstance(outcome, Path):
            written.append(outcome)
        elif on_problem is None or isinstance(outcome, StoreError):
            raise outcome
        else:
            on_problem(outcome)
    return written


def write_masks(
    corrections: Iterable[StoredCorrection | PackedCorrection],
    folder: Path,
    *,
    by_reader: bool = False,
    writer: Writer = PNG,
) -> Iterator[Path | Problem]:
    """Write every correction as `<stem>_mask`, an earlier export of the same slice replaced.

    Slices in sub-folders keep their sub-folders, so that equal stems never overwrite each other;
    two slices that were known by the same name are told apart by their digest.

    Parameters
    ----------
    corrections : iterable of StoredCorrection or PackedCorrection
    folder : Path
    by_reader : bool
        Say in each name whose mask it is: `<stem>-<reader>_mask`.
    writer : Writer
        Of the format; it has its suffix.

    Yields
    ------
    Path, WriteError or StoreError
        Of each mask, once it was written, read back and compared; or why it could not be, or
        could not be unpacked.
    """
    taken: set[str] = set()
    for correction in corrections:
        reader = correction.reader if by_reader else ""
        path = mask_path(correction.name, folder, reader, writer.suffix)
        path = _untaken(path, writer.suffix, correction.digest, taken)
        try:
            make_folder(path.parent)
            writer.write(path, correction.mask)
        except (WriteError, StoreError) as error:
            yield error
        else:
            yield path


def write_provenance(versions: Iterable[Version], names: Mapping[str, str], folder: Path) -> None:
    """Write `provenance.csv`: one row for each version, oldest first; nothing where there is none.

    Parameters
    ----------
    versions : iterable of Version
    names : mapping of str to str
        Name of each slice by its digest.
    folder : Path

    Raises
    ------
    WriteError
        If it cannot be written whole.
    """
    rows = [{"slice": names.get(version.digest, ""), **_plain(version)} for version in versions]
    if not rows:
        return
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(
        {key: cell(str("" if it is None else it)) for key, it in row.items()} for row in rows
    )
    make_folder(folder)
    write_atomically(folder / "provenance.csv", encoded(text.getvalue()))


def mask_path(name: str, folder: Path, reader: str = "", suffix: str = PNG.suffix) -> Path:
    """Return where the mask of a slice goes.

    Examples
    --------
    >>> mask_path("a/7.jpg", Path("out")).as_posix()
    'out/a/7_mask.png'
    """
    # The name comes out of a file: whatever it holds, it must not lead out of the folder.
    # POSIX knows two roots, "/" and "//".
    parts = [part for part in PurePosixPath(name).parts if part not in {"..", "/", "//", "."}]
    slice_name = PurePosixPath(*parts)
    whose = "-" + re.sub(r"[^\w .-]", "_", reader) if reader else ""
    return folder.joinpath(*slice_name.parent.parts, f"{slice_name.stem}{whose}_mask{suffix}")


def _plain(version: Version) -> dict[str, object]:
    """Return the fields of a version as text and numbers."""
    values = dataclasses.asdict(version)
    return {
        key: value.value if isinstance(value, enum.Enum) else value for key, value in values.items()
    }


def _untaken(path: Path, suffix: str, digest: str, taken: set[str]) -> Path:
    """Tell equal names apart; upper and lower case count as equal, as they are on many disks."""
    if path.as_posix().casefold() in taken:
        end = f"_mask{suffix}"
        path = path.with_name(f"{path.name.removesuffix(end)}-{digest[:8]}{end}")
    taken.add(path.as_posix().casefold())
    return path

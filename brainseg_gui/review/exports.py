"""Hand corrected masks over as PNG, each read back and compared."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from brainseg_gui.core.pseudonyms import Pseudonyms
from brainseg_gui.files.atomic import make_folder
from brainseg_gui.files.errors import WriteError
from brainseg_gui.files.writers.table import PNG, Writer
from brainseg_gui.review.contents import Contents
from brainseg_gui.review.handover.names import AS_THEY_ARE, Hidden, Names
from brainseg_gui.review.handover.provenance import write_provenance
from brainseg_gui.review.handover.whereabouts import Whereabouts
from brainseg_gui.review.values.stored import (
    DecidedMask,
    PackedCorrection,
    StoredCorrection,
    StoreError,
)
from brainseg_gui.review.values.verdict import Verdict

Problem = WriteError | StoreError  # of one mask
HANDED_OVER = frozenset({Verdict.CORRECTED, Verdict.ACCEPTED})


def export_review(
    contents: Contents,
    folder: Path,
    on_problem: Callable[[WriteError], None] | None = None,
    *,
    slices: Path | None = None,
    reader: str | None = None,
    select: Collection[Verdict] = HANDED_OVER,
    writer: Writer = PNG,
) -> list[Path]:
    """Write the masks of a review that are accepted or corrected, and `provenance.csv` beside them.

    Where several readers corrected, the names say whose mask it is. Those of slices that the
    reader had turned are turned back: every mask fits the pixels of its file.

    Parameters
    ----------
    contents : Contents
    folder : Path
    on_problem : callable, optional
        Told of each file that cannot be written; the others still are.
    slices : Path, optional
        Folder of the slices: a mask is named by the files that have its pixels there now.
    reader : str, optional
        Only what this reader made.
    select : collection of Verdict
        Which masks are wanted; IN_PROGRESS are those without a verdict.
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
    export = read_export(contents, reader, slices=slices, select=select)
    return write_export(export, folder, on_problem, writer=writer)


def write_export(
    export: Export,
    folder: Path,
    on_problem: Callable[[WriteError], None] | None = None,
    *,
    writer: Writer = PNG,
    pseudonyms: Pseudonyms | None = None,
) -> list[Path]:
    """Write what was read of a review, on request under pseudonyms; see `export_review`."""
    written: list[Path] = []
    names = AS_THEY_ARE if pseudonyms is None else export.hidden(pseudonyms)
    outcomes = write_masks(
        export.corrections, folder, by_reader=export.by_reader, writer=writer, names=names
    )
    masks: defaultdict[tuple[str, str], list[Path]] = defaultdict(list)
    for correction, outcome in zip(export.corrections, outcomes, strict=True):
        if isinstance(outcome, Path):
            written.append(outcome)
            masks[correction.digest, correction.reader].append(outcome)
        elif on_problem is None or isinstance(outcome, StoreError):
            raise outcome
        else:
            on_problem(outcome)
    try:
        write_provenance(export.decided, export.where, masks, folder, names)
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
        Each once for every file that has its pixels, under that one's name.
    left_out : int
        Masks that are not among those, because of their verdict or for want of one.
    aside : int
        Masks that are not, because their slices are turned otherwise now than when they were made.
    by_reader : bool
        Whether names must say whose mask it is.
    decided : tuple of DecidedMask
    where : Whereabouts
        Of the slices.
    """

    corrections: tuple[PackedCorrection, ...]
    left_out: int
    aside: int
    by_reader: bool
    decided: tuple[DecidedMask, ...]
    where: Whereabouts

    def count(self, verdict: Verdict) -> int:
        """Return how many masks have a verdict."""
        return sum(it.verdict is verdict for it in self.corrections)

    def hidden(self, pseudonyms: Pseudonyms) -> Hidden:
        """Return pseudonyms for all that is named here."""
        its: tuple[PackedCorrection | DecidedMask, ...] = (*self.corrections, *self.decided)
        files = (name for names in self.where.names.values() for name in names)
        return Hidden.of(pseudonyms, (it.patient for it in its), (*(it.name for it in its), *files))


def read_export(
    contents: Contents,
    reader: str | None = None,
    *,
    slices: Path | None = None,
    select: Collection[Verdict] = HANDED_OVER,
    only: Collection[str] | None = None,
) -> Export:
    """Read all that `export_review` writes; a few megabytes for thousands of masks.

    With `only`, of the slices with these digests alone.

    Raises
    ------
    StoreError
        If the review cannot be read.
    """
    by_reader = reader is None and len(contents.readers()) > 1
    masks = [it for it in contents.packed_masks(reader) if only is None or it.digest in only]
    versions = contents.decided(reader)
    decided = tuple(it for it in versions if only is None or it.version.digest in only)
    selected = [it for it in masks if it.verdict in select]
    where = Whereabouts.of(slices if selected or decided else None, contents.turns())
    wanted = [it for it in selected if where.shows(it.digest)]
    placed = tuple(it for mask in wanted for it in where.placed(mask))
    left_out, aside = len(masks) - len(selected), len(selected) - len(wanted)
    return Export(placed, left_out, aside, by_reader, decided, where)


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
    names: Names = AS_THEY_ARE,
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
    names : Names
        What the slices are called there.

    Yields
    ------
    Path, WriteError or StoreError
        Of each mask, once it was written, read back and compared; or why it could not be, or
        could not be unpacked.
    """
    taken: set[str] = set()
    for correction in corrections:
        reader = correction.reader if by_reader else ""
        path = mask_path(correction.name, folder, reader, writer.suffix, names)
        path = _untaken(path, writer.suffix, names.mark(correction.digest), taken)
        try:
            make_folder(path.parent)
            writer.write(path, correction.file_mask)
        except (WriteError, StoreError) as error:
            yield error
        else:
            yield path


def mask_path(
    name: str,
    folder: Path,
    reader: str = "",
    suffix: str = PNG.suffix,
    names: Names = AS_THEY_ARE,
) -> Path:
    """Return where the mask of a slice goes.

    Examples
    --------
    >>> mask_path("a/7.jpg", Path("out")).as_posix()
    'out/a/7_mask.png'
    """
    stem = names.stem(name)
    whose = "-" + re.sub(r"[^\w .-]", "_", reader) if reader else ""
    return folder.joinpath(*stem.parent.parts, f"{stem.name}{whose}_mask{suffix}")


def _untaken(path: Path, suffix: str, mark: str, taken: set[str]) -> Path:
    """Tell equal names apart; upper and lower case count as equal, as they are on many disks."""
    if path.as_posix().casefold() in taken:
        end = f"_mask{suffix}"
        path = path.with_name(f"{path.name.removesuffix(end)}-{mark}{end}")
    taken.add(path.as_posix().casefold())
    return path

"""Slices in `.zip` files, as figshare serves the data set; nothing is unpacked to the disk."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any
from zipfile import ZipInfo

from brainseg_gui.core.slices import Slice
from brainseg_gui.files.containers import archive
from brainseg_gui.files.containers.archive import HEADS, MIB
from brainseg_gui.files.containers.container import ITSELF, MOST_MEMBERS, Container, Listing
from brainseg_gui.files.containers.geometry import Geometry
from brainseg_gui.files.containers.opening import streamed
from brainseg_gui.files.containers.source_header import SourceHeader
from brainseg_gui.files.errors import SliceError, guarded
from brainseg_gui.files.info import SliceInfo
from brainseg_gui.files.wishes import Wishes

SUFFIX = ".zip"
SEVERAL = 3  # names in a sentence
HEAD = 1024
# A listing takes a second or two. Where more is to be looked into, only large files are: those of
# one slice are small, and say themselves, when they are read, that they hold several.
MOST_LOOKS, MOST_LOOKED, LARGE = 500, 64 * MIB, 4 * MIB


def sniff(head: bytes) -> bool:
    """Tell whether a file begins as a zip file does."""
    return head.startswith(HEADS)


def members(path: Path, wishes: Wishes) -> Listing:
    """Return the slices in a file, and what of it cannot be read.

    Raises
    ------
    ValueError
        If it is damaged, or describes more than a file may hold.
    """
    found = archive.opened.get(path).infolist()
    if len(found) > MOST_MEMBERS:
        raise ValueError(f"it holds {len(found)} files; at most {MOST_MEMBERS} are read")
    shown = [it for it in found if not it.is_dir() and _is_shown(it.filename)]
    named = [(it, row) for it in shown if (row := _named(path / it.filename))]
    times = Counter(it.filename for it, _ in named)
    outside = sum(not _stays_inside(it.filename) for it, _ in named)
    locked = sum(it.flag_bits & 1 for it, _ in named)
    twice = sum(times[it.filename] > 1 for it, _ in named)
    files = [
        (it, row)
        for it, row in named
        if _stays_inside(it.filename) and not it.flag_bits & 1 and times[it.filename] == 1
        if _has_suffix(row, it.filename) or _is_dicom(path / it.filename)
    ]
    slices, inside = _looked_into(path, files, wishes)
    nested = [it.filename for it in shown if it.filename.lower().endswith(SUFFIX)]
    problems = [
        f"{locked} of its slices are encrypted, and cannot be read" if locked else "",
        f"{outside} of its names lead out of it, and are passed over" if outside else "",
        f"{twice} of its slices share their names, and cannot be told apart" if twice else "",
        _nested_text(nested) if nested else "",
        *inside,
    ]
    said = [it for it in problems if it]
    if not slices and not said:
        said = ["there is no slice in it"]
    return Listing(tuple(slices), tuple(said))


def _looked_into(
    path: Path, files: list[tuple[ZipInfo, Container]], wishes: Wishes
) -> tuple[list[str], list[str]]:
    """Return the slices in files of a zip file, and what is to be said of these."""
    asked = [it.file_size for it, row in files if row.holds_several]
    all_of_them = len(asked) <= MOST_LOOKS and sum(asked) <= MOST_LOOKED
    slices: list[str] = []
    problems: list[str] = []
    for it, row in files:
        looks = row.holds_several and (all_of_them or it.file_size > LARGE)
        listing = _listing(row, path / it.filename, wishes) if looks else ITSELF
        slices += [f"{it.filename}/{name}" if name else it.filename for name in listing.names]
        problems += [f"{it.filename}: {problem}" for problem in listing.problems]
        if len(slices) > MOST_MEMBERS:
            raise ValueError(f"it holds more than {MOST_MEMBERS} slices")
    return slices, problems


def _listing(row: Container, path: Path, wishes: Wishes) -> Listing:
    """Return what is in a file; one that cannot be looked into is listed: reading it says why."""
    try:
        return guarded(path, lambda: row.members(path, wishes))
    except SliceError:
        return ITSELF


def _named(path: Path) -> Container | None:
    """Return of which format a file is by its name; without a suffix it may be DICOM."""
    packed = _packed()
    row: Container | None = packed.row_named(path)
    if row is None:
        return packed.DICOM if packed.is_nameless(path) else None
    return None if row.is_mask(path) else row


def _has_suffix(row: Container, name: str) -> bool:
    return name.lower().endswith(row.suffixes)


def _is_dicom(path: Path) -> bool:
    try:
        with streamed(path) as file:
            return _packed().DICOM.sniff(file.read(HEAD))
    except Exception:  # zip files raise half a dozen kinds
        return False


def _packed() -> Any:
    from brainseg_gui.files.containers import packed  # here, for the window to do without readers

    return packed


def _nested_text(nested: list[str]) -> str:
    named = ", ".join(nested[:SEVERAL]) + (", …" if len(nested) > SEVERAL else "")
    return f"it holds further zip files ({named}): unpack it, and open those"


def _is_shown(name: str) -> bool:
    """Tell whether a file would be found in a folder, where hidden ones are passed over."""
    return not any(part.startswith((".", "__MACOSX")) and part != ".." for part in name.split("/"))


def _stays_inside(name: str) -> bool:
    """Tell whether a name is a plain path downwards, wherever it is unpacked."""
    parts = name.split("/")
    odd = "\\" in name or ":" in parts[0] or not name.isprintable()
    return not odd and str(PurePosixPath(name)) == name and not {"", "..", "."} & set(parts)


def _read(path: Path, member: str, wishes: Wishes) -> Slice:
    row, file, inner = _found(path, member)
    return row.read(file, inner, wishes)


def _index(path: Path, member: str, wishes: Wishes) -> SliceInfo:
    row, file, inner = _found(path, member)
    return replace(row.index(file, inner, wishes), further=())  # all of it is in the zip file


def _geometry(path: Path, member: str) -> Geometry | None:
    row, file, inner = _found(path, member)
    return row.geometry(file, inner)


def _header(path: Path, member: str) -> SourceHeader | None:
    row, file, inner = _found(path, member)
    return row.header(file, inner)


def _found(path: Path, member: str) -> tuple[Container, Path, str]:
    """Return the format of the file that a slice lies in, its path, and what the slice is in it."""
    if not member:
        raise ValueError("a zip file is no slice: open it, and choose one in it")
    names, parts = archive.opened.get(path).NameToInfo, member.split("/")
    for count in range(len(parts), 0, -1):
        if (it := names.get("/".join(parts[:count]))) is not None:
            row, inner = _named(path / it.filename), "/".join(parts[count:])
            if row is None or (inner and not row.holds_several):
                break
            return row, path / it.filename, inner
    raise ValueError("there is no such slice in the zip file")


ROW = Container(
    "Zip files of slices",
    (SUFFIX,),
    sniff,
    members,
    _read,
    _index,
    is_folder=True,
    geometry=_geometry,
    header=_header,
)

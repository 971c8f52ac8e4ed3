"""Slices in `.zip` files, as figshare serves the data set; nothing is unpacked to the disk.

Every size is compared with what may be before anything is unpacked, and what is unpacked with what
was declared. A name leads to nothing but its own bytes.
"""

from __future__ import annotations

import io
import os
import zipfile
import zlib
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path, PurePosixPath

from brainseg_gui.core.slices import Slice
from brainseg_gui.files.containers.container import MOST_MEMBERS, Container, Listing, Packed
from brainseg_gui.files.containers.geometry import Geometry
from brainseg_gui.files.containers.last_opened import LastOpened
from brainseg_gui.files.containers.source_header import SourceHeader
from brainseg_gui.files.errors import DAMAGED
from brainseg_gui.files.info import SliceInfo
from brainseg_gui.files.wishes import Wishes

SUFFIX = ".zip"
HEADS = (b"PK\x03\x04", b"PK\x05\x06")  # an empty one has the second
MIB = 1 << 20
MOST_DIRECTORY = 16 * MIB  # bytes that describe what is in a file
MOST_UNPACKED = 512 * MIB  # of a slice
MOST_PACKED = 1032  # times that deflate makes something smaller, at the most
SEVERAL = 3  # names in a sentence


def container(formats: Sequence[Packed]) -> Container:
    """Return the row of zip files that may hold files of these formats."""
    return Container(
        "Zip files of slices",
        (SUFFIX,),
        sniff,
        partial(members, formats),
        partial(_read, formats),
        partial(_index, formats),
        is_folder=True,
        geometry=partial(_geometry, formats),
        header=partial(_header, formats),
    )


def sniff(head: bytes) -> bool:
    """Tell whether a file begins as a zip file does."""
    return head.startswith(HEADS)


def members(formats: Sequence[Packed], path: Path, wishes: Wishes) -> Listing:
    """Return the slices in a file, and what of it cannot be read.

    Raises
    ------
    ValueError
        If it is damaged, or describes more than a file may hold.
    """
    found = _opened.get(path).infolist()
    if len(found) > MOST_MEMBERS:
        raise ValueError(f"it holds {len(found)} files; at most {MOST_MEMBERS} are read")
    named = [it for it in found if not it.is_dir() and _is_shown(it.filename)]
    times = Counter(it.filename for it in named)
    slices, outside, locked, twice = [], 0, 0, 0
    for it in named:
        if not any(row.is_named(it.filename) for row in formats):
            continue
        outside += not _stays_inside(it.filename)
        locked += bool(it.flag_bits & 1)
        twice += times[it.filename] > 1
        if _stays_inside(it.filename) and not it.flag_bits & 1 and times[it.filename] == 1:
            slices.append(it.filename)
    nested = [it.filename for it in named if it.filename.lower().endswith(SUFFIX)]
    problems = [
        f"{locked} of its slices are encrypted, and cannot be read" if locked else "",
        f"{outside} of its names lead out of it, and are passed over" if outside else "",
        f"{twice} of its slices share their names, and cannot be told apart" if twice else "",
        _nested_text(nested) if nested else "",
    ]
    said = [it for it in problems if it]
    if not slices and not said:
        said = ["there is no slice in it"]
    return Listing(tuple(slices), tuple(said))


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


def _read(formats: Sequence[Packed], path: Path, member: str, wishes: Wishes) -> Slice:
    return _format_of(formats, member).read(content_of(path, member), wishes)


def _index(formats: Sequence[Packed], path: Path, member: str, wishes: Wishes) -> SliceInfo:
    return _format_of(formats, member).index(content_of(path, member), wishes)


def _geometry(formats: Sequence[Packed], path: Path, member: str) -> Geometry | None:
    return _format_of(formats, member).geometry(content_of(path, member))


def _header(formats: Sequence[Packed], path: Path, member: str) -> SourceHeader | None:
    return _format_of(formats, member).header(content_of(path, member))


def _format_of(formats: Sequence[Packed], member: str) -> Packed:
    for row in formats:
        if row.is_named(member):
            return row
    raise ValueError("a zip file is no slice: open it, and choose one in it")


def content_of(path: Path, member: str) -> bytes:
    """Return what is packed under a name.

    Raises
    ------
    ValueError
        If there is no such name, it is encrypted, packed in a way that is not read, too large, or
        not what the file says of it.
    """
    archive = _opened.get(path)
    try:
        info = archive.getinfo(member)
    except KeyError:
        raise ValueError("there is no such slice in the zip file") from None
    if info.flag_bits & 1:
        raise ValueError("it is encrypted, and cannot be read")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError("it is packed in a way that is not read: only deflate is")
    if info.file_size > MOST_UNPACKED:
        raise ValueError("it is larger than any slice")
    if info.file_size > MOST_PACKED * info.compress_size + MIB:
        raise ValueError(DAMAGED)
    try:
        content = _unpacked(archive, info)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, zlib.error) as error:
        raise ValueError(DAMAGED) from error
    if len(content) != info.file_size:
        raise ValueError(DAMAGED)
    return content


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """Return what is packed, not more of it than was declared; its sum is compared."""
    content = io.BytesIO()
    with archive.open(info) as packed:
        while piece := packed.read(MIB):
            content.write(piece)
    return content.getvalue()


class _Bounded(io.FileIO):
    """A file of which nobody reads more at once than a zip file's directory may be long."""

    def read(self, size: int | None = -1, /) -> bytes:
        rest = os.fstat(self.fileno()).st_size - self.tell()
        wanted = rest if size is None or size < 0 else min(size, rest)
        if wanted > MOST_DIRECTORY:
            raise ValueError("it describes more files than a zip file of slices may hold")
        return super().read(max(wanted, 0)) or b""


def _open(path: Path) -> zipfile.ZipFile:
    file = _Bounded(path)
    try:
        return _Archive(file)
    except (zipfile.BadZipFile, UnicodeDecodeError, NotImplementedError, OverflowError) as error:
        file.close()
        raise ValueError(f"{DAMAGED}, or no zip file") from error
    except BaseException:
        file.close()
        raise


class _Archive(zipfile.ZipFile):
    """A zip file that closes what it was opened with."""

    def __init__(self, file: _Bounded) -> None:
        self._own = file
        super().__init__(file)

    def close(self) -> None:
        """Let go of the file."""
        super().close()
        self._own.close()


_opened: LastOpened[zipfile.ZipFile] = LastOpened(_open)

"""A zip file that is open: every size is compared with what may be before anything is unpacked.

What is unpacked is compared with what was declared. A name leads to nothing but its own bytes.
"""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

from brainseg_gui.files.containers.last_opened import LastOpened
from brainseg_gui.files.errors import DAMAGED

HEADS = (b"PK\x03\x04", b"PK\x05\x06")  # an empty one has the second
MIB = 1 << 20
MOST_DIRECTORY = 16 * MIB  # bytes that describe what is in a file
MOST_UNPACKED = 512 * MIB  # of a slice
MOST_PACKED = 1032  # times that deflate makes something smaller, at the most
LOCAL = struct.Struct("<4s22xHH")  # what precedes a file: a mark, two lengths at its end


def content_of(path: Path, member: str) -> bytes:
    """Return what is packed under a name.

    Raises
    ------
    ValueError
        If there is no such name, it is encrypted, packed in a way that is not read, too large, or
        not what the file says of it.
    """
    archive = opened.get(path)
    info = _checked(archive, member)
    try:
        content = _unpacked(archive, info)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, zlib.error) as error:
        raise ValueError(DAMAGED) from error
    if len(content) != info.file_size:
        raise ValueError(DAMAGED)
    return content


def stream_of(path: Path, member: str) -> BinaryIO:
    """Open what is packed under a name, of which not more is unpacked than is read.

    Raises
    ------
    ValueError
        As `content_of`; the sum is compared when the end is read.
    """
    info = _checked(opened.get(path), member)
    file = open(path, "rb")  # noqa: SIM115 - of its own: the archive may be closed before
    try:
        file.seek(info.header_offset)
        mark, name, extra = LOCAL.unpack(file.read(LOCAL.size))
        if mark != HEADS[0]:
            raise ValueError(DAMAGED)
        file.seek(name + extra, os.SEEK_CUR)
        return zipfile.ZipExtFile(file, "r", info, None, True)  # type: ignore[return-value]
    except struct.error as error:
        file.close()
        raise ValueError(DAMAGED) from error
    except BaseException:
        file.close()
        raise


def _checked(archive: zipfile.ZipFile, member: str) -> zipfile.ZipInfo:
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
    return info


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


opened: LastOpened[zipfile.ZipFile] = LastOpened(_open)

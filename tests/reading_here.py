"""Files read in the test's own process, where a format that the test made is known."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from brainseg_gui.files import here, reading
from brainseg_gui.files.containers.container import Listing
from brainseg_gui.files.containers.source_header import SourceHeader
from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.info import SliceInfo
from brainseg_gui.files.masks.found import MaskFile

_one_at_a_time = threading.Lock()  # as a child reads; libraries are not made for more
Found = TypeVar("Found")


def _in_turn(read: Callable[..., Found], *, wishes: bool = True) -> Callable[[Any, Path], Found]:
    def in_turn(self: Any, path: Path) -> Found:
        with _one_at_a_time:
            return read(path, reading.wishes()) if wishes else read(path)

    return in_turn


class ReadingHere:
    """Stands in for `reading.Reader`, without its children."""

    pids: tuple[int, ...] = ()
    read_slice = _in_turn(here.read_slice)
    read_author_folds = _in_turn(here.read_author_folds, wishes=False)
    read_info = _in_turn(here.read_info)
    read_listing = _in_turn(here.read_listing)
    read_variables = _in_turn(here.read_variables, wishes=False)
    read_mask = _in_turn(here.read_mask)
    read_mask_file = _in_turn(here.read_mask_file)
    read_geometry = _in_turn(here.read_geometry, wishes=False)
    read_header = _in_turn(here.read_header, wishes=False)

    def start(self) -> None:
        """Start nothing."""

    def close(self) -> None:
        """End nothing."""

    def read_infos(self, paths: Iterable[Path]) -> Iterator[SliceInfo | SliceError]:
        """Read one after the other."""
        for path in paths:
            try:
                yield self.read_info(path)
            except SliceError as error:
                yield error

    def read_listings(self, paths: Iterable[Path]) -> Iterator[Listing | SliceError]:
        """Look into one after the other."""
        for path in paths:
            try:
                yield self.read_listing(path)
            except SliceError as error:
                yield error

    def read_headers(self, paths: Iterable[Path]) -> Iterator[SourceHeader | SliceError | None]:
        """Read the headers of one after the other."""
        for path in paths:
            try:
                yield self.read_header(path)
            except SliceError as error:
                yield error

    def read_mask_files(self, paths: Iterable[Path]) -> Iterator[MaskFile | SliceError]:
        """Look into one after the other."""
        for path in paths:
            try:
                yield self.read_mask_file(path)
            except SliceError as error:
                yield error

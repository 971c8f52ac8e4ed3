"""Files read in the test's own process, where a format that the test made is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from brainseg_gui.files import here
from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.info import SliceInfo


class ReadingHere:
    """Stands in for `reading.Reader`, without its children."""

    pids: tuple[int, ...] = ()
    read_slice = staticmethod(here.read_slice)
    read_author_folds = staticmethod(here.read_author_folds)
    knows = staticmethod(here.knows)

    def start(self) -> None:
        """Start nothing."""

    def close(self) -> None:
        """End nothing."""

    def read_infos(self, paths: Iterable[Path]) -> Iterator[SliceInfo | SliceError]:
        """Read one after the other."""
        for path in paths:
            try:
                yield here.read_info(path)
            except SliceError as error:
                yield error

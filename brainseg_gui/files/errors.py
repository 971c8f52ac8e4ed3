"""What can go wrong with a file, in one sentence."""

from __future__ import annotations

from pathlib import Path


class SliceError(Exception):
    """A slice file that cannot be read.

    Attributes
    ----------
    path : Path
    reason : str
        What was found, without the file name; ready for a worklist row.
    """

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path.name}: {reason}")
        self.path = path
        self.reason = reason


class WriteError(Exception):
    """A result that could not be written, or does not read back as it was written.

    Attributes
    ----------
    path : Path
    reason : str
        What stood in the way, without the file name.
    """

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason

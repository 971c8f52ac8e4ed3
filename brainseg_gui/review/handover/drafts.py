"""A mask while its files are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from brainseg_gui.core.types import Mask
from brainseg_gui.files.errors import WriteError
from brainseg_gui.files.writers.given import Given
from brainseg_gui.review.values.stored import PackedCorrection, StoreError

Problem = WriteError | StoreError  # of one mask


@dataclass
class Draft:
    """What is to be written of a mask, and what of it is.

    Attributes
    ----------
    it : PackedCorrection
    given : Given
    mask : (H, W) bool or None
        None until it is unpacked.
    ready : bool
        Whether it is unpacked, and noted that it was begun.
    files : dict of str to Path
        That are wanted, by format.
    kept : int
        Files that are there and stay.
    paths, sums : dict of str to str
        As of `Done`.
    problems : list
    """

    it: PackedCorrection
    given: Given
    mask: Mask | None = None
    ready: bool = False
    files: dict[str, Path] = field(default_factory=dict)
    kept: int = 0
    paths: dict[str, str] = field(default_factory=dict)
    sums: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def expect(self, files: Mapping[str, Path | None]) -> None:
        """Take over which files are wanted; None is one that stays as it is."""
        self.files = {name: file for name, file in files.items() if file is not None}
        self.kept = len(files) - len(self.files)

"""What makes a format of files that hold several slices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from brainseg_gui.core.slices import Slice
from brainseg_gui.files.containers.geometry import Geometry
from brainseg_gui.files.containers.source_header import SourceHeader
from brainseg_gui.files.info import SliceInfo
from brainseg_gui.files.wishes import Wishes

MOST_MEMBERS = 100_000  # of one file


@dataclass(frozen=True)
class Listing:
    """What is found in a file.

    Attributes
    ----------
    names : tuple of str
        Of the slices in it, in their order; "" is the file itself.
    problems : tuple of str
        What of it is not read, one sentence each, without the name of the file.
    files : tuple of str
        Other files that it lists, as paths from its own folder that lead to nowhere else.
    passed_over : tuple of str
        Why it is no slice, said to whoever asks for it by name; a search passes it over.
    """

    names: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()


ITSELF = Listing(("",))


@dataclass(frozen=True)
class Container:
    """What can be read that holds slices, and how; like a `Format`, in the reading child alone.

    A member of a file is named in its listing. Whatever one of these functions raises becomes one
    sentence about the file.

    Attributes
    ----------
    name : str
        In the plural, as a file dialog shows it.
    suffixes : tuple of str
        In lower case, with the dots.
    sniff : callable
        Takes the first `HEAD` bytes of a file; tells whether they can be of no other format.
    members : callable
        Returns what is in a file, by its header alone.
    read : callable
        Takes a file, a member and what is wished for; returns the slice.
    index : callable
        Returns what a worklist shows of it, likewise.
    is_folder : bool
        Whether its members have names of their own, as files in a folder have.
    beside : callable
        Takes a file; returns the others on which its slices depend, there or not.
    geometry : callable
        Takes a file and a member; returns where that lies, None where nothing says it.
    header : callable
        Takes a file and a member; returns what its DICOM header says, None where it has none.
    holds_several : bool
        Whether a file may hold more than itself, so that it is to be asked for `members`.
    is_mask : callable
        Takes a file; tells by its name whether it holds masks of others, which are no slices.
    """

    name: str
    suffixes: tuple[str, ...]
    sniff: Callable[[bytes], bool]
    members: Callable[[Path, Wishes], Listing]
    read: Callable[[Path, str, Wishes], Slice]
    index: Callable[[Path, str, Wishes], SliceInfo]
    is_folder: bool = False
    beside: Callable[[Path], tuple[Path, ...]] = lambda path: ()
    geometry: Callable[[Path, str], Geometry | None] = lambda path, member: None
    header: Callable[[Path, str], SourceHeader | None] = lambda path, member: None
    holds_several: bool = True
    is_mask: Callable[[Path], bool] = lambda path: False

    def is_named(self, path: Path) -> bool:
        """Tell whether a file of this name would be of this format."""
        return path.name.lower().endswith(self.suffixes)

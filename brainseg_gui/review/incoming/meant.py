"""Of several stacks that lie in one place, as those of a data set may, the one that is meant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath

from brainseg_gui.files.containers.source_header import SourceHeader
from brainseg_gui.files.formats import read_headers, stem_of
from brainseg_gui.files.members import file_of
from brainseg_gui.review.worklist.entry import Entry

Stack = Sequence[Entry]
SIGNS = "_-. "


def meant(
    stacks: Sequence[Stack], path: Path, stems: Sequence[str], source: str, current: Entry | None
) -> tuple[Stack | None, bool]:
    """Return the stack that a mask is for, and whether only the slice on the screen says so.

    Parameters
    ----------
    stacks : sequence of sequence of Entry
        The slices that lie where the mask does.
    path : Path
        Of the mask.
    stems : sequence of str
        What its slice may be called.
    source : str
        The mark of the picture that it was drawn on, "" where that is not known.
    current : Entry or None
        The slice on the screen.

    Returns
    -------
    stack : sequence of Entry or None
        None where nothing tells them apart.
    by_screen : bool
    """
    rules: tuple[Callable[[Stack], bool], ...] = (
        lambda its: bool(source) and any(it == source for it in _marks(its)),
        lambda its: any(_is_called(_name(its[0]), stem) for stem in stems),
        lambda its: file_of(its[0].path).parent == path.parent,
    )
    for rule in rules:
        stacks = [its for its in stacks if rule(its)] or stacks
        if len(stacks) == 1:
            return stacks[0], False
    if current is not None:
        here = (current.path.parent, current.place and current.place.stack)
        for its in stacks:
            if (its[0].path.parent, its[0].place and its[0].place.stack) == here:
                return its, True
    return None, False


def _marks(stack: Stack) -> list[str]:
    found = read_headers([it.path for it in stack])
    return [it.mark for it in found if isinstance(it, SourceHeader)]


def _name(entry: Entry) -> str:
    """Return the name of a volume, or of the folder of a series, without its suffix."""
    return stem_of(PurePosixPath(entry.name).parent).name


def _is_called(name: str, stem: str) -> bool:
    """Tell whether a volume belongs to a mask: `case_t1` to `case`, but not to `case1`."""
    name, stem = name.casefold(), stem.casefold()
    return bool(stem) and name.startswith(stem) and name[len(stem) : len(stem) + 1] in {"", *SIGNS}

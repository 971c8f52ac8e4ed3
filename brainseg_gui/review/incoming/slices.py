"""The slices that masks made elsewhere may be for: by name, by place, by stack."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path, PurePosixPath

from brainseg_gui.files.containers.geometry import Geometry
from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.formats import read_geometry, read_infos, stem_of
from brainseg_gui.files.masks.fitting import plane_at
from brainseg_gui.files.masks.found import Block, Member
from brainseg_gui.review.worklist.entry import Entry
from brainseg_gui.review.worklist.stacks import StackKey, ordered, stack_key

ENDINGS = tuple(
    f"{sign}{word}"
    for sign in "_-. "
    for word in ("mask", "seg", "label", "segmentation", "corrected", "prediction", "labels")
)
Told = Callable[[], None]  # called between files


class Slices:
    """Every slice of the data set that can be read.

    Parameters
    ----------
    entries : sequence of Entry
    current : Path or None
        Of the slice on the screen.
    breathe : callable
        Called between two files that are read; ends the work by raising.
    """

    def __init__(self, entries: Sequence[Entry], current: Path | None, breathe: Told) -> None:
        self._entries = [it for it in entries if not it.problem]
        self.current = next((it for it in self._entries if it.path == current), None)
        self._breathe = breathe
        self._placed: dict[object, list[tuple[Entry, Member]]] = {}
        self._shapes: dict[Path, tuple[int, int] | str] = {}
        self._whole: defaultdict[str, list[Entry]] = defaultdict(list)
        self._last: defaultdict[str, list[Entry]] = defaultdict(list)
        for it in self._entries:
            stem = stem_of(PurePosixPath(it.name))
            for key in {it.name, stem.as_posix()}:
                self._whole[key].append(it)
            for key in {PurePosixPath(it.name).name, stem.name}:
                self._last[key].append(it)

    def named(self, name: str) -> list[Entry]:
        """Return the slices that a name is of, that of a mask or of the slice's own file."""
        for candidate in _stems(PurePosixPath(name)):
            for key, known in ((str(candidate), self._whole), (candidate.name, self._last)):
                if key in known:
                    return known[key]
        return []

    def placed(self, block: Block) -> list[tuple[Entry, Member]]:
        """Return the slices that lie in a block, each with the mask that lies there."""
        assert block.affine is not None
        key = block.affine.tobytes(), block.shape  # many files of masks lie in one place
        if key not in self._placed:
            found = self._placed[key] = []
            for entry, where in self._geometries:
                if (plane := plane_at(block, where)) is not None:
                    found.append((entry, Member(0, *plane)))
        return self._placed[key]

    def stacks(self, count: int, plane: tuple[int, int]) -> list[list[Entry]]:
        """Return the stacks of so many slices of this size."""
        same = [it for it in self._stacks.values() if len(it) == count]
        return [it for it in same if self.shape(it[0]) == plane]

    def shape(self, entry: Entry) -> tuple[int, int] | str:
        """Return (H, W) of a slice as its file has it, or why that cannot be said."""
        if entry.path not in self._shapes:
            self.look_at([entry])
        return self._shapes[entry.path]

    def look_at(self, entries: Sequence[Entry]) -> None:
        """Have the sizes of some slices at hand."""
        unknown = [it.path for it in entries if it.path not in self._shapes]
        for path, info in zip(unknown, read_infos(unknown), strict=True):
            self._breathe()
            self._shapes[path] = info.reason if isinstance(info, SliceError) else info.shape

    @cached_property
    def _stacks(self) -> dict[StackKey, list[Entry]]:
        found: defaultdict[StackKey, list[Entry]] = defaultdict(list)
        for entry in self._entries:
            if (key := stack_key(entry)) is not None:
                found[key].append(entry)
        return {key: ordered(entries) for key, entries in found.items()}

    @cached_property
    def _geometries(self) -> list[tuple[Entry, Geometry]]:
        return list(self._read_geometries())

    def _read_geometries(self) -> Iterator[tuple[Entry, Geometry]]:
        for entry in self._entries:
            if entry.place is None:
                continue
            self._breathe()
            try:
                where = read_geometry(entry.path)
            except SliceError:
                continue  # its row says why
            if where is not None:
                yield entry, where


def stems(name: str) -> list[str]:
    """Return what the volume may be called whose mask has this name, the likeliest first."""
    return [it.name for it in _stems(PurePosixPath(name))]


def _stems(name: PurePosixPath) -> Iterator[PurePosixPath]:
    """Yield what a slice may be called whose mask has this name, the likeliest first."""
    yield name
    stem = stem_of(name)
    yield stem
    for ending in ENDINGS:
        if stem.name.lower().endswith(ending) and len(stem.name) > len(ending):
            yield stem.with_name(stem.name[: -len(ending)])

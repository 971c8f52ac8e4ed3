"""Which files have a slice's pixels now: names are given, swapped and copied after a review."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from brainseg_gui.core.image.orientation import turned_digest
from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.find import find_slices
from brainseg_gui.files.formats import files_of, read_slice
from brainseg_gui.files.index_cache import IndexCache, Stamp
from brainseg_gui.review.values.stored import PackedCorrection
from brainseg_gui.review.values.turns import Turns


@dataclass(frozen=True)
class Whereabouts:
    """Where the slices of a folder are.

    Attributes
    ----------
    folder : Path or None
        None where nothing is known; slices then have the names that they were last known by.
    names : mapping of str to tuple of str
        Names below the folder by `Slice.digest`, as each is turned now, in natural order.
    turns : Turns
        How the slices are turned.
    unread : mapping of str to str
        Why files are not known, by their names: they may have a slice's pixels all the same.
    """

    folder: Path | None
    names: Mapping[str, tuple[str, ...]]
    turns: Turns = field(default_factory=Turns)
    unread: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls, folder: Path | None, turns: Turns, without: Collection[Path] = frozenset()
    ) -> Whereabouts:
        """Look at every slice of a folder; those that did not change are not read again.

        Files `without` are none of the data set: an export wrote them.
        """
        names: defaultdict[str, list[str]] = defaultdict(list)
        unread: dict[str, str] = {}
        if folder is not None:
            cache = IndexCache(folder)
            for path in find_slices([folder]):
                if path in without:
                    continue
                name = path.relative_to(folder).as_posix()
                try:
                    names[_digest(cache, name, path, turns)].append(name)
                except SliceError as error:
                    unread[name] = error.reason
        return cls(folder, {digest: tuple(its) for digest, its in names.items()}, turns, unread)

    def placed(self, correction: PackedCorrection) -> list[PackedCorrection]:
        """Return a correction once for each file that has its pixels, under that one's name.

        One whose slice is gone keeps its last name, unless that is another slice's by now. Each
        says how its slice was turned.
        """
        correction = replace(correction, turn=self.turns.way(correction.digest))
        if its := self.names.get(correction.digest):
            return [replace(correction, name=name) for name in its]
        name = PurePosixPath(correction.name)
        if any(correction.name in others for others in self.names.values()):
            name = name.with_name(f"{name.stem}-{correction.digest[:8]}{name.suffix}")
        return [replace(correction, name=name.as_posix())]

    def shows(self, digest: str) -> bool:
        """Tell whether a slice is shown in the position in which it has this digest."""
        if digest in self.names:
            return True
        return not self.names_of(digest) and self.turns.stands(digest)

    def names_of(self, digest: str) -> tuple[str, ...]:
        """Return the names of the files that have a slice's pixels, however it is turned."""
        if its := self.names.get(digest):
            return its
        return next(filter(None, map(self.names.get, self.turns.positions(digest))), ())

    def file_of(self, digest: str, name: str) -> Path | None:
        """Return the file of this name, if it has the slice's pixels."""
        if self.folder is None or name not in self.names_of(digest):
            return None
        return self.folder / name

    def why_unread(self, name: str) -> str:
        """Return why a file, or the one that a slice lies in, is not known; mostly ""."""
        path = PurePosixPath(name)
        return next((it for at in (path, *path.parents) if (it := self.unread.get(str(at)))), "")

    def path(self, digest: str) -> Path | None:
        """Return a file that has a slice's pixels, if there is one."""
        its = self.names_of(digest)
        return self.folder / its[0] if its and self.folder is not None else None


def _digest(cache: IndexCache, name: str, path: Path, turns: Turns) -> str:
    known = cache.get(name, Stamp.of(*files_of(path)))
    if known is not None:
        return turned_digest(known.digest, turns.turn(known.digest, known.fits_if))
    return turns.applied(read_slice(path)).digest

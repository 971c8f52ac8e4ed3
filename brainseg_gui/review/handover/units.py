"""What of an export is written together: a mask alone, or the masks of a stack."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from brainseg_gui.core.place import Place
from brainseg_gui.files.containers.geometry import Geometry, stacked
from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.formats import read_geometry, read_infos
from brainseg_gui.files.writers.table import writers_in
from brainseg_gui.review.exports import Export
from brainseg_gui.review.handover.options import Options
from brainseg_gui.review.handover.whereabouts import Whereabouts
from brainseg_gui.review.values.stored import PackedCorrection

StackKey = tuple[str, str]  # the folder or file of the slices, and what they have in common there


@dataclass(frozen=True)
class Unit:
    """Masks that are written together.

    Attributes
    ----------
    masks : tuple of PackedCorrection
    places : tuple of Geometry
        Of each in the volume of the stack, then of those that come along; none for a mask that
        stands alone.
    ends : (str, str)
        Names of the first and the last slice of the stack, exported or not.
    along : tuple of PackedCorrection
        Other masks of the stack, that were not asked for: without them its file would say that
        there is nothing on their slices.
    """

    masks: tuple[PackedCorrection, ...]
    places: tuple[Geometry, ...] = ()
    ends: tuple[str, str] = ("", "")
    along: tuple[PackedCorrection, ...] = ()

    @property
    def depth(self) -> int:
        """Return how many slices the stack has."""
        return self.places[0].shape[self.places[0].cut.normal] if self.places else 1


@dataclass
class _Stack:
    """Where the slices of a stack lie in its volume, by their names."""

    places: dict[str, Geometry] = field(default_factory=dict)
    ends: tuple[str, str] = ("", "")


def units_of(export: Export, options: Options) -> list[Unit]:
    """Return what is written together, in the order of the first mask of each."""
    alone = [Unit((it,)) for it in export.corrections]
    if not options.volumes or not any(it.stack for it in writers_in(options.formats)):
        return alone
    keys = _keys(export.where, {it.name for it in export.corrections if _file(export, it)})
    stacks: dict[StackKey, _Stack] = {}
    groups: defaultdict[object, list[PackedCorrection]] = defaultdict(list)
    for it in export.corrections:
        key = keys.get(it.name)
        if key is not None and key not in stacks:
            stacks[key] = _stack(export.where, key, it.name)
        inside = key is not None and it.name in stacks[key].places
        groups[(key, it.reader) if inside else (it.name, it.digest, it.reader)].append(it)
    found = [(its, stacks.get(keys.get(its[0].name, ("", "")))) for its in groups.values()]
    return [_unit(its, stack, export.along) for its, stack in found]


def _unit(
    masks: Sequence[PackedCorrection], stack: _Stack | None, others: Sequence[PackedCorrection]
) -> Unit:
    if stack is None or masks[0].name not in stack.places:
        return Unit(tuple(masks))
    reader = masks[0].reader
    along = tuple(it for it in others if it.name in stack.places and it.reader == reader)
    places = tuple(stack.places[it.name] for it in (*masks, *along))
    return Unit(tuple(masks), places, stack.ends, along)


def _file(export: Export, it: PackedCorrection) -> bool:
    return export.where.file_of(it.digest, it.name) is not None


def _keys(where: Whereabouts, names: Iterable[str]) -> dict[str, StackKey]:
    return {name: (_above(name), place.stack) for name, place in _placed(where, names).items()}


def _placed(where: Whereabouts, names: Iterable[str]) -> dict[str, Place]:
    """Return where in a stack each slice lies, of those that lie in one."""
    if where.folder is None:
        return {}
    known = sorted(names)
    infos = read_infos(where.folder / name for name in known)
    return {
        name: info.place
        for name, info in zip(known, infos, strict=True)
        if not isinstance(info, SliceError) and info.place is not None
    }


def _stack(where: Whereabouts, key: StackKey, name: str) -> _Stack:
    """Return where the slices of a stack lie; nothing where they make no volume."""
    beside = [it for its in where.names.values() for it in its if _above(it) == key[0]]
    placed = {it: at for it, at in _placed(where, beside).items() if at.stack == key[1]}
    ordered = sorted(placed, key=lambda it: placed[it].at)
    try:
        found = [(it, _geometry(where, it)) for it in ordered]
    except SliceError:
        return _Stack()
    geometries = [it for _, it in found if it is not None]
    if len(geometries) != len(found) or not found:
        return _Stack()
    first = geometries[0]
    if first.shape[first.cut.normal] == 1:
        whole = stacked(geometries)
        if whole is None:
            return _Stack()
        geometries = list(whole)
    return _Stack(dict(zip(ordered, geometries, strict=True)), (ordered[0], ordered[-1]))


def _geometry(where: Whereabouts, name: str) -> Geometry | None:
    assert where.folder is not None
    return read_geometry(where.folder / name)


def _above(name: str) -> str:
    return PurePosixPath(name).parent.as_posix()

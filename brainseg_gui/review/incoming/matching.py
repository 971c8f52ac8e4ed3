"""Match masks made elsewhere to the slices of the open data set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from brainseg_gui.core.masks.packing import pack_mask
from brainseg_gui.core.slices import size_text
from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.masks.asking import mask_files_in, read_mask, read_mask_files
from brainseg_gui.files.masks.found import Block, MaskFile, Member
from brainseg_gui.files.masks.table import mask_format_named
from brainseg_gui.review.incoming.classes import FoundClasses
from brainseg_gui.review.incoming.meant import meant
from brainseg_gui.review.incoming.plan import Fit, Misfit, Plan, origin_of
from brainseg_gui.review.incoming.slices import Slices, stems
from brainseg_gui.review.worklist.entry import Entry
from brainseg_gui.review.worklist.stacks import stack_key

NOBODY = "no slice here has this name"
ELSEWHERE = "it lies in another place than the slices here, and no stack has its size and number"
SAME_PLACE = "stacks here lie in its place: show a slice of the one that is meant"
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class _Pair:
    """A mask and its slice, before the mask was read."""

    entry: Entry
    member: Member
    name: str
    passes_empty: bool = False


@dataclass
class Matching:
    """Looks into files, and finds the slices of what is in them.

    Attributes
    ----------
    slices : Slices
    progress : callable
        Told how many of how many files were looked into.
    """

    slices: Slices
    progress: Progress
    _fits: list[Fit] = field(default_factory=list)
    _misfits: list[Misfit] = field(default_factory=list)
    _notes: dict[str, None] = field(default_factory=dict)
    _taken: set[Path] = field(default_factory=set)
    _empty: int = 0

    def plan(self, source: Path) -> Plan:
        """Return what would be loaded from a file or a folder.

        Raises
        ------
        OSError, ValueError
            If a folder cannot be looked into.
        """
        alone = not source.is_dir()
        paths = [source] if alone else mask_files_in(source)
        files: dict[Path, MaskFile | SliceError] = {}
        for place, (path, found) in enumerate(zip(paths, read_mask_files(paths), strict=True)):
            self.progress(place // 2, len(paths))
            files[path] = found
        classes = FoundClasses.of(it for it in files.values() if isinstance(it, MaskFile))
        for place, (path, found) in enumerate(files.items(), len(paths)):
            self.progress(place // 2, len(paths))
            name = path.name if alone else path.relative_to(source).as_posix()
            if isinstance(found, SliceError):
                self._misfits.append(Misfit(name, found.reason))
            elif found.blocks:
                self._take(
                    path, name, found, self._pairs(path, name, classes.apart(found), alone=alone)
                )
            elif alone:
                self._misfits.append(Misfit(name, "there are no masks in it"))
        if said := classes.sentence:
            self._note(said)
        if self._empty:
            planes = "plane" if self._empty == 1 else "planes"
            self._note(f"{self._empty} empty {planes} of volumes are passed over.")
        return Plan(tuple(self._fits), tuple(self._misfits), tuple(self._notes), classes)

    def _pairs(self, path: Path, name: str, found: MaskFile, *, alone: bool) -> Iterable[_Pair]:
        """Find the slices of a file's masks; what is found for none is noted."""
        blocks = list(enumerate(found.blocks))
        whole = len(blocks) > 1 and not any(block.name for _, block in blocks)
        if not whole:
            for number, block in blocks:
                only = alone and len(blocks) == 1
                yield from self._of_block(path, name, number, block, alone=only)
            return
        # Frames of one segmentation: each where it lies, else all of them as a stack.
        placed = [self._placed(path, name, *it) for it in blocks]
        if not any(placed) and None not in placed:
            yield from self._as_stack(name, blocks)
        for its in placed:
            yield from its or ()

    def _of_block(
        self, path: Path, name: str, number: int, block: Block, *, alone: bool
    ) -> Iterator[_Pair]:
        label = block.name or name
        if block.problem:
            self._misfits.append(Misfit(label, block.problem))
        elif (placed := self._placed(path, name, number, block)) is None or placed:
            yield from placed or ()
        elif block.count > 1:
            planes = [(number, Member(number, block.cut, n)) for n in range(1, block.count + 1)]
            yield from self._on_stack(label, block, [member for _, member in planes])
        else:
            yield from self._by_name(label, Member(number, block.cut, 1), alone=alone)

    def _placed(self, path: Path, name: str, number: int, block: Block) -> list[_Pair] | None:
        """Return the masks of the slices that lie there; None where it is not known of which."""
        if block.affine is None or block.problem:
            return []
        stacks: defaultdict[object, dict[Entry, Member]] = defaultdict(dict)
        for entry, it in self.slices.placed(block):
            stacks[stack_key(entry)][entry] = Member(number, it.cut, it.number)
        its = next(iter(stacks.values()), {})
        if len(stacks) > 1:
            many, current = [list(it) for it in stacks.values()], self.slices.current
            stack, by_screen = meant(many, path, stems(name), block.source, current)
            if stack is None:
                misfit = Misfit(name, f"{len(stacks)} {SAME_PLACE}")
                self._misfits += [misfit] if misfit not in self._misfits else []
                return None
            if by_screen:
                self._note(
                    f"Several stacks lie where {name} does; it goes to that of the slice on the "
                    f"screen, {_stack_name(stack)}: look at them."
                )
            its = stacks[stack_key(stack[0])]
        return [_Pair(entry, member, name, passes_empty=True) for entry, member in its.items()]

    def _as_stack(self, name: str, blocks: Sequence[tuple[int, Block]]) -> Iterator[_Pair]:
        _, first = blocks[0]
        if first.problem:
            self._misfits.append(Misfit(name, first.problem))
            return
        yield from self._on_stack(name, first, [Member(n, block.cut, 1) for n, block in blocks])

    def _on_stack(self, name: str, block: Block, members: Sequence[Member]) -> Iterator[_Pair]:
        stacks = self.slices.stacks(len(members), block.plane)
        current = self.slices.current
        if len(stacks) > 1:
            named = {it.path for it in self.slices.named(name)}
            stacks = [
                it for it in stacks if any(e == current or e.path in named for e in it)
            ] or stacks
        if len(stacks) != 1:
            size = f"{len(members)} masks of {size_text(block.plane)}"
            several = (
                f"{len(stacks)} stacks here have {size}: show a slice of the one that is meant"
            )
            where = f"it holds {size}; {ELSEWHERE}"
            self._misfits.append(Misfit(name, several if stacks else where))
            return
        self._note(
            f"{name} does not say that it lies where the slices do; its masks go to the "
            f"{len(members)} slices of {_stack_name(stacks[0])} in their order: look at them."
        )
        for entry, member in zip(stacks[0], members, strict=True):
            yield _Pair(entry, member, name, passes_empty=True)

    def _by_name(self, name: str, member: Member, *, alone: bool) -> Iterator[_Pair]:
        found = self.slices.named(name)
        if not found and alone and self.slices.current is not None:
            found = [self.slices.current]
            self._note(
                f"No slice has the name of {name}; it goes to the one on the screen, "
                f"{found[0].name}."
            )
        if len(found) > 1:
            names = ", ".join(it.name for it in found[:3])
            self._misfits.append(Misfit(name, f"several slices are called so ({names})"))
        elif found:
            yield _Pair(found[0], member, name)
        else:
            self._misfits.append(Misfit(name, NOBODY))

    def _take(self, path: Path, name: str, found: MaskFile, pairs: Iterable[_Pair]) -> None:
        """Read the masks of a file that have a slice, and compare their sizes."""
        row = mask_format_named(path.name)
        pairs = list(pairs)
        self.slices.look_at([it.entry for it in pairs])
        for pair in pairs:
            problem = self._problem(pair)
            try:
                mask = None if problem else read_mask(path, pair.member)
            except SliceError as error:
                mask, problem = None, error.reason
            if mask is None:
                self._misfits.append(Misfit(pair.name, problem))
            elif not (said := self._size_problem(pair, mask.shape)):
                if pair.passes_empty and not mask.any():
                    self._empty += 1
                    continue
                inside = f", {pair.name}" if pair.name != name else ""
                kind = "mask" if row is None else row.name
                origin = origin_of(f"{name}{inside}", kind, found.made, found.sum)
                fit = Fit(pair.entry, origin, found.predicted, mask.shape, pack_mask(mask))
                self._fits.append(fit)
                self._taken.add(pair.entry.path)
            else:
                self._misfits.append(Misfit(pair.name, said))

    def _problem(self, pair: _Pair) -> str:
        shape = self.slices.shape(pair.entry)
        if isinstance(shape, str):
            return f"{pair.entry.name} cannot be read ({shape})"
        if pair.entry.path in self._taken:
            return f"another mask is for {pair.entry.name} already"
        return ""

    def _size_problem(self, pair: _Pair, shape: tuple[int, ...]) -> str:
        wanted = self.slices.shape(pair.entry)
        if wanted == shape:
            return ""
        assert not isinstance(wanted, str)
        return f"it is {size_text(shape)}, the slice {pair.entry.name} is {size_text(wanted)}"

    def _note(self, sentence: str) -> None:
        self._notes[sentence] = None


def _stack_name(stack: Sequence[Entry]) -> str:
    return stack[0].name.rpartition("/")[0] or stack[0].name

"""Write an export: mask by mask, so that whoever runs it can say how far it is, and stop."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from brainseg_gui.core.types import Mask
from brainseg_gui.files.atomic import make_folder
from brainseg_gui.files.containers.source_header import SourceHeader
from brainseg_gui.files.errors import WriteError
from brainseg_gui.files.formats import read_headers
from brainseg_gui.files.originals import spare_originals
from brainseg_gui.files.writers.given import Placed
from brainseg_gui.files.writers.png import Kind
from brainseg_gui.files.writers.table import (
    Writer,
    write_proved,
    write_stack_proved,
    writers_in,
)
from brainseg_gui.review.exports import Export
from brainseg_gui.review.handover.drafts import Draft, Problem
from brainseg_gui.review.handover.gathering import Gathering
from brainseg_gui.review.handover.journal import Done, Journal, forget
from brainseg_gui.review.handover.manifest import Held
from brainseg_gui.review.handover.names import AS_THEY_ARE, Nameless, Names
from brainseg_gui.review.handover.naming import Naming
from brainseg_gui.review.handover.options import AS_USUAL, Options
from brainseg_gui.review.handover.sources import Sources
from brainseg_gui.review.handover.units import Unit, units_of
from brainseg_gui.review.values.stored import PackedCorrection, StoreError

MOST_FORMATS = 16  # files of a mask, among which those of a stack are named again for the next


@dataclass(frozen=True)
class Outcome:
    """What became of one mask.

    Attributes
    ----------
    files : tuple of Path
        Of it, each read back and compared.
    problems : tuple of WriteError or StoreError
        One for each format that it could not be written in.
    kept : int
        Files that were there and stay as they are, as was asked for.
    earlier : bool
        Whether the same export wrote it before it was stopped.
    notes : tuple of str
        What is no fault and must be known, one sentence each.
    """

    files: tuple[Path, ...] = ()
    problems: tuple[Problem, ...] = ()
    kept: int = 0
    earlier: bool = False
    notes: tuple[str, ...] = ()


@dataclass
class Result:
    """What an export came to.

    Attributes
    ----------
    files : list of Path
        Of masks, then those that gather them.
    masks, kept, earlier : int
        Masks that were written, now or before the export was stopped; files that were there and
        stay; masks that were written before.
    problems : list of WriteError or StoreError
    notes : dict of str to None
        What is no fault and must be known, one sentence each, in order.
    """

    files: list[Path] = field(default_factory=list)
    masks: int = 0
    kept: int = 0
    earlier: int = 0
    problems: list[Problem] = field(default_factory=list)
    notes: dict[str, None] = field(default_factory=dict)

    @property
    def kept_text(self) -> str:
        """Return what is said of files that were there."""
        if self.kept == 1:
            return "1 file was there and stays as it is"
        return f"{self.kept} files were there and stay as they are"

    def add(self, outcome: Outcome) -> None:
        """Count what became of a mask."""
        self.files += (it for it in outcome.files if it not in self.files[-MOST_FORMATS:])
        self.masks += bool(outcome.files) or not (outcome.problems or outcome.kept)
        self.kept += outcome.kept
        self.earlier += outcome.earlier
        self.problems += outcome.problems
        self.notes |= dict.fromkeys(outcome.notes)

    def end(self, run: Run) -> list[Problem]:
        """Finish a run, and count what that wrote; return what went wrong there."""
        problems = run.finish()
        self.problems += problems
        self.files += run.gathered
        self.notes |= dict.fromkeys(run.notes)
        return problems


def write_export(
    export: Export,
    folder: Path,
    options: Options = AS_USUAL,
    on_problem: Callable[[Problem], None] | None = None,
) -> Result:
    """Write the masks of a review that were read of it, and its tables.

    Where several readers corrected, the names say whose mask it is. Those of slices that the
    reader had turned are turned back: every mask fits the pixels of its file.

    Parameters
    ----------
    export : Export
    folder : Path
    options : Options
    on_problem : callable, optional
        Told of each file that cannot be written; the others still are.

    Raises
    ------
    WriteError, StoreError
        Without `on_problem`, at the first file that cannot be written whole.
    """
    run, result = Run(export, folder, options), Result()
    for outcome in run.masks():
        result.add(outcome)
        for problem in outcome.problems:
            if on_problem is None:
                run.finish()
                raise problem
            on_problem(problem)
    for problem in result.end(run):
        if on_problem is None:
            raise problem
        on_problem(problem)
    return result


class Run:
    """One export under way.

    Parameters
    ----------
    export : Export
    folder : Path
    options : Options

    Attributes
    ----------
    gathered : list of Path
        Files that `finish` wrote of all masks together.
    notes : list of str
        What must be known of them.
    """

    def __init__(self, export: Export, folder: Path, options: Options) -> None:
        self._export, self._folder, self._options = export, folder, options
        self._units = units_of(export, options)
        self._names = _names(export, options, self._units)
        self._sources = Sources(export, options, self._names)
        self._done: list[tuple[PackedCorrection, Done]] = []
        self._along: list[tuple[PackedCorrection, Done]] = []
        self._held = Held.by(folder)
        self._left, self._failed = len(export.corrections), False
        self.gathered: list[Path] = []
        self.notes: list[str] = []

    def masks(self) -> Generator[Outcome, None, None]:
        """Write one mask after the other, and yield what became of each.

        Raises
        ------
        WriteError
            If the folder cannot be made, nothing can be noted there, or another export writes
            there.
        """
        with closing(Journal(self._folder, self._options.text)) as journal:
            yield from self._masks(journal)

    def _masks(self, journal: Journal) -> Iterator[Outcome]:
        naming = Naming(self._folder, self._options, self._names, self._export.by_reader)
        masks = (it for unit in self._units for it in unit.masks)
        earlier = {(key := _key(it)): journal.done(key) for it in masks}
        for done in earlier.values():
            naming.claim({} if done is None else done.paths)
        for unit in self._units:
            known = [(it, done) for it in unit.masks if (done := earlier[_key(it)]) is not None]
            if len(known) == len(unit.masks):
                outcomes = [self._take(*it) for it in known]
            else:  # of a stack all are written anew: its file is of all of them
                outcomes = self._write(unit, naming, journal)
            for outcome in outcomes:
                self._failed |= bool(outcome.problems)
                self._left -= 1
                yield outcome

    def finish(self) -> list[Problem]:
        """Write what gathers all masks, the tables and the manifest; return what went wrong.

        Of an export that was stopped they say what was written by then, and it can go on.
        """
        whole = self._left == 0
        if whole:
            self._sources.measure_all()
        gathering = Gathering(
            *(self._export, self._folder, self._options, self._names, self._done, self._along),
            held=self._held,
            whole=whole,
        )
        problems: list[Problem] = []

        def failed() -> bool:
            return self._failed or bool(problems)

        for write in gathering.steps(self._sources.measured, failed):
            with _noted(problems):
                write()
        self.gathered, self.notes = gathering.files, gathering.notes
        if whole and not failed():
            forget(self._folder)
        return problems

    def _write(self, unit: Unit, naming: Naming, journal: Journal) -> list[Outcome]:
        """Write the masks of a unit in every format; one that fails keeps no other from it."""
        writers = writers_in(self._options.formats)
        together = [it for it in writers if it.stack is not None and unit.places]
        single = [it for it in writers if it not in together]
        begun: dict[str, str] = {}
        for it in unit.masks:
            begun |= journal.begun(_key(it))
        drafts = [Draft(it, self._sources.given(it)) for it in unit.masks]
        along = [Draft(it, self._sources.given(it)) for it in unit.along]
        shared = (
            naming.files_of_stack(unit, drafts[0].given.tumour, begun, together) if together else {}
        )
        for draft in drafts:
            meant = journal.begun(_key(draft.it))
            files = naming.files(draft.it, draft.given.tumour, meant, single)
            draft.expect(files | shared)
            with _noted(draft.problems):
                draft.mask = draft.it.file_mask
                paths = {name: self._told(path) for name, path in draft.files.items()}
                journal.begin(_key(draft.it), paths)
                draft.ready = True
            if draft.ready:
                self._write_alone(draft, single)
        for draft in along:
            draft.expect(shared)
            with _noted(drafts[0].problems):
                draft.mask = draft.it.file_mask
                draft.ready = True
        lost = self._write_stack(unit, [*drafts, *along], together)
        done = [self._note(draft, journal, unit.depth, set(shared)) for draft in drafts]
        for draft in along:
            if draft.mask is not None:
                said = self._said(draft, draft.mask, unit.depth, set(shared))
                self._along.append((draft.it, Done(draft.paths, draft.sums, said)))
        return [replace(done[0], notes=lost), *done[1:]]

    def _write_alone(self, draft: Draft, writers: Sequence[Writer]) -> None:
        for writer in writers:
            with _noted(draft.problems):
                if (file := draft.files.get(writer.name)) is not None:
                    if draft.given.source is not None:
                        spare_originals(writer.files(file), draft.given.source, Kind)
                    make_folder(file.parent)
                    assert draft.mask is not None
                    found = write_proved(writer, file, draft.mask, draft.given)
                    draft.sums |= {self._told(path): it for path, it in found.items()}
                    draft.paths[writer.name] = self._told(file)

    def _write_stack(
        self, unit: Unit, drafts: Sequence[Draft], writers: Sequence[Writer]
    ) -> tuple[str, ...]:
        """Write one file of all the masks; it is proved before any of them counts as written.

        Returns
        -------
        tuple of str
            Which masks a file that was there held, and holds no more.
        """
        lost: list[str] = []
        there = [it for it in zip(drafts, unit.places, strict=False) if it[0].ready]
        slices = [Placed(it.mask, it.given, place) for it, place in there if it.mask is not None]
        for writer in writers:
            problems: list[Problem] = []
            with _noted(problems):
                file = next((it.files.get(writer.name) for it, _ in there), None)
                if file is not None and writer.stack is not None and slices:
                    for each in slices:
                        if each.given.source is not None:
                            spare_originals((file,), each.given.source, Kind)
                    make_folder(file.parent)
                    found = write_stack_proved(writer.stack, file, slices)
                    for it, _ in there:
                        it.sums[self._told(file)] = found
                        it.paths[writer.name] = self._told(file)
                    names = {it.given.name for it, _ in there}
                    lost += self._held.lost(self._told(file), names)
            for it, _ in there:
                it.problems += problems
        return tuple(lost)

    def _note(self, draft: Draft, journal: Journal, depth: int, shared: set[str]) -> Outcome:
        """Take a mask for done, if nothing of it went wrong."""
        if not draft.ready or draft.mask is None:
            return Outcome(problems=tuple(draft.problems))
        said = self._said(draft, draft.mask, depth, shared)
        done = Done(draft.paths, draft.sums, said)
        self._done.append((draft.it, done))
        if not draft.problems:
            with _noted(draft.problems):
                journal.note(_key(draft.it), done)
        written = tuple(self._folder / name for name in draft.paths.values())
        return Outcome(written, tuple(draft.problems), kept=draft.kept)

    def _said(self, draft: Draft, mask: Mask, depth: int, shared: set[str]) -> dict[str, Any]:
        stacks = {path: depth for name, path in draft.paths.items() if name in shared}
        said = self._sources.said(draft.it, draft.given, mask)
        return said | ({"stacks": stacks} if stacks else {})

    def _take(self, it: PackedCorrection, done: Done) -> Outcome:
        """Take a mask for written, as it was before the export was stopped."""
        self._done.append((it, done))
        self._sources.remember(done.said)
        return Outcome(tuple(self._folder / name for name in done.paths.values()), earlier=True)

    def _told(self, path: Path) -> str:
        return path.relative_to(self._folder).as_posix()


def _names(export: Export, options: Options, units: Sequence[Unit]) -> Names:
    if options.pseudonyms is not None:
        return (export.whole or export).hidden(options.pseudonyms)
    if options.identify:
        return AS_THEY_ARE
    files = {export.where.path(it.version.digest) for it in export.decided}
    its = (it for unit in units for it in (*unit.masks, *unit.along))
    files |= {export.where.file_of(it.digest, it.name) for it in its}
    found = read_headers(sorted(it for it in files if it is not None))
    words = (it.words for it in found if isinstance(it, SourceHeader))
    return Nameless(frozenset[str]().union(*words))


@contextmanager
def _noted(problems: list[Problem]) -> Iterator[None]:
    """Let what cannot be written be a problem among others."""
    try:
        yield
    except (WriteError, StoreError) as error:
        problems.append(error)


def _key(it: PackedCorrection) -> str:
    """Return what tells a mask of a slice, with its verdict, from every other; it names nobody."""
    about = repr((it.digest, it.name, it.reader, it.verdict.value, it.shape, it.turn.name))
    said = about.encode("utf-8", "surrogatepass")
    return hashlib.sha256(said + it.packed).hexdigest()

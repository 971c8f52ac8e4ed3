"""Write an export: mask by mask, so that whoever runs it can say how far it is, and stop."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from brainseg_gui.files.atomic import make_folder
from brainseg_gui.files.errors import WriteError
from brainseg_gui.files.originals import spare_originals
from brainseg_gui.files.writers.geometry import identity_of
from brainseg_gui.files.writers.png import Kind
from brainseg_gui.files.writers.table import write_proved, writers_in
from brainseg_gui.review.exports import Export
from brainseg_gui.review.handover.gathering import Gathering
from brainseg_gui.review.handover.journal import Done, Journal, forget
from brainseg_gui.review.handover.names import AS_THEY_ARE, Nameless, Names
from brainseg_gui.review.handover.naming import Naming
from brainseg_gui.review.handover.options import AS_USUAL, Options
from brainseg_gui.review.handover.sources import Sources
from brainseg_gui.review.values.stored import PackedCorrection, StoreError

Problem = WriteError | StoreError  # of one mask


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
    """

    files: tuple[Path, ...] = ()
    problems: tuple[Problem, ...] = ()
    kept: int = 0
    earlier: bool = False


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
    """

    files: list[Path] = field(default_factory=list)
    masks: int = 0
    kept: int = 0
    earlier: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def kept_text(self) -> str:
        """Return what is said of files that were there."""
        if self.kept == 1:
            return "1 file was there and stays as it is"
        return f"{self.kept} files were there and stay as they are"

    def add(self, outcome: Outcome) -> None:
        """Count what became of a mask."""
        self.files += outcome.files
        self.masks += bool(outcome.files) or not (outcome.problems or outcome.kept)
        self.kept += outcome.kept
        self.earlier += outcome.earlier
        self.problems += outcome.problems


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
    for problem in run.finish():
        result.problems.append(problem)
        if on_problem is None:
            raise problem
        on_problem(problem)
    result.files += run.gathered
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
    """

    def __init__(self, export: Export, folder: Path, options: Options) -> None:
        self._export, self._folder, self._options = export, folder, options
        self._names = _names(export, options)
        self._sources = Sources(export, options, self._names)
        self._done: list[tuple[PackedCorrection, Done]] = []
        self._left, self._failed = len(export.corrections), False
        self.gathered: list[Path] = []

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
        keys = [_key(it) for it in self._export.corrections]
        earlier = [journal.done(key) for key in keys]
        for done in earlier:
            naming.claim({} if done is None else done.paths)
        for it, key, done in zip(self._export.corrections, keys, earlier, strict=True):
            if done is not None:
                outcome = self._take(it, done)
            else:
                outcome = self._write(it, key, naming, journal)
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
            self._export, self._folder, self._options, self._names, self._done, whole=whole
        )
        problems: list[Problem] = []

        def failed() -> bool:
            return self._failed or bool(problems)

        for write in gathering.steps(self._sources.measured, failed):
            with _noted(problems):
                write()
        self.gathered = gathering.files
        if whole and not failed():
            forget(self._folder)
        return problems

    def _write(self, it: PackedCorrection, key: str, naming: Naming, journal: Journal) -> Outcome:
        """Write a mask in every format; one that fails keeps no other from it."""
        given = self._sources.given(it)
        files = naming.files(it, given.tumour, journal.begun(key))
        wanted = {name: file for name, file in files.items() if file is not None}
        try:
            mask = it.file_mask
            journal.begin(key, {name: self._told(file) for name, file in wanted.items()})
        except (StoreError, WriteError) as error:
            return Outcome(problems=(error,))
        paths: dict[str, str] = {}
        sums: dict[str, str] = {}
        problems: list[Problem] = []
        for writer in writers_in(self._options.formats):
            with _noted(problems):
                if (file := wanted.get(writer.name)) is not None:
                    if given.source is not None:
                        spare_originals(writer.files(file), given.source, Kind)
                    make_folder(file.parent)
                    found = write_proved(writer, file, mask, given)
                    sums |= {self._told(path): it for path, it in found.items()}
                    paths[writer.name] = self._told(file)
        done = Done(paths, sums, self._sources.said(it, given, mask))
        self._done.append((it, done))
        if not problems:
            with _noted(problems):
                journal.note(key, done)
        written = tuple(self._folder / name for name in paths.values())
        return Outcome(written, tuple(problems), kept=len(files) - len(wanted))

    def _take(self, it: PackedCorrection, done: Done) -> Outcome:
        """Take a mask for written, as it was before the export was stopped."""
        self._done.append((it, done))
        self._sources.remember(done.said)
        return Outcome(tuple(self._folder / name for name in done.paths.values()), earlier=True)

    def _told(self, path: Path) -> str:
        return path.relative_to(self._folder).as_posix()


def _names(export: Export, options: Options) -> Names:
    if options.pseudonyms is not None:
        return export.hidden(options.pseudonyms)
    if options.identify:
        return AS_THEY_ARE
    files = {export.where.path(it.version.digest) for it in export.decided}
    files |= {export.where.file_of(it.digest, it.name) for it in export.corrections}
    return Nameless(frozenset[str]().union(*map(identity_of, files)))


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

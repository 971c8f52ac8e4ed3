"""`brainseg-load`: masks that were made elsewhere become corrections of a review."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from brainseg_gui.cli.common import (
    DONE,
    FAILED,
    INTERRUPTED,
    WRONG_USE,
    complain,
    make_parser,
    say,
)
from brainseg_gui.cli.progress import Progress
from brainseg_gui.files import reading
from brainseg_gui.files.errors import SliceError
from brainseg_gui.files.find import find_slices
from brainseg_gui.files.formats import openable, read_infos
from brainseg_gui.files.masks.table import kinds_text
from brainseg_gui.review.incoming.classes import keep_labels
from brainseg_gui.review.incoming.loading import Incoming
from brainseg_gui.review.incoming.matching import Matching
from brainseg_gui.review.incoming.plan import Fit, Plan, has_work
from brainseg_gui.review.incoming.reading import incoming
from brainseg_gui.review.incoming.slices import Slices
from brainseg_gui.review.opening import data_set_folder, open_review
from brainseg_gui.review.session import ReviewSession
from brainseg_gui.review.values.edit_kind import LOADED
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.review.worklist.entry import Entry, relative_name
from brainseg_gui.review.worklist.rows import Standing

COMMAND = "brainseg-load"
KEEP, REPLACE = "keep", "replace"
ABOUT = f"""\
Take masks that were made elsewhere ({kinds_text()}, a file or a folder of them) as
corrections of the slices in DATA that have their name or lie in their place. Each is one
step on its slice, called by its file, that file's SHA-256 and the program that made it;
nobody has decided on it by that. What fits no slice is named with its reason.
Masks of several classes are refused until --classes says which of them are tumour; the
review keeps it."""


def main(argv: Sequence[str] | None = None) -> int:
    """Load; 0 done, 1 some masks were not loaded, 2 wrong use, 130 interrupted."""
    args = _parser().parse_args(argv)
    if missing := [path for path in (args.data, args.masks) if not path.exists()]:
        complain(COMMAND, f"no such file or folder: {missing[0]}")
        return WRONG_USE
    try:
        folder = data_set_folder([args.data])
        with closing(open_review(folder, args.reader, args.review)) as session:
            if said := session.access.trouble or session.access.holder:
                complain(COMMAND, said)
                return FAILED
            reading.wish_for(session.contents.wishes())
            return _into(session, folder, args)
    except (StoreError, OSError, ValueError) as error:
        complain(COMMAND, str(error))
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = make_parser(COMMAND, ABOUT)
    parser.add_argument("data", metavar="DATA", type=Path, help="slice, or folder of slices")
    parser.add_argument("masks", metavar="MASKS", type=Path, help="file of masks, or folder")
    parser.add_argument(
        "--reader", metavar="NAME", required=True, help="whose corrections they are"
    )
    parser.add_argument(
        "--review",
        metavar="FILE",
        type=Path,
        help="made where it is missing (default: where brainseg-gui keeps that of DATA)",
    )
    parser.add_argument(
        "--classes",
        metavar="NAME[,NAME…]",
        type=lambda text: tuple(filter(None, map(str.strip, text.split(",")))),
        help="which classes in the masks are tumour, by name or number; all others are none",
    )
    parser.add_argument(
        "--existing",
        choices=[KEEP, REPLACE],
        default=KEEP,
        help="what becomes of slices that the reader drew or decided on: they keep what is there, "
        "or it is replaced by one more step",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="say which masks fit which slices, and load none"
    )
    return parser


def _into(session: ReviewSession, folder: Path, args: argparse.Namespace) -> int:
    entries = list(_entries(args.data, folder))
    if not entries:
        complain(COMMAND, f"no slice in {args.data} (what can be opened: {openable()})")
        return FAILED
    plan = _plan(entries, args.masks)
    if args.classes:
        if unknown := [it for it in args.classes if it not in plan.classes.labels]:
            known = ", ".join(plan.classes.labels) or "none"
            complain(COMMAND, f"no class {unknown[0]} is in the masks; there are: {known}")
            return WRONG_USE
        keep_labels(session, {it: it in args.classes for it in plan.classes.labels})
        plan = _plan(entries, args.masks)
    for note in plan.notes:
        complain(COMMAND, f"note: {note}")
    for misfit in plan.misfits:
        complain(COMMAND, misfit.text)
    if plan.classes.unsaid:
        named = ",".join(plan.classes.labels)
        complain(COMMAND, f"note: choose those that are tumour with --classes, of {named}")
    if args.dry_run:
        for fit in plan.fits:
            say(f"{fit.entry.name} <- {fit.origin.removeprefix(LOADED)}")
        say(f"{len(plan.fits)} would be loaded.")
        return FAILED if plan.misfits else DONE
    return _load(session, plan, replaces=args.existing == REPLACE)


def _entries(data: Path, folder: Path) -> Iterator[Entry]:
    """Yield the slices that can be read, as the rows of a window know them."""
    paths = list(find_slices([data], lambda it: complain(COMMAND, f"{it.path}: {it.reason}")))
    for path, info in zip(paths, read_infos(paths), strict=True):
        if isinstance(info, SliceError):
            complain(COMMAND, f"{path}: {info.reason}")
        else:
            yield Entry(path, relative_name(path, folder), info.patient, place=info.place)


def _plan(entries: Sequence[Entry], masks: Path) -> Plan:
    shown: list[Progress] = []

    def show(done: int, total: int) -> None:
        shown[:] = shown or [Progress(total)]
        shown[0].show(done)

    try:
        return Matching(Slices(entries, None, lambda: None), show).plan(masks)
    finally:
        for progress in shown:
            progress.close()


@dataclass
class _Loaded:
    """What came of a loading."""

    done: int = 0
    same: int = 0
    kept: int = 0
    failed: int = 0
    standing: Standing = field(default_factory=Standing)

    @property
    def sentence(self) -> str:
        said = [f"{self.done} {'mask' if self.done == 1 else 'masks'} loaded"]
        said += [f"{self.same} the same as what was there"] if self.same else []
        said += [f"{self.kept} not, because there was work already"] if self.kept else []
        return "; ".join(said) + "."


def _load(session: ReviewSession, plan: Plan, *, replaces: bool) -> int:
    """Load one mask after the other; what was loaded when it is stopped stays."""
    found = _Loaded(standing=Standing.of(session))
    interrupted = False
    with closing(Progress(len(plan.fits))) as progress, _stopping() as stopped:
        for number, fit in enumerate(plan.fits, 1):
            try:
                _take(session, fit, found, replaces=replaces)
            except (SliceError, ValueError) as error:
                found.failed += 1
                progress.clear()
                reason = error.reason if isinstance(error, SliceError) else str(error)
                complain(COMMAND, f"{fit.entry.name}: {reason}")
            progress.show(number)
            if interrupted := bool(stopped):
                break
    session.save_all()
    session.flush_loaded()
    say(f"{found.sentence} Review: {session.path}")
    if interrupted:
        return INTERRUPTED
    return FAILED if found.failed or plan.misfits else DONE


def _take(session: ReviewSession, fit: Fit, found: _Loaded, *, replaces: bool) -> None:
    it: Incoming = incoming(fit, fit.entry.name, session.turns.applied)
    entry = found.standing.apply(replace(fit.entry, digest=it.label.digest))
    if not replaces and has_work(entry, session.corrected):
        found.kept += 1
    elif session.load(it):
        found.done += 1
    else:
        found.same += 1


@contextmanager
def _stopping() -> Iterator[list[int]]:
    """Yield a list that is not empty any more once somebody pressed Ctrl+C."""
    pressed: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: pressed.append(number))
    try:
        yield pressed
    finally:
        signal.signal(signal.SIGINT, before)


if __name__ == "__main__":
    sys.exit(main())

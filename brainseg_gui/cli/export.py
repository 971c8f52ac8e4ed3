"""`brainseg-export`: hand over the corrected masks of a review."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing
from pathlib import Path

from brainseg_gui import extras
from brainseg_gui.cli.common import (
    DONE,
    FAILED,
    INTERRUPTED,
    WRONG_USE,
    add_pseudonymise_option,
    complain,
    make_parser,
    pseudonyms_by,
    say,
)
from brainseg_gui.cli.progress import Progress
from brainseg_gui.core.view import View
from brainseg_gui.files import reading
from brainseg_gui.files.errors import WriteError
from brainseg_gui.files.key_file import KeyFileError
from brainseg_gui.files.writers import table
from brainseg_gui.files.writers.table import Row, rows
from brainseg_gui.review.exports import HANDED_OVER, SELECTABLE, Export, Wanted, before, read_export
from brainseg_gui.review.handover.existing import MOST_SCALE, Existing
from brainseg_gui.review.handover.options import Options
from brainseg_gui.review.handover.pattern import FIELDS, Pattern, PatternError
from brainseg_gui.review.handover.run import Result, Run
from brainseg_gui.review.opening import look_at
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.review.values.verdict import Verdict

COMMAND = "brainseg-export"
VOLUME, SLICES = "volume", "slices"  # what the masks of a stack become
ABOUT = """\
Write every accepted or corrected mask of a review: <stem>_mask and the format's suffix,
in the size and orientation of the file, whichever way the reader had the slice turned,
under the name of the file that has its pixels now. Slices in sub-folders keep their
sub-folders; where several readers corrected, the names say whose mask it is.
Every file is read back by other code than wrote it, and compared.
provenance.csv says of every verdict who gave it, when, and what it was about;
manifest.json says of every file what it is, with its sum. An export that was stopped
goes on when the same is asked for again."""


def main(argv: list[str] | None = None) -> int:
    """Export; 0 done, 1 something could not be written, 2 wrong use, 130 interrupted."""
    args = _parser().parse_args(argv)
    if not args.review.is_file():
        complain(COMMAND, f"no such review: {args.review}")
        return WRONG_USE
    for row in args.format:
        if said := extras.want(row.needs, row.extra):
            complain(COMMAND, f"--format {row.name}: {said}")
            return WRONG_USE
    if args.pseudonymise and (said := table.why_not_hidden(args.format)):
        complain(COMMAND, said)
        return WRONG_USE
    try:
        pseudonyms = pseudonyms_by(args.pseudonymise, args.output, _note)
    except KeyFileError as error:
        complain(COMMAND, str(error))
        return WRONG_USE
    options = Options(
        tuple(args.format),
        args.pattern,
        Existing(args.existing),
        args.scale,
        View(args.view),
        pseudonyms,
        args.identify,
        args.stacks == VOLUME,
        args.window,
    )
    return _export(args, options)


def _parser() -> argparse.ArgumentParser:
    formats = "; ".join(f"{it.name}: {it.about}" for it in rows())
    parser = make_parser(COMMAND, ABOUT)
    parser.add_argument("review", metavar="REVIEW", type=Path, help="brainseg-review.sqlite")
    parser.add_argument("--output", metavar="DIR", type=Path, required=True)
    parser.add_argument(
        "--format",
        metavar="NAME[,NAME…]",
        type=_formats,
        default=(table.PNG,),
        help=f"png where none is named; several are parted by commas. {formats}",
    )
    parser.add_argument("--reader", metavar="NAME", help="only the masks of this reader")
    parser.add_argument(
        "--select",
        metavar="WHAT",
        type=_selection,
        default=HANDED_OVER,
        help=f"other masks than accepted,corrected: any of {', '.join(SELECTABLE)}",
    )
    parser.add_argument(
        "--slices", metavar="DIR", type=Path, help="folder of the slices, if not the review's own"
    )
    _add_looks(parser)
    parser.add_argument(
        "--identify",
        action="store_true",
        help="say names, ids and UIDs that came with DICOM; without it only DICOM segmentations "
        "hold them, as they must",
    )
    parser.add_argument(
        "--stacks",
        choices=[VOLUME, SLICES],
        default=VOLUME,
        help="as nifti and dicom-seg, the masks of a volume or a series are one file, with the "
        "geometry of their source (volume), or one each (slices)",
    )
    add_pseudonymise_option(parser)
    return parser


def _add_looks(parser: argparse.ArgumentParser) -> None:
    """Add what says how files are called, and how pictures look."""
    fields = ", ".join(f"{{{name}}}" for name in FIELDS)
    parser.add_argument(
        "--pattern",
        metavar="NAME",
        type=_pattern,
        help=f"how files are called, with {fields}; a slash begins a folder",
    )
    parser.add_argument(
        "--existing",
        choices=[it.value for it in Existing],
        default=Existing.REPLACE.value,
        help="what becomes of files that are there: replaced, left as they are, or kept beside a "
        "further version",
    )
    parser.add_argument(
        "--scale", metavar="N", type=_scale, default=1, help="of pictures: pixels for one"
    )
    parser.add_argument(
        "--view",
        choices=[it.value for it in View],
        default=View.EQUALISED.value,
        help="of the slice in pictures",
    )
    parser.add_argument(
        "--window",
        metavar="FROM,TO",
        type=_window,
        help="levels of the view that are black and white in pictures, of 0 to 1; without it as "
        "the window begins",
    )


def _note(sentence: str) -> None:
    complain(COMMAND, f"note: {sentence}")


def _formats(text: str) -> tuple[Row, ...]:
    known = {it.name: it for it in rows()}
    words = list(dict.fromkeys(word.strip() for word in text.split(",")))
    if unknown := [word for word in words if word not in known]:
        sentence = f"unknown: {', '.join(unknown)}; known are {', '.join(known)}"
        raise argparse.ArgumentTypeError(sentence)
    return tuple(known[word] for word in words)


def _selection(text: str) -> frozenset[Verdict]:
    words = [word.strip() for word in text.split(",")]
    if unknown := [word for word in words if word not in SELECTABLE]:
        known = ", ".join(SELECTABLE)
        raise argparse.ArgumentTypeError(f"unknown: {', '.join(unknown)}; known are {known}")
    return frozenset(SELECTABLE[word] for word in words)


def _pattern(text: str) -> Pattern:
    try:
        return Pattern(text)
    except PatternError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _scale(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_SCALE:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from 1 to {MOST_SCALE}")
    return int(text)


def _window(text: str) -> tuple[float, float]:
    low, _, high = text.partition(",")
    try:
        found = float(low), float(high)
    except ValueError:
        found = 0.0, 0.0
    if not 0 <= found[0] < found[1] <= 1:
        raise argparse.ArgumentTypeError(f"{text} is no pair of rising numbers from 0 to 1")
    return found


def _export(args: argparse.Namespace, options: Options) -> int:
    review, reader = args.review, args.reader
    slices = args.slices or review.absolute().parent
    try:
        with closing(look_at(review)) as session:
            contents = session.contents
            reading.wish_for(contents.wishes())
            readers = contents.readers()
            if reader is not None and reader not in readers:
                complain(COMMAND, f"no reader {reader!r} in {review.name}, only {readers}")
                return WRONG_USE
            export = read_export(
                session.contents,
                Wanted(reader, args.select),
                slices=slices,
                spacing_mm=session.spacing_mm,
                review=review.name,
            )
        say(before(export))
        return _write(export, args.output, options)
    except (StoreError, WriteError) as error:
        complain(COMMAND, str(error))
        return FAILED


def _write(export: Export, output: Path, options: Options) -> int:
    """Write; the tables say what was written whatever ends it."""
    run, result = Run(export, output, options), Result()
    progress = Progress(len(export.corrections))
    interrupted = False
    try:
        for done, outcome in enumerate(run.masks(), 1):
            result.add(outcome)
            progress.show(done)
    except KeyboardInterrupt:
        interrupted = True
    progress.clear()
    result.end(run)
    for note in result.notes:
        _note(note)
    for problem in result.problems:
        complain(COMMAND, str(problem))
    say(_after(result, output))
    if interrupted:
        left = len(export.corrections) - result.masks
        complain(COMMAND, f"interrupted with {left} masks to go; the same command goes on")
        return INTERRUPTED
    return FAILED if result.problems else DONE


def _after(result: Result, output: Path) -> str:
    parts = [f"{result.masks} masks written, read back and compared: {output}"]
    if result.earlier:
        parts.append(f"{result.earlier} of them before this export was stopped")
    if result.kept:
        parts.append(result.kept_text)
    return "; ".join(parts)


if __name__ == "__main__":
    sys.exit(main())

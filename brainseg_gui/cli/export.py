"""`brainseg-export`: hand over the corrected masks of a review."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing
from pathlib import Path

from brainseg_gui.cli.common import (
    DONE,
    FAILED,
    WRONG_USE,
    add_pseudonymise_option,
    complain,
    make_parser,
    pseudonyms_by,
    say,
)
from brainseg_gui.core.pseudonyms import Pseudonyms
from brainseg_gui.files import reading
from brainseg_gui.files.errors import WriteError
from brainseg_gui.files.key_file import KeyFileError
from brainseg_gui.files.writers import table
from brainseg_gui.review.exports import HANDED_OVER, Export, read_export, write_export
from brainseg_gui.review.opening import look_at
from brainseg_gui.review.values.stored import StoreError
from brainseg_gui.review.values.verdict import Verdict

COMMAND = "brainseg-export"
SELECTABLE = {
    "accepted": Verdict.ACCEPTED,
    "corrected": Verdict.CORRECTED,
    "flagged": Verdict.FLAGGED,
    "undecided": Verdict.IN_PROGRESS,
}


def main(argv: list[str] | None = None) -> int:
    """Export; 0 done, 1 something could not be written, 2 wrong use."""
    parser = make_parser(
        COMMAND,
        "Write every accepted or corrected mask of a review: <stem>_mask and the format's suffix,\n"
        "in the size and orientation of the file, whichever way the reader had the slice turned,\n"
        "under the name of the file that has its pixels now. Slices in sub-folders keep their\n"
        "sub-folders; where several readers corrected, the names say whose mask it is.\n"
        "provenance.csv says of every verdict who gave it, when, and what it was about.",
    )
    parser.add_argument("review", metavar="REVIEW", type=Path, help="brainseg-review.sqlite")
    parser.add_argument("--output", metavar="DIR", type=Path, required=True)
    parser.add_argument(
        "--format",
        choices=[it.name for it in table.WRITERS],
        default=table.PNG.name,
        help="; ".join(f"{it.name} ({it.suffix}): {it.about}" for it in table.WRITERS),
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
    add_pseudonymise_option(parser)
    args = parser.parse_args(argv)
    if not args.review.is_file():
        complain(COMMAND, f"no such review: {args.review}")
        return WRONG_USE
    try:
        return _export(args, pseudonyms_by(args.pseudonymise, args.output, _note))
    except KeyFileError as error:
        complain(COMMAND, str(error))
        return WRONG_USE


def _note(sentence: str) -> None:
    complain(COMMAND, f"note: {sentence}")


def _selection(text: str) -> frozenset[Verdict]:
    words = [word.strip() for word in text.split(",")]
    if unknown := [word for word in words if word not in SELECTABLE]:
        known = ", ".join(SELECTABLE)
        raise argparse.ArgumentTypeError(f"unknown: {', '.join(unknown)}; known are {known}")
    return frozenset(SELECTABLE[word] for word in words)


def _export(args: argparse.Namespace, pseudonyms: Pseudonyms | None) -> int:
    problems: list[WriteError] = []
    review, reader, output = args.review, args.reader, args.output
    slices = args.slices or review.absolute().parent
    try:
        with closing(look_at(review)) as session:
            contents = session.contents
            reading.wish_for(contents.wishes())
            readers = contents.readers()
            if reader is not None and reader not in readers:
                complain(COMMAND, f"no reader {reader!r} in {review.name}, only {readers}")
                return WRONG_USE
            export = read_export(contents, reader, slices=slices, select=args.select)
        say(_before(export))
        writer = table.writer_named(args.format)
        written = write_export(
            export, output, problems.append, writer=writer, pseudonyms=pseudonyms
        )
    except StoreError as error:
        complain(COMMAND, str(error))
        return FAILED
    for problem in problems:
        complain(COMMAND, str(problem))
    say(f"{len(written)} masks written, read back and compared: {output}")
    return FAILED if problems else DONE


def _before(export: Export) -> str:
    """Return what is going to be written."""
    counts = {name: export.count(verdict) for name, verdict in SELECTABLE.items()}
    found = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    left = f"; {export.left_out} others are not asked for" if export.left_out else ""
    if export.aside:
        left += f"; {export.aside} of slices that lie otherwise now than when they were made"
    return f"Masks to write: {found or 'none'}{left}."


if __name__ == "__main__":
    sys.exit(main())

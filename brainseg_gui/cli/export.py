"""`brainseg-export`: hand over the corrected masks of a review."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

from brainseg_gui.cli.common import DONE, FAILED, WRONG_USE, complain, make_parser, say
from brainseg_gui.files.errors import WriteError
from brainseg_gui.files.writers import table
from brainseg_gui.files.writers.table import Writer
from brainseg_gui.review.exports import export_review
from brainseg_gui.review.opening import look_at
from brainseg_gui.review.values.stored import StoreError

COMMAND = "brainseg-export"


def main(argv: list[str] | None = None) -> int:
    """Export; 0 done, 1 something could not be written, 2 wrong use."""
    parser = make_parser(
        COMMAND,
        "Write every corrected mask of a review: <stem>_mask and the format's suffix, in the\n"
        "size and orientation of the slice. Slices in sub-folders keep their sub-folders; where\n"
        "several readers corrected, the names say whose mask it is. provenance.csv says of every\n"
        "verdict who gave it, when, and what it was about.",
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
    args = parser.parse_args(argv)
    if not args.review.is_file():
        complain(COMMAND, f"no such review: {args.review}")
        return WRONG_USE
    return _export(args.review, args.output, args.reader, table.writer_named(args.format))


def _export(review: Path, output: Path, reader: str | None, writer: Writer) -> int:
    problems: list[WriteError] = []
    try:
        with closing(look_at(review)) as session:
            contents = session.contents
            readers = contents.readers()
            if reader is not None and reader not in readers:
                complain(COMMAND, f"no reader {reader!r} in {review.name}, only {readers}")
                return WRONG_USE
            written = export_review(contents, output, problems.append, reader=reader, writer=writer)
    except StoreError as error:
        complain(COMMAND, str(error))
        return FAILED
    for problem in problems:
        complain(COMMAND, str(problem))
    say(f"{len(written)} masks written, read back and compared: {output}")
    return FAILED if problems else DONE


if __name__ == "__main__":
    sys.exit(main())

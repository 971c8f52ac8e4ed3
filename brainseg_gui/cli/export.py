"""`brainseg-export`: hand over the corrected masks of a review."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

from brainseg_gui.cli.common import DONE, FAILED, WRONG_USE, complain, make_parser
from brainseg_gui.files.errors import WriteError
from brainseg_gui.files.writers import table
from brainseg_gui.files.writers.table import Writer

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
    # SQLAlchemy takes a third of a second to import; --help does without it.
    from brainseg_gui.review.exports import export_all, write_provenance
    from brainseg_gui.review.storage.store import ReviewStore, StoreError

    problems: list[WriteError] = []
    try:
        with closing(ReviewStore(review, read_only=True)) as store:
            readers = store.readers()
            if reader is not None and reader not in readers:
                complain(COMMAND, f"no reader {reader!r} in {review.name}, only {readers}")
                return WRONG_USE
            by_reader = reader is None and len(readers) > 1
            masks = store.corrections(reader)
            written = export_all(masks, output, problems.append, by_reader=by_reader, writer=writer)
            versions = [it for it in store.decisions.versions() if reader in {None, it.reader}]
            try:
                write_provenance(versions, store.names(), output)
            except WriteError as error:
                problems.append(error)
    except StoreError as error:
        complain(COMMAND, str(error))
        return FAILED
    for problem in problems:
        complain(COMMAND, str(problem))
    print(f"{len(written)} masks written, read back and compared: {output}")
    return FAILED if problems else DONE


if __name__ == "__main__":
    sys.exit(main())

"""`brainseg-report`: what networks and readers did, as tables, pictures and one page."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from brainseg_gui.cli.common import (
    DONE,
    FAILED,
    INTERRUPTED,
    WRONG_USE,
    add_model_option,
    add_pseudonymise_option,
    complain,
    make_parser,
    pseudonyms_by,
    say,
)
from brainseg_gui.cli.progress import Progress
from brainseg_gui.core.pseudonyms import Pseudonyms
from brainseg_gui.files.errors import WriteError
from brainseg_gui.files.key_file import KeyFileError
from brainseg_gui.inference.bundles import cards_of, list_bundles, seen_by
from brainseg_gui.inference.model_card import BundleError, ModelCard, Seen, read_card
from brainseg_gui.reports.audit.errata import errata
from brainseg_gui.reports.pages.cohort import Report
from brainseg_gui.reports.pages.html import MissingExtraError
from brainseg_gui.reports.pages.write import write_report
from brainseg_gui.reports.reading.source import Asked, Found, UnknownReaderError, read_review
from brainseg_gui.reports.reading.table import TableError, read_table
from brainseg_gui.review.values.stored import StoreError

COMMAND = "brainseg-report"
EPILOG = """\
report.html is one page with pictures that needs nothing else; cohort.csv has a row for each slice
and reader, cohort.json every number. Of a review also fixes.json, what readers keep fixing (read by
brainseg-train evaluate --fixes), and errata.csv, which references they call wrong.

Slices of patients that the network was trained on, or of whom nobody can say, are left out of every
summary and counted, unless --seen is given. Measures that the review does not hold yet are taken
from the files; the review itself stays as it is.
"""


def main(argv: list[str] | None = None) -> int:
    """Report; 0 done, 1 something could not be read or written, 2 wrong use."""
    args = _parser().parse_args(argv)
    if not args.source.is_file():
        complain(COMMAND, f"no such file: {args.source}")
        return WRONG_USE
    try:
        card = None if args.model is None else read_card(args.model)
        pseudonyms = pseudonyms_by(args.pseudonymise, args.output, _note)
        return _report(args, card, pseudonyms)
    except (BundleError, KeyFileError, TableError, UnknownReaderError, MissingExtraError) as error:
        complain(COMMAND, str(error))
        return WRONG_USE
    except (StoreError, WriteError) as error:
        complain(COMMAND, str(error))
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = make_parser(
        COMMAND,
        "Report on the slices of a review, or of a table of predictions: Dice, IoU, HD95, area,\n"
        "boundary shift, time and edits by type, size, reader and state.",
        EPILOG,
    )
    parser.add_argument(
        "source",
        metavar="REVIEW|predictions.csv",
        type=Path,
        help="brainseg-review.sqlite, or the table that brainseg-predict wrote",
    )
    parser.add_argument("--output", metavar="DIR", type=Path, required=True)
    parser.add_argument("--pdf", action="store_true", help="write report.pdf too")
    parser.add_argument(
        "--seen",
        action="store_true",
        help="leave slices of patients that the network was trained on in the summaries",
    )
    parser.add_argument("--reader", metavar="NAME", help="only what this reader made of the slices")
    parser.add_argument(
        "--slices", metavar="DIR", type=Path, help="folder of the slices, if not the review's own"
    )
    add_model_option(parser)
    add_pseudonymise_option(parser)
    return parser


@dataclass(frozen=True)
class _Source:
    """What is reported, and what went wrong with it."""

    report: Report
    errata: Callable[[Pseudonyms | None], bytes] = lambda _: b""
    problems: tuple[str, ...] = ()


def _report(args: argparse.Namespace, card: ModelCard | None, pseudonyms: Pseudonyms | None) -> int:
    source = _of_table(args, card) if _is_table(args.source) else _of_review(args, card)
    for problem in source.problems:
        complain(COMMAND, problem)
    report = source.report
    for note in report.notes:
        _note(note)
    hidden = report if pseudonyms is None else report.pseudonymous(pseudonyms)
    files = write_report(hidden, args.output, pdf=args.pdf, errata=source.errata(pseudonyms))
    dice = report.overall.prediction["dice"]
    mean = "" if dice is None else f", mean Dice {dice.mean:.3f} of {dice.slices}"
    say(f"Slices in the summaries: {report.overall.slices} of {len(report.figures)}{mean}.")
    say(f"Written into {args.output}: {', '.join(path.name for path in files)}.")
    return FAILED if source.problems else DONE


def _is_table(path: Path) -> bool:
    """Tell whether a file is no review, by its first bytes."""
    with path.open("rb") as file:
        return not file.read(16).startswith(b"SQLite format 3")


def _of_table(args: argparse.Namespace, card: ModelCard | None) -> _Source:
    if args.reader is not None:
        raise TableError("A table of predictions knows no readers: leave --reader out.")

    def seen(patient: str) -> bool | None:
        assert card is not None
        found = card.seen(patient)
        return None if found is Seen.UNKNOWN else found is Seen.TRAINED_ON

    figures = read_table(args.source, None if card is None else seen)
    notes = []
    if card is None and all(it.seen is None for it in figures):
        notes.append(
            "The table does not say on which patients the network was trained: name the network "
            "with --model, or take all slices with --seen."
        )
    title = f"Predictions: {args.source.name}"
    return _Source(Report.of(title, figures, seen=args.seen, notes=notes))


def _of_review(args: argparse.Namespace, card: ModelCard | None) -> _Source:
    cards = (card,) if card is not None else cards_of(list_bundles())
    slices = args.slices or args.source.absolute().parent
    names = () if card is None else (card.name,)
    asked = Asked(args.source, slices, names, args.reader)
    shown: list[Progress] = []

    def progress(done: int, total: int) -> None:
        if not shown:
            shown.append(Progress(total))
        shown[0].show(done)

    try:
        found = read_review(asked, seen_by(cards), progress)
    finally:
        for it in shown:
            it.clear()
    title = f"Review: {args.source.name}"
    if args.reader is not None:
        title += f", reader {args.reader}"
    report = Report.of(title, found.figures, seen=args.seen, notes=found.notes, fixes=found.fixes)
    return _Source(report, lambda pseudonyms: _errata(found, pseudonyms), found.problems)


def _errata(found: Found, pseudonyms: Pseudonyms | None) -> bytes:
    return errata(found.votes, found.known, pseudonyms) if found.votes else b""


def _note(sentence: str) -> None:
    complain(COMMAND, f"note: {sentence}")


if __name__ == "__main__":
    sys.exit(main())

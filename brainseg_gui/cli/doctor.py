"""`brainseg-doctor`: what this installation is and whether it works, to paste into a report."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import platformdirs

from brainseg_gui import about
from brainseg_gui.about import Finding
from brainseg_gui.cli.common import (
    DONE,
    FAILED,
    add_model_option,
    chosen_bundle,
    complain,
    make_parser,
    say,
)
from brainseg_gui.cli.leakage import add_leakage_option, report_leakage
from brainseg_gui.cli.qt_check import check_qt
from brainseg_gui.cli.review_check import add_review_options, check_review, recover_review
from brainseg_gui.cli.trial import trial_corrections, trial_predictions
from brainseg_gui.files.errors import SliceError
from brainseg_gui.inference.bundles import default_corrector
from brainseg_gui.inference.model_card import CORRECTOR, BundleError, read_card
from brainseg_gui.inference.segmenter import EngineError

COMMAND = "brainseg-doctor"
EPILOG = "exit status: 0 all is well; 1 something is wrong and named on stderr; 2 wrong use"
Check = Callable[[argparse.Namespace], Iterator[Finding]]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    parser = make_parser(COMMAND, "Say what is installed and whether it works.", EPILOG)
    add_model_option(parser)
    parser.add_argument(
        "--deep", action="store_true", help="also load TensorFlow and compare its mask (seconds)"
    )
    add_review_options(parser)
    add_leakage_option(parser)
    arguments = parser.parse_args(argv)
    if (arguments.recover is None) != (arguments.into is None):
        parser.error("--recover FILE and --into NEW go together")
    if arguments.recover:
        return recover_review(arguments.recover, arguments.into)
    if arguments.leakage:
        return report_leakage(arguments.leakage, arguments.model)
    checks = (check_review,) if arguments.review else CHECKS
    return _run(checks, arguments)


def _run(checks: Sequence[Check], arguments: argparse.Namespace) -> int:
    problems = []
    for check in checks:
        for what, state, is_well in check(arguments):
            say(f"{what:<20} {state}")
            if not is_well:
                problems.append(f"{what}: {state}")
    for problem in problems:
        complain(COMMAND, problem)
    return FAILED if problems else DONE


def _places(arguments: argparse.Namespace) -> Iterator[Finding]:
    yield "installed in", sys.prefix, True
    places = {
        "data folder": platformdirs.user_data_path("brainseg", appauthor=False),
        "cache folder": platformdirs.user_cache_path("brainseg", appauthor=False),
        "temporary folder": Path(tempfile.gettempdir()),
    }
    for what, place in places.items():
        is_well = _is_writable(place)
        yield what, f"{place} ({'writable' if is_well else 'not writable'})", is_well


def _network(arguments: argparse.Namespace) -> Iterator[Finding]:
    try:
        bundle = chosen_bundle(arguments.model)
        card = read_card(bundle)
    except BundleError as error:
        yield "network", str(error), False
        return
    yield "network", f"{card.name} of {card.created}, complete, at {bundle}", True
    yield "architecture", card.architecture, True
    try:
        yield from trial_predictions(bundle, card, deep=arguments.deep)
    except (EngineError, SliceError) as error:
        yield "trial", str(error), False


def _corrector(arguments: argparse.Namespace) -> Iterator[Finding]:
    try:
        bundle = default_corrector()
        card = read_card(bundle, CORRECTOR)
        yield "corrector", f"{card.name} of {card.created}, complete, at {bundle}", True
        yield from trial_corrections(bundle)
    except (BundleError, EngineError, SliceError) as error:
        yield "corrector", str(error), False


def _is_writable(place: Path) -> bool:
    """Tell whether a folder, or the one that it would be made in, takes a file."""
    while not place.is_dir() and place != place.parent:
        place = place.parent
    try:
        with tempfile.TemporaryFile(dir=place):
            return True
    except OSError:
        return False


CHECKS: tuple[Check, ...] = (
    lambda arguments: about.system(),
    lambda arguments: about.packages(),
    lambda arguments: check_qt(),
    _places,
    _network,
    _corrector,
)


if __name__ == "__main__":
    sys.exit(main())

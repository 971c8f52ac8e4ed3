"""`brainseg-predict`: masks for slices, without a window."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from brainseg_gui.cli.common import (
    DONE,
    FAILED,
    INTERRUPTED,
    WRONG_USE,
    add_engine_options,
    add_model_option,
    add_pseudonymise_option,
    chosen_bundle,
    complain,
    make_parser,
    pseudonyms_by,
    say,
)
from brainseg_gui.cli.naming import Naming, output_stems
from brainseg_gui.cli.predicting.facts import MixedError, facts_of, write_facts
from brainseg_gui.cli.predicting.log import Log
from brainseg_gui.cli.predicting.pipeline import Pipeline
from brainseg_gui.cli.predicting.resume import Before, done_before, held
from brainseg_gui.cli.predicting.run import Run
from brainseg_gui.cli.predicting.steps import Read, Steps
from brainseg_gui.cli.predicting.table import Table
from brainseg_gui.cli.progress import Progress
from brainseg_gui.cli.results import COLUMNS, Output
from brainseg_gui.cli.summary import Summary
from brainseg_gui.core.numbers import number_in
from brainseg_gui.core.prediction import Prediction
from brainseg_gui.core.pseudonyms import Pseudonyms
from brainseg_gui.files import reading
from brainseg_gui.files.errors import SliceError, WriteError
from brainseg_gui.files.find import find_slices
from brainseg_gui.files.formats import openable
from brainseg_gui.files.key_file import KeyFileError
from brainseg_gui.files.reading import ask_with
from brainseg_gui.files.wishes import Variables, Wishes, tumour_classes, variables_in
from brainseg_gui.inference.engine_client import EngineClient
from brainseg_gui.inference.model_card import BundleError, ModelCard, read_card
from brainseg_gui.inference.second.opinion import SecondOpinion
from brainseg_gui.inference.segmenter import EngineError

COMMAND = "brainseg-predict"
MOST_WORKERS = 64
EPILOG = """\
For each slice DIR gets <stem>_mask.png: 8-bit grey, 0 or 255, as large as the image and upright
as MATLAB shows it; and all slices together predictions.csv, line by line, and predictions.json,
which says how they were made. Slices that share a stem go into sub-folders of DIR named like the
folders they come from, the others straight into DIR.

exit status: 0 done; 1 some inputs failed, each is named on stderr with its reason; 2 wrong use;
130 interrupted, with everything that was done by then written."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    arguments = _parser().parse_args(argv)
    try:
        bundle = chosen_bundle(arguments.model)
        card = read_card(bundle)
        pseudonyms = pseudonyms_by(arguments.pseudonymise, arguments.output, _note)
        reading.wish_for(_wishes(arguments))
        if arguments.workers is not None:
            reading.allow(arguments.workers)
        with (
            held(arguments.output),
            EngineClient(bundle, arguments.engine, arguments.device, _note) as engine,
            _second_opinion(arguments, card, bundle) as second,
        ):
            return _predict(arguments, card, engine, pseudonyms, second)
    except (BundleError, EngineError, KeyFileError, WriteError, MixedError) as error:
        complain(COMMAND, str(error))
        return WRONG_USE
    except KeyboardInterrupt:
        return INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = make_parser(COMMAND, f"Predict tumour masks of slices: {openable()}.", EPILOG)
    parser.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="slice, or folder to search"
    )
    parser.add_argument("--output", type=Path, required=True, metavar="DIR", help="for the results")
    add_model_option(parser)
    add_engine_options(parser)
    parser.add_argument(
        "--threshold",
        type=_probability,
        metavar="T",
        help="probability from which a pixel is tumour (default: the network's own)",
    )
    parser.add_argument(
        "--probability", action="store_true", help="also write <stem>_probability.png, 16-bit grey"
    )
    parser.add_argument(
        "--overlay",
        action="store_true",
        help="also write <stem>_overlay.png: prediction orange, reference blue",
    )
    parser.add_argument(
        "--with-seen",
        action="store_true",
        help="count slices of patients that the network was trained on in the mean Dice as well",
    )
    add_pseudonymise_option(parser)
    _add_reading(parser)
    _add_long_work(parser)
    return parser


def _add_reading(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--identify",
        action="store_true",
        help="call patients of DICOM files by their own ids (default: P- and 8 digits made of it)",
    )
    parser.add_argument(
        "--classes",
        type=_classes,
        metavar="N,N",
        help="which numbers in masks of several classes are tumour, for example 1,4; without it "
        "such masks are no references",
    )
    parser.add_argument(
        "--variables",
        type=_variables,
        metavar="image=V,mask=W",
        help="what the variables of MATLAB files without cjdata are: image, and where there are "
        "such mask, patient and type",
    )


def _variables(text: str) -> Variables:
    try:
        return variables_in(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected image=NAME,mask=NAME, found {text}") from None


def _add_long_work(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--no-risk",
        action="store_true",
        help="do not work out how much each prediction deserves a look, nor ask other networks "
        "about it; the columns risk, expected_dice, dice_low and dice_high stay, and are empty",
    )
    parser.add_argument(
        "--resume",
        action="store_true",
        help="go on where a run into DIR stopped: slices that have their line of predictions.csv "
        "and all their pictures are left as they are, unless their file is newer. Refused where "
        "DIR was begun with another network, threshold or other options",
    )
    parser.add_argument(
        "--workers",
        type=_workers,
        metavar="N",
        help="processes that read slices; default: one, and more while the network waits for them",
    )
    parser.add_argument(
        "--log",
        type=Path,
        metavar="FILE",
        help="add to FILE a line of JSON for each slice (file, seconds, of which the networks took "
        "how many, risk, what was wrong), for the start and for the end",
    )


def _classes(text: str) -> tuple[tuple[int, bool], ...]:
    try:
        return tumour_classes(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _wishes(arguments: argparse.Namespace) -> Wishes:
    classes = arguments.classes or ()
    return Wishes(
        classes=classes,
        identify=arguments.identify,
        no_others=bool(classes),
        variables=arguments.variables,
    )


def _workers(text: str) -> int:
    if not (text.isdecimal() and 1 <= int(text) <= MOST_WORKERS):
        raise argparse.ArgumentTypeError(f"{text} is not a number from 1 to {MOST_WORKERS}")
    return int(text)


def _probability(text: str) -> float:
    value = number_in(text)
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 1")
    return value


def _note(sentence: str) -> None:
    complain(COMMAND, f"note: {sentence}")


def _predict(
    arguments: argparse.Namespace,
    card: ModelCard,
    engine: EngineClient,
    pseudonyms: Pseudonyms | None,
    second: SecondOpinion | None,
) -> int:
    """Predict everything that is found; what is done is in the table whatever ends the work."""
    problems: list[SliceError] = []
    paths = list(find_slices(arguments.paths, problems.append))
    if not paths:
        return _nothing_found(problems)
    output = Output(arguments.output, arguments.probability, arguments.overlay)
    naming = Naming(output_stems(paths), pseudonyms)
    facts = facts_of(arguments, engine.bundle, card, pseudonyms, second)
    before = done_before(output, facts, paths, naming) if arguments.resume else Before()
    table = Table(arguments.output, COLUMNS, before.rows)
    steps = Steps(output, naming, card, facts["threshold"], not arguments.no_risk, second)
    summary = Summary(card, arguments.with_seen, before=len(before.done))
    with closing(Log(arguments.log, _note)) as log, closing(Progress(len(paths))) as progress:
        run = Run(steps, summary, table, log, progress, COMMAND)
        for problem in problems:
            run.fail(problem.path, problem.reason)
        log.write("start", **_told(facts), slices=len(paths), done_before=len(before.done))

        def prepare() -> None:
            engine.start()
            table.begin()  # before the facts: they must never stand beside lines of another run
            write_facts(arguments.output, facts)

        todo = [path for path in paths if path not in before.done]
        try:
            with _interruptible(todo) as (wanted, interrupted):
                run.take(_pipeline(engine, steps, prepare, arguments.workers).run(wanted))
        finally:
            run.end(interrupted=interrupted.is_set())
    say(summary.text(arguments.output))
    _say_worth(arguments, card, second)
    if interrupted.is_set():
        return _interrupted(summary.predicted + summary.before, len(paths))
    return FAILED if summary.failed else DONE


@contextmanager
def _second_opinion(
    arguments: argparse.Namespace, card: ModelCard, bundle: Path
) -> Iterator[SecondOpinion | None]:
    """Have other networks judge the masks, where the card names some that are at hand."""
    if arguments.no_risk:
        yield None
        return
    second = SecondOpinion.at_hand(card, bundle, arguments.threshold, _note)
    if second is None:
        yield None
        return
    with closing(second):
        second.ready(0)  # it starts beside the first network
        yield second


def _say_worth(
    arguments: argparse.Namespace, card: ModelCard, second: SecondOpinion | None
) -> None:
    """Say how well the risks of this run find poor masks."""
    if arguments.no_risk:
        return
    judges = second.judges if second else 0
    worth = card.risk_worth(judges) if arguments.threshold in (None, card.threshold) else ""
    say(worth or "Risks are ranks among these slices: what they are worth was not measured.")


def _told(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a log says of a run: no folder, by whose name a patient may be known."""
    return {name: facts[name] for name in ("brainseg", "network", "sha256", "threshold")}


def _interrupted(done: int, total: int) -> int:
    complain(COMMAND, f"interrupted after {done} of {total} slices")
    return INTERRUPTED


def _nothing_found(problems: Iterable[SliceError]) -> int:
    for problem in problems:
        complain(COMMAND, f"{problem.path}: {problem.reason}")
    known = f"no slice found (what can be opened: {openable()})"
    complain(COMMAND, f"{known}, so nothing is predicted")
    return FAILED


def _pipeline(
    engine: EngineClient, steps: Steps, prepare: Callable[[], None], workers: int | None
) -> Pipeline[Path, Read, Prediction, dict[str, str]]:
    predict = partial(steps.predict, engine)
    if workers is None:
        return Pipeline(steps.read, predict, steps.save, prepare)
    eager = partial(ask_with, eager=True)
    return Pipeline(steps.read, predict, steps.save, prepare, readers=workers, ready=eager)


@contextmanager
def _interruptible(paths: Iterable[Path]) -> Iterator[tuple[Iterator[Path], threading.Event]]:
    """Let the first Ctrl+C end the list of paths early; a second one interrupts as usual."""
    interrupted = threading.Event()

    def on_interrupt(number: int, frame: object) -> None:
        interrupted.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    def wanted() -> Iterator[Path]:
        for path in paths:
            if interrupted.is_set():
                return
            yield path

    if threading.current_thread() is not threading.main_thread():
        yield wanted(), interrupted
        return
    before = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield wanted(), interrupted
    finally:
        signal.signal(signal.SIGINT, before)


if __name__ == "__main__":
    sys.exit(main())

"""`brainseg-predict`: masks for slices, without a window."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

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
from brainseg_gui.cli.pipeline import Pipeline
from brainseg_gui.cli.progress import Progress
from brainseg_gui.cli.results import Output, table_row, write_table
from brainseg_gui.cli.summary import Summary
from brainseg_gui.core.numbers import number_in
from brainseg_gui.core.prediction import Prediction
from brainseg_gui.core.pseudonyms import Pseudonyms
from brainseg_gui.core.slices import Slice
from brainseg_gui.files import reading
from brainseg_gui.files.atomic import make_folder
from brainseg_gui.files.errors import SliceError, WriteError
from brainseg_gui.files.find import find_slices
from brainseg_gui.files.formats import openable, read_slice
from brainseg_gui.files.key_file import KeyFileError
from brainseg_gui.files.wishes import Wishes
from brainseg_gui.inference.engine_client import EngineClient
from brainseg_gui.inference.model_card import BundleError, ModelCard, read_card
from brainseg_gui.inference.segmenter import EngineError

COMMAND = "brainseg-predict"
EPILOG = """\
For each slice DIR gets <stem>_mask.png: 8-bit grey, 0 or 255, as large as the image and upright
as MATLAB shows it; and all slices together predictions.csv. Slices that share a stem go into
sub-folders of DIR named like the folders they come from, the others straight into DIR.

exit status: 0 done; 1 some inputs failed, each is named on stderr with its reason; 2 wrong use;
130 interrupted, with everything that was done by then written."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    arguments = _parser().parse_args(argv)
    try:
        bundle = chosen_bundle(arguments.model)
        card = read_card(bundle)
        pseudonyms = pseudonyms_by(arguments.pseudonymise, arguments.output, _note)
        make_folder(arguments.output)
        reading.wish_for(Wishes(identify=arguments.identify))
        with EngineClient(bundle, arguments.engine, arguments.device, _note) as engine:
            return _predict(arguments, card, engine, pseudonyms)
    except (BundleError, EngineError, KeyFileError, WriteError) as error:
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
    parser.add_argument(
        "--identify",
        action="store_true",
        help="call patients of DICOM files by their own ids (default: P- and 8 digits made of it)",
    )
    return parser


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
) -> int:
    """Predict everything that is found; the table is written whatever ends the work."""
    summary = Summary(card, arguments.with_seen)

    def fail(path: Path, reason: str) -> None:
        summary.failed += 1
        complain(COMMAND, f"{path}: {reason}")

    paths = list(find_slices(arguments.paths, lambda problem: fail(problem.path, problem.reason)))
    if not paths:
        return _nothing_found()
    output = Output(arguments.output, arguments.probability, arguments.overlay)
    naming = Naming(output_stems(paths), pseudonyms)
    pipeline = _pipeline(engine, output, card, arguments.threshold or card.threshold, naming)
    progress = Progress(len(paths))
    try:
        with _interruptible(paths) as (wanted, interrupted):
            for path, future in pipeline.run(wanted):
                if error := future.exception():
                    progress.clear()
                    fail(path, _reason(error))
                else:
                    found = future.result()
                    summary.add(row := naming.row(path, found), found["patient"])
                    if row["notes"]:
                        progress.clear()
                        _note(f"{naming.file(path)}: {row['notes']}")
                progress.show(len(summary.rows) + summary.failed)
    finally:
        progress.clear()
        if summary.rows or summary.failed:
            _write_table(arguments.output, summary)
    say(summary.text(arguments.output))
    if interrupted.is_set():
        return _interrupted(len(summary.rows), len(paths))
    return FAILED if summary.failed else DONE


def _interrupted(done: int, total: int) -> int:
    complain(COMMAND, f"interrupted after {done} of {total} slices")
    return INTERRUPTED


def _nothing_found() -> int:
    known = f"no slice found (what can be opened: {openable()})"
    complain(COMMAND, f"{known}, so nothing is predicted")
    return FAILED


def _write_table(folder: Path, summary: Summary) -> None:
    try:
        write_table(folder, summary.rows)
    except WriteError as error:
        summary.failed += 1
        complain(COMMAND, str(error))


def _pipeline(
    engine: EngineClient, output: Output, card: ModelCard, threshold: float, naming: Naming
) -> Pipeline[Path, Slice, Prediction, dict[str, str]]:
    def predict(slice_: Slice) -> Prediction:
        return Prediction(engine.probability(slice_.pixels), threshold)

    def save(path: Path, slice_: Slice, prediction: Prediction) -> dict[str, str]:
        output.save(naming.stem(path), slice_, prediction)
        return table_row(path, slice_, prediction, card)

    return Pipeline(read_slice, predict, save, prepare=engine.start)


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


def _reason(error: BaseException) -> str:
    """Return the sentence of a failure that belongs to one slice; raise what is a bug."""
    if isinstance(error, SliceError):
        return error.reason
    if isinstance(error, (WriteError, EngineError, BundleError)):
        return str(error)
    if isinstance(error, MemoryError):
        return "not enough memory for it"
    raise error


if __name__ == "__main__":
    sys.exit(main())

"""`brainseg-train evaluate`: measure networks on patients they were not trained on."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from model_training.data.sources import Entry
    from model_training.evaluation.candidate import Candidate
    from model_training.evaluation.measure import NamedSlice, Way
    from model_training.evaluation.report import SplitNote

ENSEMBLE = "ensemble"


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the command to a parser of commands; it calls `run`."""
    parser = subparsers.add_parser(
        "evaluate",
        help="measure networks on patients they were not trained on",
        description="Measure a bundle or a run on the slices of DATA whose patients it was not "
        "trained on. Several networks are measured together, as the mean of their probabilities, "
        "and each alone. The folder of a cross-validation stands for the networks of its folds.",
    )
    parser.add_argument("data", metavar="DATA", type=Path, help="folder of slices")
    parser.add_argument("networks", metavar="NETWORK", type=Path, nargs="+", help="bundle or run")
    parser.add_argument(
        "--output", metavar="DIR", type=Path, help="write report.html, report.json, scores.csv"
    )
    add_spacing(parser)
    parser.add_argument(
        "--engine",
        choices=("auto", "onnxruntime", "keras"),
        default="auto",
        help="for bundles; auto is ONNX Runtime where it is installed",
    )
    parser.set_defaults(run=run)


def add_spacing(parser: argparse.ArgumentParser) -> None:
    """Add `--spacing`, which `crossval` has too."""
    parser.add_argument(
        "--spacing",
        metavar="MM",
        type=_millimetres,
        help="side of a pixel, for distances in millimetres where the files do not say it",
    )


def run(args: argparse.Namespace) -> int:
    """Measure, print the headline as JSON, write the report; return the exit status."""
    from model_training.data.sources import find_examples
    from model_training.evaluation.candidate import divide, open_candidates
    from model_training.evaluation.measure import card_numbers, measure
    from model_training.evaluation.report import build_report, write_report

    source = find_examples(args.data)
    candidates = open_candidates(args.networks, args.engine)
    entries, left_out = divide(source, candidates)
    if not entries:
        raise ValueError(
            f"no slice in {args.data} is new to {_names(candidates)}: {left_out['trained_on']} are "
            f"of patients trained on, {left_out['without_patient']} name no patient"
        )
    _say_left_out(left_out)
    found = measure(_ways(candidates), read_all(entries), args.spacing)
    split = _split(candidates)
    numbers = card_numbers(next(iter(found.values())))
    print(json.dumps(numbers | ({"split": split.label} if split.mark else {}), indent=1))
    if args.output:
        facts = _facts(candidates, left_out, args.spacing)
        title = f"{_names(candidates)} on {args.data.resolve().name}"
        report = build_report(title, split, found, facts)
        write_report(args.output, report, split, found)
        print(f"report in {args.output}", file=sys.stderr)
    return 0


def read_all(entries: Sequence[Entry]) -> Iterator[NamedSlice]:
    """Read slices one after the other."""
    return ((entry.name, entry.read()) for entry in entries)


def _ways(candidates: Sequence[Candidate]) -> dict[str, Way]:
    """Return the headline first: the one network, or the mean of all and then each alone."""
    from model_training.evaluation.measure import Way
    from model_training.evaluation.postprocess import Postprocess
    from model_training.evaluation.predict import mean_of, predictor

    predicts = [predictor(candidate.run, candidate.steps) for candidate in candidates]
    alone = {
        f"{number}: {candidate.name}": Way(predict, Postprocess(candidate.threshold))
        for number, (candidate, predict) in enumerate(zip(candidates, predicts, strict=True), 1)
    }
    if len(candidates) == 1:
        return {candidates[0].name: next(iter(alone.values()))}
    # Each network's own threshold was chosen for itself; their mean is the least partial.
    threshold = sum(candidate.threshold for candidate in candidates) / len(candidates)
    return {ENSEMBLE: Way(mean_of(predicts), Postprocess(threshold))} | alone


def _split(candidates: Sequence[Candidate]) -> SplitNote:
    """Return the note of the least trustworthy split among the networks."""
    marked = [candidate.split for candidate in candidates if candidate.split.mark]
    return marked[0] if marked else candidates[0].split


def _facts(
    candidates: Sequence[Candidate], left_out: dict[str, int], spacing: float | None
) -> dict[str, Any]:
    return {
        "unfinished": "",
        "networks": [candidate.facts for candidate in candidates],
        "left_out": left_out,
        "spacing_mm": spacing,
    }


def _say_left_out(left_out: dict[str, int]) -> None:
    from model_training.evaluation.html import LEFT_OUT

    for reason, count in left_out.items():
        if count:
            print(f"{count} slices left out: {LEFT_OUT[reason]}", file=sys.stderr)


def _names(candidates: Sequence[Candidate]) -> str:
    if len(candidates) > 3:
        return f"{len(candidates)} networks"
    return " and ".join(candidate.name for candidate in candidates)


def _millimetres(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 100:
        raise argparse.ArgumentTypeError(f"a pixel is above 0 mm and below 100 mm, not {text}")
    return value

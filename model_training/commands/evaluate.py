"""`brainseg-train evaluate`: measure networks on patients they were not trained on."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from model_training.commands.options import add_data, add_spacing, source_of


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the command to a parser of commands; it calls `run`."""
    parser = subparsers.add_parser(
        "evaluate",
        help="measure networks on patients they were not trained on",
        description="Measure a bundle or a run on the slices of DATA whose patients it was not "
        "trained on. Several networks are measured together, as the mean of their probabilities, "
        "and each alone. The folder of a cross-validation stands for the networks of its folds.",
    )
    add_data(parser)
    parser.add_argument("networks", metavar="NETWORK", type=Path, nargs="+", help="bundle or run")
    parser.add_argument(
        "--output", metavar="DIR", type=Path, help="write report.html, report.json, scores.csv"
    )
    add_spacing(parser)
    parser.add_argument(
        "--fixes",
        metavar="FILE",
        type=Path,
        help="fixes.json of brainseg-report: measure the threshold and smallest island that would "
        "have saved readers most beside the network's own",
    )
    parser.add_argument(
        "--engine",
        choices=("auto", "onnxruntime", "keras"),
        default="auto",
        help="for bundles; auto is ONNX Runtime where it is installed",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Measure, print the headline as JSON, write the report; return the exit status.

    Parameters
    ----------
    args : Namespace
        With data, review, reader, slices, networks, output, spacing, fixes and engine, as
        `add_parser` declares them.
    """
    from model_training.evaluation.candidate import holds_network, open_candidates
    from model_training.evaluation.evaluate import evaluate, new_to_all
    from model_training.evaluation.report import write_report

    if args.review and args.data is not None and holds_network(args.data):
        args.networks, args.data = [args.data, *args.networks], None  # the reviews are all there is
    source = source_of(args, lambda line: print(line, file=sys.stderr))
    data = args.data or args.review[0]
    new = new_to_all(source, open_candidates(args.networks, args.engine), data)
    for sentence in new.left_out_sentences():
        print(sentence, file=sys.stderr)
    found = evaluate(new, args.spacing, args.fixes)
    print(json.dumps(found.headline(), indent=1))
    if args.output:
        write_report(args.output, found.report(data.resolve().name), found.split, found.ways)
        print(f"report in {args.output}", file=sys.stderr)
    return 0

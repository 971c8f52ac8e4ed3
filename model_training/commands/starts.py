"""`brainseg-train starts`: keep the out-of-fold predictions of a cross-validation."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the command to a parser of commands; it calls `run`."""
    parser = subparsers.add_parser(
        "starts",
        help="keep the out-of-fold predictions of a cross-validation",
        description="Write, for each finished fold of the cross-validation in FOLDS, what its "
        "network says of the slices that it was not trained on: the masks from which a corrector "
        "learns (train --starts) and on which it is measured (evaluate-clicks --starts).",
    )
    parser.add_argument("data", metavar="DATA", type=Path, help="the folder it was trained on")
    parser.add_argument("folds", metavar="FOLDS", type=Path, help="folder of a cross-validation")
    parser.add_argument("--output", metavar="DIR", type=Path, required=True)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the predictions; return the exit status.

    Parameters
    ----------
    args : Namespace
        With data, folds and output, as `add_parser` declares them.
    """
    from model_training.clicks.predict_starts import keep_starts
    from model_training.data.sources import find_examples

    keep_starts(args.folds, find_examples(args.data), args.output)
    return 0

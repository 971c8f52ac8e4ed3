"""`brainseg-train refine`: let a corrector draw a network's masks once more."""

from __future__ import annotations

import argparse
import json
from pathlib import Path


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the command to a parser of commands; it calls `run`."""
    parser = subparsers.add_parser(
        "refine",
        help="let a corrector draw a network's masks once more",
        description="Write into the card of BUNDLE that CORRECTOR, as long as it lies beside it or "
        "came with the program, draws every mask once more, from nearer by; and what that is "
        "worth, on the slices of DATA that are new to both. Risks are to be calibrated anew then.",
    )
    parser.add_argument("data", metavar="DATA", type=Path, help="folder of slices with masks")
    parser.add_argument("bundle", metavar="BUNDLE", type=Path)
    parser.add_argument("corrector", metavar="CORRECTOR", type=Path, help="a corrector's bundle")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Measure, write the card, print what was measured; return the exit status.

    Parameters
    ----------
    args : Namespace
        With data, bundle and corrector, as `add_parser` declares them.
    """
    from model_training.bundles.refiner import write_refined
    from model_training.data.sources import find_examples

    card = write_refined(args.bundle, args.corrector, find_examples(args.data))
    print(json.dumps(card.refined["measured"], indent=1))
    return 0

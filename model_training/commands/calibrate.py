"""`brainseg-train calibrate`: write into a card what its network's risks are worth."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from brainseg_gui.inference.model_card import read_card

if TYPE_CHECKING:
    from model_training.clicks.opening import ClickNetwork
    from model_training.data.sources import Source
    from model_training.evaluation.candidate import Candidate

MANY = "table", "second", "third"  # of what is in a card, not printed


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the command to a parser of commands; it calls `run`."""
    parser = subparsers.add_parser(
        "calibrate",
        help="write into a card what its network's risks are worth",
        description="Measure which Dice goes with which risk, on the slices of DATA that networks "
        "of the same recipe were not trained on, and write it into the card of BUNDLE: the window "
        "and brainseg-predict then say what Dice to expect. The folder of a cross-validation "
        "stands for the networks of its folds; each slice counts once. With --second it is only "
        "measured what a second network adds to the risk; with --partner that goes into the card.",
    )
    parser.add_argument("data", metavar="DATA", type=Path, help="folder of slices")
    parser.add_argument("bundle", metavar="BUNDLE", type=Path)
    parser.add_argument("networks", metavar="NETWORK", type=Path, nargs="+", help="run or folds")
    _add_judges(parser)
    parser.set_defaults(run=run)


def _add_judges(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--second",
        metavar="NETWORK",
        type=Path,
        nargs="+",
        help="bundle, run or folds: measure what their disagreement with NETWORK tells, on slices "
        "that are new to both, and write no card",
    )
    parser.add_argument(
        "--partner",
        metavar="BUNDLE",
        type=Path,
        help="write into the card that this bundle, a sibling of those of --second, judges its "
        "masks from now on",
    )
    parser.add_argument(
        "--view",
        metavar="TENSOR",
        default="",
        help="of the partner's ONNX file, that is asked for in place of its answer: one view of "
        "the slice where that is the mean of many; the partner's bundle gets a switch for it",
    )
    parser.add_argument(
        "--correctors",
        metavar="NETWORK",
        type=Path,
        nargs="+",
        default=[],
        help="bundles or runs of correctors: they draw the masks once more where the card says "
        "that this is done; and beside --second it is measured what their doubt of the masks tells",
    )
    parser.add_argument(
        "--corrector",
        metavar="BUNDLE",
        type=Path,
        help="write into the card that this bundle, a sibling of those of --correctors, judges its "
        "masks beside the partner",
    )


def run(args: argparse.Namespace) -> int:
    """Measure, print what was found as JSON, write the card or not; return the exit status.

    Parameters
    ----------
    args : Namespace
        With data, bundle, networks and second, as `add_parser` declares them.
    """
    from model_training.bundles.risk import calibrate
    from model_training.clicks.opening import open_click_network
    from model_training.data.sources import find_examples
    from model_training.evaluation.candidate import open_candidates

    source, networks = find_examples(args.data), open_candidates(args.networks)
    if args.corrector and not args.second:
        raise ValueError("a corrector judges beside a second network: name one by --second")
    correctors = [open_click_network(folder) for folder in args.correctors]
    if args.second:
        return _measure_second(args, source, networks, correctors)
    card = calibrate(args.bundle, source, networks, correctors)
    print(json.dumps({name: card.risk[name] for name in card.risk if name not in MANY}, indent=1))
    return 0


def _measure_second(
    args: argparse.Namespace,
    source: Source,
    networks: Sequence[Candidate],
    correctors: Sequence[ClickNetwork],
) -> int:
    from model_training.bundles.refiner import refuse_unrefined
    from model_training.bundles.second_opinion import measure_second, write_second
    from model_training.evaluation.candidate import open_candidates

    card = read_card(args.bundle)
    refuse_unrefined(card, correctors)
    seconds, refining = open_candidates(args.second), bool(card.refined)
    found = measure_second(source, networks, seconds, correctors, refining=refining)
    if args.partner:
        write_second(args.bundle, args.partner, args.view, found, args.corrector)
    told = found | found.get("third", {})
    print(json.dumps({name: told[name] for name in told if name not in MANY}, indent=1))
    return 0

"""`brainseg-train evaluate-clicks`: measure what clicks are worth with a corrector."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the command to a parser of commands; it calls `run`."""
    parser = subparsers.add_parser(
        "evaluate-clicks",
        help="measure a corrector with robots that click",
        description="Let two robots correct the slices of DATA whose patients the corrector was "
        "not trained on, and compare with an ideal dab of the brush on the same masks. They start "
        "from the masks of a segmenter, whose training patients are left out as well, or from "
        "predictions that were kept.",
    )
    parser.add_argument("data", metavar="DATA", type=Path, help="folder of slices with masks")
    parser.add_argument("bundle", metavar="BUNDLE", type=Path, help="corrector: a bundle or a run")
    parser.add_argument(
        "--output", metavar="DIR", type=Path, required=True, help="for the report and its pictures"
    )
    starts = parser.add_mutually_exclusive_group()
    starts.add_argument(
        "--segmenter", metavar="BUNDLE", help="whose masks are corrected; default: the shipped one"
    )
    starts.add_argument(
        "--starts", metavar="DIR", type=Path, help="out-of-fold predictions (probability_*.npz)"
    )
    parser.add_argument(
        "--refined",
        action="store_true",
        help="the corrector draws these predictions once more before the first click, as the "
        "program does where a card says so",
    )
    parser.add_argument(
        "--seen", action="store_true", help="also slices of patients that were trained on"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Measure, print the headline as JSON, write the report; return the exit status.

    Parameters
    ----------
    args : Namespace
        With data, bundle, output, segmenter, starts, refined and seen, as `add_parser` declares
        them.
    """
    from model_training.clicks.evaluate import (
        drawn_once_more,
        evaluate_clicks,
        predictions_of,
        segmenter_of,
    )
    from model_training.clicks.opening import open_click_network
    from model_training.clicks.report import build_report, write_report
    from model_training.data.sources import find_examples
    from model_training.runs.display import Display

    source = find_examples(args.data)
    network = open_click_network(args.bundle)
    start = predictions_of(args.starts, source) if args.starts else segmenter_of(args.segmenter)
    if args.refined:
        start = drawn_once_more(start, network.corrector)
    with Display() as display:
        found = evaluate_clicks(
            network,
            source,
            start,
            seen_too=args.seen,
            show=lambda done, total: display.show(f"{done} of {total} slices"),
        )
    seen = "Slices of patients that it was trained on are among them: the numbers flatter."
    facts = {
        "title": f"{network.name} on {args.data.resolve().name}",
        "split": seen if args.seen else "Slices of patients the network was not trained on.",
        "start": f"Masks to be corrected: {start.what}.",
        "network": network.facts,
    }
    report = build_report(found, facts)
    write_report(args.output, report, found)
    print(json.dumps(_headline(report), indent=1))
    print(f"report in {args.output}", file=sys.stderr)
    return 0


def _headline(report: dict[str, Any]) -> dict[str, Any]:
    """Return the mean Dice of each robot and way, without intervals."""
    return {
        robot: {
            way: {n: one["mean"] for n, one in found["all"][way]["dice_after"].items()}
            | {"harm": found["all"][way]["harm"]["share"]}
            for way in ("corrector", "ideal dab")
        }
        for robot, found in report["robots"].items()
    }

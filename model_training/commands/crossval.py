"""`brainseg-train crossval`: train and measure a network for each fold; killed, it goes on."""

from __future__ import annotations

import argparse

from model_training.commands.options import add_devices, add_spacing, add_study, source_of
from model_training.recipes.packaged import recipe_file


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the command to a parser of commands; it calls `run`."""
    parser = subparsers.add_parser(
        "crossval",
        help="train and measure a network for each fold",
        description="For each fold: train a network on the others, measure it on this one. "
        "Stopped or killed, the same command goes on where it was. OUT/report.html is on all "
        "folds that are finished.",
    )
    add_study(parser)
    parser.add_argument(
        "--folds", metavar="K", type=int, nargs="+", help="folds to train now; default all"
    )
    parser.add_argument(
        "--ensemble",
        metavar="NAME|FILE",
        type=recipe_file,
        nargs="+",
        default=[],
        help="further recipes, each for one more network a fold; the mean of a fold's networks is "
        "reported beside the headline, which stays that of --recipe alone",
    )
    add_spacing(parser)
    add_devices(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Train and measure; return the exit status.

    Parameters
    ----------
    args : Namespace
        With data, review, reader, slices, out, recipe, folds, ensemble, spacing, devices and
        workers.
    """
    # Keras and a backend take seconds to import: `--help` does without them.
    from model_training.evaluation.report import sentence
    from model_training.recipes.packaged import base_of
    from model_training.recipes.recipe import Recipe
    from model_training.runs.display import Display
    from model_training.studies.crossval import Plan, cross_validate

    files = [args.recipe, *args.ensemble]
    recipes = tuple(Recipe.load(file) for file in files)
    with Display() as display:
        plan = Plan(
            recipes,
            tuple(base_of(file) for file in files),
            source_of(args, display.say),
            args.out,
            tuple(range(recipes[0].folds) if args.folds is None else args.folds),
            args.spacing,
            display.say,
            display.show,
            devices=args.devices,
            workers=args.workers,
        )
        report = cross_validate(plan)
    display.say(sentence(report))
    if report["unfinished"]:
        display.say(report["unfinished"])
    display.say(f"report in {args.out / 'report.html'}")
    return 0

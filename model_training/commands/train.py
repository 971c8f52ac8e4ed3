"""`brainseg-train train`: train a network by a recipe, or go on where a training stopped."""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path

from brainseg_gui.files.formats import openable
from model_training.commands.options import add_data, add_devices, add_recipe, source_of


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the command to a parser of commands; it calls `run`."""
    parser = subparsers.add_parser(
        "train",
        help="train a network by a recipe",
        description="Train, or go on training after an interruption, in the folder RUN. It then "
        "holds the recipe, the folds, the network with averaged weights (network.keras), the "
        "curve as a table and a picture, and events for TensorBoard.",
    )
    add_data(parser, f"folder of slices, read recursively: {openable()}")
    parser.add_argument("folder", metavar="RUN", type=Path, help="made where missing")
    add_recipe(parser)
    parser.add_argument(
        "--fold", metavar="K", type=int, help="fold to hold out instead of the recipe's"
    )
    add_devices(parser)
    parser.add_argument(
        "--cache", metavar="DIR", type=Path, help="for prepared slices; default RUN/cache"
    )
    parser.add_argument(
        "--starts",
        metavar="DIR",
        type=Path,
        help="out-of-fold predictions (probability_*.npz) that a corrector learns to mend; "
        "default: spoilt references alone",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Train; return the exit status.

    Parameters
    ----------
    args : Namespace
        With data, review, reader, slices, folder, recipe, fold, devices, workers, cache and starts,
        as `add_parser` declares.

    Raises
    ------
    ValueError
        If the recipe makes no sense, and whatever else `run_job` refuses.
    """
    # Keras and a backend take seconds to import: `--help` does without them.
    from model_training.recipes.packaged import base_of
    from model_training.recipes.parts import check_parts
    from model_training.recipes.recipe import Recipe
    from model_training.runs.display import Display
    from model_training.runs.job import Job
    from model_training.training.run import run_job

    recipe = Recipe.load(args.recipe)
    if args.fold is not None:
        recipe = dataclasses.replace(recipe, held_out_fold=args.fold)
    try:
        check_parts(recipe)
    except ValueError as error:
        raise ValueError(f"{args.recipe.name}: {error}") from error
    with Display() as display:
        job = Job(
            recipe,
            source_of(args, display.say),
            args.folder,
            say=display.say,
            show=display.show,
            devices=args.devices,
            workers=args.workers,
            base=base_of(args.recipe),
            cache=args.cache,
            starts=args.starts,
        )
        run_job(job)
    display.say(f"finished: {args.folder}")
    return 0

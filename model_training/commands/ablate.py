"""`brainseg-train ablate`: train one recipe with several preprocessings, and compare them."""

from __future__ import annotations

import argparse

from brainseg_gui.core.image.preprocess import CHANNELS
from model_training.commands.options import add_devices, add_study, source_of


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the command to a parser of commands; it calls `run`."""
    parser = subparsers.add_parser(
        "ablate",
        help="compare preprocessings",
        description="Train the recipe once for each choice of channels, on the same folds, and "
        "write OUT/ablation.csv and OUT/ablation.md: Dice on the held-out patients with 95 % "
        "intervals over patients. Stopped or killed, the same command goes on where it was.",
    )
    add_study(parser)
    parser.add_argument(
        "--channels",
        metavar="A,B",
        action="append",
        help="one choice of channels, for example equalised,percentile:2:98; give it again for "
        "each further choice; the first is what the others are compared with; default: the "
        f"recipe's own, then each of {', '.join(CHANNELS)} alone",
    )
    add_devices(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Train, measure and compare; return the exit status.

    Parameters
    ----------
    args : Namespace
        With data, review, reader, slices, out, recipe, channels, devices and workers, as
        `add_parser` declares them.
    """
    # Keras and a backend take seconds to import: `--help` does without them.
    from model_training.recipes.packaged import base_of
    from model_training.recipes.recipe import Recipe
    from model_training.runs.display import Display
    from model_training.studies.ablation import TABLE_MARKDOWN, Ablation, ablate

    recipe = Recipe.load(args.recipe)
    with Display() as display:
        plan = Ablation(
            recipe,
            choices(args.channels, recipe.channels),
            source_of(args, display.say),
            args.out,
            display.say,
            display.show,
            base=base_of(args.recipe),
            devices=args.devices,
            workers=args.workers,
        )
        ablate(plan)
    display.say((args.out / TABLE_MARKDOWN).read_text(encoding="utf-8"))
    return 0


def choices(given: list[str] | None, own: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return the choices as given, else the recipe's `own` channels and each view alone.

    Examples
    --------
    >>> choices(["clahe", "equalised, zscore:3"], ("clahe",))
    (('clahe',), ('equalised', 'zscore:3'))
    """
    if given:
        return tuple(tuple(name.strip() for name in text.split(",")) for text in given)
    alone = [(name,) for name in CHANNELS]
    return tuple(dict.fromkeys([own, *alone]))

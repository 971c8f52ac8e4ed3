"""`brainseg-train export`: make a bundle of a finished run, measured and checked."""

from __future__ import annotations

import argparse
from pathlib import Path

from model_training.commands.options import add_data, reviews_of, use_classes


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the command to a parser of commands; it calls `run`."""
    parser = subparsers.add_parser(
        "export",
        help="make a bundle of a finished run",
        description="Write model.keras, model.onnx and card.json; check that both answer alike. "
        "The threshold is chosen on the run's validation patients where it has any; the held-out "
        "patients only measure.",
    )
    add_data(parser, "the folder the run was trained on")
    parser.add_argument("folder", metavar="RUN", type=Path)
    parser.add_argument("bundle", metavar="BUNDLE", type=Path)
    parser.add_argument(
        "--sizes",
        metavar="PX",
        type=int,
        nargs="+",
        default=[],
        help="let the network answer with its mean over these input sizes; default: that of its "
        "training alone",
    )
    parser.add_argument(
        "--mirrored",
        action="store_true",
        help="... and over the left-right mirror image of each",
    )
    parser.add_argument(
        "--remark",
        metavar="TEXT",
        default="",
        help="a sentence for the card on what else limits the numbers",
    )
    parser.add_argument(
        "--starts",
        metavar="DIR",
        type=Path,
        help="of a corrector: out-of-fold predictions (probability_*.npz) on which it is "
        "measured; default: masks of the shipped segmenter on patients new to both",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the bundle and print what was measured; return the exit status.

    Parameters
    ----------
    args : Namespace
        With data, review, reader, slices, folder, bundle, sizes, mirrored, remark and starts, as
        `add_parser` declares them.
    """
    # Keras and a backend take seconds to import: `--help` does without them.
    from model_training.bundles.card import describe
    from model_training.bundles.export import Export, export_run
    from model_training.clicks.export import export_corrector
    from model_training.recipes.recipe import Recipe
    from model_training.runs.run_folder import RECIPE

    use_classes(args)
    asked = Export(
        args.data,
        args.folder,
        args.bundle,
        args.sizes,
        args.mirrored,
        args.remark,
        args.starts,
        reviews_of(args),
    )
    corrects = Recipe.load(args.folder / RECIPE).clicks is not None
    card = export_corrector(asked) if corrects else export_run(asked)
    print(describe(card), flush=True)
    return 0

"""`brainseg-train`: simulate, train, evaluate, export."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from brainseg_gui import __version__
from brainseg_gui.files.errors import SliceError, WriteError
from brainseg_gui.inference.model_card import BundleError
from model_training import simulate_command


def main(argv: list[str] | None = None) -> int:
    """Run one command; 0 done, 1 failed with a sentence, 2 wrong use."""
    parser = argparse.ArgumentParser(
        prog="brainseg-train",
        description="Train the networks that propose tumour masks, measure and export them.",
    )
    parser.add_argument("--version", action="version", version=f"brainseg-train {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_train(commands)
    _add_evaluate(commands)
    _add_export(commands)
    simulate_command.add_parser(commands)
    args = parser.parse_args(argv)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    try:
        return int(args.run(args))
    except KeyboardInterrupt:
        print("stopped; the same command goes on from the last epoch", file=sys.stderr)
        return 130
    except (ValueError, OSError, WriteError, SliceError, BundleError) as error:
        print(f"brainseg-train: {error}", file=sys.stderr)
        return 1


def _add_train(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "train",
        help="train a network by a recipe",
        description="Train, or go on training after an interruption, in the folder RUN.",
    )
    parser.add_argument(
        "data", metavar="DATA", type=Path, help="folder of .mat slices, read recursively"
    )
    parser.add_argument(
        "folder", metavar="RUN", type=Path, help="folder for checkpoint, curve and recipe"
    )
    parser.add_argument("--recipe", type=Path, required=True, help="JSON recipe")
    parser.set_defaults(run=_train)


def _add_evaluate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "evaluate",
        help="measure a bundle by Dice",
        description="Measure a bundle on the slices of DATA whose patients it was not trained on.",
    )
    parser.add_argument(
        "data", metavar="DATA", type=Path, help="folder of .mat slices, read recursively"
    )
    parser.add_argument("bundle", metavar="BUNDLE", type=Path)
    parser.set_defaults(run=_evaluate)


def _add_export(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "export",
        help="make a bundle of a finished run",
        description="Write model.keras, model.onnx and card.json; check that both answer alike.",
    )
    parser.add_argument("data", metavar="DATA", type=Path, help="the folder the run was trained on")
    parser.add_argument("folder", metavar="RUN", type=Path)
    parser.add_argument("bundle", metavar="BUNDLE", type=Path)
    parser.set_defaults(run=_export)


# Keras and a backend take seconds to import: `--help` and `simulate` do without them.


def _train(args: argparse.Namespace) -> int:
    from model_training.commands import train_command

    return train_command(args.data, args.folder, args.recipe)


def _evaluate(args: argparse.Namespace) -> int:
    from model_training.commands import evaluate_command

    return evaluate_command(args.data, args.bundle)


def _export(args: argparse.Namespace) -> int:
    from model_training.commands import export_command

    return export_command(args.data, args.folder, args.bundle)


if __name__ == "__main__":
    sys.exit(main())

"""`brainseg-train`: simulate, train, evaluate, export."""

from __future__ import annotations

import argparse
import os
import sys

from brainseg_gui import __version__
from brainseg_gui.extras import TRAIN, is_installed, missing
from brainseg_gui.files.errors import SliceError, WriteError
from brainseg_gui.inference.model_card import BundleError
from model_training.commands import ablate as ablate_command
from model_training.commands import calibrate as calibrate_command
from model_training.commands import crossval as crossval_command
from model_training.commands import evaluate as evaluate_command
from model_training.commands import evaluate_clicks as evaluate_clicks_command
from model_training.commands import export as export_command
from model_training.commands import networks as networks_command
from model_training.commands import refine as refine_command
from model_training.commands import simulate as simulate_command
from model_training.commands import starts as starts_command
from model_training.commands import train as train_command
from model_training.commands.options import CommandParser, add_list
from model_training.training.backend import BACKENDS, choose_backend

WITHOUT_KERAS = {"simulate"}
KEEP_EPOCHS = {"train", "crossval", "ablate"}
CURVES, REPORT = ("matplotlib", "tensorboardX"), ("matplotlib", "jinja2")
# What a command would miss hours after it began.
NEEDS = {
    "train": CURVES,
    "ablate": CURVES,
    "crossval": (*CURVES, "jinja2"),
    "evaluate": REPORT,
    "export": ("onnx", "tf2onnx"),
}


def main(argv: list[str] | None = None) -> int:
    """Run one command; 0 done, 1 failed with a sentence, 2 wrong use."""
    args = _parser().parse_args(argv)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    try:
        if args.command not in WITHOUT_KERAS:
            choose_backend(args.backend)
            _refuse_missing(args.command)
        return int(args.run(args))
    except KeyboardInterrupt:
        goes_on = (
            "; the same command goes on from the last epoch" if args.command in KEEP_EPOCHS else ""
        )
        print(f"stopped{goes_on}", file=sys.stderr)
        return 130
    except (ValueError, OSError, WriteError, SliceError, BundleError) as error:
        print(f"brainseg-train: {error}", file=sys.stderr)
        return 1


def _refuse_missing(command: str) -> None:
    absent = [package for package in NEEDS.get(command, ()) if not is_installed(package)]
    if absent:
        are = "is" if len(absent) == 1 else "are"
        raise ValueError(missing(f"{' and '.join(absent)} {are}", TRAIN))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="brainseg-train",
        description="Train the networks that propose tumour masks, measure and export them.",
    )
    parser.add_argument("--version", action="version", version=f"brainseg-train {__version__}")
    parser.add_argument(
        "--backend",
        choices=list(BACKENDS),
        help="what Keras runs on; default: KERAS_BACKEND, or the first that is installed",
    )
    add_list(parser)
    commands = parser.add_subparsers(
        required=True, metavar="COMMAND", dest="command", parser_class=CommandParser
    )
    train_command.add_parser(commands)
    evaluate_command.add_parser(commands)
    evaluate_clicks_command.add_parser(commands)
    crossval_command.add_parser(commands)
    calibrate_command.add_parser(commands)
    refine_command.add_parser(commands)
    export_command.add_parser(commands)
    starts_command.add_parser(commands)
    simulate_command.add_parser(commands)
    ablate_command.add_parser(commands)
    networks_command.add_parser(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())

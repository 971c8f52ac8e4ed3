"""What several commands are told alike."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from brainseg_gui.core.numbers import number_in
from model_training.recipes.packaged import lines, recipe_file


def add_study(parser: argparse.ArgumentParser) -> None:
    """Add what a command is told that trains several networks: DATA, OUT and the recipe."""
    parser.add_argument("data", metavar="DATA", type=Path, help="folder of slices")
    parser.add_argument("out", metavar="OUT", type=Path, help="folder, made where missing")
    add_recipe(parser)


def add_recipe(parser: argparse.ArgumentParser) -> None:
    """Add `--recipe`, which must be given and becomes a path, and `--recipes`."""
    parser.add_argument(
        "--recipe",
        metavar="NAME|FILE",
        type=recipe_file,
        required=True,
        help="a recipe that came along (--recipes lists them), or a JSON file",
    )
    add_list(parser)


def add_list(parser: argparse.ArgumentParser) -> None:
    """Add `--recipes`, which lists the recipes that came along and ends the command."""
    parser.add_argument("--recipes", action=_List, nargs=0, help="list the recipes that came along")


def add_devices(parser: argparse.ArgumentParser) -> None:
    """Add `--devices` and `--workers`."""
    parser.add_argument(
        "--devices", metavar="N", type=int, default=1, help="GPUs to share each batch; default 1"
    )
    parser.add_argument(
        "--workers", metavar="N", type=int, help="threads that make batches; default: by processors"
    )


def add_spacing(parser: argparse.ArgumentParser) -> None:
    """Add `--spacing`."""
    parser.add_argument(
        "--spacing",
        metavar="MM",
        type=_millimetres,
        help="side of a pixel, for distances in millimetres where the files do not say it",
    )


class _List(argparse.Action):
    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        print("\n".join(lines()))
        parser.exit()


def _millimetres(text: str) -> float:
    try:
        value = number_in(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 100:
        raise argparse.ArgumentTypeError(f"a pixel is above 0 mm and below 100 mm, not {text}")
    return value

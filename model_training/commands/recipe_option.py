"""`--recipe` and `--recipes`, which every command that trains has."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from model_training.recipes.packaged import lines, recipe_file


def add_recipe(parser: argparse.ArgumentParser) -> None:
    """Add both options; the first must be given, and becomes a path."""
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

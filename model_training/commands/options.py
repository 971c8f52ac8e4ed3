"""What several commands are told alike."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brainseg_gui.core.numbers import number_in
from model_training.recipes.packaged import lines, recipe_file

if TYPE_CHECKING:
    from model_training.data.reviewed.joining import Reviews
    from model_training.data.sources import Source


class CommandParser(argparse.ArgumentParser):
    """Takes the places and the options of a command in any order.

    So the first place may be missing, as DATA may where there are reviews, and the others are
    still known for what they are.
    """

    _inside = False

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Parse; wrong use exits with 2."""
        if self._inside:  # of what is called below
            return super().parse_known_args(args, namespace)
        self._inside = True
        try:
            found, rest = self.parse_known_intermixed_args(args, namespace)
        finally:
            self._inside = False
        if "review" in found:
            self._refuse_senseless(found)
        return found, rest

    def _refuse_senseless(self, found: argparse.Namespace) -> None:
        if not found.review and found.data is None:
            self.error("DATA or --review FILE is needed")
        if not found.review and (found.reader or found.slices):
            self.error("--reader and --slices go with --review")


def add_data(parser: argparse.ArgumentParser, what: str = "folder of slices") -> None:
    """Add DATA, which may be missing where there are reviews, and what says which reviews."""
    parser.add_argument("data", metavar="DATA", type=Path, nargs="?", help=what)
    parser.add_argument(
        "--review",
        metavar="FILE",
        type=Path,
        action="append",
        default=[],
        help="a review as data, beside DATA or alone; give it again for each further one. What was "
        "accepted or corrected there is a slice with the reader's mask as its reference; what was "
        "rejected or flagged is left out. Slices are looked for in the review's folder and in DATA",
    )
    parser.add_argument(
        "--classes",
        metavar="N,N",
        type=_classes,
        help="which numbers in masks of several classes are tumour, for example 1,4; without it "
        "such masks are none",
    )
    parser.add_argument(
        "--reader", metavar="NAME", help="only this reader's verdicts; default: the newest counts"
    )
    parser.add_argument(
        "--slices", metavar="DIR", type=Path, help="folder of the reviews' slices, if another one"
    )


def reviews_of(args: argparse.Namespace) -> Reviews:
    """Return the reviews that a command was told of."""
    from model_training.data.reviewed.joining import Reviews

    return Reviews(tuple(args.review), args.reader, args.slices)


def use_classes(args: argparse.Namespace) -> None:
    """Have masks of several classes read as `--classes` says."""
    from brainseg_gui.files import reading
    from brainseg_gui.files.wishes import Wishes

    if args.classes:
        reading.wish_for(Wishes(classes=args.classes, no_others=True))


def source_of(args: argparse.Namespace, say: Callable[[str], None]) -> Source:
    """Return the slices of DATA and of reviews; raises what `find_reviewed` does."""
    from model_training.data.reviewed.joining import find_reviewed

    use_classes(args)
    return find_reviewed(args.data, reviews_of(args), say)


def add_study(parser: argparse.ArgumentParser) -> None:
    """Add what a command is told that trains several networks: DATA, OUT and the recipe."""
    add_data(parser)
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


def _classes(text: str) -> tuple[tuple[int, bool], ...]:
    from brainseg_gui.files.wishes import tumour_classes

    try:
        return tumour_classes(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _millimetres(text: str) -> float:
    try:
        value = number_in(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 100:
        raise argparse.ArgumentTypeError(f"a pixel is above 0 mm and below 100 mm, not {text}")
    return value

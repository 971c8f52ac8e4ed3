"""`brainseg-gui`: the window."""

from __future__ import annotations

import argparse
import gc
import sys
from pathlib import Path

from brainseg_gui.cli.common import WRONG_USE, add_model_option, complain, make_parser
from brainseg_gui.files.formats import openable
from brainseg_gui.files.members import file_of


def main(argv: list[str] | None = None) -> int:
    """Parse the options, then load Qt: `--help` and `--version` answer at once."""
    args = _parser().parse_args(argv)
    if missing := [path for path in args.paths if not file_of(path).exists()]:
        complain("brainseg-gui", f"no such file or folder: {missing[0]}")
        return WRONG_USE
    gc.disable()  # what a start makes, stays: to look through it takes a quarter of the start
    from brainseg_gui.ui.app import Options, run

    return run(
        Options(
            paths=tuple(args.paths),
            demo=args.demo,
            model=args.model,
            use_model=not args.no_model,
            review=args.review,
            reader=args.reader,
            screenshot=args.screenshot,
        )
    )


def _parser() -> argparse.ArgumentParser:
    parser = make_parser(
        "brainseg-gui",
        "Review, correct and export brain tumour masks. Research use; not a medical device.",
    )
    parser.add_argument(
        "paths",
        metavar="PATH",
        nargs="*",
        type=Path,
        help=f"slices ({openable()}), or folders of them, which are read recursively",
    )
    parser.add_argument("--demo", action="store_true", help="open the simulated demo slices")
    add_model_option(parser)
    parser.add_argument("--no-model", action="store_true", help="never load a network")
    parser.add_argument(
        "--review",
        metavar="FILE",
        type=Path,
        help="where corrections are kept (default: beside the slices, or in the user's data "
        "folder where that cannot be written to)",
    )
    parser.add_argument(
        "--reader",
        metavar="NAME",
        help="who reviews (default: who did the last time; asked the first time)",
    )
    parser.add_argument(
        "--screenshot",
        metavar="PNG",
        type=Path,
        help="open, predict the first slice, write what the window shows, and exit",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())

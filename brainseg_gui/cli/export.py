"""`brainseg-export`: hand over the corrected masks of a review."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from brainseg_gui import __version__
from brainseg_gui.files.errors import WriteError

FORMATS = ("png",)


def main(argv: list[str] | None = None) -> int:
    """Export; 0 done, 1 something could not be written, 2 wrong use."""
    parser = argparse.ArgumentParser(
        prog="brainseg-export",
        description="Write every corrected mask of a review: <stem>_mask.png, 8-bit grey, 0 or "
        "255, in the size and orientation of the slice. Slices in sub-folders keep them.",
    )
    parser.add_argument("--version", action="version", version=f"brainseg {__version__}")
    parser.add_argument("review", metavar="REVIEW", type=Path, help="brainseg-review.sqlite")
    parser.add_argument("--output", metavar="DIR", type=Path, required=True)
    parser.add_argument("--format", choices=FORMATS, default="png")
    args = parser.parse_args(argv)
    if not args.review.is_file():
        print(f"brainseg-export: no such review: {args.review}", file=sys.stderr)
        return 2
    return _export(args.review, args.output)


def _export(review: Path, output: Path) -> int:
    # SQLAlchemy takes a third of a second to import; --help does without it.
    from brainseg_gui.review.export import export_all
    from brainseg_gui.review.store import ReviewStore, StoreError

    try:
        store = ReviewStore(review)
        written = export_all(store.corrections(), output)
        store.close()
    except (StoreError, WriteError) as error:
        print(f"brainseg-export: {error}", file=sys.stderr)
        return 1
    print(f"{len(written)} masks written, read back and compared: {output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""What `brainseg-doctor` says about a review: does its ledger lead to what is saved?"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from brainseg_gui.cli.common import DONE, FAILED, complain, say
from brainseg_gui.review.opening import look_at, recover
from brainseg_gui.review.values.stored import StoreError

COMMAND = "brainseg-doctor"


def add_review_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that look at a review, in place of the installation."""
    group = parser.add_argument_group("a review, in place of the installation")
    group.add_argument(
        "--review",
        metavar="FILE",
        type=Path,
        help="replay every ledger and compare it with the mask that is saved; nothing is written",
    )
    group.add_argument(
        "--recover", metavar="FILE", type=Path, help="read what can be read of a damaged review"
    )
    group.add_argument("--into", metavar="NEW", type=Path, help="file to write it to")


def check_review(arguments: argparse.Namespace) -> Iterator[tuple[str, str, bool]]:
    """Yield for each slice and reader whether the ledger leads to the saved mask."""
    path = arguments.review
    if not path.is_file():
        yield "review", f"there is no review {path}", False
        return
    try:
        with closing(look_at(path)) as session:
            count = 0
            for name, reader, wrong in session.contents.replayed():
                count += 1
                yield name, f"{reader or 'no name'}: {wrong or 'as the ledger says'}", not wrong
            yield "review", f"{count} corrections replayed: {path}", True
    except StoreError as error:
        yield "review", str(error), False


def recover_review(damaged: Path, new: Path) -> int:
    """Read what can be read into a new file, say what that was; return the exit status."""
    try:
        report = recover(damaged, new)
    except StoreError as error:
        complain(COMMAND, str(error))
        return FAILED
    say(report)
    return DONE

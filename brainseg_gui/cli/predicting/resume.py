"""Which slices an earlier run has done: those with a complete row and all their pictures."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from brainseg_gui.cli.naming import Naming
from brainseg_gui.cli.predicting.facts import MixedError, refuse_mixing
from brainseg_gui.cli.predicting.table import Rows, as_kept
from brainseg_gui.cli.results import COLUMNS, TABLE, Output
from brainseg_gui.files.atomic import make_folder, remove_halves, write_reason
from brainseg_gui.files.errors import WriteError
from brainseg_gui.files.held import HeldFile, NoLocksError

LOCK = ".predictions.lock"


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold a folder for results, made where missing: two runs would mix their lines.

    Raises
    ------
    WriteError
        If another run holds it, or it cannot be written to.
    """
    make_folder(folder)
    holder = HeldFile()
    try:
        if holder.take(folder / LOCK, {"process": os.getpid()}) is not None:
            raise WriteError(folder, "another brainseg-predict is writing there")
    except NoLocksError:
        pass  # a share without locks: nobody can tell, and most are used by one
    except OSError as error:
        raise WriteError(folder, write_reason(error)) from error
    try:
        yield
    finally:
        holder.release()


@dataclass(frozen=True)
class Before:
    """What stays of an earlier run.

    Attributes
    ----------
    rows : sequence of list of str
    done : frozenset of Path
        Slices that are not predicted again.
    """

    rows: Sequence[list[str]] = ()
    done: frozenset[Path] = field(default_factory=frozenset)


def done_before(
    output: Output, facts: Mapping[str, Any], paths: Sequence[Path], naming: Naming
) -> Before:
    """Return what an earlier run did of these slices, in a folder where none did: nothing.

    A slice whose file is newer than its mask is predicted again.

    Raises
    ------
    MixedError
        If its predictions are of another kind.
    WriteError
        If its table cannot be read.
    """
    found = Rows.of(output.folder)
    if not found.rows:
        return Before()
    refuse_mixing(output.folder, facts)
    if found.columns != COLUMNS:
        raise MixedError(f"{output.folder / TABLE} has other columns; begin anew without --resume")
    remove_halves(output.folder)
    place = COLUMNS.index("file")
    of_file = {row[place]: row for row in found.rows}  # the last of two, should there be two
    mine = {as_kept(naming.file(path)): path for path in paths}
    whole = {
        name for name, path in mine.items() if name in of_file and _is_whole(output, naming, path)
    }
    rows = [row for name, row in of_file.items() if name not in mine or name in whole]
    return Before(rows, frozenset(mine[name] for name in whole))


def _is_whole(output: Output, naming: Naming, path: Path) -> bool:
    try:
        changed = path.stat().st_mtime_ns
        return all(it.stat().st_mtime_ns >= changed for it in output.files(naming.stem(path)))
    except OSError:
        return False

"""A look at a file before anything is done with it, which leaves no trace."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from brainseg_gui.review.storage.database import untouching_uri
from brainseg_gui.review.storage.tables import METADATA, SCHEMA_VERSION
from brainseg_gui.review.values.stored import DamagedError, StoreError

SMALL = 16 << 20  # bytes of which indexes and rows are compared while somebody waits
_STEPS = 1000  # of SQLite, after which it asks whether to go on: often enough to end at once


def look(path: Path, *, may_be_new: bool, check: bool = True) -> int:
    """Return the version of a review's layout; 0 for a file that has none yet.

    Parameters
    ----------
    path : Path
    may_be_new : bool
    check : bool
        Look through the whole file: every page, and of a small one rows and indexes too.

    Raises
    ------
    DamagedError
        If a page of it is.
    StoreError
        If it is newer than this program, or of another program.
    sqlite3.Error
        If it is no database at all or cannot be read.
    """
    if may_be_new and not path.exists():
        return 0
    with closing(sqlite3.connect(untouching_uri(path), uri=True, timeout=2)) as connection:
        # A damaged page is to be found now, not when the slice that it holds is opened; and rows
        # that an index leads past, which would be shown as slices that nobody worked on.
        checks = "quick_check" if is_large(path) else "integrity_check"
        if check and connection.execute(f"PRAGMA {checks}(1)").fetchone() != ("ok",):
            raise DamagedError(damaged_text(path))
        version = _version(connection, path)
    if version > SCHEMA_VERSION:
        raise StoreError(
            f"The review {path.name} was written by a newer brainseg "
            f"(version {version} of its layout, this program knows {SCHEMA_VERSION})."
        )
    return version


def is_large(path: Path) -> bool:
    """Tell whether looking through a whole review takes longer than anybody waits."""
    return path.exists() and path.stat().st_size > SMALL


def damage_in(path: Path, wanted: Callable[[], bool]) -> str:
    """Look through a whole review, which may be open and written to; leave no trace.

    Parameters
    ----------
    path : Path
    wanted : callable
        Asked now and then; False ends it.

    Returns
    -------
    str
        A sentence where it is damaged; empty where it is not, or nobody wants to know any more.
    """
    # Twice before it is said: a log that is begun in this moment is not seen by the first look.
    return damaged_text(path) * all(_is_damaged(path, wanted) for _ in range(2))


def _is_damaged(path: Path, wanted: Callable[[], bool]) -> bool:
    try:
        with closing(sqlite3.connect(untouching_uri(path), uri=True, timeout=2)) as connection:
            connection.set_progress_handler(lambda: not wanted(), _STEPS)
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.OperationalError:
        return False  # nobody wants it, or the file is away: what that means is told elsewhere
    except sqlite3.DatabaseError:
        return wanted()
    return bool(found != ("ok",) and wanted())


def damaged_text(path: Path) -> str:
    return (
        f"The review {path.name} is damaged: put back a copy of it, or read what can be read into "
        f"a new one with brainseg-doctor --recover {path.name} --into NEW."
    )


def _version(connection: sqlite3.Connection, path: Path) -> int:
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    tables = {name for (name,) in found if not name.startswith("sqlite_")}
    query = "SELECT value FROM setting WHERE name = 'schema_version'"
    row = connection.execute(query).fetchone() if "setting" in tables else None
    if row is None and tables - METADATA.tables.keys():
        raise StoreError(f"{path.name} is a database of another program, not a review.")
    return int(row[0]) if row else 0

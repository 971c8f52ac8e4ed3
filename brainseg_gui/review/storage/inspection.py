"""A look at a file before anything is done with it, which leaves no trace."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from brainseg_gui.review.storage.database import untouching_uri
from brainseg_gui.review.storage.tables import METADATA, SCHEMA_VERSION
from brainseg_gui.review.values.stored import DamagedError, StoreError

SMALL = 16 << 20  # bytes of which indexes and rows are compared while somebody waits


def look(path: Path, *, may_be_new: bool) -> int:
    """Return the version of a review's layout; 0 for a file that has none yet.

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
        small = path.stat().st_size <= SMALL
        check = "integrity_check" if small else "quick_check"
        if connection.execute(f"PRAGMA {check}(1)").fetchone() != ("ok",):
            raise DamagedError(
                f"The review {path.name} is damaged: put back a copy of it, or read what can be "
                f"read into a new one with brainseg-doctor --recover {path.name} --into NEW."
            )
        version = _version(connection, path)
    if version > SCHEMA_VERSION:
        raise StoreError(
            f"The review {path.name} was written by a newer brainseg "
            f"(version {version} of its layout, this program knows {SCHEMA_VERSION})."
        )
    return version


def _version(connection: sqlite3.Connection, path: Path) -> int:
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    tables = {name for (name,) in found if not name.startswith("sqlite_")}
    query = "SELECT value FROM setting WHERE name = 'schema_version'"
    row = connection.execute(query).fetchone() if "setting" in tables else None
    if row is None and tables - METADATA.tables.keys():
        raise StoreError(f"{path.name} is a database of another program, not a review.")
    return int(row[0]) if row else 0

"""One review as a file: opened or refused, made or brought to this layout, and let go of."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import sqlalchemy as sa

from brainseg_gui.files.atomic import make_folder
from brainseg_gui.files.errors import WriteError
from brainseg_gui.review.storage import crash
from brainseg_gui.review.storage.database import (
    Database,
    copy_database,
    reason,
    set_value,
    set_values,
)
from brainseg_gui.review.storage.inspection import damaged_text, is_large, look
from brainseg_gui.review.storage.migrations import migrate
from brainseg_gui.review.storage.rescue.proof import counts
from brainseg_gui.review.storage.tables import SCHEMA_VERSION, SETTING, make_missing
from brainseg_gui.review.values.stored import DamagedError, StoreError

VERSION_SETTING = "schema_version"


class ReviewFile:
    """The SQLite file of a review, with its named values and its mark of being open.

    Parameters
    ----------
    path : Path
        SQLite file; made where it does not exist, brought to this layout where it has an older one.
    read_only : bool
        Write nothing, beside the file neither. A review of an older layout is read from a copy.
    check_later : bool
        Do not wait until a large file is looked through: `unchecked` is then True.

    Raises
    ------
    StoreError
        If the file is damaged, of a newer version, or cannot be written; it is then untouched.
    """

    def __init__(self, path: Path, *, read_only: bool = False, check_later: bool = False) -> None:
        self.path, self.read_only = path, read_only
        self._copy: tempfile.TemporaryDirectory[str] | None = None
        self.database = Database(path, read_only=read_only)
        try:
            if not read_only:
                make_folder(path.parent)
            self.unchecked = check_later and is_large(path)
            version = look(path, may_be_new=not read_only, check=not self.unchecked)
            if not read_only:
                self._prepare(version)
            elif version < SCHEMA_VERSION:
                self._read_from_copy()
        except (sa.exc.DatabaseError, sqlite3.Error, OSError, WriteError, ValueError) as error:
            self.close()
            sentence = f"The review {path.name} cannot be used: {reason(error)}."
            if "malformed" in sentence:  # what can be done about it is known
                sentence = damaged_text(path)
            # A full disk or a lock is an error of a class below these: the file itself is whole.
            damaged = type(error) in {sqlite3.DatabaseError, sa.exc.DatabaseError}
            raise (DamagedError if damaged else StoreError)(sentence) from error
        except StoreError:
            self.close()
            raise

    def setting(self, name: str) -> str | None:
        """Return a named value of the review, or None.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        with self.database.reading() as connection:
            query = sa.select(SETTING.c.value).where(SETTING.c.name == name)
            return connection.execute(query).scalar()

    def settings_named(self, beginning: str) -> set[str]:
        """Return the names of the values whose names begin like this.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        with self.database.reading() as connection:
            query = sa.select(SETTING.c.name).where(SETTING.c.name.startswith(beginning))
            return set(connection.scalars(query))

    def settings_of(self, beginning: str) -> dict[str, str]:
        """Return the values whose names begin like this, by the rest of their names.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        with self.database.reading() as connection:
            query = sa.select(SETTING).where(SETTING.c.name.startswith(beginning))
            rows = connection.execute(query).all()
        return {row.name.removeprefix(beginning): row.value for row in rows}

    def set_setting(self, name: str, value: str) -> None:
        """Write a named value of the review.

        Raises
        ------
        StoreError
            If the review cannot be written.
        """
        self.set_settings({name: value})

    def set_settings(self, values: Mapping[str, str]) -> None:
        """Write named values of the review, all of them or none.

        Raises
        ------
        StoreError
            If the review cannot be written.
        """
        with self.database.writing() as connection:
            set_values(connection, values)
        self.database.journal.settings.update(values)

    def begin(self) -> crash.Recovered:
        """Mark the review as open; return what a program that crashed left in it.

        Raises
        ------
        StoreError
            If the review cannot be written.
        """
        with self.database.writing() as connection:
            self.database.journal.before = counts(connection)
            return crash.begin(connection)

    def end(self) -> None:
        """Take the mark away: this program ends as it should.

        Raises
        ------
        StoreError
            If the review cannot be written.
        """
        with self.database.writing() as connection:
            crash.end(connection)

    def go_on_with(self, path: Path) -> None:
        """Use another file, which holds the same, from now on."""
        self.database.go_on_with(path)
        self.path = path

    def close(self) -> None:
        """Let go of the file."""
        self.database.close()
        if self._copy is not None:
            self._copy.cleanup()
            self._copy = None

    def _prepare(self, version: int) -> None:
        """Write what a new file, or one whose first writing was cut off, still lacks."""
        self.path.touch()  # as the umask says; SQLite itself would let nobody else write
        if 0 < version < SCHEMA_VERSION:
            copy_database(self.path, backup_of(self.path, version))
        with self.database.engine.connect() as connection:
            # Commits append to a log of their own: an earlier one is never overwritten.
            connection.connection.execute("PRAGMA journal_mode=WAL")
            # What a program that ended unexpectedly left in its log is in the file from now on.
            with suppress(sqlite3.OperationalError):  # a full disk is told at the first edit
                connection.connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        if version == SCHEMA_VERSION:
            return
        with self.database.writing() as connection:
            if version == 0:
                make_missing(connection)
                set_value(connection, VERSION_SETTING, str(SCHEMA_VERSION))
            else:
                migrate(connection, version)

    def _read_from_copy(self) -> None:
        """Bring a copy of an older review to this layout, and read that."""
        self._copy = tempfile.TemporaryDirectory(prefix="brainseg-")
        copy = Path(self._copy.name) / self.path.name
        copy_database(self.path, copy)
        ReviewFile(copy).close()
        self.database.path = copy


def backup_of(review: Path, version: int) -> Path:
    """Return where a review of an older layout stays as it was, when it is brought to this one."""
    return review.with_name(f"{review.name}.layout{version}.bak")

"""Where corrections are kept: one SQLite file, every change committed before the next event."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from brainseg_gui.core.packing import pack_mask, unpack_mask
from brainseg_gui.files.atomic import make_folder
from brainseg_gui.files.errors import WriteError
from brainseg_gui.review.stored import StoredCorrection, StoreError

SCHEMA_VERSION = 1


class _Base(DeclarativeBase):
    pass


class _Setting(_Base):
    """A named value of the review, among them the version of its schema."""

    __tablename__ = "setting"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class _Row(_Base):
    """The correction of one slice as it stands."""

    __tablename__ = "correction"
    digest: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    patient: Mapped[str]
    height: Mapped[int]
    width: Mapped[int]
    mask: Mapped[bytes]
    start: Mapped[str]
    reader: Mapped[str]
    changed_at: Mapped[str]


class ReviewStore:
    """The corrections of one review.

    Parameters
    ----------
    path : Path
        SQLite file; made where it does not exist.

    Raises
    ------
    StoreError
        If the file is damaged, of a newer version, or cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        # Not as text: a "?" or "%" in a folder's name would mean something in a URL.
        self._engine = sa.create_engine(sa.URL.create("sqlite", database=str(path)))
        sa.event.listen(self._engine, "connect", _configure)
        try:
            make_folder(path.parent)
            self._refuse_damage()
            self._refuse_others()
            self._prepare()
        except (sa.exc.DatabaseError, WriteError, ValueError) as error:
            self.close()
            raise StoreError(f"The review {path.name} cannot be used: {_reason(error)}.") from error
        except StoreError:
            self.close()
            raise

    def save(self, correction: StoredCorrection) -> None:
        """Write one correction; it is on disk when this returns.

        Raises
        ------
        StoreError
            If it could not be written; what was there before is still there.
        """
        self._commit(
            _Row(
                digest=correction.digest,
                name=correction.name,
                patient=correction.patient,
                height=correction.mask.shape[0],
                width=correction.mask.shape[1],
                mask=pack_mask(correction.mask),
                start=correction.start,
                reader=correction.reader,
                changed_at=datetime.now(UTC).isoformat(timespec="milliseconds"),
            )
        )

    def remove(self, digest: str) -> None:
        """Forget the correction of a slice, because its reader took back the very first step."""
        with self._writing() as session:
            session.execute(sa.delete(_Row).where(_Row.digest == digest))

    def load(self, digest: str) -> StoredCorrection | None:
        """Return the correction of a slice, or None."""
        with self._session() as session:
            row = session.get(_Row, digest)
            return None if row is None else _from_row(row)

    def corrections(self) -> Iterator[StoredCorrection]:
        """Yield every correction, in the order of their names."""
        with self._session() as session:
            for row in session.scalars(sa.select(_Row).order_by(_Row.name)):
                yield _from_row(row)

    def digests(self) -> set[str]:
        """Return which slices have a correction."""
        with self._session() as session:
            return set(session.scalars(sa.select(_Row.digest)))

    def setting(self, name: str) -> str | None:
        """Return a named value of the review, or None."""
        with self._session() as session:
            row = session.get(_Setting, name)
            return None if row is None else row.value

    def set_setting(self, name: str, value: str) -> None:
        """Write a named value of the review."""
        self._commit(_Setting(name=name, value=value))

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def _commit(self, row: _Base) -> None:
        with self._writing() as session:
            session.merge(row)

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        """Open a session that commits; SQLite itself would go on writing to a deleted file."""
        if not os.path.exists(self.path):
            raise StoreError(
                f"{self.path.name} is no longer in its folder: put it back, then save again."
            )
        with self._session() as session, session.begin():
            yield session

    @contextmanager
    def _session(self) -> Iterator[Session]:
        """Open a session in which every failure becomes a StoreError."""
        try:
            with Session(self._engine) as session:
                yield session
        except (sa.exc.DatabaseError, zlib.error, ValueError) as error:
            raise StoreError(f"{self.path.name}: {_reason(error)}.") from error

    def _refuse_damage(self) -> None:
        """Find a damaged page now, not when the slice that it holds is opened."""
        with self._engine.connect() as connection:
            found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
        if found != "ok":
            raise StoreError(f"The review {self.path.name} is damaged: put back a copy of it.")

    def _refuse_others(self) -> None:
        """Refuse a newer review and another program's database before anything is changed."""
        tables = set(sa.inspect(self._engine).get_table_names())
        version = self.setting("schema_version") if _Setting.__tablename__ in tables else None
        if version is None and tables - _Base.metadata.tables.keys():
            raise StoreError(f"{self.path.name} is a database of another program, not a review.")
        if int(version or 0) > SCHEMA_VERSION:
            raise StoreError(
                f"The review {self.path.name} was written by a newer brainseg "
                f"(version {version} of its layout, this program knows {SCHEMA_VERSION})."
            )

    def _prepare(self) -> None:
        """Write what a new file, or one whose first writing was cut off, still lacks."""
        with self._engine.connect() as connection:
            # Commits append to a log of their own: an earlier one is never overwritten.
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        _Base.metadata.create_all(self._engine)
        if self.setting("schema_version") is None:
            self.set_setting("schema_version", str(SCHEMA_VERSION))


def _from_row(row: _Row) -> StoredCorrection:
    mask = unpack_mask(row.mask, (row.height, row.width))
    return StoredCorrection(row.digest, row.name, row.patient, mask, row.start, row.reader)


def _configure(connection: object, _record: object) -> None:
    """A full sync: a commit survives the program, the system and the power."""
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA busy_timeout=2000")
    cursor.close()


def _reason(error: Exception) -> str:
    """Return the innermost message, without SQL and addresses."""
    if isinstance(error, sa.exc.DBAPIError):
        return str(error.orig)
    return error.reason if isinstance(error, WriteError) else str(error)

"""The tables of a review, layout 5.

`edit`, `version`, `withdrawal`, `prediction`, `measure`, `levels` and `vote` are append-only;
`correction` is what follows from `edit`, written in the same transaction. Order is the order of
ids: clocks are set back.
"""

from __future__ import annotations

import functools
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

SCHEMA_VERSION = 5

METADATA = sa.MetaData()


class AnyText(sa.TypeDecorator[str]):
    """A text that may hold bytes of a file name which are no UTF-8; SQLite keeps those as bytes."""

    impl = sa.String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: object) -> str | bytes | None:  # type: ignore[override]
        """Return what goes into the file."""
        try:
            (value or "").encode()
        except UnicodeEncodeError:
            assert value is not None
            return value.encode("utf-8", "surrogatepass")
        return value

    def process_result_value(self, value: str | bytes | None, dialect: object) -> str | None:
        """Return what was put in."""
        return value.decode("utf-8", "surrogatepass") if isinstance(value, bytes) else value


def _digest(**options: bool) -> sa.Column[str]:
    return sa.Column("digest", sa.String, nullable=False, **options)  # type: ignore[arg-type]


def _text(name: str, **options: bool) -> sa.Column[str]:
    options.setdefault("nullable", False)
    return sa.Column(name, AnyText, **options)  # type: ignore[arg-type]


def _model() -> tuple[sa.Column[str], sa.Column[str], sa.Column[float]]:
    """Return the columns that name a network and its threshold; NULL where there was none."""
    return (
        _text("model", nullable=True),
        _text("model_sum", nullable=True),
        sa.Column("threshold", sa.Float),
    )


def _added(name: str, kind: type[sa.types.TypeEngine[Any]], default: str) -> sa.Column[Any]:
    """Return a column that an older layout did not have; it stands last, where SQLite adds it."""
    return sa.Column(name, kind, nullable=False, server_default=sa.text(default))


SETTING = sa.Table(  # a named value, among them the version of this layout
    "setting", METADATA, _text("name", primary_key=True), _text("value")
)

SLICE = sa.Table(
    "slice",
    METADATA,
    _digest(primary_key=True),
    _text("name"),  # the last one it was known by
    _text("patient"),
    _text("tumour"),
    sa.Column("height", sa.Integer, nullable=False),
    sa.Column("width", sa.Integer, nullable=False),
)

EDIT = sa.Table(  # the ledger
    "edit",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    _digest(),
    _text("reader"),
    _text("at"),
    _text("kind"),
    _text("text"),
    sa.Column("parent", sa.Integer),  # the step it was made on; NULL on an untouched slice
    sa.Column("target", sa.Integer),  # the step that an undo or redo moves over
    _text("start_before", nullable=True),
    _text("start_after", nullable=True),
    *_model(),
    sa.Column("top", sa.Integer),
    sa.Column("bottom", sa.Integer),
    sa.Column("left", sa.Integer),
    sa.Column("right", sa.Integer),
    sa.Column("pixels", sa.LargeBinary),  # before and after; see `packed.pack_patch`
    sa.Column("changed", sa.Integer, nullable=False),  # pixels that the reader's hand changed
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Index("edit_of_slice", "digest", "reader", "id"),
    sqlite_autoincrement=True,
)

CORRECTION = sa.Table(  # what the ledger leads to, for each reader
    "correction",
    METADATA,
    _digest(primary_key=True),
    _text("reader", primary_key=True),
    sa.Column("mask", sa.LargeBinary, nullable=False),
    _text("start", nullable=True),  # NULL: there is no correction
    *_model(),
    sa.Column("head", sa.Integer),  # the step in `edit` that the mask is the result of
    sa.Column("last", sa.Integer, nullable=False),  # the last row of `edit`, undo and redo too
    sa.Column("version", sa.Integer),  # the reader's last version that was not withdrawn
    sa.Column("seconds", sa.Float, nullable=False),  # spent since that version
    _text("changed_at"),
    sa.Column("dice", sa.Float),  # of the mask against the reference; since layout 3
)

VERSION = sa.Table(
    "version",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    _digest(),
    _text("reader"),
    _text("at"),
    _text("verdict"),
    _text("comment"),
    _text("difficulty"),
    _text("start"),
    *_model(),
    sa.Column("edited_pixels", sa.Integer, nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Column("parent", sa.Integer),
    sa.Column("head", sa.Integer),  # the place in the ledger
    sa.Column("mask", sa.LargeBinary, nullable=False),
    # Since layout 3:
    _added("grade", AnyText, "''"),
    _added("reasons", AnyText, "''"),  # one a line
    _added("unusable", sa.Boolean, "0"),
    _added("reference_hidden", sa.Boolean, "0"),
    sa.Index("version_of_slice", "digest", "id"),
    sqlite_autoincrement=True,
)

WITHDRAWAL = sa.Table(
    "withdrawal",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False, unique=True),
    _text("reader"),
    _text("at"),
    sqlite_autoincrement=True,
)

PREDICTION = sa.Table(
    "prediction",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    _digest(),
    _text("model"),
    _text("model_sum"),
    sa.Column("threshold", sa.Float, nullable=False),
    _text("at"),
    sa.Column("mask", sa.LargeBinary, nullable=False),
    sa.Column("risk", sa.Float, nullable=False),
    sa.Column("dice", sa.Float),
    sa.Column("area", sa.Integer, nullable=False),
    sa.UniqueConstraint("digest", "model_sum", "threshold"),
    sqlite_autoincrement=True,
)

# Since layout 4, for reports; see `review.values.measured`:

MEASURE = sa.Table(  # one mask against another; a mask is known by its content
    "measure",
    METADATA,
    _digest(primary_key=True),
    _text("one", primary_key=True),
    _text("other", primary_key=True),
    sa.Column("area_px", sa.Integer, nullable=False),
    sa.Column("other_px", sa.Integer, nullable=False),
    sa.Column("dice", sa.Float),
    sa.Column("iou", sa.Float),
    sa.Column("hd95_px", sa.Float),
    sa.Column("shift_px", sa.Float),
    sa.Column("added_px", sa.Integer, nullable=False),
    sa.Column("removed_px", sa.Integer, nullable=False),
    sa.Column("removed_islands", sa.Integer, nullable=False),
    sa.Column("new_islands", sa.Integer, nullable=False),
)

LESIONS = sa.Table(  # of those masks, piece by piece; since layout 5
    "lesions",
    METADATA,
    _digest(primary_key=True),
    _text("one", primary_key=True),
    _text("other", primary_key=True),
    _text("found"),  # see `core.measures.lesions.lesions_text`
)

LEVELS = sa.Table(  # what a network would have said at other thresholds
    "levels",
    METADATA,
    _digest(primary_key=True),
    _text("model_sum", primary_key=True),
    sa.Column("packed", sa.LargeBinary, nullable=False),
)

VOTE = sa.Table(  # who is wrong where network and reference disagree; a reader's last one counts
    "vote",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    _digest(),
    _text("reader"),
    _text("at"),
    _text("verdict"),
    *_model(),
    sa.Column("dice", sa.Float),
    sa.Index("vote_of_slice", "digest", "id"),
    sqlite_autoincrement=True,
)

LAYOUT_3 = (
    CORRECTION.c.dice,
    *(VERSION.c[name] for name in ("grade", "reasons", "unusable", "reference_hidden")),
)
"""Columns that reviews of layout 2 do not have."""


def before_layout_3(column: sa.Column[Any]) -> str | int | None:
    """Return what one of those says where it is not there."""
    if column.nullable:
        return None
    return "" if isinstance(column.type, AnyText) else 0


def make_missing(connection: sa.Connection) -> None:
    """Make the tables that are not there."""
    for statement in _layout():
        connection.exec_driver_sql(statement)


@functools.cache
def _layout() -> tuple[str, ...]:
    """Return what makes all tables, worded once: SQLAlchemy takes longer for it than SQLite."""
    made: list[CreateTable | CreateIndex] = []
    for table in METADATA.sorted_tables:
        made.append(CreateTable(table, if_not_exists=True))
        made += [CreateIndex(index, if_not_exists=True) for index in table.indexes]
    return tuple(str(part.compile(dialect=sqlite.dialect())) for part in made)

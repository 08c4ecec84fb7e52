"""Turns the tables and views that read models declare into those of a database, the same in SQLite and PostgreSQL."""

from typing import Final

import sqlalchemy as sa

from projections.tables import PLATFORM, Column, ColumnKind, Table, View, WindowView

_TEXT: Final = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""Sorted by its bytes everywhere, whatever the locale: order, cursors and digests are the same in every database."""

CHECKPOINTS: Final = sa.Table(
    "read_model_checkpoints",
    sa.MetaData(),
    sa.Column(PLATFORM, _TEXT, primary_key=True),
    sa.Column("read_model", _TEXT, primary_key=True),
    sa.Column("position", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""How far each read model of each platform is in the ledger."""

REGISTRY: Final = sa.Table(
    "read_models",
    sa.MetaData(),
    sa.Column("read_model", _TEXT, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("relations", _TEXT, nullable=False),
    sqlite_with_rowid=False,
)
"""Which version of each read model the tables are of; `relations` are their names, views first, with commas."""


def sql_table(table: Table) -> sa.Table:
    """The table with the platform in front of its columns, its key and its indexes."""
    made = sa.Table(
        table.name,
        sa.MetaData(),
        sa.Column(PLATFORM, _TEXT, nullable=False),
        *(_sql_column(column) for column in table.columns),
        sa.PrimaryKeyConstraint(PLATFORM, *table.key),
        sqlite_with_rowid=False,
    )
    for columns in table.indexes:
        name = "_".join(("ix", table.name, *columns))
        sa.Index(name[:_NAME_CHARS_MAX], made.c[PLATFORM], *(made.c[column] for column in columns))
    return made


_NAME_CHARS_MAX: Final = 63


def sql_view(view: View | WindowView) -> sa.Select[tuple[object, ...]]:
    """What the view shows."""
    if isinstance(view, View):
        of = sql_table(view.of)
        shown = [of.c[name] for name in (PLATFORM, *view.shown)]
        return sa.select(*shown).where(*(of.c[name] == value for name, value in view.where.items()))
    return _window_select(view)


def _window_select(view: WindowView) -> sa.Select[tuple[object, ...]]:
    dated, windows = sql_table(view.dated), sql_table(view.windows)
    shown = [dated.c[PLATFORM], *(dated.c[name] for name in view.by), *(windows.c[name] for name in view.windows.names)]
    at = dated.c[view.at]
    return (
        sa.select(*shown, sa.func.count(dated.c[view.counted].distinct()).label(view.count.name))
        .join(windows, dated.c[PLATFORM] == windows.c[PLATFORM])
        .where(at >= windows.c.starts_at, at <= windows.c.ends_at, dated.c[view.unless].is_(None))
        .group_by(*shown)
    )


def sql_type(kind: ColumnKind) -> sa.BigInteger | sa.Boolean | sa.Text:
    """How the values of such a column are stored."""
    if kind is ColumnKind.INTEGER:
        return sa.BigInteger()
    if kind is ColumnKind.BOOLEAN:
        return sa.Boolean()
    return _TEXT


def _sql_column(column: Column) -> sa.Column[object]:
    return sa.Column(column.name, sql_type(column.kind), nullable=column.nullable)

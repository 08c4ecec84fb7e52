"""The statements on one table, each made when it is first needed: plain text with places for values."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final, Protocol

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect, Engine

from infra.read_models.schema import sql_table
from projections.rows import Changes
from projections.tables import PLATFORM, ColumnKind, Key, Table, Value

_CHUNK_SIZES: Final = (256, 64, 16, 4, 1)
"""How many keys a read takes: few sizes, so that there are few statements to prepare."""


class TableStatements(Protocol):
    """What a batch does to one table."""

    def read(self, connection: Connection, platform: str, keys: Sequence[Key]) -> Iterator[dict[str, Value]]:
        """The rows whose keys are, or begin with, one of these; there is at least one, and all are equally long."""
        ...

    def write(self, connection: Connection, platform: str, changes: Changes) -> None:
        """Delete, change and add rows."""
        ...

    def committed(self, engine: Engine) -> None:
        """What was written is kept from now on."""
        ...


class Statements:
    """What is done to one table, many rows at a time. Values go in the order of the columns, the platform first."""

    def __init__(self, table: Table, dialect: Dialect) -> None:
        """The statements on this table in the words of this database."""
        self._table = table
        self._dialect = dialect
        self._selects: dict[tuple[int, int], str] = {}
        self._others = tuple(name for name in table.names if name not in table.key)
        self._booleans = tuple(column.name for column in table.columns if column.kind is ColumnKind.BOOLEAN)

    def read(self, connection: Connection, platform: str, keys: Sequence[Key]) -> Iterator[dict[str, Value]]:
        """The rows whose keys are, or begin with, one of these; all of them are equally long."""
        names = self._table.names
        for chunk in _chunks(keys):
            values = (*(part for key in chunk for part in key), platform)
            for found in connection.exec_driver_sql(self._select(len(chunk[0]), len(chunk)), values):
                row: dict[str, Value] = dict(zip(names, found, strict=True))
                for name in self._booleans:
                    row[name] = bool(row[name])
                yield row

    def write(self, connection: Connection, platform: str, changes: Changes) -> None:
        """Delete, change and add rows, each kind in one go; new rows come in the order of their keys."""
        table = self._table
        if changes.deleted:
            connection.exec_driver_sql(self._delete, [(platform, *key) for key in changes.deleted])
        if changes.updated and self._others:
            others, key_of = self._others, table.key_of
            values = [(*[row[name] for name in others], platform, *key_of(row)) for row in changes.updated]
            connection.exec_driver_sql(self._update, values)
        if changes.inserted:
            values_of = table.values_of
            connection.exec_driver_sql(self._insert, [(platform, *values_of(row)) for row in changes.inserted])

    def committed(self, engine: Engine) -> None:
        """SQLite goes by keys alone."""

    @cached_property
    def _made(self) -> sa.Table:
        return sql_table(self._table)

    @cached_property
    def _insert(self) -> str:
        return self._text(sa.insert(self._made))

    @cached_property
    def _update(self) -> str:
        values: dict[sa.Column[object], sa.BindParameter[object]] = {
            self._made.c[name]: sa.bindparam(name) for name in self._others
        }
        return self._text(sa.update(self._made).where(*self._own_row).values(values))

    @cached_property
    def _delete(self) -> str:
        return self._text(sa.delete(self._made).where(*self._own_row))

    @cached_property
    def _own_row(self) -> list[sa.ColumnElement[bool]]:
        names = (PLATFORM, *self._table.key)
        return [self._made.c[name] == sa.bindparam(f"own_{name}") for name in names]

    def _select(self, key_parts: int, keys: int) -> str:
        """The rows of one platform that have one of so many keys in the first so many columns of the key.

        A join, since SQLite reads the whole table for a list of tuples where it looks the rows of a join up.
        """
        known = self._selects.get((key_parts, keys))
        if known is not None:
            return known
        quoted = self._dialect.identifier_preparer.quote
        asked = ", ".join([f"({', '.join([self._mark] * key_parts)})"] * keys)
        columns = (quoted(name) for name in self._table.key[:key_parts])
        same = " AND ".join(f"{column} = asked.column{at}" for at, column in enumerate(columns, 1))
        shown, _, table = self._text(sa.select(*(self._made.c[name] for name in self._table.names))).rpartition("FROM ")
        text = (
            f"{shown}FROM (VALUES {asked}) AS asked CROSS JOIN {table} "
            f"WHERE {quoted(PLATFORM)} = {self._mark} AND {same}"
        )
        self._selects[(key_parts, keys)] = text
        return text

    @property
    def _mark(self) -> str:
        return "?" if self._dialect.paramstyle == "qmark" else "%s"

    def _text(self, statement: sa.ClauseElement) -> str:
        return str(statement.compile(dialect=self._dialect))


def _chunks(keys: Sequence[Key]) -> Iterator[Sequence[Key]]:
    """The keys in their order, in pieces of the sizes there are."""
    in_order = sorted(keys)
    at = 0
    while at < len(in_order):
        size = next(size for size in _CHUNK_SIZES if size <= len(in_order) - at)
        yield in_order[at : at + size]
        at += size

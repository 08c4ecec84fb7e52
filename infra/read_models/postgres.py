"""The statements on one table in PostgreSQL's own words: one for any number of keys, rows added by `COPY`."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Final, cast

import psycopg
from sqlalchemy.engine import Connection, Dialect

from infra.read_models.engine import named
from projections.rows import Changes
from projections.tables import PLATFORM, Column, ColumnKind, Key, Table, Value

_TYPES: Final = {ColumnKind.INTEGER: "bigint", ColumnKind.BOOLEAN: "boolean"}


class PostgresStatements:
    """What is done to one table, many rows at a time.

    Keys and changed rows go as one array for each column, in binary; the planner sees how many there are, since plans
    are not kept.
    """

    def __init__(self, table: Table, dialect: Dialect) -> None:
        """The statements on this table."""
        self._table = table
        self._quote = dialect.identifier_preparer.quote
        self._others = tuple(name for name in table.names if name not in table.key)
        self._reads: dict[int, str] = {}

    def read(self, connection: Connection, platform: str, keys: Sequence[Key]) -> Iterator[dict[str, Value]]:
        """The rows whose keys are, or begin with, one of these; all of them are equally long."""
        names = self._table.names
        parts = len(keys[0])
        text = self._reads.get(parts) or self._reads.setdefault(parts, self._read(self._table.key[:parts]))
        found = connection.exec_driver_sql(text, (*_columns(keys), platform)).cursor
        assert found is not None  # noqa: S101 - a query has a cursor
        for row in found.fetchall():
            yield dict(zip(names, row, strict=True))

    def write(self, connection: Connection, platform: str, changes: Changes) -> None:
        """Delete, change and add rows, each kind in one go; new rows come in the order of their keys."""
        table = self._table
        if changes.deleted:
            connection.exec_driver_sql(self._delete, (*_columns(changes.deleted), platform))
        if changes.updated and self._others:
            connection.exec_driver_sql(self._update, (*_columns(map(table.values_of, changes.updated)), platform))
        if changes.inserted:
            values_of = table.values_of
            with copying(connection, self._copy) as copy:
                for row in changes.inserted:
                    copy.write_row((platform, *values_of(row)))

    @cached_property
    def _name(self) -> str:
        return self._quote(self._table.name)

    @cached_property
    def _copy(self) -> str:
        return f"COPY {self._name} ({', '.join(map(self._quote, (PLATFORM, *self._table.names)))}) FROM STDIN"

    @cached_property
    def _update(self) -> str:
        changed = ", ".join(f"{self._quote(name)} = given.{self._quote(name)}" for name in self._others)
        given, same = self._given(self._table.names), self._same(self._table.key)
        return f"UPDATE {self._name} AS own SET {changed} FROM {given} WHERE own.{PLATFORM} = %s AND {same}"  # noqa: S608 - our own names

    @cached_property
    def _delete(self) -> str:
        key = self._table.key
        return (
            f"DELETE FROM {self._name} AS own USING {self._given(key)} WHERE own.{PLATFORM} = %s AND {self._same(key)}"  # noqa: S608 - the same
        )

    def _read(self, key: Sequence[str]) -> str:
        shown = ", ".join(f"own.{self._quote(name)}" for name in self._table.names)
        given, same = self._given(key), self._same(key)
        return f"SELECT {shown} FROM {given} JOIN {self._name} AS own ON own.{PLATFORM} = %s AND {same}"  # noqa: S608 - the same

    def _given(self, names: Sequence[str]) -> str:
        """The rows that are given, as a table of these columns."""
        arrays = ", ".join(f"%b::{_type(self._table.by_name[name])}[]" for name in names)
        return f"unnest({arrays}) AS given ({', '.join(map(self._quote, names))})"

    def _same(self, key: Sequence[str]) -> str:
        return " AND ".join(f"own.{name} = given.{name}" for name in map(self._quote, key))


@contextmanager
def copying(connection: Connection, text: str) -> Iterator[psycopg.Copy]:
    """A `COPY … FROM STDIN` on this connection."""
    driver = cast("psycopg.Connection", connection.connection.driver_connection)
    try:
        with driver.cursor() as cursor, cursor.copy(text) as copy:
            yield copy
    except psycopg.Error as fault:
        raise named(connection.engine, fault) from fault


def _columns(rows: Sequence[Sequence[Value]] | Iterator[tuple[Value, ...]]) -> list[list[Value]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _type(column: Column) -> str:
    return _TYPES.get(column.kind, "text")

"""The statements on one table in PostgreSQL's own words: one for any number of keys, rows added by `COPY`."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Final, cast

import psycopg
from sqlalchemy.engine import Connection, Dialect, Engine

from infra.read_models.engine import named
from projections.rows import Changes
from projections.tables import PLATFORM, Column, ColumnKind, Key, Table, Value

_TYPES: Final = {ColumnKind.INTEGER: "bigint", ColumnKind.BOOLEAN: "boolean"}

_BY_KEY: Final = (
    "SELECT set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true), "
    "set_config('enable_mergejoin', 'off', true)"
)


def look_up_by_key(connection: Connection) -> None:
    """Until the transaction ends, rows are looked up one by one in an index.

    The planner would rather read a whole table than a thousand rows by their keys, at the prices it puts on a disk; a
    batch would cost more with every row that is there.
    """
    connection.exec_driver_sql(_BY_KEY)


TOLD_ROWS_MIN: Final = 200
"""After so many new rows the planner is told of a table, and again whenever there are `TOLD_TIMES` as many."""

TOLD_TIMES: Final = 8


class PostgresStatements:
    """What is done to one table, many rows at a time.

    Keys and changed rows go as one array for each column. Used after `look_up_by_key`, and told of what was committed:
    until the server looks at a new table by itself, its planner takes one platform for a small part of the rows, and
    may look through all of them for each key.
    """

    def __init__(self, table: Table, dialect: Dialect) -> None:
        """The statements on this table."""
        self._table = table
        self._quote = dialect.identifier_preparer.quote
        self._others = tuple(name for name in table.names if name not in table.key)
        self._reads: dict[int, str] = {}
        self._added = 0
        self._told_at = TOLD_ROWS_MIN

    def read(self, connection: Connection, platform: str, keys: Sequence[Key]) -> Iterator[dict[str, Value]]:
        """The rows whose keys are, or begin with, one of these; all of them are equally long."""
        names = self._table.names
        parts = len(keys[0])
        text = self._reads.get(parts) or self._reads.setdefault(parts, self.reading(parts))
        found = connection.exec_driver_sql(text, (*_columns(keys), platform)).cursor
        assert found is not None  # noqa: S101 - a query has a cursor
        for row in found.fetchall():
            yield dict(zip(names, row, strict=True))

    def write(self, connection: Connection, platform: str, changes: Changes) -> None:
        """Delete, change and add rows, each kind in one go; new rows come in the order of their keys."""
        table = self._table
        if changes.deleted:
            connection.exec_driver_sql(self.deleting, (*_columns(changes.deleted), platform))
        if changes.updated and self._others:
            connection.exec_driver_sql(self.changing, (*_columns(map(table.values_of, changes.updated)), platform))
        if changes.inserted:
            values_of = table.values_of
            with copying(connection, self._copy) as copy:
                for row in changes.inserted:
                    copy.write_row((platform, *values_of(row)))
            self._added += len(changes.inserted)

    def committed(self, engine: Engine) -> None:
        """Have the server look at the table, where it has grown much by what this process wrote."""
        if self._added < self._told_at:
            return
        self._told_at = TOLD_TIMES * self._added
        with engine.begin() as connection:
            connection.exec_driver_sql(f"ANALYZE (SKIP_LOCKED) {self._name} ({PLATFORM})")

    @cached_property
    def _name(self) -> str:
        return self._quote(self._table.name)

    @cached_property
    def _copy(self) -> str:
        return f"COPY {self._name} ({', '.join(map(self._quote, (PLATFORM, *self._table.names)))}) FROM STDIN"

    @cached_property
    def changing(self) -> str:
        """Writes whole rows over those with their keys."""
        changed = ", ".join(f"{self._quote(name)} = given.{self._quote(name)}" for name in self._others)
        given = self._found(self._table.names, self._table.key, "given.*, own.place", "ctid AS place")
        return f"UPDATE {self._name} AS own SET {changed} FROM ({given} OFFSET 0) AS given WHERE own.ctid = given.place"  # noqa: S608 - our own names

    @cached_property
    def deleting(self) -> str:
        """Takes away the rows with these keys."""
        given = self._found(self._table.key, self._table.key, "own.place", "ctid AS place")
        return f"DELETE FROM {self._name} AS own USING ({given} OFFSET 0) AS given WHERE own.ctid = given.place"  # noqa: S608 - the same

    def reading(self, parts: int) -> str:
        """Takes the rows whose keys begin with what is given, so many columns of it."""
        key = self._table.key[:parts]
        return self._found(key, key, "own.*", ", ".join(map(self._quote, self._table.names)))

    def _found(self, given: Sequence[str], key: Sequence[str], shown: str, taken: str) -> str:
        """What is given in these columns, one array each, beside what is taken of the rows with these keys.

        `OFFSET 0` keeps the planner from turning it round: for each key, one look into the index.
        """
        arrays = ", ".join(f"%t::{_type(self._table.by_name[name])}[]" for name in given)
        names = ", ".join(map(self._quote, given))
        same = " AND ".join(f"{name} = given.{name}" for name in map(self._quote, key))
        own = f"SELECT {taken} FROM {self._name} WHERE {PLATFORM} = %s AND {same} OFFSET 0"  # noqa: S608 - our own names
        return f"SELECT {shown} FROM unnest({arrays}) AS given ({names}) CROSS JOIN LATERAL ({own}) AS own"  # noqa: S608 - the same


_SEPARATOR: Final = '","'


@contextmanager
def copying(connection: Connection, text: str) -> Iterator[psycopg.Copy]:
    """A `COPY … FROM STDIN` on this connection."""
    driver = cast("psycopg.Connection", connection.connection.driver_connection)
    try:
        with driver.cursor() as cursor, cursor.copy(text) as copy:
            yield copy
    except psycopg.Error as fault:
        raise named(connection.engine, fault) from fault


def _columns(rows: Sequence[Sequence[Value]] | Iterator[tuple[Value, ...]]) -> list[str]:
    return [_array(column) for column in zip(*rows, strict=True)]


def _array(values: tuple[Value, ...]) -> str:
    """The values as PostgreSQL writes an array, each in quotes: made as a whole, in a tenth of the time that one by one
    takes.
    """
    try:
        joined = _SEPARATOR.join(cast("tuple[str, ...]", values))
    except TypeError:  # other than text, or nothing
        return f"{{{','.join(map(_element, values))}}}"
    if "\\" in joined or joined.count('"') != 2 * (len(values) - 1):
        return f"{{{','.join(map(_element, values))}}}"
    return f'{{"{joined}"}}'


def _element(value: Value) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return '"' + value.replace("\\", r"\\").replace('"', r"\"") + '"'
    return str(value)


def _type(column: Column) -> str:
    return _TYPES.get(column.kind, "text")

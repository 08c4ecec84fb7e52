"""The statements on one table, each made when it is first needed: plain text with places for values."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect

from infra.read_models.schema import sql_table
from projections.rows import Changes
from projections.tables import PLATFORM, ColumnKind, Key, Table, Value

_CHUNK_SIZES: Final = (1, 16, 256)
"""How many keys a read takes; keys are repeated to fill one up, so that three statements are all there are."""


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
            values = (platform, *(part for key in chunk for part in key))
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
        """The rows of one platform that have one of so many keys in the first so many columns of the key."""
        known = self._selects.get((key_parts, keys))
        if known is not None:
            return known
        made = self._made
        by = [self._table.by_name[name] for name in self._table.key[:key_parts]]
        example = tuple(0 if column.kind is ColumnKind.INTEGER else "" for column in by)
        columns = [made.c[column.name] for column in by]
        wanted = columns[0].in_([example[0]] * keys)
        if key_parts > 1:
            wanted = sa.tuple_(*columns).in_([example] * keys)
        shown = sa.select(*(made.c[name] for name in self._table.names)).where(made.c[PLATFORM] == "", wanted)
        text = str(shown.compile(dialect=self._dialect, compile_kwargs={"render_postcompile": True}))
        self._selects[(key_parts, keys)] = text
        return text

    def _text(self, statement: sa.ClauseElement) -> str:
        return str(statement.compile(dialect=self._dialect))


def _chunks(keys: Sequence[Key]) -> Iterator[Sequence[Key]]:
    """The keys in pieces of the sizes there are, the last one filled up with its own last key."""
    at = 0
    while at < len(keys):
        left = len(keys) - at
        size = next((size for size in _CHUNK_SIZES if size >= left), _CHUNK_SIZES[-1])
        chunk = list(keys[at : at + size])
        yield chunk + [chunk[-1]] * (size - len(chunk))
        at += size

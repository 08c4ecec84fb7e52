"""What a read model's tables look like: names, columns with their meaning, keys and indexes; no database in sight."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from operator import itemgetter
from typing import Final, cast

PLATFORM: Final = "platform"
"""The first column of every table and of its primary key: one database serves several platforms."""

Value = str | int | bool | None
"""What a column of a row can hold. Instants, days and JSON are text."""

Row = Mapping[str, Value]
"""One row by column name, without the platform, which the store adds."""

Key = tuple[str | int, ...]
"""The values of a table's key columns, without the platform; none of them is null."""


class ColumnKind(StrEnum):
    """What the values of a column are.

    `INSTANT` is text of fixed width in UTC, `2021-03-10T04:00:00.000000Z`: exact to the microsecond, in order when
    sorted as text, the same in SQLite and PostgreSQL. `DAY` is `YYYY-MM-DD`. `ID` is text that names something.
    `JSON` is canonical JSON as text.
    """

    ID = "id"
    TEXT = "text"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    INSTANT = "instant"
    DAY = "day"
    JSON = "json"


@dataclass(frozen=True)
class Column:
    """One column: what it is called, what it holds and what that means."""

    name: str
    kind: ColumnKind
    meaning: str
    nullable: bool = False
    unit: str | None = None


@dataclass(frozen=True)
class Table:
    """One table of a read model.

    `key` and `indexes` leave out the platform, which comes first in all of them. `prefix` is the number of key columns
    by which `Rows.scan` looks rows up, 0 where nothing scans. An `internal` table holds what a read model must remember
    to do its work; it is documented, but nobody should build on it.
    """

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    indexes: tuple[tuple[str, ...], ...] = ()
    prefix: int = 0
    internal: bool = False

    def __post_init__(self) -> None:
        """Refuse a key or index over columns that do not exist: a mistake in the program."""
        named = {*self.key, *(name for index in self.indexes for name in index)}
        if not named <= set(self.names) or self.prefix >= len(self.key):
            raise ValueError(f"{self.name}: keys and indexes name columns, and a prefix is shorter than its key")

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the columns in order, without the platform."""
        return tuple(column.name for column in self.columns)

    @cached_property
    def by_name(self) -> Mapping[str, Column]:
        """The columns by name."""
        return {column.name: column for column in self.columns}

    @cached_property
    def key_of(self) -> Callable[[Row], Key]:
        """Takes the key out of a row."""
        if len(self.key) == 1:
            only = self.key[0]
            return lambda row: (cast("str | int", row[only]),)
        return cast("Callable[[Row], Key]", itemgetter(*self.key))

    @cached_property
    def values_of(self) -> Callable[[Row], tuple[Value, ...]]:
        """Takes a row's values in the order of the columns; a table has at least two."""
        return cast("Callable[[Row], tuple[Value, ...]]", itemgetter(*self.names))


@dataclass(frozen=True)
class View:
    """A part of a table under a name of its own, so that it can be shown to those who may not see the rest.

    `where` names columns and the one value that lets a row in.
    """

    name: str
    meaning: str
    of: Table
    shown: tuple[str, ...]
    where: Mapping[str, str]

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns shown, without the platform."""
        return tuple(self.of.by_name[name] for name in self.shown)


@dataclass(frozen=True)
class WindowView:
    """Counts of dated rows in named windows that end at the newest fact.

    A row of `dated` counts when `at` lies between `starts_at` and `ends_at` of a row of `windows`, both ends included,
    and its column `unless` is null; `by` are the columns that the counts are for. What is counted, into the column
    `count`, are the different values of the column `counted`.
    """

    name: str
    meaning: str
    dated: Table
    windows: Table
    by: tuple[str, ...]
    at: str
    unless: str
    counted: str
    count: Column

    @property
    def columns(self) -> tuple[Column, ...]:
        """What the counts are for, the window, and the count; without the platform."""
        return (*(self.dated.by_name[name] for name in self.by), *self.windows.columns, self.count)


def text_id(name: str, meaning: str, *, nullable: bool = False) -> Column:
    """A column that holds an id."""
    return Column(name, ColumnKind.ID, meaning, nullable)


def text(name: str, meaning: str, *, nullable: bool = False) -> Column:
    """A column that holds a word or a sentence."""
    return Column(name, ColumnKind.TEXT, meaning, nullable)


def integer(name: str, meaning: str, unit: str, *, nullable: bool = False) -> Column:
    """A column that holds a whole number of something."""
    return Column(name, ColumnKind.INTEGER, meaning, nullable, unit)


def boolean(name: str, meaning: str) -> Column:
    """A column that holds yes or no."""
    return Column(name, ColumnKind.BOOLEAN, meaning)


def instant(name: str, meaning: str, *, nullable: bool = False) -> Column:
    """A column that holds a moment in UTC."""
    return Column(name, ColumnKind.INSTANT, meaning, nullable, "UTC")


def json_text(name: str, meaning: str) -> Column:
    """A column that holds canonical JSON."""
    return Column(name, ColumnKind.JSON, meaning)

"""Rows of read models as tables for people; the columns that say most, in words."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import compress

from rich.table import Table

from caseledger.cli.output import Cell, moment, table, words
from projections.instants import NEVER

Row = Mapping[str, object]
Column = tuple[str, Callable[[Row], Cell]]
"""How a column is called, and what of a row stands in it."""


def of(name: str) -> Callable[[Row], Cell]:
    """The value of a column as it is."""
    return lambda row: cell(row[name])


def at(name: str) -> Callable[[Row], Cell]:
    """The moment in a column."""
    return lambda row: moment(str(row[name])) if row[name] else None


def cell(value: object) -> Cell:
    """A value of a row as a cell."""
    if isinstance(value, list):
        return words(value)
    if isinstance(value, dict):
        return words(f"{name} {amount}" for name, amount in value.items())
    return value if isinstance(value, str | int | bool) or value is None else str(value)


def number(value: object) -> int:
    """A column that holds a number."""
    return int(str(value))


def worded(name: str) -> Callable[[Row], Cell]:
    """The code in a column, as words."""
    return lambda row: str(row[name]).replace("_", " ")


def due(row: Row) -> Cell:
    """When the clock that governs is due; nothing where none runs."""
    return None if row["due_at"] == NEVER else moment(str(row["due_at"]))


def measure(row: Row) -> Cell:
    """A measure in the short form of packs."""
    return str(row["kind"]) if row["duration"] is None else f"{row['kind']}:{row['duration']}"


def rows_table(title: str | None, columns: Sequence[Column], rows: Iterable[Row]) -> Table:
    """A table of these columns; one whose name begins with `?` is left out where no row fills it."""
    cells = [[value(row) for _, value in columns] for row in rows]
    filled = [not name.startswith("?") or any(line[place] for line in cells) for place, (name, _) in enumerate(columns)]
    names = [name.removeprefix("?") for name, _ in columns]
    return table(title, list(compress(names, filled)), [list(compress(line, filled)) for line in cells])


def listing_rows(title: str | None, rows: Iterable[Row], names: Sequence[str]) -> Table:
    """A table of the columns named, each as it is."""
    return rows_table(title, [(name.replace("_", " "), of(name)) for name in names], rows)


SANCTION_COLUMNS: Sequence[Column] = (
    ("!sanction", of("sanction")),
    ("measure", measure),
    ("state", worded("state")),
    ("!from", at("starts_at")),
    ("!until", at("ends_at")),
)


def sanction_rows(title: str | None, rows: Iterable[Row]) -> Table:
    """Sanctions."""
    return rows_table(title, SANCTION_COLUMNS, rows)


def together(row: Row) -> Cell:
    """The stronger signal of co-reporting of a case in the queue, as `4 of 5`; nothing where there is none."""
    found = row["co_reporting"]
    if not isinstance(found, list) or not found:
        return None
    strongest = max(found, key=lambda each: int(each["together"]))
    return f"{strongest['together']} of {strongest['reporters']}"


def signal_rows(title: str | None, rows: Iterable[Row]) -> Table:
    """The figures of co-reporting."""
    columns: Sequence[Column] = (
        ("!on the", of("target_kind")),
        ("#accounts", of("reporters")),
        ("#together before", of("together")),
        ("#earlier occasions", of("earlier_max")),
        ("signal", of("signal")),
        ("!from", at("first_at")),
        ("!to", at("last_at")),
    )
    return rows_table(title, columns, rows)


def removal_rows(title: str | None, rows: Iterable[Row]) -> Table:
    """Removals of content."""
    columns: Sequence[Column] = (
        ("content", of("content")),
        ("codes", of("codes")),
        ("state", worded("state")),
        ("!removed", at("removed_at")),
        ("counts", lambda row: not row["time_barred"]),
        ("rule", of("rule")),
    )
    return rows_table(title, columns, rows)

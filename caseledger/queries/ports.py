"""What the queries need: the ledger itself, and the tables of the read models."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from caseledger.application.ports import Ledger

Row = dict[str, object]
"""One row by column name: booleans and JSON as what they are, times as text in UTC."""

Scalar = str | int | bool | None


@dataclass(frozen=True, slots=True)
class Range:
    """Values between bounds, both included; a bound that is None does not bound."""

    at_least: Scalar = None
    at_most: Scalar = None


@dataclass(frozen=True, slots=True)
class OneOf:
    """Any of these values."""

    values: tuple[Scalar, ...]


Condition = Scalar | Range | OneOf
"""What a column must be: a value (None: null), within a range, or one of several."""

Cursor = tuple[Scalar, ...]
"""Where a page ended."""


@dataclass(frozen=True, slots=True)
class Question:
    """What to read: a table or view, what its columns must be, and an order (`-name` from high to low)."""

    relation: str
    where: Mapping[str, Condition]
    order_by: tuple[str, ...] = ()
    limit: int | None = None
    after: Cursor | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, and where to go on; None when nothing follows."""

    rows: list[Row]
    next: Cursor | None


class Tables(Protocol):
    """The tables and views of the read models of one platform."""

    def rows(self, question: Question) -> Iterator[Row]:
        """The rows asked for, one after the other."""

    def page(self, question: Question) -> Page:
        """At most `limit` of them, and the cursor of those that follow; `ValueError` for a cursor of another order."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One platform, ready to be read: its ledger, and its read models as of `position` of the ledger."""

    platform: str
    ledger: Ledger
    tables: Tables
    position: int

    def all(self, relation: str, *order_by: str, **where: Condition) -> list[Row]:
        """The rows of a table that meet the conditions, in order; meant for what belongs to one case or account."""
        return list(self.tables.rows(Question(relation, where, order_by)))

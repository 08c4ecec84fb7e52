"""Questions to one table or view, in plain data: conditions, order, limit and a cursor."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from projections.tables import Value


@dataclass(frozen=True)
class Range:
    """Values between bounds; a bound that is None does not bound."""

    at_least: Value = None
    above: Value = None
    at_most: Value = None
    below: Value = None


@dataclass(frozen=True)
class OneOf:
    """Any of these values."""

    values: tuple[Value, ...]


Condition = Value | Range | OneOf
"""What a column must be: a value (None: null), within a range, or one of several."""

Cursor = tuple[Value, ...]
"""Where a page ended: the values it was ordered by in its last row."""


@dataclass(frozen=True)
class Query:
    """What to read: a table or view, conditions that must all hold, and an order.

    `order_by` names columns, those with `-` in front from high to low; nulls come last. The key is always added, so
    that the order is complete. `after` is the `next` of a page before this one.
    """

    relation: str
    where: Mapping[str, Condition] = field(default_factory=dict)
    order_by: tuple[str, ...] = ()
    limit: int | None = None
    after: Cursor | None = None

    def one_more(self) -> "Query":
        """The same with a limit one higher, to see whether more follows."""
        return self if self.limit is None else replace(self, limit=self.limit + 1)


@dataclass(frozen=True)
class Page:
    """Rows, and the cursor of the page that follows; None when nothing does."""

    rows: list[dict[str, object]]
    next: Cursor | None

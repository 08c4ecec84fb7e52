"""What the queries need: the ledger itself, and the tables of the read models."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from caseledger.application.ports import Ledger
from projections.queries import Condition, Cursor, OneOf, Page, Query, Range
from projections.tables import Value

__all__ = ["Condition", "Cursor", "Ledger", "OneOf", "Page", "Question", "Range", "Reading", "Row", "Scalar", "Tables"]

Row = dict[str, object]
"""One row by column name: booleans and JSON as what they are, times as text in UTC."""

Scalar = Value
"""A single value of a column, or none."""

Question = Query
"""What is asked of a table or view."""


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

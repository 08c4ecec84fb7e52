"""Questions to one table or view: conditions, order, limit and a cursor; the same answer in every database."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import sqlalchemy as sa

from infra.read_models.schema import sql_type
from projections.queries import Condition, Cursor, OneOf, Page, Query, Range
from projections.tables import PLATFORM, Column, ColumnKind, Table, Value, View, WindowView

__all__ = ["Condition", "Cursor", "OneOf", "Page", "Query", "Range", "Relation", "relation_of"]

Decode = Callable[[sa.Row[tuple[object, ...]]], dict[str, object]]


@dataclass(frozen=True)
class Relation:
    """A table or view that can be asked."""

    name: str
    columns: Mapping[str, Column]
    key: tuple[str, ...]

    def statement(self, platform: str, query: Query) -> tuple[sa.Select[tuple[object, ...]], Decode]:
        """The statement for the query, and what makes a row of its answer: booleans and JSON as what they are."""
        made = sa.table(self.name, sa.column(PLATFORM), *(_column(column) for column in self.columns.values()))
        statement = sa.select(*(made.c[name] for name in self.columns)).where(made.c[PLATFORM] == platform)
        for name, condition in query.where.items():
            statement = statement.where(*_holds(made.c[self.columns[name].name], condition))
        order = self._order(query)
        if query.after is not None:
            statement = statement.where(_after(made, order, query.after))
        for name, descending in order:
            column = made.c[name]
            if self.columns[name].nullable:
                statement = statement.order_by(column.is_(None))
            statement = statement.order_by(column.desc() if descending else column)
        return statement.limit(query.limit), self._decode

    def page(self, query: Query, rows: list[dict[str, object]]) -> Page:
        """The page out of rows that were read with one more than its limit."""
        if query.limit is None or len(rows) <= query.limit:
            return Page(rows, None)
        rows = rows[: query.limit]
        if not rows:
            return Page([], query.after)
        last = rows[-1]
        return Page(rows, tuple(_encoded(self.columns[name], last[name]) for name, _ in self._order(query)))

    def _order(self, query: Query) -> list[tuple[str, bool]]:
        named = {name.removeprefix("-"): name.startswith("-") for name in query.order_by}
        unknown = named.keys() - self.columns.keys()
        if unknown:
            raise KeyError(f"{self.name} has no column {min(unknown)}")
        return list((named | {name: False for name in self.key if name not in named}).items())

    def _decode(self, row: sa.Row[tuple[object, ...]]) -> dict[str, object]:
        return {name: _decoded(column, value) for (name, column), value in zip(self.columns.items(), row, strict=True)}


def relation_of(relation: Table | View | WindowView) -> Relation:
    """What can be asked of a table or view."""
    if isinstance(relation, Table):
        return Relation(relation.name, relation.by_name, relation.key)
    columns = {column.name: column for column in relation.columns}
    if isinstance(relation, View):
        return Relation(relation.name, columns, relation.shown)
    return Relation(relation.name, columns, (*relation.by, *relation.windows.key))


def _column(column: Column) -> sa.ColumnClause[object]:
    return sa.column(column.name, sql_type(column.kind))


def _holds(column: sa.ColumnElement[object], condition: Condition) -> Sequence[sa.ColumnElement[bool]]:
    if isinstance(condition, OneOf):
        return [column.in_(condition.values)]
    if isinstance(condition, Range):
        bounds = [
            (condition.at_least, column.__ge__),
            (condition.above, column.__gt__),
            (condition.at_most, column.__le__),
            (condition.below, column.__lt__),
        ]
        return [holds(bound) for bound, holds in bounds if bound is not None]
    return [column.is_(None) if condition is None else column == condition]


def _after(made: sa.TableClause, order: Sequence[tuple[str, bool]], cursor: Cursor) -> sa.ColumnElement[bool]:
    """What comes after the cursor: beyond it in one column and equal in all before."""
    if len(cursor) != len(order):
        raise ValueError("the cursor belongs to another order")
    equal: list[sa.ColumnElement[bool]] = []
    later: list[sa.ColumnElement[bool]] = []
    for (name, descending), value in zip(order, cursor, strict=True):
        column = made.c[name]
        if value is None:
            equal.append(column.is_(None))
            continue
        beyond = column < value if descending else column > value
        later.append(sa.and_(*equal, sa.or_(beyond, column.is_(None))))
        equal.append(column == value)
    return sa.or_(sa.false(), *later)


def _decoded(column: Column, value: object) -> object:
    if column.kind is ColumnKind.JSON and isinstance(value, str):
        return cast("object", json.loads(value))
    if column.kind is ColumnKind.BOOLEAN:
        return bool(value)
    return value


def _encoded(column: Column, value: object) -> Value:
    if column.kind is ColumnKind.JSON:
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return cast("Value", value)

"""What can be exported: every table and view of the read models, with its columns and what they mean."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from caseledger.queries.errors import NotFound
from caseledger.queries.lists import PLATFORM
from caseledger.queries.ports import Question, Reading, Row
from projections.catalogue import read_models
from projections.tables import Column, ColumnKind, Table, View, WindowView

_COUNT: Final = Column("decisions", ColumnKind.INTEGER, "Decisions in force in the window.", unit="decisions")


STATEMENTS: Final = "statements"
"""What is exported from the ledger itself, under options of its own."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A table or view with its columns, the platform first."""

    name: str
    columns: tuple[Column, ...]


def names() -> list[tuple[str, str, str]]:
    """Name, read model and meaning of everything that can be exported, by name."""
    found = [
        (relation.name, model.name, relation.meaning)
        for model in read_models()
        for relation in (*model.tables, *model.views)
        if not (isinstance(relation, Table) and relation.internal)
    ]
    return sorted(found)


def owner_of(name: str) -> str:
    """The read model that a table or view belongs to; raises `NotFound`."""
    owner = {each: model for each, model, _ in names()}.get(name)
    if owner is None:
        raise NotFound(
            "table_not_found", f"no table or view {name!r}; there are: {', '.join(n for n, _, _ in names())}"
        )
    return owner


@cache
def exported(name: str) -> Exported:
    """The columns of a table or view whose name is known."""
    relation = {each.name: each for model in read_models() for each in (*model.tables, *model.views)}[name]
    platform = Column(PLATFORM, ColumnKind.ID, "The platform.")
    return Exported(name, (platform, *_columns(relation)))


def rows(of: Exported, readings: Sequence[Reading]) -> Iterator[Row]:
    """All rows, platform after platform, in the order of the key; streamed."""
    for reading in readings:
        for row in reading.tables.rows(Question(of.name, {})):
            row[PLATFORM] = reading.platform
            yield row


def _columns(relation: Table | View | WindowView) -> Sequence[Column]:
    if isinstance(relation, Table):
        return relation.columns
    if isinstance(relation, View):
        return [relation.of.by_name[name] for name in relation.shown]
    dated = [relation.dated.by_name[name] for name in relation.by]
    return [*dated, *relation.windows.columns, _COUNT]

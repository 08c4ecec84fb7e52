"""The tables of the read models as the queries ask for them."""

from collections.abc import Iterator

from caseledger.queries.ports import Condition, OneOf, Page, Question, Range, Row
from infra.read_models import query as stored
from infra.read_models.store import ReadModelStore


class StoredTables:
    """One platform's rows in the database of the read models."""

    def __init__(self, platform: str, store: ReadModelStore) -> None:
        """Bind the platform and the database."""
        self._platform = platform
        self._store = store

    def rows(self, question: Question) -> Iterator[Row]:
        """The rows asked for, one after the other."""
        return self._store.select(self._platform, _query(question))

    def page(self, question: Question) -> Page:
        """At most `limit` of them, and the cursor of those that follow; `ValueError` for a cursor of another order."""
        found = self._store.page(self._platform, _query(question))
        return Page(found.rows, found.next)


def _query(question: Question) -> stored.Query:
    return stored.Query(
        question.relation,
        {name: _condition(condition) for name, condition in question.where.items()},
        question.order_by,
        question.limit,
        question.after,
    )


def _condition(condition: Condition) -> stored.Condition:
    if isinstance(condition, Range):
        return stored.Range(at_least=condition.at_least, at_most=condition.at_most)
    if isinstance(condition, OneOf):
        return stored.OneOf(condition.values)
    return condition

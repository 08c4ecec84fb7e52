"""One platform's tables in the database of the read models."""

from collections.abc import Iterator

from caseledger.queries.ports import Page, Question, Row
from infra.read_models.store import ReadModelStore


class StoredTables:
    """What the queries read of one platform."""

    def __init__(self, platform: str, store: ReadModelStore) -> None:
        """Bind the platform and the database."""
        self._platform = platform
        self._store = store

    def rows(self, question: Question) -> Iterator[Row]:
        """The rows asked for, one after the other."""
        return self._store.select(self._platform, question)

    def page(self, question: Question) -> Page:
        """At most `limit` of them, and the cursor of those that follow; `ValueError` for a cursor of another order."""
        return self._store.page(self._platform, question)

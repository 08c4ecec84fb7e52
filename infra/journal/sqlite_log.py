"""A log in the index's own SQLite file: an append and its index entries are one transaction, and stored once."""

from collections.abc import Callable, Sequence

from infra.journal.database import Database
from infra.journal.index import keep, stored


class SqliteLog:
    """The `records` table. Used inside the database's `writing` block only."""

    record_bytes_max = 0
    shares_index = True
    follows = False

    def __init__(self, database: Database) -> None:
        """The log of this database, whose tables are there."""
        self._database = database

    def begin(self, records: Sequence[bytes]) -> bool:  # noqa: ARG002 - an append does not wait for anything
        """There is no such time."""
        return False

    def append(self, records: Sequence[bytes]) -> range:
        """Add the records to the transaction; they are in the log once it commits."""
        writer = self._database.writer
        first = writer.execute("SELECT coalesce(max(offset) + 1, 0) FROM records").fetchone()[0]
        span = range(first, first + len(records))
        keep(writer, zip(span, records, strict=True))
        return span

    def read(self, start: int, limit: int) -> Sequence[tuple[int, bytes]]:
        """At most `limit` records from `start`. Raises `InterfaceError` for a record that was changed since."""
        return stored(self._database, start, limit)

    def has_more(self, start: int) -> bool:
        """Whether a record is stored at `start` or later."""
        statement = "SELECT EXISTS (SELECT 1 FROM records WHERE offset >= ?)"
        return bool(self._database.writer.execute(statement, (start,)).fetchone()[0])

    def follow(self, on_news: Callable[[int], None]) -> None:
        """Whoever reads sees everything."""

    def look(self, start: int) -> None:
        """Whoever reads sees everything."""

    def close(self) -> None:
        """Nothing to release: the database is closed by its owner."""

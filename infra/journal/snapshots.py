"""Snapshots: a local cache of folded aggregates beside the index. It is no part of the journal; it may be deleted."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from eventsourcing.persistence import AggregateRecorder, StoredEvent

from infra.journal.appends import key_of
from infra.journal.journal import Journal


class JournalSnapshotRecorder(AggregateRecorder):
    """Stored events by purpose, stream and version, outside the log and without positions."""

    def __init__(self, journal: Journal, purpose: str) -> None:
        """The cache of one purpose."""
        self._database = journal.database
        self._purpose = purpose

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> None:  # noqa: ANN401, ARG002 - the library's signature
        """Store all or none. Raises `IntegrityError` for a version that is there."""
        rows = [
            (self._purpose, key_of(event.originator_id), event.originator_version, event.topic, event.state)
            for event in stored_events
        ]
        with self._database.writing() as writer:
            writer.executemany("INSERT INTO snapshots VALUES (?, ?, ?, ?, ?)", rows)

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """What is stored for this stream, above `gt`, up to `lte`, the first `limit` of it."""
        statement = "SELECT version, topic, state FROM snapshots WHERE purpose = ? AND originator = ?"
        parameters: list[str | bytes | int] = [self._purpose, key_of(originator_id)]
        if gt is not None:
            statement += " AND version > ?"
            parameters.append(gt)
        if lte is not None:
            statement += " AND version <= ?"
            parameters.append(lte)
        statement += " ORDER BY version DESC" if desc else " ORDER BY version"
        if limit is not None:
            statement += " LIMIT ?"
            parameters.append(max(limit, 0))
        return [StoredEvent(originator_id, *row) for row in self._database.rows(statement, parameters)]

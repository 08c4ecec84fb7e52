"""Which log an index was folded from: an index that belongs to another one, or holds more than it, is refused."""

import sqlite3
from collections.abc import Callable
from typing import Final, NamedTuple

from infra.journal.database import Database
from infra.journal.kafka_guard import TopicFacts
from infra.journal.log import digest
from infra.journal.refusals import ForeignIndexError, LostRecordsError

ORIGIN: Final = (
    "CREATE TABLE IF NOT EXISTS origin"
    " (one INTEGER PRIMARY KEY CHECK (one = 1), cluster_id TEXT NOT NULL, topic_id TEXT NOT NULL, topic TEXT NOT NULL)"
)
"""One row in the index of any log but the SQLite journal's own."""

RecordAt = Callable[[int], bytes | None]
"""The log's record at an offset, or None if there is none."""


class Origin(NamedTuple):
    """A topic that is the same only as long as nobody deletes it and makes it again."""

    cluster_id: str
    topic_id: str
    topic: str


class Last(NamedTuple):
    """The last record that was folded."""

    offset: int
    digest: bytes


def check_origin(database: Database, facts: TopicFacts, record_at: RecordAt) -> None:
    """Bind a new index to this topic, or make sure that this is the topic that it was folded from.

    To be called once the journal's tables are there and before anything is folded, outside a `writing` block. Raises
    `ForeignIndexError` for an index of another cluster or topic, `LostRecordsError` for one that holds more than the
    topic, or another last record; each says what to do, and nothing was changed.
    """
    with database.writing() as writer:
        writer.execute(ORIGIN)
        kept = origin_in(database.writer)
        last = _last(database)
        if kept is None:
            if last is not None:
                raise ForeignIndexError(
                    f"{database.name} is a journal of its own, not the index of one on Kafka: give another path for "
                    "the index. It was left as it is."
                )
            origin = Origin(facts.cluster_id, facts.topic_id, facts.topic)
            writer.execute("INSERT INTO origin VALUES (1, ?, ?, ?)", origin)
            return
    _check_same(database.name, kept, facts)
    if last is not None:
        _check_length(database.name, last, facts)
        _check_last(database.name, last, facts, record_at)


def origin_in(connection: sqlite3.Connection) -> Origin | None:
    """The topic that the index on this connection belongs to; None for a new one."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'origin'").fetchone():
        return None
    row = connection.execute("SELECT cluster_id, topic_id, topic FROM origin").fetchone()
    return Origin(*row) if row else None


def _last(database: Database) -> Last | None:
    row = database.writer.execute("SELECT offset, digest FROM records ORDER BY offset DESC LIMIT 1").fetchone()
    return Last(*row) if row else None


def _check_same(index: str, kept: Origin, facts: TopicFacts) -> None:
    if kept.cluster_id != facts.cluster_id:
        raise ForeignIndexError(
            f"the index {index} was folded from topic {kept.topic} of cluster {kept.cluster_id}, but the one at "
            f"{facts.brokers} is {facts.cluster_id}. Give the right brokers, or another index file; {_FOLDED_AGAIN}"
        )
    if kept.topic != facts.topic:
        raise ForeignIndexError(
            f"the index {index} was folded from topic {kept.topic}, not {facts.topic}. Give another index file; "
            f"{_FOLDED_AGAIN}"
        )
    if kept.topic_id != facts.topic_id:
        raise LostRecordsError(
            f"the index {index} was folded from topic {kept.topic} with id {kept.topic_id}, but the topic of this name "
            f"at {facts.brokers} has id {facts.topic_id}: it was deleted and made again. {_KEEP}"
        )


def _check_length(index: str, last: Last, facts: TopicFacts) -> None:
    if facts.end_offset <= last.offset:
        raise LostRecordsError(
            f"topic {facts.topic} at {facts.brokers} ends at offset {facts.end_offset}, but the index {index} was "
            f"folded up to {last.offset + 1}: the log was truncated or replaced, and the index holds "
            f"{last.offset + 1 - facts.end_offset} records more than it. {_KEEP}"
        )


def _check_last(index: str, last: Last, facts: TopicFacts, record_at: RecordAt) -> None:
    record = record_at(last.offset)
    if record is None or digest(last.offset, record) != last.digest:
        raise LostRecordsError(
            f"record {last.offset} of topic {facts.topic} at {facts.brokers} is not the one that the index {index} was "
            f"folded from: the log was truncated and written on, or replaced. {_KEEP}"
        )


_FOLDED_AGAIN: Final = "one that does not exist yet is folded from the log. Nothing was changed."
_KEEP: Final = (
    "Nothing was changed. Keep the index file, it holds a copy of every record: move it away, and put its records into "
    "a new topic with `caseledger journal restore`; or, only if what the topic holds now is right, leave it away, and "
    "an index is folded again."
)

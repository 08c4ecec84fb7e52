"""A run of events, consecutive in one append and of one stream, read without copying a long log record for it."""

from collections.abc import Sequence
from uuid import UUID

from eventsourcing.persistence import StoredEvent

from infra.journal.avro import MalformedError
from infra.journal.database import Database
from infra.journal.events import read_run
from infra.journal.limits import PART_BYTES, PART_GROWTH


def read_stored(database: Database, run: Sequence[int], originator_id: UUID | str, into: list[StoredEvent]) -> int:
    """Add a run of events to the list; the bytes that they take.

    The run tells first and last version, and the byte and the record's offset where they begin.
    """
    first, last, at, offset = run
    count = last - first + 1
    size = PART_BYTES * count
    while True:
        part = database.part(offset, at, size)
        found: list[StoredEvent] = []
        try:
            read = read_run(part, 0, count, originator_id, found)
        except (IndexError, MalformedError):
            read = size + 1
        if read <= len(part):
            into += found
            return read
        if len(part) < size:
            raise MalformedError(f"record {offset} ends within the {count} events that begin at {at}")
        size *= PART_GROWTH

"""A journal's records as they are: what each holds, and what became of its appends; events without their states."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from infra.journal.appends import Append
from infra.journal.avro import MalformedError
from infra.journal.inspection import name_of
from infra.journal.reader import moment
from infra.journal.records import Appends, Cancel, Record, Schema, append_in, decode


class ListedEvent(NamedTuple):
    """An event without its state."""

    stream: str
    version: int
    type: str


@dataclass(frozen=True, slots=True)
class ListedAppend:
    """One append. `positions` are those of its events where it took effect by this record, else None."""

    append_id: str
    positions: range | None
    events: Sequence[ListedEvent]
    tracking: Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class ListedRecord:
    """One record of the log; `kind` is `appends`, `cancel`, `schema`, or `unreadable`, and only its fields are set."""

    offset: int
    bytes: int
    kind: str
    writer: str = ""
    recorded_at: datetime | None = None
    appends: Sequence[ListedAppend] = field(default_factory=tuple)
    cancelled: Sequence[str] = field(default_factory=tuple)
    schema: str = ""


def listed(connection: sqlite3.Connection, start: int, limit: int) -> Iterator[ListedRecord]:
    """At most `limit` records from offset `start` on, of the journal or index in this snapshot."""
    statement = "SELECT offset, record FROM records WHERE offset >= ? ORDER BY offset LIMIT ?"
    for offset, data in connection.execute(statement, (start, limit)):
        try:
            record = decode(data)
        except (MalformedError, TypeError):
            yield ListedRecord(offset, len(data), "unreadable")
        else:
            yield _listed(connection, offset, data, record)


def _listed(connection: sqlite3.Connection, offset: int, data: bytes, record: Record) -> ListedRecord:
    size = len(data)
    match record:
        case Appends(writer=writer, recorded_at=recorded_at, claims=claims):
            appends = [_append(connection, offset, append_in(data, claim)) for claim in claims]
            return ListedRecord(offset, size, "appends", writer.hex(), moment(recorded_at), appends)
        case Cancel(append_ids=append_ids):
            return ListedRecord(offset, size, "cancel", cancelled=[append_id.hex() for append_id in append_ids])
        case Schema(fingerprint=fingerprint, text=text):
            return ListedRecord(offset, size, "schema", schema=name_of(text) or fingerprint.hex())


def _append(connection: sqlite3.Connection, offset: int, append: Append) -> ListedAppend:
    return ListedAppend(
        append.append_id.hex(),
        _positions(connection, offset, append),
        [ListedEvent(str(event.originator_id), event.originator_version, event.topic) for event in append.events],
        [(tracking.application_name, tracking.notification_id) for tracking in append.tracking],
    )


def _positions(connection: sqlite3.Connection, offset: int, append: Append) -> range | None:
    """None also for a second copy of an append that took effect by an earlier record."""
    statement = (
        "SELECT i.position, i.count, a.offset FROM ids i LEFT JOIN appends a ON a.position = i.position AND i.count > 0"
        " WHERE i.append_id = ? AND i.written = 1"
    )
    row = connection.execute(statement, (append.append_id,)).fetchone()
    if row is None or row[2] not in (None, offset):
        return None
    return range(row[0], row[0] + row[1])

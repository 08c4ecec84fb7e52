"""What a journal amounts to: counted from its records' heads and its index, in bounded memory, with nothing decoded."""

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from infra.journal.avro import read_count, read_long
from infra.journal.database import SCRATCH
from infra.journal.reader import moment
from infra.journal.records import BODY_AT, RECORDED_AT
from infra.journal.schemas import APPENDS_FINGERPRINT, CANCEL_FINGERPRINT, FINGERPRINT_BYTES, SCHEMA_FINGERPRINT

HEAD_BYTES: Final = 64
"""So much of a record holds its kind, its writer, its time and the number of what is in it."""
SCAN_RECORDS: Final = 10_000
"""Records read before progress is told and writers are noted."""
WRITERS_MAX: Final = 100
SOURCES_MAX: Final = 1_000
SCHEMAS_MAX: Final = 1_000
"""How many of each are listed, the latest writers first; all are counted."""


class Writer(NamedTuple):
    """One process that wrote, as long as it had the journal open."""

    writer: str
    appends: int
    first_at: datetime
    last_at: datetime
    last_offset: int


class Source(NamedTuple):
    """How far a source of messages was taken in."""

    source: str
    position: int


class Described(NamedTuple):
    """A schema that the journal holds."""

    fingerprint: str
    name: str


@dataclass(frozen=True, slots=True)
class Inspection:
    """A journal at one moment. `appends` are all that the log holds, `written` those that took effect."""

    records: int
    bytes: int
    next_offset: int
    unreadable: int
    appends: int
    written: int
    cancels: int
    positions: int
    streams: int
    schemas_total: int
    schemas: list[Described]
    writers_total: int
    writers: list[Writer]
    sources_total: int
    sources: list[Source]

    @property
    def void(self) -> int:
        """Appends without effect: they lost a race, were cancelled, or are a second copy of one that was sent again."""
        return self.appends - self.written


def inspect(connection: sqlite3.Connection, progress: Callable[[int], None] = lambda _: None) -> Inspection:
    """What the journal or index in this snapshot amounts to; `progress` is told how many records were counted."""
    scratch = sqlite3.connect(SCRATCH, isolation_level=None)
    try:
        scratch.execute(_WRITERS)
        counts = _Counts()
        for row in connection.execute(_HEADS, (HEAD_BYTES,)):
            counts.add(*row)
            if counts.records % SCAN_RECORDS == 0:
                counts.note(scratch)
                progress(counts.records)
        counts.note(scratch)
        return _inspection(connection, scratch, counts)
    finally:
        scratch.close()


class _Counts:
    """What the heads of the records say."""

    def __init__(self) -> None:
        self.records = self.bytes = self.next_offset = self.unreadable = self.appends = self.cancels = 0
        self._writers: dict[bytes, list[int]] = {}

    def add(self, offset: int, size: int, head: bytes) -> None:
        """One more record."""
        self.records += 1
        self.bytes += size
        self.next_offset = offset + 1
        try:
            self._add(offset, head)
        except (IndexError, ValueError, TypeError):
            self.unreadable += 1

    def note(self, scratch: sqlite3.Connection) -> None:
        """Put the writers on the disk."""
        scratch.executemany(_NOTE, [(writer, *noted) for writer, noted in self._writers.items()])
        self._writers.clear()

    def _add(self, offset: int, head: bytes) -> None:
        kind = head[BODY_AT - FINGERPRINT_BYTES : BODY_AT]
        if kind == CANCEL_FINGERPRINT:
            self.cancels += read_count(head, BODY_AT)[0]
            return
        if kind == SCHEMA_FINGERPRINT:
            return
        if kind != APPENDS_FINGERPRINT:
            self.unreadable += 1
            return
        recorded_at, at = read_long(head, RECORDED_AT)
        count, _ = read_long(head, at)
        self.appends += count
        noted = self._writers.setdefault(head[BODY_AT:RECORDED_AT], [0, recorded_at, recorded_at, offset])
        noted[0] += count
        noted[1] = min(noted[1], recorded_at)
        noted[2:] = max(noted[2], recorded_at), offset


_HEADS: Final = "SELECT offset, length(record), substr(record, 1, ?) FROM records ORDER BY offset"
_WRITERS: Final = (
    "CREATE TABLE writers (writer BLOB PRIMARY KEY, appends INTEGER NOT NULL, first_at INTEGER NOT NULL,"
    " last_at INTEGER NOT NULL, last_offset INTEGER NOT NULL) WITHOUT ROWID"
)
_NOTE: Final = (
    "INSERT INTO writers VALUES (?, ?, ?, ?, ?) ON CONFLICT (writer) DO UPDATE SET"
    " appends = appends + excluded.appends, first_at = min(first_at, excluded.first_at),"
    " last_at = max(last_at, excluded.last_at), last_offset = excluded.last_offset"
)


def _inspection(connection: sqlite3.Connection, scratch: sqlite3.Connection, counts: _Counts) -> Inspection:
    writers = scratch.execute("SELECT * FROM writers ORDER BY last_offset DESC LIMIT ?", (WRITERS_MAX,))
    schemas = connection.execute("SELECT fingerprint, text FROM schemas ORDER BY 1 LIMIT ?", (SCHEMAS_MAX,))
    sources = connection.execute("SELECT source, position FROM tracking ORDER BY 1 LIMIT ?", (SOURCES_MAX,))
    return Inspection(
        records=counts.records,
        bytes=counts.bytes,
        next_offset=counts.next_offset,
        unreadable=counts.unreadable,
        appends=counts.appends,
        written=_number(connection, "SELECT count(*) FROM ids WHERE written = 1"),
        cancels=counts.cancels,
        positions=_number(connection, "SELECT max(position) + count - 1 FROM appends"),
        streams=_number(connection, "SELECT count(DISTINCT originator) FROM streams"),
        schemas_total=_number(connection, "SELECT count(*) FROM schemas"),
        schemas=[Described(fingerprint.hex(), name_of(schema)) for fingerprint, schema in schemas],
        writers_total=_number(scratch, "SELECT count(*) FROM writers"),
        writers=[
            Writer(writer.hex(), appends, moment(first_at), moment(last_at), offset)
            for writer, appends, first_at, last_at, offset in writers
        ],
        sources_total=_number(connection, "SELECT count(*) FROM tracking"),
        sources=[Source(*row) for row in sources],
    )


def name_of(schema: str) -> str:
    """The full name of a schema, or nothing where its text is not what a schema's is."""
    try:
        parsed = json.loads(schema)
    except ValueError:
        return ""
    if not isinstance(parsed, dict) or not isinstance(parsed.get("name"), str):
        return ""
    return ".".join(str(part) for part in (parsed.get("namespace"), parsed["name"]) if part)


def _number(connection: sqlite3.Connection, statement: str) -> int:
    (found,) = connection.execute(statement).fetchone()
    return found or 0

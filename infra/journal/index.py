"""The index: the fold's result in SQLite, advanced only together with the records it was folded from."""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from infra.journal.appends import Append, Fate, Key, Void, Written, pairs_of
from infra.journal.avro import LONG_MIN, MalformedError
from infra.journal.database import Database, Value
from infra.journal.files import damaged
from infra.journal.fold import State, advance
from infra.journal.limits import FOLD_RECORDS_MAX, KEYS_MAX
from infra.journal.log import Log, digest
from infra.journal.records import Appends, Cancel, Placed, Record, Schema, decode
from infra.journal.tables import INDEX


class Entry(NamedTuple):
    """One folded record: the fates are those of its appends, in order."""

    offset: int
    data: bytes
    record: Record
    fates: Sequence[Fate]


class Index:
    """What the log's prefix amounts to. Every method but `fates` belongs inside the database's `writing` block."""

    def __init__(self, database: Database, log: Log) -> None:
        """The index of this log in this database, whose tables are there."""
        self._database = database
        self._log = log

    def catch_up(self) -> int:
        """Fold at most `FOLD_RECORDS_MAX` records that are not in the index yet; how many they were."""
        next_offset = self.next_offset()
        if not self._log.has_more(next_offset):
            return 0
        entries = self.judged(self._log.read(next_offset, FOLD_RECORDS_MAX))
        self.apply(entries)
        return len(entries)

    def next_offset(self) -> int:
        """The first offset that is not folded yet."""
        (next_offset,) = self._database.writer.execute("SELECT max(offset) + 1 FROM records").fetchone()
        return next_offset or 0

    def slice(self, appends: Sequence[Append], cancelled: Sequence[bytes] = ()) -> State:
        """The state as far as the fates of these appends can depend on it."""
        writer = self._database.writer
        pairs = [pair for one in appends for pair in pairs_of(one)]
        keys = {key for key, _ in pairs}
        ids = [append.append_id for append in appends]
        ids += cancelled
        if len(ids) == 1 and len(keys) == 1:
            state, heads = _lone(writer, ids[0], *keys)
        else:
            state = State(position=_position(writer), fates=_fates(writer, ids))
            heads = _heads(writer, keys)
        if heads:
            state.taken = {
                pair for pair in pairs if pair[1] <= heads.get(pair[0], LONG_MIN) and _is_taken(writer, *pair)
            }
        for source in {tracking.application_name for append in appends for tracking in append.tracking}:
            row = writer.execute("SELECT position FROM tracking WHERE source = ?", (source,)).fetchone()
            if row:
                state.tracking[source] = row[0]
        return state

    def apply(self, entries: Sequence[Entry]) -> None:
        """Add these records, the next ones of the log, and the fates that the fold gave their appends."""
        if not self._log.shares_index:
            keep(self._database.writer, ((entry.offset, entry.data) for entry in entries))
        self.add(entries)

    def fates(self, append_ids: Sequence[bytes]) -> dict[bytes, Fate]:
        """What became of these appends; ids the index does not hold are left out."""
        return _fates(self._database.writer, append_ids)

    def judged(self, batch: Sequence[tuple[int, bytes]]) -> list[Entry]:
        """These records, the next ones of the log, and the fates that the fold gives their appends."""
        records = [(offset, data, self._decoded(offset, data)) for offset, data in batch]
        state = self.slice(*_named(record for _, _, record in records))
        return [Entry(offset, data, record, advance(state, record)) for offset, data, record in records]

    def add(self, entries: Sequence[Entry]) -> None:
        """Add what these records did, but not the records."""
        writer = self._database.writer
        rows = _Rows([], [], [], [])
        for entry in entries:
            match entry.record:
                case Appends(placed=placed):
                    _add_appends(writer, rows, entry.offset, placed, entry.fates)
                case Cancel(append_ids=append_ids):
                    rows.voids.extend((append_id,) for append_id in append_ids)
                case Schema(fingerprint=fingerprint, text=text):
                    writer.execute("INSERT OR IGNORE INTO schemas VALUES (?, ?)", (fingerprint, text))
        _insert(writer, "INSERT INTO ids VALUES (?, ?, ?, ?)", rows.ids)
        _insert(writer, _VOID, rows.voids)
        _insert(writer, "INSERT INTO appends VALUES (?, ?, ?, ?)", rows.appends)
        _insert(writer, "INSERT INTO streams VALUES (?, ?, ?, ?, ?, ?)", rows.streams)

    def is_behind(self) -> bool:
        """Whether the index lacks tables, or what the last record did."""
        writer = self._database.writer
        tables = {name for (name,) in writer.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not tables.issuperset(INDEX):
            return True
        last = stored(self._database, self.next_offset() - 1, 1)
        appends, ids = _named(self._decoded(*row) for row in last)
        ids += [append.append_id for append in appends]
        return len(self.fates(ids)) < len(set(ids))

    def rebuild(self) -> None:
        """Drop what was folded, and fold the stored records again."""
        self.clear()
        next_offset = 0
        while batch := stored(self._database, next_offset, FOLD_RECORDS_MAX):
            self.add(self.judged(batch))
            next_offset = batch[-1][0] + 1

    def clear(self) -> None:
        """Drop what was folded."""
        writer = self._database.writer
        for table, statement in INDEX.items():
            writer.execute(f"DROP TABLE IF EXISTS {table}")
            writer.execute(statement)

    def _decoded(self, offset: int, data: bytes) -> Record:
        try:
            return decode(data)
        except MalformedError as error:
            raise damaged(
                self._database.name, f"record {offset} cannot be read, {error}", self._database.kind
            ) from error


def keep(writer: sqlite3.Connection, records: Iterable[tuple[int, bytes]]) -> None:
    """Store log records with their digests."""
    _insert(writer, "INSERT INTO records VALUES (?, ?, ?)", [(at, data, digest(at, data)) for at, data in records])


def stored(database: Database, start: int, limit: int) -> list[tuple[int, bytes]]:
    """At most `limit` stored records from offset `start`. Raises `InterfaceError` for one that was changed since."""
    statement = "SELECT offset, record, digest FROM records WHERE offset >= ? ORDER BY offset LIMIT ?"
    rows = database.writer.execute(statement, (start, limit)).fetchall()
    for offset, record, kept in rows:
        if not isinstance(record, bytes) or digest(offset, record) != kept:
            raise damaged(database.name, f"record {offset} is not what was written", database.kind)
    return [(offset, record) for offset, record, _ in rows]


def chunks(keys: Sequence[Value]) -> Iterator[list[Value]]:
    """The keys in lists of a few fixed lengths, the last key repeated, so that prepared statements are used again."""
    if len(keys) == 1:
        yield list(keys)
        return
    for start in range(0, len(keys), KEYS_MAX):
        chunk = list(keys[start : start + KEYS_MAX])
        size = next(size for size in _CHUNK_SIZES if size >= len(chunk))
        yield chunk + chunk[-1:] * (size - len(chunk))


@cache
def marks(count: int) -> str:
    """Placeholders for a chunk of keys in an `IN` list."""
    return ",".join("?" * count)


NOT_TAKEN = Void("refused or cancelled when the log was folded")
_CHUNK_SIZES = (1, 4, 16, 64, KEYS_MAX)
_VOID = "INSERT OR IGNORE INTO ids VALUES (?, 0, 0, 0)"
_TRACK = "INSERT INTO tracking VALUES (?, ?) ON CONFLICT (source) DO UPDATE SET position = excluded.position"


class _Rows(NamedTuple):
    """What several records add to the tables. An id is void only if it is not written: those come after."""

    voids: list[Sequence[Value]]
    ids: list[Sequence[Value]]
    appends: list[Sequence[Value]]
    streams: list[Sequence[Value]]


def _add_appends(
    writer: sqlite3.Connection, rows: _Rows, offset: int, placed: Sequence[Placed], fates: Sequence[Fate]
) -> None:
    for (append, at, runs, base), fate in zip(placed, fates, strict=True):
        if isinstance(fate, Void):
            rows.voids.append((append.append_id,))
            continue
        first, count = fate.positions.start, len(fate.positions)
        rows.ids.append((append.append_id, 1, first, count))
        if count:
            rows.appends.append((first, count, offset, base + at))
        for run in runs:
            row = (run.key, run.last_version, run.first_version, first + run.place, offset, base + run.at)
            rows.streams.append(row)
        for tracking in append.tracking:
            writer.execute(_TRACK, (tracking.application_name, tracking.notification_id))


def _insert(writer: sqlite3.Connection, statement: str, rows: Sequence[Sequence[Value]]) -> None:
    if len(rows) == 1:
        writer.execute(statement, rows[0])
    elif rows:
        writer.executemany(statement, rows)


def _named(records: Iterable[Record]) -> tuple[list[Append], list[bytes]]:
    appends: list[Append] = []
    cancelled: list[bytes] = []
    for record in records:
        match record:
            case Appends(placed=placed):
                appends.extend(one.append for one in placed)
            case Cancel(append_ids=append_ids):
                cancelled.extend(append_ids)
            case Schema():
                pass
    return appends, cancelled


_LAST = "SELECT position + count - 1 FROM appends ORDER BY position DESC LIMIT 1"
_LONE = (
    f"SELECT ({_LAST}), (SELECT max(last_version) FROM streams WHERE originator = ?),"  # noqa: S608 - constants
    " EXISTS (SELECT 1 FROM ids WHERE append_id = ?)"
)


def _lone(writer: sqlite3.Connection, append_id: bytes, key: Key) -> tuple[State, dict[Key, int]]:
    """What a caller that is alone asks, in one statement: it halves what the asking costs."""
    position, head, seen = writer.execute(_LONE, (key, append_id)).fetchone()
    fates = _fates(writer, [append_id]) if seen else {}
    return State(position=position or 0, fates=fates), {} if head is None else {key: head}


def _position(writer: sqlite3.Connection) -> int:
    row = writer.execute(_LAST).fetchone()
    return row[0] if row else 0


def _fates(writer: sqlite3.Connection, append_ids: Sequence[bytes]) -> dict[bytes, Fate]:
    fates: dict[bytes, Fate] = {}
    for chunk in chunks(append_ids):
        for append_id, written, position, count in writer.execute(_fates_statement(len(chunk)), chunk):
            fates[append_id] = Written(range(position, position + count)) if written else NOT_TAKEN
    return fates


@cache
def _fates_statement(count: int) -> str:
    return f"SELECT append_id, written, position, count FROM ids WHERE append_id IN ({marks(count)})"  # noqa: S608 - marks are "?"


def _heads(writer: sqlite3.Connection, keys: Collection[Key]) -> dict[Key, int]:
    heads: dict[Key, int] = {}
    for chunk in chunks(list(keys)):
        rows = writer.execute(_heads_statement(len(chunk)), chunk)
        heads.update((key, head) for key, head in rows if head is not None)
    return heads


@cache
def _heads_statement(count: int) -> str:
    asked = ",".join(["(?)"] * count)
    head = "SELECT max(last_version) FROM streams WHERE originator = column1"
    return f"SELECT column1, ({head}) FROM (VALUES {asked})"  # noqa: S608 - asked are "?"


def _is_taken(writer: sqlite3.Connection, key: Key, version: int) -> bool:
    statement = (
        "SELECT first_version FROM streams WHERE originator = ? AND last_version >= ? ORDER BY last_version LIMIT 1"
    )
    first: int = writer.execute(statement, (key, version)).fetchone()[0]
    return first <= version

"""The index: the fold's result in SQLite, advanced only together with the records it was folded from."""

import sqlite3
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from operator import attrgetter
from typing import NamedTuple

from infra.journal.appends import Fate, Key, Void, Written
from infra.journal.avro import MalformedError
from infra.journal.claims import Claim, Run, count_of
from infra.journal.collecting import nothing_to_collect
from infra.journal.database import Database, Value
from infra.journal.files import damaged
from infra.journal.fold import State, advance
from infra.journal.limits import FOLD_RECORDS_MAX, KEYS_MAX
from infra.journal.log import Log, digest
from infra.journal.records import Appends, Cancel, Record, Schema, decode
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
        """Fold at most `FOLD_RECORDS_MAX` records that are not in the index yet; how many bytes they have."""
        next_offset = self.next_offset()
        if not self._log.has_more(next_offset):
            return 0
        batch = self._log.read(next_offset, FOLD_RECORDS_MAX)
        with nothing_to_collect():
            self.apply(self.judged(batch))
        return sum(len(data) for _, data in batch)

    def next_offset(self) -> int:
        """The first offset that is not folded yet."""
        (next_offset,) = self._database.writer.execute("SELECT max(offset) + 1 FROM records").fetchone()
        return next_offset or 0

    def slice(self, claims: Sequence[Claim], cancelled: Sequence[bytes] = ()) -> State:
        """The state as far as the fates of these appends can depend on it."""
        writer = self._database.writer
        keys = {run[0] for claim in claims for run in claim[2]}
        ids = [claim[0] for claim in claims]
        ids += cancelled
        if len(ids) == 1 and len(keys) == 1:
            state, heads = _lone(writer, ids[0], *keys)
        else:
            state = State(position=_position(writer), fates=_fates(writer, _not_new(writer, ids)))
            heads = _heads(writer, keys)
        if heads:
            state.taken = {key: [Run(key, head, head, 0, 0)] for key, head in heads.items()}
            for run in (run for claim in claims for run in claim[2]):
                if run[1] <= heads.get(run[0], run[1] - 1):
                    _recall(writer, run, state.taken[run[0]])
        for source in {source for claim in claims for source, _ in claim[3]}:
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
                case Appends(claims=claims):
                    _add_appends(writer, rows, entry.offset, claims, entry.fates)
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
        claims, ids = _named(self._decoded(*row) for row in last)
        ids += [claim.append_id for claim in claims]
        return len(self.fates(ids)) < len(set(ids))

    def rebuild(self) -> None:
        """Drop what was folded, and fold the stored records again."""
        self.clear()
        next_offset = 0
        while batch := stored(self._database, next_offset, FOLD_RECORDS_MAX):
            with nothing_to_collect():
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
    writer: sqlite3.Connection, rows: _Rows, offset: int, claims: Sequence[Claim], fates: Sequence[Fate]
) -> None:
    for (append_id, at, runs, tracking, base), fate in zip(claims, fates, strict=True):
        if isinstance(fate, Void):
            rows.voids.append((append_id,))
            continue
        first, count = fate.positions.start, count_of(runs)
        rows.ids.append((append_id, 1, first, count))
        if count:
            rows.appends.append((first, count, offset, base + at))
        for key, first_version, last_version, place, run_at in runs:
            rows.streams.append((key, last_version, first_version, first + place, offset, base + run_at))
        for tracked in tracking:
            writer.execute(_TRACK, tracked)


def _insert(writer: sqlite3.Connection, statement: str, rows: Sequence[Sequence[Value]]) -> None:
    if len(rows) == 1:
        writer.execute(statement, rows[0])
    elif rows:
        writer.executemany(statement, rows)


def _named(records: Iterable[Record]) -> tuple[list[Claim], list[bytes]]:
    claims: list[Claim] = []
    cancelled: list[bytes] = []
    for record in records:
        match record:
            case Appends():
                claims += record.claims
            case Cancel():
                cancelled += record.append_ids
            case Schema():
                pass
    return claims, cancelled


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


def _not_new(writer: sqlite3.Connection, append_ids: Sequence[bytes]) -> list[bytes]:
    """Those of them that the index may hold: ids begin with the time, so most are above all that are there."""
    (highest,) = writer.execute("SELECT max(append_id) FROM ids").fetchone()
    return [append_id for append_id in append_ids if append_id <= highest] if highest is not None else []


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
    """The last version of each of these streams that is there."""
    heads: dict[Key, int] = {}
    for chunk in chunks(list(keys)):
        heads.update(writer.execute(_heads_statement(len(chunk)), chunk))
    return heads


@cache
def _heads_statement(count: int) -> str:
    asked = ",".join(["(?)"] * count)
    head = "SELECT max(last_version) FROM streams WHERE originator = column1"
    return f"SELECT column1, head FROM (SELECT column1, ({head}) AS head FROM (VALUES {asked})) WHERE head IS NOT NULL"  # noqa: S608 - asked are "?"


def _recall(writer: sqlite3.Connection, run: Run, held: list[Run]) -> None:
    """Add to what is known of a stream the first of its runs that this one, not above all of them, can collide with."""
    statement = (
        "SELECT first_version, last_version FROM streams WHERE originator = ? AND last_version >= ?"
        " ORDER BY last_version LIMIT 1"
    )
    first, last = writer.execute(statement, (run.key, run.first_version)).fetchone()
    at = bisect_left(held, last, key=attrgetter("last_version"))
    if held[at].last_version == last:
        held[at] = Run(run.key, first, last, 0, 0)
    else:
        held.insert(at, Run(run.key, first, last, 0, 0))

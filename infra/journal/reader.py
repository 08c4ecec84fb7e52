"""Reading: streams, notifications, outcomes and positions, each from one snapshot, decoded from the log's own bytes."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from eventsourcing.persistence import Notification, StoredEvent

from infra.journal.appends import Key, Outcome, RecordedNotification, Unknown, Written, key_of
from infra.journal.avro import LONG_MAX
from infra.journal.collecting import nothing_to_collect
from infra.journal.database import Database, Row
from infra.journal.events import read_notifications, read_run
from infra.journal.index import NOT_TAKEN, chunks, marks
from infra.journal.limits import (
    PARTS_MAX,
    RECORDS_MAX,
    SCAN_APPENDS_MAX,
    SCAN_EVENTS_MIN,
    WHOLE_BYTES_MAX,
    Limits,
)
from infra.journal.records import recorded_at_of
from infra.journal.runs import read_stored
from infra.journal.stream_cache import StreamCache

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNLESS_LONG = f"CASE WHEN length(r.record) <= {WHOLE_BYTES_MAX} THEN r.record END"
_STREAM = (
    "SELECT s.first_version, s.last_version, s.at, s.offset, " + _UNLESS_LONG + " FROM streams s"  # noqa: S608 - ours
    " CROSS JOIN records r ON r.offset = s.offset WHERE s.originator = ?"
)
"""Its runs of events, each with its record, unless that is long."""
_STREAM_WHOLE = f"{_STREAM} ORDER BY s.last_version"
_STREAM_GROWN = (
    f"SELECT * FROM ({_STREAM} AND s.last_version > ? UNION ALL {_STREAM} AND s.last_version < ?) ORDER BY last_version"  # noqa: S608 - constants
)
_RUNS = "SELECT originator, first_version, last_version, at, offset FROM streams WHERE originator"
_APPENDS = (
    "SELECT position, count, at, offset FROM appends"
    " WHERE position >= (SELECT max(position) FROM appends WHERE position <= ?1) AND position + count > ?1"
    " AND position <= ?2 ORDER BY position LIMIT ?3"
)
_RECORDS = "SELECT offset, record FROM records WHERE offset BETWEEN ? AND ?"
_new = object.__new__
_set = object.__setattr__


class Reader:
    """Reads the index of one journal. `refresh` folds what others appended, where that does not happen by itself."""

    def __init__(self, database: Database, refresh: Callable[[], None], limits: Limits) -> None:
        """A reader of this database."""
        self._database = database
        self._cache = StreamCache(limits)
        self._refresh = refresh

    def events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> list[StoredEvent]:
        """The stream's events by version, above `gt`, up to `lte`, the first `limit` of them."""
        if limit is not None and limit <= 0:
            return []
        self._refresh()
        if gt is None and lte is None and limit is None:
            found = self._whole(originator_id)
            if desc:
                found.reverse()
            return found
        statement = _STREAM
        parameters: list[Key | int] = [key_of(originator_id)]
        if gt is not None:
            statement += " AND s.last_version > ?"
            parameters.append(gt)
        if lte is not None:
            statement += " AND s.first_version <= ?"
            parameters.append(lte)
        statement += " ORDER BY s.last_version DESC" if desc else " ORDER BY s.last_version"
        if limit is not None:
            statement += " LIMIT ?"
            parameters.append(limit)
        rows = self._database.rows(statement, parameters)
        if desc:
            rows.reverse()
        found = []
        for first, last, at, offset, record in rows:
            if record is None:
                read_stored(self._database, (first, last, at, offset), originator_id, found)
            else:
                read_run(record, at, last - first + 1, originator_id, found)
        if gt is not None or lte is not None:
            found = [
                event
                for event in found
                if (gt is None or event.originator_version > gt) and (lte is None or event.originator_version <= lte)
            ]
        if desc:
            found.reverse()
        return found if limit is None else found[:limit]

    def many(self, originator_ids: Sequence[UUID]) -> dict[UUID, list[StoredEvent]]:
        """All events of each of these streams, by version; streams without events are left out."""
        self._refresh()
        wanted = {originator_id.bytes: originator_id for originator_id in originator_ids}
        found: dict[UUID, list[StoredEvent]] = {}
        for chunk in chunks(list(wanted)):
            statement = f"{_RUNS} IN ({marks(len(chunk))}) ORDER BY originator, last_version"
            rows = self._database.rows(statement, chunk)
            runs: list[list[StoredEvent]] = [[] for _ in rows]
            places: dict[int, list[int]] = {}
            for place, row in enumerate(rows):
                places.setdefault(row[4], []).append(place)
            for offset, record in self._records([each for each in places if len(places[each]) > PARTS_MAX]):
                for place in places.pop(offset):
                    key, first, last, at, _ = rows[place]
                    read_run(record, at, last - first + 1, wanted[key], runs[place])
            for place in (place for several in places.values() for place in several):
                key, *run = rows[place]
                read_stored(self._database, run, wanted[key], runs[place])
            for row, run in zip(rows, runs, strict=True):
                found.setdefault(wanted[row[0]], []).extend(run)
        return found

    def notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> list[Notification]:
        """Events by position, from `start` (without it when not inclusive) to `stop`, at most `limit`."""
        first = 1 if start is None else start if inclusive_of_start else start + 1
        found: list[Notification] = []
        for rows in self._pages(first, limit, stop, topics, found):
            read = found if not topics else []
            with nothing_to_collect():
                for position, count, at, record in rows:
                    read_notifications(record, at, count, position, read)
            if rows[0][0] < first:
                del read[: first - rows[0][0]]
            if topics:
                found += [event for event in read if event.topic in topics]
        while found and stop is not None and found[-1].id > stop:
            found.pop()
        return found[: max(limit, 0)]

    def recorded(
        self, start: int | None, limit: int, stop: int | None = None, topics: Sequence[str] = ()
    ) -> list[RecordedNotification]:
        """What `notifications` returns, each with the moment its append was recorded."""
        first = 1 if start is None else start
        found: list[RecordedNotification] = []
        for rows in self._pages(first, limit, stop, topics, found):
            for position, count, at, record in rows:
                read: list[Notification] = []
                read_notifications(record, at, count, position, read)
                recorded_at = moment(recorded_at_of(record))
                found += [
                    _recorded(event, recorded_at)
                    for event in read
                    if event.id >= first
                    and (stop is None or event.id <= stop)
                    and (not topics or event.topic in topics)
                ]
        return found[: max(limit, 0)]

    def recorded_at(self, position: int) -> datetime | None:
        """When the event at this position was recorded, in UTC; None when there is no such event."""
        found = self.recorded(position, 1, position)
        return found[0].recorded_at if found else None

    def max_position(self) -> int | None:
        """The last event's position; None while there is none."""
        self._refresh()
        rows = self._database.rows("SELECT position + count - 1 FROM appends ORDER BY position DESC LIMIT 1")
        return rows[0][0] if rows else None

    def head(self, originator_id: UUID | str) -> int | None:
        """The stream's last version; None when it has no events."""
        self._refresh()
        statement = "SELECT max(last_version) FROM streams WHERE originator = ?"
        return self._number(statement, key_of(originator_id))

    def last_position(self, originator_id: UUID | str) -> int | None:
        """The position of the stream's event with the last version; None when it has no events."""
        self._refresh()
        statement = (
            "SELECT position + last_version - first_version FROM streams WHERE originator = ?"
            " ORDER BY last_version DESC LIMIT 1"
        )
        return self._number(statement, key_of(originator_id))

    def version_at(self, originator_id: UUID | str, position: int) -> int | None:
        """The stream's last version among positions up to this one; None when it had no events by then."""
        self._refresh()
        statement = (
            "SELECT min(last_version, first_version + ? - position) FROM streams WHERE originator = ?"
            " AND position <= ? ORDER BY last_version DESC LIMIT 1"
        )
        rows = self._database.rows(statement, (position, key_of(originator_id), position))
        version: int | None = rows[0][0] if rows else None
        return version

    def tracked(self, source: str) -> int | None:
        """The last tracking position of a source; None when there is none."""
        self._refresh()
        return self._number("SELECT position FROM tracking WHERE source = ?", source)

    def outcome(self, append_id: bytes) -> Outcome:
        """What became of an append, as far as the log was read."""
        self._refresh()
        rows = self._database.rows("SELECT written, position, count FROM ids WHERE append_id = ?", (append_id,))
        if not rows:
            return Unknown()
        written, position, count = rows[0]
        return Written(range(position, position + count)) if written else NOT_TAKEN

    def schemas(self) -> dict[bytes, str]:
        """The text of every Avro schema the journal holds, by fingerprint (CRC-64-AVRO, little-endian)."""
        self._refresh()
        return dict(self._database.rows("SELECT fingerprint, text FROM schemas"))

    def keep(self, events: Sequence[StoredEvent]) -> None:
        """These events of one stream were just appended, in order: whoever wrote them often reads the stream next."""
        key = key_of(events[0].originator_id)
        size = 0
        for event in events:
            if event.__class__ is not StoredEvent or event.state.__class__ is not bytes:
                self._cache.drop(key)  # a caller's own kind of event, or bytes that may change, are read from the log
                return
            size += len(event.state)
        kept = self._cache.get(key)
        if kept and kept[-1].originator_version + 1 == events[0].originator_version:
            size += self._cache.size(kept)
            events = (*kept, *events)
        self._cache.put(key, tuple(events), size)

    def _records(self, offsets: list[int]) -> Iterator[Row]:
        """These records, each once, some at a time: many streams may have their events in one."""
        for start in range(0, len(offsets), RECORDS_MAX):
            part = offsets[start : start + RECORDS_MAX]
            statement = f"SELECT offset, record FROM records WHERE offset IN ({marks(len(part))})"  # noqa: S608 - "?" only
            yield from self._database.rows(statement, part)

    def _whole(self, originator_id: UUID | str) -> list[StoredEvent]:
        key = key_of(originator_id)
        kept = self._cache.get(key)
        if kept:
            bounds = (key, kept[-1].originator_version, key, kept[0].originator_version)
            rows = self._database.rows(_STREAM_GROWN, bounds)
            if not rows:
                return list(kept)
            if rows[0][0] < kept[0].originator_version:
                kept = ()
        if not kept:
            rows = self._database.rows(_STREAM_WHOLE, (key,))
        found = list(kept)
        size = self._cache.size(kept)
        for first, last, at, offset, record in rows:
            if record is None:
                size += read_stored(self._database, (first, last, at, offset), originator_id, found)
            else:
                size += read_run(record, at, last - first + 1, originator_id, found)
        self._cache.put(key, tuple(found), size)
        return found

    def _pages(
        self, first: int, limit: int, stop: int | None, topics: Sequence[str], found: Sequence[Notification]
    ) -> Iterator[list[Row]]:
        """Rows of appends that hold positions from `first` on, each with its record, until `found` has grown to the
        limit. Positions are dense, so a page ends where as many events are in it as are wanted.
        """
        self._refresh()
        first = max(first, 1)
        last = LONG_MAX if stop is None else stop
        while len(found) < limit:
            wanted = limit - len(found)
            end = first + (max(wanted, SCAN_EVENTS_MIN) if topics else wanted) - 1
            appends = self._database.rows(_APPENDS, (first, min(end, last), SCAN_APPENDS_MAX))
            if not appends:
                return
            records: dict[int, bytes] = dict(self._database.rows(_RECORDS, (appends[0][3], appends[-1][3])))
            yield [(position, count, at, records[offset]) for position, count, at, offset in appends]
            first = appends[-1][0] + appends[-1][1]

    def _number(self, statement: str, key: Key) -> int | None:
        rows = self._database.rows(statement, (key,))
        number: int | None = rows[0][0] if rows else None
        return number


def moment(micros: int) -> datetime:
    """The aware UTC time of a `recorded_at`."""
    return _EPOCH + timedelta(microseconds=micros)


def _recorded(event: Notification, recorded_at: datetime) -> RecordedNotification:
    """The same event with that moment, without the constructor, which costs more than reading it."""
    made = _new(RecordedNotification)
    _set(made, "__dict__", {**event.__dict__, "recorded_at": recorded_at})
    return made

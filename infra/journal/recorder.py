"""The library's recorders over a journal, and what an application may ask of it beyond the library's contract."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    Notification,
    ProcessRecorder,
    StoredEvent,
    Subscription,
    Tracking,
    TrackingRecorder,
)

from infra.journal.appends import Append, Outcome, RecordedNotification, Refused, Written
from infra.journal.journal import Journal
from infra.journal.records import schema_of
from infra.journal.subscription import JournalSubscription


class JournalRecorder:
    """What every recorder of a journal has."""

    def __init__(self, journal: Journal) -> None:
        """The journal is closed by whoever opened it."""
        self.journal = journal


class JournalAggregateRecorder(JournalRecorder, AggregateRecorder):
    """Events by stream."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:  # noqa: ANN401 - the library's signature
        """Write all events or none. Raises as `Journal.append` does."""
        self._insert(stored_events, **kwargs)
        return None

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """The stream's events by version, above `gt`, up to `lte`, the first `limit` of them."""
        return self.journal.reader.events(originator_id, gt=gt, lte=lte, desc=desc, limit=limit)

    def _insert(self, stored_events: Sequence[StoredEvent], **_: Any) -> list[int]:  # noqa: ANN401 - passed through
        return list(self.journal.append(Append(stored_events))) if stored_events else []


class JournalApplicationRecorder(JournalAggregateRecorder, ApplicationRecorder):
    """Events by stream and by position."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int]:  # noqa: ANN401 - the library's signature
        """Write all events, of one stream or several, or none; their positions. Raises as `Journal.append` does."""
        return self._insert(stored_events, **kwargs)

    def insert_many(self, appends: Sequence[Append]) -> list[Written | Refused]:
        """Commit many independent appends as one group, each with its own verdict. See `Journal.append_many`."""
        return self.journal.append_many(appends)

    def select_many(self, originator_ids: Sequence[UUID]) -> dict[UUID, list[StoredEvent]]:
        """All events of each of these streams; streams without events are left out."""
        return self.journal.reader.many(originator_ids)

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Events by position, from `start` (without it when not inclusive) to `stop`, at most `limit`."""
        return self.journal.reader.notifications(start, limit, stop, topics, inclusive_of_start=inclusive_of_start)

    def select_recorded(
        self, start: int | None, limit: int, stop: int | None = None, topics: Sequence[str] = ()
    ) -> Sequence[RecordedNotification]:
        """What `select_notifications` returns, each with `recorded_at` in UTC."""
        return self.journal.reader.recorded(start, limit, stop, topics)

    def recorded_at(self, position: int) -> datetime | None:
        """When the event at this position was recorded, in UTC; None when there is no such event."""
        return self.journal.reader.recorded_at(position)

    def max_notification_id(self) -> int | None:
        """The last event's position; None while there is none."""
        return self.journal.reader.max_position()

    def head(self, originator_id: UUID | str) -> int | None:
        """The stream's last version; None when it has no events."""
        return self.journal.reader.head(originator_id)

    def last_position(self, originator_id: UUID | str) -> int | None:
        """The position of the stream's last event; None when it has none."""
        return self.journal.reader.last_position(originator_id)

    def version_at(self, originator_id: UUID | str, position: int) -> int | None:
        """The stream's last version among positions up to this one; None when it had no events by then."""
        return self.journal.reader.version_at(originator_id, position)

    def outcome(self, append_id: bytes) -> Outcome:
        """Written with positions, void, or unknown."""
        return self.journal.reader.outcome(append_id)

    def cancel(self, append_id: bytes) -> Outcome:
        """Settle an append of unknown outcome: void from now on unless it was written."""
        return self.journal.cancel(append_id)

    def record_schema(self, text: str) -> bytes:
        """Put an Avro schema into the log unless it is there; its fingerprint. Raises `ValueError` for other text."""
        schema = schema_of(text)
        self.journal.record_schema(schema)
        return schema.fingerprint

    def schemas(self) -> dict[bytes, str]:
        """Every Avro schema in the log, by fingerprint."""
        return self.journal.reader.schemas()

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription[ApplicationRecorder]:
        """Every event after position `gt`, and then each new one; ends when stopped."""
        return JournalSubscription(self, self.journal, gt, topics)


class JournalTrackingRecorder(JournalRecorder, TrackingRecorder):
    """Tracking positions. A view that derives from it and keeps its state in the journal writes both as one append."""

    def insert_tracking(self, tracking: Tracking) -> None:
        """Raises `IntegrityError` unless the position is above the source's last one."""
        self.journal.append(Append((), (tracking,)))

    def max_tracking_id(self, application_name: str) -> int | None:
        """The source's last position; None when there is none."""
        return self.journal.reader.tracked(application_name)


class JournalProcessRecorder(JournalTrackingRecorder, JournalApplicationRecorder, ProcessRecorder):
    """Everything a journal can do: events, positions and tracking, in one append where they belong together."""

    def _insert(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> list[int]:  # noqa: ANN401 - passed through
        tracking: Tracking | None = kwargs.get("tracking")
        if not stored_events and tracking is None:
            return []
        return list(self.journal.append(Append(stored_events, (tracking,) if tracking else ())))

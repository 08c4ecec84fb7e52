"""The ledger of the use cases, kept by a journal."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from eventsourcing.persistence import (
    DataError,
    IntegrityError,
    Notification,
    OperationalError,
    StoredEvent,
    Tracking,
)

from caseledger.application.ports import AppendConflicts, AppendTooLarge, LedgerUnavailable, OutcomeUnknown, SourceAhead
from infra.journal import Append, JournalProcessRecorder, Refused, Written
from infra.journal import OutcomeUnknown as JournalOutcomeUnknown


class JournalLedger:
    """One platform's journal as the use cases see it."""

    def __init__(self, recorder: JournalProcessRecorder, schema_text: Callable[[str], str]) -> None:
        """Bind the recorder, and where the Avro schema of a stored name is found."""
        self._recorder = recorder
        self._schema_text = schema_text
        self._described: set[str] = set()

    def head(self) -> int:
        """The position of the last event, 0 when there is none."""
        return self._recorder.max_notification_id() or 0

    def refresh(self) -> None:
        """See everything that was written before now, by whatever process. Raises `LedgerUnavailable`."""
        with _in_our_words():
            self._recorder.journal.refresh()

    def read(self, stream: UUID, after: int = 0) -> Sequence[StoredEvent]:
        """The events of a stream with a version above `after`, in order."""
        return self._recorder.select_events(stream, gt=after or None)

    def read_until(self, stream: UUID, position: int, after: int = 0) -> Sequence[StoredEvent]:
        """The events of a stream with a version above `after` and a position of at most `position`, in order."""
        version = self._recorder.version_at(stream, position)
        if version is None or version <= after:
            return ()
        return self._recorder.select_events(stream, gt=after or None, lte=version)

    def read_many(self, streams: Sequence[UUID]) -> Mapping[UUID, Sequence[StoredEvent]]:
        """The events of each of these streams that has any."""
        return self._recorder.select_many(streams)

    def since(self, position: int, limit: int, stop: int | None = None) -> Sequence[Notification]:
        """At most `limit` events with a position above `position`, up to `stop`, in order."""
        return self._recorder.select_notifications(position, limit, stop=stop, inclusive_of_start=False)

    def recorded_at(self, positions: Sequence[int]) -> Mapping[int, datetime]:
        """When the events at these positions were written, in UTC."""
        found = ((position, self._recorder.recorded_at(position)) for position in positions)
        return {position: at for position, at in found if at is not None}

    def append_many(self, appends: Sequence[Sequence[StoredEvent]]) -> Sequence[range | AppendConflicts]:
        """Write each group of events whole or not at all; the positions, or the conflict, of each in order.

        Raises `AppendTooLarge` or `LedgerUnavailable` when one was not written for another reason than a conflict
        (others may have been: repeating is safe), `OutcomeUnknown` when that cannot be told.
        """
        with _in_our_words():
            self._describe(appends)
            verdicts = self._recorder.insert_many([Append(events) for events in appends])
        return [_verdict(verdict) for verdict in verdicts]

    def append_tracked(self, events: Sequence[StoredEvent], tracking: Mapping[str, int]) -> range:
        """Write all events and how far each source was taken in, whole or not at all; the positions of the events.

        Raises `SourceAhead` or `AppendConflicts` when nothing was written for that reason, and as `append_many`.
        """
        with _in_our_words():
            self._describe([events])
            sources = [Tracking(source, position) for source, position in tracking.items()]
            verdict = _verdict(self._recorder.insert_many([Append(events, sources)])[0])
        if isinstance(verdict, range):
            return verdict
        for source, position in tracking.items():  # the log's reason is gone where another process folded it
            recorded = self.tracked(source)
            if recorded is not None and recorded >= position:
                raise SourceAhead(f"{source} is recorded up to {recorded}, and not below {position}")
        raise verdict

    def tracked(self, source: str) -> int | None:
        """How far a source was taken in, by the appends that recorded it; none when there was none.

        As of now, whoever wrote it. Raises `LedgerUnavailable` when the log does not say how far it goes.
        """
        self.refresh()
        return self._recorder.max_tracking_id(source)

    def _describe(self, appends: Sequence[Sequence[StoredEvent]]) -> None:
        """Put the schema of every type into the log before its first use: the journal is readable by itself."""
        for topic in {event.topic for events in appends for event in events} - self._described:
            self._recorder.record_schema(self._schema_text(topic))
            self._described.add(topic)


@contextmanager
def _in_our_words() -> Iterator[None]:
    """The journal's errors as the use cases know them."""
    try:
        yield
    except JournalOutcomeUnknown as unknown:
        raise OutcomeUnknown(str(unknown)) from unknown
    except DataError as error:
        raise AppendTooLarge(str(error)) from error
    except OperationalError as error:
        raise LedgerUnavailable(str(error)) from error


def _verdict(verdict: Written | Refused) -> range | AppendConflicts:
    if isinstance(verdict, Written):
        return verdict.positions
    if isinstance(verdict.error, IntegrityError):
        return AppendConflicts(str(verdict.error))
    if isinstance(verdict.error, DataError):
        raise AppendTooLarge(str(verdict.error)) from verdict.error
    raise LedgerUnavailable(str(verdict.error)) from verdict.error

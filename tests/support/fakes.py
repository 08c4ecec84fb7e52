"""In-memory stand-ins for the ports of the application; the ledger keeps the same contract as the real one."""

import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from threading import Lock
from uuid import UUID

from eventsourcing.persistence import Notification, StoredEvent

from caseledger.application.ports import AppendConflicts, SourceAhead


class MemoryLedger:
    """A whole ledger in a list."""

    def __init__(self) -> None:
        self._log: list[Notification] = []
        self._at: list[datetime] = []
        self._streams: dict[UUID, list[StoredEvent]] = {}
        self._places: set[tuple[UUID, int]] = set()
        self._positions: dict[UUID, dict[int, int]] = {}
        self._sources: dict[str, int] = {}
        self._lock = Lock()

    def head(self) -> int:
        """The position of the last event."""
        return len(self._log)

    def read(self, stream: UUID, after: int = 0) -> Sequence[StoredEvent]:
        """One stream, above a version."""
        return tuple(event for event in self._streams.get(stream, ()) if event.originator_version > after)

    def read_until(self, stream: UUID, position: int, after: int = 0) -> Sequence[StoredEvent]:
        """One stream as it stood when the log had come to a position, above a version."""
        positions = self._positions.get(stream, {})
        return tuple(event for event in self.read(stream, after) if positions[event.originator_version] <= position)

    def read_many(self, streams: Sequence[UUID]) -> Mapping[UUID, Sequence[StoredEvent]]:
        """Each stream that has events."""
        return {stream: self.read(stream) for stream in streams if stream in self._streams}

    def since(self, position: int, limit: int, stop: int | None = None) -> Sequence[Notification]:
        """The log after a position."""
        return tuple(self._log[position:stop][:limit])

    def recorded_at(self, positions: Sequence[int]) -> Mapping[int, datetime]:
        """When these positions were written."""
        return {position: self._at[position - 1] for position in positions if 0 < position <= len(self._at)}

    def append_many(self, appends: Sequence[Sequence[StoredEvent]]) -> Sequence[range | AppendConflicts]:
        """Each group whole or not at all."""
        with self._lock:
            return [self._append(events) for events in appends]

    def append_tracked(self, events: Sequence[StoredEvent], tracking: Mapping[str, int]) -> range:
        """All events and how far the sources were taken in, or nothing."""
        with self._lock:
            for source, position in tracking.items():
                if position <= self._sources.get(source, position - 1):
                    raise SourceAhead(source)
            outcome = self._append(events)
            if isinstance(outcome, AppendConflicts):
                raise outcome
            self._sources.update(tracking)
            return outcome

    def tracked(self, source: str) -> int | None:
        """How far a source was taken in."""
        return self._sources.get(source)

    def _append(self, events: Sequence[StoredEvent]) -> range | AppendConflicts:
        taken: set[tuple[UUID, int]] = set()
        for event in events:
            place = (_uuid(event), event.originator_version)
            if place in taken or place in self._places:
                return AppendConflicts(f"{place[0]} has a version {place[1]}")
            taken.add(place)
        self._places |= taken
        first = len(self._log) + 1
        for position, event in enumerate(events, first):
            stream = _uuid(event)
            self._streams.setdefault(stream, []).append(event)
            self._positions.setdefault(stream, {})[event.originator_version] = position
            self._log.append(Notification(stream, event.originator_version, event.topic, event.state, position))
            self._at.append(datetime.now(UTC))
        return range(first, len(self._log) + 1)


class FixedClock:
    """A clock that stands still."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """The moment it stands at."""
        return self.at


class KeyedDigests:
    """Digests under a secret that everybody may know."""

    def digest(self, platform: str, case: UUID, reporter: str) -> str:
        """HMAC of case and reporter."""
        return hmac.digest(platform.encode(), case.bytes + reporter.encode(), "sha256").hex()

    def identity(self, platform: str, kind: str, value: str) -> str:
        """HMAC of an identity."""
        return hmac.digest(platform.encode(), f"identity {kind} {value}".encode(), "sha256").hex()


def _uuid(event: StoredEvent) -> UUID:
    stream = event.originator_id
    return stream if isinstance(stream, UUID) else UUID(stream)

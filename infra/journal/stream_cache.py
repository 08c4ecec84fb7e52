"""Hot streams, decoded: bounded in streams, events and bytes, and never believed without asking the index.

Events are immutable and versions unique, so a stream whose kept versions follow each other without a gap can only have
grown above its last or below its first one; the reader asks for exactly that.
"""

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

from eventsourcing.persistence import StoredEvent

from infra.journal.appends import Key
from infra.journal.limits import Limits


class StreamCache:
    """The streams read last, least recently read ones dropped first."""

    def __init__(self, limits: Limits) -> None:
        """Empty."""
        self._limits = limits
        self._streams: OrderedDict[Key, Sequence[StoredEvent]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key) -> Sequence[StoredEvent]:
        """What is kept of the stream; empty when nothing is."""
        with self._lock:
            kept = self._streams.get(key)
            if kept is None:
                return ()
            self._streams.move_to_end(key)
            return kept

    @staticmethod
    def size(events: Sequence[StoredEvent]) -> int:
        """The bytes that these events take."""
        return sum(len(event.state) for event in events)

    def put(self, key: Key, events: Sequence[StoredEvent], size: int) -> None:
        """Keep the whole stream, of this size in bytes, if it is small and without gaps."""
        if (
            not events
            or len(events) > self._limits.stream_events_cached_max
            or events[-1].originator_version - events[0].originator_version != len(events) - 1
            or size > self._limits.stream_bytes_cached_max
        ):
            self.drop(key)
            return
        with self._lock:
            self._streams[key] = events
            if len(self._streams) > self._limits.streams_cached_max:
                self._streams.popitem(last=False)

    def drop(self, key: Key) -> None:
        """Forget the stream."""
        with self._lock:
            self._streams.pop(key, None)

"""A log in memory: lost with the process, otherwise a log like any other, also for several writers."""

from collections.abc import Callable, Sequence
from threading import Lock

RECORD_BYTES_MAX = 4_096


class MemoryLog:
    """One list of records. Journals that share it are writers that may come between each other."""

    record_bytes_max = RECORD_BYTES_MAX
    shares_index = False
    follows = False

    def __init__(self) -> None:
        """An empty log."""
        self._records: list[bytes] = []
        self._lock = Lock()

    def begin(self, records: Sequence[bytes]) -> bool:  # noqa: ARG002 - nothing is on its way before it is there
        """Whoever uses this log works as with one that is far away."""
        return True

    def append(self, records: Sequence[bytes]) -> range:
        """Append the records in one step."""
        with self._lock:
            first = len(self._records)
            self._records.extend(records)
            return range(first, len(self._records))

    def read(self, start: int, limit: int) -> Sequence[tuple[int, bytes]]:
        """At most `limit` records from `start`."""
        return list(enumerate(self._records[start : start + limit], start))

    def has_more(self, start: int) -> bool:
        """Whether the list is longer than `start`."""
        return len(self._records) > start

    def follow(self, on_news: Callable[[int], None]) -> None:
        """Whoever reads sees everything."""

    def look(self, start: int) -> None:
        """Whoever reads sees everything."""

    def close(self) -> None:
        """Nothing to release; the records stay for others that share the log."""

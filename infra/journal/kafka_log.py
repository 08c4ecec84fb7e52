"""A log on one Kafka partition: everybody reads the same records, and what was acknowledged stays where it is."""

import time
from collections import deque
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Final, NamedTuple

from eventsourcing.persistence import OperationalError

from infra.journal.kafka_client import Fetched, Partition, UnreachableError
from infra.journal.kafka_frames import record_batch
from infra.journal.kafka_tail import Tail
from infra.journal.limits import APPEND_WAIT_S, BATCH_BYTES_MAX, FETCH_BYTES_MAX, READ_WAIT_S, RECORD_BYTES
from infra.journal.log import AppendInDoubtError
from infra.kafka.connection import Brokers

ONE_BYTE: Final = 1
"""Asks for one batch only: a broker gives the first one whole, however large."""


class _Begun(NamedTuple):
    """Records on their way as one batch, and how far the log went before they were sent."""

    records: Sequence[bytes]
    batch: bytes
    end: int


class KafkaLog:
    """Appends and reads in the caller's thread, one at a time; a tail of its own sees what others append."""

    record_bytes_max = RECORD_BYTES
    shares_index = False
    follows = True

    def __init__(self, brokers: Brokers, topic: str, *, append_wait_s: float = APPEND_WAIT_S) -> None:
        """Not connected yet."""
        self.name = f"kafka://{brokers}/{topic}"
        self._partition = Partition(brokers, topic, f"journal-{topic}")
        self._tail = Tail(Partition(brokers, topic, f"journal-tail-{topic}"), self._offer)
        self._append_wait_s = append_wait_s
        self._lock = Lock()
        self._begun: _Begun | None = None
        self._end = 0
        self._ahead: deque[tuple[int, bytes]] = deque()
        self._ahead_bytes = 0

    @property
    def end(self) -> int:
        """The offset behind the last record that is known of."""
        return self._end

    def connect(self) -> None:
        """Reach the brokers. Raises `InterfaceError`."""
        self._partition.connect()

    def follow(self, on_news: Callable[[int], None]) -> None:
        """Begin to watch for what others append; `on_news` is called, from a thread of the log's, after each look, with
        the offset behind the last record.
        """
        self._tail.start(on_news, lambda: self._end)

    def begin(self, records: Sequence[bytes]) -> bool:
        """Send the records to the leader if they are one batch and nothing has to be waited for."""
        self._tail.appending()
        batches = _batches(records)
        if len(batches) > 1:
            return False
        self._begun = _Begun(records, _encoded(records), self._end)
        return self._partition.start(self._begun.batch)

    def append(self, records: Sequence[bytes]) -> range:
        """Append the records in order, acknowledged by all copies in sync.

        Raises `OperationalError` when none was appended, `AppendInDoubtError` when that is not known, or when the log
        is not the one that was read.
        """
        first = stop = -1
        begun, self._begun = self._begun, None
        if begun is not None and begun.records is not records:
            begun = None
        known = self._end if begun is None else begun.end
        self._tail.appending()
        for batch in _batches(records):
            encoded = _encoded(batch) if begun is None else begun.batch
            try:
                offset = self._partition.produce(encoded, self._append_wait_s)
            except OperationalError as error:
                if first < 0:
                    raise
                raise AppendInDoubtError(f"a part of the group is in the log, another is not: {error}") from error
            first = offset if first < 0 else first
            if offset < max(stop, 0):
                raise AppendInDoubtError(f"{self.name} gave offset {offset} after {stop}")
            stop = offset + len(batch)
        if first < known:
            raise AppendInDoubtError(
                f"{self.name} was truncated or replaced: a new record is at offset {first}, though {known} were there"
            )
        self._end = max(self._end, stop)
        self._tail.appended()
        return range(first, stop)

    def read(self, start: int, limit: int) -> Sequence[tuple[int, bytes]]:
        """At most `limit` records from `start`. Raises `OperationalError` when records that are there cannot be had."""
        deadline = time.monotonic() + READ_WAIT_S
        while start < self._end:
            found = self._taken(start, limit)
            if found:
                return found
            try:
                self._offer(self._partition.fetch(start, 0))
            except UnreachableError as error:
                if time.monotonic() > deadline:
                    raise OperationalError(f"{self.name} could not be read: {error}") from error
            if start < self._end and time.monotonic() > deadline:
                raise OperationalError(f"{self.name} did not give its records from {start} within {READ_WAIT_S:g} s")
        return ()

    def look(self, start: int) -> None:
        """Learn how far the log goes now. Raises `OperationalError` when no broker answers, `InterfaceError` when the
        log ends before `start`.
        """
        self._end = max(self._end, start)
        deadline = time.monotonic() + READ_WAIT_S
        while True:
            try:
                self._offer(self._partition.fetch(self._end, 0))
            except UnreachableError as error:
                if time.monotonic() > deadline:
                    raise OperationalError(f"{self.name} could not be reached: {error}") from error
            else:
                return

    def record_at(self, offset: int) -> bytes | None:
        """The record at this offset, None where the log has none. Raises `OperationalError` when no broker answers."""
        deadline = time.monotonic() + READ_WAIT_S
        while True:
            try:
                found = self._partition.fetch(offset, 0, ONE_BYTE).records
            except UnreachableError as error:
                if time.monotonic() > deadline:
                    raise OperationalError(f"{self.name} could not be read: {error}") from error
            else:
                return found[0][1] if found and found[0][0] == offset else None

    def has_more(self, start: int) -> bool:
        """Whether a record at `start` or later was seen, here or by the tail."""
        return start < self._end

    def close(self) -> None:
        """End the tail and close the connections."""
        self._tail.close()
        self._partition.close()

    def _offer(self, fetched: Fetched) -> None:
        """Keep what was fetched for those who fold next, up to a bound; beyond it, it is fetched again."""
        with self._lock:
            for offset, record in fetched.records:
                expected = self._ahead[-1][0] + 1 if self._ahead else offset
                if offset == expected and (not self._ahead or self._ahead_bytes < FETCH_BYTES_MAX):
                    self._ahead.append((offset, record))
                    self._ahead_bytes += len(record)
            self._end = max(self._end, fetched.end, fetched.records[-1][0] + 1 if fetched.records else 0)

    def _taken(self, start: int, limit: int) -> list[tuple[int, bytes]]:
        """The kept records from `start` on, if they reach back so far; those before it are let go."""
        with self._lock:
            while self._ahead and self._ahead[0][0] < start:
                self._ahead_bytes -= len(self._ahead.popleft()[1])
            if self._ahead and self._ahead[0][0] > start:
                self._ahead.clear()
                self._ahead_bytes = 0
            found = [self._ahead.popleft() for _ in range(min(limit, len(self._ahead)))]
            self._ahead_bytes -= sum(len(record) for _, record in found)
            return found


def _batches(records: Sequence[bytes]) -> list[list[bytes]]:
    """The records in lists that each make one record batch."""
    if len(records) == 1:
        return [[records[0]]]
    found: list[list[bytes]] = [[]]
    size = 0
    for record in records:
        if found[-1] and size + len(record) > BATCH_BYTES_MAX:
            found.append([])
            size = 0
        found[-1].append(record)
        size += len(record)
    return found


def _encoded(records: Sequence[bytes]) -> bytes:
    return record_batch(records, time.time_ns() // 1_000_000)

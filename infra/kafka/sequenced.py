"""Record batches of one partition, each appended once: the broker knows a batch that is sent again by its number.

The numbers are those of Kafka's idempotent producer (KIP-98): a producer id from the brokers, and a sequence that
counts records. One batch is under way at a time, and is sent again until it is acknowledged or given up.
"""

import time
from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

from kafka.record.default_records import DefaultRecordBatchBuilder

from infra.journal.kafka_client import Partition
from infra.kafka.connection import Brokers

_MAGIC: Final = 2
_NOBODY: Final = -1
_SEQUENCE_END: Final = 1 << 31
_UNCOMPRESSED: Final = 0
_NO_TRANSACTION: Final = False
_UNBOUNDED: Final = 1 << 30
"""The batch is as large as those who make it let it become."""


class Record(Protocol):
    """What is appended."""

    @property
    def key(self) -> bytes | None:
        """None for none."""

    @property
    def value(self) -> bytes | None:
        """None for none."""

    @property
    def headers(self) -> Sequence[tuple[str, bytes]]:
        """Names and values, in order."""


class Numbers(NamedTuple):
    """Whose batches they are, for the brokers."""

    producer_id: int
    epoch: int

    def next(self) -> "Numbers":
        """Those of the same name's next claimant."""
        return Numbers(self.producer_id, self.epoch + 1)


class SequencedPartition(Partition):
    """One partition to which batches are appended in order. Only one thread at a time may use it."""

    def __init__(self, brokers: Brokers, topic: str, client_id: str, number: int) -> None:
        """Not connected yet."""
        super().__init__(brokers, topic, client_id, number)
        self._numbers = Numbers(_NOBODY, _NOBODY)
        self._sequence = 0

    @property
    def numbers(self) -> Numbers:
        """Those that the brokers gave."""
        return self._numbers

    @numbers.setter
    def numbers(self, numbers: Numbers) -> None:
        self._numbers, self._sequence = numbers, 0

    def batch(self, records: Sequence[Record]) -> bytes:
        """The records as the next batch: to be produced, over and over until that succeeds, before another is made."""
        state = *self._numbers, self._sequence
        builder = DefaultRecordBatchBuilder(_MAGIC, _UNCOMPRESSED, _NO_TRANSACTION, *state, _UNBOUNDED)
        now_ms = time.time_ns() // 1_000_000
        for place, record in enumerate(records):
            builder.append(place, now_ms, record.key, record.value, record.headers)
        self._sequence = (self._sequence + len(records)) % _SEQUENCE_END
        return bytes(builder.build())

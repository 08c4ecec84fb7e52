"""Opening a journal by its address, and reading its log with nothing of the journal's own code."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from infra.journal import Journal, open_journal
from infra.journal.kafka_opening import address_of
from infra.journal.limits import APPEND_WAIT_S
from infra.journal.options import KafkaOptions
from infra.kafka.connection import SCHEME

Records = list[tuple[int, bytes]]

READ_S_MAX = 60.0
FETCH_BYTES_MAX = 16_000_000


@contextmanager
def opened(url: str, index: Path, append_wait_s: float = APPEND_WAIT_S) -> Iterator[Journal]:
    """The journal, closed at the end. The index is of this process alone; SQLite's journal has none beside it."""
    options = KafkaOptions(index=index, append_wait_s=append_wait_s)
    with closing(open_journal(url, kafka=options)) as journal:
        yield journal


def read_log(url: str) -> Records:
    """Every record with its offset, from the first one, as any program can read them."""
    if url.startswith(SCHEME):
        return [(record.offset, record.value) for record in read_topic(*address_of(url))]
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        return list(connection.execute("SELECT offset, record FROM records ORDER BY offset"))


def read_topic(bootstrap: str, topic: str) -> list[Any]:
    """Every record of every partition of a topic, one partition after the other, each in its order.

    Begins anew, for a bounded time, when a broker goes away meanwhile.
    """
    deadline = time.monotonic() + READ_S_MAX
    while True:
        try:
            return _read_once(bootstrap, topic)
        except KafkaError:
            if time.monotonic() > deadline:
                raise


def _read_once(bootstrap: str, topic: str) -> list[Any]:
    consumer = KafkaConsumer(
        bootstrap_servers=bootstrap.split(","),
        enable_auto_commit=False,
        auto_offset_reset="none",
        max_partition_fetch_bytes=FETCH_BYTES_MAX,
        max_poll_records=FETCH_BYTES_MAX,
    )
    with closing(consumer):
        partitions = sorted(TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic) or ())
        assert partitions, f"there is no topic {topic}"
        ends = consumer.end_offsets(partitions)
        return [record for each in partitions for record in _read_partition(consumer, each, ends[each])]


def _read_partition(consumer: KafkaConsumer, partition: TopicPartition, end: int) -> list[Any]:
    consumer.assign([partition])
    consumer.seek(partition, 0)
    found: list[Any] = []
    deadline = time.monotonic() + READ_S_MAX
    while consumer.position(partition) < end:
        assert time.monotonic() < deadline, f"{partition} was read up to {len(found)} of {end} within {READ_S_MAX} s"
        for records in consumer.poll(timeout_ms=500).values():
            found += records
    return found

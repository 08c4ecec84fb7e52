"""A journal's topic read from its start to the end it has now, for those who need no journal."""

from collections.abc import Iterator
from contextlib import contextmanager

from infra.journal.kafka_log import KafkaLog
from infra.journal.limits import FOLD_RECORDS_MAX
from infra.kafka.connection import Brokers


def records_of(brokers: Brokers, topic: str) -> Iterator[tuple[int, bytes]]:
    """Every record with its offset. Raises `InterfaceError` or `OperationalError` when they cannot be had."""
    with connected(brokers, topic) as log:
        yield from records_in(log)


@contextmanager
def connected(brokers: Brokers, topic: str) -> Iterator[KafkaLog]:
    """The log, without an index or a tail. Raises `InterfaceError`."""
    log = KafkaLog(brokers, topic)
    try:
        log.connect()
        yield log
    finally:
        log.close()


def records_in(log: KafkaLog) -> Iterator[tuple[int, bytes]]:
    """Every record that the log holds now, with its offset. Raises `OperationalError`."""
    log.look(0)
    end = log.end
    start = 0
    while start < end:
        batch = log.read(start, FOLD_RECORDS_MAX)
        yield from batch
        start = batch[-1][0] + 1

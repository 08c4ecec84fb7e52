"""A journal's topic read from its start to the end it has now, for those who need no journal."""

from collections.abc import Iterator

from infra.journal.kafka_log import KafkaLog
from infra.journal.limits import FOLD_RECORDS_MAX
from infra.kafka.connection import Brokers


def records_of(brokers: Brokers, topic: str) -> Iterator[tuple[int, bytes]]:
    """Every record with its offset. Raises `InterfaceError` or `OperationalError` when they cannot be had."""
    log = KafkaLog(brokers, topic)
    try:
        log.connect()
        log.look(0)
        end = log.end
        start = 0
        while start < end:
            batch = log.read(start, FOLD_RECORDS_MAX)
            yield from batch
            start = batch[-1][0] + 1
    finally:
        log.close()

"""Consumers of topics of messages: the bounds that each of them has, and the client's records as messages of ours."""

from typing import Any, Final

from kafka import KafkaConsumer

from consumers.messages import Message
from infra.kafka.clients import connected
from infra.kafka.connection import Brokers

POLL_MESSAGES_MAX: Final = 1_000
"""Messages of one poll."""

FETCH_BYTES_MAX: Final = 4_000_000
"""Of all partitions together, in one answer of one broker; a few of them are what waits in memory at most."""

PARTITION_BYTES_MAX: Final = 1_100_000
"""Of one partition; above `max.message.bytes`, so that every message can be had."""

CONNECT_S_MAX: Final = 10.0
REQUEST_S_MAX: Final = 15.0

_RECONNECT_MS_MAX: Final = 1_000


def consumer(brokers: Brokers, name: str, connect_s_max: float, **own: Any) -> Any:  # noqa: ANN401 - kafka-python has no types
    """A consumer that commits nothing by itself and begins nowhere by itself; `own` is what else it is to be.

    `name` is how it is called in the brokers' logs, `connect_s_max` how long they are tried for. Raises as the library.
    """
    return connected(
        KafkaConsumer,
        **brokers.options(name),
        enable_auto_commit=False,
        auto_offset_reset="none",
        allow_auto_create_topics=False,
        metrics_enabled=False,
        bootstrap_timeout_ms=int(connect_s_max * 1_000),
        request_timeout_ms=int(REQUEST_S_MAX * 1_000),
        fetch_max_bytes=FETCH_BYTES_MAX,
        max_partition_fetch_bytes=PARTITION_BYTES_MAX,
        max_poll_records=POLL_MESSAGES_MAX,
        reconnect_backoff_max_ms=_RECONNECT_MS_MAX,
        **own,
    )


def message_of(record: Any) -> Message:  # noqa: ANN401 - as above
    """The client's record as a message of ours."""
    headers = tuple((name, value or b"") for name, value in record.headers)
    return Message(
        record.topic, record.partition, record.offset, record.timestamp, record.key, record.value, headers
    )  # fmt: skip

"""Puts messages onto topics: all of them acknowledged by every replica in sync, or an error; it never hangs.

A producer of kafka-python can die silently, or keep a batch that never goes out. So every wait is bounded, and after
any failure the producer is thrown away and the next message gets a new one.
"""

from collections.abc import Sequence
from typing import Any, Final

import structlog
from kafka import KafkaProducer
from kafka.errors import KafkaError

from consumers.messages import Outgoing, SinkFailed
from infra.kafka.clients import connected
from infra.kafka.connection import Brokers
from infra.kafka.shares import shares

PUT_MESSAGES_MAX: Final = 2_000
PUT_BYTES_MAX: Final = 8_000_000
"""What is sent before it is waited for; more than that is sent in turns."""

REQUEST_BYTES_MAX: Final = 8_600_000
"""One message with its headers; the topic's own `max.message.bytes` may be less."""

CONNECT_S_MAX: Final = 10.0
DELIVERY_S_MAX: Final = 60.0
"""Longer than any fail-over: a batch that is given up earlier takes the producer with it."""

FLUSH_S_MAX: Final = 65.0
LINGER_MS: Final = 5
BATCH_BYTES: Final = 1 << 18

log = structlog.get_logger(__name__)


class KafkaSink:
    """One producer, made when it is first needed. For one thread."""

    def __init__(self, brokers: Brokers, name: str, *, connect_s_max: float = CONNECT_S_MAX) -> None:
        """Bind the brokers, how this client is called in their logs, and how long brokers and topics are tried for."""
        self._brokers = brokers
        self._name = name
        self._connect_ms_max = int(connect_s_max * 1_000)
        self._producer: Any = None

    def put(self, messages: Sequence[Outgoing]) -> None:
        """All of them, in order, acknowledged when it returns.

        Raises `SinkFailed`: which of them the topics hold is not known then.
        """
        try:
            for share in shares(messages, PUT_BYTES_MAX, PUT_MESSAGES_MAX):
                self._put(share)
        except (KafkaError, OSError, ValueError, TypeError, AssertionError) as error:
            self._throw_away()
            raise SinkFailed(f"not acknowledged by {self._brokers}: {str(error) or type(error).__name__}") from error

    def close(self) -> None:
        """Let go; what was put is acknowledged already."""
        self._throw_away()

    def _put(self, messages: Sequence[Outgoing]) -> None:
        producer = self._connected()
        futures = [
            producer.send(
                each.topic, value=each.value, key=each.key, headers=list(each.headers), partition=each.partition
            )
            for each in messages
        ]
        producer.flush(timeout=FLUSH_S_MAX)
        for future in futures:
            if not future.is_done:
                raise SinkFailed(f"not acknowledged within {FLUSH_S_MAX} s by {self._brokers}")
            if future.exception is not None:
                raise future.exception

    def _connected(self) -> Any:  # noqa: ANN401 - kafka-python has no types
        if self._producer is None:
            self._producer = connected(
                KafkaProducer,
                **self._brokers.options(self._name),
                acks="all",
                enable_idempotence=True,
                allow_auto_create_topics=False,
                metrics_enabled=False,
                bootstrap_timeout_ms=self._connect_ms_max,
                max_block_ms=self._connect_ms_max,
                delivery_timeout_ms=int(DELIVERY_S_MAX * 1_000),
                linger_ms=LINGER_MS,
                batch_size=BATCH_BYTES,
                max_request_size=REQUEST_BYTES_MAX,
                reconnect_backoff_max_ms=1_000,
            )
        return self._producer

    def _throw_away(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            try:
                producer.close(timeout=0)
            except KafkaError as error:
                log.debug("producer_not_closed_well", reason=str(error))

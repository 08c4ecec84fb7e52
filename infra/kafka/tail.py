"""Reads a topic back from its end, as far as asked, without a consumer group."""

import time
from collections.abc import Sequence
from typing import Any, Final

from kafka import TopicPartition
from kafka.errors import KafkaError

from consumers.messages import Message, SourceFailed
from infra.kafka import reading
from infra.kafka.connection import Brokers
from infra.kafka.reading import CONNECT_S_MAX, REQUEST_S_MAX, message_of

READ_S_MAX: Final = 60.0
"""How long one look may take."""


class KafkaTail:
    """Looks at a topic; connects for each look, since there are few."""

    def __init__(self, brokers: Brokers, topic: str, name: str, *, connect_s_max: float = CONNECT_S_MAX) -> None:
        """Bind the topic, how this client is called in the brokers' logs, and how long brokers are tried for."""
        self._connect_s_max = connect_s_max
        self._brokers = brokers
        self._topic = topic
        self._name = name

    def last(self, count: int) -> tuple[Sequence[Message], bool]:
        """The last `count` messages of each partition, and whether these are all there are. Raises `SourceFailed`."""
        try:
            consumer = self._connected()
            try:
                return self._read(consumer, count)
            finally:
                consumer.close(autocommit=False, timeout_ms=0)
        except (KafkaError, OSError) as error:
            told = str(error) or type(error).__name__
            raise SourceFailed(f"{self._topic} cannot be read from {self._brokers}: {told}") from error

    def _connected(self) -> Any:  # noqa: ANN401 - kafka-python has no types
        return reading.consumer(self._brokers, self._name, self._connect_s_max, group_id=None)

    def _read(self, consumer: Any, count: int) -> tuple[Sequence[Message], bool]:  # noqa: ANN401 - as above
        partitions = [TopicPartition(self._topic, each) for each in sorted(consumer.partitions_for_topic(self._topic))]
        if not partitions:
            raise SourceFailed(f"there is no topic {self._topic} at {self._brokers}")
        begins = consumer.beginning_offsets(partitions, timeout_ms=int(REQUEST_S_MAX * 1_000))
        ends = consumer.end_offsets(partitions, timeout_ms=int(REQUEST_S_MAX * 1_000))
        starts = {each: max(begins[each], ends[each] - count) for each in partitions}
        left = {each: ends[each] for each in partitions if starts[each] < ends[each]}
        if left:
            consumer.assign(list(left))
            for each in left:
                consumer.seek(each, starts[each])
        found: list[Message] = []
        deadline = time.monotonic() + READ_S_MAX
        while left:
            if time.monotonic() > deadline:
                raise SourceFailed(f"{self._topic} was not read to its end within {READ_S_MAX} s")
            for records in consumer.poll(timeout_ms=200).values():
                found += [message_of(record) for record in records]
            left = {each: end for each, end in left.items() if consumer.position(each) < end}
        return found, all(starts[each] == begins[each] for each in partitions)

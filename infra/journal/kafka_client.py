"""One Kafka partition, spoken to by whoever calls: kafka-python's own protocol and connections, without its threads.

A produce request is sent again whenever its outcome is open: the fold knows an append by its id, so a second copy of a
record has no effect. That is why nothing here is idempotent or transactional, and why no producer can die silently.
"""

import time
from dataclasses import dataclass
from typing import Final, NamedTuple

from eventsourcing.persistence import InterfaceError, OperationalError
from kafka.errors import for_code
from kafka.net.transport import KafkaTCPTransport
from kafka.structs import TopicPartition

from infra.journal.kafka_answers import received
from infra.journal.kafka_batches import decoded
from infra.journal.kafka_frames import Exchange, NoAnswerError, Produced, ProduceFrames, SilentError
from infra.journal.kafka_leader import LedPartition
from infra.journal.kafka_requests import fetch_request, partition_of, produce_request
from infra.journal.limits import FETCH_BYTES_MAX, LEADER_ASKED_MS, REQUEST_WAIT_MS
from infra.journal.log import AppendInDoubtError
from infra.kafka.connection import Brokers

_OK: Final = 0
_OFFSET_OUT_OF_RANGE: Final = 1
_NOT_APPENDED: Final = frozenset({5, 9, 19, 74, 75, 100})
"""Answers of a broker that did not append, worth another try: no leader, too few copies in sync, an old or unknown
leader epoch, an unknown topic id. "Not the leader" is none of them: a broker also says so of what it appended and
handed on before another took over.
"""
_REFUSED: Final = frozenset({2, 10, 17, 18, 21, 29, 31, 35, 43, 58, 76, 87})
"""Answers that another try will not change: corrupt, too large, not authorised, not supported, invalid."""


_SUPERSEDED: Final = frozenset({47, 90})
"""Answers to a batch of a producer whose name somebody else has taken over since: never appended from then on."""


class SupersededError(OperationalError):
    """Another producer of this name came later: this batch is not appended, unless it was before that."""


class UnreachableError(Exception):
    """No broker answered for the partition; nothing is known of it for now."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """Records with their offsets from the asked one on, the offset behind the log's last record, and its first one."""

    records: list[tuple[int, bytes]]
    end: int
    start: int


class _UnderWay(NamedTuple):
    """A batch that was sent off to the leader."""

    leader: int
    transport: KafkaTCPTransport
    exchange: Exchange


class Partition(LedPartition):
    """One partition of a topic, the first unless another is named."""

    def __init__(self, brokers: Brokers, topic: str, client_id: str, number: int = 0) -> None:
        """Not connected yet."""
        super().__init__(brokers, TopicPartition(topic, number), client_id)
        self._frames = ProduceFrames(client_id, topic, number, REQUEST_WAIT_MS)
        self._under_way: _UnderWay | None = None

    def start(self, batch: bytes) -> bool:
        """Send off the batch that `produce` is called with next; whether that can be done without a wait."""
        self._abandon()
        leader = self._known
        if leader is None or not self._is_ready(leader):
            return False
        self._check_topic()
        transport = self._idle_transport(leader)
        if transport is not None:
            exchange = self._frames.start(transport._sock, batch)  # noqa: SLF001 - it has no other name
            self._under_way = _UnderWay(leader, transport, exchange)
        return transport is not None

    def produce(self, batch: bytes, wait_s: float) -> int:
        """Append a record batch, kept by all copies in sync; its first offset.

        Raises `OperationalError` when it was not appended for certain, `AppendInDoubtError` when that is not known,
        and `SupersededError`, which only a numbered batch can meet.
        """
        deadline = time.monotonic() + wait_s
        doubt = self._is_cut_off()
        reason = "no broker answered"
        while True:
            leader = self._ready_leader(deadline)
            if leader is not None:
                answer, reason = self._exchanged(batch, leader, deadline)
                code = None if answer is None else answer.code
                if answer is not None and code == _OK:
                    return answer.offset
                if code in _SUPERSEDED:
                    raise SupersededError(f"another producer took over: {reason}")
                if code in _REFUSED and not doubt:
                    raise OperationalError(f"not written: the broker refused it, {reason}")
                doubt = doubt or code not in _NOT_APPENDED
                if code is None:
                    self._forget(leader)
            if time.monotonic() >= deadline:
                break
            self._refresh(leader, deadline)
        waited = f"{self._brokers} did not acknowledge within {wait_s:g} s, {reason}"
        raise AppendInDoubtError(waited) if doubt else OperationalError(f"not written: {waited}")

    def fetch(self, offset: int, wait_ms: int, bytes_max: int = FETCH_BYTES_MAX) -> Fetched:
        """Records from `offset` on, waiting so long for the first one. One try.

        Raises `UnreachableError`, or `InterfaceError` when the log no longer is what it was.
        """
        self._abandon()
        deadline = time.monotonic() + (wait_ms + REQUEST_WAIT_MS) / 1000
        leader = self._ready_leader(deadline)
        if leader is None:
            self._refresh(None, deadline)
            raise UnreachableError(f"{self._brokers}: no leader of {self._topic.topic!r} answered")
        future = self._send(fetch_request(self._topic, offset, wait_ms, bytes_max), leader)
        self._await(future, time.monotonic() + (wait_ms + LEADER_ASKED_MS) / 1000)
        self._await_while_leading(future, leader, deadline)
        part = partition_of(future.value) if future.succeeded() else None
        code = part.error_code if part else None
        if part is not None and code == _OK:
            return Fetched(decoded(part.records, offset), part.high_watermark, part.log_start_offset)
        if code == _OFFSET_OUT_OF_RANGE and self._is_leader_by_others(leader, deadline):
            raise InterfaceError(
                f"topic {self._topic.topic!r} at {self._brokers} no longer holds offset {offset}: it was truncated or"
                " replaced. Nothing was changed; restore the topic, or delete the index if the new log is right."
            )
        if code is None:
            self._forget(leader)
        self._refresh(leader, deadline)
        raise UnreachableError(str(future.exception) if code is None else for_code(code).__name__)

    def _exchanged(self, batch: bytes, leader: int, deadline: float) -> tuple[Produced | None, str]:
        """The leader's answer to the batch, None when there was none, and what went wrong."""
        deadline = min(deadline, time.monotonic() + REQUEST_WAIT_MS / 1000)
        if self._under_way is None or self._under_way.leader != leader or self._under_way.exchange.batch is not batch:
            self.start(batch)
        if self._under_way is not None:
            under_way, self._under_way = self._under_way, None
            try:
                answer = self._finished(under_way, deadline)
            except NoAnswerError as error:
                return None, str(error)
            return answer, for_code(answer.code).__name__
        future = self._send(produce_request(self._topic, batch, REQUEST_WAIT_MS), leader)
        self._await(future, min(deadline, time.monotonic() + LEADER_ASKED_MS / 1000))
        self._await_while_leading(future, leader, deadline)
        if not future.succeeded():
            return None, str(future.exception or "the broker did not answer in time")
        part = partition_of(future.value)
        return Produced(part.error_code, int(part.base_offset)), for_code(part.error_code).__name__

    def _finished(self, under_way: _UnderWay, deadline: float) -> Produced:
        """The leader's answer, waited for only as long as it leads. Raises `NoAnswerError`."""
        leader, transport, exchange = under_way
        try:
            return self._frames.finish(exchange, min(deadline - time.monotonic(), LEADER_ASKED_MS / 1000))
        except SilentError:
            with received(transport, exchange) as answered:
                self._await_while_leading(answered, leader, deadline)
            if not exchange.is_answered:
                raise
        return self._frames.answer(exchange)

    def _is_cut_off(self) -> bool:
        """Whether a batch was sent off over a connection that cannot bring its answer any more."""
        if self._under_way is None:
            return False
        leader = self._under_way.leader
        return leader != self._known or not self._is_ready(leader)

    def _abandon(self) -> None:
        """End the connection whose answer nobody waits for, so that no other request gets it."""
        if self._under_way is not None:
            leader, self._under_way = self._under_way.leader, None
            self._close_connection(leader)

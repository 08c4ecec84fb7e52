"""One Kafka partition, spoken to by whoever calls: kafka-python's own protocol and connections, without its threads.

A produce request is sent again whenever its outcome is open: the fold knows an append by its id, so a second copy of a
record has no effect. That is why nothing here is idempotent or transactional, and why no producer can die silently.
"""

import random
import socket
import time
from dataclasses import dataclass
from typing import Any, Final

from eventsourcing.persistence import InterfaceError, OperationalError
from kafka.errors import IncompatibleBrokerVersion, KafkaError, for_code
from kafka.future import Future
from kafka.net.compat import KafkaNetClient
from kafka.net.transport import KafkaTCPTransport
from kafka.structs import TopicPartition

from infra.journal.kafka_batches import decoded
from infra.journal.kafka_frames import PRODUCE, PRODUCE_VERSION, Exchange, NoAnswerError, Produced, ProduceFrames
from infra.journal.kafka_requests import fetch_request, partition_of, produce_request
from infra.journal.limits import (
    CONNECT_WAIT_S,
    FETCH_BYTES_MAX,
    RECONNECT_PAUSE_MAX_MS,
    RECONNECT_PAUSE_MS,
    REQUEST_WAIT_MS,
    RETRY_PAUSE_MS,
    SILENT_WAIT_MS,
)
from infra.journal.log import AppendInDoubtError
from infra.kafka.connection import Brokers, BrokersUnreachable

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


class Partition:
    """One partition of a topic, the first unless another is named.

    Only one thread at a time may use it; `interrupt` may be called from any.
    """

    def __init__(self, brokers: Brokers, topic: str, client_id: str, number: int = 0) -> None:
        """Not connected yet."""
        self._brokers = brokers
        self._topic = TopicPartition(topic, number)
        self._client = KafkaNetClient(
            **brokers.options(client_id),
            request_timeout_ms=REQUEST_WAIT_MS,
            socket_connection_setup_timeout_ms=REQUEST_WAIT_MS,
            socket_connection_setup_timeout_max_ms=REQUEST_WAIT_MS,
            reconnect_backoff_ms=RECONNECT_PAUSE_MS,
            reconnect_backoff_max_ms=RECONNECT_PAUSE_MAX_MS,
            retry_backoff_ms=RETRY_PAUSE_MS,
            receive_message_max_bytes=4 * FETCH_BYTES_MAX,
        )
        self._manager = self._client._manager  # noqa: SLF001 - the client's threadless core has no other name
        self._net = self._client._net  # noqa: SLF001 - the same
        self._manager.cluster.config["allow_auto_create_topics"] = False
        self._manager.cluster.set_topics([topic])
        self._frames = ProduceFrames(client_id, topic, number, REQUEST_WAIT_MS)
        self._topic_id: Any = None
        self._silent: int | None = None
        self._under_way: tuple[int, Exchange] | None = None
        self._interrupted = False

    def connect(self, wait_s: float = CONNECT_WAIT_S) -> None:
        """Reach a broker and learn of the topic. Raises `InterfaceError` naming the addresses."""
        deadline = time.monotonic() + wait_s
        reached = self._net.call_soon_with_future(self._manager.bootstrap_async, wait_s * 1000)
        self._await(reached, deadline)  # the client's own wait may never end where its time is short
        if not reached.succeeded():
            error = reached.exception or TimeoutError(f"none answered within {wait_s:g} s")
            if not isinstance(error, KafkaError | OSError):
                raise error
            raise self._unreached(error) from error
        if self._leader(deadline) is None:
            raise BrokersUnreachable(f"topic {self._topic.topic!r} has no leader, or is not there, at {self._brokers}")
        self._topic_id = self._manager.cluster.topic_id(self._topic.topic)

    def start(self, batch: bytes) -> bool:
        """Send off the batch that `produce` is called with next; whether that can be done without a wait."""
        self._abandon()
        leader = self._manager.cluster.leader_for_partition(self._topic)
        if leader is None or not self._client.is_ready(leader):
            return False
        self._check_topic()
        connection = self._idle_socket(leader)
        if connection is not None:
            self._under_way = (leader, self._frames.start(connection, batch))
        return connection is not None

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
                self._forget(leader, closed=code is None)
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
        self._await(future, deadline)
        part = partition_of(future.value) if future.succeeded() else None
        code = part.error_code if part else None
        if part is not None and code == _OK:
            return Fetched(decoded(part.records, offset), part.high_watermark, part.log_start_offset)
        if code == _OFFSET_OUT_OF_RANGE and self._is_leader_by_others(leader, deadline):
            raise InterfaceError(
                f"topic {self._topic.topic!r} at {self._brokers} no longer holds offset {offset}: it was truncated or"
                " replaced. Nothing was changed; restore the topic, or delete the index if the new log is right."
            )
        self._forget(leader, closed=code is None)
        self._refresh(leader, deadline)
        raise UnreachableError(str(future.exception) if code is None else for_code(code).__name__)

    def _exchanged(self, batch: bytes, leader: int, deadline: float) -> tuple[Produced | None, str]:
        """The leader's answer to the batch, None when there was none, and what went wrong."""
        if self._under_way is None or self._under_way[0] != leader or self._under_way[1].batch is not batch:
            self.start(batch)
        if self._under_way is not None:
            (_, exchange), self._under_way = self._under_way, None
            wait_s = min(deadline - time.monotonic(), REQUEST_WAIT_MS / 1000)
            try:
                answer = self._frames.finish(exchange, wait_s)
            except NoAnswerError as error:
                return None, str(error)
            return answer, for_code(answer.code).__name__
        future = self._send(produce_request(self._topic, batch, REQUEST_WAIT_MS), leader)
        self._await(future, deadline)
        if not future.succeeded():
            return None, str(future.exception)
        part = partition_of(future.value)
        return Produced(part.error_code, int(part.base_offset)), for_code(part.error_code).__name__

    def _is_cut_off(self) -> bool:
        """Whether a batch was sent off over a connection that cannot bring its answer any more."""
        if self._under_way is None:
            return False
        leader = self._under_way[0]
        return leader != self._manager.cluster.leader_for_partition(self._topic) or not self._client.is_ready(leader)

    def _abandon(self) -> None:
        """End the connection whose answer nobody waits for, so that no other request gets it."""
        if self._under_way is not None:
            leader, self._under_way = self._under_way[0], None
            self._manager.close(node_id=leader)

    def _idle_socket(self, leader: int) -> socket.socket | None:
        """The connection's own socket, where nothing is under way on it and nothing encrypts it."""
        connection: Any = self._manager._conns[leader]  # noqa: SLF001 - as above
        transport = connection.transport
        lowest, highest = connection.broker_version_data.api_versions.get(PRODUCE, (0, 0))
        if type(transport) is not KafkaTCPTransport or not lowest <= PRODUCE_VERSION <= highest:
            return None
        if connection.in_flight_requests or transport._writing:  # noqa: SLF001 - as above
            return None
        transport.last_write = transport.last_read = time.monotonic()
        found: socket.socket | None = transport._sock  # noqa: SLF001 - as above
        return found

    def interrupt(self) -> None:
        """End what another thread waits for here, now and from now on."""
        self._interrupted = True
        self._net.wakeup()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _ready_leader(self, deadline: float) -> int | None:
        """The leader with an open connection to it, so that what is sent afterwards was sent."""
        leader = self._leader(deadline)
        if leader is None or self._client.is_ready(leader):
            return leader
        self._client.maybe_connect(leader)
        connection = self._manager._conns.get(leader)  # noqa: SLF001 - as above
        if connection is not None:
            wait_ms = SILENT_WAIT_MS if leader == self._silent else REQUEST_WAIT_MS
            self._await(connection.init_future, min(deadline, time.monotonic() + wait_ms / 1000))
        if not self._client.is_ready(leader):
            self._silent = leader
            return None
        self._silent = None
        return leader

    def _leader(self, deadline: float) -> int | None:
        leader = self._manager.cluster.leader_for_partition(self._topic)
        if leader is None or leader == -1:
            self._refresh(None, deadline)
            leader = self._manager.cluster.leader_for_partition(self._topic)
        self._check_topic()
        return None if leader == -1 else leader

    def _check_topic(self) -> None:
        now = self._manager.cluster.topic_id(self._topic.topic)
        if self._topic_id is not None and now is not None and now != self._topic_id:
            raise InterfaceError(
                f"topic {self._topic.topic!r} at {self._brokers} was replaced: its id is {now}, was {self._topic_id}."
                " Nothing was written to it."
            )

    def _refresh(self, suspect: int | None, deadline: float) -> None:
        """Ask some other broker than the suspect one who leads now; a short pause if none says."""
        cluster = self._manager.cluster
        suspect = self._silent if suspect is None else suspect
        nodes = [broker.node_id for broker in cluster.brokers() if broker.node_id != suspect]
        random.shuffle(nodes)
        nodes += [broker.node_id for broker in cluster.bootstrap_brokers()] if not nodes else [suspect]
        for node in nodes:
            if node is None or time.monotonic() >= deadline or self._manager.connection_delay(node) > 0:
                continue
            if self._asked(node, deadline):
                if cluster.leader_for_partition(self._topic) not in (None, -1, suspect):
                    return
                break
        self._pause(min(RETRY_PAUSE_MS / 1000, max(0.0, deadline - time.monotonic())))

    def _is_leader_by_others(self, leader: int, deadline: float) -> bool:
        """Whether another broker says so too, if there is one: one that was cut off from them believes it for long."""
        cluster = self._manager.cluster
        others = [broker.node_id for broker in cluster.brokers() if broker.node_id != leader]
        for node in others:
            if self._asked(node, deadline):
                return bool(cluster.leader_for_partition(self._topic) == leader)
        return not others

    def _asked(self, node: int, deadline: float) -> bool:
        """Whether this broker told who leads."""
        asked = self._net.call_soon_with_future(self._manager.cluster.refresh_metadata, node)
        self._await(asked, min(deadline, time.monotonic() + REQUEST_WAIT_MS / 1000))
        return bool(asked.succeeded())

    def _pause(self, seconds: float) -> None:
        """Wait, and let connections go on meanwhile."""
        self._await(Future(), time.monotonic() + seconds)

    def _forget(self, leader: int, *, closed: bool) -> None:
        """Let go of a connection that did not answer, so that nothing waits behind it."""
        self._silent = leader if closed else self._silent
        if closed and self._client.connected(leader):
            self._manager.close(node_id=leader)

    def _send(self, request: object, leader: int) -> Future:
        return self._manager.send(request, node_id=leader)

    def _await(self, future: Future, deadline: float) -> None:
        while not future.is_done:
            left = deadline - time.monotonic()
            if left <= 0 or self._interrupted:
                return
            self._net.poll(timeout_ms=left * 1000)

    def _unreached(self, error: Exception) -> InterfaceError:
        if isinstance(error, IncompatibleBrokerVersion):
            return InterfaceError(f"{self._brokers} is no Kafka broker that can be used: {error}")
        return BrokersUnreachable(f"no Kafka broker could be reached at {self._brokers}: {error}")

"""The broker that leads one partition: found, connected to, and found again as soon as another one leads.

kafka-python's own protocol and connections without its threads: its event loop runs in the thread that waits here.
"""

import random
import time
from typing import Any, Final

from eventsourcing.persistence import InterfaceError
from kafka.errors import IncompatibleBrokerVersion, KafkaError
from kafka.future import Future
from kafka.net.compat import KafkaNetClient
from kafka.net.transport import KafkaTCPTransport
from kafka.structs import TopicPartition

from infra.journal.kafka_frames import PRODUCE, PRODUCE_VERSION
from infra.journal.limits import (
    CONNECT_WAIT_S,
    FETCH_BYTES_MAX,
    LEADER_ASKED_MS,
    RECONNECT_PAUSE_MAX_MS,
    RECONNECT_PAUSE_MS,
    REQUEST_WAIT_MS,
    RETRY_PAUSE_MS,
    SILENT_WAIT_MS,
)
from infra.kafka.connection import Brokers, BrokersUnreachable

_NOBODY: Final = -1


class LedPartition:
    """One partition and the connection to its leader.

    Only one thread at a time may use it; `interrupt` may be called from any.
    """

    def __init__(self, brokers: Brokers, topic: TopicPartition, client_id: str) -> None:
        """Not connected yet."""
        self._brokers = brokers
        self._topic = topic
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
        self._cluster = self._manager.cluster
        self._cluster.config["allow_auto_create_topics"] = False
        self._cluster.set_topics([topic.topic])
        self._topic_id: Any = None
        self._silent: int | None = None
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
        self._topic_id = self._cluster.topic_id(self._topic.topic)

    def interrupt(self) -> None:
        """End what another thread waits for here, now and from now on."""
        self._interrupted = True
        self._net.wakeup()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    @property
    def _known(self) -> int | None:
        """Who leads, as far as is known; None where nobody does."""
        leader: int | None = self._cluster.leader_for_partition(self._topic)
        return None if leader == _NOBODY else leader

    def _is_ready(self, node: int) -> bool:
        """Whether there is an open connection to it."""
        return bool(self._client.is_ready(node))

    def _ready_leader(self, deadline: float) -> int | None:
        """The leader with an open connection to it, so that what is sent afterwards was sent."""
        leader = self._leader(deadline)
        if leader is None or self._is_ready(leader):
            return leader
        self._client.maybe_connect(leader)
        connection = self._manager._conns.get(leader)  # noqa: SLF001 - as above
        if connection is not None:
            now = time.monotonic()
            self._await(connection.init_future, min(deadline, now + SILENT_WAIT_MS / 1000))
            if leader != self._silent:
                self._await_while_leading(connection.init_future, leader, min(deadline, now + REQUEST_WAIT_MS / 1000))
        if not self._is_ready(leader):
            self._silent = leader
            return None
        self._silent = None
        return leader

    def _idle_transport(self, leader: int) -> KafkaTCPTransport | None:
        """Its connection's transport, where nothing is under way on it and nothing encrypts it."""
        connection: Any = self._manager._conns[leader]  # noqa: SLF001 - as above
        transport = connection.transport
        lowest, highest = connection.broker_version_data.api_versions.get(PRODUCE, (0, 0))
        if type(transport) is not KafkaTCPTransport or not lowest <= PRODUCE_VERSION <= highest:
            return None
        if connection.in_flight_requests or transport._writing:  # noqa: SLF001 - as above
            return None
        transport.last_write = transport.last_read = time.monotonic()
        return transport

    def _send(self, request: object, leader: int) -> Future:
        """Done when the broker answered."""
        return self._manager.send(request, node_id=leader)

    def _await(self, future: Future, deadline: float, unless: Future | None = None) -> None:
        """Let the connections go on until the future is done, or the other one, or time is up."""
        while not future.is_done and (unless is None or not unless.is_done):
            left = deadline - time.monotonic()
            if left <= 0 or self._interrupted:
                return
            self._net.poll(timeout_ms=left * 1000)

    def _await_while_leading(self, answer: Future, leader: int, deadline: float) -> None:
        """Wait for a silent leader's answer, and no longer once another broker says that it does not lead any more."""
        while not answer.is_done and time.monotonic() < deadline and not self._interrupted:
            if self._is_replaced(leader, answer, deadline):
                return
            self._await(answer, min(deadline, time.monotonic() + LEADER_ASKED_MS / 1000))

    def _refresh(self, suspect: int | None, deadline: float) -> None:
        """Ask some other broker than the suspect one who leads now; a short pause if none says."""
        suspect = self._silent if suspect is None else suspect
        nodes = self._others(suspect)
        if not nodes:
            nodes = [broker.node_id for broker in self._cluster.bootstrap_brokers()]
        elif suspect is not None:
            nodes.append(suspect)
        for node in nodes:
            if time.monotonic() >= deadline or self._manager.connection_delay(node) > 0:
                continue
            if self._asked(node, min(deadline, time.monotonic() + REQUEST_WAIT_MS / 1000)):
                if self._known not in (None, suspect):
                    return
                break
        self._await(Future(), min(deadline, time.monotonic() + RETRY_PAUSE_MS / 1000))

    def _is_leader_by_others(self, leader: int, deadline: float) -> bool:
        """Whether another broker says so too, if there is one: one that was cut off from them believes it for long."""
        others = self._others(leader)
        for node in others:
            if self._asked(node, min(deadline, time.monotonic() + REQUEST_WAIT_MS / 1000)):
                return self._known == leader
        return not others

    def _forget(self, leader: int) -> None:
        """Let go of a connection that did not answer, so that nothing waits behind it."""
        self._silent = leader
        if self._client.connected(leader):
            self._close_connection(leader)

    def _close_connection(self, node: int) -> None:
        """So that no other request gets an answer that nobody waits for.

        At once: one that still has something to write would otherwise count as open, and take nothing more.
        """
        connection = self._manager._conns.get(node)  # noqa: SLF001 - as above
        if connection is not None and connection.transport is not None:
            connection.transport.abort()
        self._manager.close(node_id=node)

    def _check_topic(self) -> None:
        """Raise `InterfaceError` if the topic is another one than it was."""
        now = self._cluster.topic_id(self._topic.topic)
        if self._topic_id is not None and now is not None and now != self._topic_id:
            raise InterfaceError(
                f"topic {self._topic.topic!r} at {self._brokers} was replaced: its id is {now}, was {self._topic_id}."
                " Nothing was written to it."
            )

    def _leader(self, deadline: float) -> int | None:
        if self._known is None:
            self._refresh(None, deadline)
        self._check_topic()
        return self._known

    def _is_replaced(self, leader: int, answer: Future, deadline: float) -> bool:
        """Whether the first other broker that says anything says so; not asked any longer once there is an answer."""
        for node in self._others(leader):
            if self._manager.connection_delay(node) > 0:
                continue
            if self._asked(node, min(deadline, time.monotonic() + LEADER_ASKED_MS / 1000), answer):
                return self._known not in (None, leader)
        return False

    def _others(self, leader: int | None) -> list[int]:
        nodes: list[int] = [broker.node_id for broker in self._cluster.brokers() if broker.node_id != leader]
        random.shuffle(nodes)
        return nodes

    def _asked(self, node: int, until: float, unless: Future | None = None) -> bool:
        """Whether this broker told who leads."""
        asked = self._net.call_soon_with_future(self._learn, node)
        self._await(asked, until, unless)
        return bool(asked.succeeded())

    async def _learn(self, node: int) -> None:
        """A question of our own: the client's would wait for one that is under way to a broker that is silent."""
        self._cluster.update_metadata(await self._manager.send(self._cluster.metadata_request(), node_id=node))

    def _unreached(self, error: Exception) -> InterfaceError:
        if isinstance(error, IncompatibleBrokerVersion):
            return InterfaceError(f"{self._brokers} is no Kafka broker that can be used: {error}")
        return BrokersUnreachable(f"no Kafka broker could be reached at {self._brokers}: {error}")

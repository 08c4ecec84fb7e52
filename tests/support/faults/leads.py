"""What brokers say of a topic's only partition, as soon as they say it: who leads, and which copies are in sync."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Lock, Thread
from typing import NamedTuple

from kafka.errors import KafkaError
from kafka.protocol.metadata import MetadataRequest
from kafka.protocol.parser import KafkaProtocol

from tests.support.broker import FaultyBroker, FaultyCluster

ASK_EVERY_S = 0.02
ANSWER_S_MAX = 0.5
"""A broker that is paused is asked again so much later."""
RECEIVED_MAX = 1 << 16


class Led(NamedTuple):
    """By whom, and who has every record."""

    leader: int
    in_sync: frozenset[int]


class Watch:
    """Every change that any broker told of, and when."""

    def __init__(self, topic: str) -> None:
        self._topic = topic
        self._lock = Lock()
        self._changes: list[tuple[int, Led]] = []

    def moved_on_at(self, since: int) -> int:
        """When a broker first told of another leader, or of fewer copies, than were known then; in nanoseconds."""
        with self._lock:
            before = [led for at, led in self._changes if at <= since][-1]
            later = [at for at, led in self._changes if at > since and _moved_on(before, led)]
        return later[0]

    def ask(self, broker: FaultyBroker, ended: Event) -> None:
        """Ask one broker again and again."""
        while not ended.is_set():
            with suppress(OSError, KafkaError), _connected(broker) as connection:
                protocol = KafkaProtocol(client_id="watch", receive_message_max_bytes=RECEIVED_MAX)
                while not ended.wait(ASK_EVERY_S):
                    self._tell(_asked(connection, protocol, self._topic))
            ended.wait(ASK_EVERY_S)

    def _tell(self, led: Led) -> None:
        with self._lock:
            if led.leader >= 0 and (not self._changes or self._changes[-1][1] != led):
                self._changes.append((time.monotonic_ns(), led))


@contextmanager
def watched(cluster: FaultyCluster, topic: str) -> Iterator[Watch]:
    """Each broker is asked in a thread of its own, so that a silent one holds up none of the others."""
    watch, ended = Watch(topic), Event()
    threads = [Thread(target=watch.ask, args=(broker, ended)) for broker in cluster.brokers]
    for thread in threads:
        thread.start()
    try:
        yield watch
    finally:
        ended.set()
        for thread in threads:
            thread.join()


def _moved_on(before: Led, now: Led) -> bool:
    return now.leader != before.leader or len(now.in_sync) < len(before.in_sync)


def _connected(broker: FaultyBroker) -> socket.socket:
    host, _, port = broker.address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=ANSWER_S_MAX)


def _asked(connection: socket.socket, protocol: KafkaProtocol, topic: str) -> Led:
    """Raises `OSError` when no answer comes in time."""
    named = MetadataRequest.MetadataRequestTopic(name=topic)
    protocol.send_request(MetadataRequest(version=9, topics=[named], allow_auto_topic_creation=False))
    connection.sendall(protocol.send_bytes())
    while received := connection.recv(RECEIVED_MAX):
        for _, answer in protocol.receive_bytes(received):
            (partition,) = answer.topics[0].partitions
            return Led(partition.leader_id, frozenset(partition.isr_nodes))
    raise ConnectionError("the broker closed the connection")

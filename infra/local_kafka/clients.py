"""What is asked of brokers that have just started: each itself, whether it sees all of them and serves."""

import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.admin import NewTopic
from kafka.errors import KafkaError
from kafka.protocol.admin.cluster import DescribeClusterRequest
from kafka.protocol.parser import KafkaProtocol

from infra.local_kafka.broker import Broker
from infra.local_kafka.errors import NotReady
from infra.local_kafka.plan import ControllerPlan

ASK_EVERY_S: Final = 0.05
ASK_TIMEOUT_S: Final = 2.0
ANSWER_BYTES_MAX: Final = 1 << 16
CLIENT_ID: Final = "caseledger-local-kafka"

EXERCISE_S_MAX: Final = 20
_TOPIC: Final = "exercise"

_BROKERS: Final = 1
_CONTROLLERS: Final = 2
"""Kinds of endpoint, in the words of the protocol: who is asked, and of whom."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The cluster as one broker sees it: only brokers that are ready for clients are counted."""

    cluster_id: str
    brokers: frozenset[int]


def wait_until_up(brokers: Sequence[Broker], seconds_max: float, controller: Broker | None = None) -> None:
    """Wait until each broker says that all are ready, and a controller of its own that it decides.

    Raises `BrokerEnded` as soon as one of them ends, `NotReady` when the bound passes.
    """
    until = time.monotonic() + seconds_max
    nodes = list(brokers) if controller is None else [controller, *brokers]
    everyone = {broker.id for broker in brokers}
    waiting = list(nodes)
    while waiting:
        for node in nodes:
            node.check()
        waiting = [each for each in waiting if not _is_ready(each, everyone)]
        if waiting and time.monotonic() >= until:
            slow = waiting[0]
            raise NotReady(
                f"{slow.plan.name} at {slow.address} did not see {len(brokers)} ready brokers within "
                f"{seconds_max:.0f} s; the end of its log: {slow.log_tail() or 'nothing was written'}"
            )
        if waiting:
            time.sleep(ASK_EVERY_S)


def _is_ready(node: Broker, everyone: set[int]) -> bool:
    if isinstance(node.plan, ControllerPlan):
        seen = seen_by(node.address, _CONTROLLERS)
        return seen is not None and node.id in seen.brokers
    seen = seen_by(node.address)
    return seen is not None and everyone <= seen.brokers


def seen_by(address: str, kind: int = _BROKERS) -> Seen | None:
    """What the broker at this address sees, or of controllers the one there; None if it does not answer yet."""
    host, _, port = address.rpartition(":")
    protocol = KafkaProtocol(client_id=CLIENT_ID, receive_message_max_bytes=ANSWER_BYTES_MAX)
    request = DescribeClusterRequest(version=1, include_cluster_authorized_operations=False, endpoint_type=kind)
    protocol.send_request(request)
    try:
        with socket.create_connection((host, int(port)), timeout=ASK_TIMEOUT_S) as connection:
            connection.sendall(protocol.send_bytes())
            answer = _answer(connection, protocol)
    except (OSError, KafkaError):
        return None
    if answer is None or answer.error_code != 0:
        return None
    return Seen(answer.cluster_id, frozenset(broker.broker_id for broker in answer.brokers))


def _answer(connection: socket.socket, protocol: KafkaProtocol) -> Any:  # noqa: ANN401 - a message of the library
    """The first answer; None if the connection ends before it."""
    while received := connection.recv(ANSWER_BYTES_MAX):
        for _, answer in protocol.receive_bytes(received):
            return answer
    return None


def exercise(address: str) -> None:
    """What a first client does: make a topic, write, read as a member of a group."""
    options = {"bootstrap_servers": address, "client_id": CLIENT_ID}
    admin = KafkaAdminClient(**options)
    admin.create_topics([NewTopic(name=_TOPIC, num_partitions=1, replication_factor=1)])
    admin.describe_topics([_TOPIC])
    producer = KafkaProducer(**options, acks="all", enable_idempotence=True)
    producer.send(_TOPIC, b"value", b"key").get(timeout=EXERCISE_S_MAX)
    producer.close()
    consumer = KafkaConsumer(_TOPIC, **options, group_id=_TOPIC, auto_offset_reset="earliest")
    until = time.monotonic() + EXERCISE_S_MAX
    while not consumer.poll(timeout_ms=100) and time.monotonic() < until:
        pass
    consumer.commit()
    consumer.close()
    admin.close()

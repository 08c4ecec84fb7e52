"""What is asked of the brokers about topics: every call ends within a bound, and every error names the addresses."""

import os
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from eventsourcing.persistence import InterfaceError
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType, OffsetSpec
from kafka.errors import (
    AuthorizationError,
    InvalidReplicationFactorError,
    KafkaConnectionError,
    KafkaError,
    KafkaTimeoutError,
    NodeNotReadyError,
    RetriableError,
    TopicAlreadyExistsError,
    UnknownBrokerIdError,
    UnknownTopicOrPartitionError,
    for_code,
)
from kafka.protocol.metadata import MetadataRequest
from kafka.structs import TopicPartition

from infra.kafka.connection import Brokers, BrokersUnreachable

CLIENT_ID: Final = "journal-admin"
CONNECT_MS: Final = 10_000
"""How long brokers are tried for before it is said that none can be reached."""
REQUEST_MS: Final = 10_000
"""How long one answer of a broker is waited for."""
PROBE_MS: Final = 1_000
"""How long each address is tried once more to say why none can be reached, and one broker is asked for a new topic."""
PROBES_MAX: Final = 5
REPLACED_S_MAX: Final = 15.0
"""How long a broker may be asked in vain that is gone: the others take it for alive until its session ends."""
RETRY_S: Final = 0.1
"""Between two questions for a leader, or whether a new topic is known."""

_RECONNECT_MS_MAX: Final = 500
_OUT_OF_REACH: Final = (KafkaConnectionError, NodeNotReadyError, KafkaTimeoutError)


@dataclass(frozen=True, slots=True)
class Described:
    """A topic as the brokers describe it; `replication` is that of its partition with the fewest copies."""

    cluster_id: str
    topic_id: str
    partitions: int
    replication: int
    config: Mapping[str, str]


class Admin:
    """A connection to the brokers' administration. Use `administering`."""

    def __init__(self, client: "_Client", brokers: Brokers) -> None:
        """Bind what is connected already."""
        self._client = client
        self._brokers = brokers

    def describe(self, topic: str, settings: Collection[str]) -> Described | None:
        """The topic and these of its settings, or None if there is none. Raises `InterfaceError` if it may not be."""
        (found,) = self._answered(lambda: self._client.describe_topics([topic]))
        if found["error_code"] == UnknownTopicOrPartitionError.errno:
            return None
        self._check(found["error_code"], "describe", topic)
        cluster_id = self._answered(self._client.describe_cluster)["cluster_id"]
        config = self._config(topic, settings)
        replicas = [len(each["replica_nodes"]) for each in found["partitions"]]
        return Described(cluster_id, str(found["topic_id"]), len(replicas), min(replicas), config)

    def topics(self) -> list[str]:
        """The names of all topics that may be seen."""
        return list(self._answered(self._client.list_topics))

    def offsets(self, topic: str) -> tuple[int, int]:
        """The first offset of the topic's partition 0, and the one that its next record will have."""
        until = time.monotonic() + REQUEST_MS / 1000
        while True:
            try:
                return self._offset(topic, OffsetSpec.EARLIEST), self._offset(topic, OffsetSpec.LATEST)
            except (RetriableError, UnknownBrokerIdError) as error:  # no leader, or one that was just elected
                if time.monotonic() > until:
                    raise BrokersUnreachable(f"no broker at {self._brokers} leads topic {topic}: {error}") from error
                time.sleep(RETRY_S)

    def make(self, topic: str, partitions: int, replication: int, config: Mapping[str, str]) -> bool:
        """Make the topic, and wait until it is known; False if there is one by now.

        Every broker that answers knows it then: a client may ask any of them next. Raises `InterfaceError` with the
        brokers' reason.
        """
        wanted = {"num_partitions": partitions, "replication_factor": replication, "configs": dict(config)}
        with _told(self._brokers):
            (answer,) = self._client.create_topics({topic: wanted}, raise_errors=False)["topics"]
            if answer["error_code"] == TopicAlreadyExistsError.errno:
                return False
            if answer["error_code"] == InvalidReplicationFactorError.errno:
                raise InterfaceError(
                    f"cannot create topic {topic} at {self._brokers}: {answer['error_message']} Start more brokers, or "
                    "ask for durability `single` where one is enough"
                )
            self._check(answer["error_code"], "create", topic, answer["error_message"])
            self._client.wait_for_topics([topic], timeout_ms=REQUEST_MS)
            self._wait_until_known(topic)
        return True

    def unaware(self, topic: str) -> list[int]:
        """The brokers that do not know this topic yet; one that does not answer is not among them."""
        with _told(self._brokers):
            return self._client.unaware(topic)

    def configure(self, topic: str, config: Mapping[str, str]) -> None:
        """Give the topic these settings. Raises `InterfaceError` with the brokers' reason."""
        resource = ConfigResource(ConfigResourceType.TOPIC, topic, dict(config))
        with _told(self._brokers):
            answer = self._client.alter_configs([resource], raise_on_unknown=False)["topic"][topic]
        if answer != "OK":
            raise InterfaceError(f"cannot change the settings of topic {topic} at {self._brokers}: {answer}")

    def _answered(self, ask: Callable[[], Any]) -> Any:  # noqa: ANN401 - the library has no types
        """What is answered: asked again, which changes nothing, while the broker that was asked is out of reach."""
        until = time.monotonic() + REPLACED_S_MAX
        while True:
            try:
                return ask()
            except _OUT_OF_REACH as error:
                if time.monotonic() > until:
                    raise _wrong(self._brokers, error) from error
                time.sleep(RETRY_S)
            except (KafkaError, RuntimeError) as error:
                raise _wrong(self._brokers, error) from error

    def _wait_until_known(self, topic: str) -> None:
        until = time.monotonic() + REQUEST_MS / 1000
        while unaware := self.unaware(topic):
            if time.monotonic() > until:
                raise InterfaceError(
                    f"topic {topic} was made at {self._brokers}, but broker {', '.join(map(str, unaware))} does not "
                    f"know it after {REQUEST_MS / 1000:g} s; give the same command again"
                )
            time.sleep(RETRY_S)

    def _offset(self, topic: str, of: OffsetSpec) -> int:
        place = TopicPartition(topic, 0)
        try:
            offset: int = self._client.list_partition_offsets({place: of})[place].offset
        except (RetriableError, UnknownBrokerIdError):
            raise
        except (KafkaError, RuntimeError) as error:
            raise _wrong(self._brokers, error) from error
        return offset

    def _config(self, topic: str, settings: Collection[str]) -> dict[str, str]:
        resource = ConfigResource(ConfigResourceType.TOPIC, topic, list(settings))
        found = self._answered(lambda: self._client.describe_configs([resource], config_filter="all"))["topic"][topic]
        if not found:  # the client passes over the error that came instead
            raise InterfaceError(
                f"cannot read the settings of topic {topic} at {self._brokers}: this client may not, or the topic was "
                f"just deleted; it needs the operations Describe and DescribeConfigs on the topic"
            )
        return {name: entry["value"] for name, entry in found.items()}

    def _check(self, code: int, verb: str, topic: str, reason: str | None = None) -> None:
        kind = for_code(code)
        if issubclass(kind, AuthorizationError):
            raise InterfaceError(
                f"cannot {verb} topic {topic} at {self._brokers}: not authorised; this client needs the operation "
                f"{verb.capitalize()} on the topic ({kind.__name__})"
            )
        if code:
            raise InterfaceError(f"cannot {verb} topic {topic} at {self._brokers}: {reason or kind.description}")


@contextmanager
def administering(brokers: Brokers) -> Iterator[Admin]:
    """A connection for the block. Raises `InterfaceError`, within `CONNECT_MS`, when no broker can be reached."""
    options = brokers.options(CLIENT_ID) | {
        "bootstrap_timeout_ms": CONNECT_MS,
        "request_timeout_ms": REQUEST_MS,
        "reconnect_backoff_max_ms": _RECONNECT_MS_MAX,
    }
    client = _Client(brokers, **options)
    try:
        yield Admin(client, brokers)
    finally:
        client.close()


def unreachable(brokers: Brokers, reasons: Mapping[str, Exception], error: Exception) -> InterfaceError:
    """The error for brokers that no client can be connected to: what came of the last attempt at each address."""
    for path in (brokers.security.ssl_cafile, brokers.security.ssl_certfile, brokers.security.ssl_keyfile):
        if path is not None and not os.access(path, os.R_OK):
            return InterfaceError(f"cannot connect to {brokers}: {path} cannot be read")
    said = "; ".join(f"{address}: {_reason(reason)}" for address, reason in reasons.items())
    protocol = brokers.security.protocol
    hint = "; a broker that does not know our name and password hangs up" if "SASL" in protocol else ""
    return BrokersUnreachable(
        f"no Kafka broker at {brokers} answers over {protocol} ({said or error}): start one, or correct the addresses "
        f"or how to speak to them{hint}"
    )


class _Client(KafkaAdminClient):  # type: ignore[misc] # the library has no types
    """The library's client, but one that cannot be connected takes its thread with it, and tells why it could not."""

    def __init__(self, brokers: Brokers, **options: Any) -> None:  # noqa: ANN401 - the library's configuration
        """Connect. Raises `InterfaceError`."""
        self._closed = False
        try:
            super().__init__(**options)
        except (KafkaError, OSError, ValueError) as error:
            if not hasattr(self, "_net"):
                raise unreachable(brokers, {}, error) from error
            reasons = self._reasons()
            self.close()
            raise unreachable(brokers, reasons, error) from error

    def unaware(self, topic: str) -> list[int]:
        """As `Admin.unaware`."""
        brokers = [each["broker_id"] for each in self.describe_cluster()["brokers"]]
        unaware = []
        for broker in brokers:
            try:
                code = self._manager.run(self._error_at, broker, topic)
            except (KafkaError, OSError):
                continue
            if code == UnknownTopicOrPartitionError.errno:
                unaware.append(broker)
        return unaware

    async def _error_at(self, broker: int, topic: str) -> int:
        asked = MetadataRequest.MetadataRequestTopic(name=topic)
        request = MetadataRequest(topics=[asked], allow_auto_topic_creation=False)
        await self._attempt(broker)
        answer = await self._manager.send(request, node_id=broker, request_timeout_ms=PROBE_MS)
        code: int = answer.topics[0].error_code
        return code

    def _reasons(self) -> dict[str, Exception]:
        """What comes of one more attempt at each address: the library keeps to itself what came of those before."""
        reasons = {}
        for node in self._manager.cluster.bootstrap_brokers()[:PROBES_MAX]:
            try:
                self._manager.run(self._attempt, node.node_id)
            except (KafkaError, OSError) as error:
                reasons[f"{node.host}:{node.port}"] = error
            else:
                reasons[f"{node.host}:{node.port}"] = KafkaError("accepts connections, but is no broker for clients")
        return reasons

    async def _attempt(self, node_id: str | int) -> None:
        self._manager.reset_backoff(node_id)
        await self._manager.get_connection(node_id, timeout_ms=PROBE_MS, refresh_metadata_on_err=False)


@contextmanager
def _told(brokers: Brokers) -> Iterator[None]:
    try:
        yield
    except (KafkaError, RuntimeError) as error:
        raise _wrong(brokers, error) from error


def _wrong(brokers: Brokers, error: Exception) -> InterfaceError:
    if isinstance(error, AuthorizationError):
        return InterfaceError(f"this client is not authorised at {brokers}: {error}")
    return BrokersUnreachable(f"the brokers at {brokers} did not answer as they should: {error}")


def _reason(error: Exception) -> str:
    cause = error.__cause__ or error
    return getattr(cause, "strerror", None) or str(cause) or type(cause).__name__

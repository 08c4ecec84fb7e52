"""One of several processes leads: the one to which a consumer group gives the first partition of a topic.

Kafka's own groups elect, so that nothing but the brokers is needed. A member that does not answer for `SESSION_MS` is
replaced. It may not know that yet: nothing is certain but what `confirm` asks the brokers, at that moment.
"""

import time
from collections.abc import Collection
from typing import Final

from kafka import KafkaConsumer
from kafka.consumer.subscription_state import ConsumerRebalanceListener
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.errors import CommitFailedError, KafkaError, RebalanceInProgressError
from kafka.structs import OffsetAndMetadata, TopicPartition

from infra.kafka.admin import unreachable
from infra.kafka.clients import connected
from infra.kafka.connection import Brokers

SESSION_MS: Final = 10_000
"""How long a member may be silent before another takes its place."""

HEARTBEAT_MS: Final = 1_000
"""Between two signs of life, and so the longest that a member does not know of another one's coming or going."""

AWAY_MS: Final = 120_000
"""How long a member may be at work without a look at its place: longer than a batch is sent for."""

CONFIRM_S: Final = 5.0
"""How long the brokers are asked whether a member still has its place."""

JOIN_MS: Final = 100
"""How long one look at a place waits for the members to find together, if they are about it."""

TOPIC_AGE_MS: Final = 5_000
"""How old what is known of the topic may be."""

CONNECT_MS: Final = 10_000
CLOSE_MS: Final = 2_000
"""How long it is tried to say goodbye; without it, another member waits for a session's end."""

_REQUEST_MS: Final = 20_000
"""Longer than a session: a join waits for the other members."""


class LeadershipUnavailable(Exception):  # noqa: N818 - a fault is named as the sentence it says
    """The brokers cannot be reached to elect."""


class Membership:
    """One place in the group. Only one thread at a time may use it."""

    def __init__(self, brokers: Brokers, topic: str, group: str) -> None:
        """Connect, and begin to join. Raises `LeadershipUnavailable`."""
        self._first = TopicPartition(topic, 0)
        self._brokers = brokers
        options = brokers.options(group) | {
            "group_id": group,
            "enable_auto_commit": False,
            "auto_offset_reset": "latest",
            "allow_auto_create_topics": False,
            "partition_assignment_strategy": [CooperativeStickyAssignor],
            "session_timeout_ms": SESSION_MS,
            "heartbeat_interval_ms": HEARTBEAT_MS,
            "max_poll_interval_ms": AWAY_MS,
            "request_timeout_ms": _REQUEST_MS,
            "bootstrap_timeout_ms": CONNECT_MS,
            "metadata_max_age_ms": TOPIC_AGE_MS,
            "reconnect_backoff_max_ms": 200,
            "metrics_enabled": False,
        }
        try:
            self._consumer = connected(KafkaConsumer, **options)
        except (KafkaError, OSError) as error:
            raise LeadershipUnavailable(str(unreachable(brokers, {}, error))) from error
        self._terms = _Terms(self._consumer, self._first)
        self._consumer.subscribe([topic], listener=self._terms)
        self._learn_of(topic)
        self._confirmed_s = float("-inf")

    @property
    def term(self) -> int:
        """Counts how often this member came to lead: what was learnt in one term does not hold in the next."""
        return self._terms.count

    @property
    def stands_by(self) -> bool:
        """Whether this member has its place, and another one leads."""
        return not self._terms.leading and not self._joins()

    def leads(self) -> bool:
        """Whether this member leads, as far as it knows. Members come and go in here only."""
        try:
            self._consumer.poll(timeout_ms=JOIN_MS if self._joins() else 0)
        except KafkaError as error:
            raise LeadershipUnavailable(f"{self._brokers}: {error}") from error
        return self._terms.leading

    def confirm(self, offset: int, fresh_s: float = 0.0) -> bool:
        """Whether this member led at some moment in the last `fresh_s` seconds, by asking the brokers if need be.

        The question is a commit, of the offset behind the topic's last record: only a member with its place can.
        """
        asked_s = time.monotonic()
        if asked_s - self._confirmed_s <= fresh_s:
            return True
        try:
            self._consumer.commit({self._first: OffsetAndMetadata(offset, "", -1)}, timeout_ms=int(CONFIRM_S * 1000))
        except (CommitFailedError, RebalanceInProgressError):
            return False
        except KafkaError as error:
            raise LeadershipUnavailable(f"{self._brokers} did not say who leads: {error}") from error
        self._confirmed_s = asked_s
        return True

    def _joins(self) -> bool:
        return bool(self._consumer._coordinator.need_rejoin())  # noqa: SLF001 - told nowhere else

    def _learn_of(self, topic: str) -> None:
        """Wait for the topic's partitions: a member that divides them without knowing them gives them to nobody."""
        try:
            known = self._consumer.partitions_for_topic(topic)
        except KafkaError as error:
            self.close()
            raise LeadershipUnavailable(f"{self._brokers} did not tell of topic {topic}: {error}") from error
        if not known:
            self.close()
            raise LeadershipUnavailable(f"{self._brokers} have no topic {topic}")

    def close(self) -> None:
        """Leave the group, so that another member takes over at once."""
        self._consumer.close(autocommit=False, timeout_ms=CLOSE_MS)


class _Terms(ConsumerRebalanceListener):  # type: ignore[misc] # the library has no types
    """Told by the library which partitions this member has. It fetches nothing: a place is all that is wanted.

    What the consumer itself calls its assignment it keeps while it joins anew, when others may have it already.
    """

    def __init__(self, consumer: KafkaConsumer, first: TopicPartition) -> None:
        self._consumer = consumer
        self._first = first
        self.count = 0
        self.leading = False

    def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        """Another member may have them now."""
        self.leading = self.leading and self._first not in revoked

    def on_partitions_lost(self, lost: Collection[TopicPartition]) -> None:
        """Another member has them, and perhaps for long."""
        self.on_partitions_revoked(lost)

    def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        """A new term, if the first partition is among them."""
        self._consumer.pause(*assigned)
        if self._first in assigned:
            self.count += 1
            self.leading = True

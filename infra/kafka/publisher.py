"""Writes records to a platform's topic of published events, each once as long as this publisher lives.

What was offered is sent again under the same numbers until the brokers say that they have it. Acknowledged offsets tell
at once when somebody else wrote in between.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from eventsourcing.persistence import InterfaceError, OperationalError
from kafka.partitioner.default import murmur2

from infra.journal.kafka_client import SupersededError
from infra.journal.log import AppendInDoubtError
from infra.kafka.admin import administering
from infra.kafka.claimed import ClaimedPartition, ClaimRefused
from infra.kafka.connection import Brokers
from infra.kafka.events_topic import EventsTopic, EventsTopicUnavailable, EventsTopicUnfit, Held, Shape
from infra.kafka.leadership import Membership
from infra.kafka.topics import Wanted, put_right
from schemas.cloudevents import Outgoing
from schemas.topics import TopicKind, topic_name

GROUP: Final = "caseledger-publish-{platform}"
"""Permanent: the consumer group whose member with the first partition publishes the platform's events."""

CLAIM: Final = GROUP
"""Permanent: the transactional id under which the platform's events are published."""

BATCH_BYTES_MAX: Final = 900_000
"""What a round's records may add up to, unless one alone is larger; the default `max.message.bytes` is 1,048,588."""

RECORD_OVERHEAD_BYTES: Final = 256
"""More than the broker adds to a record of a batch of its own."""

KEYS_KNOWN_MAX: Final = 16_384


class WrittenByAnother(Exception):  # noqa: N818 - a fault is named as the sentence it says
    """Another publisher took over, or wrote in between. What it wrote is to be read before anything else is written."""


class PublicTopic:
    """A platform's topic of published events, as those who take turns in publishing use it."""

    def __init__(self, brokers: Brokers, platform: str, wanted: Wanted | None = None) -> None:
        """Bind the platform, and how the topic is made where there is none; nothing is asked yet."""
        self._wanted = wanted
        self._topic = EventsTopic(brokers, topic_name(platform, TopicKind.EVENTS))
        self._group = GROUP.format(platform=platform)
        self._claim = CLAIM.format(platform=platform)

    def join(self) -> Membership:
        """Take a place among those who publish it. Raises `EventsTopicUnfit`, `InterfaceError` or
        `LeadershipUnavailable`.
        """
        if self._wanted is not None:
            with administering(self._topic.brokers) as admin:
                if admin.describe(self._wanted.name, self._wanted.config) is None:
                    put_right(admin, self._wanted)
        self._topic.examine()
        return Membership(self._topic.brokers, self._topic.name, self._group)

    def open(self) -> "Publisher":
        """A publisher, for who leads; those before it write no more. Raises as `Publisher` does."""
        return Publisher(self._topic, self._claim)


@dataclass(frozen=True, slots=True)
class _Batch:
    data: bytes
    records: int


class Publisher:
    """One publisher of one topic, with numbers of its own. Only one thread at a time may use it; close it."""

    def __init__(self, topic: EventsTopic, claim: str) -> None:
        """Look at the topic, and claim it. Raises `EventsTopicUnfit`, `EventsTopicUnavailable`."""
        self._topic = topic
        self._partitions: list[ClaimedPartition] = []
        self._open: dict[int, _Batch] = {}
        self._next_offsets: dict[int, int] = {}
        try:
            self._shape: Shape = topic.examine()
            for number in range(self._shape.partitions):
                self._partitions.append(ClaimedPartition(topic.brokers, topic.name, f"publish-{topic.name}", number))
                self._partitions[-1].connect()
            self._partitions[0].claim(claim)
            for each in self._partitions[1:]:
                each.numbers = self._partitions[0].numbers
        except (InterfaceError, ClaimRefused) as error:
            self.close()
            raise EventsTopicUnavailable(str(error)) from error

    @property
    def waiting(self) -> bool:
        """Whether something offered is not acknowledged yet."""
        return bool(self._open)

    @property
    def next_offsets(self) -> Mapping[int, int]:
        """The offset behind the last record of each partition, as far as is known."""
        return self._next_offsets

    def held(self) -> Held:
        """What the topic holds now; to be asked before the first record, and after `WrittenByAnother`."""
        held = self._topic.held(self._shape.partitions)
        self._next_offsets = dict(held.next_offsets)
        return held

    def offer(self, records: Sequence[Outgoing]) -> None:
        """Take a round of records, in the order of their positions. Raises `EventsTopicUnfit` for one too large."""
        by_partition: dict[int, list[Outgoing]] = {}
        for record in records:
            if record.size + RECORD_OVERHEAD_BYTES > self._shape.record_bytes_max:
                raise EventsTopicUnfit(
                    f"the event at position {record.position} takes {record.size} bytes; topic {self._topic.name} "
                    f"takes {self._shape.record_bytes_max}: raise its max.message.bytes. The events before it are "
                    "published"
                )
            by_partition.setdefault(partition_of(record.key, self._shape.partitions), []).append(record)
        for number, several in by_partition.items():
            self._open[number] = _Batch(self._partitions[number].batch(several), len(several))

    def deliver(self, wait_s: float) -> str | None:
        """Send what waits, for so long for each partition; None when everything is acknowledged, else why it is not.

        Raises `WrittenByAnother`, `EventsTopicUnavailable` when the topic is no longer the one it was.
        """
        for number, batch in list(self._open.items()):
            try:
                offset = self._partitions[number].produce(batch.data, wait_s)
            except SupersededError as error:
                raise WrittenByAnother(f"topic {self._topic.name}, partition {number}: {error}") from error
            except (OperationalError, AppendInDoubtError) as error:
                return str(error)
            except InterfaceError as error:
                raise EventsTopicUnavailable(str(error)) from error
            del self._open[number]
            expected = self._next_offsets[number]
            if offset != expected:
                where = f"topic {self._topic.name}, partition {number}"
                raise WrittenByAnother(f"{where}: acknowledged at offset {offset}, expected {expected}")
            self._next_offsets[number] = offset + batch.records
        return None

    def close(self) -> None:
        """Close the connections; what is not acknowledged may be there or not."""
        for partition in self._partitions:
            partition.close()


def partition_of(key: bytes, partitions: int) -> int:
    """Where records of a key go: as Kafka's own producers choose, so that consumers can join on it."""
    return 0 if partitions == 1 else _hash(key) % partitions


@lru_cache(maxsize=KEYS_KNOWN_MAX)
def _hash(key: bytes) -> int:
    return int(murmur2(key)) & 0x7FFFFFFF

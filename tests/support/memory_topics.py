"""Topics in memory, with consumer groups that share out partitions; they keep the contract that Kafka's keep."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from threading import RLock
from zlib import crc32

from consumers.messages import Headers, Message, Outgoing, Polled, SinkFailed, SourceCut, SourceFailed, Superseded

POLL_MESSAGES_MAX = 1_000


class MemoryTopics:
    """A broker: topics of partitions of messages, and the members of groups."""

    def __init__(self, **topics: int) -> None:
        self.lock = RLock()
        self.logs: dict[str, list[list[Message]]] = {}
        self.members: dict[str, list[MemorySource]] = defaultdict(list)
        self.committed: dict[tuple[str, int], int] = {}
        self.begins: dict[tuple[str, int], int] = defaultdict(int)
        self.claims: dict[tuple[str, int], MemoryAside] = {}
        for topic, partitions in topics.items():
            self.make(topic, partitions)

    def make(self, topic: str, partitions: int) -> None:
        """A new topic."""
        self.logs[topic] = [[] for _ in range(partitions)]

    def put(
        self,
        topic: str,
        value: bytes | None,
        *,
        key: bytes | None = None,
        headers: Headers = (),
        partition: int | None = None,
    ) -> Message:
        """Put one message where it belongs."""
        logs = self.logs[topic]
        number = crc32(key or b"") % len(logs) if partition is None else partition
        message = Message(topic, number, len(logs[number]), 1_600_000_000_000, key, value, headers)
        logs[number].append(message)
        return message

    def held(self, topic: str) -> list[Message]:
        """Everything on a topic."""
        return [message for log in self.logs[topic] for message in log]

    def share_out(self, group: str) -> None:
        """Give the partitions of a group's topic to its members in turn, to every one of them anew."""
        members = self.members[group]
        for member in members:
            member.given = {}
        for partition in range(len(self.logs[members[0].topic]) if members else 0):
            members[partition % len(members)].given[partition] = None


class MemorySource:
    """A member of a group."""

    def __init__(
        self, topics: MemoryTopics, topic: str, group: str, recorded: Callable[[int], int | None], *, joins: bool = True
    ) -> None:
        self.topics = topics
        self.topic = topic
        self.group = group
        self.given: dict[int, int | None] = {}
        self._recorded = recorded
        self._joined = False
        if joins:
            self.join()

    def join(self) -> None:
        """Become a member."""
        self._joined = True
        self.topics.members[self.group].append(self)
        self.topics.share_out(self.group)

    def poll(self, wait_s: float) -> Polled:
        """What follows, of every partition that was placed; those that were not are placed first."""
        del wait_s
        with self.topics.lock:
            return self._polled()

    def _polled(self) -> Polled:
        if self.topic not in self.topics.logs:
            raise SourceFailed(f"there is no topic {self.topic}")
        if not self._joined:
            self.join()
        fresh = [partition for partition, at in self.given.items() if at is None]
        for partition in fresh:
            self.given[partition] = self._start(partition)
        found: list[Message] = []
        for partition, at in self.given.items():
            more = self._log(partition)[at : at + POLL_MESSAGES_MAX - len(found)]
            self.given[partition] = at + len(more)
            found += more
        return Polled(found, fresh)

    def settle(self, taken: Mapping[int, int]) -> None:
        """Remember for whoever looks."""
        self.topics.committed |= {(self.group, partition): offset + 1 for partition, offset in taken.items()}

    def rewind(self) -> None:
        """Place all anew."""
        self.given = dict.fromkeys(self.given)

    def is_at_end(self) -> bool:
        """Whether everything given was read."""
        return self._joined and None not in self.given.values() and not any(self.lag().values())

    def lag(self) -> Mapping[int, int]:
        """What waits."""
        return {partition: len(self._log(partition)) - (at or 0) for partition, at in self.given.items()}

    def close(self) -> None:
        """Leave the group."""
        if self in self.topics.members[self.group]:
            self.topics.members[self.group].remove(self)
            self.topics.share_out(self.group)
        self.given = {}
        self._joined = False

    def _log(self, partition: int) -> list[Message]:
        return self.topics.logs[self.topic][partition]

    def _start(self, partition: int) -> int:
        recorded = self._recorded(partition)
        begin = self.topics.begins[self.topic, partition]
        if recorded is None:
            return begin
        if recorded >= len(self._log(partition)) or recorded + 1 < begin:
            raise SourceCut(f"{self.topic}/{partition} does not go on behind {recorded}")
        return recorded + 1


class MemorySink:
    """Puts messages onto topics in memory."""

    def __init__(self, topics: MemoryTopics) -> None:
        self._topics = topics

    def put(self, messages: Sequence[Outgoing]) -> None:
        """All of them."""
        for each in messages:
            if each.topic not in self._topics.logs:
                raise SinkFailed(f"there is no topic {each.topic}")
            self._topics.put(each.topic, each.value, key=each.key, headers=each.headers, partition=each.partition)

    def close(self) -> None:
        """Nothing to let go of."""


class MemoryAside:
    """Sets messages aside in a topic in memory."""

    def __init__(self, topics: MemoryTopics, topic: str) -> None:
        self.topics = topics
        self.topic = topic

    def claim(self, partition: int) -> bool:
        """Shut out whoever claimed before."""
        if self.topic not in self.topics.logs:
            raise SinkFailed(f"there is no topic {self.topic}")
        before = self.topics.claims.get((self.topic, partition))
        self.topics.claims[self.topic, partition] = self
        return before is not None and before is not self

    def put(self, partition: int, messages: Sequence[Outgoing]) -> None:
        """All of them, if the claim still holds."""
        if self.topics.claims.get((self.topic, partition)) is not self:
            raise Superseded(f"{self.topic}/{partition}")
        number = partition % len(self.topics.logs[self.topic])
        for each in messages:
            self.topics.put(self.topic, each.value, key=each.key, headers=each.headers, partition=number)

    def close(self) -> None:
        """Nothing to let go of."""


class MemoryTail:
    """Reads a topic in memory from its end."""

    def __init__(self, topics: MemoryTopics, topic: str) -> None:
        self._topics = topics
        self._topic = topic

    def last(self, count: int) -> tuple[Sequence[Message], bool]:
        """The last of each partition, and whether these are all."""
        if self._topic not in self._topics.logs:
            raise SourceFailed(f"there is no topic {self._topic}")
        logs = self._topics.logs[self._topic]
        return [message for log in logs for message in log[-count:]], all(len(log) <= count for log in logs)

"""Topics in memory where messages are set aside, whole and with one promise broken."""

from collections.abc import Sequence

from consumers.messages import Aside, Message, Outgoing
from tests.support.memory_topics import MemoryAside, MemoryTopics

TOPIC = "t.reports.refused"


class MemoryShelf:
    """A topic in memory."""

    aside_class = MemoryAside

    def __init__(self, partitions: int) -> None:
        self.topic = TOPIC
        self.topics = MemoryTopics()
        self.topics.make(TOPIC, partitions)

    def aside(self, topic: str | None = None) -> Aside:
        """One more process."""
        return self.aside_class(self.topics, topic or TOPIC)

    def held(self) -> list[Message]:
        """Everything."""
        return self.topics.held(TOPIC)


class ShutsNobodyOut(MemoryAside):
    """Lets whoever claimed before go on."""

    def put(self, partition: int, messages: Sequence[Outgoing]) -> None:
        self.topics.claims[self.topic, partition] = self
        super().put(partition, messages)


class ShutsOutAll(MemoryAside):
    """Takes a claim on one partition for one on all."""

    def claim(self, partition: int) -> bool:
        for topic, other in list(self.topics.claims):
            self.topics.claims[topic, other] = self
        return super().claim(partition)


class TellsNothing(MemoryAside):
    """Claims, and does not say who was there."""

    def claim(self, partition: int) -> bool:
        super().claim(partition)
        return False


class LosesKeys(MemoryAside):
    """Keeps values only."""

    def put(self, partition: int, messages: Sequence[Outgoing]) -> None:
        super().put(partition, [Outgoing(each.topic, None, each.value, each.headers) for each in messages])


class TurnsAround(MemoryAside):
    """Puts the last one first."""

    def put(self, partition: int, messages: Sequence[Outgoing]) -> None:
        super().put(partition, messages[::-1])


class Scatters(MemoryAside):
    """Puts them where there is room."""

    def put(self, partition: int, messages: Sequence[Outgoing]) -> None:
        super().put(partition, ())
        for each in messages:
            number = len(self.topics.held(self.topic)) % len(self.topics.logs[self.topic])
            self.topics.put(each.topic, each.value, key=each.key, headers=each.headers, partition=number)


TWINS = (ShutsNobodyOut, ShutsOutAll, TellsNothing, LosesKeys, TurnsAround, Scatters)


def shelf_of(twin: type[MemoryAside]) -> type[MemoryShelf]:
    """The topic in memory with what breaks a promise."""
    return type("Twin", (MemoryShelf,), {"aside_class": twin})

"""Sources, sinks and tails that break a promise on purpose; the contract is run on each of them and must fail."""

from collections.abc import Mapping, Sequence

from consumers.messages import Message, Outgoing, Polled
from tests.support.memory_topics import MemorySink, MemorySource, MemoryTail, MemoryTopics


class MemoryCarrier:
    """One topic in memory."""

    source_class: type[MemorySource] = MemorySource
    sink_class: type[MemorySink] = MemorySink
    tail_class: type[MemoryTail] = MemoryTail

    def __init__(self, partitions: int) -> None:
        self.topic = "example.reports"
        self.topics = MemoryTopics()
        self.topics.make(self.topic, partitions)

    def source(self, recorded: Mapping[int, int], group: str = "g") -> MemorySource:
        """A member of a group."""
        return self.source_class(self.topics, self.topic, group, recorded.get, joins=False)

    def sink(self) -> MemorySink:
        """What writes it."""
        return self.sink_class(self.topics)

    def tail(self, topic: str | None = None) -> MemoryTail:
        """What reads it from its end."""
        return self.tail_class(self.topics, topic or self.topic)


class ResumesFromTheGroup(MemorySource):
    """Begins at the committed offset."""

    def _start(self, partition: int) -> int:
        return self.topics.committed.get((self.group, partition)) or super()._start(partition)


class ReadsTheRecordedAgain(MemorySource):
    """Begins at what was recorded."""

    def _start(self, partition: int) -> int:
        return max(super()._start(partition) - 1, 0)


class NeverRewinds(MemorySource):
    """Goes on where it is."""

    def rewind(self) -> None:
        """Nothing."""


class KeepsWhatItHad(MemorySource):
    """Does not ask again where a partition begins that it was given again."""

    def _start(self, partition: int) -> int:
        self.__dict__.setdefault("kept", {})
        return self.__dict__["kept"].setdefault(partition, super()._start(partition))


class TakesATopicAsItIs(MemorySource):
    """Begins at the end of a topic that was cut short."""

    def _start(self, partition: int) -> int:
        recorded = self._recorded(partition)
        return 0 if recorded is None else min(recorded + 1, len(self._log(partition)))


class LosesHeaders(MemorySource):
    """Gives values only."""

    def poll(self, wait_s: float) -> Polled:
        polled = super().poll(wait_s)
        bare = [Message(m.topic, m.partition, m.offset, m.timestamp_ms, m.key, m.value) for m in polled.messages]
        return Polled(bare, polled.assigned)


class LosesNulls(MemorySink):
    """Makes nothing into an empty value."""

    def put(self, messages: Sequence[Outgoing]) -> None:
        super().put([Outgoing(m.topic, m.key, m.value or b"", m.headers, m.partition) for m in messages])


class Scatters(MemorySink):
    """Puts a message anywhere."""

    def put(self, messages: Sequence[Outgoing]) -> None:
        super().put(
            [Outgoing(m.topic, str(at).encode(), m.value, m.headers, m.partition) for at, m in enumerate(messages)]
        )


class SeesTheWhole(MemoryTail):
    """Says that there was no more."""

    def last(self, count: int) -> tuple[Sequence[Message], bool]:
        return super().last(count)[0], True


TWINS = (
    ResumesFromTheGroup,
    ReadsTheRecordedAgain,
    NeverRewinds,
    KeepsWhatItHad,
    TakesATopicAsItIs,
    LosesHeaders,
    LosesNulls,
    Scatters,
    SeesTheWhole,
)


def carrier_of(twin: type) -> type[MemoryCarrier]:
    """The topic in memory with one part that breaks a promise."""
    part = {MemorySource: "source_class", MemorySink: "sink_class", MemoryTail: "tail_class"}[twin.__base__]
    return type("Twin", (MemoryCarrier,), {part: twin})

"""What every source, sink and tail of messages promises; one suite over memory and Kafka, and over broken twins."""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

import pytest

from consumers.messages import Message, Outgoing, Sink, SinkFailed, Source, SourceCut, SourceFailed, Tail

WAIT_S_MAX = 30.0
"""How long an outcome is waited for; it comes long before."""

HEADERS = (("content-type", b"application/json"), ("trace", b"\x00\xff"), ("trace", b""))


class Carrier(Protocol):
    """One topic of so many partitions with what reads and writes it."""

    topic: str

    def source(self, recorded: Mapping[int, int], group: str = "g") -> Source:
        """A member of a group on that topic; `recorded` is looked at each time a partition is assigned."""

    def sink(self) -> Sink:
        """What writes it."""

    def tail(self, topic: str | None = None) -> Tail:
        """What reads that topic, or another one, from its end."""


MakeCarrier = Callable[[int], Carrier]


class Reading:
    """A source that is polled until what is waited for is there."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.messages: list[Message] = []
        self.assigned: list[int] = []

    def poll(self) -> None:
        """Once."""
        polled = self.source.poll(0.05)
        self.messages += polled.messages
        self.assigned += polled.assigned

    @property
    def places(self) -> list[tuple[int, int]]:
        """Partition and offset of everything that came; a group may share out anew at any time, and then some comes
        once more.
        """
        return places(self.messages)


def until(done: Callable[[], bool], *readings: Reading) -> None:
    """Poll all at once until it is so, within a bound: members of a group wait for each other."""
    deadline = time.monotonic() + WAIT_S_MAX
    with ThreadPoolExecutor(len(readings)) as pool:
        while not done():
            assert time.monotonic() < deadline
            list(pool.map(Reading.poll, readings))


def came(source: Source, count: int) -> Reading:
    """The first so many messages of a source, and no more in the same poll."""
    reading = Reading(source)
    until(lambda: len(reading.messages) >= count and source.is_at_end(), reading)
    return reading


def filled(carrier: Carrier, *counts: int) -> None:
    """So many messages in each partition: `<partition>.<offset>`."""
    carrier.sink().put(
        [
            Outgoing(carrier.topic, f"k{partition}".encode(), f"{partition}.{offset}".encode(), (), partition)
            for partition, count in enumerate(counts)
            for offset in range(count)
        ]
    )


class SourceContract:
    """A subclass gives the fixture `make`: a new topic of so many partitions."""

    def test_messages_come_as_they_were_put_from_the_first_one_on(self, make: MakeCarrier) -> None:
        carrier = make(1)
        given = [(b"k", b"v", HEADERS), (None, b"", ()), (b"k", None, ())]
        carrier.sink().put([Outgoing(carrier.topic, key, value, headers) for key, value, headers in given])
        reading = came(carrier.source({}), 3)
        assert [(message.key, message.value, message.headers) for message in reading.messages[:3]] == given
        assert reading.places == [(0, 0), (0, 1), (0, 2)]
        assert {message.topic for message in reading.messages} == {carrier.topic}
        assert all(message.timestamp_ms > 1_500_000_000_000 for message in reading.messages)

    def test_each_partition_begins_behind_what_was_recorded_of_it(self, make: MakeCarrier) -> None:
        carrier = make(3)
        filled(carrier, 4, 3, 2)
        source = carrier.source({0: 1, 2: 1})
        assert came(source, 5).places == [(0, 2), (0, 3), (1, 0), (1, 1), (1, 2)]

    def test_nothing_is_ever_resumed_from_what_was_settled(self, make: MakeCarrier) -> None:
        carrier = make(1)
        filled(carrier, 4)
        first = carrier.source({})
        assert len(came(first, 4).messages) == 4
        first.settle({0: 3})
        first.close()
        assert came(carrier.source({0: 0}), 3).places == [(0, 1), (0, 2), (0, 3)]

    def test_after_a_rewind_it_begins_behind_what_is_recorded_by_then(self, make: MakeCarrier) -> None:
        carrier = make(1)
        filled(carrier, 5)
        recorded = {0: 0}
        source = carrier.source(recorded)
        assert came(source, 4).places == [(0, 1), (0, 2), (0, 3), (0, 4)]
        recorded[0] = 2
        source.rewind()
        again = came(source, 2)
        assert (again.places, set(again.assigned)) == ([(0, 3), (0, 4)], {0})

    def test_members_share_the_partitions_and_take_over_behind_what_is_recorded(self, make: MakeCarrier) -> None:
        carrier = make(4)
        filled(carrier, 1, 1, 1, 1)
        recorded: dict[int, int] = {}
        one = Reading(carrier.source(recorded))
        until(lambda: len(one.messages) == 4, one)
        recorded |= dict.fromkeys(range(4), 0)
        two = Reading(carrier.source(recorded))
        until(lambda: len(one.source.lag()) == len(two.source.lag()) == 2, one, two)
        assert one.source.lag().keys() | two.source.lag().keys() == {0, 1, 2, 3}
        assert set(two.assigned) == two.source.lag().keys()
        one.source.close()
        filled(carrier, 1, 1, 1, 1)
        until(lambda: len(two.messages) >= 4 and len(two.source.lag()) == 4, two)
        assert two.places == [(partition, 1) for partition in range(4)]

    def test_a_topic_that_ends_before_what_was_recorded_is_not_read(self, make: MakeCarrier) -> None:
        carrier = make(1)
        filled(carrier, 3)
        with pytest.raises(SourceCut):
            came(carrier.source({0: 3}), 1)

    def test_a_topic_that_is_not_there_is_said_to_be_missing(self, make: MakeCarrier) -> None:
        carrier = make(1)
        carrier.topic = f"{carrier.topic}.other"
        with pytest.raises(SourceFailed, match=carrier.topic):
            carrier.source({}).poll(0.05)
        with pytest.raises(SourceFailed, match=carrier.topic):
            carrier.tail(carrier.topic).last(1)
        with pytest.raises(SinkFailed):
            carrier.sink().put([Outgoing(carrier.topic, b"k", b"v")])

    def test_it_knows_what_waits_and_when_it_has_read_everything(self, make: MakeCarrier) -> None:
        carrier = make(2)
        filled(carrier, 3, 0)
        source = carrier.source({0: 0})
        assert not source.is_at_end()
        came(source, 2)
        assert (source.is_at_end(), source.lag()) == (True, {0: 0, 1: 0})
        source.rewind()
        assert not source.is_at_end()

    def test_a_key_keeps_its_partition(self, make: MakeCarrier) -> None:
        carrier = make(4)
        keys = [f"subject-{number % 10}".encode() for number in range(40)]
        carrier.sink().put([Outgoing(carrier.topic, key, b"v") for key in keys])
        found = came(carrier.source({}), 40).messages
        assert len(places(found)) == 40
        assert len({(message.key, message.partition) for message in found}) == 10
        assert len({message.partition for message in found}) > 1

    def test_a_look_from_the_end_gives_the_last_of_each_partition(self, make: MakeCarrier) -> None:
        carrier = make(2)
        assert carrier.tail().last(5) == ([], True)
        filled(carrier, 3, 1)
        messages, whole = carrier.tail().last(2)
        assert (places(messages), whole) == ([(0, 1), (0, 2), (1, 0)], False)
        messages, whole = carrier.tail().last(3)
        assert (places(messages), whole) == ([(0, 0), (0, 1), (0, 2), (1, 0)], True)


def places(messages: Sequence[Message]) -> list[tuple[int, int]]:
    """Partition and offset of each."""
    return sorted({(message.partition, message.offset) for message in messages})

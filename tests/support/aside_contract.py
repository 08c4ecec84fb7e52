"""What setting messages aside promises: each once, by one at a time; one suite over memory and Kafka, and twins."""

from collections.abc import Callable
from typing import Protocol

import pytest

from consumers.messages import Aside, Message, Outgoing, SinkFailed, Superseded

LARGE = bytes(100_000)


class Shelf(Protocol):
    """One topic of so many partitions where messages are set aside."""

    topic: str

    def aside(self, topic: str | None = None) -> Aside:
        """One more process that sets messages aside there, or in another topic."""

    def held(self) -> list[Message]:
        """Everything that the topic holds, by its partitions."""


MakeShelf = Callable[[int], Shelf]


def put(shelf: Shelf, aside: Aside, partition: int, *values: str) -> None:
    """These values, of that partition."""
    aside.put(partition, [Outgoing(shelf.topic, b"k", value.encode()) for value in values])


def values(shelf: Shelf) -> list[str]:
    """What is there."""
    return [(message.value or b"").decode() for message in shelf.held()]


class AsideContract:
    """A subclass gives the fixture `make`: a new topic of so many partitions."""

    def test_messages_stand_there_as_they_were_put(self, make: MakeShelf) -> None:
        shelf = make(1)
        aside = shelf.aside()
        given = [(b"k", b"v", (("a", b"\x00"), ("a", b""))), (None, b"", ()), (b"k", None, ())]
        assert not aside.claim(0)
        aside.put(0, [Outgoing(shelf.topic, key, value, headers) for key, value, headers in given])
        assert [(each.key, each.value, each.headers) for each in shelf.held()] == given

    def test_many_large_ones_keep_their_order(self, make: MakeShelf) -> None:
        shelf = make(1)
        aside = shelf.aside()
        aside.claim(0)
        aside.put(0, [Outgoing(shelf.topic, str(each).encode(), LARGE) for each in range(12)])
        put(shelf, aside, 0, "last")
        assert [each.key for each in shelf.held()] == [*(str(each).encode() for each in range(12)), b"k"]

    def test_those_of_one_partition_stand_in_one_partition(self, make: MakeShelf) -> None:
        shelf = make(3)
        aside = shelf.aside()
        for partition in (4, 0, 5):
            assert not aside.claim(partition)
        for number in range(6):
            for partition in (4, 0, 5):
                aside.put(partition, [Outgoing(shelf.topic, str(number).encode(), str(partition).encode())])
        assert values(shelf) == ["0"] * 6 + ["4"] * 6 + ["5"] * 6
        assert {each.partition for each in shelf.held()} == {0, 1, 2}

    def test_a_claim_tells_whether_another_was_there_before(self, make: MakeShelf) -> None:
        shelf = make(1)
        first, second = shelf.aside(), shelf.aside()
        assert not first.claim(0)
        assert not first.claim(0)
        assert second.claim(0)
        assert not second.claim(0)
        assert not second.claim(1)

    def test_who_was_superseded_adds_nothing_any_more(self, make: MakeShelf) -> None:
        shelf = make(2)
        old, new = shelf.aside(), shelf.aside()
        old.claim(0)
        put(shelf, old, 0, "old")
        assert new.claim(0)
        assert values(shelf) == ["old"]
        with pytest.raises(Superseded):
            put(shelf, old, 0, "late")
        put(shelf, new, 0, "new")
        assert values(shelf) == ["old", "new"]

    def test_a_claim_on_one_partition_leaves_others_alone(self, make: MakeShelf) -> None:
        shelf = make(1)
        one, other = shelf.aside(), shelf.aside()
        one.claim(0)
        one.claim(1)
        other.claim(1)
        put(shelf, one, 0, "a")
        put(shelf, other, 1, "b")
        with pytest.raises(Superseded):
            put(shelf, one, 1, "late")
        put(shelf, one, 0, "c")
        assert values(shelf) == ["a", "b", "c"]

    def test_who_was_superseded_may_claim_again(self, make: MakeShelf) -> None:
        shelf = make(1)
        one, other = shelf.aside(), shelf.aside()
        one.claim(0)
        put(shelf, one, 0, "1")
        for number, (now, before) in enumerate([(other, one), (one, other), (other, one)]):
            assert now.claim(0)
            with pytest.raises(Superseded):
                put(shelf, before, 0, "late")
            put(shelf, now, 0, f"again {number}")
        assert values(shelf) == ["1", "again 0", "again 1", "again 2"]

    def test_a_topic_that_is_not_there_is_named(self, make: MakeShelf) -> None:
        with pytest.raises(SinkFailed, match="nowhere"):
            make(1).aside("nowhere").claim(0)

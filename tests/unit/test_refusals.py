"""Messages that are set aside: what is written beside them, and how they are found again after a crash."""

from collections.abc import Sequence

import pytest

from consumers.messages import Message, Poison
from consumers.refusals import LOOKS, REASON_BYTES_MAX, already_refused, refusal

TOPIC = "p.reports"


class Tail:
    """A topic of refused messages; remembers how far it was looked at."""

    def __init__(self, *messages: Message, hidden: bool = False) -> None:
        self.messages = messages
        self.hidden = hidden
        self.looks: list[int] = []

    def last(self, count: int) -> tuple[Sequence[Message], bool]:
        """The last so many."""
        self.looks.append(count)
        return self.messages[-count:], count >= len(self.messages) and not self.hidden


def refused(offset: int, partition: int = 0, topic: str = TOPIC) -> Message:
    """A message that was set aside, as it is read back."""
    made = refusal("p.reports.refused", Message(topic, partition, offset, 5, b"k", b"v"), Poison("no", "code"))
    return Message(made.topic, 0, 0, 0, made.key, made.value, made.headers)


def test_it_keeps_key_value_and_headers_and_says_why_and_where_from() -> None:
    given = Message(TOPIC, 3, 7, 1_600_000_000_000, b"k", b"v", (("a", b"1"), ("refused-codes", b"old"), ("a", b"2")))
    made = refusal("refused", given, Poison("why it is", "one", "two"))
    assert (made.topic, made.key, made.value, made.partition) == ("refused", b"k", b"v", None)
    assert made.headers == (
        ("refused-codes", b"one,two"),
        ("refused-reason", b"why it is"),
        ("refused-topic", b"p.reports"),
        ("refused-partition", b"3"),
        ("refused-offset", b"7"),
        ("refused-timestamp-ms", b"1600000000000"),
        ("a", b"1"),
        ("a", b"2"),
    )


def test_without_a_value_it_stays_without_as_long_as_it_has_a_key() -> None:
    assert refusal("t", Message(TOPIC, 0, 0, 0, b"k", None), Poison("", "c")).value is None
    bare = refusal("t", Message(TOPIC, 0, 0, 0, None, None), Poison("", "c"))
    assert (bare.value, ("refused-without-value", b"true") in bare.headers) == (b"", True)


def test_a_long_reason_is_cut() -> None:
    made = refusal("t", Message(TOPIC, 0, 0, 0, b"k", b"v"), Poison("x" * 5_000, "c"))
    assert len(dict(made.headers)["refused-reason"]) == REASON_BYTES_MAX


def test_only_what_stands_above_the_recorded_offset_of_its_partition_was_not_recorded() -> None:
    tail = Tail(refused(3), refused(4), refused(5), refused(5, 1), refused(9, 2), refused(9, topic="q.reports"))
    assert already_refused(tail, TOPIC, {0: 3, 1: 5, 3: -1}) == {
        0: {4: ("code",), 5: ("code",)},
        1: {},
        3: {},
    }


def test_it_looks_no_further_than_a_recorded_message_of_every_partition() -> None:
    many = [refused(offset) for offset in range(LOOKS[0] + 5)]
    tail = Tail(*many, hidden=True)
    assert already_refused(tail, TOPIC, {0: LOOKS[0]}) == {0: {LOOKS[0] + more: ("code",) for more in range(1, 5)}}
    assert tail.looks == [LOOKS[0]]


def test_it_looks_further_back_until_the_bound() -> None:
    tail = Tail(refused(7, 1), *[refused(offset) for offset in range(LOOKS[0])], hidden=True)
    assert already_refused(tail, TOPIC, {0: 5, 1: 6}) == {
        0: dict.fromkeys(range(6, LOOKS[0]), ("code",)),
        1: {7: ("code",)},
    }
    assert tail.looks == list(LOOKS)


@pytest.mark.parametrize(
    "headers",
    [
        (),
        (("refused-topic", TOPIC.encode()),),
        (("refused-topic", TOPIC.encode()), ("refused-partition", b"0")),
        (("refused-topic", TOPIC.encode()), ("refused-partition", b"x"), ("refused-offset", b"1")),
        (("refused-topic", TOPIC.encode()), ("refused-partition", b"0"), ("refused-offset", b"-1")),
    ],
)
def test_what_others_put_there_is_passed_over(headers: tuple[tuple[str, bytes], ...]) -> None:
    assert already_refused(Tail(Message("r", 0, 0, 0, None, b"", headers)), TOPIC, {0: -1}) == {0: {}}

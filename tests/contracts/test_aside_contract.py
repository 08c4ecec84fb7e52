"""Setting messages aside in memory and on Kafka keeps one contract; twins that break a promise are found out."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from uuid import uuid4

import pytest

from consumers.messages import Aside, Message, Outgoing, SinkFailed, Superseded
from infra.journal.kafka_client import SupersededError
from infra.kafka.admin import administering
from infra.kafka.aside import CLAIMS_MAX, KafkaAside
from infra.kafka.claimed import ClaimedPartition
from infra.kafka.connection import Brokers
from infra.kafka.tail import KafkaTail
from tests.support.aside_contract import AsideContract, MakeShelf, put, values
from tests.support.aside_twins import TWINS, MemoryShelf, shelf_of
from tests.support.memory_topics import MemoryAside

ALL = 1_000


class KafkaShelf:
    """One topic of its own on the run's broker."""

    def __init__(self, brokers: Brokers, partitions: int, closes: ExitStack) -> None:
        self.topic = f"t{uuid4().hex[:12]}.reports.refused"
        self.brokers = brokers
        self._closes = closes
        with administering(brokers) as admin:
            admin.make(self.topic, partitions, 1, {})

    def aside(self, topic: str | None = None) -> Aside:
        """One more process."""
        aside = KafkaAside(self.brokers, topic or self.topic, f"{self.topic}.", connect_s_max=2)
        return self._closes.enter_context(closing(aside))

    def held(self) -> list[Message]:
        """Everything."""
        messages, whole = KafkaTail(self.brokers, self.topic, "test").last(ALL)
        assert whole
        return sorted(messages, key=lambda each: (each.partition, each.offset))


class TestMemory(AsideContract):
    """In memory."""

    @pytest.fixture
    def make(self) -> MakeShelf:
        """A new one."""
        return MemoryShelf


class TestKafka(AsideContract):
    """On a real broker."""

    @pytest.fixture
    def make(self, kafka_broker: str) -> Iterator[MakeShelf]:
        """A topic of its own, whose clients are closed afterwards."""
        with ExitStack() as closes:
            yield lambda partitions: KafkaShelf(Brokers.parse(kafka_broker), partitions, closes)


def test_a_batch_that_was_under_way_when_another_claimed_arrives_nowhere(kafka_broker: str) -> None:
    with ExitStack() as closes:
        shelf = KafkaShelf(Brokers.parse(kafka_broker), 2, closes)
        old, new = (
            closes.enter_context(closing(ClaimedPartition(shelf.brokers, shelf.topic, "test", 1))) for _ in range(2)
        )
        old.connect()
        new.connect()
        assert not old.claim(f"{shelf.topic}.1")
        late = old.batch([Outgoing(shelf.topic, b"k", b"late")])
        assert new.claim(f"{shelf.topic}.1")
        with pytest.raises(SupersededError):
            old.produce(late, 5)
        new.produce(new.batch([Outgoing(shelf.topic, b"k", b"new")]), 5)
        assert values(shelf) == ["new"]


def test_claims_beyond_those_that_are_kept_are_made_anew(kafka_broker: str) -> None:
    with ExitStack() as closes:
        shelf = KafkaShelf(Brokers.parse(kafka_broker), 1, closes)
        aside = shelf.aside()
        told = [aside.claim(each) for each in (*range(CLAIMS_MAX + 1), 1, 0)]
        assert told == [False] * (CLAIMS_MAX + 2) + [True]
        put(shelf, aside, 0, "a")
        assert values(shelf) == ["a"]


def test_brokers_that_do_not_answer_are_named() -> None:
    with pytest.raises(SinkFailed, match=r"127\.0\.0\.1:1"):
        KafkaAside(Brokers.parse("127.0.0.1:1"), "t", "n.", connect_s_max=0.2).claim(0)


@pytest.mark.parametrize("twin", TWINS)
def test_what_breaks_a_promise_is_found_out(twin: type[MemoryAside]) -> None:
    assert broken_promises(shelf_of(twin))


def test_the_suite_has_nothing_against_what_keeps_its_promises() -> None:
    assert broken_promises(MemoryShelf) == []


def broken_promises(make: MakeShelf) -> list[str]:
    """The tests of the suite that fail."""
    failed = []
    for name, test in vars(AsideContract).items():
        if name.startswith("test_"):
            try:
                test(AsideContract(), make)
            except (AssertionError, Superseded, pytest.fail.Exception):
                failed.append(name)
    return failed

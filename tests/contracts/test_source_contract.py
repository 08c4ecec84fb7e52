"""Topics in memory and on Kafka keep one contract; twins that break a promise are found out."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from inspect import signature
from uuid import uuid4

import pytest
from kafka import KafkaAdminClient, KafkaProducer, TopicPartition

from consumers.messages import Outgoing, Sink, SinkFailed, Source, SourceCut, SourceFailed, Tail
from infra.kafka.admin import administering
from infra.kafka.connection import Brokers
from infra.kafka.sink import KafkaSink
from infra.kafka.source import KafkaSource
from infra.kafka.tail import KafkaTail
from tests.support import source_contract
from tests.support.source_contract import MakeCarrier, SourceContract, came, filled
from tests.support.source_twins import TWINS, MemoryCarrier, carrier_of


class KafkaCarrier:
    """One topic of its own on the run's broker."""

    def __init__(self, brokers: Brokers, partitions: int, closes: ExitStack) -> None:
        self.topic = f"t{uuid4().hex[:12]}.reports"
        self._group = uuid4().hex[:12]
        self._brokers = brokers
        self._closes = closes
        with administering(brokers) as admin:
            admin.make(self.topic, partitions, 1, {})

    def source(self, recorded: Mapping[int, int], group: str = "g") -> Source:
        """A member of a group of this topic."""
        source = KafkaSource(self._brokers, self.topic, f"{group}-{self._group}", recorded.get)
        return self._closes.enter_context(closing(source))

    def sink(self) -> Sink:
        """A producer."""
        return self._closes.enter_context(closing(KafkaSink(self._brokers, "test", connect_s_max=2)))

    def tail(self, topic: str | None = None) -> Tail:
        """A look."""
        return KafkaTail(self._brokers, topic or self.topic, "test")


class TestMemory(SourceContract):
    """In memory."""

    @pytest.fixture
    def make(self) -> MakeCarrier:
        """A new one."""
        return MemoryCarrier


class TestKafka(SourceContract):
    """On a real broker."""

    @pytest.fixture
    def make(self, kafka_broker: str) -> Iterator[MakeCarrier]:
        """A topic of its own, whose clients are closed afterwards."""
        with ExitStack() as closes:
            yield lambda partitions: KafkaCarrier(Brokers.parse(kafka_broker), partitions, closes)


def test_what_was_deleted_before_it_was_read_is_missed_and_passed_over_only_when_told_to(kafka_broker: str) -> None:
    brokers = Brokers.parse(kafka_broker)
    with ExitStack() as closes:
        carrier = KafkaCarrier(brokers, 1, closes)
        filled(carrier, 5)
        with closing(KafkaAdminClient(**brokers.options("test"))) as admin:
            admin.delete_records({TopicPartition(carrier.topic, 0): 3})
        with pytest.raises(SourceCut, match="the topic begins at 3: 2 messages were deleted"):
            came(carrier.source({0: 0}), 1)
        source = KafkaSource(brokers, carrier.topic, uuid4().hex, {0: 0}.get, skip_lost=True)
        assert came(closes.enter_context(closing(source)), 2).places == [(0, 3), (0, 4)]


def test_what_a_producer_took_back_never_comes(kafka_broker: str) -> None:
    brokers = Brokers.parse(kafka_broker)
    with ExitStack() as closes:
        carrier = KafkaCarrier(brokers, 1, closes)
        producer = closes.enter_context(
            closing(KafkaProducer(**brokers.options("test"), transactional_id=carrier.topic))
        )
        producer.init_transactions()
        for value in (b"kept", b"taken back", b"kept as well", b"taken back at the end"):
            producer.begin_transaction()
            producer.send(carrier.topic, value)
            producer.flush()
            if value.startswith(b"kept"):
                producer.commit_transaction()
            else:
                producer.abort_transaction()
        reading = came(carrier.source({}), 2)
        assert [message.value for message in reading.messages] == [b"kept", b"kept as well"]
        assert came(carrier.source({0: 0}, "h"), 1).places == [(0, 4)]


def test_brokers_that_do_not_answer_are_named() -> None:
    nobody = Brokers.parse("127.0.0.1:1")
    with pytest.raises(SourceFailed, match=r"127\.0\.0\.1:1"):
        KafkaSource(nobody, "t", "g", lambda _: None, connect_s_max=0.2).poll(0)
    with pytest.raises(SinkFailed, match=r"127\.0\.0\.1:1"):
        KafkaSink(nobody, "test", connect_s_max=0.2).put([Outgoing("t", b"k", b"v")])
    with pytest.raises(SourceFailed, match=r"127\.0\.0\.1:1"):
        KafkaTail(nobody, "t", "test", connect_s_max=0.2).last(1)


@pytest.mark.parametrize("twin", TWINS)
def test_what_breaks_a_promise_is_found_out(twin: type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_contract, "WAIT_S_MAX", 0.02)
    assert broken_promises(carrier_of(twin))


def test_the_suite_has_nothing_against_what_keeps_its_promises() -> None:
    assert broken_promises(MemoryCarrier) == []


def broken_promises(make: MakeCarrier) -> list[str]:
    """The tests of the suite that fail."""
    failed = []
    for name, test in vars(SourceContract).items():
        if not name.startswith("test_"):
            continue
        assert list(signature(test).parameters) == ["self", "make"]
        try:
            test(SourceContract(), make)
        except (AssertionError, SourceCut, SourceFailed, pytest.fail.Exception):
            failed.append(name)
    return failed

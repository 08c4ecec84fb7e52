"""Every guard of a journal's topic, violated on a real broker: refused by name, and mended where a setting mends it."""

import time
import uuid

import pytest
from eventsourcing.persistence import InterfaceError
from kafka import KafkaAdminClient, KafkaProducer
from kafka.structs import TopicPartition

from infra.journal.kafka_guard import Durability, TopicFacts, guard
from infra.journal.kafka_topic import create, look
from infra.kafka import admin as administration
from infra.kafka.admin import administering
from infra.kafka.connection import Brokers
from infra.kafka.topics import Outcome

RECORD_BYTES = 1_100_000


@pytest.fixture
def brokers(kafka_broker: str) -> Brokers:
    return Brokers.parse(kafka_broker)


@pytest.fixture
def topic() -> str:
    return f"t{uuid.uuid4().hex}.ledger"


def _refusal(facts: TopicFacts, durability: Durability = Durability.SINGLE) -> str:
    with pytest.raises(InterfaceError) as refused:
        guard(facts, durability, RECORD_BYTES)
    said = str(refused.value)
    assert facts.topic in said
    assert facts.brokers in said
    return said


def test_a_topic_that_was_created_passes(brokers: Brokers, topic: str) -> None:
    made = create(brokers, topic, Durability.SINGLE, RECORD_BYTES)
    assert made.outcome is Outcome.MADE
    assert look(brokers, topic) == made.facts
    guard(made.facts, Durability.SINGLE, RECORD_BYTES)


def test_a_right_topic_is_left_alone(brokers: Brokers, topic: str) -> None:
    made = create(brokers, topic, Durability.SINGLE, RECORD_BYTES)
    again = create(brokers, topic, Durability.SINGLE, RECORD_BYTES - 1)
    assert (again.outcome, again.changed, again.facts) == (Outcome.LEFT_ALONE, {}, made.facts)


@pytest.mark.parametrize(
    ("setting", "wrong", "right"),
    [
        ("cleanup.policy", "compact", "delete"),
        ("cleanup.policy", "compact,delete", "delete"),
        ("retention.ms", "604800000", "-1"),
        ("retention.bytes", "1000000", "-1"),
        ("unclean.leader.election.enable", "true", "false"),
        ("max.message.bytes", "1048588", "1100000"),
        ("min.insync.replicas", "2", "1"),
    ],
)
def test_a_wrong_setting_is_refused_with_the_command_that_mends_it(
    brokers: Brokers, topic: str, setting: str, wrong: str, right: str
) -> None:
    with administering(brokers) as admin:
        admin.make(topic, 1, 1, {**RIGHT, setting: wrong})
    facts = look(brokers, topic)
    said = _refusal(facts)
    assert f"{setting} is {wrong}" in said
    assert f"must be {right}" in said
    assert "`caseledger journal create` mends that" in said
    assert f"--entity-name {topic} --add-config {setting}={right}" in said
    made = create(brokers, topic, Durability.SINGLE, RECORD_BYTES)
    assert (made.outcome, made.changed) == (Outcome.MENDED, {setting: wrong})
    guard(look(brokers, topic), Durability.SINGLE, RECORD_BYTES)


def test_all_that_is_wrong_is_told_at_once(brokers: Brokers, topic: str) -> None:
    with administering(brokers) as admin:
        admin.make(topic, 2, 1, {})
    said = _refusal(look(brokers, topic), Durability.REPLICATED)
    for wrong in ("2 partitions", "1 of at least 3 copies", "retention.ms is 604800000", "max.message.bytes"):
        assert wrong in said
    assert "min.insync.replicas is 1, must be 2 or more" in said


def test_several_partitions_are_refused_and_nothing_is_changed(brokers: Brokers, topic: str) -> None:
    with administering(brokers) as admin:
        admin.make(topic, 2, 1, {**RIGHT, "retention.ms": "1000000"})
    before = look(brokers, topic)
    assert "must have exactly one" in _refusal(before)
    with pytest.raises(InterfaceError, match="2 partitions"):
        create(brokers, topic, Durability.SINGLE, RECORD_BYTES)
    assert look(brokers, topic) == before


def test_too_few_copies_are_refused_where_the_journal_is_to_be_replicated(brokers: Brokers, topic: str) -> None:
    made = create(brokers, topic, Durability.SINGLE, RECORD_BYTES)
    said = _refusal(made.facts, Durability.REPLICATED)
    assert "1 of at least 3 copies" in said
    assert "durability `single`" in said
    with pytest.raises(InterfaceError, match="1 of at least 3 copies"):
        create(brokers, topic, Durability.REPLICATED, RECORD_BYTES)


def test_a_replicated_topic_needs_two_copies_in_sync(kafka_cluster: str, topic: str) -> None:
    brokers = Brokers.parse(kafka_cluster)
    with administering(brokers) as admin:
        admin.make(topic, 1, 3, {**RIGHT, "min.insync.replicas": "1"})
    mended = create(brokers, topic, Durability.REPLICATED, RECORD_BYTES)
    assert (mended.outcome, mended.changed) == (Outcome.MENDED, {"min.insync.replicas": "1"})
    guard(mended.facts, Durability.REPLICATED, RECORD_BYTES)


def test_a_replicated_topic_is_made_with_three_copies(kafka_cluster: str, topic: str) -> None:
    made = create(Brokers.parse(kafka_cluster), topic, Durability.REPLICATED, RECORD_BYTES)
    guard(made.facts, Durability.REPLICATED, RECORD_BYTES)
    assert (made.facts.replication, made.facts.config["min.insync.replicas"]) == (3, "2")


def test_too_few_brokers_for_a_replicated_journal_are_named(brokers: Brokers, topic: str) -> None:
    with pytest.raises(InterfaceError, match=r"only 1 broker.*durability `single`"):
        create(brokers, topic, Durability.REPLICATED, RECORD_BYTES)


def test_a_topic_whose_first_records_were_deleted_is_refused(brokers: Brokers, topic: str) -> None:
    create(brokers, topic, Durability.SINGLE, RECORD_BYTES)
    producer = KafkaProducer(**brokers.options("guards"))
    for _ in range(3):
        producer.send(topic, b"a record").get(timeout=10)
    producer.close()
    client = KafkaAdminClient(**brokers.options("guards"))
    client.delete_records({TopicPartition(topic, 0): 2})
    client.close()
    facts = look(brokers, topic)
    assert (facts.first_offset, facts.end_offset) == (2, 3)
    assert "its first record has offset 2, must have 0" in _refusal(facts)


def test_a_topic_that_is_not_there_is_named_with_the_command_that_makes_it(brokers: Brokers, topic: str) -> None:
    with pytest.raises(InterfaceError, match=rf"no topic {topic} at {brokers}: `caseledger journal create`"):
        look(brokers, topic)


def test_a_name_that_no_topic_may_have_is_refused(brokers: Brokers) -> None:
    with pytest.raises(InterfaceError, match=r"cannot describe topic no such/name.* invalid topic"):
        create(brokers, "no such/name", Durability.SINGLE, RECORD_BYTES)


def test_brokers_that_are_not_there_are_named_within_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(administration, "CONNECT_MS", 500)
    started = time.monotonic()
    with pytest.raises(InterfaceError, match=r"127\.0\.0\.1:1,localhost:2 .*127\.0\.0\.1:1: .*ECONNREFUSED"):
        look(Brokers.parse("127.0.0.1:1,localhost:2"), "wechat.ledger")
    assert time.monotonic() - started < 5


RIGHT = {
    "cleanup.policy": "delete",
    "retention.ms": "-1",
    "retention.bytes": "-1",
    "unclean.leader.election.enable": "false",
    "max.message.bytes": str(RECORD_BYTES),
}

"""A topic of events that a publisher must not write to is refused by name, and left as it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from kafka import KafkaAdminClient, KafkaProducer
from kafka.structs import TopicPartition

from caseledger.processes import publishing as process
from infra.kafka.events_topic import EventsTopicUnfit
from infra.ledger import JournalLedger
from tests.support.publishing import Counted, fill, ledger_at, make_topic, publish_all, publishing


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[JournalLedger]:
    with ledger_at(tmp_path / "journal.sqlite") as opened:
        yield opened


def test_an_event_too_large_for_the_topic_is_named_and_those_before_it_are_there(
    kafka_broker: str, ledger: JournalLedger
) -> None:
    fill(ledger, 60)
    platform = make_topic(kafka_broker, max_message_bytes="1600")
    work = publishing(kafka_broker, platform, ledger, Counted())
    with pytest.raises(EventsTopicUnfit, match=r"the event at position \d+ takes .* raise its max.message.bytes"):
        publish_all(work, ledger, kafka_broker, platform)
    work.close()


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ({"cleanup_policy": "compact"}, "--add-config cleanup.policy=delete"),
        ({"retention_ms": "1000000000"}, "--add-config retention.ms=-1"),
        ({"retention_bytes": "1000000000"}, "--add-config retention.bytes=-1"),
    ],
)
def test_a_topic_that_would_lose_events_is_refused_with_what_mends_it(
    kafka_broker: str, ledger: JournalLedger, config: dict[str, str], told: str
) -> None:
    platform = make_topic(kafka_broker, **config)
    with pytest.raises(EventsTopicUnfit, match=told):
        publishing(kafka_broker, platform, ledger, Counted())


def test_a_topic_that_is_not_there_is_told(kafka_broker: str, ledger: JournalLedger) -> None:
    with pytest.raises(EventsTopicUnfit, match=r"there is no topic nowhere\.events"):
        publishing(kafka_broker, "nowhere", ledger, Counted())


def test_a_topic_that_others_write_to_is_refused(kafka_broker: str, ledger: JournalLedger) -> None:
    fill(ledger, 1)
    platform = make_topic(kafka_broker)
    producer = KafkaProducer(bootstrap_servers=kafka_broker)
    producer.send(f"{platform}.events", b"hello").get(10)
    producer.close()
    _is_refused(kafka_broker, platform, ledger, "partition 0, offset 0, that is no published event")


@pytest.mark.parametrize(("count", "told"), [(30, "another one in the ledger"), (5, "and the ledger ends at 5")])
def test_the_topic_of_another_ledger_is_refused(
    kafka_broker: str, ledger: JournalLedger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int, told: str
) -> None:
    monkeypatch.setattr(process, "LEDGER_BEHIND_S_MAX", 0.2)
    platform = make_topic(kafka_broker)
    with ledger_at(tmp_path / "another.sqlite") as another:
        fill(another, 20, "another")
        work = publishing(kafka_broker, platform, another, Counted())
        publish_all(work, another, kafka_broker, platform)
        work.close()
    fill(ledger, count)
    _is_refused(kafka_broker, platform, ledger, told)


def test_a_topic_whose_events_were_deleted_is_refused(kafka_broker: str, ledger: JournalLedger) -> None:
    fill(ledger, 20)
    platform = make_topic(kafka_broker)
    work = publishing(kafka_broker, platform, ledger, Counted())
    publish_all(work, ledger, kafka_broker, platform)
    work.close()
    admin = KafkaAdminClient(bootstrap_servers=kafka_broker)
    admin.delete_records({TopicPartition(f"{platform}.events", 0): 20})
    admin.close()
    _is_refused(kafka_broker, platform, ledger, "held events and does not any more")


def _is_refused(bootstrap: str, platform: str, ledger: JournalLedger, told: str) -> None:
    work = publishing(bootstrap, platform, ledger, Counted())
    try:
        with pytest.raises(EventsTopicUnfit, match=told):
            publish_all(work, ledger, bootstrap, platform)
    finally:
        work.close()

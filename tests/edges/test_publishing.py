"""What is on the topic of events is the ledger, event after event, whatever becomes of those who publish it."""

import io
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import fastavro
import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_kafka
from kafka import KafkaAdminClient

from caseledger.event_codec import to_stored
from caseledger.processes import publishing as process
from domain.recorded import Recorded
from domain.streams import StreamId, StreamKind
from domain.values import PACK_CHARS_MAX
from infra.kafka import events_topic, leadership
from infra.kafka.connection import Brokers
from infra.kafka.publisher import PublicTopic, WrittenByAnother, partition_of
from infra.kafka.registry import SchemaRegistry
from infra.kafka.registry_address import RegistryAddress
from infra.kafka.registry_frame import registry_frame
from infra.ledger import JournalLedger
from infra.local_kafka.waiting import wait_for
from schemas.cloudevents import CloudEvents, Outgoing, Stored
from schemas.confluent import unframed
from schemas.publication import public, publication
from schemas.registry import HEADER_BYTES
from tests.support.cloudevents_reading import AsItIs
from tests.support.event_samples import sample
from tests.support.publisher_child import SESSION_MS
from tests.support.publishing import (
    SOON_S,
    Counted,
    fill,
    header,
    ledger_at,
    make_topic,
    partitions,
    positions,
    publish_all,
    publishing,
    records,
    wait_for_position,
)
from tests.support.schema_registry import registry_server

ROOT = Path(__file__).parents[2]
EVENTS = 230
SMALL_ROUND_BYTES = 30_000
MANY_EVENTS = 2_000
"""Of rounds of 8,000 bytes: every record counts for more than 768 of them."""


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[JournalLedger]:
    with ledger_at(tmp_path / "journal.sqlite") as opened:
        yield opened


def outgoing(platform: str, ledger: JournalLedger, after: int = 0, limit: int = 1_000) -> list[Outgoing]:
    """The records of events, made without a publisher."""
    maker = CloudEvents(platform, publication())
    return [
        maker.record(Stored(row.id, row.originator_id, row.originator_version, row.topic, row.state))
        for row in ledger.since(after, limit)
    ]


def test_every_event_is_read_back_with_other_libraries_and_nothing_personal(
    kafka_broker: str, ledger: JournalLedger
) -> None:
    words = fill(ledger, EVENTS)
    platform = make_topic(kafka_broker)
    work = publishing(kafka_broker, platform, ledger, Counted())
    found = publish_all(work, ledger, kafka_broker, platform)
    work.close()
    assert len(found) == EVENTS
    for record, row in zip(found, ledger.since(0, EVENTS), strict=True):
        event = from_kafka(KafkaMessage(dict(record.headers), record.key, record.value), AsItIs())
        assert (event.get_id(), event.get_type()) == (f"{row.originator_id}.{row.originator_version}", row.topic)
        assert (event.get_extension("position"), event.get_extension("version")) == (
            str(row.id), str(row.originator_version),
        )  # fmt: skip
        assert record.key == str(row.originator_id).encode()
        schema = fastavro.parse_schema(json.loads(public().schema(row.topic).text))
        body = io.BytesIO(record.value[HEADER_BYTES:])
        assert fastavro.schemaless_reader(body, schema, None)["occurred_at"] == event.get_time()
        assert body.read() == b""
    everything = b"".join(record.key + record.value + b"".join(text for _, text in record.headers) for record in found)
    assert len(words) > EVENTS // 2
    assert [word for word in words if word.encode() in everything] == []


def test_it_goes_on_from_where_the_topic_ends_also_with_several_partitions(
    kafka_broker: str, ledger: JournalLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "BATCH_BYTES_MAX", SMALL_ROUND_BYTES)
    fill(ledger, EVENTS)
    platform = make_topic(kafka_broker, partitions=3)
    crashed = PublicTopic(Brokers.parse(kafka_broker), platform).open()
    crashed.held()
    first, then = outgoing(platform, ledger, limit=50), outgoing(platform, ledger, 50, 60)
    for round_of in (first, [record for record in then if partition_of(record.key, 3) != 1]):
        crashed.offer(round_of)
        assert crashed.deliver(5.0) is None
    crashed.close()
    work = publishing(kafka_broker, platform, ledger, Counted())
    found = publish_all(work, ledger, kafka_broker, platform)
    assert sorted(positions(found)) == list(range(1, EVENTS + 1))
    by_partition = {number: [r for r in found if r.partition == number] for number in range(3)}
    assert all(by_partition.values())
    assert all(positions(several) == sorted(positions(several)) for several in by_partition.values())
    fill(ledger, 3)
    found = publish_all(work, ledger, kafka_broker, platform)
    work.close()
    assert sorted(positions(found)) == list(range(1, EVENTS + 4))


def test_it_goes_on_exactly_when_the_topic_was_given_more_partitions(kafka_broker: str, ledger: JournalLedger) -> None:
    fill(ledger, 70)
    platform = make_topic(kafka_broker)
    work = publishing(kafka_broker, platform, ledger, Counted())
    publish_all(work, ledger, kafka_broker, platform)
    work.close()
    admin = KafkaAdminClient(bootstrap_servers=kafka_broker)
    admin.create_partitions({f"{platform}.events": 3})
    admin.close()
    fill(ledger, 70)
    assert wait_for(lambda: len(partitions(kafka_broker, platform)) == 3, SOON_S)
    work = publishing(kafka_broker, platform, ledger, Counted())
    found = publish_all(work, ledger, kafka_broker, platform)
    work.close()
    assert sorted(positions(found)) == list(range(1, 141))
    assert {record.partition for record in found} == {0, 1, 2}


def test_a_publisher_killed_at_every_step_neither_skips_nor_repeats(kafka_broker: str, tmp_path: Path) -> None:
    journal = tmp_path / "killed.sqlite"
    with ledger_at(journal) as ledger:
        fill(ledger, EVENTS)
    platform = make_topic(kafka_broker)
    steps = ["joined", "held", "offered", "sent", "acknowledged", "sent"]
    child = ["-m", "tests.support.publisher_child", kafka_broker, platform, str(journal), str(SMALL_ROUND_BYTES)]
    ended = subprocess.run([sys.executable, *child, *steps, "none"], capture_output=True, text=True, check=False)
    assert ended.stdout.splitlines() == [*(f"{step} -9" for step in steps), "none 0"], ended.stderr
    assert positions(records(kafka_broker, platform)) == list(range(1, EVENTS + 1))


def test_who_is_replaced_without_knowing_it_stops_and_who_takes_over_goes_on_exactly(
    kafka_broker: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leadership, "SESSION_MS", SESSION_MS)
    monkeypatch.setattr(leadership, "HEARTBEAT_MS", 500)
    journal = tmp_path / "taken-over.sqlite"
    platform = make_topic(kafka_broker)
    child = ["-m", "tests.support.publisher_child", kafka_broker, platform, str(journal), "8000", "steady"]
    with ledger_at(journal) as ledger:
        fill(ledger, MANY_EVENTS)
        with subprocess.Popen([sys.executable, *child], stdout=subprocess.PIPE, text=True) as other:
            try:
                found = _taken_over(other, kafka_broker, platform, ledger)
            finally:
                other.kill()
    assert found == list(range(1, MANY_EVENTS + 21))


def test_it_goes_on_behind_more_takeovers_than_it_looks_at_records(
    kafka_broker: str, ledger: JournalLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events_topic, "TAIL_RECORDS", 4)
    platform = make_topic(kafka_broker)
    topic = PublicTopic(Brokers.parse(kafka_broker), platform)
    fill(ledger, 10)
    for _ in range(3):  # at first with nothing but marks in the topic
        topic.open().close()
    work = publishing(kafka_broker, platform, ledger, Counted())
    assert positions(publish_all(work, ledger, kafka_broker, platform)) == list(range(1, 11))
    work.close()
    for _ in range(9):
        topic.open().close()
    fill(ledger, 5)
    work = publishing(kafka_broker, platform, ledger, Counted())
    assert positions(publish_all(work, ledger, kafka_broker, platform)) == list(range(1, 16))
    work.close()


def test_a_batch_that_is_sent_again_is_there_once(kafka_broker: str, ledger: JournalLedger) -> None:
    fill(ledger, 20)
    platform = make_topic(kafka_broker)
    publisher = PublicTopic(Brokers.parse(kafka_broker), platform).open()
    publisher.held()
    partition = publisher._partitions[0]  # noqa: SLF001 - what a lost acknowledgement comes to
    batches = [partition.batch(outgoing(platform, ledger, after, 10)) for after in (0, 10)]
    offsets = [partition.produce(batch, 5.0) for batch in (batches[0], batches[0], batches[1], batches[1])]
    publisher.close()
    assert offsets == [0, 0, 10, 10]
    assert positions(records(kafka_broker, platform)) == list(range(1, 21))


def test_of_two_that_publish_at_once_the_first_one_adds_nothing_and_finds_out(
    kafka_broker: str, ledger: JournalLedger
) -> None:
    fill(ledger, 60)
    platform = make_topic(kafka_broker)
    topic = PublicTopic(Brokers.parse(kafka_broker), platform)
    replaced, leading = topic.open(), topic.open()
    for publisher, count in ((replaced, 40), (leading, 30)):
        publisher.held()
        publisher.offer(outgoing(platform, ledger, 0, count))
    assert leading.deliver(5.0) is None
    with pytest.raises(WrittenByAnother, match="another producer took over"):
        replaced.deliver(5.0)
    leading.offer(outgoing(platform, ledger, 30, 10))
    assert leading.deliver(5.0) is None
    held = leading.held()
    replaced.close()
    leading.close()
    assert (held.last, held.repeats) == (40, 0)
    work = publishing(kafka_broker, platform, ledger, Counted())
    found = positions(publish_all(work, ledger, kafka_broker, platform))
    work.close()
    assert found == list(range(1, 61))


def test_the_frame_of_a_schema_registry_is_read_with_what_is_registered(
    kafka_broker: str, ledger: JournalLedger
) -> None:
    fill(ledger, 70)
    platform = make_topic(kafka_broker)
    with registry_server() as server:
        registry = SchemaRegistry(RegistryAddress(server.url))
        work = publishing(kafka_broker, platform, ledger, Counted(), registry_frame(registry, public()))
        found = publish_all(work, ledger, kafka_broker, platform)
        work.close()
        reader = SchemaRegistry(RegistryAddress(server.url))
        for record in found:
            schema_id, body = unframed(record.value)
            schema = fastavro.parse_schema(json.loads(reader.schema(schema_id)))
            stream, _, what = header(record, "ce_type").removesuffix(".v1").partition(".")
            assert schema["name"] == f"caseledger.{stream}.{what}"
            rest = io.BytesIO(body)
            assert fastavro.schemaless_reader(rest, schema, None)
            assert rest.read() == b""
        assert "caseledger.case.opened" in server.subjects
        assert all(len(versions) == 1 for versions in server.subjects.values())


def test_the_largest_policy_that_may_be_published_fits_into_a_record(kafka_broker: str, ledger: JournalLedger) -> None:
    event = sample("policy.published.v1").model_copy(update={"text": "字" * PACK_CHARS_MAX})
    stream = StreamId(StreamKind.POLICY, UUID(int=1))
    fill(ledger, 5)
    ledger.append_many([[to_stored(Recorded(stream, 1, event))]])
    fill(ledger, 5)
    platform = make_topic(kafka_broker)
    work = publishing(kafka_broker, platform, ledger, Counted())
    found = publish_all(work, ledger, kafka_broker, platform)
    work.close()
    assert positions(found) == list(range(1, 12))
    assert len(found[5].value) > 3 * PACK_CHARS_MAX


def _taken_over(other: "subprocess.Popen[str]", bootstrap: str, platform: str, ledger: JournalLedger) -> list[int]:
    """The positions on the topic after this process took over from the other one, and that one from this."""
    _says(other, "leads")
    os.kill(other.pid, signal.SIGSTOP)
    work = publishing(bootstrap, platform, ledger, Counted())
    try:
        publish_all(work, ledger, bootstrap, platform)
        os.kill(other.pid, signal.SIGCONT)
        _says(other, "stands by")
        fill(ledger, 10)
        publish_all(work, ledger, bootstrap, platform)
    finally:
        work.close()
    fill(ledger, 10)
    _says(other, "leads")
    return wait_for_position(bootstrap, platform, MANY_EVENTS + 20)


def _says(other: "subprocess.Popen[str]", line: str) -> None:
    assert other.stdout is not None
    assert select.select([other.stdout], [], [], SOON_S)[0], f"it did not say {line!r} in {SOON_S:g} s"
    assert other.stdout.readline() == f"{line}\n"


def test_the_reader_in_the_documentation_reads_every_event_once(kafka_broker: str, ledger: JournalLedger) -> None:
    page = (ROOT / "docs" / "publishing.md").read_text(encoding="utf-8")
    program = page.partition("```python\n")[2].partition("```")[0]
    fill(ledger, 70)
    platform = make_topic(kafka_broker)
    topic = PublicTopic(Brokers.parse(kafka_broker), platform)
    for _ in range(2):
        publisher = topic.open()
        publisher.held()
        publisher.offer(outgoing(platform, ledger, 0, 40))
        publisher.deliver(5.0)
        publisher.close()
    work = publishing(kafka_broker, platform, ledger, Counted())
    assert len(publish_all(work, ledger, kafka_broker, platform)) == 110
    work.close()
    arguments = [kafka_broker, f"{platform}.events", str(ROOT / "schemas" / "public" / "avro")]
    run = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True)
    lines = [line.split(" ")[:2] for line in run.stdout.splitlines()]
    assert lines == [[str(row.id), row.topic] for row in ledger.since(0, 70)]

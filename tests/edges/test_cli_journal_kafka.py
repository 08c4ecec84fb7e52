"""`caseledger journal` on a ledger on Kafka, and what a user sees when its topic or its index is not right."""

import shutil
import sqlite3
import uuid
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from eventsourcing.persistence import StoredEvent
from kafka import KafkaAdminClient
from kafka.structs import TopicPartition

from infra.journal import Append
from infra.journal.kafka_guard import record_bytes_for
from infra.journal.log import digest
from infra.journal.records import encode_cancel
from infra.kafka.admin import administering
from infra.kafka.connection import Brokers
from infra.ledgers import LIMITS
from schemas.topics import LEDGER_RECORD_BYTES_MAX
from tests.support.kafka_place import Place, two_events

NOBODYS = "00112233445566778899aabbccddeeff"
TOPICS = 20
"""So many that one of them would not be known everywhere at once, if nobody waited for it."""


@pytest.fixture
def place(kafka_broker: str, tmp_path: Path) -> Place:
    """A platform whose topics are there."""
    made = Place(kafka_broker, tmp_path / "data")
    assert made.run("journal", "create", "--only-ledger").exit_code == 0
    return made


def test_all_topics_of_a_platform_are_made_then_left_alone_and_mended(kafka_broker: str, tmp_path: Path) -> None:
    place = Place(kafka_broker, tmp_path)
    made = place.document("create")
    assert made["ledger"] == f"kafka://{kafka_broker}/{place.topic}"
    assert [(each["topic"].removeprefix(f"{place.platform}."), each["partitions"]) for each in made["topics"]] == [
        ("ledger", 1),
        ("reports", 6),
        ("reports.refused", 1),
        ("events", 1),
    ]
    assert {each["outcome"] for each in made["topics"]} == {"made"}
    assert {each["outcome"] for each in place.document("create")["topics"]} == {"left alone"}
    with administering(Brokers.parse(kafka_broker)) as admin:
        admin.configure(place.topic, {"retention.ms": "1000000"})
        admin.configure(f"{place.platform}.events", {"retention.ms": "2000000"})
    changed = [each["changed"] for each in place.document("create")["topics"]]
    assert changed == [{"retention.ms": "1000000"}, {}, {}, {"retention.ms": "2000000"}]


def test_replicated_topics_have_three_copies_with_two_in_sync(kafka_cluster: str, tmp_path: Path) -> None:
    place = Place(kafka_cluster, tmp_path)
    made = place.document("create", CASELEDGER_JOURNAL_DURABILITY="replicated")["topics"]
    assert [each["replication"] for each in made] == [3, 3, 3, 3]
    with administering(Brokers.parse(kafka_cluster)) as admin:
        for each in made:
            topic = admin.describe(each["topic"], ["min.insync.replicas"])
            assert topic is not None
            assert topic.config == {"min.insync.replicas": "2"}


def test_a_topic_that_was_just_made_is_known_to_every_broker(kafka_cluster: str) -> None:
    with administering(Brokers.parse(kafka_cluster)) as admin:
        for _ in range(TOPICS):
            topic = f"known-{uuid.uuid4().hex}"
            assert admin.make(topic, 1, 3, {})
            assert admin.unaware(topic) == []


def test_a_topic_takes_the_largest_append_and_a_larger_one_is_refused_while_the_next_is_taken(place: Place) -> None:
    assert record_bytes_for(LIMITS.append_bytes_max) <= LEDGER_RECORD_BYTES_MAX
    with place.opened() as caseledger:
        ledger = caseledger.ledger(place.platform)
        journal = caseledger.journal(place.platform)
        largest = [StoredEvent(uuid.uuid4(), 1, "case.opened.v1", bytes(LIMITS.append_bytes_max - 200))]
        assert journal.append(Append(largest)) == range(1, 2)
        too_large = [StoredEvent(uuid.uuid4(), 1, "case.opened.v1", bytes(LIMITS.append_bytes_max))]
        with pytest.raises(Exception, match=f"append_bytes_max is {LIMITS.append_bytes_max}"):
            ledger.append_many([too_large])
        assert journal.append(Append(two_events(uuid.uuid4(), b""))) == range(2, 4)


def test_what_several_writers_wrote_is_told_and_verified(place: Place) -> None:
    place.write(3)
    place.write(2, place.other)
    (found,) = place.document("inspect")
    assert (found["appends"], found["written"], found["positions"], found["streams"]) == (5, 5, 10, 5)
    assert [writer["appends"] for writer in found["writers"]] == [2, 3]
    assert found["file"] == str(place.index)
    (told,) = place.document("verify")
    assert told["findings"] == []
    assert told["indexes"] == [{"file": str(place.index), "records": told["records"]}]


def test_an_append_is_settled_while_another_writer_goes_on(place: Place) -> None:
    with place.opened(place.other) as other:
        journal = other.journal(place.platform)
        append = Append(two_events(uuid.uuid4(), b""))
        journal.append(append)
        told = place.document("outcome", append.append_id.hex())
        assert (told["outcome"], told["positions"]) == ("written", [1, 2])
        assert place.document("outcome", NOBODYS, "--look", status=6)["outcome"] == "unknown"
        assert place.document("outcome", NOBODYS, status=1)["cancelled_now"] is True
        late = Append(two_events(uuid.uuid4(), b""), (), bytes.fromhex(NOBODYS))
        with pytest.raises(Exception, match="is void"):
            journal.append(late)
        assert journal.append(Append(two_events(uuid.uuid4(), b""))) == range(3, 5)


def test_a_deleted_index_is_folded_again(place: Place) -> None:
    place.write(3)
    before = place.document("inspect", "--from", "0")
    shutil.rmtree(place.index.parent)
    assert place.document("inspect", "--from", "0") == before


def test_a_stale_index_is_brought_up(place: Place) -> None:
    place.write(1)
    place.write(4, place.other)
    assert place.document("verify")[0]["indexes"][0]["records"] < place.document("verify")[0]["records"]
    assert place.document("inspect")[0]["positions"] == 10


def test_an_index_of_another_topic_is_refused_and_left_as_it_is(place: Place, tmp_path: Path) -> None:
    another = Place(place.brokers, tmp_path / "another")
    assert another.run("journal", "create", "--only-ledger").exit_code == 0
    another.write(1)
    place.index.parent.mkdir(parents=True)
    shutil.copy(another.index, place.index)
    before = _content(place.index)
    status, code, reason = place.refusal("digest")
    assert (status, code) == (1, "index_foreign")
    assert f"was folded from topic {another.topic}, not {place.topic}" in reason
    assert _content(place.index) == before


def test_an_index_of_another_cluster_is_refused(place: Place, kafka_cluster: str) -> None:
    place.write(1)
    place.brokers, first = kafka_cluster, place.brokers
    assert place.run("journal", "create", "--only-ledger").exit_code == 0
    assert _until(lambda: "platform_unknown" not in place.run("digest").stderr)
    status, code, reason = place.refusal("digest")
    assert (status, code) == (1, "index_foreign")
    assert f"the one at {kafka_cluster}" in reason
    place.brokers = first
    assert place.document("inspect")[0]["positions"] == 2


def test_a_topic_that_was_made_again_is_refused_and_restored_from_the_index(place: Place, tmp_path: Path) -> None:
    place.write(2)
    listed = place.document("inspect", "--from", "0")
    before = _content(place.index)
    client = KafkaAdminClient(**Brokers.parse(place.brokers).options("tests"))
    client.delete_topics([place.topic])
    client.close()
    assert _until(lambda: place.run("journal", "create", "--only-ledger").exit_code == 0)
    status, code, reason = place.refusal("digest")
    assert (status, code) == (5, "log_lost_records")
    assert "deleted and made again" in reason
    assert "Keep the index file, it holds a copy of every record" in reason
    assert _content(place.index) == before
    kept = shutil.move(place.index.parent, tmp_path / "kept")
    assert place.document("restore", str(kept / "1.sqlite"))["records"] == len(listed[0]["records"])
    assert place.document("inspect", "--from", "0") == listed


@pytest.mark.parametrize(
    ("beyond", "said"), [(0, "is not the one that the index"), (1, "the log was truncated or replaced")]
)
def test_an_index_that_holds_something_else_or_more_than_the_log_is_refused(
    place: Place, beyond: int, said: str
) -> None:
    place.write(2)
    with closing(sqlite3.connect(place.index)) as connection, connection:
        (last,) = connection.execute("SELECT max(offset) FROM records").fetchone()
        offset, record = last + beyond, encode_cancel([bytes.fromhex(NOBODYS)])
        connection.execute("REPLACE INTO records VALUES (?, ?, ?)", (offset, record, digest(offset, record)))
    before = _rows(place.index, "records")
    status, code, reason = place.refusal("digest")
    assert (status, code) == (5, "log_lost_records")
    assert said in reason
    assert "Keep the index file" in reason
    assert _rows(place.index, "records") == before


@pytest.mark.parametrize(
    ("statement", "place_told"),
    [
        ("UPDATE streams SET last_version = 9 WHERE position = 1 AND ? > 0", "index streams"),
        ("DELETE FROM ids WHERE written = 1 AND ? > 0", "index ids"),
        ("DELETE FROM records WHERE offset < ?", "record 0"),
        ("UPDATE records SET record = x'00' WHERE offset = ?", "record 3"),
    ],
)
def test_an_index_that_is_not_what_the_log_gives_is_named_with_status_5(
    place: Place, statement: str, place_told: str
) -> None:
    place.write(2)
    _change(place.index, statement)
    (told,) = place.document("verify", status=5)
    assert f"1.sqlite: {place_told}" in {finding["place"] for finding in told["findings"]}
    assert "nothing was changed" in place.run("journal", "verify").stdout


def test_a_damaged_index_is_named_and_each_index_is_verified_by_itself(place: Place) -> None:
    place.write(2)
    shutil.copy(place.index, place.index.with_name("2.sqlite"))
    place.index.with_name("3.sqlite").write_bytes(b"no index at all")
    (told,) = place.document("verify", status=5)
    assert {finding["place"] for finding in told["findings"]} == {"3.sqlite: file"}
    assert [Path(index["file"]).name for index in told["indexes"]] == ["1.sqlite", "2.sqlite"]


def test_wrong_settings_are_refused_with_the_command_that_mends_them(place: Place) -> None:
    place.write(1)
    with administering(Brokers.parse(place.brokers)) as admin:
        admin.configure(place.topic, {"retention.ms": "1000000"})
    status, code, reason = place.refusal("digest")
    assert (status, code) == (1, "topic_unfit")
    assert "retention.ms is 1000000, must be -1. `caseledger journal create` mends that" in reason
    (told,) = place.document("verify", status=1)
    assert [finding["place"] for finding in told["findings"]] == ["topic"]
    doctor = place.run("doctor", "--json")
    assert doctor.exit_code == 1
    assert "retention.ms is 1000000" in doctor.stdout
    assert place.run("journal", "create").exit_code == 0
    assert place.document("inspect")[0]["positions"] == 2


def test_a_log_whose_first_records_were_deleted_is_refused_and_verifies_as_damaged(place: Place) -> None:
    place.write(1)
    client = KafkaAdminClient(**Brokers.parse(place.brokers).options("tests"))
    client.delete_records({TopicPartition(place.topic, 0): 2})
    client.close()
    status, code, reason = place.refusal("digest")
    assert (status, code) == (1, "topic_unfit")
    assert "its first record has offset 2, must have 0" in reason
    (told,) = place.document("verify", status=5)
    assert [finding["place"] for finding in told["findings"]] == ["topic", "log"]


def test_a_platform_without_a_topic_is_not_found(kafka_broker: str, tmp_path: Path) -> None:
    place = Place(kafka_broker, tmp_path)
    status, code, reason = place.refusal("journal", "inspect")
    assert (status, code) == (1, "platform_unknown")
    assert f"Kafka at {kafka_broker}" in reason


def test_no_broker_is_told_with_its_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.kafka.admin.CONNECT_MS", 500)
    place = Place("127.0.0.1:1", tmp_path)
    for command in (("journal", "create"), ("journal", "verify"), ("digest",)):
        status, code, reason = place.refusal(*command)
        assert (status, code) == (4, "ledger_unavailable")
        assert "127.0.0.1:1" in reason


def _change(index: Path, statement: str) -> None:
    """Change the index behind its journal's back; the last record's offset is the parameter."""
    with closing(sqlite3.connect(index)) as connection, connection:
        (last,) = connection.execute("SELECT max(offset) FROM records").fetchone()
        connection.execute(statement, (last,))


def _content(file: Path) -> list[str]:
    """All rows of the file, however SQLite keeps them."""
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
        return list(connection.iterdump())


def _rows(file: Path, table: str) -> list[str]:
    """Those of one table."""
    return [line for line in _content(file) if line.startswith(f'INSERT INTO "{table}"')]


def _until(is_so: Callable[[], bool], tries: int = 100) -> bool:
    return any(is_so() for _ in range(tries))

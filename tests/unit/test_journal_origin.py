"""An index that belongs to another log, or holds more than it, is refused by name and left as it is."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from eventsourcing.persistence import InterfaceError

from infra.journal.database import Database
from infra.journal.index import keep
from infra.journal.kafka_guard import TopicFacts
from infra.journal.kafka_origin import check_origin
from infra.journal.limits import Limits
from infra.journal.tables import RECORDS

LOG = [b"first", b"second", b"third"]
FACTS = TopicFacts(
    "localhost:9092", "wechat.ledger", "cluster-1", "topic-1", 1, 3, config={}, first_offset=0, end_offset=len(LOG)
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A new index."""
    database = Database(tmp_path / "index.sqlite", Limits())
    with database.writing() as writer:
        writer.execute(RECORDS)
    yield database
    database.close()


@pytest.fixture
def folded(database: Database) -> Database:
    """An index that holds the first two records."""
    check_origin(database, FACTS, _read)
    with database.writing() as writer:
        keep(writer, enumerate(LOG[:2]))
    return database


def _read(offset: int) -> bytes | None:
    return LOG[offset] if offset < len(LOG) else None


def _refusal(database: Database, facts: TopicFacts) -> str:
    with pytest.raises(InterfaceError) as refused:
        check_origin(database, facts, _read)
    return str(refused.value)


def test_a_new_index_belongs_to_the_topic_that_it_is_opened_with(database: Database) -> None:
    check_origin(database, FACTS, _read)
    assert "topic-2" in _refusal(database, replace(FACTS, topic_id="topic-2"))


def test_the_same_topic_is_accepted_at_any_of_its_addresses(folded: Database) -> None:
    check_origin(folded, replace(FACTS, brokers="other:9092"), _read)


def test_a_log_that_ends_where_the_index_does_is_accepted(folded: Database) -> None:
    check_origin(folded, replace(FACTS, end_offset=2), _read)


def test_another_cluster_is_refused(folded: Database) -> None:
    said = _refusal(folded, replace(FACTS, cluster_id="cluster-2"))
    assert "of cluster cluster-1" in said
    assert "is cluster-2" in said
    assert "another index file" in said


def test_another_topic_is_refused(folded: Database) -> None:
    said = _refusal(folded, replace(FACTS, topic="36kr.ledger", topic_id="topic-2"))
    assert "was folded from topic wechat.ledger, not 36kr.ledger" in said


def test_a_topic_that_was_made_again_is_refused(folded: Database) -> None:
    said = _refusal(folded, replace(FACTS, topic_id="topic-2"))
    assert "deleted and made again" in said
    assert "Keep the index file" in said


def test_a_log_shorter_than_the_index_is_refused(folded: Database) -> None:
    said = _refusal(folded, replace(FACTS, end_offset=1))
    assert "ends at offset 1" in said
    assert "1 records more" in said


@pytest.mark.parametrize("instead", [b"Second", None])
def test_a_log_that_holds_another_record_at_the_end_of_the_index_is_refused(
    folded: Database, instead: bytes | None
) -> None:
    with pytest.raises(InterfaceError, match=r"record 1 of topic .* is not the one that the index"):
        check_origin(folded, FACTS, lambda _: instead)


def test_what_is_refused_stays_bound_to_its_topic(folded: Database) -> None:
    _refusal(folded, replace(FACTS, topic_id="topic-2"))
    check_origin(folded, FACTS, _read)


def test_a_journal_of_its_own_is_no_index(database: Database) -> None:
    with database.writing() as writer:
        keep(writer, [(0, b"its own")])
    assert "a journal of its own" in _refusal(database, FACTS)

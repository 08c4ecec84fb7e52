"""What the environment of an application says about its journal on Kafka is done, and what it must not say is named."""

from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest
from eventsourcing.persistence import InterfaceError, StoredEvent

from infra.journal import JournalFactory
from infra.journal.kafka_topic import look
from infra.kafka.connection import Brokers


@pytest.fixture
def env(kafka_broker: str, tmp_path: Path) -> dict[str, str]:
    """The environment of a journal on a topic that is not there yet."""
    return {
        "PERSISTENCE_MODULE": "infra.journal",
        "JOURNAL_URL": f"kafka://{kafka_broker}/settings-{uuid4().hex}",
        "JOURNAL_INDEX": str(tmp_path / "index.sqlite"),
        "JOURNAL_DURABILITY": "single",
        "JOURNAL_CREATE": "yes",
    }


def _write(factory: JournalFactory, count: int = 1) -> None:
    for _ in range(count):
        factory.application_recorder().insert_events([StoredEvent(uuid4(), 1, "opened.v1", b"")])


def test_a_topic_is_made_only_where_that_is_asked_for(env: dict[str, str], kafka_broker: str) -> None:
    topic = env["JOURNAL_URL"].rpartition("/")[2]
    with pytest.raises(InterfaceError, match=rf"no topic {topic} .*JOURNAL_CREATE"):
        JournalFactory(env | {"JOURNAL_CREATE": "no"})
    JournalFactory(env).close()
    JournalFactory(env | {"JOURNAL_CREATE": "no"}).close()
    assert look(Brokers.parse(kafka_broker), topic).partitions == 1


def test_a_single_broker_must_be_asked_for(env: dict[str, str]) -> None:
    with pytest.raises(InterfaceError, match="durability `single`"):
        JournalFactory(env | {"JOURNAL_DURABILITY": ""})


def test_an_index_is_kept_and_belongs_to_one_journal_at_a_time(env: dict[str, str]) -> None:
    with closing(JournalFactory(env)) as factory:
        _write(factory, 3)
        with pytest.raises(InterfaceError, match="in use by another process"):
            JournalFactory(env)
    with closing(JournalFactory(env)) as factory:
        (folded,) = factory.journal.database.rows("SELECT count(*) FROM appends")[0]
        assert folded == factory.application_recorder().max_notification_id() == 3


def test_fresh_reads_show_at_once_what_others_wrote(env: dict[str, str]) -> None:
    with closing(JournalFactory(env | {"JOURNAL_INDEX": "", "JOURNAL_FRESH_READS": "yes"})) as reader:
        with closing(JournalFactory(env)) as writer:
            _write(writer, 2)
        assert reader.application_recorder().max_notification_id() == 2


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("JOURNAL_DURABILITY", "some", "JOURNAL_DURABILITY=some: write `replicated` or `single`"),
        ("JOURNAL_CREATE", "perhaps", "perhaps"),
        ("JOURNAL_KAFKA_PROTOCOL", "carrier-pigeon", "carrier-pigeon"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(env: dict[str, str], name: str, value: str, said: str) -> None:
    with pytest.raises(OSError, match=said):
        JournalFactory(env | {name: value})


@pytest.mark.parametrize(
    "url", ["kafka://", "kafka://localhost:9092", "kafka://localhost:9092/", "kafka://localhost/t"]
)
def test_an_address_that_is_none_is_refused(env: dict[str, str], url: str) -> None:
    with pytest.raises(InterfaceError, match="cannot open journal"):
        JournalFactory(env | {"JOURNAL_URL": url})

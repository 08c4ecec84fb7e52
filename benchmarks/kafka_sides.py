"""The sides of the Kafka benchmark: the journal, the library's recorders, the bare client, on this run's servers."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol
from uuid import uuid4

from eventsourcing.persistence import ApplicationRecorder, StoredEvent
from eventsourcing.postgres import PostgresFactory
from eventsourcing.sqlite import SQLiteFactory
from eventsourcing.utils import Environment
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import NewTopic

from infra.journal import JournalFactory, JournalProcessRecorder

ACK_TIMEOUT_S: Final = 30
POOL_SIZE: Final = 32
"""Connections of the library's pool: with its default of 5, and 10 more made and dropped, it is slower."""

JOURNAL: Final = "journal"
POSTGRES: Final = "eventsourcing.postgres"
SQLITE: Final = "eventsourcing.sqlite"
RAW: Final = "raw kafka-python"


class Writes(Protocol):
    """What every side can do."""

    def insert_events(self, stored_events: Sequence[StoredEvent]) -> object:
        """Write all of them; kept when it returns."""


@dataclass(frozen=True, slots=True)
class Side:
    """One way to keep events: its name in tables, and how it is opened with a folder of its own."""

    name: str
    opened: Callable[[Path], AbstractContextManager[Writes]]


class RawKafka:
    """The client as it comes: idempotent, every caller sends its events as records and waits until all are kept."""

    def __init__(self, bootstrap: str, topic: str) -> None:
        """One producer for all callers, as its documentation advises."""
        self._topic = topic
        self._bootstrap = bootstrap
        self._producer = KafkaProducer(
            bootstrap_servers=bootstrap, acks="all", enable_idempotence=True, linger_ms=0, metrics_enabled=False
        )

    def insert_events(self, stored_events: Sequence[StoredEvent]) -> list[int]:
        """Write each event as a record; their offsets."""
        futures = [
            self._producer.send(self._topic, key=str(event.originator_id).encode(), value=event.state, partition=0)
            for event in stored_events
        ]
        return [future.get(ACK_TIMEOUT_S).offset for future in futures]

    def scan(self) -> int:
        """Read the whole topic from its first record; how many there were."""
        partition = TopicPartition(self._topic, 0)
        with closing(
            KafkaConsumer(bootstrap_servers=self._bootstrap, enable_auto_commit=False, max_poll_records=5_000)
        ) as consumer:
            consumer.assign([partition])
            end = consumer.end_offsets([partition])[partition]
            consumer.seek(partition, 0)
            seen = 0
            while consumer.position(partition) < end:
                seen += sum(len(records) for records in consumer.poll(1_000).values())
            return seen

    def close(self) -> None:
        """Close the producer."""
        self._producer.close(ACK_TIMEOUT_S)


def journal_environment(bootstrap: str, topic: str, index: Path, replicas: int) -> dict[str, str]:
    """What the library's factory is told to open a journal, and to make its topic where it is not there."""
    return {
        "JOURNAL_URL": f"kafka://{bootstrap}/{topic}",
        "JOURNAL_INDEX": str(index),
        "JOURNAL_DURABILITY": "single" if replicas == 1 else "replicated",
        "JOURNAL_CREATE": "yes",
    }


def postgres_environment(socket: Path, name: str) -> Environment:
    """What the library's factory is told to open its recorder; tables are told apart by the name."""
    return Environment(
        name,
        {
            "POSTGRES_DBNAME": "postgres",
            "POSTGRES_HOST": str(socket),
            "POSTGRES_PORT": "5432",
            "POSTGRES_USER": "postgres",
            "POSTGRES_PASSWORD": "",
            "POSTGRES_POOL_SIZE": str(POOL_SIZE),
            "POSTGRES_MAX_OVERFLOW": "0",
            "POSTGRES_CONNECT_TIMEOUT": str(ACK_TIMEOUT_S),
        },
    )


@contextmanager
def open_journal(bootstrap: str, topic: str, replicas: int, folder: Path) -> Iterator[JournalProcessRecorder]:
    """The journal on this topic, with a new index in the folder."""
    environment = journal_environment(bootstrap, topic, folder / f"{uuid4().hex}.db", replicas)
    with closing(JournalFactory(environment)) as factory:
        yield JournalProcessRecorder(factory.journal)


@contextmanager
def open_postgres(socket: Path, name: str) -> Iterator[ApplicationRecorder]:
    """The library's recorder on PostgreSQL, its table told apart by the name."""
    with closing(PostgresFactory(postgres_environment(socket, name))) as factory:
        yield factory.application_recorder()


@contextmanager
def _open_sqlite(folder: Path) -> Iterator[ApplicationRecorder]:
    with closing(SQLiteFactory({"SQLITE_DBNAME": f"{folder}/library.db"})) as factory:
        yield factory.application_recorder()


@contextmanager
def _open_raw(bootstrap: str, replicas: int) -> Iterator[RawKafka]:
    topic = new_name("raw")
    create_topic(bootstrap, topic, 1, replicas)
    with closing(RawKafka(bootstrap, topic)) as client:
        yield client


def journal(bootstrap: str, replicas: int) -> Side:
    """The journal, on a new topic."""
    return Side(JOURNAL, lambda folder: open_journal(bootstrap, new_name("journal"), replicas, folder))


def postgres(socket: Path) -> Side:
    """The library's recorder on PostgreSQL, with a new table."""
    return Side(POSTGRES, lambda _: open_postgres(socket, f"bench{uuid4().hex[:8]}"))


def sqlite() -> Side:
    """The library's recorder on SQLite, with a new file."""
    return Side(SQLITE, _open_sqlite)


def raw(bootstrap: str, replicas: int) -> Side:
    """The client alone, on a new topic."""
    return Side(RAW, lambda _: _open_raw(bootstrap, replicas))


def new_name(word: str) -> str:
    """A topic name that nothing else has."""
    return f"bench-{word}-{os.getpid()}-{time.monotonic_ns()}"


def create_topic(bootstrap: str, topic: str, partitions: int, replicas: int) -> None:
    """A topic with the brokers' own settings."""
    with closing(KafkaAdminClient(bootstrap_servers=bootstrap)) as admin:
        admin.create_topics([NewTopic(topic, partitions, replicas)])

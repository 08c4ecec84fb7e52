"""Journals for tests: a fresh one on each log, and a second writer of the same log."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest

from infra.journal import Durability, Journal, JournalProcessRecorder, KafkaOptions, open_journal, open_on
from infra.journal.memory_log import MemoryLog
from tests.support.journal_reading import RECORDED_AT

MICROS = round(RECORDED_AT.timestamp() * 1_000_000)


def clock() -> int:
    return MICROS


class OnMemory:
    """Two journals on one memory log: each has an index of its own, and either comes between the other's appends."""

    @pytest.fixture
    def recorder(self, log: MemoryLog) -> Iterator[JournalProcessRecorder]:
        yield from opened(open_on(log, clock=clock))

    @pytest.fixture
    def other(self, log: MemoryLog, recorder: JournalProcessRecorder) -> Iterator[JournalProcessRecorder]:  # noqa: ARG002 - comes second
        yield from opened(open_on(log, clock=clock))

    @pytest.fixture
    def log(self) -> MemoryLog:
        return MemoryLog()


class OnSqlite:
    """Two journals on one file, as two processes have them."""

    @pytest.fixture
    def recorder(self, tmp_path: Path) -> Iterator[JournalProcessRecorder]:
        yield from opened(open_journal(f"sqlite:///{tmp_path}/journal.db", clock=clock))

    @pytest.fixture
    def other(self, tmp_path: Path, recorder: JournalProcessRecorder) -> Iterator[JournalProcessRecorder]:  # noqa: ARG002 - comes second
        yield from opened(open_journal(f"sqlite:///{tmp_path}/journal.db", clock=clock))


class OnKafka:
    """Two journals on one topic of a real broker; each reads what the other wrote a moment ago."""

    @pytest.fixture
    def recorder(self, kafka_broker: str, topic: str, tmp_path: Path) -> Iterator[JournalProcessRecorder]:
        options = KafkaOptions(tmp_path / "index.db", Durability.SINGLE, create=True, fresh_reads=True)
        yield from opened(open_journal(f"kafka://{kafka_broker}/{topic}", clock=clock, kafka=options))

    @pytest.fixture
    def other(
        self,
        kafka_broker: str,
        topic: str,
        recorder: JournalProcessRecorder,  # noqa: ARG002 - comes second
    ) -> Iterator[JournalProcessRecorder]:
        options = KafkaOptions(None, Durability.SINGLE, fresh_reads=True)
        yield from opened(open_journal(f"kafka://{kafka_broker}/{topic}", clock=clock, kafka=options))

    @pytest.fixture
    def topic(self) -> str:
        return f"journal-{uuid4().hex}"


def opened(journal: Journal) -> Iterator[JournalProcessRecorder]:
    with closing(journal):
        yield JournalProcessRecorder(journal)

"""Journals that are broken on purpose. The contract suite is run on each of them, and must fail."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from eventsourcing.persistence import Notification, StoredEvent

from infra.journal import JournalProcessRecorder, Void, open_journal
from infra.journal.memory_log import MemoryLog
from tests.support.journal_contract import JournalContract
from tests.support.journal_fixtures import OnMemory, OnSqlite, clock, opened


class LosingLog(MemoryLog):
    """Acknowledges every fourth record without keeping it."""

    def append(self, records: Sequence[bytes]) -> range:
        span = super().append(records)
        self._records[:] = [data for at, data in enumerate(self._records) if at % 5 != 4]
        return span


class TornRecorder(JournalProcessRecorder):
    """Writes the events of one append one by one."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: object) -> list[int]:
        return [super(TornRecorder, self).insert_events([event], **kwargs)[0] for event in stored_events]


class ForgetfulRecorder(JournalProcessRecorder):
    """Says that an append is cancelled, and does nothing."""

    def cancel(self, append_id: bytes) -> Void:  # noqa: ARG002 - that is the fault
        return Void("so it says")


class HastyRecorder(JournalProcessRecorder):
    """Skips an event when it reads on from a position."""

    def select_notifications(self, start: int | None, *args: object, **kwargs: object) -> Sequence[Notification]:
        return super().select_notifications(start and start + 1, *args, **kwargs)


class TestLosing(OnMemory, JournalContract):
    """On the log that loses."""

    @pytest.fixture
    def log(self) -> MemoryLog:
        return LosingLog()


class OnFault(OnSqlite, JournalContract):
    """On a sound file, through a broken recorder."""

    kind: type[JournalProcessRecorder]

    @pytest.fixture
    def recorder(self, tmp_path: Path) -> Iterator[JournalProcessRecorder]:
        for sound in opened(open_journal(f"sqlite:///{tmp_path}/journal.db", clock=clock)):
            yield self.kind(sound.journal)


class TestTorn(OnFault):
    """Through the recorder that tears."""

    kind = TornRecorder


class TestForgetful(OnFault):
    """Through the recorder that forgets."""

    kind = ForgetfulRecorder


class TestHasty(OnFault):
    """Through the recorder that skips."""

    kind = HastyRecorder

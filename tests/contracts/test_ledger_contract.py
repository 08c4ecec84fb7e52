"""The ledger in memory keeps the contract of the real one; twins that break a promise are found out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from inspect import signature
from pathlib import Path
from uuid import UUID

import pytest
from eventsourcing.persistence import Notification, StoredEvent

from caseledger.application.ports import AppendConflicts, Ledger, SourceAhead
from infra.journal import JournalProcessRecorder, open_journal
from infra.ledger import JournalLedger
from schemas.registry import published
from tests.support.fakes import MemoryLedger
from tests.support.ledger_contract import LedgerContract


class TestMemoryLedger(LedgerContract):
    """The fake."""

    @pytest.fixture
    def ledger(self) -> Ledger:
        """A new one."""
        return MemoryLedger()


class TestLedgerOnMemoryJournal(LedgerContract):
    """The real one on a journal in memory."""

    @pytest.fixture
    def ledger(self) -> Iterator[Ledger]:
        """A new one, closed afterwards."""
        yield from journal_ledger("memory:")


class TestLedgerOnSqliteJournal(LedgerContract):
    """The real one on a file."""

    @pytest.fixture
    def ledger(self, tmp_path: Path) -> Iterator[Ledger]:
        """A new one, closed afterwards."""
        yield from journal_ledger(f"sqlite:///{tmp_path}/journal.sqlite")


def journal_ledger(url: str) -> Iterator[Ledger]:
    """The ledger of a journal."""
    journal = open_journal(url)
    yield JournalLedger(JournalProcessRecorder(journal), lambda name: published().schema(name).text)
    journal.close()


class WritesBeforeItConflicts(MemoryLedger):
    """Leaves half an append behind."""

    def _append(self, events: Sequence[StoredEvent]) -> range | AppendConflicts:
        for event in events[:-1]:
            super()._append([event])
        return super()._append(events[-1:])


class LastWriterWins(MemoryLedger):
    """Takes every version, in whatever order."""

    def _append(self, events: Sequence[StoredEvent]) -> range | AppendConflicts:
        next_version = {event.originator_id: len(self._streams.get(event.originator_id, ())) for event in events}
        moved = []
        for event in events:
            next_version[event.originator_id] += 1
            moved.append(StoredEvent(event.originator_id, next_version[event.originator_id], event.topic, event.state))
        return super()._append(moved)


class StopsAtTheFirstConflict(MemoryLedger):
    """Gives up the rest of a call."""

    def append_many(self, appends: Sequence[Sequence[StoredEvent]]) -> Sequence[range | AppendConflicts]:
        outcomes = []
        for events in appends:
            conflicted = any(isinstance(outcome, AppendConflicts) for outcome in outcomes)
            outcomes.append(AppendConflicts("given up") if conflicted else self._append(events))
        return outcomes


class CountsFromZero(MemoryLedger):
    """Positions start at 0."""

    def since(self, position: int, limit: int, stop: int | None = None) -> Sequence[Notification]:
        return [
            Notification(one.originator_id, one.originator_version, one.topic, one.state, one.id - 1)
            for one in super().since(position, limit, stop)
        ]


class ForgetsTheStop(MemoryLedger):
    """Reads past the end of a page."""

    def since(self, position: int, limit: int, stop: int | None = None) -> Sequence[Notification]:
        return super().since(position, limit if stop is None else limit + 1)


class MakesUpStreams(MemoryLedger):
    """Names streams that are not there."""

    def read_many(self, streams: Sequence[UUID]) -> Mapping[UUID, Sequence[StoredEvent]]:
        return {stream: self.read(stream) for stream in streams}


class ReadsFromTheStart(MemoryLedger):
    """Ignores the version to read after."""

    def read(self, stream: UUID, after: int = 0) -> Sequence[StoredEvent]:
        return super().read(stream, min(after, 0))


class TellsNoTime(MemoryLedger):
    """Keeps another moment."""

    def recorded_at(self, positions: Sequence[int]) -> Mapping[int, datetime]:
        return dict.fromkeys(super().recorded_at(positions), datetime(2000, 1, 1, tzinfo=UTC))


class ForgetsHowFar(MemoryLedger):
    """Writes the events, and not how far the source was taken in."""

    def append_tracked(self, events: Sequence[StoredEvent], tracking: Mapping[str, int]) -> range:
        return super().append_tracked(events, dict.fromkeys(tracking, 0) if not self._sources else {})


class TracksBeforeItConflicts(MemoryLedger):
    """Moves the source on for events that were not written."""

    def append_tracked(self, events: Sequence[StoredEvent], tracking: Mapping[str, int]) -> range:
        super().append_tracked([], tracking)
        return super().append_tracked(events, {})


class TakesInTwice(MemoryLedger):
    """Lets a source go back."""

    def append_tracked(self, events: Sequence[StoredEvent], tracking: Mapping[str, int]) -> range:
        for source in tracking:
            self._sources.pop(source, None)
        return super().append_tracked(events, tracking)


TWINS: tuple[type[MemoryLedger], ...] = (
    WritesBeforeItConflicts,
    LastWriterWins,
    StopsAtTheFirstConflict,
    CountsFromZero,
    ForgetsTheStop,
    MakesUpStreams,
    ReadsFromTheStart,
    TellsNoTime,
    ForgetsHowFar,
    TracksBeforeItConflicts,
    TakesInTwice,
)


@pytest.mark.parametrize("twin", TWINS)
def test_a_ledger_that_breaks_a_promise_is_found_out(twin: type[MemoryLedger]) -> None:
    assert broken_promises(twin)


def test_the_suite_has_nothing_against_a_ledger_that_keeps_its_promises() -> None:
    assert broken_promises(MemoryLedger) == []


def broken_promises(kind: Callable[[], Ledger]) -> list[str]:
    """The tests of the suite that fail for this ledger."""
    failed = []
    for name, test in vars(LedgerContract).items():
        if not name.startswith("test_"):
            continue
        assert list(signature(test).parameters) == ["self", "ledger"]
        try:
            test(LedgerContract(), kind())
        except (AssertionError, AppendConflicts, SourceAhead, pytest.fail.Exception):
            failed.append(name)
    return failed

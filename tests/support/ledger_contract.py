"""What every ledger promises to the use cases; one suite for each of them, and for twins that break a promise."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import UUID

import pytest
from eventsourcing.persistence import StoredEvent

from caseledger.application.ports import AppendConflicts, Ledger, SourceAhead

A, B, C = UUID(int=1), UUID(int=2), UUID(int=3)
NAME = "case.note_added.v1"


def stored(stream: UUID, version: int, data: bytes = b"x") -> StoredEvent:
    """An event of a stream."""
    return StoredEvent(stream, version, NAME, data)


def places(events: Sequence[StoredEvent]) -> list[tuple[object, int, bytes]]:
    """Stream, version and bytes of each."""
    return [(event.originator_id, event.originator_version, event.state) for event in events]


class LedgerContract:
    """A subclass gives the fixture `ledger`, an empty one."""

    def test_an_empty_ledger_ends_at_0_and_holds_nothing(self, ledger: Ledger) -> None:
        assert ledger.head() == 0
        assert list(ledger.read(A)) == []
        assert dict(ledger.read_many([A, B])) == {}
        assert list(ledger.since(0, 10)) == []
        assert dict(ledger.recorded_at([1])) == {}

    def test_positions_count_from_1_without_gaps(self, ledger: Ledger) -> None:
        assert ledger.append_many([[stored(A, 1), stored(B, 1)], [stored(A, 2)]]) == [range(1, 3), range(3, 4)]
        assert ledger.head() == 3
        assert [notification.id for notification in ledger.since(0, 10)] == [1, 2, 3]

    def test_a_stream_reads_back_in_order_and_after_a_version(self, ledger: Ledger) -> None:
        ledger.append_many([[stored(A, 1, b"1"), stored(B, 1, b"b"), stored(A, 2, b"2")]])
        assert places(ledger.read(A)) == [(A, 1, b"1"), (A, 2, b"2")]
        assert places(ledger.read(A, after=1)) == [(A, 2, b"2")]
        assert places(ledger.read(A, after=2)) == []

    def test_a_stream_reads_back_as_it_stood_at_a_position(self, ledger: Ledger) -> None:
        ledger.append_many([[stored(A, 1), stored(B, 1), stored(A, 2), stored(A, 3)], [stored(B, 2)], [stored(A, 4)]])
        found = [[event.originator_version for event in ledger.read_until(A, position)] for position in range(8)]
        assert found == [[], [1], [1], [1, 2], [1, 2, 3], [1, 2, 3], [1, 2, 3, 4], [1, 2, 3, 4]]
        assert [event.originator_version for event in ledger.read_until(A, 4, after=1)] == [2, 3]
        assert list(ledger.read_until(A, 2, after=1)) == list(ledger.read_until(C, 9)) == []

    def test_many_streams_read_back_at_once_without_those_that_are_not_there(self, ledger: Ledger) -> None:
        ledger.append_many([[stored(A, 1, b"a"), stored(B, 1, b"b")]])
        found = ledger.read_many([A, B, C])
        assert {stream: places(events) for stream, events in found.items()} == {
            A: [(A, 1, b"a")],
            B: [(B, 1, b"b")],
        }

    def test_the_log_reads_in_pages_up_to_a_stop(self, ledger: Ledger) -> None:
        ledger.append_many([[stored(A, version) for version in range(1, 6)]])
        assert [one.id for one in ledger.since(1, 2)] == [2, 3]
        assert [one.id for one in ledger.since(1, 10, stop=3)] == [2, 3]
        assert [one.id for one in ledger.since(5, 10)] == []

    def test_a_version_that_is_taken_conflicts_and_nothing_of_its_append_is_written(self, ledger: Ledger) -> None:
        ledger.append_many([[stored(A, 1, b"first")]])
        (outcome,) = ledger.append_many([[stored(B, 1), stored(A, 1, b"second")]])
        assert isinstance(outcome, AppendConflicts)
        assert places(ledger.read(A)) == [(A, 1, b"first")]
        assert places(ledger.read(B)) == []
        assert ledger.head() == 1

    def test_a_version_twice_in_one_append_conflicts(self, ledger: Ledger) -> None:
        (outcome,) = ledger.append_many([[stored(A, 1), stored(A, 1)]])
        assert isinstance(outcome, AppendConflicts)
        assert ledger.head() == 0

    def test_that_a_version_follows_is_the_writers_to_see_to(self, ledger: Ledger) -> None:
        assert ledger.append_many([[stored(A, 2)]]) == [range(1, 2)]
        assert places(ledger.read(A, after=1)) == [(A, 2, b"x")]

    def test_a_conflict_leaves_the_other_appends_of_the_call_alone(self, ledger: Ledger) -> None:
        outcomes = ledger.append_many([[stored(A, 1)], [stored(A, 1)], [stored(B, 1)]])
        assert [type(outcome) for outcome in outcomes] == [range, AppendConflicts, range]
        assert places(ledger.since(0, 10)) == [(A, 1, b"x"), (B, 1, b"x")]

    def test_the_moment_of_writing_is_kept_in_utc(self, ledger: Ledger) -> None:
        before = datetime.now(UTC)
        ledger.append_many([[stored(A, 1)]])
        moments = ledger.recorded_at([1, 2])
        assert list(moments) == [1]
        assert (before - moments[1]).total_seconds() < 1
        assert moments[1].utcoffset() == before.utcoffset()

    def test_of_writers_at_once_exactly_one_gets_each_version(self, ledger: Ledger) -> None:
        def write(writer: int) -> int:
            outcomes = [ledger.append_many([[stored(A, version, bytes([writer]))]])[0] for version in range(1, 21)]
            return sum(isinstance(outcome, range) for outcome in outcomes)

        with ThreadPoolExecutor(4) as pool:
            won = list(pool.map(write, range(4)))
        assert sum(won) == ledger.head() == len(ledger.read(A)) == 20
        assert [event.originator_version for event in ledger.read(A)] == list(range(1, 21))

    def test_events_and_how_far_sources_were_taken_in_are_one_append(self, ledger: Ledger) -> None:
        assert ledger.tracked("t/0") is None
        assert ledger.append_tracked([stored(A, 1), stored(B, 1)], {"t/0": 7, "t/1": 0}) == range(1, 3)
        assert (ledger.tracked("t/0"), ledger.tracked("t/1"), ledger.tracked("t/2")) == (7, 0, None)
        assert places(ledger.since(0, 10)) == [(A, 1, b"x"), (B, 1, b"x")]

    def test_a_source_moves_on_without_an_event(self, ledger: Ledger) -> None:
        ledger.append_tracked([stored(A, 1)], {"t/0": 7})
        assert ledger.append_tracked([], {"t/0": 9}) == range(2, 2)
        assert (ledger.tracked("t/0"), ledger.head()) == (9, 1)

    def test_what_a_source_was_taken_in_for_is_not_written_again(self, ledger: Ledger) -> None:
        ledger.append_tracked([stored(A, 1)], {"t/0": 7})
        for position in (6, 7):
            with pytest.raises(SourceAhead):
                ledger.append_tracked([stored(B, 1)], {"t/1": 3, "t/0": position})
        assert (ledger.tracked("t/0"), ledger.tracked("t/1"), ledger.head()) == (7, None, 1)
        assert places(ledger.read(B)) == []

    def test_a_version_that_is_taken_leaves_the_sources_where_they_were(self, ledger: Ledger) -> None:
        ledger.append_tracked([stored(A, 1)], {"t/0": 7})
        with pytest.raises(AppendConflicts):
            ledger.append_tracked([stored(B, 1), stored(A, 1)], {"t/0": 8})
        assert (ledger.tracked("t/0"), ledger.head()) == (7, 1)

    def test_of_two_that_took_in_the_same_one_is_told_that_the_source_is_ahead(self, ledger: Ledger) -> None:
        ledger.append_tracked([stored(A, 1)], {"t/0": 7})
        with pytest.raises(SourceAhead):
            ledger.append_tracked([stored(A, 1)], {"t/0": 7})
        assert ledger.head() == 1

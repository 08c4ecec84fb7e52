"""What every journal promises, whatever log it is on: one suite; a log's test class adds only the fixtures.

`recorder` is the journal of the test, `other` a second writer of the same log; the clock of both stands still.
"""

import threading
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import DataError, IntegrityError, InterfaceError, StoredEvent, Tracking

from infra.journal import Append, JournalProcessRecorder, Refused, Unknown, Void, Written
from tests.support.journal_reading import ANN, BOB, ReadingContract, event


class JournalContract(ReadingContract):
    """Whole appends, dense positions, one answer each."""

    def test_positions_are_dense_from_one_in_the_order_of_writing(self, recorder: JournalProcessRecorder) -> None:
        assert recorder.insert_events([event(), event(BOB)]) == [1, 2]
        assert recorder.insert_events([event(ANN, 2)]) == [3]
        assert [one.id for one in recorder.select_notifications(None, 10)] == [1, 2, 3]
        assert recorder.max_notification_id() == 3

    def test_an_empty_journal_has_no_positions(self, recorder: JournalProcessRecorder) -> None:
        assert recorder.max_notification_id() is None
        assert recorder.select_notifications(None, 10) == []

    def test_an_append_takes_effect_whole_or_not_at_all(self, recorder: JournalProcessRecorder) -> None:
        recorder.insert_events([event(ANN, 1)])
        with pytest.raises(IntegrityError):
            recorder.insert_events([event(BOB, 1), event(ANN, 1)], tracking=Tracking("s", 1))
        assert recorder.select_events(BOB) == []
        assert recorder.max_tracking_id("s") is None
        assert recorder.max_notification_id() == 1

    def test_a_version_can_be_written_once(self, recorder: JournalProcessRecorder) -> None:
        recorder.insert_events([event(version=5, state=b"first")])
        with pytest.raises(IntegrityError, match="version 5 of stream 00000000-0000-0000-0000-000000000001"):
            recorder.insert_events([event(version=5, state=b"second")])
        assert [one.state for one in recorder.select_events(ANN)] == [b"first"]

    def test_a_version_inside_an_earlier_append_is_taken(self, recorder: JournalProcessRecorder) -> None:
        recorder.insert_events([event(version=version) for version in range(1, 9)])
        with pytest.raises(IntegrityError):
            recorder.insert_events([event(version=3)])

    def test_a_version_twice_in_one_append_is_a_conflict(self, recorder: JournalProcessRecorder) -> None:
        with pytest.raises(IntegrityError):
            recorder.insert_events([event(), event()])
        assert recorder.max_notification_id() is None

    def test_gaps_in_versions_are_legal_and_can_be_filled(self, recorder: JournalProcessRecorder) -> None:
        recorder.insert_events([event(version=1), event(version=5), event(version=3)])
        recorder.insert_events([event(version=2)])
        assert [one.originator_version for one in recorder.select_events(ANN)] == [1, 2, 3, 5]
        assert [one.originator_version for one in recorder.select_notifications(None, 9)] == [1, 5, 3, 2]

    def test_each_append_of_a_group_has_its_own_verdict_and_sees_the_earlier_ones(
        self, recorder: JournalProcessRecorder
    ) -> None:
        group = [Append([event()]), Append([event(), event(BOB)]), Append([event(ANN, 2)], [Tracking("s", 4)])]
        first, second, third = recorder.insert_many([*group])
        assert first == Written(range(1, 2))
        assert isinstance(second, Refused)
        assert isinstance(second.error, IntegrityError)
        assert third == Written(range(2, 3))
        assert recorder.select_events(BOB) == []
        assert recorder.max_tracking_id("s") == 4

    def test_an_empty_group_writes_nothing(self, recorder: JournalProcessRecorder) -> None:
        assert recorder.insert_many([]) == []
        assert recorder.insert_events([]) == []
        assert recorder.max_notification_id() is None

    def test_an_append_too_large_is_refused_by_the_name_of_the_limit(self, recorder: JournalProcessRecorder) -> None:
        with pytest.raises(DataError, match="append_bytes_max is 1000000"):
            recorder.insert_events([event(state=b"x" * 1_000_000)])
        verdicts = recorder.insert_many([Append([event(state=b"x" * 1_000_000)]), Append([event()])])
        assert isinstance(verdicts[0].error, DataError)
        assert verdicts[1] == Written(range(1, 2))

    def test_a_group_too_large_is_refused_by_the_name_of_the_limit(self, recorder: JournalProcessRecorder) -> None:
        with pytest.raises(DataError, match="group_appends_max is 4096"):
            recorder.insert_many([Append([event()])] * 4097)

    @pytest.mark.parametrize(
        "bad",
        [
            event(version=2**63),
            event(type_="\ud800"),
            event(stream=7),
            event(version="1"),
            event(state=None),
        ],
    )
    def test_what_cannot_be_encoded_is_refused_before_anything_is_written(
        self, recorder: JournalProcessRecorder, bad: StoredEvent
    ) -> None:
        with pytest.raises(DataError):
            recorder.insert_events([event(BOB), bad])
        assert recorder.max_notification_id() is None

    def test_tracking_positions_of_a_source_only_rise(self, recorder: JournalProcessRecorder) -> None:
        recorder.insert_tracking(Tracking("s", 5))
        for position in (5, 4):
            with pytest.raises(IntegrityError, match="'s' is not above 5"):
                recorder.insert_events([event()], tracking=Tracking("s", position))
        assert recorder.insert_events([event()], tracking=Tracking("s", 6)) == [1]
        assert (recorder.max_tracking_id("s"), recorder.max_tracking_id("other")) == (6, None)

    def test_an_append_may_track_several_sources(self, recorder: JournalProcessRecorder) -> None:
        verdicts = recorder.insert_many(
            [Append([event()], [Tracking("a", 1), Tracking("b", 2), Tracking("a", 3)]), Append((), [Tracking("a", 3)])]
        )
        assert verdicts[0] == Written(range(1, 2))
        assert isinstance(verdicts[1], Refused)
        assert (recorder.max_tracking_id("a"), recorder.max_tracking_id("b")) == (3, 2)

    def test_an_append_id_takes_effect_once(self, recorder: JournalProcessRecorder) -> None:
        append = Append([event()])
        recorder.insert_many([append])
        again = recorder.insert_many([Append([event(BOB)], append_id=append.append_id)])
        assert isinstance(again[0], Refused)
        assert recorder.select_events(BOB) == []
        assert recorder.outcome(append.append_id) == Written(range(1, 2))

    def test_the_outcome_of_an_append_can_be_asked_for(self, recorder: JournalProcessRecorder) -> None:
        append = Append([event(), event(BOB)])
        assert recorder.outcome(append.append_id) == Unknown()
        recorder.insert_many([append])
        assert recorder.outcome(append.append_id) == Written(range(1, 3))

    def test_a_cancelled_append_never_takes_effect(self, recorder: JournalProcessRecorder) -> None:
        append = Append([event()])
        assert isinstance(recorder.cancel(append.append_id), Void)
        verdict = recorder.insert_many([append])[0]
        assert isinstance(verdict, Refused)
        assert isinstance(recorder.outcome(append.append_id), Void)
        assert recorder.max_notification_id() is None

    def test_cancelling_what_was_written_changes_nothing(self, recorder: JournalProcessRecorder) -> None:
        append = Append([event()])
        recorder.insert_many([append])
        assert recorder.cancel(append.append_id) == Written(range(1, 2))
        assert recorder.select_events(ANN) == [event()]

    def test_schemas_are_kept_in_the_log_once(
        self, recorder: JournalProcessRecorder, other: JournalProcessRecorder
    ) -> None:
        text = '{"type": "record", "name": "x.Y", "fields": []}'
        fingerprint = recorder.record_schema(text)
        assert other.record_schema(text) == fingerprint
        assert recorder.schemas()[fingerprint] == other.schemas()[fingerprint] == text
        assert len(recorder.schemas()) == 4
        with pytest.raises(ValueError, match="not an Avro schema"):
            recorder.record_schema('{"type": "nonsense"}')

    def test_two_writers_see_each_others_appends(
        self, recorder: JournalProcessRecorder, other: JournalProcessRecorder
    ) -> None:
        assert recorder.insert_events([event(ANN, 1)]) == [1]
        assert other.select_events(ANN) == [event(ANN, 1)]
        assert other.insert_events([event(ANN, 2)]) == [2]
        assert recorder.insert_events([event(ANN, 3)]) == [3]
        with pytest.raises(IntegrityError):
            other.insert_events([event(ANN, 3)])
        assert recorder.select_notifications(None, 9) == other.select_notifications(None, 9)

    def test_racing_writers_lose_and_double_nothing(
        self, recorder: JournalProcessRecorder, other: JournalProcessRecorder
    ) -> None:
        written: list[int] = []

        def write(one: JournalProcessRecorder, mine: UUID) -> None:
            for version in range(60):
                try:
                    written.extend(one.insert_events([event(ANN, version), event(mine, version)]))
                except IntegrityError:
                    written.extend(one.insert_events([event(mine, version)]))

        threads = [threading.Thread(target=write, args=(one, uuid4())) for one in (recorder, other) * 3]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(written) == list(range(1, len(written) + 1))
        assert [one.originator_version for one in recorder.select_events(ANN)] == list(range(60))
        assert recorder.select_notifications(None, 999) == other.select_notifications(None, 999)
        assert len(written) == 60 * 7

    def test_a_closed_journal_refuses_everything(self, recorder: JournalProcessRecorder) -> None:
        recorder.insert_events([event()])
        recorder.journal.close()
        recorder.journal.close()
        with pytest.raises(InterfaceError, match="closed"):
            recorder.insert_events([event(BOB)])
        with pytest.raises(InterfaceError, match="closed"):
            recorder.select_events(ANN)

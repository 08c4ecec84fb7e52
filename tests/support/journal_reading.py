"""What every journal promises its readers; a part of the contract in `journal_contract`."""

import threading
from datetime import UTC, datetime
from uuid import UUID, uuid4

from eventsourcing.persistence import StoredEvent

from infra.journal import Append, JournalProcessRecorder

ANN, BOB = UUID(int=1), UUID(int=2)
RECORDED_AT = datetime(2026, 1, 2, 3, 4, 5, 678901, UTC)


def event(stream: UUID | str = ANN, version: int = 1, type_: str = "t.v1", state: bytes = b"s") -> StoredEvent:
    return StoredEvent(stream, version, type_, state)


class ReadingContract:
    """Streams, positions, times and subscriptions."""

    def test_a_stream_is_read_between_versions_in_either_order(self, recorder: JournalProcessRecorder) -> None:
        recorder.insert_events([event(version=version) for version in (1, 2, 3, 4)])
        recorder.insert_events([event(version=version) for version in (5, 6)])

        def versions(**bounds: object) -> list[int]:
            return [one.originator_version for one in recorder.select_events(ANN, **bounds)]

        assert versions() == [1, 2, 3, 4, 5, 6]
        assert versions(desc=True) == [6, 5, 4, 3, 2, 1]
        assert versions(gt=2, lte=5) == [3, 4, 5]
        assert versions(gt=2, lte=5, desc=True, limit=2) == [5, 4]
        assert versions(gt=1, limit=2) == [2, 3]
        assert versions(lte=3, desc=True, limit=1) == [3]
        assert versions(limit=0) == versions(gt=6) == versions(lte=0) == []

    def test_a_stream_read_before_shows_what_was_written_since_wherever_it_stands(
        self, recorder: JournalProcessRecorder, other: JournalProcessRecorder
    ) -> None:
        def versions() -> list[int]:
            return [one.originator_version for one in recorder.select_events(ANN)]

        other.insert_events([event(version=version) for version in (5, 6)])
        assert versions() == versions() == [5, 6]
        other.insert_events([event(version=8)])
        assert versions() == versions() == [5, 6, 8]
        recorder.insert_events([event(version=7)])
        assert versions() == versions() == [5, 6, 7, 8]
        other.insert_events([event(version=3), event(version=4)])
        recorder.insert_events([event(version=9)])
        assert versions() == versions() == [3, 4, 5, 6, 7, 8, 9]
        other.insert_events([event(version=version) for version in range(10, 100)])
        assert versions() == versions() == list(range(3, 100))
        other.insert_events([event(version=100, state=b"x" * 40_000), event(BOB, state=b"y" * 40_000)])
        assert versions() == list(range(3, 101))
        assert recorder.select_events(BOB) == recorder.select_events(BOB) == other.select_events(BOB)
        assert [one.originator_version for one in recorder.select_events(ANN, desc=True)] == versions()[::-1]

    def test_what_was_read_belongs_to_the_reader(self, recorder: JournalProcessRecorder) -> None:
        recorder.insert_events([event()])
        recorder.select_events(ANN).clear()
        recorder.select_events(ANN).clear()
        assert recorder.select_events(ANN) == [event()]

    def test_more_streams_are_read_than_are_kept(self, recorder: JournalProcessRecorder) -> None:
        streams = [UUID(int=number) for number in range(1_100)]
        recorder.insert_many([Append([event(stream)]) for stream in streams])
        assert [recorder.select_events(stream) for stream in streams * 2] == [[event(stream)] for stream in streams * 2]

    def test_notifications_are_read_between_positions_and_by_type(self, recorder: JournalProcessRecorder) -> None:
        recorder.insert_events([event(version=version, type_=f"t{version % 2}") for version in (1, 2, 3)])
        recorder.insert_events([event(version=version, type_=f"t{version % 2}") for version in (4, 5, 6)])

        def ids(*bounds: object, **options: object) -> list[int]:
            return [one.id for one in recorder.select_notifications(*bounds, **options)]

        assert ids(None, 10) == ids(-3, 10) == [1, 2, 3, 4, 5, 6]
        assert ids(2, 3) == [2, 3, 4]
        assert ids(2, 10, 5) == [2, 3, 4, 5]
        assert ids(2, 10, inclusive_of_start=False) == [3, 4, 5, 6]
        assert ids(1, 2, topics=["t0"]) == [2, 4]
        assert ids(2, 10, 5, ["t1"]) == [3, 5]
        assert ids(1, 0) == ids(7, 10) == ids(100, 10) == ids(5, 10, 4) == []

    def test_what_was_written_is_read_back_unchanged(self, recorder: JournalProcessRecorder) -> None:
        odd = [
            event("", 0, "", b""),
            event("ünï ☃" * 40, -(2**63), "t" * 200, bytes(range(256)) * 40),
            event(uuid4(), 2**63 - 1, "☃" * 63, b"x" * 63),
            event(uuid4(), 64, "t" * 63, b"x" * 64),
            event(uuid4(), 63, "t" * 64, b"x" * 8191),
            event(uuid4(), -64, "t" * 65, b"x" * 8192),
        ]
        recorder.insert_events(odd)
        found = recorder.select_notifications(None, 10)
        assert [StoredEvent(n.originator_id, n.originator_version, n.topic, n.state) for n in found] == odd
        assert [recorder.select_events(one.originator_id) for one in odd] == [[one] for one in odd]

    def test_a_uuid_and_its_text_name_different_streams(self, recorder: JournalProcessRecorder) -> None:
        recorder.insert_events([event(ANN), event(str(ANN))])
        assert recorder.select_events(str(ANN)) == [event(str(ANN))]

    def test_many_streams_are_read_at_once_and_absent_ones_left_out(self, recorder: JournalProcessRecorder) -> None:
        streams = [uuid4() for _ in range(600)]
        recorder.insert_many([Append([event(stream, 1), event(stream, 2)]) for stream in streams[::2]])
        found = recorder.select_many(streams)
        assert found == {stream: [event(stream, 1), event(stream, 2)] for stream in streams[::2]}
        assert recorder.select_many([]) == {}

    def test_every_position_tells_when_it_was_recorded(self, recorder: JournalProcessRecorder) -> None:
        recorder.insert_events([event(), event(BOB)])
        found = recorder.select_recorded(2, 10)
        assert [(one.id, one.originator_id, one.recorded_at) for one in found] == [(2, BOB, RECORDED_AT)]
        assert recorder.recorded_at(1) == RECORDED_AT
        assert recorder.recorded_at(3) is None

    def test_a_stream_tells_its_last_version_and_position(self, recorder: JournalProcessRecorder) -> None:
        assert (recorder.head(ANN), recorder.last_position(ANN)) == (None, None)
        recorder.insert_events([event(ANN, 3), event(BOB, 1), event(ANN, 4)])
        recorder.insert_events([event(ANN, 1)])
        assert (recorder.head(ANN), recorder.last_position(ANN)) == (4, 3)

    def test_a_stream_tells_the_version_it_had_at_a_position(self, recorder: JournalProcessRecorder) -> None:
        assert recorder.version_at(ANN, 9) is None
        recorder.insert_events([event(BOB, 1), event(ANN, 1), event(ANN, 2), event(ANN, 3)])
        recorder.insert_events([event(BOB, 2)])
        recorder.insert_events([event(ANN, 4)])
        assert [recorder.version_at(ANN, position) for position in range(1, 8)] == [None, 1, 2, 3, 3, 4, 4]
        assert [recorder.version_at(BOB, position) for position in (0, 1, 4, 5)] == [None, 1, 1, 2]

    def test_a_subscription_yields_every_event_once_in_order(
        self, recorder: JournalProcessRecorder, other: JournalProcessRecorder
    ) -> None:
        recorder.insert_events([event(ANN, version) for version in range(700)])
        writer = threading.Thread(target=lambda: [other.insert_events([event(BOB, v)]) for v in range(20)])
        with recorder.subscribe(gt=10) as subscription:
            writer.start()
            found = [next(subscription).id for _ in range(710)]
        writer.join()
        assert found == list(range(11, 721))

    def test_a_subscription_to_types_skips_the_others(self, recorder: JournalProcessRecorder) -> None:
        recorder.insert_many([Append([event(ANN, v, "a" if v % 600 else "b")]) for v in range(1, 1301)])
        with recorder.subscribe(topics=["b"]) as subscription:
            found = [next(subscription).id for _ in range(2)]
            recorder.insert_events([event(BOB, 1, "a"), event(BOB, 2, "b")])
            found.append(next(subscription).id)
        assert found == [600, 1200, 1302]

    def test_stopping_a_subscription_ends_a_wait_for_news(self, recorder: JournalProcessRecorder) -> None:
        with recorder.subscribe() as subscription:
            threading.Timer(0.05, subscription.stop).start()
            assert list(subscription) == []

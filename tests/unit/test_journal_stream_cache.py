"""What was just appended is kept for whoever reads the stream next, and never believed against the log."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest
from eventsourcing.persistence import StoredEvent

from infra.journal import Append, JournalProcessRecorder, open_journal

ANN = UUID(int=1)


class OwnEvent(StoredEvent):
    """A caller's own kind of event."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


@pytest.fixture
def recorder(path: Path) -> Iterator[JournalProcessRecorder]:
    with closing(open_journal(f"sqlite:///{path}")) as journal:
        yield JournalProcessRecorder(journal)


def events(*versions: int) -> list[StoredEvent]:
    return [StoredEvent(ANN, version, "t.v1", b"state %d" % version) for version in versions]


@pytest.mark.parametrize(
    "appends",
    [[(1, 2, 3)], [(1,), (2,), (3,)], [(3,), (1, 2)], [(1, 2), (4,), (3,)], [(7,), (8, 9)], [(2, 1)], [(0,), (1,)]],
)
def test_a_stream_reads_as_it_does_from_the_file(
    recorder: JournalProcessRecorder, path: Path, appends: list[tuple[int, ...]]
) -> None:
    for versions in appends:
        recorder.insert_events(events(*versions))
    expected = events(*sorted(version for versions in appends for version in versions))
    assert recorder.select_events(ANN) == expected
    assert recorder.select_events(ANN) == expected
    with closing(open_journal(f"sqlite:///{path}")) as journal:
        assert JournalProcessRecorder(journal).select_events(ANN) == expected


def test_what_another_process_appended_between_is_read(recorder: JournalProcessRecorder, path: Path) -> None:
    with closing(open_journal(f"sqlite:///{path}")) as journal:
        other = JournalProcessRecorder(journal)
        other.insert_events(events(1))
        recorder.insert_events(events(2))
        other.insert_events(events(3))
        recorder.insert_events(events(4))
    assert recorder.select_events(ANN) == events(1, 2, 3, 4)


def test_a_refused_append_is_not_kept(recorder: JournalProcessRecorder) -> None:
    recorder.insert_events(events(1))
    with pytest.raises(Exception, match="already recorded"):
        recorder.insert_events([StoredEvent(ANN, 1, "t.v1", b"other")])
    assert recorder.select_events(ANN) == events(1)


def test_bytes_that_may_change_and_events_of_another_class_are_read_from_the_log(
    recorder: JournalProcessRecorder,
) -> None:
    changing = bytearray(b"state 1")
    recorder.insert_events([StoredEvent(ANN, 1, "t.v1", changing)])
    recorder.insert_events([OwnEvent(ANN, 2, "t.v1", b"state 2")])
    changing[:] = b"altered"
    found = recorder.select_events(ANN)
    assert found == events(1, 2)
    assert {event.__class__ for event in found} == {StoredEvent}


def test_a_list_that_was_given_out_may_be_changed(recorder: JournalProcessRecorder) -> None:
    recorder.insert_events(events(1, 2))
    recorder.select_events(ANN).clear()
    assert recorder.select_events(ANN) == events(1, 2)


def test_an_append_over_several_streams_is_read_from_the_log(recorder: JournalProcessRecorder) -> None:
    recorder.journal.append(Append([*events(1), StoredEvent("other", 1, "t.v1", b""), *events(2)]))
    assert recorder.select_events(ANN) == events(1, 2)

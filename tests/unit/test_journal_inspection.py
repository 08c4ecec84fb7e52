"""What a journal holds is counted without reading what its events say, and its records are told as they are."""

from contextlib import closing
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import InterfaceError, StoredEvent, Tracking

from infra.journal import Append, open_journal
from infra.journal.index import keep
from infra.journal.inspection import Inspection, inspect
from infra.journal.listing import ListedRecord, listed
from infra.journal.read_only import snapshot
from infra.journal.records import appends_head, encode_append, encode_cancel

ANN, BOB = b"a" * 16, b"b" * 16
CANCELLED = b"c" * 16
STREAM = UUID(int=1)


def _record(writer: bytes, at: int, *appends: Append) -> bytes:
    return appends_head(writer, at, len(appends)) + b"".join(encode_append(each).data for each in appends) + b"\0"


def _append(version: int, *tracking: Tracking, events: int = 1) -> Append:
    found = [StoredEvent(STREAM, version + place, "case.opened.v1", b"what it says") for place in range(events)]
    return Append(found, tracking)


TWO = _append(1, Tracking("reports", 7), events=2)
RACE_LOST = _append(2)
TRACKED = Append([], [Tracking("reports", 9)])
LATE = Append([StoredEvent(STREAM, 9, "case.opened.v1", b"")], (), CANCELLED)
LOG = (
    _record(ANN, 1_000_000, TWO),
    _record(BOB, 2_000_000, RACE_LOST, TRACKED),
    _record(ANN, 3_000_000, TWO),
    encode_cancel([CANCELLED]),
    _record(ANN, 4_000_000, LATE, _append(3)),
)
"""Two events; a lost race beside a position without events; the first append sent again; a cancelled one, too late."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A journal with that log after its three schemas."""
    file = tmp_path / "journal.sqlite"
    open_journal(f"sqlite:///{file}").close()
    with closing(open_journal(f"sqlite:///{file}")) as journal, journal.database.writing() as writer:
        keep(writer, enumerate(LOG, start=3))
    open_journal(f"sqlite:///{file}").close()
    return file


def _inspected(file: Path) -> Inspection:
    with snapshot(file) as connection:
        return inspect(connection)


def _listed(file: Path, start: int = 0, limit: int = 100) -> list[ListedRecord]:
    with snapshot(file) as connection:
        return list(listed(connection, start, limit))


def test_appends_are_counted_by_what_became_of_them(file: Path) -> None:
    found = _inspected(file)
    assert (found.appends, found.written, found.void, found.cancels) == (6, 3, 3, 1)
    assert (found.positions, found.streams, found.next_offset, found.records) == (3, 1, 8, 8)
    assert found.bytes > sum(map(len, LOG))


def test_every_writer_is_told_with_its_appends_and_its_last_moment(file: Path) -> None:
    writers = [
        (writer.writer, writer.appends, writer.first_at.second, writer.last_at.second, writer.last_offset)
        for writer in _inspected(file).writers
    ]
    assert writers == [(ANN.hex(), 4, 1, 4, 7), (BOB.hex(), 2, 2, 2, 4)]


def test_sources_and_schemas_are_told(file: Path) -> None:
    found = _inspected(file)
    assert found.sources == [("reports", 9)]
    assert {schema.name for schema in found.schemas} == {"journal.Schema", "journal.Appends", "journal.Cancel"}
    assert (found.sources_total, found.schemas_total, found.writers_total) == (1, 3, 2)


def test_records_are_listed_with_the_positions_that_they_gave(file: Path) -> None:
    records = _listed(file, 3)
    assert [record.offset for record in records] == [3, 4, 5, 6, 7]
    assert [[append.positions for append in record.appends] for record in records] == [
        [range(1, 3)],
        [None, range(3, 3)],
        [None],
        [],
        [None, range(3, 4)],
    ]
    assert records[3].cancelled == [CANCELLED.hex()]
    assert records[0].appends[0].events == [(str(STREAM), 1, "case.opened.v1"), (str(STREAM), 2, "case.opened.v1")]
    assert records[0].appends[0].tracking == [("reports", 7)]


def test_a_list_begins_and_ends_where_it_is_told_to(file: Path) -> None:
    assert [record.offset for record in _listed(file, 2, 3)] == [2, 3, 4]
    assert _listed(file, 8) == []


def test_what_is_no_record_is_counted_and_told(file: Path) -> None:
    with closing(open_journal(f"sqlite:///{file}")) as journal, journal.database.writing() as writer:
        keep(writer, [(8, b"no record at all")])
    assert _inspected(file).unreadable == 1
    assert _listed(file, 8) == [ListedRecord(8, 16, "unreadable")]


def test_progress_is_told_and_many_writers_are_all_counted(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.journal.inspection.SCAN_RECORDS", 10)
    with closing(open_journal(f"sqlite:///{file}")) as journal, journal.database.writing() as writer:
        keep(writer, ((8 + n, _record(uuid4().bytes, n, _append(100 + n))) for n in range(150)))
    told: list[int] = []
    with snapshot(file) as connection:
        found = inspect(connection, told.append)
    assert told == list(range(10, 160, 10))
    assert (found.writers_total, len(found.writers), found.appends) == (152, 100, 156)


def test_a_file_that_is_not_there_or_not_a_journal_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(b"something else")
    for name, said in (("none", "no such file"), ("other", "not a journal")):
        with pytest.raises(InterfaceError, match=said), snapshot(tmp_path / name):
            pass

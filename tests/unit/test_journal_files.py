"""What happens to a journal file that is damaged, foreign, too new, or lacks its index."""

import random
import sqlite3
from contextlib import AbstractContextManager, closing
from pathlib import Path
from uuid import UUID

import pytest
from eventsourcing.persistence import InterfaceError, StoredEvent, Tracking

from infra.journal import Append, Journal, JournalProcessRecorder, open_journal, verify
from infra.journal.limits import FOLD_RECORDS_MAX
from infra.journal.tables import INDEX

ANN = UUID(int=1)
_PAGE_BYTES = 4_096


def opened(path: Path) -> AbstractContextManager[Journal]:
    return closing(open_journal(f"sqlite:///{path}"))


def changed(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A closed journal with more records than one step folds, of every kind."""
    path = tmp_path / "journal.db"
    with opened(path) as journal:
        recorder = JournalProcessRecorder(journal)
        recorder.insert_many([Append([StoredEvent(ANN, v, "t.v1", b"state %d" % v)]) for v in range(FOLD_RECORDS_MAX)])
        recorder.insert_events([StoredEvent(ANN, 9999, "t.v1", b"last")], tracking=Tracking("s", 7))
        recorder.cancel(b"c" * 16)
    return path


def flipped(path: Path, wanted: bytes) -> None:
    """Flip one bit of the only place in the file where these bytes stand."""
    data = bytearray(path.read_bytes())
    assert data.count(wanted) == 1
    data[data.index(wanted) + len(wanted) - 1] ^= 1
    path.write_bytes(data)


def test_a_sound_journal_has_no_findings(path: Path) -> None:
    assert verify(path) == []


def test_a_journal_in_use_can_be_verified(path: Path) -> None:
    with opened(path) as journal:
        JournalProcessRecorder(journal).insert_events([StoredEvent("s", 1, "t", b"")])
        assert verify(path) == []


def test_a_flipped_bit_in_a_stored_record_is_found_and_named_by_its_offset(path: Path) -> None:
    flipped(path, b"state 77")
    assert [(finding.place, finding.what) for finding in verify(path)] == [
        ("record 80", "is not what was written: its digest differs")
    ]


def test_a_record_that_cannot_be_read_is_named_by_its_offset(path: Path) -> None:
    changed(path, "UPDATE records SET record = substr(record, 1, 40) WHERE offset = 9")
    places = {finding.place for finding in verify(path)}
    assert {"record 9", "index appends", "index ids", "index streams"} == places


def test_a_missing_record_is_named_by_its_offset(path: Path) -> None:
    changed(path, "DELETE FROM records WHERE offset = 9")
    assert "record 9" in {finding.place for finding in verify(path)}


def test_two_records_that_changed_places_are_found(path: Path) -> None:
    changed(
        path,
        "UPDATE records SET offset = -1 WHERE offset = 9",
        "UPDATE records SET offset = 9 WHERE offset = 10",
        "UPDATE records SET offset = 10 WHERE offset = -1",
    )
    assert {"record 9", "record 10"} <= {finding.place for finding in verify(path)}


@pytest.mark.parametrize(
    ("table", "statement"),
    [
        ("appends", "UPDATE appends SET at = at + 1 WHERE position = 5"),
        ("streams", "DELETE FROM streams WHERE last_version = 5"),
        ("ids", "UPDATE ids SET position = 1 WHERE position = 5"),
        ("tracking", "UPDATE tracking SET position = 8"),
        ("schemas", "DELETE FROM schemas"),
        ("ids", "DROP TABLE ids"),
    ],
)
def test_an_index_that_is_not_what_the_log_folds_to_is_named(path: Path, table: str, statement: str) -> None:
    changed(path, statement)
    assert [finding.place for finding in verify(path)] == [f"index {table}"]


def test_text_that_is_no_text_any_more_is_found_and_read_on_from(path: Path) -> None:
    changed(path, "UPDATE schemas SET text = CAST(x'7bff' || CAST(text AS BLOB) AS TEXT)")
    found = verify(path)
    assert [finding.place for finding in found] == ["index schemas"]
    assert r"{\xff" in found[0].what


@pytest.mark.parametrize("value", ["NULL", "7", "'text'"])
def test_a_record_that_holds_no_bytes_is_named_by_its_offset(path: Path, value: str) -> None:
    changed(
        path,
        "PRAGMA writable_schema = 1",
        "UPDATE sqlite_master SET sql = replace(sql, 'NOT NULL', '') WHERE name = 'records'",
        "PRAGMA writable_schema = RESET",
        f"UPDATE records SET record = {value} WHERE offset = 9",  # noqa: S608 - our own values
        "DELETE FROM streams",
    )
    assert "record 9" in {finding.place for finding in verify(path)}


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_overwritten_is_named_and_never_an_error(path: Path, seed: int) -> None:
    """Every page in turn, filled with other bytes: what is read of it may have become anything."""
    chance = random.Random(seed)  # noqa: S311 - a damage that can be made again
    sound = path.read_bytes()
    for at in range(_PAGE_BYTES, len(sound), _PAGE_BYTES):
        size = chance.choice((64, 512, _PAGE_BYTES))
        path.write_bytes(sound[:at] + chance.randbytes(size) + sound[at + size :])
        assert verify(path), f"page at {at}, {size} bytes, seed {seed}"


def test_damaged_pages_are_found(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[8192:8300] = b"\xff" * 108
    path.write_bytes(data)
    assert verify(path)[0].place == "file"


@pytest.mark.parametrize("statement", [f"DROP TABLE {table}" for table in INDEX])
def test_a_lost_part_of_the_index_is_built_again_from_the_log(path: Path, statement: str) -> None:
    changed(path, statement)
    with opened(path) as journal:
        recorder = JournalProcessRecorder(journal)
        assert recorder.max_notification_id() == FOLD_RECORDS_MAX + 1
        assert len(recorder.select_events(ANN)) == FOLD_RECORDS_MAX + 1
        assert recorder.max_tracking_id("s") == 7
    assert verify(path) == []


def test_an_index_behind_its_log_is_built_again(path: Path) -> None:
    with opened(path) as journal:
        append = Append([StoredEvent(ANN, 10_000, "t.v1", b"later")])
        JournalProcessRecorder(journal).insert_many([append])
    position = FOLD_RECORDS_MAX + 2
    changed(
        path,
        f"DELETE FROM appends WHERE position = {position}",  # noqa: S608 - our own number
        f"DELETE FROM ids WHERE position = {position}",  # noqa: S608 - the same
        "DELETE FROM streams WHERE last_version = 10000",
    )
    with opened(path) as journal:
        assert JournalProcessRecorder(journal).select_notifications(position, 9)[0].state == b"later"
    assert verify(path) == []


def test_a_damaged_record_is_not_folded_into_a_new_index(path: Path) -> None:
    flipped(path, b"state 77")
    changed(path, "DROP TABLE ids")
    before = path.read_bytes()
    with pytest.raises(InterfaceError, match=r"journal\.db is damaged: record 80 .* left as it is"):
        open_journal(f"sqlite:///{path}")
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused_by_name_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(b"these are my notes, not a database")
    with pytest.raises(InterfaceError, match=r"notes\.txt is damaged or not a journal.*another path"):
        open_journal(f"sqlite:///{path}")
    assert path.read_bytes() == b"these are my notes, not a database"
    assert verify(path)[0].place == "file"


def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    changed(path, "CREATE TABLE theirs (x)")
    before = path.read_bytes()
    with pytest.raises(InterfaceError, match="not a journal"):
        open_journal(f"sqlite:///{path}")
    assert path.read_bytes() == before


def test_a_damaged_database_is_refused_by_name(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:100] + b"\xff" * 4000 + data[4100:])
    with pytest.raises(InterfaceError, match=r"journal\.db is damaged: .*restore it from a backup"):
        open_journal(f"sqlite:///{path}")


def test_a_newer_format_is_refused(path: Path) -> None:
    changed(path, "PRAGMA user_version = 2")
    with pytest.raises(InterfaceError, match="has journal format 2, this version reads up to 1"):
        open_journal(f"sqlite:///{path}")


def test_a_journal_without_its_log_is_refused(path: Path) -> None:
    changed(path, "DROP TABLE records")
    with pytest.raises(InterfaceError, match="table `records`, is missing"):
        open_journal(f"sqlite:///{path}")


def test_an_empty_file_becomes_a_journal(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    path.touch()
    with opened(path) as journal:
        assert JournalProcessRecorder(journal).insert_events([StoredEvent("s", 1, "t", b"")]) == [1]


@pytest.mark.parametrize(
    "url",
    ["", "memory", "sqlite:///", "sqlite:///:memory:", "sqlite://host/x", "postgres:///x", "sqlite:////no/such/x"],
)
def test_an_address_that_cannot_be_opened_is_refused(url: str) -> None:
    with pytest.raises(InterfaceError, match=r"cannot (open|create) journal"):
        open_journal(url)


def test_a_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InterfaceError, match="cannot open journal"):
        open_journal(f"sqlite:///{tmp_path}")


def test_a_file_that_is_not_there_cannot_be_verified(tmp_path: Path) -> None:
    with pytest.raises(InterfaceError, match="no such file"):
        verify(tmp_path / "none.db")

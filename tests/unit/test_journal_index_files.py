"""Index files of a journal on one machine: no two processes share one, and a new one begins with what another holds."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from eventsourcing.persistence import InterfaceError

from infra.journal import index_files
from infra.journal.database import Database
from infra.journal.files import INDEX, IndexInUseError, ProcessLock
from infra.journal.index_files import with_own_index
from infra.journal.limits import Limits
from tests.support.projectors import wait_until


def held(index: Path) -> ProcessLock:
    return ProcessLock(index)


def fill(index: Path, rows: int) -> None:
    with closing(sqlite3.connect(index)) as connection, connection:
        connection.execute("CREATE TABLE t (x)")
        connection.executemany("INSERT INTO t VALUES (?)", [("x" * 1_000,)] * rows)


def count(index: Path) -> int:
    with closing(sqlite3.connect(index)) as connection:
        rows: int = connection.execute("SELECT count(*) FROM t").fetchone()[0]
        return rows


def test_the_lowest_free_file_is_taken(tmp_path: Path) -> None:
    first = ProcessLock(tmp_path / "1.sqlite")
    second = with_own_index(tmp_path, lambda index: index)
    assert second.name == "2.sqlite"
    first.release()
    assert with_own_index(tmp_path, lambda index: index).name == "1.sqlite"


def test_a_new_file_begins_as_a_copy_of_the_longest_also_while_that_is_in_use(tmp_path: Path) -> None:
    fill(tmp_path / "1.sqlite", 10)
    fill(tmp_path / "2.sqlite", 300)
    locks = [held(tmp_path / f"{number}.sqlite") for number in (1, 2)]
    third = with_own_index(tmp_path, lambda index: index)
    assert (third.name, count(third), third.stat().st_mode & 0o777) == ("3.sqlite", 300, 0o600)
    for lock in locks:
        lock.release()


def test_a_damaged_one_is_not_copied(tmp_path: Path) -> None:
    (tmp_path / "1.sqlite").write_bytes(b"no database" * 1_000)
    lock = held(tmp_path / "1.sqlite")
    second = with_own_index(tmp_path, lambda index: index)
    assert not second.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.sqlite", "1.sqlite.lock", "2.sqlite.lock"]
    lock.release()


def test_many_at_once_get_a_file_each(tmp_path: Path) -> None:
    fill(tmp_path / "1.sqlite", 50)
    together = threading.Barrier(8)
    taken: list[ProcessLock] = []
    names: list[str] = []

    def take(index: Path) -> None:
        taken.append(ProcessLock(index))
        names.append(index.name)

    def begin() -> None:
        together.wait()
        with_own_index(tmp_path, take)

    threads = [threading.Thread(target=begin) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(names)) == 8
    assert all(count(tmp_path / name) == 50 for name in names)
    for lock in taken:
        lock.release()


def test_when_all_are_in_use_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_files, "INDEX_FILES_MAX", 2)
    locks = [held(tmp_path / f"{number}.sqlite") for number in (1, 2)]
    with pytest.raises(InterfaceError, match="2 processes use the indexes in"):
        with_own_index(tmp_path, lambda index: index)
    with pytest.raises(IndexInUseError, match=r"1\.sqlite is in use by another process"):
        held(tmp_path / "1.sqlite")
    for lock in locks:
        lock.release()


@pytest.mark.parametrize("content", [b"no database" * 1_000, b"SQLite format 3\0" + b"x" * 4_080])
def test_an_index_that_cannot_be_opened_is_left_to_others(tmp_path: Path, content: bytes) -> None:
    index = tmp_path / "1.sqlite"
    index.write_bytes(content)
    with pytest.raises(InterfaceError):
        Database(index, Limits(), kind=INDEX)
    held(index).release()


def test_what_was_committed_is_copied_into_the_file_beside_the_commits(tmp_path: Path) -> None:
    index = tmp_path / "1.sqlite"
    database = Database(index, Limits(), kind=INDEX)
    size = index.stat().st_size
    with database.writing() as writer:
        writer.execute("CREATE TABLE t (x)")
        writer.executemany("INSERT INTO t VALUES (?)", [("x" * 1_000,)] * 500)
    wait_until(lambda: index.stat().st_size > size + 500_000)
    assert database.rows("SELECT count(*) FROM t") == [(500,)]
    database.close()
    assert count(index) == 500

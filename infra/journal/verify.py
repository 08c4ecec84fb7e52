"""Verification: the whole log is read and folded again, and every difference is named. Nothing is ever repaired."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice, zip_longest
from pathlib import Path

from eventsourcing.persistence import InterfaceError, OperationalError

from infra.journal.avro import MalformedError
from infra.journal.database import SCRATCH, Database
from infra.journal.index import Index
from infra.journal.limits import FINDINGS_MAX, FOLD_RECORDS_MAX, Limits
from infra.journal.log import digest
from infra.journal.memory_log import MemoryLog
from infra.journal.read_only import snapshot
from infra.journal.records import decode
from infra.journal.tables import INDEX

Progress = Callable[[int], None]
"""Told up to which offset the log was folded."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was written; `place` is `file`, `record OFFSET` or `index TABLE`."""

    place: str
    what: str


def verify(path: Path | str, progress: Progress = lambda _: None) -> list[Finding]:
    """What is wrong with this journal file; empty when nothing is. At most `FINDINGS_MAX` findings.

    Reads one snapshot, so the journal may be in use. Raises `InterfaceError` when the file cannot be opened.
    """
    path = Path(path)
    if not path.exists():
        raise InterfaceError(f"cannot open journal {path}: no such file")
    scratch = Database(None, Limits(), SCRATCH)
    try:
        with snapshot(path) as connection, scratch.writing():
            return list(islice(_checks(connection, scratch, progress), FINDINGS_MAX))
    except OperationalError as error:
        raise InterfaceError(f"cannot open journal {path}: {error}") from error
    except InterfaceError as error:
        return [Finding("file", str(error))]
    finally:
        scratch.close()


def _checks(connection: sqlite3.Connection, scratch: Database, progress: Progress) -> Iterator[Finding]:
    try:
        if not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
            return
        pages = [Finding("file", what) for (what,) in connection.execute("PRAGMA integrity_check") if what != "ok"]
        yield from pages
        index = Index(scratch, MemoryLog())
        index.clear()
        yield from _fold(connection, index, progress)
        for table in INDEX:
            yield from compare(connection, scratch.writer, table)
    except sqlite3.OperationalError:
        raise
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # SQLite's own message may hold what is damaged
        yield Finding("file", f"cannot be read further: {error}")


def _fold(connection: sqlite3.Connection, index: Index, progress: Progress) -> Iterator[Finding]:
    """Fold the stored records into the index; what is wrong with them."""
    expected = 0
    cursor = connection.execute("SELECT offset, record, digest FROM records ORDER BY offset")
    while rows := cursor.fetchmany(FOLD_RECORDS_MAX):
        sound = []
        for offset, record, kept in rows:
            if offset != expected:
                yield Finding(f"record {expected}", f"is missing; the next one is {offset}")
            expected = offset + 1
            if not isinstance(record, bytes):
                yield Finding(f"record {offset}", "is not what was written: it holds no bytes")
                continue
            if digest(offset, record) != kept:
                yield Finding(f"record {offset}", "is not what was written: its digest differs")
            try:
                decode(record)
            except MalformedError as error:
                yield Finding(f"record {offset}", f"cannot be read: {error}")
            else:
                sound.append((offset, record))
        index.add(index.judged(sound))
        progress(expected)


def compare(stored: sqlite3.Connection, folded: sqlite3.Connection, table: str) -> Iterator[Finding]:
    """The first row in which the stored index is not what the log folds to."""
    if not stored.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone():
        yield Finding(f"index {table}", "is missing; opening the journal builds it again from the log")
        return
    order = "1, 2" if table == "streams" else "1"
    query = f"SELECT * FROM {table} ORDER BY {order}"  # noqa: S608 - our own table names
    for there, right in zip_longest(stored.execute(query), folded.execute(query)):
        if there != right:
            yield Finding(f"index {table}", f"holds {_shown(there)} where the log gives {_shown(right)}")
            return


def _shown(row: tuple[object, ...] | None) -> str:
    if row is None:
        return "nothing"
    return "(" + ", ".join(value.hex() if isinstance(value, bytes) else str(value) for value in row) + ")"

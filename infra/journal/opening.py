"""Opening a journal: its file is created, checked, or refused by name; what the index lacks is folded from the log."""

import time
from collections.abc import Callable
from pathlib import Path

from eventsourcing.persistence import DatabaseError, InterfaceError, OperationalError

from infra.journal.database import Database
from infra.journal.files import APPLICATION_ID, FORMAT, check_marks, damaged
from infra.journal.index import Index
from infra.journal.journal import Journal
from infra.journal.limits import Limits
from infra.journal.log import Log
from infra.journal.memory_log import MemoryLog
from infra.journal.records import OWN_SCHEMAS
from infra.journal.settler import Settler
from infra.journal.sqlite_log import SqliteLog
from infra.journal.tables import RECORDS, SNAPSHOTS

MEMORY_URL = "memory:"
SQLITE_URL = "sqlite:///"

Clock = Callable[[], int]
"""Microseconds since 1970 in UTC."""


def system_clock() -> int:
    """The machine's time in microseconds since 1970."""
    return time.time_ns() // 1_000


def open_journal(url: str, *, limits: Limits | None = None, clock: Clock = system_clock) -> Journal:
    """The journal at `sqlite:///path` (relative; `sqlite:////path` is absolute), or a new one at `memory:`.

    Raises `InterfaceError` for any other address, and for a file that is damaged, newer than this version, not a
    journal, or out of reach; such a file is left as it is.
    """
    limits = limits or Limits()
    if url == MEMORY_URL:
        return open_on(MemoryLog(), limits=limits, clock=clock)
    if not url.startswith(SQLITE_URL) or url == SQLITE_URL or ":memory:" in url:
        raise InterfaceError(f"cannot open journal {url!r}: the address is `{SQLITE_URL}path` or `{MEMORY_URL}`")
    database = Database(Path(url.removeprefix(SQLITE_URL)), limits)
    return _opened(database, SqliteLog(database), limits, clock)


def open_on(log: Log, *, limits: Limits | None = None, clock: Clock = system_clock) -> Journal:
    """A journal on this log with an index of its own in memory: one of the log's writers and readers."""
    limits = limits or Limits()
    return _opened(Database(None, limits), log, limits, clock)


def _opened(database: Database, log: Log, limits: Limits, clock: Clock) -> Journal:
    index = Index(database, log)
    settler = Settler(database, log, index, clock)
    try:
        _set_up(database, index)
        settler.refresh()
        settler.record(OWN_SCHEMAS)
    except (OperationalError, InterfaceError):
        database.close()
        raise
    except DatabaseError as error:
        database.close()
        raise damaged(database.name, error) from error
    return Journal(database, log, settler, limits=limits)


def _set_up(database: Database, index: Index) -> None:
    with database.writing() as writer:
        if check_marks(writer, database.name):
            writer.execute(RECORDS)
            writer.execute(f"PRAGMA application_id={APPLICATION_ID}")
            writer.execute(f"PRAGMA user_version={FORMAT}")
        writer.execute(SNAPSHOTS)
        if not writer.execute("SELECT 1 FROM sqlite_master WHERE name = 'records'").fetchone():
            raise damaged(database.name, "the log itself, table `records`, is missing")
        if index.is_behind():
            index.rebuild()

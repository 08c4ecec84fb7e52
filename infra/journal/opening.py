"""Opening a journal: its file is created, checked, or refused by name; what the index lacks is folded from the log."""

import time
from collections.abc import Callable
from pathlib import Path

from eventsourcing.persistence import DatabaseError, InterfaceError, OperationalError

from infra.journal.database import Database
from infra.journal.files import FORMAT, JOURNAL, check_marks, damaged
from infra.journal.index import Index
from infra.journal.journal import Journal
from infra.journal.limits import Limits
from infra.journal.log import Log
from infra.journal.memory_log import MemoryLog
from infra.journal.observer import UNOBSERVED, Observer
from infra.journal.options import KafkaOptions
from infra.journal.records import OWN_SCHEMAS
from infra.journal.settler import Settler
from infra.journal.sqlite_log import SqliteLog
from infra.journal.tables import RECORDS, SNAPSHOTS
from infra.kafka.connection import SCHEME as KAFKA_URL

MEMORY_URL = "memory:"
SQLITE_URL = "sqlite:///"

Clock = Callable[[], int]
"""Microseconds since 1970 in UTC."""


def system_clock() -> int:
    """The machine's time in microseconds since 1970."""
    return time.time_ns() // 1_000


def open_journal(
    url: str,
    *,
    limits: Limits | None = None,
    clock: Clock = system_clock,
    kafka: KafkaOptions | None = None,
    observer: Observer = UNOBSERVED,
) -> Journal:
    """The journal at `sqlite:///path` (relative; `sqlite:////path` is absolute), at `kafka://host:port,…/topic`, or a
    new one at `memory:`.

    Raises `InterfaceError` for any other address, for a file that is damaged, newer than this version, not a journal,
    or out of reach, which is left as it is, and for a topic that does not keep what a journal promises.
    """
    limits = limits or Limits()
    if url == MEMORY_URL:
        return opened(Database(None, limits), MemoryLog(), limits, clock, observer=observer)
    if url.startswith(KAFKA_URL):
        from infra.journal.kafka_opening import open_on_kafka  # noqa: PLC0415 - slow to load, and not always needed

        return open_on_kafka(url, kafka or KafkaOptions(), limits, clock, observer)
    if not url.startswith(SQLITE_URL) or url == SQLITE_URL or ":memory:" in url:
        raise InterfaceError(
            f"cannot open journal {url!r}: the address is `{SQLITE_URL}path`, `{KAFKA_URL}host:port/topic`"
            f" or `{MEMORY_URL}`"
        )
    database = Database(Path(url.removeprefix(SQLITE_URL)), limits)
    return opened(database, SqliteLog(database), limits, clock, observer=observer)


def open_on(log: Log, *, limits: Limits | None = None, clock: Clock = system_clock) -> Journal:
    """A journal on this log with an index of its own in memory: one of the log's writers and readers."""
    limits = limits or Limits()
    return opened(Database(None, limits), log, limits, clock)


def opened(
    database: Database,
    log: Log,
    limits: Limits,
    clock: Clock,
    *,
    fresh: bool = False,
    observer: Observer = UNOBSERVED,
) -> Journal:
    """The journal of this log and this index, brought up to the log's end; the database is closed if that fails."""
    index = Index(database, log)
    settler = Settler(database, log, index, clock, observer)
    try:
        set_up(database, index)
        settler.refresh()
        settler.record(OWN_SCHEMAS)
    except (OperationalError, InterfaceError):
        database.close()
        raise
    except DatabaseError as error:
        database.close()
        raise damaged(database.name, error, database.kind) from error
    return Journal(database, log, settler, limits=limits, fresh=fresh, observer=observer)


def set_up(database: Database, index: Index) -> None:
    """Make the tables that are missing; fold the stored records again where the index lacks what they did."""
    with database.writing() as writer:
        if check_marks(writer, database.name, database.kind):
            writer.execute(RECORDS)
            writer.execute(f"PRAGMA application_id={database.kind.application_id}")
            writer.execute(f"PRAGMA user_version={FORMAT}")
        writer.execute(SNAPSHOTS)
        if not writer.execute("SELECT 1 FROM sqlite_master WHERE name = 'records'").fetchone():
            what = "the log itself, table `records`, is missing"
            if database.kind is not JOURNAL:
                what = "its copy of the log, table `records`, is missing"
            raise damaged(database.name, what, database.kind)
        if index.is_behind():
            index.rebuild()

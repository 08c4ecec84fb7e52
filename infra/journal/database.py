"""One SQLite database for many threads: a single writing connection, pooled readers, every wait bounded."""

import sqlite3
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Any

from eventsourcing.persistence import InterfaceError, OperationalError, PersistenceError

from infra.journal.copying import CopyingBack
from infra.journal.files import JOURNAL, FileKind, ProcessLock, check_marks, damaged, prepare, translated
from infra.journal.limits import Limits
from infra.journal.log import AppendInDoubtError

Value = int | str | bytes | None
Row = tuple[Any, ...]

MEMORY = ":memory:"
SCRATCH = ""
"""What SQLite calls a private database in memory, and one that may use the disk and is gone when closed."""
_STATEMENTS_MAX = 256
_NOT_COMMITTED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE}
"""A failed COMMIT with one of these left no whole commit frame in the write-ahead log, so it can never take effect."""


class Database:
    """A journal file, or a private database in memory (`path` None), where reader and writer are one connection."""

    def __init__(self, path: Path | None, limits: Limits, private: str = MEMORY, kind: FileKind = JOURNAL) -> None:
        """Open or create it, a journal or an index.

        Raises `InterfaceError` naming the file when that cannot be done, or must not.
        """
        self.name = str(path) if path else private
        self._limits = limits
        self.kind = kind
        self._lock = RLock()
        self._idle: deque[sqlite3.Connection] = deque()
        self._closed = False
        self._process_lock = ProcessLock(path) if path and kind.exclusive else None
        self._copying: CopyingBack | None = None
        self._path = path
        try:
            if path:
                prepare(path)
            self._writer = self._connect(limits.writer_cache_kib)
        except InterfaceError:
            if self._process_lock is not None:
                self._process_lock.release()
            raise
        try:
            if path:
                check_marks(self._writer, self.name, kind)
                self._writer.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            self.close()
            raise InterfaceError(f"cannot open journal {path}: {error}") from error
        except sqlite3.DatabaseError as error:
            self.close()
            raise damaged(self.name, error, self.kind) from error
        except InterfaceError:
            self.close()
            raise
        if path and kind.exclusive:
            self._copying = CopyingBack(path)

    def rows(self, statement: str, parameters: Sequence[Value] = ()) -> list[Row]:
        """What one SELECT finds, in a snapshot of its own."""
        if self._path is None:
            with self._lock:
                return self._fetch(self._writer, statement, parameters)
        reader = self._reader()
        try:
            return self._fetch(reader, statement, parameters)
        finally:
            self._give_back(reader)

    def part(self, offset: int, at: int, size: int) -> bytes:
        """So many bytes of a log record from this place on, fewer where it ends; the rest is not even copied."""
        if self._path is None:
            with self._lock:
                return self._part(self._writer, offset, at, size)
        reader = self._reader()
        try:
            return self._part(reader, offset, at, size)
        finally:
            self._give_back(reader)

    def writing(self) -> "Transaction":
        """A transaction that no other writer of the file can come between; rolled back when the block raises.

        Raises `OperationalError` when nothing was written, `AppendInDoubtError` when the commit itself failed in
        a way that leaves open whether it survives a crash.
        """
        return Transaction(self)

    def begin(self) -> sqlite3.Connection:
        """Start the transaction of a `writing` block."""
        if not self._lock.acquire(timeout=self._limits.lock_wait_s):
            raise OperationalError(f"{self.name}: another thread has been writing for {self._limits.lock_wait_s} s")
        try:
            self._writer.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            self._lock.release()
            raise self._error(error) from error
        return self._writer

    def commit(self) -> None:
        """End it, its changes on the disk."""
        try:
            self._writer.execute("COMMIT")
        except sqlite3.Error as error:
            self.roll_back()
            if error.sqlite_errorcode in _NOT_COMMITTED:
                raise self._error(error) from error
            raise AppendInDoubtError(f"{self.name}: {error}") from error
        self._lock.release()
        if self._copying is not None:
            self._copying.written()

    def roll_back(self) -> None:
        """End it without a trace."""
        try:
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
        except sqlite3.Error as error:
            raise self._error(error) from error
        finally:
            self._lock.release()

    def restart(self) -> None:
        """Take back what the open `writing` block changed, and let it go on."""
        try:
            self._writer.execute("ROLLBACK")
            self._writer.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            raise self._error(error) from error

    @contextmanager
    def cached(self, cache_kib: int) -> Iterator[None]:
        """The writing connection has a page cache of this size for the time of the block."""
        self._size_cache(cache_kib)
        try:
            yield
        finally:
            self._size_cache(self._limits.writer_cache_kib)

    @property
    def writer(self) -> sqlite3.Connection:
        """The connection of the open `writing` block, for the code it calls."""
        return self._writer

    def close(self) -> None:
        """Close every connection; using the database afterwards raises `InterfaceError`."""
        if self._copying is not None:
            self._copying.close()
        with self._lock:
            self._closed = True
            self._writer.close()
            while self._idle:
                self._idle.pop().close()
            if self._process_lock is not None:
                self._process_lock.release()

    def _connect(self, cache_kib: int) -> sqlite3.Connection:
        if self._closed:
            raise InterfaceError(f"{self.name}: the journal is closed")
        try:
            connection = sqlite3.connect(
                self._path or self.name,
                timeout=self._limits.lock_wait_s,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=_STATEMENTS_MAX,
            )
            connection.execute(f"PRAGMA synchronous={self.kind.synchronous}")
            connection.execute(f"PRAGMA cache_size=-{cache_kib}")
            connection.execute(f"PRAGMA wal_autocheckpoint={self.kind.wal_pages_max}")
        except sqlite3.OperationalError as error:
            raise InterfaceError(f"cannot open journal {self.name}: {error}") from error
        except sqlite3.DatabaseError as error:
            raise damaged(self.name, error, self.kind) from error
        return connection

    def _size_cache(self, cache_kib: int) -> None:
        with self._lock:
            if not self._closed:
                self._writer.execute(f"PRAGMA cache_size=-{cache_kib}")

    def _reader(self) -> sqlite3.Connection:
        try:
            return self._idle.pop()
        except IndexError:
            return self._connect(self._limits.reader_cache_kib)

    def _give_back(self, reader: sqlite3.Connection) -> None:
        if self._closed or len(self._idle) >= self._limits.readers_max:
            reader.close()
        else:
            self._idle.append(reader)

    def _part(self, connection: sqlite3.Connection, offset: int, at: int, size: int) -> bytes:
        try:
            with connection.blobopen("records", "record", offset, readonly=True) as record:
                record.seek(at)
                return record.read(size)
        except ValueError:
            return b""  # it ends before that place
        except sqlite3.Error as error:
            raise self._error(error) from error

    def _fetch(self, connection: sqlite3.Connection, statement: str, parameters: Sequence[Value]) -> list[Row]:
        try:
            return connection.execute(statement, parameters).fetchall()
        except sqlite3.Error as error:
            raise self._error(error) from error

    def _error(self, error: sqlite3.Error) -> PersistenceError:
        if self._closed:
            return InterfaceError(f"{self.name}: the journal is closed")
        return translated(error, self.name)


class Transaction:
    """A `writing` block."""

    __slots__ = ("_database",)

    def __init__(self, database: Database) -> None:
        """Not begun yet."""
        self._database = database

    def __enter__(self) -> sqlite3.Connection:
        """Begin."""
        return self._database.begin()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        """Commit, or roll back and translate SQLite's error."""
        if error is None:
            self._database.commit()
            return
        self._database.roll_back()
        if isinstance(error, sqlite3.Error):
            raise translated(error, self._database.name) from error

"""What a journal file is: private from its creation, known by its marks, and refused by name when it is not one."""

import fcntl
import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from eventsourcing.persistence import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    InternalError,
    NotSupportedError,
    OperationalError,
    PersistenceError,
    ProgrammingError,
)

from infra.journal.limits import INDEX_WAL_PAGES_MAX, WAL_PAGES_MAX

FORMAT = 1
"""The file format written into `user_version`; a file with a higher one is refused."""


@dataclass(frozen=True, slots=True)
class FileKind:
    """What a file is for; `application_id` is permanent and written into its header."""

    name: str
    application_id: int
    synchronous: str
    wal_pages_max: int
    mend: str
    exclusive: bool = False


JOURNAL = FileKind("a journal", 0x4A4F5552, "FULL", WAL_PAGES_MAX, "run `verify` on it and restore it from a backup")
"""Marked "JOUR": the log is in it, and a commit is on the disk before it is answered."""
INDEX = FileKind(
    "a journal's index",
    0x4A494458,
    "NORMAL",
    INDEX_WAL_PAGES_MAX,
    "delete it, and it is folded from the log again",
    exclusive=True,
)
"""Marked "JIDX": a crash may take back its last transactions, which are folded from the log again."""
_HEADER = b"SQLite format 3\0"
_MODE = 0o600

_ERRORS: tuple[tuple[type[sqlite3.Error], type[PersistenceError]], ...] = (
    (sqlite3.InterfaceError, InterfaceError),
    (sqlite3.DataError, DataError),
    (sqlite3.OperationalError, OperationalError),
    (sqlite3.IntegrityError, IntegrityError),
    (sqlite3.InternalError, InternalError),
    (sqlite3.ProgrammingError, ProgrammingError),
    (sqlite3.NotSupportedError, NotSupportedError),
    (sqlite3.DatabaseError, DatabaseError),
)


def translated(error: sqlite3.Error, path: str) -> PersistenceError:
    """The library's error for SQLite's, naming the file."""
    for ours, theirs in _ERRORS:
        if isinstance(error, ours):
            return theirs(f"{path}: {error}")
    return PersistenceError(f"{path}: {error}")


def prepare(path: Path) -> None:
    """Create the file, empty and private, unless it is there. Raises `InterfaceError` for a path that cannot be one."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _MODE)
    except FileExistsError:
        check_header(path)
        return
    except OSError as error:
        raise InterfaceError(f"cannot create journal {path}: {error.strerror}") from error
    os.close(descriptor)
    directory = os.open(path.parent, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def check_header(path: Path) -> None:
    """Raises `InterfaceError` unless the file is empty or starts like an SQLite database."""
    try:
        with path.open("rb") as file:
            start = file.read(len(_HEADER))
    except OSError as error:
        raise InterfaceError(f"cannot open journal {path}: {error.strerror}") from error
    if start and start != _HEADER:
        raise InterfaceError(
            f"{path} is damaged or not a journal: it does not start like an SQLite database. It was left as it is; "
            "give another path, or restore this file from a backup."
        )


def check_marks(connection: sqlite3.Connection, path: str, kind: FileKind = JOURNAL) -> bool:
    """Whether the database is still to be set up. Raises `InterfaceError` for another's file or a newer format."""
    application_id = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if application_id == kind.application_id:
        if version > FORMAT:
            raise InterfaceError(
                f"{path} has journal format {version}, this version reads up to {FORMAT}: use a newer version."
            )
        return False
    if application_id == 0 and not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
        return True
    raise InterfaceError(f"{path} is an SQLite database but not {kind.name}: give another path. It was left as it is.")


def damaged(path: str, what: object, kind: FileKind = JOURNAL) -> InterfaceError:
    """The error for a file that must not be used as it is."""
    return InterfaceError(f"{path} is damaged: {what}. It was left as it is; {kind.mend}.")


class IndexInUseError(InterfaceError):
    """Another process has this index open."""


class ProcessLock:
    """Held as long as one journal uses a file that no other may use at the same time: an index."""

    def __init__(self, path: Path) -> None:
        """Take it. Raises `InterfaceError` when somebody else has it."""
        beside = path.with_name(f"{path.name}.lock")
        try:
            self._descriptor = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _MODE)
        except OSError as error:
            raise InterfaceError(f"cannot open index {path}: {beside}: {error.strerror}") from error
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._descriptor)
            raise IndexInUseError(
                f"index {path} is in use by another process: give each process an index of its own"
            ) from error

    def release(self) -> None:
        """Let somebody else have it."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor = -1

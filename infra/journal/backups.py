"""A journal copied into a file and given back: record by record, so that everybody folds the same again."""

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Final

from eventsourcing.persistence import OperationalError

from infra.journal.database import SCRATCH, Database
from infra.journal.files import JOURNAL, FileKind, damaged
from infra.journal.index import Index, keep
from infra.journal.limits import FOLD_RECORDS_MAX, Limits
from infra.journal.log import AppendInDoubtError, Log, digest
from infra.journal.memory_log import MemoryLog
from infra.journal.opening import set_up
from infra.journal.read_only import kind_of, snapshot
from infra.journal.refusals import NotEmptyError
from infra.journal.sqlite_log import SqliteLog
from infra.journal.verify import compare

SAME: Final = ("ids", "tracking", "schemas")
"""What folds of the same records have in common whatever their offsets: a record that was sent twice shifts those."""

COPY_PAGES: Final = 1_000
"""Pages copied before progress is told."""

BATCH_BYTES_MAX: Final = 4_000_000
"""Of records that are written at once."""

_MODE: Final = 0o600

Progress = Callable[[int], None]
"""Told how much is done."""

Record = tuple[int, bytes]


def back_up(file: Path, kind: FileKind, target: Path, progress: Progress = lambda _: None) -> int:
    """Copy a journal or index, as it is now and whoever uses it, to a new file; the number of its records.

    The copy is a journal in a file, also where the log is elsewhere.
    `progress` is told how many hundredths are done. Raises `NotEmptyError` when there is something at the target,
    `InterfaceError` when the file cannot be read; then there is nothing new.
    """
    if target.exists():
        raise NotEmptyError(f"there is something at {target} already; it was left as it is. Give another path")
    partial = target.with_name(f"{target.name}.partial")
    partial.unlink(missing_ok=True)
    os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, _MODE))
    try:
        with snapshot(file, kind) as source, closing(sqlite3.connect(partial, isolation_level=None)) as copy:
            source.backup(
                copy, pages=COPY_PAGES, progress=lambda _, left, total: progress(100 * (total - left) // max(total, 1))
            )
            copy.execute("PRAGMA journal_mode=DELETE")
            copy.execute("DROP TABLE IF EXISTS origin")
            copy.execute("DELETE FROM snapshots")
            copy.execute(f"PRAGMA application_id={JOURNAL.application_id}")
            (records,) = copy.execute("SELECT count(*) FROM records").fetchone()
        _persist(partial, target)
    finally:
        partial.unlink(missing_ok=True)
    return int(records)


def restore_into_log(file: Path, log: Log, held: Iterator[Record], progress: Progress = lambda _: None) -> int:
    """Append to the log what it lacks of the records of a backup; how many it has now.

    The log may hold the first ones of them, `held`, as after a restore that was interrupted. Raises
    `NotEmptyError` for a log that holds anything else, `InterfaceError` for a backup that is not what it was,
    `OperationalError` when the log does not take it: then it can be done again.
    """
    with snapshot(file, kind_of(file)) as source:
        records = _stored(source, file)
        count = 0
        for offset, data in held:
            if next(records, None) != (offset, data):
                raise NotEmptyError(
                    f"the log holds a record at offset {offset} that {file} has not there. Nothing was changed: make a "
                    "new topic, and restore into that."
                )
            count = offset + 1
        for batch in _batches(records):
            try:
                log.append([data for _, data in batch])
            except AppendInDoubtError as doubt:
                raise OperationalError(f"the log did not answer: {doubt}") from doubt
            count = batch[-1][0] + 1
            progress(count)
    return count


def restore_into_file(file: Path, target: Path, progress: Progress = lambda _: None) -> int:
    """Make a journal file of the records of a backup; how many there are.

    Raises `NotEmptyError` when there is something at the target, `InterfaceError` for a backup that is not what it was;
    then there is nothing new.
    """
    if target.exists():
        raise NotEmptyError(f"there is a journal at {target} already; it was left as it is.")
    partial = target.with_name(f"{target.name}.partial")
    partial.unlink(missing_ok=True)
    count = 0
    try:
        with snapshot(file, kind_of(file)) as source:
            database = Database(partial, Limits())
            try:
                index = Index(database, SqliteLog(database))
                set_up(database, index)
                for batch in _batches(_stored(source, file)):
                    with database.writing() as writer:
                        keep(writer, batch)
                        index.add(index.judged(batch))
                    count = batch[-1][0] + 1
                    progress(count)
            finally:
                database.close()
        _persist(partial, target)
    finally:
        partial.unlink(missing_ok=True)
    return count


def differences(file: Path, records: Iterable[Record], progress: Progress = lambda _: None) -> list[str]:
    """Where these records, a whole log, do not amount to what the backup does; empty when they do."""
    scratch = Database(None, Limits(), SCRATCH)
    source = iter(records)
    try:
        with snapshot(file, kind_of(file)) as backup, scratch.writing() as folded:
            index = Index(scratch, MemoryLog())
            index.clear()
            while batch := list(islice(source, FOLD_RECORDS_MAX)):
                index.add(index.judged(batch))
                progress(batch[-1][0] + 1)
            return [finding.what for table in SAME for finding in compare(backup, folded, table)]
    finally:
        scratch.close()


def _stored(source: sqlite3.Connection, file: Path) -> Iterator[Record]:
    """The records of a backup, each checked against its digest, without a gap."""
    rows = source.execute("SELECT offset, record, digest FROM records ORDER BY offset")
    for expected, (offset, record, kept) in enumerate(rows):
        if offset != expected or not isinstance(record, bytes) or digest(offset, record) != kept:
            raise damaged(str(file), f"record {expected} is not what was written", JOURNAL)
        yield offset, record


def _batches(records: Iterator[Record]) -> Iterator[list[Record]]:
    batch: list[Record] = []
    size = 0
    for record in records:
        if batch and (len(batch) >= FOLD_RECORDS_MAX or size + len(record[1]) > BATCH_BYTES_MAX):
            yield batch
            batch, size = [], 0
        batch.append(record)
        size += len(record[1])
    if batch:
        yield batch


def _persist(partial: Path, target: Path) -> None:
    """Put the whole file in place, on the disk before it is seen."""
    for path in (partial, partial.parent):
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    partial.replace(target)

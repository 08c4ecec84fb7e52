"""Copies of a whole journal in one file: taken while it is in use, and put back onto an empty topic record by record.

Every record keeps its place, so that what is put back folds to the same events at the same positions.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from eventsourcing.persistence import InterfaceError, OperationalError

from infra.journal.files import INDEX, JOURNAL, FileKind, check_header, damaged
from infra.journal.limits import FOLD_RECORDS_MAX
from infra.journal.log import AppendInDoubtError, Log, digest
from infra.journal.read_only import snapshot

PAGES_MAX: Final = 4_096
"""Pages copied at a time; others may write in between."""

BYTES_MAX: Final = 4_000_000
"""Of records put back in one append, unless one is larger."""

Progress = Callable[[int], None]
"""Told up to which record it came."""


class NotEmptyError(InterfaceError):
    """The log that is to be filled holds other records than the copy begins with."""


def copy_to(target: Path, source: Path, kind: FileKind) -> int:
    """Copy a journal, from its own file or from an index that is up to date, into a new journal file, which can be
    opened and verified as such; how many records it holds.

    Raises `InterfaceError` for a target that is there, and for a source that is no journal; then nothing was changed.
    """
    if target.exists():
        raise InterfaceError(f"{target} is there already: nothing was written over it; name another file")
    partial = target.with_name(f"{target.name}.partial")
    partial.unlink(missing_ok=True)
    partial.touch(mode=0o600)
    try:
        with snapshot(source, kind) as there, closing(sqlite3.connect(partial, isolation_level=None)) as here:
            there.backup(here, pages=PAGES_MAX)
            here.execute("DROP TABLE IF EXISTS origin")
            here.execute(f"PRAGMA application_id={JOURNAL.application_id}")
            here.execute("PRAGMA journal_mode=DELETE")
            records: int = here.execute("SELECT count(*) FROM records").fetchone()[0]
        partial.replace(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    return records


def put_back(source: Path, log: Log, end: int, progress: Progress = lambda _: None) -> int:
    """Append every record of a copy, or of an index, to a log that is empty, or ends, at `end`, with the first of them;
    how many were appended.

    Raises `NotEmptyError` for a log that holds anything else, `InterfaceError` for a copy that is damaged, and
    `OperationalError` when the log cannot be reached: the same call then goes on where it stopped.
    """
    appended = 0
    with snapshot(source, kind_of(source)) as connection:
        count = connection.execute("SELECT count(*) FROM records").fetchone()[0]
        if end > count:
            raise NotEmptyError(f"the log holds {end} records and the copy {count}: nothing was written")
        _check_beginning(connection, str(source), log, end)
        for batch in _batches(_records(connection, str(source), end)):
            first = batch[0][0]
            try:
                span = log.append([record for _, record in batch])
            except AppendInDoubtError as doubt:
                raise OperationalError(
                    f"the log did not answer at record {first}: {doubt}; do the same again"
                ) from doubt
            if span != range(first, first + len(batch)):
                raise NotEmptyError(
                    f"another writer came between at offset {first}: delete the topic, make it again, and let nobody "
                    "else write until this is done"
                )
            appended += len(batch)
            progress(span.stop)
    return appended


def kind_of(path: Path) -> FileKind:
    """Whether the file is an index; anything else is to be looked at as a journal. Raises `InterfaceError`."""
    check_header(path)
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        try:
            marked = connection.execute("PRAGMA application_id").fetchone()[0]
        except sqlite3.DatabaseError as error:
            raise damaged(str(path), error) from error
    return INDEX if marked == INDEX.application_id else JOURNAL


def _check_beginning(connection: sqlite3.Connection, name: str, log: Log, end: int) -> None:
    kept = _records(connection, name, 0)
    at = 0
    while at < end:
        for found in log.read(at, FOLD_RECORDS_MAX):
            if found != next(kept):
                raise NotEmptyError(f"record {at} of the log is not that of {name}: nothing was written")
            at += 1


def _records(connection: sqlite3.Connection, name: str, start: int) -> Iterator[tuple[int, bytes]]:
    rows = connection.execute("SELECT offset, record, digest FROM records WHERE offset >= ? ORDER BY offset", (start,))
    for expected, (offset, record, kept) in enumerate(rows, start):
        if offset != expected or not isinstance(record, bytes) or digest(offset, record) != kept:
            raise damaged(name, f"record {expected} is not what was written", JOURNAL)
        yield offset, record


def _batches(records: Iterator[tuple[int, bytes]]) -> Iterator[Sequence[tuple[int, bytes]]]:
    batch: list[tuple[int, bytes]] = []
    size = 0
    for each in records:
        if batch and (size + len(each[1]) > BYTES_MAX or len(batch) == FOLD_RECORDS_MAX):
            yield batch
            batch, size = [], 0
        batch.append(each)
        size += len(each[1])
    if batch:
        yield batch

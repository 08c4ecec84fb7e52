"""Verification of a log that is elsewhere: it is folded again from its start, and its indexes compared with that."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from eventsourcing.persistence import InterfaceError

from infra.journal.avro import MalformedError
from infra.journal.database import SCRATCH, Database
from infra.journal.files import INDEX
from infra.journal.index import Index
from infra.journal.kafka_guard import TopicFacts
from infra.journal.kafka_origin import Origin, origin_in
from infra.journal.limits import FINDINGS_MAX, FOLD_RECORDS_MAX, Limits
from infra.journal.log import digest
from infra.journal.memory_log import MemoryLog
from infra.journal.read_only import snapshot
from infra.journal.records import decode
from infra.journal.tables import INDEX as TABLES
from infra.journal.verify import Finding, Progress, compare

Records = Iterable[tuple[int, bytes]]


@dataclass(slots=True)
class Indexed:
    """An index file: how many records it has folded, and its copies of them in order."""

    path: Path
    connection: sqlite3.Connection
    records: int
    copies: sqlite3.Cursor
    is_broken: bool = False

    def finding(self, place: str, what: str) -> Finding:
        """What is wrong with it, with the file's name where the findings of several stand together."""
        return Finding(f"{self.path.name}: {place}", what)


class LogCheck:
    """One verification; `records`, `positions` and `indexed`, by file, are known when it is over."""

    def __init__(self, facts: TopicFacts, indexes: Sequence[Path] = ()) -> None:
        """Of this topic, and of its indexes in these files, which may be in use."""
        self.records = 0
        self.positions = 0
        self.indexed: dict[Path, int] = {}
        self._origin = Origin(facts.cluster_id, facts.topic_id, facts.topic)
        self._files = indexes

    def findings(self, records: Records, progress: Progress = lambda _: None) -> list[Finding]:
        """What is wrong, at most `FINDINGS_MAX` findings; `records` are the log's, all of them, from its start.

        Raises whatever reading them raises.
        """
        scratch = Database(None, Limits(), SCRATCH)
        try:
            with ExitStack() as stack:
                indexes, found = self._opened(stack)
                self.indexed = {index.path: index.records for index in indexes}
                stack.enter_context(scratch.writing())
                found += islice(self._checks(iter(records), indexes, scratch, progress), FINDINGS_MAX - len(found))
                (last,) = scratch.writer.execute("SELECT max(position + count) - 1 FROM appends").fetchone()
                self.positions = last or 0
                return found
        finally:
            scratch.close()

    def _opened(self, stack: ExitStack) -> tuple[list[Indexed], list[Finding]]:
        """The indexes, the shortest first, and those that cannot be read at all."""
        indexes = []
        broken = []
        for path in self._files:
            try:
                indexes.append(_indexed(path, stack.enter_context(snapshot(path, INDEX))))
            except (InterfaceError, sqlite3.DatabaseError) as error:
                broken.append(Finding(f"{path.name}: file", str(error)))
        return sorted(indexes, key=lambda index: index.records), broken

    def _checks(
        self, source: Iterator[tuple[int, bytes]], indexes: list[Indexed], scratch: Database, progress: Progress
    ) -> Iterator[Finding]:
        """Each index is compared when the log was folded as far as it has."""
        fold = Index(scratch, MemoryLog())
        fold.clear()
        for place, index in enumerate(indexes):
            kept = origin_in(index.connection)
            if kept is not None and kept != self._origin:
                told = f"holds {', '.join(kept)} where the brokers give {', '.join(self._origin)}"
                yield index.finding("index origin", told)
            wanted = index.records - self.records
            yield from self._fold(islice(source, wanted), indexes[place:], fold, progress)
            if self.records < index.records:
                more = index.records - self.records
                yield index.finding("log", f"ends at offset {self.records}, but the index holds {more} records more")
            elif not index.is_broken:
                yield from _compared(index, scratch.writer)
        yield from self._fold(source, [], fold, progress)

    def _fold(
        self, source: Iterator[tuple[int, bytes]], indexes: list[Indexed], fold: Index, progress: Progress
    ) -> Iterator[Finding]:
        """Fold the records; what is wrong with them, and where an index has kept another one."""
        while batch := list(islice(source, FOLD_RECORDS_MAX)):
            sound = []
            for offset, data in batch:
                if offset != self.records:
                    yield Finding(f"record {self.records}", f"is missing from the log; the next one is {offset}")
                self.records = offset + 1
                for index in indexes:
                    yield from _copied(index, offset, data)
                try:
                    decode(data)
                except MalformedError as error:
                    yield Finding(f"record {offset}", f"cannot be read: {error}")
                else:
                    sound.append((offset, data))
            fold.add(fold.judged(sound))
            progress(self.records)


def _indexed(path: Path, connection: sqlite3.Connection) -> Indexed:
    (last,) = connection.execute("SELECT max(offset) FROM records").fetchone()
    copies = connection.execute("SELECT offset, record, digest FROM records ORDER BY offset")
    return Indexed(path, connection, 0 if last is None else last + 1, copies)


def _compared(index: Indexed, folded: sqlite3.Connection) -> Iterator[Finding]:
    for table in TABLES:
        try:
            found = list(compare(index.connection, folded, table))
        except sqlite3.DatabaseError as error:
            found = [Finding(f"index {table}", f"cannot be read: {error}")]
        for finding in found:
            yield index.finding(finding.place, finding.what)


def _copied(index: Indexed, offset: int, data: bytes) -> Iterator[Finding]:
    if index.is_broken:
        return
    try:
        row = index.copies.fetchone()
    except sqlite3.DatabaseError as error:
        index.is_broken = True
        yield index.finding("file", f"cannot be read further: {error}")
        return
    if row is None:
        return
    if row[0] != offset:
        yield index.finding(f"record {offset}", f"is missing from the index, which has record {row[0]} in its place")
    elif row[2] != digest(offset, data):
        yield index.finding(f"record {offset}", "is not the one that the index was folded from")
    elif row[1] != data:
        yield index.finding(f"record {offset}", "was changed in the index: its copy is not what its digest says")

"""Verification of a log that is elsewhere: it is folded again from its start, and an index of it compared with that."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

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


class LogCheck:
    """One verification; `records`, `positions` and `indexed` (None without an index) are known when it is over."""

    def __init__(self, facts: TopicFacts, index: Path | None) -> None:
        """Of this topic, with the index in this file if there is one."""
        self.records = 0
        self.positions = 0
        self.indexed: int | None = None
        self._facts = facts
        self._file = index if index is not None and index.exists() else None

    def findings(self, records: Records, progress: Progress = lambda _: None) -> list[Finding]:
        """What is wrong, at most `FINDINGS_MAX` findings; `records` are the log's, all of them, from its start.

        Raises `InterfaceError` for an index that cannot be read, and whatever reading the log raises.
        """
        scratch = Database(None, Limits(), SCRATCH)
        try:
            with ExitStack() as stack:
                stored = None if self._file is None else stack.enter_context(snapshot(self._file, INDEX))
                stack.enter_context(scratch.writing())
                found = list(islice(self._checks(records, stored, scratch, progress), FINDINGS_MAX))
                (last,) = scratch.writer.execute("SELECT max(position + count) - 1 FROM appends").fetchone()
                self.positions = last or 0
                return found
        finally:
            scratch.close()

    def _checks(
        self, records: Records, stored: sqlite3.Connection | None, scratch: Database, progress: Progress
    ) -> Iterator[Finding]:
        index = Index(scratch, MemoryLog())
        index.clear()
        source = iter(records)
        if stored is not None:
            (last,) = stored.execute("SELECT max(offset) FROM records").fetchone()
            self.indexed = 0 if last is None else last + 1
            yield from self._origin(stored)
            copies = stored.execute("SELECT offset, record, digest FROM records ORDER BY offset")
            yield from self._fold(islice(source, self.indexed), index, progress, copies)
            if self.records < self.indexed:
                more = self.indexed - self.records
                yield Finding("log", f"ends at offset {self.records}, but the index holds {more} records more")
                return
            for table in TABLES:
                yield from compare(stored, scratch.writer, table)
        yield from self._fold(source, index, progress)

    def _origin(self, stored: sqlite3.Connection) -> Iterator[Finding]:
        kept = origin_in(stored)
        facts = self._facts
        expected = Origin(facts.cluster_id, facts.topic_id, facts.topic)
        if kept is not None and kept != expected:
            yield Finding("index origin", f"holds {', '.join(kept)} where the brokers give {', '.join(expected)}")

    def _fold(
        self, records: Records, index: Index, progress: Progress, copies: sqlite3.Cursor | None = None
    ) -> Iterator[Finding]:
        """Fold the records; what is wrong with them, and where the index has kept another one."""
        source = iter(records)
        while batch := list(islice(source, FOLD_RECORDS_MAX)):
            sound = []
            for offset, data in batch:
                if offset != self.records:
                    yield Finding(f"record {self.records}", f"is missing from the log; the next one is {offset}")
                self.records = offset + 1
                if copies is not None:
                    yield from _copied(offset, data, copies.fetchone())
                try:
                    decode(data)
                except MalformedError as error:
                    yield Finding(f"record {offset}", f"cannot be read: {error}")
                else:
                    sound.append((offset, data))
            index.add(index.judged(sound))
            progress(self.records)


def _copied(offset: int, data: bytes, row: tuple[int, bytes, bytes] | None) -> Iterator[Finding]:
    if row is None:
        return
    if row[0] != offset:
        yield Finding(f"record {offset}", f"is missing from the index, which has record {row[0]} in its place")
    elif row[2] != digest(offset, data):
        yield Finding(f"record {offset}", "is not the one that the index was folded from")
    elif row[1] != data:
        yield Finding(f"record {offset}", "was changed in the index: its digest there differs")

"""The journal on SQLite beside the library's SQLite recorder: same machine, same folder, same durability, interleaved.

`python benchmarks/journal_bench.py [rounds] [folder]` prints medians over the rounds with the lowest and highest.
"""

import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from eventsourcing.persistence import ApplicationRecorder, StoredEvent
from eventsourcing.sqlite import SQLiteFactory

from infra.journal import Append, JournalFactory, JournalProcessRecorder

STATE = b"x" * 256
APPENDS = 1_536
STREAMS = 200
SCANNED = 50_000
SCAN_LIMIT = 5_000
REOPENED = 100_000
INTAKE_CALLS = 20
NEWS = 300


@dataclass(slots=True)
class Row:
    """One measured thing: its name, its unit, and per round the journal's and the library's figure."""

    name: str
    unit: str
    journal: list[float] = field(default_factory=list)
    library: list[float] = field(default_factory=list)

    def shown(self) -> str:
        """A line of the table; the ratio is how many times better the journal is."""
        ours, theirs = _spread(self.journal), _spread(self.library)
        ratio = ""
        if self.library:
            better = statistics.median(self.journal) / statistics.median(self.library)
            ratio = f"{better if self.unit.endswith('/s') else 1 / better:.2f}x"
        return f"{self.name:50} {self.unit:9} {ours:>30} {theirs:>30} {ratio:>8}"


def run(rounds: int = 5, folder: Path | None = None) -> list[Row]:
    """Measure everything `rounds` times, the two recorders in turn."""
    rows: dict[str, Row] = {}
    for _ in range(rounds):
        for side, opener in (("library", _library), ("journal", _journal)):
            for name, unit, value in _round(opener, folder):
                row = rows.setdefault(name, Row(name, unit))
                getattr(row, side).append(value)
    return list(rows.values())


def main() -> None:
    """Print the table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else None  # noqa: PLR2004 - the second argument
    print(f"{'':50} {'':9} {'journal: median (min-max)':>30} {'eventsourcing.sqlite':>30} {'':>8}")
    for row in run(rounds, folder):
        print(row.shown())


Measured = tuple[str, str, float]


def _round(
    opener: Callable[[Path], AbstractContextManager[ApplicationRecorder]], folder: Path | None
) -> Iterator[Measured]:
    for size in (1, 10):
        for callers in (1, 8, 32, 128):
            with tempfile.TemporaryDirectory(dir=folder) as place, opener(Path(place)) as recorder:
                yield from _appends(recorder, callers, size)
    with tempfile.TemporaryDirectory(dir=folder) as place:
        with opener(Path(place)) as recorder:
            yield from _reads(recorder)
            yield from _scan(recorder)
            if isinstance(recorder, JournalProcessRecorder):
                yield from _intake(recorder)
                yield from _news(recorder)
                yield from _lookups(recorder)
                _fill(recorder, REOPENED)
        start = time.perf_counter()
        with opener(Path(place)) as recorder:
            recorder.max_notification_id()
            yield "reopen (journal: 100k events and more)", "ms", (time.perf_counter() - start) * 1e3


def _appends(recorder: ApplicationRecorder, callers: int, size: int) -> Iterator[Measured]:
    work = [[_events(size) for _ in range(APPENDS // callers)] for _ in range(callers)]
    took: list[float] = []

    def write(mine: list[list[StoredEvent]]) -> None:
        for events in mine:
            start = time.perf_counter()
            recorder.insert_events(events)
            took.append(time.perf_counter() - start)

    threads = [threading.Thread(target=write, args=(mine,)) for mine in work]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    total = time.perf_counter() - start
    took.sort()
    name = f"append {size} x 256 B, {callers} callers"
    yield name, "appends/s", len(took) / total
    yield f"{name}, p50", "ms", took[len(took) // 2] * 1e3
    yield f"{name}, p99", "ms", took[len(took) * 99 // 100] * 1e3


def _reads(recorder: ApplicationRecorder) -> Iterator[Measured]:
    """Every stream is read once, then all of them again: the journal keeps those read last."""
    whole, pieces = [_events(10) for _ in range(STREAMS)], [_events(10) for _ in range(STREAMS)]
    for events in whole:
        recorder.insert_events(events)
    for version in range(10):
        recorder.insert_events([events[version] for events in pieces[: STREAMS // 2]])
        for events in pieces[STREAMS // 2 :]:
            recorder.insert_events([events[version]])
    for name, streams in (("one append", whole), ("ten appends", pieces[STREAMS // 2 :])):
        for time_ in ("first time", "again"):
            start = time.perf_counter()
            for events in streams:
                recorder.select_events(events[0].originator_id)
            took = (time.perf_counter() - start) / len(streams) * 1e6
            yield f"read a stream, 10 events of {name}, {time_}", "us", took


def _scan(recorder: ApplicationRecorder) -> Iterator[Measured]:
    _fill(recorder, SCANNED)
    seen = position = 0
    start = time.perf_counter()
    while found := recorder.select_notifications(position + 1, SCAN_LIMIT):
        seen += len(found)
        position = found[-1].id
    yield f"scan notifications, limit {SCAN_LIMIT}", "events/s", seen / (time.perf_counter() - start)


def _intake(recorder: JournalProcessRecorder) -> Iterator[Measured]:
    groups = [[Append(_events(3, b"x" * 400)) for _ in range(256)] for _ in range(INTAKE_CALLS)]
    start = time.perf_counter()
    for group in groups:
        recorder.insert_many(group)
    yield "insert_many, 256 appends of 3 x 400 B", "events/s", INTAKE_CALLS * 768 / (time.perf_counter() - start)


def _news(recorder: JournalProcessRecorder) -> Iterator[Measured]:
    took: list[float] = []
    sent = [0.0]
    got = threading.Semaphore(0)

    with recorder.subscribe(gt=recorder.max_notification_id()) as subscription:

        def receive() -> None:
            for _ in range(NEWS):
                next(subscription)
                took.append(time.perf_counter() - sent[0])
                got.release()

        thread = threading.Thread(target=receive)
        thread.start()
        for _ in range(NEWS):
            events = _events(1)
            sent[0] = time.perf_counter()
            recorder.insert_events(events)
            got.acquire()
        thread.join()
    took.sort()
    yield "append called -> subscriber has it, p50", "ms", took[NEWS // 2] * 1e3
    yield "append called -> subscriber has it, p99", "ms", took[NEWS * 99 // 100] * 1e3


def _lookups(recorder: JournalProcessRecorder) -> Iterator[Measured]:
    streams = [uuid4() for _ in range(500)]
    start = time.perf_counter()
    for _ in range(50):
        recorder.select_many(streams)
    yield "select_many, 500 absent streams", "us", (time.perf_counter() - start) / 50 * 1e6


def _fill(recorder: ApplicationRecorder, count: int) -> None:
    for _ in range(count // 1_000):
        if isinstance(recorder, JournalProcessRecorder):
            recorder.insert_many([Append(_events(2)) for _ in range(500)])
        else:
            recorder.insert_events([event for _ in range(500) for event in _events(2)])


def _events(count: int, state: bytes = STATE) -> list[StoredEvent]:
    stream = uuid4()
    return [StoredEvent(stream, version, "case.opened.v1", state) for version in range(1, count + 1)]


@contextmanager
def _library(folder: Path) -> Iterator[ApplicationRecorder]:
    with closing(SQLiteFactory({"SQLITE_DBNAME": f"{folder}/library.db"})) as factory:
        yield factory.application_recorder()


@contextmanager
def _journal(folder: Path) -> Iterator[ApplicationRecorder]:
    with closing(JournalFactory({"JOURNAL_URL": f"sqlite:///{folder}/journal.db"})) as factory:
        yield factory.process_recorder()


def _spread(values: list[float]) -> str:
    if not values:
        return "-"
    digits = 2 if statistics.median(values) < 100 else 0  # noqa: PLR2004 - three figures are enough
    return f"{statistics.median(values):,.{digits}f} ({min(values):,.{digits}f}-{max(values):,.{digits}f})"


if __name__ == "__main__":
    main()

"""What runs in further processes: openers that can be sent there, and writers that share one stream."""

import multiprocessing
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from functools import partial
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier, Lock
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple
from uuid import UUID, uuid4

from eventsourcing.persistence import ApplicationRecorder, IntegrityError, StoredEvent

from benchmarks.kafka_sides import JOURNAL, POSTGRES, new_name, open_journal, open_postgres
from benchmarks.kafka_table import Table
from benchmarks.measuring import STATE, TOPIC, Measured, Processes

PROCESSES: Final = (1, 2, 4)
_WAIT_S: Final = 60.0

Opener = Callable[[], AbstractContextManager[ApplicationRecorder]]


class Written(NamedTuple):
    """What one writer did."""

    appends: int
    conflicts: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where all writers of one measurement write; each opens it for itself."""

    name: str
    opener: Opener


def journal_place(bootstrap: str, replicas: int, folder: Path) -> Place:
    """A new topic; every process that opens it has an index of its own in the folder."""
    return Place(JOURNAL, partial(open_journal, bootstrap, new_name("shared"), replicas, folder))


def postgres_place(socket: Path) -> Place:
    """A new table."""
    return Place(POSTGRES, partial(open_postgres, socket, f"shared{uuid4().hex[:8]}"))


def writers(
    table: Table, places: Callable[[Path], list[Place]], processes: Processes, *, rounds: int, seconds: float
) -> None:
    """Fill the table: so many processes add to one stream, each after its last version, or again if one was first."""
    for _ in range(rounds):
        for count in PROCESSES:
            with TemporaryDirectory(prefix="caseledger-bench-") as folder:
                for place in places(Path(folder)):
                    table.add(place.name, _measured(place, count, seconds, table, processes))


def _measured(place: Place, count: int, seconds: float, table: Table, processes: Processes) -> list[Measured]:
    with place.opener() as recorder:
        recorder.max_notification_id()
    context = multiprocessing.get_context("spawn")
    answers: Queue[Written] = context.Queue()
    ready, one_by_one = context.Barrier(count + 1), context.Lock()
    stream = uuid4()
    started = [
        context.Process(target=_write, args=(place.opener, stream, seconds, one_by_one, ready, answers))
        for _ in range(count)
    ]
    for process in started:
        process.start()
    watched = Processes({**processes.pids, "writers": [process.pid for process in started if process.pid]})
    ready.wait(_WAIT_S)
    found: list[Written] = []
    loads = table.loads.setdefault(f"{place.name}, {count} processes", [])
    with watched.watched(loads, lambda: sum(one.appends for one in found)):
        found += [answers.get(timeout=_WAIT_S) for _ in started]
    for process in started:
        process.join(_WAIT_S)
    appends = sum(one.appends for one in found)
    with place.opener() as recorder:
        last = [event.originator_version for event in recorder.select_events(stream, desc=True, limit=1)]
    if last != [appends]:
        raise RuntimeError(f"{place.name}: {appends} appends were acknowledged, the stream's last version is {last}")
    name = f"one hot stream, {count} processes"
    return [
        Measured(name, "appends/s", appends / seconds),
        Measured(f"{name}, conflicts", "an append", sum(one.conflicts for one in found) / appends),
    ]


def _write(
    opener: Opener, stream: UUID, seconds: float, one_by_one: Lock, ready: Barrier, answers: "Queue[Written]"
) -> None:
    appends = conflicts = 0
    with ExitStack() as closes:
        with one_by_one:  # PostgreSQL's recorder makes its tables, and fails where another does so at the same moment
            recorder = closes.enter_context(opener())
        ready.wait(_WAIT_S)
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            last = recorder.select_events(stream, desc=True, limit=1)
            version = last[0].originator_version + 1 if last else 1
            try:
                recorder.insert_events([StoredEvent(stream, version, TOPIC, STATE)])
                appends += 1
            except IntegrityError:
                conflicts += 1
    answers.put(Written(appends, conflicts))

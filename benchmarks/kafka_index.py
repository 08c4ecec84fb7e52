"""The journal's index: how fast it is made from the topic, and how fast a journal opens whose index is there."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.brokers import Cluster
from benchmarks.kafka_sides import JOURNAL, journal_environment, new_name
from benchmarks.kafka_table import Table
from benchmarks.measuring import Measured, new_events
from infra.journal import Append, JournalFactory, JournalProcessRecorder

EVENTS: Final = 1_000_000
REBUILT: Final = 150_000
SHAPES: Final = (1, 3, 10)
"""Events an append. A report makes three."""
_CALL: Final = 2_000


def index(table: Table, cluster: Cluster, *, rounds: int, events: int = EVENTS, rebuilt: int = REBUILT) -> None:
    """Fill the table. The topics are written once; every round opens the journal anew."""
    with TemporaryDirectory(prefix="caseledger-bench-") as place:
        folder = Path(place)
        topics = {shape: new_name(f"index{shape}") for shape in SHAPES}
        for shape, topic in topics.items():
            with _opened(cluster, topic, folder / f"writer{shape}.db") as recorder:
                _fill(recorder, rebuilt, shape)
        for number in range(rounds):
            for shape, topic in topics.items():
                start = time.perf_counter()
                with _opened(cluster, topic, folder / f"{shape}-{number}.db") as recorder:
                    position = recorder.max_notification_id() or 0
                speed = position / (time.perf_counter() - start)
                table.add(JOURNAL, [Measured(f"index from the topic, {shape} events an append", "events/s", speed)])
        large, file = new_name("large"), folder / "large.db"
        with _opened(cluster, large, file) as recorder:
            _fill(recorder, events, SHAPES[-1])
        for _ in range(rounds):
            start = time.perf_counter()
            with _opened(cluster, large, file) as recorder:
                recorder.max_notification_id()
                took = time.perf_counter() - start
            table.add(JOURNAL, [Measured(f"open with a warm index of {events:,} events", "s", took)])


@contextmanager
def _opened(cluster: Cluster, topic: str, file: Path) -> Iterator[JournalProcessRecorder]:
    environment = journal_environment(cluster.bootstrap, topic, file, cluster.replicas)
    with closing(JournalFactory(environment)) as factory:
        yield JournalProcessRecorder(factory.journal)


def _fill(recorder: JournalProcessRecorder, events: int, shape: int) -> None:
    """Appends of so many events each, many in one call."""
    left = events
    while left > 0:
        group = [Append(new_events(shape)) for _ in range(min(_CALL, -(-left // shape)))]
        recorder.insert_many(group)
        left -= shape * len(group)

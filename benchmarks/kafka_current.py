"""How far read models on PostgreSQL are behind when intake runs at full speed for long, and when the topic is quiet."""

import threading
import time
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

import psycopg

from benchmarks.kafka_intake import (
    QUIET_S,
    SERVICE,
    Service,
    appended_ms,
    checkpoints,
    ledger_end,
    padded_reports,
    running_service,
    send,
)
from benchmarks.kafka_table import Table
from benchmarks.measuring import Load, Measured, Processes
from benchmarks.postgres_server import Postgres
from projections.catalogue import read_models

SUSTAINED_PER_S: Final = (1_500, 2_000)
SUSTAINED_S: Final = 20
_LOOK_S: Final = 0.05
STILL_LOOKS: Final = 5
"""After so many looks at one position it is worth asking for more."""
_WAIT_S: Final = 300.0
_COUNTED: Final = "SELECT count(*) FROM audit_trail WHERE stream_kind = 'report' AND version = 1"


@dataclass(slots=True)
class Followed:
    """The position that every read model has reached, each time that it was looked at: wall-clock seconds."""

    at_s: list[float] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)

    def reached_s(self, position: int) -> float:
        """When all of them had this position."""
        return self.at_s[bisect_left(self.positions, position)]


def current(table: Table, postgres: Postgres, rates: tuple[int, ...], *, rounds: int, seconds: int) -> None:
    """Fill the table: for each rate, `consume` and `project` from an empty ledger, in turns."""
    for _ in range(rounds):
        for per_s in rates:
            with running_service(postgres) as service:
                table.add(SERVICE, _sustained(service, table, postgres, per_s, seconds))


def _sustained(service: Service, table: Table, postgres: Postgres, per_s: int, seconds: int) -> list[Measured]:
    """Reports come at this pace while everything runs; then the topic is quiet."""
    messages = list(padded_reports(per_s * seconds))
    with service.running("consume") as consume, service.running("project") as project, _followed(service) as followed:
        _wait_until_ready(service, followed)
        watched = Processes(
            {
                "consume": [consume.pid],
                "project": [project.pid],
                "brokers": service.cluster.pids,
                "postgres": [postgres.pid],
            }
        )
        loads: list[Load] = table.loads.setdefault(f"consume and project at {per_s:,} reports/s", [])
        before = ledger_end(service)
        with watched.watched(loads, lambda: len(messages)):
            send(service, messages, per_s)
            sent_s = time.time()
            _wait_until_all(service, followed, len(messages) + 1)
    written_s = appended_ms(service, before)[1] / 1e3
    current_s = followed.reached_s(followed.positions[-1])
    return [
        Measured(f"{per_s:,} reports/s for {seconds} s: sent -> in ledger", "s", max(0.0, written_s - sent_s)),
        Measured(current_row(per_s, seconds), "s", max(0.0, current_s - sent_s)),
    ]


def current_row(per_s: int, seconds: int) -> str:
    """What the row of the table is called that holds how long it took until everything was current."""
    return f"{per_s:,} reports/s for {seconds} s: quiet -> all current"


@contextmanager
def _followed(service: Service) -> Iterator[Followed]:
    """Look at the checkpoints again and again, until the block ends."""
    followed, over = Followed(), threading.Event()

    def look() -> None:
        with psycopg.connect(service.database, autocommit=True) as connection:
            while not over.wait(_LOOK_S):
                models, position = checkpoints(connection)
                followed.at_s.append(time.time())
                followed.positions.append(position if models == len(read_models()) else -1)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield followed
    finally:
        over.set()
        thread.join()


def _wait_until_ready(service: Service, followed: Followed) -> None:
    """Until one report of an own kind went all the way: both processes are at work then."""
    send(service, [(key, value.replace(b'"r-', b'"first-')) for key, value in padded_reports(1)])
    deadline = time.monotonic() + _WAIT_S
    while not followed.positions or followed.positions[-1] <= 0:
        if time.monotonic() > deadline:
            raise RuntimeError("the processes did not take up their work")
        time.sleep(_LOOK_S)


def _wait_until_all(service: Service, followed: Followed, reports: int) -> None:
    """Until every read model has had every report, and did not move for `QUIET_S` after that."""
    deadline, known, since = time.monotonic() + _WAIT_S, -1, time.monotonic()
    with psycopg.connect(service.database, autocommit=True) as connection:
        while known < reports or time.monotonic() - since < QUIET_S:
            if followed.positions[-1] != followed.positions[-STILL_LOOKS:][0]:
                since = time.monotonic()
            elif known < reports:
                (known,) = connection.execute(_COUNTED).fetchone() or (0,)
            if time.monotonic() > deadline:
                raise RuntimeError(f"{reports} reports were sent, the read models know {known} after {_WAIT_S:.0f} s")
            time.sleep(_LOOK_S * STILL_LOOKS)

"""The journal on Kafka beside the library on PostgreSQL (fsync on) and on SQLite, and beside the bare client.

`python -m benchmarks kafka_bench [--quick] [PART…]` starts a PostgreSQL and brokers of its own, measures in rounds with
the sides in turn, and prints medians with the lowest and highest, ratios to the library on PostgreSQL, and how client
and servers shared the cores.
"""

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.brokers import Cluster, running_brokers
from benchmarks.kafka_appends import appends
from benchmarks.kafka_current import SUSTAINED_PER_S, SUSTAINED_S, current, current_row
from benchmarks.kafka_index import EVENTS, REBUILT, SHAPES, index
from benchmarks.kafka_intake import PACED_PER_S, REPORTS, SERVICE, intake
from benchmarks.kafka_processes import Place, journal_place, postgres_place, writers
from benchmarks.kafka_reads import SCAN_LIMIT, SCANNED, news, reads
from benchmarks.kafka_sides import JOURNAL, POSTGRES, RAW, SQLITE, Side, journal, postgres, raw, sqlite
from benchmarks.kafka_table import Table
from benchmarks.measuring import Processes
from benchmarks.postgres_server import Postgres, running_postgres

CALLERS: Final = (1, 8, 32, 128)
CALLERS_REPLICATED: Final = (1, 32)
REPLICAS: Final = 3
TERMINATED: Final = 143
"""The exit status of one that is ended by SIGTERM, and stops its servers before."""
SLOW_ROUNDS: Final = 3
SLOWEST_ROUNDS: Final = 2
"""At most so many rounds of what takes long and varies little: everything takes ten minutes on a quiet machine."""


@dataclass(frozen=True, slots=True)
class Run:
    """What every part is given: the servers of this run, and how long to measure."""

    postgres: Postgres
    brokers: Cluster
    rounds: int
    seconds: float
    quick: bool

    def processes(self, cluster: Cluster) -> Processes:
        """Whose CPU seconds are told apart."""
        return Processes({"brokers": cluster.pids, "postgres": [self.postgres.pid]})

    def sides(self, cluster: Cluster) -> list[Side]:
        """All of them."""
        bootstrap, replicas = cluster.bootstrap, cluster.replicas
        return [postgres(self.postgres.folder), sqlite(), raw(bootstrap, replicas), journal(bootstrap, replicas)]

    def places(self, folder: Path) -> list[Place]:
        """Where several processes write the same events; indexes are put into the folder."""
        cluster = self.brokers
        return [postgres_place(self.postgres.folder), journal_place(cluster.bootstrap, cluster.replicas, folder)]


def main() -> None:
    """Measure what is asked, or everything."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks kafka_bench", description="The journal on Kafka.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"any of: {' '.join(PARTS)}; all when none is named")
    parser.add_argument("--quick", action="store_true", help="one short round: whether it runs, not how fast it is")
    parser.add_argument("--rounds", type=int, default=0)
    asked = parser.parse_args(sys.argv[1:])
    unknown = set(asked.parts) - set(PARTS)
    if unknown:
        parser.error(f"no such part: {' '.join(sorted(unknown))}")
    signal.signal(signal.SIGTERM, _end)
    started = time.perf_counter()
    with ExitStack() as stack:
        server = stack.enter_context(running_postgres())
        cluster = stack.enter_context(running_brokers(1))
        rounds, seconds = (1, 0.3) if asked.quick else (5, 0.6)
        run = Run(server, cluster, asked.rounds or rounds, seconds, asked.quick)
        print(f"PostgreSQL {server.version} (fsync on), brokers and client share {os.cpu_count()} cores")
        for part in asked.parts or PARTS:
            PARTS[part](run)
    print(f"\n{time.perf_counter() - started:.0f} s in all")


def _end(*_: object) -> None:
    """Leave through every `with`, once: `timeout` sends its signal twice."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(TERMINATED)


def _appends(run: Run) -> None:
    target = {
        "append 1 x 256 B, 1 callers": ">= 1.2x",
        "append 1 x 256 B, 32 callers": ">= 6x",
        "append 1 x 256 B, 32 callers, p99": ">= 3x",
        "append 10 x 256 B, 32 callers": ">= 6x",
    }
    table = Table("Appends, one broker", (JOURNAL, POSTGRES, SQLITE, RAW), target)
    processes = run.processes(run.brokers)
    appends(table, run.sides(run.brokers), CALLERS, processes, rounds=run.rounds, seconds=run.seconds)
    table.show()


def _replicated(run: Run) -> None:
    target = {"append 1 x 256 B, 32 callers": ">= 3.5x", "append 10 x 256 B, 32 callers": ">= 4x"}
    table = Table("Appends, three brokers, every record on all of them", (JOURNAL, POSTGRES, RAW), target)
    with running_brokers(REPLICAS) as cluster:
        sides = [side for side in run.sides(cluster) if side.name != SQLITE]
        processes = run.processes(cluster)
        appends(table, sides, CALLERS_REPLICATED, processes, rounds=run.rounds, seconds=run.seconds)
    table.show()


def _reads(run: Run) -> None:
    target = {
        "read a stream of 10 events, just written": ">= 15x",
        "read a stream of 10 events, again": ">= 15x",
        f"scan notifications, limit {SCAN_LIMIT}": ">= 2x",
    }
    table = Table("Reading", (JOURNAL, POSTGRES, SQLITE, RAW), target)
    reads(
        table, run.sides(run.brokers), rounds=min(run.rounds, SLOW_ROUNDS), scanned=SCANNED // (10 if run.quick else 1)
    )
    table.show()


def _news(run: Run) -> None:
    target = {"subscriber, same process, p50": "<= 2 ms", "subscriber, other process, p50": "<= 10 ms"}
    table = Table("From the call of an append to a subscriber, an append every 10 ms", (JOURNAL, POSTGRES), target)
    for _ in range(min(run.rounds, SLOW_ROUNDS)):
        with TemporaryDirectory(prefix="caseledger-bench-") as folder:
            for place in run.places(Path(folder)):
                news(table, place)
    table.show()


def _index(run: Run) -> None:
    share = 50 if run.quick else 1
    events = EVENTS // share
    target = {f"open with a warm index of {events:,} events": "<= 2 s"}
    target |= {f"index from the topic, {shape} events an append": ">= 50,000 events/s" for shape in SHAPES}
    table = Table("The index", (JOURNAL,), target)
    index(table, run.brokers, rounds=min(run.rounds, SLOW_ROUNDS), events=events, rebuilt=REBUILT // share)
    table.show()


def _writers(run: Run) -> None:
    table = Table("Processes that all add to one stream, each after its last version", (JOURNAL, POSTGRES))
    rounds = min(run.rounds, SLOWEST_ROUNDS)
    writers(table, run.places, run.processes(run.brokers), rounds=rounds, seconds=2 * run.seconds)
    table.show()


def _intake(run: Run) -> None:
    target = {
        "intake, first append to last": ">= 2,000 reports/s",
        f"topic quiet after {PACED_PER_S}/s -> every read model current": "<= 2 s",
    }
    table = Table("Reports of 1 KiB from topic to ledger and to read models on PostgreSQL", (SERVICE,), target)
    intake(table, run.postgres, rounds=min(run.rounds, SLOWEST_ROUNDS), reports=REPORTS // (10 if run.quick else 1))
    table.show()


def _current(run: Run) -> None:
    rates, seconds = (SUSTAINED_PER_S[:1], 2) if run.quick else (SUSTAINED_PER_S, SUSTAINED_S)
    target = {current_row(rate, seconds): "<= 2 s" for rate in rates}
    table = Table("Read models on PostgreSQL while `consume` and `project` run together", (SERVICE,), target)
    current(table, run.postgres, rates, rounds=min(run.rounds, SLOWEST_ROUNDS), seconds=seconds)
    table.show()


PARTS: Final[dict[str, Callable[[Run], None]]] = {
    "appends": _appends,
    "reads": _reads,
    "news": _news,
    "index": _index,
    "writers": _writers,
    "replicated": _replicated,
    "intake": _intake,
    "current": _current,
}


if __name__ == "__main__":
    main()

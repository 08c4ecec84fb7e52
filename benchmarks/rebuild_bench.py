"""How fast all read models are dropped and replayed, each round in a process of its own, and its memory."""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.ingest_bench import PLATFORM, lines
from caseledger.bootstrap import start
from caseledger.rebuilding import rebuild
from caseledger.throughput import collect_seldom
from projections.catalogue import by_name, read_models

REPORTS: Final = 40_000
ROUNDS: Final = 3
NINE: Final = (
    "violation_counts",
    "sanctions",
    "blacklist",
    "audit_trail",
    "queue",
    "deadlines",
    "reporters",
    "operations",
    "statistics",
)
"""The read models that every platform needs; the others are about feedback, co-reporting and public notices."""


class Row(NamedTuple):
    """Events a second over the rounds, and the largest memory of any process."""

    name: str
    events: int
    min_per_s: float
    median_per_s: float
    max_per_s: float
    peak_mib: float


def run(reports: int = REPORTS, rounds: int = ROUNDS) -> list[Row]:
    """The rebuilding of what so many reports make, three events each: of the nine, and of all read models."""
    every = tuple(model.name for model in read_models())
    sets = {f"the nine of {len(every)}": NINE, f"all {len(every)}": every}
    speeds: dict[str, list[float]] = {name: [] for name in sets}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "reports.jsonl"
        with file.open("w", encoding="utf-8") as out:
            out.writelines(lines(reports))
        environment = {**os.environ, "CASELEDGER_DATA": str(Path(folder) / "data")}
        _run(environment, "from caseledger.cli import main", "ingest", str(file))
        events = 0
        for _ in range(rounds):
            for name, models in sets.items():
                events, seconds = _rebuild(environment, models)
                speeds[name].append(events / seconds)
    peak_mib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return [Row(name, events, min(of), statistics.median(of), max(of), peak_mib) for name, of in speeds.items()]


def main() -> None:
    """Print the table."""
    print("rebuild of read models, in two processes (memory: the largest process of ingest and rebuild)")
    print(f"{'':14} {'events':>10} {'events/s min':>13} {'median':>8} {'max':>8} {'peak MiB':>9}")
    for row in run(int(sys.argv[1]) if len(sys.argv) > 1 else REPORTS):
        speeds = f"{row.min_per_s:>13,.0f} {row.median_per_s:>8,.0f} {row.max_per_s:>8,.0f}"
        print(f"{row.name:14} {row.events:>10,} {speeds} {row.peak_mib:>9.0f}")


def rebuild_once() -> None:
    """What each round runs in a process of its own: drop, replay, and tell events and seconds."""
    collect_seldom()
    with start() as caseledger:
        started = time.perf_counter()
        events = rebuild(caseledger, PLATFORM, [by_name(name) for name in sys.argv[1:]])
        print(json.dumps([events, time.perf_counter() - started]))


def _rebuild(environment: dict[str, str], names: Sequence[str]) -> tuple[int, float]:
    script = "from benchmarks.rebuild_bench import rebuild_once as main"
    events, seconds = json.loads(_run(environment, script, *names))
    return events, seconds


def _run(environment: dict[str, str], script: str, *words: str) -> str:
    command = (sys.executable, "-c", f"{script}\nif __name__ == '__main__': main()", *words)
    done = subprocess.run(  # noqa: S603 - our own command
        command, env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout


if __name__ == "__main__":
    main()

"""How fast all read models are dropped and replayed, each round in a process of its own, and its memory."""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.ingest_bench import PLATFORM, lines
from caseledger.bootstrap import start
from caseledger.rebuilding import rebuild
from caseledger.throughput import collect_seldom
from projections.catalogue import read_models

REPORTS: Final = 40_000
ROUNDS: Final = 3


class Row(NamedTuple):
    """Events a second over the rounds, and the largest memory of any process."""

    events: int
    min_per_s: float
    median_per_s: float
    max_per_s: float
    peak_mib: float


def run(reports: int = REPORTS, rounds: int = ROUNDS) -> Row:
    """The rebuilding of what so many reports make, three events each."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "reports.jsonl"
        with file.open("w", encoding="utf-8") as out:
            out.writelines(lines(reports))
        environment = {**os.environ, "CASELEDGER_DATA": str(Path(folder) / "data")}
        _run(environment, "from caseledger.cli import main", "ingest", str(file))
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        speeds = [_rebuild(environment) for _ in range(rounds)]
    peak_kib = max(before, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
    speeds_only = [speed for _, speed in speeds]
    return Row(speeds[0][0], min(speeds_only), statistics.median(speeds_only), max(speeds_only), peak_kib / 1024)


def main() -> None:
    """Print the table."""
    row = run(int(sys.argv[1]) if len(sys.argv) > 1 else REPORTS)
    print("rebuild of all read models, in two processes (memory: the larger of ingest and rebuild)")
    print(f"{'events':>10} {'events/s min':>13} {'median':>8} {'max':>8} {'peak MiB':>9}")
    speeds = f"{row.min_per_s:>13,.0f} {row.median_per_s:>8,.0f} {row.max_per_s:>8,.0f}"
    print(f"{row.events:>10,} {speeds} {row.peak_mib:>9.0f}")


def rebuild_once() -> None:
    """What each round runs in a process of its own: drop, replay, and tell events and seconds."""
    collect_seldom()
    with start() as caseledger:
        started = time.perf_counter()
        events = rebuild(caseledger, PLATFORM, read_models())
        print(json.dumps([events, time.perf_counter() - started]))


def _rebuild(environment: dict[str, str]) -> tuple[int, float]:
    script = "from benchmarks.rebuild_bench import rebuild_once as main"
    events, seconds = json.loads(_run(environment, script))
    return events, events / seconds


def _run(environment: dict[str, str], script: str, *words: str) -> str:
    command = (sys.executable, "-c", f"{script}\nif __name__ == '__main__': main()", *words)
    done = subprocess.run(  # noqa: S603 - our own command
        command, env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout


if __name__ == "__main__":
    main()
